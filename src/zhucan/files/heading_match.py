"""Which columns of a feed the headings of a table are: by key, then by what a heading contains; nothing by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhucan.files.cells import Cell
from zhucan.files.feeds import Column, Common, Feed
from zhucan.files.headings import heading_key

_LONG_ENOUGH = 4
"""A synonym of fewer characters (姓名, 村) is too common to be looked for inside a longer heading."""


@dataclass(frozen=True, slots=True)
class Headings:
    """The heading line(s) of a table, laid together: one heading for every column, with its key.

    ``groups`` holds the key of the cell above, carried to the right, where the heading has two lines (else empty).
    """

    texts: tuple[str, ...]
    keys: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def filled(self) -> int:
        """How many columns have a heading at all."""
        return sum(1 for key in self.keys if key)


def one_line(row: Sequence[Cell]) -> Headings:
    """The headings of one line."""
    texts = tuple(_text(cell) for cell in row)
    keys = tuple(heading_key(text) for text in texts)
    return Headings(texts, keys, ("",) * len(keys))


def two_lines(upper: Sequence[Cell], lower: Sequence[Cell]) -> Headings:
    """The headings of two lines: the lower one where it is filled, else the upper (cells merged over both)."""
    width = max(len(upper), len(lower))
    above = [_text(cell) for cell in upper] + [""] * (width - len(upper))
    below = [_text(cell) for cell in lower] + [""] * (width - len(lower))
    groups: list[str] = []
    for text in above:
        groups.append(heading_key(text) if text.strip() or not groups else groups[-1])
    texts = tuple(low if low.strip() else high for high, low in zip(above, below, strict=True))
    keys = tuple(heading_key(text) for text in texts)
    return Headings(texts, keys, tuple(g if low.strip() else "" for g, low in zip(groups, below, strict=True)))


@dataclass(frozen=True, slots=True)
class Match:
    """A feed laid over headings: column ids to positions, and whether the headings suffice for the feed."""

    feed: Feed
    columns: Mapping[str, int]
    suffices: bool
    signed: bool

    def missing(self) -> list[str]:
        """What the feed still needs, in the words most offices use."""
        return [
            " 或 ".join(self.feed.column(each).headings[0] for each in group)
            for group in _unmet(self.feed, self.columns)
        ]


def match(feed: Feed, headings: Headings, common: Common) -> Match:
    """Lay a feed over headings. Every heading serves one column at most; the better synonym of a column wins."""
    columns: dict[str, int] = {}
    taken: set[int] = set()
    width = range(len(headings.keys))[::-1]  # from the right, so that of equal headings the first one counts
    combined = {headings.groups[at] + headings.keys[at]: at for at in width if headings.groups[at]}
    exact = {headings.keys[at]: at for at in width if headings.keys[at]}
    for positions in (combined, exact):
        for column in feed.columns:
            if column.id not in columns:
                _take(column, positions, columns, taken)
    for column in feed.columns:
        if column.id not in columns:
            _take_containing(column, headings, common, columns, taken)
    signed = any(sign in columns for sign in feed.signs)
    return Match(feed, columns, not _unmet(feed, columns), signed)


def _take(column: Column, positions: Mapping[str, int], columns: dict[str, int], taken: set[int]) -> None:
    for heading in column.headings:
        at = positions.get(heading)
        if at is not None and at not in taken:
            columns[column.id] = at
            taken.add(at)
            return


def _take_containing(
    column: Column, headings: Headings, common: Common, columns: dict[str, int], taken: set[int]
) -> None:
    for heading in column.headings:
        if len(heading) < _LONG_ENOUGH:
            continue
        for at, key in enumerate(headings.keys):
            if heading in key and at not in taken and not key.startswith(common.other_people):
                columns[column.id] = at
                taken.add(at)
                return


def _unmet(feed: Feed, columns: Mapping[str, int]) -> list[tuple[str, ...]]:
    """The groups of columns of which none is there; a required column is a group of its own."""
    groups = [*feed.any_of, *((column.id,) for column in feed.columns if column.required)]
    return [group for group in groups if not any(each in columns for each in group)]


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else "" if cell is None else str(cell)
