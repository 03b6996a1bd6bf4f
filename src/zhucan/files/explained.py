"""A copy of the user's own file that says of every row what became of it, and of every fault how to mend it.

All visible sheets, rows, columns and values in their order, as xlsx, with two columns added to the right of each sheet.
Texts are written as texts, never as formulas; a number stays the number the user typed; styles and merged cells are not
kept. Hidden sheets are named on the last sheet and not copied. A file that was refused becomes one sheet that says why.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from zhucan.files.tables import Account, Cell, Problem, Row, Sheet, SourceFile, Table, account

OUTCOME_HEADING = "处理结果"
PROBLEM_HEADING = "问题与改法"
NOTE_SHEET = "处理说明"
_UNDECIDED = "未处理"
_NOT_DATA = "不是数据"
_NOT_READ = "未读取"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_LONGEST_NAME = 31
_LONGEST_CELL = 32_767
_LONG_NUMBER = 10**11
_FIRST_DAY = date(1900, 1, 1)
_WIDTHS = ((OUTCOME_HEADING, 12), (PROBLEM_HEADING, 80))


def write_explained(source: SourceFile, path: Path) -> None:
    """Write the explained copy of ``source`` to ``path`` (an xlsx); streams, so memory does not grow with the file.

    Raises:
        OSError: the file cannot be written.
    """
    with _Book(path) as book:
        for sheet in source.sheets:
            _write_sheet(book, sheet, sheet.name or source.path.stem)
        book.notes(_notes(source))


def explain(problem: Problem) -> str:
    """A problem as one sentence: which column, what stands there, what is wrong, what to do."""
    shown = "（空）" if not problem.value else "" if problem.value in problem.message else f"“{problem.value}”"
    where = f"【{problem.column}】{shown}" if problem.column else ""
    return f"{where}{problem.message}。改法：{problem.remedy}。".replace("。。", "。")


def account_words(total: Account) -> str:
    """The account of a table or a file in words, with its check."""
    sums = "账平" if total.balanced else "账不平"
    return (
        f"读入 {total.read} 行 = 采用 {total.accepted} + 无变化 {total.unchanged} + 重复 {total.duplicate}"
        f" + 不在本名册 {total.not_ours} + 拒绝 {total.rejected}（{sums}）"
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What the two added columns say of one row, and which of its cells are bad."""

    outcome: str
    problems: str
    bad: frozenset[int] = frozenset()


def _write_sheet(book: _Book, sheet: Sheet, name: str) -> None:
    width = max((len(row) for row in sheet.grid), default=0)
    page = book.page(name, width)
    told = dict(_told(sheet))
    for number, cells in enumerate(sheet.grid, 1):
        page.row(number - 1, cells, told.get(number))
    if not sheet.grid and told:
        page.row(0, (), told.get(1))


def _told(sheet: Sheet) -> Iterator[tuple[int, _Told]]:
    if sheet.remark:
        yield 1, _Told(_NOT_READ, sheet.remark)
    for table in sheet.tables:
        yield table.header_row, _Told(OUTCOME_HEADING, PROBLEM_HEADING)
        positions = {table.headings[key]: at for key, at in table.columns.items()}
        for number, reason in table.skipped.items():
            yield number, _Told(_NOT_DATA, reason)
        for row in table.rows:
            yield row.number, _told_of(row, positions)


def _told_of(row: Row, positions: dict[str, int]) -> _Told:
    outcome = row.outcome.zh if row.outcome else _UNDECIDED
    if not row.problems:
        return _Told(outcome, row.note)
    said = [explain(problem) for problem in row.problems] + ([row.note] if row.note else [])
    bad = frozenset(positions[each.column] for each in row.problems if each.column in positions)
    return _Told(outcome, "".join(said), bad)


def _notes(source: SourceFile) -> list[str]:
    lines = [f"文件：{source.name}"]
    if source.refusal:
        return [*lines, f"这个文件没有读取：{source.refusal}"]
    lines.append(
        "原表的可见工作表、行、列和内容都照原样复制，右边加了“处理结果”和“问题与改法”两列；有问题的单元格加粗并加下划线。"
    )
    lines.append("请在这份文件里按“问题与改法”改正，保存后重新提交即可；加的两列可以留着，不影响读取。")
    for sheet in source.sheets:
        where = f"工作表“{sheet.name}”：" if sheet.name else ""
        lines.extend(f"{where}{_table_words(table)}" for table in sheet.tables)
        if sheet.remark:
            lines.append(f"{where}{sheet.remark}")
    lines.extend(
        f"隐藏的工作表“{name}”没有读取，也没有复制。如需读取，请取消隐藏后重新提交。" for name in source.hidden_sheets
    )
    return lines


def _table_words(table: Table) -> str:
    skipped = f"；另有 {len(table.skipped)} 行不是数据（表头、合计、制表等）" if table.skipped else ""
    return f"按“{table.feed.title}”读取。{account_words(account([table]))}{skipped}"


class _Book:
    """The workbook being written: formats, names of sheets, the sheet of notes."""

    def __init__(self, path: Path) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._names: set[str] = set()
        self.plain = _Formats(self._book, bad=False)
        self.bad = _Formats(self._book, bad=True)
        self.wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})

    def __enter__(self) -> _Book:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._book.close()

    def page(self, name: str, width: int) -> _Page:
        """A new sheet for a sheet of the source; the added columns stand at ``width`` and ``width + 1``."""
        sheet = self._book.add_worksheet(self._name(name))
        for at, (_, wide) in enumerate(_WIDTHS, width):
            sheet.set_column(at, at, wide)
        return _Page(sheet, self, width)

    def notes(self, lines: Sequence[str]) -> None:
        """The last sheet: what was read and what was not, one sentence a row."""
        sheet = self._book.add_worksheet(self._name(NOTE_SHEET))
        sheet.set_column(0, 0, 110)
        for number, line in enumerate(lines):
            sheet.write_string(number, 0, _writable(line), self.wrapped)

    def _name(self, wanted: str) -> str:
        """A name Excel accepts, as near to the wanted one as can be, and not used yet."""
        base = _FORBIDDEN.sub(" ", _writable(wanted)).strip().strip("'")[:_LONGEST_NAME] or "Sheet"
        name, count = base, 1
        while name.lower() in self._names or name.lower() == "history":
            count += 1
            ending = f"({count})"
            name = base[: _LONGEST_NAME - len(ending)] + ending
        self._names.add(name.lower())
        return name


class _Formats:
    """How cells of each kind are shown, plain or marked as bad (bold and underlined, never by colour)."""

    def __init__(self, book: xlsxwriter.Workbook, *, bad: bool) -> None:
        marked = {"bold": True, "underline": 1} if bad else {}
        self.text: Format | None = book.add_format(marked) if bad else None
        self.day: Format = book.add_format({**marked, "num_format": "yyyy-mm-dd"})
        self.long: Format = book.add_format({**marked, "num_format": "0"})


class _Page:
    """One sheet being written, row after row."""

    def __init__(self, sheet: Worksheet, book: _Book, width: int) -> None:
        self._sheet = sheet
        self._book = book
        self._width = width

    def row(self, at: int, cells: Sequence[Cell], told: _Told | None) -> None:
        """Write the cells of one row and what is told of it."""
        bad = told.bad if told else frozenset()
        for column, cell in enumerate(cells):
            if cell is not None:
                self._cell(at, column, cell, self._book.bad if column in bad else self._book.plain)
        for column in bad:
            if column >= len(cells) or cells[column] is None:
                self._sheet.write_blank(at, column, None, self._book.bad.text)
        if told is not None:
            self._sheet.write_string(at, self._width, told.outcome)
            if told.problems:
                self._sheet.write_string(at, self._width + 1, _writable(told.problems)[:_LONGEST_CELL])

    def _cell(self, at: int, column: int, cell: Cell, formats: _Formats) -> None:
        if isinstance(cell, str):
            self._sheet.write_string(at, column, _writable(cell), formats.text)
        elif isinstance(cell, bool):
            self._sheet.write_boolean(at, column, cell, formats.text)
        elif isinstance(cell, date):
            if cell < _FIRST_DAY:
                self._sheet.write_string(at, column, cell.isoformat(), formats.text)
            else:
                self._sheet.write_datetime(at, column, cell, formats.day)
        elif isinstance(cell, float) and not math.isfinite(cell):
            self._sheet.write_string(at, column, str(cell), formats.text)
        elif cell is not None:
            long = isinstance(cell, int) and abs(cell) >= _LONG_NUMBER
            self._sheet.write_number(at, column, cell, formats.long if long else formats.text)


def _writable(text: str) -> str:
    """The text without what a workbook cannot hold (halves of surrogate pairs and the two non-characters)."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
