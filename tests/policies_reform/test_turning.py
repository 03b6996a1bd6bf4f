"""Coming changes against the reference interpreter, person by person, and the ages rules really test."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from tests.rules.shipped import AS_OF, columns_of, facts_needed, library, random_people
from tests.rules.small_content import small_content
from zhucan.policies.queries.turning import CERTIFICATE, OTHER, Stage, ending_soon, say_cause, step, turnings
from zhucan.rules.adopted import with_conditions
from zhucan.rules.determine import Verdict, determine
from zhucan.rules.library import Library, load_library
from zhucan.rules.months import Month
from zhucan.rules.packs import ConditionText
from zhucan.rules.policy import Origin, Policy
from zhucan.rules.vocabulary import Value

SHAANXI, GUANGXI, BEIJING = 610102, 450803, 110101
_STATES = {True: Verdict.ENTITLED, False: Verdict.NOT, None: Verdict.UNKNOWN}


def near(day: date, source: random.Random, years: tuple[int, ...]) -> date:
    """A birth date whose birthday of one of these ages falls within about four months of the day."""
    return date(day.year - source.choice(years), day.month, 1) + timedelta(source.randint(-40, 80))


def people_at(policies: tuple[Policy, ...], day: date, count: int, seed: int) -> list[dict[str, Value]]:
    source = random.Random(seed)
    people = random_people(facts_needed(policies), count, seed)
    for person in people:
        person.pop("age", None)
        person.pop("certificate_valid", None)
        person.pop("newly_admitted", None)
        if source.random() < 0.9:
            person["birth_date"] = near(day, source, (7, 16, 18, 60))
        if source.random() < 0.9:
            person["certificate_until"] = day + timedelta(source.randint(-40, 200))
        for fact in ("deceased", "moved_out", "extreme_poverty_support", "work_injury_nursing_fee", "orphan"):
            person[fact] = source.random() < 0.02
        person["minimum_living_allowance"] = True
    return people


def frame_of(policies: tuple[Policy, ...], people: list[dict[str, Value]]) -> pl.DataFrame:
    frame = columns_of(facts_needed(policies), people).rename({"township": "place"})
    return frame.with_columns(person=pl.int_range(pl.len()), place=pl.col("place").cast(pl.Int64))


@pytest.mark.parametrize("place", [SHAANXI, GUANGXI, BEIJING])
def test_each_month_is_the_difference_the_interpreter_finds(place: int) -> None:
    days = [AS_OF + timedelta(19), *(Month.of(AS_OF).plus(n).first_day for n in (1, 2, 3))]
    laws = [library().policies(division=place, as_of=day) for day in days]
    people = people_at(laws[0], days[0], 300, place)
    frame = frame_of(laws[0], people)
    stages = [Stage(day, frame, law) for day, law in zip(days, laws, strict=True)]
    seen = 0
    for before, after in pairwise(stages):
        found = step(before, after).moves
        expected = set()
        for number, person in enumerate(people):
            for old, new in zip(before.policies, after.policies, strict=True):
                was, will = determine(old, person, before.day), determine(new, person, after.day)
                sums = [d.amount_fen if d.verdict is Verdict.ENTITLED else None for d in (was, will)]
                if was.verdict is not will.verdict or sums[0] != sums[1]:
                    expected.add((number, old.id, was.verdict, will.verdict, *sums))
        got = {
            (row["person"], row["policy"], _STATES[row["before"]], _STATES[row["after"]], row["fen_before"],
             row["fen_after"])
            for row in found.iter_rows(named=True)
        }  # fmt: skip
        assert got == expected
        assert found.height == len(got)
        assert OTHER not in found["cause"].to_list()  # every one of them is explained
        seen += len(got)
    assert seen > 20


def test_ages_are_those_the_rules_test() -> None:
    shaanxi = {each.key for each in turnings(library().matched_policies(division=SHAANXI, as_of=AS_OF))}
    assert "birth_date:years:18" in shaanxi  # the rates are for 0..17 and 18..
    assert not any(key.startswith("birth_date:years") and key != "birth_date:years:18" for key in shaanxi)
    guangxi = {each.key for each in turnings(library().matched_policies(division=GUANGXI, as_of=AS_OF))}
    assert not any(key.startswith("birth_date") for key in guangxi)  # Guangxi asks for no age
    assert f"{CERTIFICATE}::0" in guangxi


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("level <= 2 and age >= 18", [18]), ("age < 16 and level <= 2", [16]), ("7 <= age <= 16", [7, 17]),
        ("age == 7", [7, 8]), ("age in (16, 60)", [16, 17, 60, 61]), ("17 < age", [18]),
        ("not (age > 59)", [60]),
    ],
)  # fmt: skip
def test_every_way_of_writing_an_age(tmp_path: Path, text: str, ages: list[int]) -> None:
    made = load_library(small_content(tmp_path))
    condition = ConditionText("age", text, "", "", "某文件", "年龄不合", "age", 50, Origin("cn", tmp_path, 1), {})
    alone = with_conditions(made.packs["aid"], "cn", AS_OF, [condition], tmp_path / "reform.toml")
    policy = Library(made.vocabulary, {"aid": tuple(alone)}, made.standards).policy("aid", division=0, as_of=AS_OF)
    assert [each.count for each in sorted(turnings([policy]), key=lambda t: t.count) if each.unit == "years"] == ages


def test_a_birthday_on_29_february_turns_on_1_march() -> None:
    law = library().policies(division=SHAANXI, as_of=AS_OF)
    person: dict[str, Value] = {
        "birth_date": date(2008, 2, 29), "certificate_until": date(2030, 1, 1), "minimum_living_allowance": True,
        "deceased": False, "moved_out": False, "extreme_poverty_support": False, "work_injury_nursing_fee": False,
        "orphan": False,
    }  # fmt: skip
    frame = frame_of(law, [person])
    days = [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]
    law = library().policies(division=SHAANXI, as_of=days[0])
    first, second = (step(Stage(a, frame, law), Stage(b, frame, law)) for a, b in pairwise(days))
    assert first.events.is_empty()
    assert first.moves.is_empty()
    assert second.events["cause"].to_list() == ["birth_date:years:18"]
    moved = second.moves.filter(pl.col("policy") == "living-allowance").row(0, named=True)
    assert (moved["fen_before"], moved["fen_after"]) == (10_000, 6_000)  # 陕西：18 岁以下 100 元，以上 60 元
    assert say_cause("birth_date:years:18", library().vocabulary, {}) == "满18周岁"


def test_a_fact_that_ends_is_named_beside_the_certificate() -> None:
    day, later = date(2026, 11, 21), date(2026, 12, 1)
    law = library().policies(division=GUANGXI, as_of=day)
    sound: dict[str, Value] = {
        "certificate_until": date(2030, 1, 1), "minimum_living_allowance": True, "deceased": False, "moved_out": False,
        "extreme_poverty_support": False, "work_injury_nursing_fee": False, "orphan": False,
    }  # fmt: skip
    expiring = sound | {"certificate_until": date(2026, 11, 30)}
    before = frame_of(law, [sound, expiring, sound, expiring])
    after = frame_of(law, [sound, expiring, *({**p, "minimum_living_allowance": None} for p in (sound, expiring))])
    found = step(Stage(day, before, law), Stage(later, after, law)).moves
    living = found.filter(pl.col("policy") == "living-allowance")
    assert dict(zip(living["person"], living["cause"], strict=True)) == {
        1: "certificate_until::0",
        2: "ends:minimum_living_allowance",
        3: "certificate_until::0|ends:minimum_living_allowance",
    }
    titles = {"living-allowance": "困难残疾人生活补贴"}
    words = [say_cause(cause, library().vocabulary, titles) for cause in living["cause"]]
    assert words[2] == "残疾人证到期，并且“最低生活保障对象”的记载过期"


def test_a_new_rate_is_a_cause_of_its_own() -> None:
    day, later = date(2024, 12, 15), date(2025, 1, 1)  # 广西的标准 2025 年起
    laws = [library().policies(division=GUANGXI, as_of=each) for each in (day, later)]
    person: dict[str, Value] = {
        "certificate_until": date(2030, 1, 1), "minimum_living_allowance": True, "deceased": False, "moved_out": False,
        "extreme_poverty_support": False, "work_injury_nursing_fee": False, "orphan": False,
    }  # fmt: skip
    frame = frame_of(laws[0], [person])
    moves = step(Stage(day, frame, laws[0]), Stage(later, frame, laws[1])).moves
    row = moves.filter(pl.col("policy") == "living-allowance").row(0, named=True)
    assert (row["cause"], row["fen_before"], row["fen_after"]) == ("rule:living-allowance", None, 9_000)


def test_money_that_stops_with_a_certificate_and_with_nothing_else() -> None:
    day, until = date(2026, 11, 21), date(2027, 5, 21)
    law = library().policies(division=GUANGXI, as_of=day)
    people = people_at(law, day, 400, 5)
    frame = frame_of(law, people)
    found = ending_soon(Stage(day, frame, law), until)
    expected: set[tuple[int, str, int | None]] = set()
    for number, person in enumerate(people):
        ends = person.get("certificate_until")
        if not isinstance(ends, date) or not day < ends < until:
            continue
        stops = []
        for policy in law:
            was, will = determine(policy, person, day), determine(policy, {**person, "certificate_until": day}, day)
            if was.verdict is Verdict.ENTITLED and will.verdict is Verdict.NOT:
                stops.append((number, policy.id, was.amount_fen))
        expected.update(stops or [(number, "", None)])
    got = set(found.select("person", "policy", "fen").iter_rows())
    assert got == expected
    assert any(policy for _, policy, _ in got)
    assert any(not policy for _, policy, _ in got)
