"""The office's roster as a workbook, read and changed the way somebody does in Excel."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from zhucan.files.citizen import check_character

NAME, ID, CARE = "姓名", "身份证号", "是否需要长期照护"


def roster_of(county: Path) -> Path:
    """The roster among the files of a county."""
    return next((county / "files").glob("01_*"))


def head_of(sheet: Worksheet) -> tuple[int, Mapping[str, int]] | None:
    """The row of the headings, and the column of each; None where the sheet has none."""
    for row in sheet.iter_rows(max_row=10):
        column = {re.sub(r"\s", "", str(cell.value)): cell.column for cell in row if cell.value is not None}
        if NAME in column and ID in column:
            return row[0].row, column
    return None


def sheets_of(book: openpyxl.Workbook) -> list[tuple[Worksheet, int, Mapping[str, int]]]:
    """The visible sheets that hold people."""
    found = [(sheet, head_of(sheet)) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return [(sheet, *head) for sheet, head in found if head is not None]


def bytes_of(book: openpyxl.Workbook) -> bytes:
    """The workbook as it is saved."""
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def changed_roster(county: Path) -> bytes:
    """The roster with one row made unusable and the care need of two people settled."""
    book = openpyxl.load_workbook(roster_of(county))
    sheet, head, column = sheets_of(book)[0]
    sheet.cell(head + 2, column[ID]).value = "45080319"
    for row in (head + 4, head + 5):
        sheet.cell(row, column[CARE]).value = "否" if sheet.cell(row, column[CARE]).value == "是" else "是"
    return bytes_of(book)


def with_rows(county: Path, rows: Sequence[Mapping[str, str]]) -> bytes:
    """The roster with these rows after the first sheet's first person: {heading: value}."""
    book = openpyxl.load_workbook(roster_of(county))
    sheet, head, column = sheets_of(book)[0]
    sheet.insert_rows(head + 2, len(rows))
    for number, given in enumerate(rows):
        for heading, value in given.items():
            sheet.cell(head + 2 + number, column[heading]).value = value
    return bytes_of(book)


def citizen_id(first: str) -> str:
    """Seventeen digits with their check character."""
    return first + check_character(first)
