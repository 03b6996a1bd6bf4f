"""``zhucan office-demo``: the application with a county that does not exist, and five minutes of what to look at."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhucan.cli_office.loading import read_files, wait_for_matching, write_load
from zhucan.cli_office.sample_offices import write_sample_offices
from zhucan.cli_office.serving import bind, choose_transport, run
from zhucan.cli_office.setting_up import load_places, make_keys, make_tables, prepare_folder, shipped_divisions
from zhucan.cli_office.start import MARK, open_office
from zhucan.cli_office.tour import tour
from zhucan.cli_words import NO_OUTPUT, WRONG_COMMAND, Screen, give_up, padded
from zhucan.demo.county import COUNTY, FEWEST

if TYPE_CHECKING:
    from zhucan.base.models import Division
    from zhucan.base.permissions import Actor

_SEED = 1
TOWNSHIP = "八塘街道"
_LETTERS = "abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the sample offices; kind and role as in ``base.enums``. Without ``organ``: named like its place."""

    username: str
    name: str
    kind: str
    organ: str
    role: str
    place: str


ACCOUNTS: Sequence[Account] = (
    Account("officer", "陈主管", "federation", "港南区残疾人联合会", "officer", "county"),
    Account("approver", "梁审批", "federation", "港南区残疾人联合会", "approver", "county"),
    Account("clerk", "黄经办", "township", "八塘街道办事处", "clerk", "township"),
    Account("commissioner", "覃委员", "village", "", "commissioner", "village"),
    Account("auditor", "韦审计", "audit", "港南区审计局", "auditor", "county"),
    Account("admin", "甘管理", "federation", "港南区残疾人联合会", "administrator", "county"),
)
"""One of each role. The people are invented; the offices are named after real places."""


def office_demo(
    data: Annotated[Path, typer.Option("--data", help="数据目录；里面的演示数据会重做。", metavar="文件夹")],
    persons: Annotated[int, typer.Option("--persons", help="多少名持证残疾人。", metavar="人数", min=FEWEST)] = 22000,
    port: Annotated[int, typer.Option("--port", help="端口。", metavar="数字", min=1, max=65535)] = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="准备好就结束，不启动网页。")] = False,
) -> None:
    """做一个虚构的县，导入、比对，启动网页，说明从哪里看起。"""
    clock, folder = Clock(), data.absolute()
    _make_room(folder)
    choose_transport("127.0.0.1", plain_http=False)
    with clock.step("建数据库，装入全国区划，同时编写虚构的名单"), _county(folder, persons):
        _install(folder)
    with clock.step("建立单位和账户"):
        password = _invented_password()
        officer = _staff(password)
        _offices(folder)
        (folder / MARK).write_text(_note(password), encoding="utf-8")
    screen = Screen(plain=True)
    with clock.step("导入各部门名单"):
        load = read_files(screen, folder / "county" / "files", COUNTY, _day(), officer)
        write_load(screen, load, officer)
    with clock.step("比对"):
        wait_for_matching(screen, COUNTY)
        _four_numbers(screen, officer)
    server = None if no_serve else bind("127.0.0.1", port)
    address = f"http://127.0.0.1:{port}"
    screen.heading(f"准备好了，用了 {clock.seconds():.0f} 秒。人员全部虚构。")
    _introduce(screen, address, password)
    tour(screen, address, folder)
    if server is not None:
        screen.say("\n停止    按 Ctrl+C")
        run(server, folder)


class Clock:
    """Says what is being done, and how long it took."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def seconds(self) -> float:
        """Since the command began."""
        return time.monotonic() - self._began

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """A line when it begins, and one with the seconds when it is done."""
        typer.echo(f"[{self.seconds():3.0f} 秒] {what}")
        yield
        typer.echo(f"[{self.seconds():3.0f} 秒]   好了")


def _day() -> date:
    """The lists are of this month."""
    return date.today().replace(day=1)


def _make_room(folder: Path) -> None:
    """An empty directory, marked; an earlier sample goes, anything else is left alone."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        give_up(f"“{folder}”里有别的数据，没有动它。请用 --data 指定一个新的文件夹。", WRONG_COMMAND)
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / MARK).write_text("正在准备。\n", encoding="utf-8")
    except OSError as error:
        give_up(f"不能写到“{folder}”：{error.strerror}。请换一个能写入的位置。", NO_OUTPUT)


@contextmanager
def _county(folder: Path, persons: int) -> Iterator[None]:
    """The offices' files, written by a process of its own meanwhile."""
    options = ["--out", str(folder / "county"), "--persons", str(persons), "--seed", str(_SEED)]
    command = [sys.executable, "-m", "zhucan", "demo", *options, "--as-of", _day().isoformat()]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as writing:
        yield
    if writing.returncode:
        give_up("虚构的名单没有写成。", NO_OUTPUT)


def _install(folder: Path) -> None:
    for name in ("ZHUCAN_DATABASE", "ZHUCAN_KEYS", "ZHUCAN_MODE"):
        os.environ.pop(name, None)  # never an office's own database
    open_office(folder)
    prepare_folder(folder)
    quiet = _Quiet(plain=True)
    make_keys(quiet)
    make_tables(quiet)
    load_places(quiet, shipped_divisions())


class _Quiet(Screen):
    """Says nothing: the sample's keys need no copy elsewhere."""

    def say(self, text: str = "") -> None:
        """Nothing."""


def _invented_password() -> str:
    """New with every sample, so that nobody can guess it on another machine."""
    return f"demo-{''.join(secrets.choice(_LETTERS) for _ in range(8))}"


def _staff(password: str) -> Actor:
    """Make the offices and accounts; returns the officer."""
    from zhucan.base.queries.divisions import division_at, path_of, townships_of, villages_of

    county = division_at(path_of(COUNTY))
    assert county is not None
    township = next(each for each in townships_of(COUNTY) if each.name.startswith(TOWNSHIP))
    village = villages_of(township.path)[0]
    places = {"county": county, "township": township, "village": village}
    actors = [_account(each, places[each.place], password) for each in ACCOUNTS]
    return actors[0]


def _offices(folder: Path) -> None:
    """Where to go and write, for the portal."""
    from zhucan.base.queries.divisions import division_at, path_of, townships_of

    county = division_at(path_of(COUNTY))
    assert county is not None
    townships = [(each.path, each.name) for each in townships_of(COUNTY)]
    write_sample_offices(folder, (county.path, county.name), townships)


def _account(account: Account, place: Division, password: str) -> Actor:
    from zhucan.base.enums import OrganKind, Role
    from zhucan.base.models import Organ
    from zhucan.base.operations.staff import create_organ, create_user, give_post, set_password
    from zhucan.base.permissions import SYSTEM
    from zhucan.base.queries.staff import actor_of

    today = date.today()
    name = account.organ or place.name
    organ = Organ.objects.filter(name=name).first() or create_organ(
        kind=OrganKind(account.kind), name=name, division=place, by=SYSTEM, on=today
    )
    user = create_user(username=account.username, name=account.name, password=password, by=SYSTEM, on=today)
    post = give_post(
        user=user, organ=organ, role=Role(account.role), division=place, from_=_day(), until=None, by=SYSTEM, on=today
    )
    actor = actor_of(post)
    set_password(user=user, password=password, by=actor, on=today)  # his own: he need not change it first
    return actor


def _four_numbers(screen: Screen, officer: Actor) -> None:
    """As the first page counts them."""
    from zhucan.exchange.enums import FindingKind
    from zhucan.exchange.queries.findings import Filters, counts
    from zhucan.match.outputs.words import yuan

    found = counts(officer, Filters(), on=date.today())
    for kind in (FindingKind.MISSED, FindingKind.DOUBTFUL, FindingKind.UNKNOWN, FindingKind.EXPIRY):
        number = found[kind]
        money = f"，{yuan(number.fen)}" if kind in (FindingKind.MISSED, FindingKind.DOUBTFUL) else ""
        screen.say(f"          {padded(str(kind.label), 12)} {number.lines:,}{money}")


def _note(password: str) -> str:
    names = "、".join(account.username for account in ACCOUNTS)
    return f"这个文件夹里的人全部是虚构的，可以随时删掉。\n用户名：{names}\n密码：{password}\n"


def _introduce(screen: Screen, address: str, password: str) -> None:
    from zhucan.base.enums import Role

    screen.say(f"地址    {address}/")
    screen.say(f"密码    {password}（所有账户相同，只在这台机器上有效）")
    screen.say("账户")
    for account in ACCOUNTS:
        where = f"{account.organ}，" if account.organ else ""
        screen.say(f"  {padded(account.username, 13)} {account.name}，{where}{Role(account.role).label}")
