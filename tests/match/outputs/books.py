"""Reading back what was written, as Excel would find it."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook

FULL_ID = re.compile(r"(?<!\d)\d{17}[\dX]")


def open_book(path: Path) -> Workbook:
    """The workbook; what is a formula is read as one."""
    return load_workbook(path)


def texts(book: Workbook) -> list[str]:
    """Every text of every cell."""
    return [cell.value for sheet in book for row in sheet for cell in row if isinstance(cell.value, str)]


def formulas(path: Path) -> list[str]:
    """Every formula written into a workbook's sheets; there must be none."""
    with ZipFile(path) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        return [found for name in sheets for found in re.findall(r"<f>.*?</f>", parts.read(name).decode())]


def headings(sheet) -> list[str]:
    """The one header row."""
    return [cell.value for cell in sheet[1]]
