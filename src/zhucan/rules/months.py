"""Months as benefits count them: a calendar month counts when its day of entitlement lies in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; ordered, and counted by ``ordinal``."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        """The month a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def from_ordinal(cls, ordinal: int) -> Month:
        """The month of this ordinal."""
        return cls(ordinal // 12, ordinal % 12 + 1)

    @property
    def ordinal(self) -> int:
        """Months since year 0; differences are numbers of months."""
        return self.year * 12 + self.month - 1

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    def plus(self, months: int) -> Month:
        """The month so many months later (earlier if negative)."""
        return Month.from_ordinal(self.ordinal + months)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def add_months(day: date, months: int) -> date:
    """The same day so many months later; where the month has no such day, the first of the next month."""
    target = Month.of(day).plus(months)
    try:
        return date(target.year, target.month, day.day)
    except ValueError:
        return target.plus(1).first_day


def months_met(since: Iterable[date | None], as_of: date, at_most: int) -> int | None:
    """连续符合月数: calendar months from the latest of these days to the as-of month, both counted, at most
    ``at_most``.

    None when one of the days is unknown; 0 when the latest lies after the as-of day.
    """
    days = list(since)
    if not days or any(day is None for day in days):
        return None
    latest = max(day for day in days if day is not None)
    if latest > as_of:
        return 0
    return min(at_most, Month.of(as_of).ordinal - Month.of(latest).ordinal + 1)
