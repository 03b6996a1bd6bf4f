"""Fifty staff at work for ten minutes, and an import at the same time: p50 and p95 of each page, and errors.

    createdb zhucan_load
    export ZHUCAN_DATA=build/load-data ZHUCAN_MODE=demo ZHUCAN_DATABASE=postgresql://postgres@127.0.0.1:5432/zhucan_load
    python benchmarks/population.py --persons 1000000
    python benchmarks/load.py [--users 50] [--minutes 10] [--keep]

Makes the accounts (one in three in the county office, the others in its townships), starts ``zhucan serve`` on a free
port, generates a county's files and imports them again and again while the staff works. Bars: p95 ≤ 800 ms for each
page, no errors. ``--keep`` writes the figures to ``benchmarks/results/load.md``. Linux: memory is read from ``/proc``.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
BUILD = ROOT / "build"
PASSWORD = "only-for-the-load-test"
BAR_MS = 800
# Locust brings gevent, which replaces the standard library's sockets and threads: it lives in an environment of its
# own, and never among the project's dependencies.
LOCUST = "locust>=2.47"
WORDS = ("陆明", "韦", "覃小", "黄", "lm", "wd", "qf", "hym", "chen", "梁华")


def locust() -> Path:
    """Locust's own environment, made where it is not there."""
    home = BUILD / "locust"
    program = home / "bin" / "locust"
    if not program.exists():
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "venv", "--quiet", "--clear", str(home)], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", str(home / "bin" / "python"), LOCUST], check=True)
    return program


def accounts(users: int) -> Path:
    """Sign-in names, a common password and what each may open, as JSON for locust."""
    from zhucan.base.queries.divisions import division_at, townships_of, villages_of

    county = busiest_county()
    place = division_at(county * 10**6)
    assert place is not None, "run benchmarks/population.py first"
    townships = townships_of(county)
    made = []
    for number in range(users):
        is_county = number % 3 == 0
        where = place if is_county else townships[number % len(townships)]
        username = account(number, where, is_county=is_county)
        villages = [each.path for each in villages_of(random.choice(townships).path if is_county else where.path)]
        made.append({"username": username, "villages": villages, "imports": is_county})
    target = BUILD / "load-accounts.json"
    body = {"users": made, "password": PASSWORD, "words": WORDS}
    target.write_text(json.dumps(body), encoding="utf-8")
    return target


def busiest_county() -> int:
    """The county with the most persons."""
    from django.db.models import Count

    from zhucan.registry.models import Person

    rows = Person.objects.values("county").annotate(held=Count("pk")).order_by("-held")
    return int(rows[0]["county"])


def account(number: int, where: object, *, is_county: bool) -> str:
    """One of the staff; where he is there already, as he is."""
    from zhucan.base.enums import OrganKind, Role
    from zhucan.base.models import Division, Organ, User
    from zhucan.base.operations.staff import create_organ, create_user, give_post, set_password
    from zhucan.base.permissions import SYSTEM
    from zhucan.base.queries.staff import actor_of

    assert isinstance(where, Division)
    username, today = f"load.{number:02}", date.today()
    if User.objects.filter(username=username).exists():
        return username
    kind = OrganKind.FEDERATION if is_county else OrganKind.TOWNSHIP
    organ = Organ.objects.filter(division=where, kind=kind).first()
    organ = organ or create_organ(kind=kind, name=f"{where.name}（测速）", division=where, by=SYSTEM, on=today)
    user = create_user(username=username, name=f"测速{number:02}", password=PASSWORD, by=SYSTEM, on=today)
    role = Role.OFFICER if is_county else Role.CLERK
    post = give_post(user=user, organ=organ, role=role, division=where, from_=today, until=None, by=SYSTEM, on=today)
    set_password(user=user, password=PASSWORD, by=actor_of(post), on=today)
    return username


def free_port() -> int:
    """One nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server() -> Iterator[tuple[str, int]]:
    """``zhucan serve`` with its worker; its address and process number."""
    from zhucan.cli_office.start import MARK

    data = Path(os.environ["ZHUCAN_DATA"])
    (data / MARK).touch()  # invented people only: population.py demands an empty database
    port = free_port()
    command = [sys.executable, "-m", "zhucan", "serve", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/health/")
        yield address, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def wait_for(address: str) -> None:
    """Until it answers."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server does not answer")


@contextmanager
def importing(persons: int) -> Iterator[None]:
    """A county's files, imported by a process of their own until the block ends."""
    files = BUILD / "load-county"
    options = ["--out", str(files), "--persons", str(persons)]
    zhucan = [sys.executable, "-m", "zhucan"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([*zhucan, "demo", *options], check=True, env=environment, stdout=subprocess.DEVNULL)
    again = [
        *zhucan,
        "import",
        str(files / "files"),
        "--division",
        "450803",
        "--as-of",
        "2026-11-01",
        "--yes",
        "--plain",
    ]
    loop = f"while {' '.join(again)}; do :; done"
    process = subprocess.Popen(["sh", "-c", loop], env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def memory_mb(process: int) -> float:
    """The server's resident memory."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def work(address: str, users: int, minutes: float) -> list[dict[str, str]]:
    """Let them work; locust's rows, one for each page."""
    stem = BUILD / "load"
    options = ["--headless", "--host", address, "--users", str(users), "--spawn-rate", "2", "--only-summary"]
    options += ["--run-time", f"{int(minutes * 60)}s", "--reset-stats", "--csv", str(stem), "--exit-code-on-error", "0"]
    tasks = str(ROOT / "benchmarks" / "load_tasks.py")
    environment = {**os.environ, "ZHUCAN_LOAD": str(BUILD / "load-accounts.json")}
    subprocess.run([str(locust()), "-f", tasks, *options], check=True, env=environment, stdout=subprocess.DEVNULL)
    with Path(f"{stem}_stats.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def lines_of(rows: list[dict[str, str]]) -> list[str]:
    """The table as printed."""
    lines = [f"{'page':<22}{'asked':>8}{'errors':>8}{'p50 ms':>8}{'p95 ms':>8}"]
    for row in rows:
        figures = (row["Request Count"], row["Failure Count"], row["50%"], row["95%"])
        lines.append(f"{row['Name']:<22}" + "".join(f"{each:>8}" for each in figures))
    return lines


def main() -> None:
    """Make accounts, serve, import, work, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--import-persons", type=int, default=22_000, help="size of the county imported meanwhile")
    parser.add_argument("--keep", action="store_true", help="write the figures to benchmarks/results/load.md")
    wanted = parser.parse_args()
    if os.environ.get("ZHUCAN_MODE") != "demo":
        sys.exit("set ZHUCAN_MODE=demo: fifty people sign in without a phone; see the head of this file")
    BUILD.mkdir(exist_ok=True)

    from benchmarks.population import start

    start()

    from django.db import connection

    from zhucan.registry.models import Person

    accounts(wanted.users)
    persons = Person.objects.count()
    engine = connection.vendor
    connection.close()
    with server() as (address, process):
        before = memory_mb(process)
        with importing(wanted.import_persons):
            rows = work(address, wanted.users, wanted.minutes)
        after = memory_mb(process)
    head = f"{wanted.users} staff, {wanted.minutes:g} minutes, {persons:,} persons, {engine}, an import running"
    lines = [head, *lines_of(rows), f"memory of the server: {before:,.0f} MB before, {after:,.0f} MB after"]
    slow = [row["Name"] for row in rows if row["95%"].isdecimal() and int(row["95%"]) > BAR_MS]
    errors = sum(int(row["Failure Count"]) for row in rows if row["Name"] != "Aggregated")
    lines.append(f"p95 above {BAR_MS} ms: {', '.join(slow) or 'none'}; errors: {errors}")
    print("\n".join(lines))
    if wanted.keep:
        from benchmarks.results import keep_result

        keep_result("load", lines)


if __name__ == "__main__":
    main()
