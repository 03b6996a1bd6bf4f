"""Which roster rows become persons, and what their rows say."""

from __future__ import annotations

from datetime import date

import pytest

from tests.match.county import is_right
from tests.match.tables import NUMBER, OTHER, PLACES, roster, table
from zhucan.files.disability import Component
from zhucan.files.tables import Outcome, Problem
from zhucan.match.roster import clean_roster, later_by_years

CERTIFICATE = NUMBER + "44"


def test_the_later_certificate_counts_as_a_whole_row() -> None:
    old = {"citizen_id": NUMBER, "issued": "2014-01-01", "level": "一级", "phone": "19900001234"}
    new = {"citizen_id": NUMBER, "issued": "2024-01-01", "level": "三级", "phone": ""}
    found, made = roster(old, new, {**new, "level": "二级"})
    assert [row.outcome for row in made.rows] == [Outcome.DUPLICATE, Outcome.ACCEPTED, Outcome.DUPLICATE]
    assert dict(found.classes) == {"duplicate_conflict": 1, "duplicate_exact": 1}
    assert found.holders[0].facts["level"] == 3
    assert found.holders[0].text("phone") == ""
    assert "第 3 行" in made.rows[0].problems[0].message
    assert not any(problem.rejects for problem in made.rows[0].problems)


def test_one_number_on_two_names_is_nobody_s() -> None:
    found, made = roster(
        {"citizen_id": NUMBER}, {"citizen_id": NUMBER, "name": "古明西"}, {"citizen_id": NUMBER, "name": "古 明 东"}
    )
    assert found.holders == []
    assert dict(found.classes) == {"id_shared": 3}
    assert {row.outcome for row in made.rows} == {Outcome.REJECTED}
    assert "古明西" in made.rows[0].problems[0].message


def test_a_spelling_is_no_other_name() -> None:
    found, _ = roster({"citizen_id": NUMBER, "name": "热依汗·阿不都"}, {"citizen_id": NUMBER, "name": "热依汗.阿不都"})
    assert dict(found.classes) == {"duplicate_exact": 1}


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"citizen_id": ""}, "id_missing"),
        ({"citizen_id": "待补", "certificate_number": None}, "id_missing"),
        ({"citizen_id": NUMBER[:-1] + "8"}, "id_check"),
        ({"citizen_id": 4.50803198607015e17}, "id_destroyed"),
        ({"citizen_id": "4.5E+17", "certificate_number": "4.5E+19"}, "id_destroyed"),
        ({"citizen_id": "450803199102310018"}, "id_bad_date"),
        ({"citizen_id": "1234567"}, "id_shape"),
        ({"citizen_id": None, "certificate_number": NUMBER[:-1] + "844"}, "id_check"),
    ],
)
def test_a_row_without_a_number_is_rejected_with_words(row: dict[str, str | float | None], rule: str) -> None:
    if rule == "id_bad_date":
        row = {"citizen_id": next(n for n in (f"45080319910231001{c}" for c in "0123456789X") if is_right(n))}
    found, made = roster(row)
    assert found.holders == []
    assert dict(found.classes) == {rule: 1}
    problem = made.rows[0].problems[-1]
    assert (problem.rule, problem.rejects) == (rule, True)
    assert problem.column == "身份证号"
    assert problem.message
    assert problem.remedy.startswith("请")


@pytest.mark.parametrize("cell", ["待补", None, NUMBER[:-1] + "8", 4.50803198607015e17, "4.5E+17"])
def test_a_certificate_number_repairs_its_own_row(cell: str | float | None) -> None:
    found, _ = roster({"citizen_id": cell, "certificate_number": CERTIFICATE, "level": "一级", "category": "精神"})
    (holder,) = found.holders
    assert holder.number == NUMBER
    assert (holder.facts["category"], holder.facts["level"]) == (4, 4)
    assert holder.certificate_number == CERTIFICATE


def test_a_certificate_number_in_the_cell_of_the_citizen_number() -> None:
    found, made = roster({"citizen_id": CERTIFICATE, "certificate_number": "", "level": "一级"})
    assert found.holders[0].facts["level"] == 4
    assert [problem.rule for problem in made.rows[0].problems] == ["level_differs"]


def test_cells_that_disagree_with_the_numbers_are_warnings() -> None:
    cells = {"birth_date": "1986-07-02", "sex": "女", "category": "视力", "level": "四级"}
    found, made = roster({"citizen_id": NUMBER, "certificate_number": CERTIFICATE, **cells})
    assert found.holders[0].facts["birth_date"] == date(1986, 7, 1)
    assert found.holders[0].facts["sex"] == 1
    assert {problem.rule for problem in made.rows[0].problems} == {
        "birth_date_differs",
        "sex_differs",
        "category_differs",
    }
    assert not any(problem.rejects for problem in made.rows[0].problems)


@pytest.mark.parametrize(
    ("issued", "until", "fact"),
    [
        ("2020-03-05", "2030-03-04", date(2030, 3, 5)),
        ("2020-03-05", "长期", date(2030, 3, 6)),
        ("2020-02-29", "", date(2030, 3, 2)),
        ("", "2030-03-04", date(2030, 3, 5)),
        ("", "", None),
    ],
)
def test_the_printed_last_day_is_included(issued: str, until: str, fact: date | None) -> None:
    found, _ = roster({"citizen_id": NUMBER, "issued": issued, "until": until})
    assert found.holders[0].facts.get("certificate_until") == fact


@pytest.mark.parametrize(
    ("cells", "parts", "category", "level"),
    [
        (
            {"category": "多重", "level": "一级", "components": "视力一级、精神三级"},
            (Component(1, 1), Component(6, 3)),
            7,
            1,
        ),
        ({"category": "视力一级、精神三级", "level": "一级"}, (Component(1, 1), Component(6, 3)), 7, 1),
        ({"category": "精神三级", "level": ""}, (Component(6, 3),), 6, 3),
        ({"category": "多重", "level": "二级"}, None, 7, 2),
        ({"category": "肢体", "level": ""}, (Component(4, None),), 4, None),
        ({"category": "", "level": "二级"}, None, None, 2),
    ],
)
def test_a_disability_and_its_parts(
    cells: dict[str, str], parts: tuple[Component, ...] | None, category: int | None, level: int | None
) -> None:
    found, _ = roster({"citizen_id": NUMBER, **cells})
    (holder,) = found.holders
    assert holder.components == parts
    assert (holder.facts.get("category"), holder.facts.get("level")) == (category, level)


def test_a_certificate_number_of_somebody_else_is_a_warning() -> None:
    found, made = roster({"citizen_id": NUMBER, "certificate_number": OTHER + "44"})
    assert found.holders[0].number == NUMBER
    assert [problem.rule for problem in made.rows[0].problems] == ["certificate_differs"]


def test_an_empty_township_is_that_of_the_sheet() -> None:
    found, _ = roster({"citizen_id": NUMBER, "township": ""}, {"citizen_id": OTHER, "township": "木格"}, sheet="八塘办")
    assert [holder.township for holder in found.holders] == [450803002, 450803101]


def test_a_row_the_readers_refused_is_no_person() -> None:
    made = table("roster", [{"name": "古明东", "citizen_id": NUMBER}])
    made.rows[0].problems.append(Problem("姓名", "", "required", "没有姓名", "请补填"))
    assert clean_roster([made], PLACES, 10).holders == []
    assert made.rows[0].outcome is Outcome.REJECTED


def test_the_same_day_years_later() -> None:
    assert later_by_years(date(2024, 2, 29), 10) == date(2034, 3, 1)
    assert later_by_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_a_second_row_in_another_file_names_that_file() -> None:
    old, new = (
        table("roster", [{"name": "古明东", "citizen_id": NUMBER, "issued": day}], sheet="全区", file=file)
        for day, file in (("2014-01-01", "2025年花名册.xlsx"), ("2024-01-01", "2026年花名册.xlsx"))
    )
    found = clean_roster([old, new], PLACES, 10)
    assert [holder.table for holder in found.holders] == [new]
    assert "2026年花名册.xlsx#全区 第 2 行" in old.rows[0].problems[0].message
