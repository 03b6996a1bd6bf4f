"""The shapes that pass between reading a file and matching it: a source file, its tables, their rows.

A *cell* is what the reader found (text, number, date, truth value or nothing). A *value* is what a feed's column made
of it. Every data row ends with exactly one outcome, so that
``read = accepted + unchanged + duplicate + not_ours + rejected``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from pathlib import Path

from zhucan.files.cells import Cell
from zhucan.files.feeds import Feed
from zhucan.files.values import Value


class Outcome(Enum):
    """What became of one data row."""

    ACCEPTED = "accepted"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    NOT_OURS = "not_ours"
    REJECTED = "rejected"

    @property
    def zh(self) -> str:
        """The word written into the user's own file."""
        return _OUTCOME_WORDS[self]


_OUTCOME_WORDS = {
    Outcome.ACCEPTED: "采用",
    Outcome.UNCHANGED: "无变化",
    Outcome.DUPLICATE: "重复",
    Outcome.NOT_OURS: "不在本名册",
    Outcome.REJECTED: "拒绝",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one row, in words the person who can mend it understands.

    ``rule`` is a stable code (``id_check``, ``date_unreadable`` …); ``rejects`` says whether the row cannot be used
    because of it.
    """

    column: str
    value: str
    rule: str
    message: str
    remedy: str
    rejects: bool = True


@dataclass(slots=True)
class Row:
    """One data row: its number as the spreadsheet program shows it (from 1), raw cells, values by feed column id."""

    number: int
    cells: tuple[Cell, ...]
    values: Mapping[str, Value] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    outcome: Outcome | None = None
    note: str = ""


@dataclass(slots=True)
class Table:
    """One recognised table: a sheet, or a section of a text file, read by one feed.

    ``columns`` maps feed column ids to 0-based positions; ``headings`` holds the user's own words for them.
    ``header_row`` is the number of the (last) heading line; ``observed`` the day the table tells of, as said above it.
    ``skipped`` says of every other filled row
    what it is (``小计、合计``, ``重复的表头`` …), by row number: such rows are not counted in ``read``.
    """

    file: str
    sheet: str
    title: str
    feed: Feed
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    rows: list[Row] = field(default_factory=list)
    header_row: int = 0
    observed: date | None = None
    skipped: dict[int, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The file, and the sheet where the file has several, in one word: ``名册.xlsx#江南街道``."""
        return f"{self.file}#{self.sheet}" if self.sheet else self.file


@dataclass(slots=True)
class Sheet:
    """One visible sheet as read, whether recognised or not; ``remark`` says in Chinese why it was not read as data."""

    name: str
    grid: list[tuple[Cell, ...]]
    tables: list[Table] = field(default_factory=list)
    remark: str = ""


@dataclass(slots=True)
class SourceFile:
    """One file of the folder. ``refusal`` (plain Chinese) is set when nothing of it could be read.

    ``spreadsheet`` is false for what is no table by its name (a read-me, a sub-folder): listed, so that nothing is
    passed over in silence, and nothing to mend.
    """

    path: Path
    sheets: list[Sheet] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)
    refusal: str = ""
    spreadsheet: bool = True

    @property
    def name(self) -> str:
        """The file name without its folder."""
        return self.path.name

    @property
    def tables(self) -> list[Table]:
        """All recognised tables, in the order of the sheets."""
        return [table for sheet in self.sheets for table in sheet.tables]


@dataclass(frozen=True, slots=True)
class Account:
    """The row count of one file or table; it always adds up, and says so when printed."""

    read: int
    accepted: int
    unchanged: int
    duplicate: int
    not_ours: int
    rejected: int

    @property
    def balanced(self) -> bool:
        """Whether every row read has one outcome."""
        return self.read == self.accepted + self.unchanged + self.duplicate + self.not_ours + self.rejected


def account(tables: list[Table]) -> Account:
    """Count the rows of these tables by outcome; a row without an outcome makes the account unbalanced."""
    counts = dict.fromkeys(Outcome, 0)
    read = 0
    for table in tables:
        for row in table.rows:
            read += 1
            if row.outcome is not None:
                counts[row.outcome] += 1
    return Account(read, *(counts[outcome] for outcome in Outcome))
