"""Reading a folder of other offices' files: guarded, parsed in a child, recognised, every cell read by its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TypeAlias

from zhucan.files.calendar_days import day_told
from zhucan.files.cells import Cell
from zhucan.files.child import read_in_child
from zhucan.files.feeds import Column, FeedBook
from zhucan.files.guards import SPREADSHEETS, is_regular
from zhucan.files.headings import squeeze
from zhucan.files.limits import LIMITS, Limits
from zhucan.files.recognise import recognise
from zhucan.files.row_kinds import filled
from zhucan.files.tables import Problem, Row, Sheet, SourceFile, Table
from zhucan.files.text_tables import UNKNOWN
from zhucan.files.values import Unreadable, Value, parse

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called after each file with its name, how many files are done, and how many there are."""

Choose: TypeAlias = Callable[[Sheet], tuple[FeedBook, str]]

_AT_ONCE = 2
_NO_CACHE = frozenset({"citizen_id", "certificate_number", "account", "phone"})
_Read: TypeAlias = tuple[Value, Unreadable | None]


def read_folder(
    folder: Path, feeds: FeedBook, *, progress: Progress | None = None, limits: Limits = LIMITS
) -> list[SourceFile]:
    """Read every file of a folder, in the order of their names; never raises for what a file holds.

    Sub-folders and files that are no spreadsheets are listed with ``spreadsheet`` false and are not opened; lock files
    of Excel and hidden files are left out.

    Raises:
        NotADirectoryError: ``folder`` is not one.
    """
    if not folder.is_dir():
        raise NotADirectoryError(folder)
    entries = sorted(
        (each for each in folder.iterdir() if is_regular(each) or _is_folder(each)), key=lambda each: each.name
    )
    sources: list[SourceFile] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        waiting = [pool.submit(read_in_child, each, limits) if each.is_file() else None for each in entries]
        for path, raw in zip(entries, waiting, strict=True):
            source = SourceFile(path, spreadsheet=path.suffix.lower() in SPREADSHEETS and raw is not None)
            if raw is None:
                source.refusal = "这是子文件夹，没有读取。里面有要比对的名单，请移到上一级文件夹再运行。"
            else:
                found = raw.result()
                source.refusal, source.hidden_sheets = found.refusal, found.hidden
                source.sheets = [Sheet(sheet.name, sheet.grid) for sheet in found.sheets]
                interpret(source, feeds)
            sources.append(source)
            if progress is not None:
                progress(path.name, len(sources), len(entries))
    return sources


def read_file(path: Path, feeds: FeedBook, *, limits: Limits = LIMITS) -> SourceFile:
    """Read one file; never raises for what it holds: a refusal is part of the answer."""
    raw = read_in_child(path, limits)
    source = SourceFile(path, refusal=raw.refusal, hidden_sheets=raw.hidden)
    source.spreadsheet = path.suffix.lower() in SPREADSHEETS
    source.sheets = [Sheet(sheet.name, sheet.grid) for sheet in raw.sheets]
    interpret(source, feeds)
    return source


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(".")


def interpret(source: SourceFile, feeds: FeedBook, *, choose: Choose | None = None) -> None:
    """Find the tables of a source's sheets and read their cells.

    ``choose`` gives the feeds to think of for a sheet, and what to write before the titles of its tables (the month
    somebody told of a payroll that does not say): where a person knows better than the headings.
    """
    for sheet in source.sheets:
        book, told = (feeds, "") if choose is None else choose(sheet)
        recognise(source.name, sheet, book)
        for table in sheet.tables:
            table.title = f"{told} {table.title}" if told else table.title
            table.observed = _observed(sheet, table, feeds.common.observed)
            _read_values(table, feeds.codes)


def _observed(sheet: Sheet, table: Table, words: Sequence[str]) -> date | None:
    """The day a table tells of, as said above it."""
    above = (cell for row in sheet.grid[: table.header_row - 1] for cell in row if isinstance(cell, str))
    return next((day for text in above if (day := day_told(text, words)) is not None), None)


def _read_values(table: Table, codes: Mapping[str, Mapping[str, int]]) -> None:
    readers = [_ColumnReader(table, column, codes) for column in table.feed.columns]
    carried = _Carried(table)
    text_file = not table.sheet
    for row in table.rows:
        cells = carried.fill(row.cells)
        values: dict[str, Value] = {}
        for reader in readers:
            reader.read(cells, row, values)
        row.values = values
        if text_file and any(cell.__class__ is str and UNKNOWN in cell for cell in row.cells):
            row.problems.append(_undecodable(row, table))


class _Carried:
    """Cells that stand on the first row of a group only (a household's) are carried down to its other rows."""

    def __init__(self, table: Table) -> None:
        feed, columns = table.feed, table.columns
        self._positions = [columns[each] for each in feed.carry_down if each in columns]
        self._start = columns.get(feed.group_start) if feed.group_start else None
        self._group: dict[int, Cell] = {}

    def fill(self, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """The cells of a row with those of its group where they are empty."""
        if not self._positions:
            return cells
        own = {at: cells[at] for at in self._positions if at < len(cells) and filled(cells[at])}
        if own and (self._start is None or (self._start < len(cells) and filled(cells[self._start]))):
            self._group = own
            return cells
        longest = max([len(cells), *(at + 1 for at in self._group)])
        complete = list(cells) + [None] * (longest - len(cells))
        for at, cell in self._group.items():
            if at not in own:
                complete[at] = cell
        return tuple(complete)


class _ColumnReader:
    """Reads one column of one table; equal cells are read once."""

    def __init__(self, table: Table, column: Column, codes: Mapping[str, Mapping[str, int]]) -> None:
        self._column = column
        self._at = table.columns.get(column.id)
        self._heading = table.headings.get(column.id, column.headings[0])
        self._codes = codes.get(column.kind.removeprefix("code:")) if column.kind.startswith("code:") else None
        self._known: dict[tuple[type, Cell], _Read] | None = None if column.kind in _NO_CACHE else {}
        self._assumed = self._parse(_assumed(table, column))[0] if self._at is None else None

    def read(self, cells: Sequence[Cell], row: Row, values: dict[str, Value]) -> None:
        """Put the value of this column into ``values``, and what is wrong with its cell into the row's problems."""
        if self._at is None:
            if self._assumed is not None:
                values[self._column.id] = self._assumed
            return
        cell = cells[self._at] if self._at < len(cells) else None
        value, problem = self._parse(cell)
        values[self._column.id] = value
        if problem is not None:
            row.problems.append(self._problem(cell, problem))

    def _parse(self, cell: Cell) -> _Read:
        known = self._known
        if known is None:
            return self._parse_now(cell)
        key = (cell.__class__, cell)
        found = known.get(key)
        if found is None:
            found = known[key] = self._parse_now(cell)
        return found

    def _parse_now(self, cell: Cell) -> _Read:
        try:
            return parse(self._column.kind, cell, self._codes), None
        except Unreadable as problem:
            return None, problem

    def _problem(self, cell: Cell, problem: Unreadable) -> Problem:
        return Problem(
            column=self._heading,
            value="" if cell is None else str(cell),
            rule=problem.rule,
            message=problem.message,
            remedy=problem.remedy,
            rejects=self._column.required,
        )


def _assumed(table: Table, column: Column) -> Cell:
    """The cell of a column that the table has not: a word of its name or title, or what the feed assumes."""
    for text in (table.sheet, table.title, table.file):
        for word in column.from_title:
            if word in squeeze(text):
                return word
    return column.absent


def _undecodable(row: Row, table: Table) -> Problem:
    at, cell = next((at, cell) for at, cell in enumerate(row.cells) if isinstance(cell, str) and UNKNOWN in cell)
    heading = next(
        (table.headings[key] for key, position in table.columns.items() if position == at), f"第 {at + 1} 列"
    )
    return Problem(
        column=heading,
        value=str(cell),
        rule="undecodable",
        message="这一格有无法识别的字符（显示为 �），原来的字已丢失",
        remedy="请用 Excel 打开来源文件核对这一格，另存为 .xlsx 再提交",
        rejects=False,
    )
