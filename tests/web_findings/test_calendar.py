"""What comes round each year: in its weeks, for whom it is, and nowhere else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.factories.people import GAOLING, make_actor
from zhucan.base.enums import Role
from zhucan.rules.errors import ContentError
from zhucan.web.workbench.calendar_items import in_season, read_seasons, seasons

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2026, 6, 16), set()),
        (date(2026, 6, 17), {"助学"}),
        (date(2026, 9, 30), {"助学"}),
        (date(2026, 10, 1), set()),
    ],
)
def test_student_aid_is_shown_from_two_weeks_before_to_its_last_day(day: date, shown: set[str]) -> None:
    titles = {item.title for item in in_season(make_actor(Role.COMMISSIONER, path=GAOLING), day)}
    assert bool(shown) == any("助学" in title for title in titles)


def test_the_levy_is_the_countys_and_ends_with_october() -> None:
    county, village = make_actor(), make_actor(Role.COMMISSIONER, path=GAOLING)
    day = date(2026, 10, 31)
    due = {item.title: item.due for item in in_season(county, day)}
    assert day in due.values()
    assert not any("残保金" in item.title for item in in_season(village, day))
    assert not any("残保金" in item.title for item in in_season(county, date(2026, 11, 1)))


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 11, 5), date(2026, 11, 5)),
        (date(2026, 11, 30), date(2026, 12, 5)),
        (date(2026, 12, 31), date(2027, 1, 5)),
        (date(2026, 11, 6), None),
    ],
)
def test_the_day_lists_are_compared_comes_every_month(day: date, due: date | None) -> None:
    found = [item.due for item in in_season(make_actor(), day) if "比对" in item.title]
    assert found == ([due] if due else [])


def test_each_entry_says_where_it_comes_from() -> None:
    assert len(seasons()) >= 4
    assert all(len(one.basis) > 10 for one in seasons())


def test_a_mistake_in_the_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text('[[item]]\nid = "a"\nzh = "某事"\nfrom = "07-01"\nbasis = "某文件"\n', encoding="utf-8")
    with pytest.raises(ContentError, match="until"):
        read_seasons(path)
