"""Months against a walk from day to day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhucan.rules.months import Month, add_months, months_met

DAYS = st.dates(date(2019, 1, 1), date(2029, 12, 31))


def months_walked(start: date, as_of: date) -> int:
    """Count the calendar months a walk from one day to the other passes through."""
    days = ((start + timedelta(n)) for n in range((as_of - start).days + 1))
    return len({(day.year, day.month) for day in days})


@given(st.lists(DAYS, min_size=1, max_size=3), DAYS, st.integers(1, 24))
def test_months_met_counts_the_months_walked(since: list[date], as_of: date, at_most: int) -> None:
    latest = max(since)
    expected = 0 if latest > as_of else min(at_most, months_walked(latest, as_of))
    assert months_met(since, as_of, at_most) == expected


def test_an_unknown_day_leaves_the_months_unknown() -> None:
    assert months_met([date(2026, 1, 1), None], date(2026, 11, 1), 12) is None
    assert months_met([], date(2026, 11, 1), 12) is None


@given(DAYS, st.integers(-60, 60))
def test_adding_months_lands_in_the_month_or_on_the_first_after_it(day: date, months: int) -> None:
    target = Month.of(day).plus(months)
    has_the_day = day.day <= monthrange(target.year, target.month)[1]
    expected = date(target.year, target.month, day.day) if has_the_day else target.plus(1).first_day
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 3, 1)),
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
        (date(2026, 11, 1), 6, date(2027, 5, 1)),
    ],
)
def test_months_end_where_the_calendar_has_no_such_day(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_months_sort_and_print() -> None:
    assert sorted([Month(2026, 2), Month(2025, 12)])[0].plus(14) == Month(2027, 2)
    assert str(Month(2026, 3)) == "2026-03"
    assert Month.from_ordinal(Month(2026, 12).ordinal) == Month(2026, 12)
