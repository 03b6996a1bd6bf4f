"""Office workbooks: a title that says the people are invented, headings, rows, totals, and habits around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from zhucan.demo.dirt import Cell

INVENTED = "(演示数据,人员、证号、账号均为虚构)"
Row = Sequence[Cell]


@dataclass(slots=True)
class Page:
    """One sheet. ``bands`` is a second heading line above the headings (position → words), as offices like to have.

    ``merges`` are (first row, last row, column) within ``rows``, from 0, where one cell stands for several rows.
    """

    name: str
    title: str
    headings: Sequence[str]
    rows: list[Row]
    note: str = ""
    blank_after_title: bool = False
    bands: Mapping[int, str] = field(default_factory=dict)
    foot: Sequence[Row] = ()
    hidden: bool = False
    merges: Sequence[tuple[int, int, int]] = ()


def exported_on(as_of: date) -> str:
    """The day lists say they were written, as offices write days: nine days after the as-of day."""
    day = as_of + timedelta(days=9)
    return f"{day.year}年{day.month}月{day.day}日"


def write_book(path: Path, pages: Sequence[Page], written_on: date) -> None:
    """Write the pages as one xlsx; the same pages give the same bytes."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"title": f"{pages[0].title}{INVENTED}", "created": datetime.combine(written_on, time())})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for page in pages:
            sheet = book.add_worksheet(page.name)
            if page.hidden:
                sheet.hide()
            _write_page(sheet, page, day)


def _write_page(sheet: Worksheet, page: Page, day: Format) -> None:
    top = _above_the_rows(page)
    merged = {(row, column) for first, last, column in page.merges for row in range(first, last + 1)}
    for number, row in enumerate([*top, *page.rows, *page.foot]):
        for column, cell in enumerate(row):
            if (number - len(top), column) not in merged:
                _write_cell(sheet, number, column, cell, day)
    for first, last, column in page.merges:
        sheet.merge_range(first + len(top), column, last + len(top), column, page.rows[first][column])
    sheet.set_column(0, max(len(page.headings), 1), 14)


def _above_the_rows(page: Page) -> list[Row]:
    optional: tuple[tuple[bool, Row], ...] = (
        (bool(page.note), [page.note]),
        (page.blank_after_title, []),
        (bool(page.bands), [page.bands.get(place, "") for place in range(len(page.headings))]),
        (bool(page.headings), page.headings),
    )
    return [[page.title + INVENTED], *(row for wanted, row in optional if wanted)]


def _write_cell(sheet: Worksheet, row: int, column: int, cell: Cell, day: Format) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(row, column, datetime.combine(cell, time()), day)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif cell:
        sheet.write_string(row, column, cell)
