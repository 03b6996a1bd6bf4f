"""One way of writing a sheet: one header row, frozen and filtered, text as text, sums as right-aligned numbers.

Nothing here is ever live: text goes through ``write_string`` only, links lead inside the same workbook (R16).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from zhucan.match.result import Number

Item = TypeVar("Item")
Shown: TypeAlias = str | int | date | None

INDEX = "目录"
CHINESE_FONT = "Microsoft YaHei"
_HEADER_HEIGHT = 32
_LINE_HEIGHT = 18
_FIRST_CHINESE = 0x2E80


@dataclass(frozen=True, slots=True)
class Column(Generic[Item]):
    """A column: heading, width in half-width characters, and what to show of an item.

    Text and dates stand left; with ``number`` whole numbers, with ``money`` sums (given in 分, shown in 元) stand
    right-aligned under a right-aligned heading.
    ``wrap`` is for sentences: the row grows with them.
    """

    heading: str
    width: float
    show: Callable[[Item], Shown]
    number: bool = False
    money: bool = False
    wrap: bool = False


class Book:
    """A workbook under way, in constant memory; its scratch files stay in the folder of the workbook."""

    def __init__(self, path: Path, office: str, day: str) -> None:
        """Start a workbook at ``path``; ``office`` and ``day`` go into the foot of each printed page."""
        self.file = new_workbook(path)
        self.office, self.day = office, day
        base = {"font_name": CHINESE_FONT, "font_size": 11, "valign": "top"}
        self._text = self.file.add_format(base | {"num_format": "@"})
        self._wrapped = self.file.add_format(base | {"num_format": "@", "text_wrap": True})
        self._whole = self.file.add_format(base | {"num_format": "#,##0_)", "align": "right"})
        self._money = self.file.add_format(base | {"num_format": "#,##0.00_)", "align": "right"})
        self._date = self.file.add_format(base | {"num_format": "yyyy-mm-dd", "align": "left"})
        head = base | {"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 2}
        self._head = self.file.add_format(head)
        self._head_right = self.file.add_format(head | {"align": "right", "indent": 1})
        self._head_link = self.file.add_format(head | {"underline": 1})
        self._link = self.file.add_format(base | {"underline": 1})

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def add(
        self,
        name: str,
        columns: Sequence[Column[Item]],
        items: Iterable[Item],
        *,
        printed: int | None = None,
        pages_wide: int = 1,
    ) -> None:
        """Write one sheet with a last, empty column whose heading leads to the index sheet.

        ``printed``: how many columns, from the left, go on paper; all of them unless told.
        ``pages_wide``: over how many sheets of paper side by side; the first three columns stand on each.
        """
        sheet = self.file.add_worksheet(name)
        self._prepare(sheet, columns)
        sheet.set_column(len(columns), len(columns), 10)
        sheet.write_url(0, len(columns), f"internal:'{INDEX}'!A1", self._head_link, f"回{INDEX}")
        last = 0
        for last, item in enumerate(items, start=1):
            shown = [column.show(item) for column in columns]
            sheet.set_row(last, _row_height(columns, shown))
            for place, (column, value) in enumerate(zip(columns, shown, strict=True)):
                self._write(sheet, last, place, column, value)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        sheet.print_area(0, 0, last, (printed or len(columns)) - 1)
        if pages_wide > 1:
            sheet.fit_to_pages(pages_wide, 0)
            sheet.repeat_columns(0, 2)

    def _prepare(self, sheet: Worksheet, columns: Sequence[Column[Item]]) -> None:
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, _HEADER_HEIGHT)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(
                0, place, column.heading, self._head_right if column.money or column.number else self._head
            )
        set_page(sheet, self.office, self.day)

    def _write(self, sheet: Worksheet, row: int, place: int, column: Column[Item], value: Shown) -> None:
        if value is None or value == "":
            return
        if isinstance(value, str):
            sheet.write_string(row, place, value, self._wrapped if column.wrap else self._text)
        elif isinstance(value, date):
            sheet.write_datetime(row, place, value, self._date)
        elif column.money:
            sheet.write_number(row, place, value / 100, self._money)
        else:
            sheet.write_number(row, place, value, self._whole)

    def add_index(self, entries: Sequence[IndexEntry]) -> None:
        """Write the index sheet: what each sheet holds, how many, how much; its name leads to it."""
        sheet = self.file.add_worksheet(INDEX)
        self._prepare(sheet, _INDEX_COLUMNS)
        for row, entry in enumerate(entries, start=1):
            sheet.set_row(row, _row_height(_INDEX_COLUMNS, [column.show(entry) for column in _INDEX_COLUMNS]))
            sheet.write_url(row, 0, f"internal:'{entry.sheet}'!A1", self._link, entry.sheet)
            for place, column in enumerate(_INDEX_COLUMNS[1:], start=1):
                self._write(sheet, row, place, column, column.show(entry))
        self.file.define_name(INDEX, f"='{INDEX}'!$A$1")


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One sheet as the index names it; ``fen`` and ``persons`` are None where they do not apply."""

    sheet: str
    meaning: str
    count: int
    unit: str
    persons: int | None = None
    fen: int | None = None
    money_is: str = ""

    @classmethod
    def of(cls, sheet: str, meaning: str, number: Number, money_is: str) -> IndexEntry:
        """The entry of a list of 人次."""
        return cls(sheet, meaning, number.lines, "人次", number.persons, number.fen, money_is)


_INDEX_COLUMNS: Sequence[Column[IndexEntry]] = (
    Column("工作表", 18, lambda entry: entry.sheet),
    Column("里面是什么", 62, lambda entry: entry.meaning, wrap=True),
    Column("数量", 10, lambda entry: entry.count, number=True),
    Column("单位", 8, lambda entry: entry.unit),
    Column("人数（人）", 11, lambda entry: entry.persons, number=True),
    Column("金额（元）", 16, lambda entry: entry.fen, money=True),
    Column("金额的意思", 26, lambda entry: entry.money_is, wrap=True),
)


def new_workbook(path: Path) -> xlsxwriter.Workbook:
    """A workbook in constant memory, its scratch files beside it (where nobody else may read).

    The default font decides how wide a column is; Arial, or a font of its measures, is found everywhere.
    """
    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "default_format_properties": {"font_name": "Arial", "font_size": 10},
    }
    return xlsxwriter.Workbook(path, options)


def set_page(sheet: Worksheet, office: str, day: str) -> None:
    """A4 landscape, 20 mm margins, one page wide, header row on every page, page x / y, office and date in the foot."""
    margin = 20 / 25.4
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(margin, margin, margin, margin)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header("&L&A&R经办人签字：＿＿＿＿＿＿　日期：＿＿＿＿＿＿")
    sheet.set_footer(f"&L{_plain(office)}&C第 &P 页 / 共 &N 页&R{_plain(day)}")


def _plain(text: str) -> str:
    return text.replace("&", "&&")


def text_width(text: str) -> int:
    """How wide text is, in half-width characters: a Chinese character takes two."""
    return sum(2 if ord(character) >= _FIRST_CHINESE else 1 for character in text)


def _row_height(columns: Sequence[Column[Item]], shown: Sequence[Shown]) -> float:
    lines = 1
    for column, value in zip(columns, shown, strict=True):
        if column.wrap and isinstance(value, str):
            lines = max(lines, -(-text_width(value) // max(1, int(column.width) - 1)))
    return _LINE_HEIGHT * min(lines, 8)
