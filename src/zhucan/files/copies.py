"""Writes copies of people's files: plain rows as they were read, streamed, never a live formula."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import TracebackType

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from zhucan.files.cells import Cell

_NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_FIRST_DAY = date(1900, 3, 1)
_LONG_NUMBER = 10**11
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


class _Exact(float):
    """A number written with all its digits: XlsxWriter prints sixteen, and a double may need seventeen."""

    def __format__(self, specification: str) -> str:
        return repr(float(self))


class CopyBook:
    """A workbook of plain rows. Rows are written from the top, sheet after sheet; memory does not grow with them."""

    def __init__(self, path: Path) -> None:
        # unfinished sheets lie beside the book itself, where its folder's rights guard them
        self._book = xlsxwriter.Workbook(str(path), _OPTIONS | {"tmpdir": str(path.parent)})
        self._formats: dict[tuple[str, bool, bool], Format] = {}

    def __enter__(self) -> CopyBook:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self._book.close()
        else:
            # what was begun is a temporary file of XlsxWriter's; nothing half-written appears under the given name
            self._book.fileclosed = True

    def sheet(self, name: str, widths: Sequence[tuple[int, float]] = ()) -> CopySheet:
        """Begin a sheet; ``widths`` are columns (from 0) with their width in characters."""
        sheet = self._book.add_worksheet(name)
        for column, width in widths:
            sheet.set_column(column, column, width)
        return CopySheet(sheet, self)

    def format(self, number: str, bad: bool, wrapped: bool) -> Format | None:
        """The format of a cell: a number pattern, bold and underlined where bad; None for a plain one."""
        if not (number or bad or wrapped):
            return None
        key = (number, bad, wrapped)
        if key not in self._formats:
            wanted: dict[str, object] = {"num_format": number} if number else {}
            wanted |= {"bold": True, "underline": 1} if bad else {}
            wanted |= {"text_wrap": True, "valign": "top"} if wrapped else {}
            self._formats[key] = self._book.add_format(wanted)
        return self._formats[key]


class CopySheet:
    """One sheet being written."""

    def __init__(self, sheet: Worksheet, book: CopyBook) -> None:
        self._sheet, self._book = sheet, book

    def row(
        self, number: int, cells: Sequence[Cell], bad: frozenset[int] = frozenset(), *, wrapped: bool = False
    ) -> None:
        """Write the cells of row ``number`` (from 1); positions in ``bad`` are marked, empty ones too."""
        for column, cell in enumerate(cells):
            if cell is not None or column in bad:
                self._write(number - 1, column, cell, column in bad, wrapped)

    def _write(self, row: int, column: int, cell: Cell, bad: bool, wrapped: bool) -> None:
        sheet, form = self._sheet, self._book.format
        if isinstance(cell, str):
            sheet.write_string(row, column, _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", cell), form("", bad, wrapped))
        elif cell is None:
            sheet.write_blank(row, column, None, form("", bad, wrapped))
        elif isinstance(cell, bool):
            sheet.write_boolean(row, column, cell, form("", bad, wrapped))
        elif isinstance(cell, date):
            if cell < _FIRST_DAY:
                sheet.write_string(row, column, cell.isoformat(), form("", bad, wrapped))
            else:
                sheet.write_datetime(row, column, cell, form("yyyy-mm-dd", bad, wrapped))
        elif not math.isfinite(cell):
            sheet.write_string(row, column, str(cell), form("", bad, wrapped))
        else:
            long = isinstance(cell, int) and abs(cell) >= _LONG_NUMBER
            exact = _Exact(cell) if isinstance(cell, float) else cell
            sheet.write_number(row, column, exact, form("0" if long else "", bad, wrapped))
