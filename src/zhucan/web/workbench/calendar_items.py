"""What comes round every year or month, as ``indicators/calendar.toml`` of the content says."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from zhucan.base.permissions import Actor
from zhucan.registry.vocabulary import content
from zhucan.rules.documents import Document, Entry
from zhucan.rules.errors import ContentError, Fault
from zhucan.web.words import long_date
from zhucan.web.workbench.inbox import Item

_LEVELS = ((10**6, "county"), (10**3, "township"), (1, "village"))


@dataclass(frozen=True, slots=True)
class Season:
    """Something done between two days of each year, or on one day of each month (``day``)."""

    zh: str
    basis: str
    url: str
    division: str
    levels: frozenset[str]
    ahead: int
    from_: tuple[int, int] | None = None
    until: tuple[int, int] | None = None
    day: int = 0


@lru_cache(maxsize=1)
def seasons() -> tuple[Season, ...]:
    """The entries in force: those of the last content folder that has the file.

    Raises:
        ContentError: the file has mistakes; all of them are named with line and remedy.
    """
    for folder in reversed(content()):
        path = folder / "indicators" / "calendar.toml"
        if path.is_file():
            return read_seasons(path)
    return ()


def read_seasons(path: Path) -> tuple[Season, ...]:
    """The entries of one file.

    Raises:
        ContentError: it has mistakes.
    """
    faults: list[Fault] = []
    document = Document(path, faults)
    found = tuple(_season(entry) for name in ("item", "monthly") for entry in document.tables(name))
    if faults:
        raise ContentError(faults)
    return found


def _season(entry: Entry) -> Season:
    entry.text("id")
    day = entry.integer("day", default=0) or 0
    usual = None if not day else ""
    return Season(
        zh=entry.text("zh"), basis=entry.text("basis"), url=entry.text("url", default=""),
        division=entry.text("division", default=""), levels=frozenset(entry.texts("levels")),
        ahead=entry.integer("ahead", default=0) or 0, from_=_month_day(entry.text("from", default=usual)),
        until=_month_day(entry.text("until", default=usual)), day=day,
    )  # fmt: skip


def _month_day(text: str) -> tuple[int, int] | None:
    month, _, day = text.partition("-")
    return (int(month), int(day)) if day else None


def in_season(actor: Actor, on: date, given: Sequence[Season] | None = None) -> list[Item]:
    """What is under way or about to begin on a day, for somebody of this level and place."""
    level = next((name for width, name in _LEVELS if actor.division % width == 0), "village")
    here = str(actor.division)
    found = [one for one in (seasons() if given is None else given) if level in one.levels]
    return [item for one in found if here.startswith(one.division) for item in _items(one, on)]


def _items(one: Season, on: date) -> Iterator[Item]:
    if one.day:
        due = _day_of_month(on.year, on.month, one.day)
        if due < on:
            due = _day_of_month(on.year + on.month // 12, on.month % 12 + 1, one.day)
        if on >= due - timedelta(days=one.ahead):
            yield Item(one.zh, one.url, one.basis, due)
    elif one.from_ and one.until:
        begins, ends = date(on.year, *one.from_), date(on.year, *one.until)
        if begins - timedelta(days=one.ahead) <= on <= ends:
            when = f"{long_date(begins)}开始。" if on < begins else ""
            yield Item(one.zh, one.url, f"{when}{one.basis}", begins if on < begins else ends)


def _day_of_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
