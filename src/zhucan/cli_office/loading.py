"""``zhucan import`` and ``zhucan results``: the main job, with the database between its two halves."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhucan.cli_office.start import DataOption, demand_ready, open_office
from zhucan.cli_report import account_line, report_numbers, report_presumptions, report_questions
from zhucan.cli_words import (
    NO_FILES,
    NO_OUTPUT,
    NOT_READY,
    WRONG_COMMAND,
    Screen,
    county_code,
    day,
    folder_of_files,
    give_up,
    padded,
    width_of,
)
from zhucan.files.tables import Account

if TYPE_CHECKING:
    from zhucan.base.permissions import Actor
    from zhucan.exchange.models import Load, LoadTable
    from zhucan.match.result import MatchResult

_PAUSE, _PATIENCE = 0.3, 600
"""Seconds between two looks at work another process does, and how long to look."""


def import_files(
    folder: Annotated[Path, typer.Argument(help="放着各部门名单的文件夹。", metavar="文件夹", show_default=False)],
    division: Annotated[str, typer.Option("--division", help="县级区划代码，6 位。", metavar="代码")],
    as_of: Annotated[str | None, typer.Option("--as-of", help="按哪一天的情况，省略为今天。", metavar="日期")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问，直接写入。")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="只用一行行的文字，不用进度条。")] = False,
    data: DataOption = None,
) -> None:
    """把一个文件夹的名单导入数据库：先看会改动什么，确认后才写入，再比对。"""
    files, county, on = folder_of_files(folder), county_code(division), day(as_of, "--as-of")
    open_office(data)
    demand_ready()
    demand_county(county)

    from zhucan.base.permissions import SYSTEM

    screen = Screen(plain=plain)
    load = read_files(screen, files, county, on, SYSTEM)
    report_load(screen, load)
    if not load.tables.exists():
        give_up("没有一份名单能认出来，什么都没有写入。请检查表头是否有姓名、身份证号等列名。", NO_FILES)
    if not (yes or typer.confirm("现在写入数据库吗？", default=False)):
        screen.say("没有写入。这次的预览还在网页的“导入”里，可以在那里确认或放弃。")
        return
    write_load(screen, load, SYSTEM)
    wait_for_matching(screen, county)
    report_result(screen, county)


def demand_county(county: int) -> None:
    """End the command where there is no such county."""
    from zhucan.base.queries.divisions import division_at, path_of

    if division_at(path_of(county)) is None:
        give_up(f"没有代码是 {county} 的县级区划。请核对 6 位代码。", WRONG_COMMAND)


def read_files(screen: Screen, folder: Path, county: int, on: date, by: Actor) -> Load:
    """Read the files and compare them with the register; nothing is written to it yet."""
    from zhucan.base.errors import Refused
    from zhucan.exchange.operations.folder import import_folder

    try:
        with screen.steps("读取名单") as steps:
            return import_folder(folder, county=county, as_of=on, by=by, confirm=False, progress=steps)
    except Refused as refusal:
        give_up(str(refusal), NO_FILES)


def report_load(screen: Screen, load: Load) -> None:
    """The account of every file, and what confirming would do."""
    screen.heading("读了哪些文件（行）")
    tables: dict[int, list[LoadTable]] = {}
    for table in load.tables.order_by("number"):
        tables.setdefault(table.file_id, []).append(table)
    files = list(load.files.select_related("stored").order_by("number"))
    width = width_of([str(file.stored.name) for file in files])
    for file in files:
        own = tables.get(file.pk)
        said = account_line(_account(own)) if own else f"没有用上：{file.refusal or '没有认出表头'}"
        screen.say(f"  {padded(str(file.stored.name), width)}  {said}")


def _account(tables: list[LoadTable]) -> Account:
    names = ("read", "accepted", "unchanged", "duplicate", "not_ours", "rejected")
    return Account(*(sum(getattr(table, name) for table in tables) for name in names))


def write_load(screen: Screen, load: Load, by: Actor) -> None:
    """Confirm and write, in this process or followed where a worker has taken it."""
    from zhucan.base.errors import Refused
    from zhucan.exchange.enums import LoadState
    from zhucan.exchange.operations.loads import confirm_load
    from zhucan.exchange.operations.steps import listeners

    try:
        confirm_load(load=load, by=by, on=load.as_of)
    except Refused as refusal:
        give_up(str(refusal), NOT_READY)
    with screen.steps("写入") as steps:
        listeners[load.pk] = steps
        work_until(lambda: _state_of(load) is not LoadState.APPLYING)
        listeners.pop(load.pk, None)
    if load.state is not LoadState.APPLIED:
        give_up(f"没有写完：{load.problem or load.state.label}。请在网页的“导入”里看原因。", NOT_READY)


def _state_of(load: Load) -> object:
    load.refresh_from_db()
    return load.state


def work_until(is_done: Callable[[], bool]) -> None:
    """Do waiting work, as any worker would, until this is done; ends the command where nothing moves for long."""
    from zhucan.base import jobs
    from zhucan.exchange.operations.steps import forget

    forget()  # the files read, in a folder of their own, and what they said
    owner, since = jobs.owner_name(), time.monotonic()
    while not is_done():
        if jobs.run_one(owner):
            since = time.monotonic()
        elif time.monotonic() - since > _PATIENCE:
            give_up("等了很久没有进展。请看网页“导入”和后台任务的提示。", NOT_READY)
        else:
            time.sleep(_PAUSE)
    forget()


def wait_for_matching(screen: Screen, county: int) -> None:
    """Until the county is matched as it now stands."""
    from zhucan.exchange.queries.revisions import revision
    from zhucan.policies.queries.matching import latest

    def is_current() -> bool:
        matching = latest(county)
        return matching is not None and matching.revision >= revision(county)

    with screen.steps("比对") as steps:
        steps("比对", 0, 1)
        work_until(is_current)


def report_result(screen: Screen, county: int) -> MatchResult:
    """The numbers of the latest matching, worded as ``zhucan match`` words them."""
    from zhucan.base.permissions import SYSTEM
    from zhucan.match.outputs.words import long_date
    from zhucan.policies.operations.outputs import match_result

    result = match_result(county, by=SYSTEM)
    screen.heading(f"{result.division_name}（{result.division}），按 {long_date(result.as_of)} 的情况")
    report_numbers(screen, result)
    report_presumptions(screen, result)
    report_questions(screen, result)
    return result


def results(
    division: Annotated[str, typer.Option("--division", help="县级区划代码，6 位。", metavar="代码")],
    out: Annotated[Path, typer.Option("--out", help="结果写到哪个文件夹。", metavar="文件夹")],
    with_identity: Annotated[
        bool, typer.Option("--with-identity", help="在 determinations.csv 里写上身份证号。")
    ] = False,
    plain: Annotated[bool, typer.Option("--plain", help="只用一行行的文字，不用进度条。")] = False,
    data: DataOption = None,
) -> None:
    """把数据库里最近一次比对写成清单，和 zhucan match 写出的一样。"""
    county = county_code(division)
    open_office(data)
    demand_ready()
    demand_county(county)

    from zhucan.base.permissions import SYSTEM
    from zhucan.match.outputs import OutputError
    from zhucan.policies.operations.outputs import NotMatched, write_results

    screen = Screen(plain=plain)
    try:
        with screen.steps("写结果") as steps:
            written = write_results(county=county, out=out, by=SYSTEM, with_identity=with_identity, progress=steps)
    except NotMatched as error:
        give_up(str(error), NO_FILES)
    except OutputError as error:
        give_up(str(error), NO_OUTPUT)
    screen.heading("结果在这里")
    for name in dict.fromkeys(path.relative_to(out.absolute()).parts[0] for path in written):
        screen.say(f"  {out / name}")
