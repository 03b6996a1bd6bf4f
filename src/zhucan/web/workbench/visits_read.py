"""A filled-in 入户核查表 as rows: found by its headings, every row with what is wrong with it in words."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from zhucan.base.enums import Action
from zhucan.base.permissions import Actor, may
from zhucan.exchange.queries.finding_numbers import findings_by_number
from zhucan.files.calendar_days import read_date
from zhucan.files.cells import Cell
from zhucan.files.child import read_in_child
from zhucan.files.clean import Unreadable
from zhucan.files.limits import LIMITS
from zhucan.registry.operations.visits import Already, Outcome, already_taken, outcome_of

if TYPE_CHECKING:
    from zhucan.exchange.models import Finding

NUMBER, RESULT, WHO, DAY = "核查编号", "核查结果", "核查人", "日期"
_SPACE = re.compile(r"\s+")
_MONTH_DAY = re.compile(r"(\d{1,2})\s*[月./\-－]\s*(\d{1,2})\s*日?")
_DIGITS = re.compile(r"\d{8}")
_SIGNATURE = "核查人签字"


class NoSheetError(Exception):
    """The file is no filled-in sheet, or cannot be read; says what to do."""


@dataclass(frozen=True, slots=True)
class Filled:
    """One row as written: where it stands, the number, the result in its words, who visited, when."""

    sheet: str
    row: int
    number: str
    result: str
    who: str
    day: Cell


@dataclass(frozen=True, slots=True)
class Planned:
    """What reading one row in would do; ``problem`` says why nothing, and how to mend the row."""

    filled: Filled
    finding: Finding | None
    day: date | None
    outcome: Outcome | None
    problem: str


def read_filled(name: str, data: bytes) -> list[Filled]:
    """The rows that say something, of every sheet with the headings.

    Raises:
        NoSheetError: there is none, or the file cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{Path(name).suffix.lower()}"
        path.write_bytes(data)
        raw = read_in_child(path, LIMITS)
    if raw.refusal:
        raise NoSheetError(raw.refusal)
    grids = [(sheet.name, sheet.grid, head) for sheet in raw.sheets if (head := _head(sheet.grid)) is not None]
    if not grids:
        raise NoSheetError(
            f"没有读：这个文件里找不到“{NUMBER}”和“{RESULT}”两列。请选打印核查表时下载的那个文件，填好再交。"
        )
    return [row for sheet, grid, head in grids for row in _rows(sheet, grid, *head)]


def _head(grid: Sequence[Sequence[Cell]]) -> tuple[int, Mapping[str, int]] | None:
    for at, cells in enumerate(grid[:20]):
        named = {_SPACE.sub("", str(cell)): place for place, cell in enumerate(cells) if isinstance(cell, str)}
        if NUMBER in named and RESULT in named:
            return at, named
    return None


def _rows(sheet: str, grid: Sequence[Sequence[Cell]], head: int, places: Mapping[str, int]) -> Iterator[Filled]:
    for at, cells in enumerate(grid[head + 1 :], start=head + 2):

        def cell(name: str, cells: Sequence[Cell] = cells) -> Cell:
            place = places.get(name)
            return cells[place] if place is not None and place < len(cells) else None

        number, result = _text(cell(NUMBER)), _text(cell(RESULT))
        if result and not number.startswith(_SIGNATURE):
            yield Filled(sheet, at, number, result, _text(cell(WHO)), cell(DAY))


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else _SPACE.sub("", str(cell))


def plan(actor: Actor, rows: Sequence[Filled], on: date) -> list[Planned]:
    """What each row would do; three queries for every five hundred rows."""
    known = findings_by_number(actor, {row.number for row in rows if _DIGITS.fullmatch(row.number)})
    already = already_taken(list(known.values()))
    said: dict[str, set[str]] = {}
    for row in rows:
        said.setdefault(row.number, set()).add(row.result)
    times = Counter(row.number for row in rows)
    planned, seen = [], set()
    for row in rows:
        again = row.number in seen and len(said[row.number]) == 1
        seen.add(row.number)
        problem = _conflict(row, said[row.number]) if times[row.number] > 1 else ""
        if again:
            problem = "同一个核查编号前面已有一行，结果一样，这一行不用再记。"
        planned.append(_plan(actor, row, known.get(row.number), on, problem, already))
    return planned


def _conflict(row: Filled, results: set[str]) -> str:
    if len(results) < 2:
        return ""
    return f"核查编号 {row.number} 有几行，结果不一样：{'、'.join(sorted(results))}。请只留对的一行。"


def _plan(actor: Actor, row: Filled, finding: Finding | None, on: date, problem: str, already: Already) -> Planned:
    if not problem and finding is None:
        problem = _unknown(row.number)
    day, day_problem = read_day(row.day, on)
    problem = problem or day_problem
    outcome = None
    if finding is not None and day is not None and not problem:
        outcome = outcome_of(finding, row.result, row.who, day, on, already)
    if outcome is Outcome.FACT and not may(actor, Action.CHANGE_PERSONS):
        outcome, problem = None, "回答要登记到个人档案，您的岗位不能登记。请把这份表交给乡镇（街道）经办读入。"
    return Planned(row, finding, day, outcome, problem)


def _unknown(number: str) -> str:
    if not number:
        return "这一行有核查结果，没有核查编号。请照打印的表补上编号。"
    if not _DIGITS.fullmatch(number):
        return f"核查编号应是 8 位数字，这里写的是“{number[:20]}”。请照打印的表改回来。"
    return f"名单里没有核查编号 {number}。可能改动过，或不是您这里的表。请照打印的表核对。"


def read_day(cell: Cell, on: date) -> tuple[date | None, str]:
    """The day of a visit: a date, or month and day of the last twelve months; today where nothing is written."""
    if cell is None or cell == "":
        return on, ""
    if isinstance(cell, date):
        return (cell, "") if cell <= on else (None, f"日期 {cell} 晚于今天。请改成上门那天。")
    text = str(cell).strip()
    found = _MONTH_DAY.fullmatch(text)
    try:
        if found:
            day = date(on.year, int(found[1]), int(found[2]))
            return (day if day <= on else day.replace(year=on.year - 1)), ""
        read = read_date(cell)
    except (ValueError, Unreadable):
        read = None
    if read is None:
        return None, f"日期“{text[:20]}”看不懂。请写成 2026-11-01 或 11月1日。"
    return (read, "") if read <= on else (None, f"日期 {read} 晚于今天。请改成上门那天。")
