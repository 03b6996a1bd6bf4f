"""``zhucan policy simulate``: what a change would cost, who would gain and who would lose, before it is law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from zhucan.cli_policy.page import Column, Page
from zhucan.cli_policy.people import read_people
from zhucan.cli_policy.sources import (
    Division,
    OwnContent,
    Plain,
    division_of,
    library_of,
    policy_id,
    roots_of,
    shown,
)
from zhucan.cli_policy.wording import RHYTHMS
from zhucan.cli_words import NO_FILES, WRONG_COMMAND, day, give_up
from zhucan.match.places import load_places
from zhucan.rules.errors import UnknownName
from zhucan.rules.library import Library
from zhucan.rules.policy import Policy
from zhucan.rules.simulate import COLUMNS, Reform
from zhucan.rules.simulate import simulate as simulate_reform

_WHOLE = "_whole"
_PERSONS = ("符合（前）", "符合（后）", "待核实（前）", "待核实（后）", "增加的人", "减少的人")
_SUMS = ("改动前", "改动后", "相差", "多得", "少得")


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of the reform: its library and day."""

    library: Library
    on: date


def simulate(
    policies: Annotated[list[str], typer.Argument(help="一项或几项政策。", metavar="政策…", show_default=False)],
    division: Division,
    before: Annotated[str, typer.Option("--before", help="改动前的哪一天。", metavar="日期")],
    after: Annotated[str, typer.Option("--after", help="改动后的哪一天。", metavar="日期")],
    people: Annotated[
        Path, typer.Option("--people", help="人员表，csv 或 parquet，表头是事实的 id 或中文名。", metavar="文件")
    ],
    by: Annotated[
        str | None, typer.Option("--by", help="按哪一列分开算，例如 township；省略时有乡镇就按乡镇。", metavar="列")
    ] = None,
    new_content: Annotated[
        list[Path] | None, typer.Option("--new-content", help="只用于改动后的内容文件夹，可写多次。", metavar="文件夹")
    ] = None,
    content: OwnContent = None,
    alone: Annotated[
        bool, typer.Option("--alone", help="--new-content 自成一套（整套内容的副本），不加其他内容。")
    ] = False,
    plain: Plain = False,
) -> None:
    """估算一次改动：改动前后各有多少人符合、要多少钱，谁增加、谁减少，分地方列出。

    哪一边不知道是否符合、或不知道金额的人，不算增加也不算减少。
    """
    place = division_of(division)
    roots = roots_of(content, alone=False)
    added = new_content if alone else [*(content or ()), *(new_content or ())]
    new_roots = roots_of(added, alone=alone)
    old = _Side(library_of(roots), day(before, "--before"))
    new = _Side(library_of(new_roots) if new_roots != roots else old.library, day(after, "--after"))
    ids = [policy_id(new.library, name) for name in dict.fromkeys(policies)]
    page = Page(plain=plain)
    reform = Reform(_in_force(page, old, ids, place), _in_force(page, new, ids, place), old.on, new.on)
    frame = read_people(people, new.library.vocabulary)
    column = _grouping(frame, by, new.library)
    table = simulate_reform(reform, frame.with_columns(pl.lit("全部").alias(_WHOLE)), by=column)
    page.say(f"人员 {frame.select(pl.len()).collect().item():,} 人，{shown(people)}；改动前 {old.on}，改动后 {new.on}")
    names = _names(place, column, new_roots)
    for id_ in dict.fromkeys(ids):
        own = table.filter(pl.col("policy") == id_)
        _say_unpriced(page, own, id_)
        _show(page, new.library, id_, own, column, names)


def _in_force(page: Page, side: _Side, ids: Sequence[str], division: int) -> list[Policy]:
    """The policies that exist on this side; says which do not."""
    found = []
    for id_ in ids:
        try:
            found.append(side.library.policy(id_, division=division, as_of=side.on))
        except UnknownName:
            page.say(f"{id_} {side.on} 在 {division or '全国'} 没有施行，这一边按没有这项政策算。")
    return found


def _grouping(frame: pl.LazyFrame, by: str | None, library: Library) -> str:
    columns = frame.collect_schema().names()
    if by is None:
        return "township" if "township" in columns else _WHOLE
    fact = library.vocabulary.find(by)
    name = fact.id if fact is not None else by
    if name not in columns:
        give_up(f"人员表里没有“{by}”这一列。现有：{'、'.join(columns)}。", WRONG_COMMAND)
    return name


def _names(division: int, column: str, roots: Sequence[Path]) -> Mapping[int, str]:
    """The names of townships, where the rows are townships of a county."""
    if column != "township" or len(str(division)) != 6:
        return {}
    try:
        return dict(load_places(division, roots).townships)
    except LookupError as error:
        give_up(str(error.args[0]), WRONG_COMMAND)
    except FileNotFoundError as error:
        give_up(str(error), NO_FILES)


def _show(page: Page, library: Library, id_: str, table: pl.DataFrame, column: str, names: Mapping[int, str]) -> None:
    base = library.base(id_)
    rows = [(_name(row[column], names), row) for row in table.iter_rows(named=True)]
    if len(rows) > 1:
        rows.append(("合计", table.select(pl.col(COLUMNS).sum()).row(0, named=True)))
    page.heading(f"{base.zh}（{id_}）：人数")
    page.table(_columns(_PERSONS), [[name, *_persons(figures)] for name, figures in rows])
    page.heading(f"{base.zh}（{id_}）：金额，元，{RHYTHMS[base.rhythm]}")
    page.table(_columns(_SUMS), [[name, *_sums(figures)] for name, figures in rows])


def _columns(names: Sequence[str]) -> list[Column]:
    return [Column("地方"), *(Column(name, is_number=True) for name in names)]


def _name(place: int | str | None, names: Mapping[int, str]) -> str:
    return names.get(place, str(place)) if isinstance(place, int) else place or "没有写"


def _persons(figures: Mapping[str, int]) -> list[str]:
    columns = ("entitled_before", "entitled_after", "unknown_before", "unknown_after", "gaining", "losing")
    return [f"{figures[column]:,}" for column in columns]


def _sums(figures: Mapping[str, int]) -> list[str]:
    before, after = figures["fen_before"], figures["fen_after"]
    change = f"{'+' if after > before else ''}{_yuan(after - before)}"
    return [_yuan(before), _yuan(after), change, _yuan(figures["gained_fen"]), _yuan(figures["lost_fen"])]


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}"


def _say_unpriced(page: Page, table: pl.DataFrame, id_: str) -> None:
    """Who is entitled at an unknown amount: no sum counts them, which must be said beside the sums."""
    for word, column in (("前", "unpriced_before"), ("后", "unpriced_after")):
        count = int(table[column].sum())
        if count:
            page.say(
                f"注意：{id_} 改动{word}有 {count:,} 人符合，但金额未知（标准没有登记，或缺少定标准的情况）。"
                "各项金额、增加和减少都不含这些人。"
            )
