"""What people taught us about their files: headings by office, the kind of a sheet, the month of a payroll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from zhucan.files.feeds import Column, Feed, FeedBook
from zhucan.files.headings import heading_key
from zhucan.files.tables import Sheet

IGNORED = "ignored"
"""The column id of headings that are none of ours."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was corrected of one sheet: the feed that reads it (empty: by itself), its month (``2026-11``)."""

    feed: str = ""
    month: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """``headings``: per feed, heading → column id (empty: none of ours). ``sheets``: by file number and sheet name."""

    headings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sheets: Mapping[tuple[int, str], Chosen] = field(default_factory=dict)

    def book(self, book: FeedBook) -> FeedBook:
        """The feeds with the office's own headings in them, before the shipped ones."""
        if not self.headings:
            return book
        return replace(book, feeds=tuple(_taught(feed, self.headings.get(feed.id, {})) for feed in book))

    def of(self, number: int, sheet: Sheet, book: FeedBook) -> tuple[FeedBook, str]:
        """The feeds to think of for a sheet of file ``number``, and what to write before its titles."""
        chosen = self.sheets.get((number, sheet.name), Chosen())
        if chosen.feed and any(feed.id == chosen.feed for feed in book):
            feed = replace(book[chosen.feed], recognise=("",))  # a person's word stands for the words in titles
            book = replace(book, feeds=(feed,))
        return book, _month_words(chosen.month)


def _month_words(month: str) -> str:
    if not month:
        return ""
    year, _, number = month.partition("-")
    return f"{year}年{int(number)}月"


def _taught(feed: Feed, headings: Mapping[str, str]) -> Feed:
    if not headings:
        return feed
    keys = {heading_key(heading): column for heading, column in headings.items()}
    columns = [
        replace(
            each,
            headings=(
                *(key for key, column in keys.items() if column == each.id),
                *(key for key in each.headings if key not in keys),
            ),
        )
        for each in feed.columns
    ]
    ignored = tuple(key for key, column in keys.items() if not column)
    if ignored:
        columns.append(Column(IGNORED, "text", ignored))
    return replace(feed, columns=tuple(columns))
