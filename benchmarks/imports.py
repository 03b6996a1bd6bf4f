"""Imports measured: rows checked a second (S3), and whether ``kill -9`` at random moments leaves anything behind.

    python benchmarks/imports.py kill --times 50 [--database postgresql://…] [--persons 3000]
    python benchmarks/imports.py check [--rows 10000,100000]

``kill`` imports and takes back an invented county again and again in worker processes that are killed at random
moments, and in the end compares the register with that of an undisturbed import: doubles and losses must be 0.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhucan.exchange.models import Load

ROOT = Path(__file__).resolve().parent.parent
COUNTY, AS_OF = 450803, date(2026, 11, 1)
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhucan.conf.settings")
os.environ["ZHUCAN_MODE"] = "demo"


def start() -> None:
    """Django, on the database of the environment."""
    import django

    django.setup()


def set_up() -> None:
    """Tables, keys, and the divisions of one county."""
    from django.conf import global_settings  # noqa: F401  # Django must be there before the key file is made
    from django.core.management import call_command

    from zhucan.base import keyring

    keys = Path(os.environ["ZHUCAN_DATA"]) / "keys.toml"
    if not keys.exists():
        keyring.create_key_file(keys)
    start()
    call_command("migrate", verbosity=0, interactive=False)
    add_divisions()


def add_divisions() -> None:
    import polars as pl

    from zhucan.base.models import Division
    from zhucan.rules.content import shipped_content

    low = COUNTY * 10**6
    table = pl.read_parquet(shipped_content() / "divisions" / "divisions.parquet")
    rows = table.filter(pl.col("code").is_between(low, low + 10**6 - 1)).sort("code").select("code", "name").rows()
    made = []
    for code, name in rows:
        level, span = (3, 10**6) if code == low else (4, 10**3) if code % 1000 == 0 else (5, 1)
        made.append(Division(code=code, name=name, level=level, path=code, last=code + span - 1))
    Division.objects.bulk_create(made)


def files_of(folder: Path) -> list[tuple[str, bytes]]:
    wanted = {".xlsx", ".xls", ".csv", ".txt"}
    return [(path.name, path.read_bytes()) for path in sorted(folder.iterdir()) if path.suffix in wanted]


def bring(files: list[tuple[str, bytes]], key: str) -> Load:
    from zhucan.base.permissions import SYSTEM
    from zhucan.exchange.operations.loads import open_load

    return open_load(files=files, division=COUNTY * 10**6, as_of=AS_OF, key=key, by=SYSTEM, on=AS_OF)


def work() -> None:
    """Do all imports that wait; matching is not what is measured here."""
    from zhucan.base import jobs

    for kind in set(jobs._handlers) - {"import_read", "import_apply", "import_undo"}:
        del jobs._handlers[kind]
    owner, idle = jobs.owner_name(), 0.0
    while idle < 0.2:
        idle = 0.0 if jobs.run_one(owner) else idle + 0.1
        time.sleep(0.05)


def command(name: str, *given: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, __file__, name, *given], stdout=subprocess.PIPE)


class Killer:
    """Starts workers and kills them at random moments until there were enough kills."""

    def __init__(self, times: int, seed: int) -> None:
        self.left, self.kills, self.draw = times, 0, random.Random(seed)

    def work(self) -> None:
        """Have what waits done, by as many workers as it takes; of each job five or so are killed."""
        here = min(self.left, 5)
        while True:
            process = command("worker")
            assert process.stdout is not None
            process.stdout.readline()  # it is up
            try:
                if process.wait(timeout=self.draw.uniform(0.02, 4.0) if here else 600.0) == 0:
                    return
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                here, self.left, self.kills = here - 1, self.left - 1, self.kills + 1


def reference(folder: Path) -> dict[str, Counter[tuple[object, ...]]]:
    """The register after an undisturbed import."""
    from tests.exchange.dump import dump

    load = bring(files_of(folder), "reference")
    work()
    confirm(load)
    work()
    found = {key: Counter(rows) for key, rows in dump().items()}
    undo(load)
    work()
    return found


def confirm(load: Load) -> None:
    from zhucan.base.permissions import SYSTEM
    from zhucan.exchange.operations.loads import confirm_load

    load.refresh_from_db()
    confirm_load(load=load, by=SYSTEM, on=AS_OF)


def undo(load: Load) -> None:
    from zhucan.base.permissions import SYSTEM
    from zhucan.exchange.operations.loads import undo_load

    load.refresh_from_db()
    undo_load(load=load, by=SYSTEM, on=AS_OF)


def kill(times: int, persons: int, seed: int) -> int:
    set_up()
    from tests.exchange.dump import dump
    from zhucan.demo.county import generate

    folder = Path(os.environ["ZHUCAN_DATA"]) / "county"
    generate(folder, persons=persons, seed=seed, as_of=AS_OF)
    folder = folder / "files"
    wanted, empty = reference(folder), {key: Counter(rows) for key, rows in dump().items()}
    killer, begin, imports = Killer(times, seed), time.monotonic(), 0
    doubles = losses = 0
    while True:
        imports += 1
        load = bring(files_of(folder), f"kill{imports}")
        killer.work()
        confirm(load)
        killer.work()
        now = dump()
        doubles += sum((Counter(now[key]) - rows).total() for key, rows in wanted.items())
        losses += sum((rows - Counter(now[key])).total() for key, rows in wanted.items())
        if not killer.left:
            break
        undo(load)
        killer.work()
        now = dump()
        doubles += sum((Counter(now[key]) - rows).total() for key, rows in empty.items())
    seconds = time.monotonic() - begin
    rows = sum(each.total() for each in wanted.values())
    print(
        f"kills {killer.kills}, imports {imports}, rows {rows:,}, doubles {doubles}, losses {losses}, {seconds:.0f} s"
    )
    return 1 if doubles or losses else 0


def check(sizes: list[int]) -> int:
    """Seconds from handing in a roster of so many rows to its preview."""
    from zhucan.files.citizen import check_character

    set_up()
    for size in sizes:
        out = io.StringIO()
        sheet = csv.writer(out)
        sheet.writerow(["姓名", "身份证号", "残疾类别", "残疾等级", "发证日期", "乡镇", "村", "联系电话"])
        for at in range(size):
            stem = f"450803{1940 + at % 70}{at // 70 % 12 + 1:02}{at // 840 % 28 + 1:02}{at // 23520 % 999 + 1:03}"
            number = stem + check_character(stem)
            sheet.writerow(["测某", number, "肢体", "二级", "2020-05-06", "八塘街道", "高岭村", f"139{at:08}"])
        begin = time.monotonic()
        load = bring([(f"残疾人花名册{size}.csv", out.getvalue().encode())], f"check{size}")
        work()
        load.refresh_from_db()
        assert load.read_at is not None
        preview = (load.read_at - load.created_at).total_seconds()
        print(f"rows {size:,}: preview after {preview:.1f} s, explained copy after {time.monotonic() - begin:.1f} s")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["kill", "check", "worker"])
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--persons", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", default="10000,100000")
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; without it SQLite")
    given = parser.parse_args()
    if given.what == "worker":
        start()
        print("up", flush=True)
        work()
        return 0
    if given.database:
        os.environ["ZHUCAN_DATABASE"] = given.database
    with tempfile.TemporaryDirectory(prefix="zhucan-imports-") as data:
        os.environ["ZHUCAN_DATA"] = data
        if given.what == "kill":
            return kill(given.times, given.persons, given.seed)
        return check([int(each) for each in given.rows.split(",")])


if __name__ == "__main__":
    sys.exit(main())
