"""From bytes to grids of cells. Runs in the reading child, after the guards; nothing here knows what a table means.

A grid is a list of rows as the user's own program shows them: row ``n`` stands at ``n - 1``, for text files too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeAlias

import python_calamine as calamine

from zhucan.files.cells import Cell
from zhucan.files.guards import check_text, check_workbook, kind_of
from zhucan.files.limits import Limits, Refused
from zhucan.files.lost_cells import fill_lost_cells
from zhucan.files.text_tables import read_text_table

Grid: TypeAlias = list[tuple[Cell, ...]]
_EXACT = 2**53
"""Beyond this a number cell no longer holds every whole number, so it stays a float: its last digits are not known."""


@dataclass(frozen=True, slots=True)
class RawSheet:
    """The name of a visible sheet (empty for a text file) and its cells."""

    name: str
    grid: Grid


def read_raw(path: Path, limits: Limits) -> tuple[list[RawSheet], list[str]]:
    """The visible sheets of a file and the names of the hidden ones.

    Raises:
        Refused: a guard or the reader refuses the file; the text is for the user.
    """
    kind = kind_of(path, limits)
    if kind == "text":
        check_text(path, limits)
        return [RawSheet("", read_text_table(path.read_bytes(), limits))], []
    check_workbook(path, kind, limits)
    try:
        return _workbook(path, limits)
    except (calamine.CalamineError, ValueError, OSError, UnicodeDecodeError) as problem:
        raise Refused(_unreadable(problem)) from None


def _workbook(path: Path, limits: Limits) -> tuple[list[RawSheet], list[str]]:
    shown: list[RawSheet] = []
    hidden: list[str] = []
    with calamine.CalamineWorkbook.from_path(str(path)) as book:
        for position, about in enumerate(book.sheets_metadata):
            if about.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            if about.visible != calamine.SheetVisibleEnum.Visible:
                hidden.append(about.name)
                continue
            sheet = book.get_sheet_by_index(position)
            _check_extent(about.name, sheet.end, limits)
            grid = [tuple([_plain(cell) for cell in row]) for row in sheet.to_python(skip_empty_area=False)]
            _check_cells(about.name, grid, limits)
            shown.append(RawSheet(about.name, grid))
    fill_lost_cells(path, {sheet.name: sheet.grid for sheet in shown})
    if not shown and not hidden:
        raise Refused("这个文件里没有工作表。请用 Excel 或 WPS 打开，确认内容后另存为 .xlsx 再提交。")
    return shown, hidden


def _check_extent(name: str, end: tuple[int, int] | None, limits: Limits) -> None:
    rows, columns = (0, 0) if end is None else (end[0] + 1, end[1] + 1)
    if rows > limits.rows:
        raise Refused(
            f"工作表“{name}”有 {rows} 行，超过上限 {limits.rows} 行。请按乡镇拆成几个文件，"
            "或删除表格下方多余内容后另存再提交。"
        )
    if columns > limits.columns:
        raise Refused(
            f"工作表“{name}”有 {columns} 列，超过上限 {limits.columns} 列。请删除表格右侧多余的列后另存再提交。"
        )


def _check_cells(name: str, grid: Sequence[Sequence[Cell]], limits: Limits) -> None:
    for number, row in enumerate(grid, 1):
        for cell in row:
            if cell.__class__ is str and len(cell) > limits.cell:
                raise Refused(
                    f"工作表“{name}”第 {number} 行有一个单元格超过 {limits.cell} 个字。"
                    "请检查该行，删去误贴的内容后再提交。"
                )


def _plain(cell: object) -> Cell:
    kind = cell.__class__
    if kind is str:
        return cell or None  # type: ignore[return-value]  # its class has been seen
    return _CONVERT[kind](cell)


def _number(cell: float) -> Cell:
    return int(cell) if -_EXACT < cell < _EXACT and cell == int(cell) else cell


def _moment(cell: datetime) -> date:
    return cell.date()


def _clock(cell: time) -> str:
    return cell.isoformat(timespec="seconds")


def _duration(cell: timedelta) -> str:
    hours, rest = divmod(int(cell.total_seconds()), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}"


_CONVERT: dict[type, Callable[..., Cell]] = {
    float: _number,
    int: lambda cell: cell if -_EXACT < cell < _EXACT else float(cell),
    bool: bool,
    date: lambda cell: cell,
    datetime: _moment,
    time: _clock,
    timedelta: _duration,
}


def _unreadable(problem: Exception) -> str:
    if isinstance(problem, calamine.PasswordError):
        return "这个文件加了密码，无法读取。请打开后取消密码（文件→信息→保护工作簿），另存为 .xlsx 再提交。"
    return (
        "这个文件已损坏，或者内容与扩展名不符，读不出表格。"
        "请用 Excel 或 WPS 打开确认内容完整，另存为 .xlsx 再提交；打不开时请向来文单位重新要一份。"
    )
