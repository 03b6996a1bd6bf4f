"""Coming changes from the register: facts go stale, expire and resurface, as a whole rebuild of each day says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings
from django.utils import timezone

from tests.factories.people import COUNTY, GAOLING, SANBAN, XINQING, make_divisions, make_person
from zhucan.base.permissions import SYSTEM
from zhucan.policies import snapshots
from zhucan.policies.operations.matching import match_county
from zhucan.policies.queries.coming import coming, stages_of, stopping
from zhucan.policies.snapshots import read_snapshot
from zhucan.registry.models import Fact, Person

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 21)
DAYS = [ON, date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]
FAR = date(2040, 1, 1)
EVERYWHERE = (0, 10**12)


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ZHUCAN_DATA", tmp_path / "data")


def state(person: Person, fact: str, *, value: int = 1, source: str = "民政", **days: date) -> None:
    Fact.objects.create(person=person, fact=fact, value=value, source=source, **days)


@pytest.fixture
def people() -> dict[str, Person]:
    """Poor people of whom each is known in another way."""
    make_divisions()
    names = ("stale", "ending", "lasting", "resurfacing", "certificate", "dead", "plain")
    found = {
        name: make_person(
            f"张{number}", village=(GAOLING, SANBAN, XINQING)[number % 3], level=3,
            until=date(2026, 12, 20) if name in ("certificate", "dead") else FAR,
        )
        for number, name in enumerate(names)
    }  # fmt: skip
    low = "minimum_living_allowance"
    state(found["stale"], low, observed=date(2025, 12, 15))  # twelve months: until 15 December
    state(found["ending"], low, until=date(2027, 1, 10))
    state(found["lasting"], low, observed=date(2026, 10, 1))
    state(found["resurfacing"], low, observed=date(2025, 12, 15))
    state(found["resurfacing"], low, value=0, source="本人", observed=date(2026, 11, 1))
    for name in ("certificate", "dead"):
        state(found[name], low, observed=date(2026, 10, 1))
    state(found["dead"], "deceased", source="公安")
    match_county(county=COUNTY, by=SYSTEM, on=ON, as_of=date(2026, 11, 1))
    return found


def test_each_day_is_what_a_whole_rebuild_says(people: dict[str, Person]) -> None:
    snapshot = read_snapshot(COUNTY)
    assert snapshot is not None
    for stage in stages_of(snapshot, DAYS):
        whole = snapshots.build(COUNTY, stage.day, snapshot.revision).frame.sort("person")
        whole = whole.filter(~pl.col("deceased").fill_null(False))
        columns = [name for name in whole.columns if ":" not in name]
        assert stage.frame.select(columns).equals(whole.select(columns))


def test_what_changes_and_why(people: dict[str, Person]) -> None:
    found = coming(COUNTY, ON, 3)
    assert found is not None
    ids = {person.pk: name for name, person in people.items()}
    living = {
        (each.day.month, ids[row["person"]]): (row["cause"], row["before"], row["after"], row["fen_before"])
        for each in found.steps for row in each.moves.iter_rows(named=True) if row["policy"] == "living-allowance"
    }  # fmt: skip
    assert living == {
        (1, "stale"): ("ends:minimum_living_allowance", True, None, 9000),
        (1, "resurfacing"): ("becomes:minimum_living_allowance", True, False, 9000),
        (1, "certificate"): ("certificate_until::0", True, False, 9000),
        (2, "ending"): ("ends:minimum_living_allowance", True, None, 9000),
    }
    lines = {(line.month.month, line.cause): line for line in found.lines(*EVERYWHERE)}
    assert lines[1, "ends:minimum_living_allowance"].doubt == {"month": 9000}
    assert lines[1, "ends:minimum_living_allowance"].words == "“最低生活保障对象”的记载过期"
    assert lines[1, "becomes:minimum_living_allowance"].less == {"month": 9000}
    assert lines[1, "certificate_until::0"].persons == 1  # the dead are not told to renew
    for (month, cause), line in lines.items():
        day = date(2027 if month < 11 else 2026, month, 1)
        assert found.events(day, cause, *EVERYWHERE).height == line.persons
        assert found.moves(day, cause, *EVERYWHERE).height == line.moves


def test_lines_of_a_place_add_up_to_the_county(people: dict[str, Person]) -> None:
    found = coming(COUNTY, ON, 3)
    assert found is not None
    places = [(path, path) for path in (GAOLING, SANBAN, XINQING)]
    whole = found.lines(*EVERYWHERE)
    parts = [line for place in places for line in found.lines(*place)]
    assert sum(line.moves for line in whole) == sum(line.moves for line in parts)
    assert sum(line.less.get("month", 0) for line in whole) == sum(line.less.get("month", 0) for line in parts)
    soon = stopping(found, *EVERYWHERE)
    assert (soon.persons, soon.losing, soon.fen) == (1, 1, {"month": 9000})


def test_a_list_past_its_shelf_life_concerns_everybody(people: dict[str, Person]) -> None:
    """Whoever is on no list was known not to be poor; once the list is stale, nothing is known."""
    from zhucan.base.models import Division
    from zhucan.exchange.models import Load
    from zhucan.exchange.operations.revisions import bump
    from zhucan.registry.models import Coverage

    load = Load.objects.create(
        key="k", division=Division.objects.get(path=COUNTY * 10**6), place=COUNTY * 10**6, as_of=ON
    )
    Coverage.objects.create(load=load, county=COUNTY, feed="minimum_living_register", observed=date(2026, 1, 10))
    bump(COUNTY)
    match_county(county=COUNTY, by=SYSTEM, on=ON, as_of=date(2026, 11, 1))
    snapshot = read_snapshot(COUNTY)
    assert snapshot is not None
    stages = stages_of(snapshot, DAYS)
    plain = people["plain"].pk
    known = [
        stage.frame.filter(pl.col("person") == plain)["minimum_living_allowance"].item() for stage in stages
    ]  # fmt: skip
    assert known == [False, False, False, None]
    for stage in stages:
        whole = snapshots.build(COUNTY, stage.day, snapshot.revision).frame.sort("person")
        whole = whole.filter(~pl.col("deceased").fill_null(False))
        columns = [name for name in whole.columns if ":" not in name]
        assert stage.frame.select(columns).equals(whole.select(columns))


def test_never_matched_says_nothing() -> None:
    assert coming(450821, timezone.localdate()) is None
    with pytest.raises(ValueError, match="13"):
        coming(COUNTY, ON, 13)
