"""Rows of other lists find their person by number, by certificate number, or by what is left of a number and a name."""

from __future__ import annotations

import pytest

from tests.match.tables import NUMBER, OTHER, THIRD, roster, table
from zhucan.files.cells import Cell
from zhucan.files.citizen import check_character
from zhucan.files.tables import Outcome, Problem
from zhucan.match.link import Linker

WRONG_END = NUMBER[:-1] + "8"
NAMESAKE = "45080319860701555"
NAMESAKE += check_character(NAMESAKE)


def linker(*extra: dict[str, Cell]) -> Linker:
    found, _ = roster({"citizen_id": NUMBER}, {"citizen_id": OTHER, "name": "黄慧娇"}, *extra)
    return Linker(found)


@pytest.mark.parametrize(
    ("row", "person"),
    [
        ({"name": "古明东", "citizen_id": NUMBER}, 0),
        ({"name": "完全不同", "citizen_id": f"'{NUMBER}"}, 0),
        ({"name": "古明东", "citizen_id": NUMBER + "44"}, 0),
        ({"name": "古明东", "citizen_id": "待补", "certificate_number": NUMBER + "44B1"}, 0),
        ({"name": "古明东", "citizen_id": WRONG_END}, 0),
        ({"name": "古 明东", "citizen_id": float(NUMBER)}, 0),
        ({"name": "古?东", "citizen_id": "4.50803198607015E+17"}, 0),
        ({"name": "古明东", "citizen_id": NUMBER[:15] + "000"}, 0),
        ({"name": "古明东", "citizen_id": "9" + NUMBER[1:]}, 0),
        ({"name": "古明西", "citizen_id": WRONG_END}, None),
        ({"name": "", "citizen_id": WRONG_END}, None),
        ({"name": "古明东", "citizen_id": "待补"}, None),
        ({"name": "古明东", "citizen_id": "4.50803E+17"}, None),
        ({"name": "古明东", "citizen_id": NUMBER[:12] + "020919"}, None),
        ({"name": "古明东", "citizen_id": "99" + NUMBER[2:]}, None),
        ({"name": "古明东", "citizen_id": THIRD}, None),
    ],
)
def test_whose_row_it_is(row: dict[str, Cell], person: int | None) -> None:
    made = table("payroll", [{"amount": 90, **row}])
    (link,) = linker().link([made])
    assert link.person == person
    expected = Outcome.ACCEPTED if person is not None else Outcome.NOT_OURS if link.number else Outcome.REJECTED
    assert made.rows[0].outcome is expected


def test_a_number_that_is_not_on_the_roster_is_no_mistake() -> None:
    made = table("deaths", [{"name": "外来人", "citizen_id": THIRD}])
    (link,) = linker().link([made])
    assert (link.person, link.number) == (None, THIRD)
    assert made.rows[0].outcome is Outcome.NOT_OURS
    assert made.rows[0].problems == []


def test_two_namesakes_of_one_birth_date_are_left_apart() -> None:
    both = linker({"citizen_id": NAMESAKE})
    made = table("deaths", [{"name": "古明东", "citizen_id": WRONG_END}])
    (link,) = both.link([made])
    assert link.person is None
    assert dict(both.classes) == {"id_check": 1}


def test_what_is_left_of_a_number_is_told_as_a_warning() -> None:
    made = table("deaths", [{"name": "古明东", "citizen_id": WRONG_END}])
    linker().link([made])
    (problem,) = made.rows[0].problems
    assert (problem.rule, problem.rejects) == ("id_check_linked", False)


@pytest.mark.parametrize(
    ("name", "rule"),
    [("古?东", "name_spelling"), ("古明西", "name_differs"), ("古 明 东", "name_spelling"), ("", None)],
)
def test_another_spelling_of_the_name_is_a_warning(name: str, rule: str | None) -> None:
    made = table("deaths", [{"name": name, "citizen_id": NUMBER}])
    linker().link([made])
    assert [problem.rule for problem in made.rows[0].problems] == ([rule] if rule else [])


def test_a_list_without_citizen_numbers_is_keyed_by_certificate_number() -> None:
    rows = [
        {"certificate_number": NUMBER + "44"},
        {"certificate_number": WRONG_END + "44"},
        {"certificate_number": None},
    ]
    made = table("motor_wheelchairs", rows)
    own = linker()
    assert [link.person for link in own.link([made])] == [0, None, None]
    assert dict(own.classes) == {"id_check": 1, "id_missing": 1}
    assert made.rows[1].problems[0].column == "残疾人证号"


def test_a_row_the_readers_refused_links_to_nobody() -> None:
    made = table("payroll", [{"name": "古明东", "citizen_id": NUMBER, "amount": None}])
    made.rows[0].problems.append(Problem("金额", "九十", "money_unreadable", "不是金额", "请只填数字"))
    assert linker().link([made]) == []
    assert made.rows[0].outcome is Outcome.REJECTED
