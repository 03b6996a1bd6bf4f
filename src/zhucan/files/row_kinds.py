"""What a row below a heading is: data, or something a person typed around the data (sums, signatures, page titles)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zhucan.files.cells import Cell
from zhucan.files.feeds import IDENTITY_KINDS, Common
from zhucan.files.headings import heading_key, squeeze
from zhucan.files.tables import Table

HEADING = "重复的表头"
TITLE = "标题"
TOTAL = "小计、合计"
NOTE = "制表、审核或说明"
NUMBER_ONLY = "只有序号，没有内容"
SECTION = "汇总行"

_DIGITS_OF_A_PERSON = 8
"""A number column with fewer digits in it names nobody (``142人``, a repeated heading)."""
_FIRST_CELLS = 3
_MOST_OTHER_WORDS = 1
"""A line of sums holds numbers; beside its own word it may hold one more (the sum in words)."""
_SENTENCE = 12
_COUNT = re.compile(r"[:：]?\(?\d+(?:\.\d+)?(?:人次?|户|元|条|笔)?\)?")


def filled(cell: Cell) -> bool:
    """Whether a person sees something in the cell."""
    return cell is not None and (cell.__class__ is not str or not cell.isspace())


def line_of(row: Sequence[Cell]) -> str:
    """The filled cells of a row, as one line."""
    return "|".join(str(cell).strip() for cell in row if filled(cell))


class RowJudge:
    """Judges the rows of one table."""

    def __init__(self, table: Table, common: Common) -> None:
        columns = table.columns
        self._identity = [columns[c.id] for c in table.feed.columns if c.kind in IDENTITY_KINDS and c.id in columns]
        self._names = [columns[c.id] for c in table.feed.columns if c.kind == "name" and c.id in columns]
        self._sequence = next(
            (columns[c.id] for c in table.feed.columns if c.kind == "sequence" and c.id in columns), None
        )
        self._start = table.feed.section_start
        self._end = table.feed.section_end
        words = "|".join(map(re.escape, common.totals))
        self._total = re.compile(rf".{{0,20}}(?:{words})(?:{_COUNT.pattern}|[:：])?") if words else None
        self._notes = tuple(squeeze(word) for word in common.notes)

    def has_identity(self, row: Sequence[Cell]) -> bool:
        """Whether a number of a person or an account, whole or damaged, stands where it should: then it is data."""
        for at in self._identity:
            if at < len(row):
                cell = row[at]
                if (
                    cell is not None
                    and sum(map(str.isdigit, str(cell))) >= _DIGITS_OF_A_PERSON
                    and not self._is_note(cell)
                ):
                    return True
        return False

    def section(self, row: Sequence[Cell]) -> bool | None:
        """True for the line that starts a section of a text file, False for the one that ends it, else None."""
        if self._start is None or not row or not isinstance(row[0], str):
            return None
        key = heading_key(row[0])
        if key == self._start:
            return True
        return False if key == self._end else None

    def can_be_title(self, row: Sequence[Cell]) -> bool:
        """Whether one text stands alone in a row, and not where a name would."""
        seen = [at for at, cell in enumerate(row) if filled(cell)]
        return len(seen) == 1 and seen[0] not in self._names and isinstance(row[seen[0]], str)

    def reason(self, row: Sequence[Cell]) -> str | None:
        """Why a row without a person's number is not data; None where it may be data with its number missing."""
        seen = [(at, cell) for at, cell in enumerate(row) if filled(cell)]
        if [at for at, _ in seen] == [self._sequence]:
            return NUMBER_ONLY if _is_number(seen[0][1]) else self._remark(seen)
        if any(self._is_total(cell) for _, cell in seen[:_FIRST_CELLS]) and self._names_nobody(row):
            words = sum(1 for _, cell in seen if not (_is_number(cell) or self._is_total(cell) or self._is_note(cell)))
            if words <= _MOST_OTHER_WORDS:
                return TOTAL
        return self._remark(seen) if self._names_nobody(row) else None

    def _remark(self, seen: Sequence[tuple[int, Cell]]) -> str | None:
        first = seen[0][1]
        if len(seen) == 1 and self._is_total(first):
            return TOTAL
        if self._is_note(first):
            return NOTE
        sentence = len(seen) == 1 and isinstance(first, str) and len(squeeze(first)) >= _SENTENCE
        return NOTE if sentence and seen[0][0] not in self._names else None

    def _names_nobody(self, row: Sequence[Cell]) -> bool:
        """Whether the columns of names are empty or hold a count, a word of a sum, or a signature."""
        cells = [row[at] for at in self._names if at < len(row)]
        return all(
            not filled(cell)
            or not isinstance(cell, str)
            or self._is_total(cell)
            or self._is_note(cell)
            or _is_number(cell)
            for cell in cells
        )

    def _is_total(self, cell: Cell) -> bool:
        return isinstance(cell, str) and self._total is not None and self._total.fullmatch(squeeze(cell)) is not None

    def _is_note(self, cell: Cell) -> bool:
        return isinstance(cell, str) and squeeze(cell).startswith(self._notes)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) or (isinstance(cell, str) and _COUNT.fullmatch(squeeze(cell)) is not None)
