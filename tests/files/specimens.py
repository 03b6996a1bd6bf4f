"""What a specimen of the corpus is, and how its files are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import openpyxl
import xlwt
from openpyxl.worksheet.worksheet import Worksheet

Make: TypeAlias = Callable[[Path], None]
ROSTER = "残疾人花名册"


@dataclass(frozen=True)
class Specimen:
    """A file to be made, and what reading it must give.

    ``rows``: data rows over all tables. ``refusal`` and ``remark``: words that must stand in the file's refusal or a
    sheet's remark. ``rules``: problems that must be told. ``skipped``: reasons that must be given for rows.
    ``hidden``: names of hidden sheets that must be told.
    """

    name: str
    file: str
    make: Make
    rows: int = 0
    refusal: str = ""
    remark: str = ""
    rules: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    hidden: tuple[str, ...] = ()


class Shelf:
    """Collects specimens from decorated functions; the function's name is the specimen's."""

    def __init__(self) -> None:
        self.specimens: list[Specimen] = []

    def put(
        self,
        file: str = f"{ROSTER}.xlsx",
        *,
        rows: int = 0,
        refusal: str = "",
        remark: str = "",
        rules: Sequence[str] = (),
        skipped: Sequence[str] = (),
        hidden: Sequence[str] = (),
    ) -> Callable[[Make], Make]:
        """Register a function that makes a file."""

        def register(make: Make) -> Make:
            told = (frozenset(rules), frozenset(skipped), tuple(hidden))
            self.specimens.append(Specimen(make.__name__, file, make, rows, refusal, remark, *told))
            return make

        return register


def sheet_of(book: openpyxl.Workbook, name: str, lines: Sequence[Sequence[object]]) -> Worksheet:
    """Add a sheet with these lines."""
    sheet = book.create_sheet(name)
    for line in lines:
        sheet.append(list(line))
    return sheet


def new_book() -> openpyxl.Workbook:
    """A workbook without any sheet."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    return book


def save(path: Path, lines: Sequence[Sequence[object]], name: str = "名册") -> None:
    """A workbook of one sheet."""
    book = new_book()
    sheet_of(book, name, lines)
    book.save(path)


def save_xls(path: Path, sheets: Sequence[tuple[str, Sequence[Sequence[object]], int]]) -> None:
    """A legacy workbook: name, lines and visibility (0 shown, 1 hidden, 2 very hidden) of each sheet."""
    book = xlwt.Workbook()
    for name, lines, visibility in sheets:
        sheet = book.add_sheet(name)
        sheet.visibility = visibility
        for at, line in enumerate(lines):
            for column, cell in enumerate(line):
                if cell is not None:
                    sheet.write(at, column, cell)
    book.save(str(path))


def text_of(lines: Sequence[Sequence[object]], delimiter: str = ",", newline: str = "\n") -> str:
    """Lines as delimited text."""
    return "".join(delimiter.join("" if cell is None else str(cell) for cell in line) + newline for line in lines)
