"""What the lists say of people, and what follows from their silence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from tests.match.people import AS_OF
from tests.match.tables import BOOK, NUMBER, OTHER, PLACES, roster, table
from zhucan.files.cells import Cell
from zhucan.files.tables import Table
from zhucan.match.facts import FactTable, Said, Stating, build_facts
from zhucan.match.link import Link, Linker
from zhucan.rules.content import shipped_content
from zhucan.rules.library import load_library

VOCABULARY = load_library(shipped_content()).vocabulary


def known(*tables: Table, **cells: Cell) -> FactTable:
    """The facts of two persons, of whom the first one's row has these cells, after reading these lists."""
    found, _ = roster({"citizen_id": NUMBER, **cells}, {"citizen_id": OTHER, "name": "黄慧娇"})
    linker, said = Linker(found), Said(AS_OF)
    own = [Link(each.table, each.row, place, each.number) for place, each in enumerate(found.holders)]
    Stating(BOOK["roster"], VOCABULARY, PLACES).add(own, said)
    for made in tables:
        Stating(made.feed, VOCABULARY, PLACES).add(linker.link([made]), said, made.observed)
    return build_facts(found.holders, said, VOCABULARY, AS_OF)


def listed(feed: str, *rows: Mapping[str, Cell]) -> Table:
    return table(feed, [{"name": "古明东", "citizen_id": NUMBER, **row} for row in rows])


COVERED: dict[str, Cell] = {
    "covered": "是",
    "aid_category": "农村低保",
    "state": "在保",
    "start": "2020.02",
    "stop": "",
}


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ({}, True), ({"covered": "否"}, False), ({"aid_category": "低保边缘家庭"}, False), ({"state": "停保"}, False),
        ({"start": ""}, True), ({"start": "2026年11月"}, True), ({"start": "2026年12月"}, False),
        ({"stop": "2026.11"}, False),
        ({"stop": "2026.12"}, True), ({"aid_category": "城市低保"}, True),
    ],
)  # fmt: skip
def test_a_household_on_the_register(change: Mapping[str, Cell], value: bool) -> None:
    facts = known(listed("minimum_living_register", {**COVERED, **change}))
    assert facts.person(0)["minimum_living_allowance"] is value
    assert facts.person(1)["minimum_living_allowance"] is False
    if not change:
        assert facts.person(0)["minimum_living_from"] == date(2020, 2, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "正常享受"}, {"aid_category": "城市居民最低生活保障"}, {"aid_category": "农村"}, {"covered": "√"},
    ],
)  # fmt: skip
def test_other_words_for_the_same(change: Mapping[str, Cell]) -> None:
    assert known(listed("minimum_living_register", {**COVERED, **change})).person(0)["minimum_living_allowance"] is True


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ({"state": "已复核"}, None), ({"aid_category": "A类"}, None), ({"covered": "部分"}, None),
        ({"state": "已复核", "covered": "否"}, False), ({"state": "已复核", "stop": "2026.10"}, False),
    ],
)  # fmt: skip
def test_a_word_nobody_knows_is_told_and_nothing_is_concluded(change: Mapping[str, Cell], value: bool | None) -> None:
    made = listed("minimum_living_register", {**COVERED, **change})
    facts = known(made)
    assert facts.person(0).get("minimum_living_allowance") is value
    assert facts.person(1)["minimum_living_allowance"] is False
    assert [problem.rule for problem in made.rows[0].problems] == ["word_unknown"]
    assert not made.rows[0].problems[0].rejects


@pytest.mark.parametrize(
    ("observed", "listed_is", "unlisted_is"),
    [(None, True, False), (date(2025, 11, 2), True, False), (date(2025, 11, 1), None, None)],
)
def test_an_old_list_says_nothing_any_more(
    observed: date | None, listed_is: bool | None, unlisted_is: bool | None
) -> None:
    made = listed("minimum_living_register", COVERED)
    made.observed = observed
    facts = known(made)
    assert facts.person(0).get("minimum_living_allowance") is listed_is
    assert facts.person(1).get("minimum_living_allowance") is unlisted_is


def test_a_stale_list_is_no_reason_to_presume() -> None:
    made = listed("extreme_poverty", {"state": "在册"})
    made.observed = date(2025, 1, 1)
    facts = known(made)
    assert facts.person(1).get("extreme_poverty_support") is None
    assert "extreme_poverty_support" not in facts.presumed


def test_any_one_row_is_enough() -> None:
    facts = known(
        listed("minimum_living_register", {**COVERED, "state": "停保"}, COVERED, {**COVERED, "covered": "否"})
    )
    assert facts.person(0)["minimum_living_allowance"] is True


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([{"death_date": "2026-11-01"}], True), ([{"death_date": "2026-11-02"}], False),
        ([{"death_date": "", "cancel_date": "2026-10-01"}], True),
        ([{"death_date": "2027-01-01", "cancel_date": "2026-10-01"}], False),
        ([{"death_date": "2026-01-01", "state": "撤销"}], False),
        ([{"death_date": "2026-12-01"}, {"death_date": "2026-01-01"}], True),
    ],
)  # fmt: skip
def test_the_earliest_death_on_record_counts(rows: list[Mapping[str, Cell]], value: bool) -> None:
    assert known(listed("deaths", *rows)).person(0)["deceased"] is value


@pytest.mark.parametrize(
    ("moved_on", "destination", "value"),
    [
        ("2026-11-01", "云南省曲靖市麒麟区", True), ("2026-11-02", "云南省曲靖市麒麟区", False),
        ("2026-01-01", "本区木格镇", False), ("2026-01-01", "港南区湛江镇", False), ("2026-01-01", "", None),
        ("2026-01-01", "贵港市", None),
    ],
)  # fmt: skip
def test_a_move_counts_where_it_leads_out_of_the_county(moved_on: str, destination: str, value: bool | None) -> None:
    facts = known(listed("moved_out", {"moved_on": moved_on, "destination": destination}))
    assert facts.person(0).get("moved_out") is value
    assert facts.person(1)["moved_out"] is False
    assert facts.presumed.get("moved_out", []) == []


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([{"subsidy_type": "护理补贴", "monthly": "100元", "state": "在享"}], 10000),
        ([{"subsidy_type": "高龄津贴", "monthly": 100, "state": "在享"}], 0),
        ([{"subsidy_type": "护理补贴", "monthly": 100, "state": "停发"}], 0),
        ([{"subsidy_type": "护理补贴", "monthly": "", "state": "在享"}], None),
    ],
)
def test_an_elderly_subsidy_in_force_has_its_sum(rows: list[Mapping[str, Cell]], value: int | None) -> None:
    assert known(listed("elderly_subsidy", *rows)).person(0).get("elderly_nursing_monthly") == value


@pytest.mark.parametrize(
    ("roster_cell", "list_cell", "value"),
    [
        ("是", "", True),
        ("否", "是", False),
        ("", "是", True),
        ("待评估", "否", False),
        ("", "", None),
        ("待评估", None, None),
    ],
)
def test_the_roster_decides_on_care_and_the_other_list_where_it_is_silent(
    roster_cell: str, list_cell: str | None, value: bool | None
) -> None:
    facts = known(
        listed("elderly_subsidy", {"long_term_care": list_cell, "subsidy_type": "高龄津贴"}), long_term_care=roster_cell
    )
    assert facts.person(0).get("needs_long_term_care") is value
    assert (0 in facts.disputes) is (roster_cell == "否")
    if 0 in facts.disputes:
        assert "残联记为否" in facts.disputes[0]["needs_long_term_care"]
        assert "民政记为是" in facts.disputes[0]["needs_long_term_care"]


@pytest.mark.parametrize(("year", "value"), [(2026, True), (2025, False), ("2026", True)])
def test_insurance_of_another_year_is_none(year: Cell, value: bool) -> None:
    row = {"insurance": "城乡居民基本医疗保险", "state": "正常参保", "year": year}
    facts = known(listed("resident_insurance", row))
    assert facts.person(0)["medical_insured"] is value
    assert facts.person(0)["pension_insured"] is False


def test_what_no_list_covers_is_presumed_where_few_have_it_and_else_unknown() -> None:
    facts = known()
    assert facts.presumed["deceased"] == [0, 1]
    assert facts.person(0)["deceased"] is False
    assert facts.person(0)["elderly_nursing_monthly"] == 0
    assert "minimum_living_allowance" not in facts.person(0)
    covered = known(listed("deaths", {"death_date": "2026-01-01"}))
    assert "deceased" not in covered.presumed


@pytest.mark.parametrize(
    ("cells", "mental", "intellectual"),
    [
        ({"category": "精神", "level": "三级"}, 3, 0), ({"category": "肢体", "level": ""}, 0, 0),
        ({"category": "精神", "level": ""}, None, 0),
        ({"category": "多重", "components": "精神四级、智力二级"}, 4, 2),
        ({"category": "多重", "components": "视力一级、听力一级"}, 0, 0),
        ({"category": "多重", "level": "一级"}, None, None), ({"category": "", "level": "一级"}, None, None),
    ],
)  # fmt: skip
def test_a_mental_component_is_known_from_the_parts(
    cells: Mapping[str, Cell], mental: int | None, intellectual: int | None
) -> None:
    person = known(**cells).person(0)
    assert (person.get("mental_level"), person.get("intellectual_level")) == (mental, intellectual)


def test_a_value_outside_the_vocabulary_is_told_and_not_used() -> None:
    made = listed("elderly_subsidy", {"subsidy_type": "护理补贴", "monthly": "99999999999", "state": "在享"})
    facts = known(made)
    assert "elderly_nursing_monthly" not in facts.person(0)
    assert [problem.rule for problem in made.rows[0].problems] == ["fact_unfit"]


def test_the_frame_has_a_typed_column_per_fact() -> None:
    frame = known(listed("minimum_living_register", COVERED)).frame()
    assert frame.height == 2
    kinds = {str(frame.schema[name]) for name in ("minimum_living_allowance", "birth_date", "township")}
    assert kinds == {"Boolean", "Date", "Int64"}
