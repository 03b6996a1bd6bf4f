"""An office with a small county imported and matched, made once and copied for each test.

``python -m tests.journeys.office FOLDER`` writes ``FOLDER/office`` (the data directory), ``FOLDER/pages`` (the same
with something for every address to show), ``FOLDER/empty`` (before anything was imported), ``FOLDER/county`` (the files
it was made of), and beside them ``sessions.json`` (account → session key) and ``pages.json`` (what addresses show).
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from tests.journeys.clock import TODAY, draw_alike, stand_still

if TYPE_CHECKING:
    from zhucan.base.models import Post
    from zhucan.base.permissions import Actor

COUNTY, PERSONS, SEED, AS_OF = 450803, 400, 7, date(2026, 11, 1)
PASSWORD = "tall-Reeds-48-bend"
FEDERATION = "港南区残疾人联合会"
ACCOUNTS: Mapping[str, tuple[str, str, str, str]] = {
    "officer": ("陈志远", "federation", FEDERATION, "officer"),
    "approver": ("梁思敏", "federation", FEDERATION, "approver"),
    "clerk": ("黄丽萍", "township", "八塘街道办事处", "clerk"),
    "commissioner": ("覃海生", "village", "村民委员会", "commissioner"),
    "auditor": ("韦建国", "audit", "港南区审计局", "auditor"),
    "admin": ("甘雪梅", "federation", FEDERATION, "administrator"),
}
"""Username → name, kind of organ, organ, role. Their passwords are all ``PASSWORD``."""


def environment(data: Path, mode: str = "demo", database: str = "") -> dict[str, str]:
    """What a process of ours is started with."""
    root = Path(__file__).resolve().parents[2]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHUCAN_", "DJANGO_", "PYTEST_"))}
    return kept | {
        "ZHUCAN_DATA": str(data),
        "ZHUCAN_MODE": mode,
        "ZHUCAN_DATABASE": database,
        "ZHUCAN_HTTP": "1",
        "PYTHONHASHSEED": "1",
        "POLARS_MAX_THREADS": "1",
        "DJANGO_SETTINGS_MODULE": "zhucan.conf.settings",
        "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)]),
    }


def main(folder: Path) -> None:
    """Make it all."""
    data = open_office("tests.journeys.office", folder)
    posts = people_of_the_offices(folder)
    (folder / "sessions.json").write_text(json.dumps({name: session(post) for name, post in posts.items()}))
    settle()
    shutil.copytree(data, folder / "empty")
    _import(folder, posts["officer"])
    _work_a_little(posts["officer"])
    settle()
    shutil.copytree(data, folder / "office")
    from tests.journeys.addresses import browser_of, find_pages
    from tests.journeys.examples import examples

    sessions = json.loads((folder / "sessions.json").read_text())
    pages = find_pages(sessions, examples(browser_of(sessions["officer"]), folder / "county"))
    (folder / "pages.json").write_text(json.dumps(pages, ensure_ascii=False, indent=1))
    from django.utils import timezone

    from zhucan.base.models import Job

    Job.objects.filter(finished_at=None).update(cancelled_at=timezone.now())  # those of the builders do nothing
    settle()


def open_office(module: str, folder: Path) -> Path:
    """The data directory of the environment, with keys and empty tables, on our day; Django is ready afterwards.

    The first time the process begins anew as ``module`` with the same folder: settings read keys once.
    """
    data = Path(os.environ["ZHUCAN_DATA"])
    if not (data / "keys.toml").exists():
        from zhucan.base import keyring

        data.mkdir(parents=True, exist_ok=True)
        keyring.create_key_file(data / "keys.toml")
        os.execv(sys.executable, [sys.executable, "-m", module, str(folder)])
    stand_still()
    draw_alike()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return data


def settle() -> None:
    """Have all of it in the database file, which is copied alone."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def people_of_the_offices(folder: Path, *, with_others: bool = False) -> dict[str, Post]:
    """The divisions of the county and its neighbour, and an account for each of ``ACCOUNTS``.

    ``with_others``: all provinces besides, the cities of its own, the counties of its city and of Shanghai.
    """
    import polars as pl

    from zhucan.base.operations.divisions import load_divisions
    from zhucan.base.permissions import SYSTEM
    from zhucan.base.queries.divisions import division_at, path_of, townships_of, villages_of
    from zhucan.rules.content import shipped_content

    small = folder / "divisions.parquet"
    whole = pl.scan_parquet(shipped_content() / "divisions" / "divisions.parquet")
    code = pl.col("code").cast(pl.Int64)
    near = code.is_between(450803_000_000, 450804_999_999) | code.is_in([450000_000_000, 450800_000_000])
    if with_others:
        cities = code.is_between(450000_000_000, 459999_999_999) & (code % 100_000_000 == 0)
        counties = (code.is_between(450800_000_000, 450899_999_999) | (code // 10_000_000_000 == 31)) & (
            code % 1_000_000 == 0
        )
        near |= (code % 10_000_000_000 == 0) | cities | counties
    whole.filter(near).collect().write_parquet(small)
    load_divisions(small, by=SYSTEM)
    township = next(one for one in townships_of(COUNTY) if one.name.startswith("八塘"))
    village = villages_of(township.path)[0]
    county = division_at(path_of(COUNTY))
    places = {"clerk": township, "commissioner": village}
    return {name: _account(name, places.get(name, county)) for name in ACCOUNTS}


def _account(username: str, place: object) -> Post:
    from zhucan.base.enums import OrganKind, Role
    from zhucan.base.models import Division, Organ
    from zhucan.base.operations.staff import create_organ, create_user, give_post, set_password
    from zhucan.base.permissions import SYSTEM
    from zhucan.base.queries.staff import actor_of

    assert isinstance(place, Division)
    name, kind, office, role = ACCOUNTS[username]
    office = f"{place.name}{office}" if kind == "village" else office
    organ = Organ.objects.filter(name=office).first() or create_organ(
        kind=OrganKind(kind), name=office, division=place, by=SYSTEM, on=TODAY
    )
    user = create_user(username=username, name=name, password=PASSWORD, by=SYSTEM, on=TODAY)
    post = give_post(
        user=user, organ=organ, role=Role(role), division=place, from_=date(2026, 1, 1), until=None, by=SYSTEM, on=TODAY
    )
    set_password(user=user, password=PASSWORD, by=actor_of(post), on=TODAY)
    return post


def _import(folder: Path, post: Post) -> None:
    from zhucan.base import jobs
    from zhucan.base.queries.staff import actor_of
    from zhucan.demo.county import generate
    from zhucan.exchange.operations.folder import import_folder

    made = generate(folder / "county", persons=PERSONS, seed=SEED, as_of=AS_OF)
    import_folder(made.files, county=COUNTY, as_of=AS_OF, by=actor_of(post), confirm=True)
    owner = jobs.owner_name()
    while jobs.run_one(owner):  # the matching that follows an import
        pass


def _work_a_little(post: Post) -> None:
    """What an office that has used it for a while has: a decision about a list, a filter of one's own, a sheet."""
    from zhucan.base import jobs
    from zhucan.base.queries.staff import actor_of
    from zhucan.exchange.enums import FindingVerdict
    from zhucan.exchange.models import Finding
    from zhucan.exchange.operations.findings import save_filter, settle_finding

    by: Actor = actor_of(post)
    verdict = FindingVerdict(FindingVerdict.values[0])
    for one in Finding.objects.filter(kind="doubtful").order_by("pk")[:2]:
        settle_finding(finding=one, verdict=verdict, answer="已电话核实", by=by, on=TODAY)
    save_filter(name="八塘街道待核实", query="kind=unknown&place=450803002000", by=by)
    owner = jobs.owner_name()
    while jobs.run_one(owner):
        pass


def session(post: Post) -> str:
    """The key of a session in which the user of the post has signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    post.user.refresh_from_db()  # the password was set since
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(post.user.pk), settings.AUTHENTICATION_BACKENDS[-1]
    store[HASH_SESSION_KEY] = post.user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
