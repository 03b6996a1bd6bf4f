"""What-if against the reference interpreter, person by person; mistakes in a change are told in words."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.policies_reform.test_turning import frame_of, people_at
from tests.rules.shipped import AS_OF, library
from zhucan.policies.queries.reform import Change, changed, outcome_on
from zhucan.policies.queries.sheets import Cells, cells_of, csv_of, place_of, rate_changes
from zhucan.rules.determine import Determination, Verdict, determine
from zhucan.rules.errors import UnknownName
from zhucan.rules.simulate import COLUMNS

COUNTY = 450803_000_000
BEIJING = 110101_000_000
LIVING, NURSING = "living-allowance", "nursing-allowance"


def row(amount: str = "", **others: str) -> Cells:
    """A row of a sheet of Gangnan from AS_OF."""
    cells = {"name": "standard", "from": AS_OF.isoformat(), "amount": amount, "unit": "元/月", "source": "某文件"}
    return cells | others


def money(found: Determination) -> int | None:
    """What somebody gets; None where not known."""
    if found.verdict is Verdict.UNKNOWN:
        return None
    return found.amount_fen if found.verdict is Verdict.ENTITLED else 0


CHANGES = [
    Change(LIVING, COUNTY, AS_OF, (row("100"),)),
    Change(LIVING, COUNTY, AS_OF, (row("120", level="1..2"), row("60", level="3..4"))),
    Change(NURSING, COUNTY, AS_OF, (), {"level": "level <= 3"}),
    Change(NURSING, COUNTY, AS_OF, (row("40"),), {"level": "残疾等级 <= 1"}, ("care",)),
    Change(LIVING, COUNTY, AS_OF, (), None, ("hardship", "orphan")),
    Change(LIVING, COUNTY, AS_OF, (row("", note="还没有公布"),)),
]


@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
def test_a_change_is_what_the_interpreter_says_of_each_person(change: Change) -> None:
    pair = changed(change, library())
    assert pair.after is not None
    law = library().policies(division=450803, as_of=AS_OF)
    people = people_at(law, AS_OF, 400, 11)
    for number, person in enumerate(people):
        person["minimum_living_allowance"] = number % 3 > 0
    frame = frame_of(law, people).with_columns(place=COUNTY + (pl.col("person") % 4) * 1000 + pl.col("person") % 2)
    found = outcome_on(pair.before, pair.after, frame.sort("place", "person"), AS_OF)
    expected = dict.fromkeys(COLUMNS, 0)
    moves = set()
    for number, person in enumerate(people):
        was, will = determine(pair.before, person, AS_OF), determine(pair.after, person, AS_OF)
        for side, each in (("before", was), ("after", will)):
            expected[f"entitled_{side}"] += each.verdict is Verdict.ENTITLED
            expected[f"unknown_{side}"] += each.verdict is Verdict.UNKNOWN
            expected[f"unpriced_{side}"] += each.verdict is Verdict.ENTITLED and each.amount_fen is None
            expected[f"fen_{side}"] += (money(each) or 0) if each.verdict is Verdict.ENTITLED else 0
        had, has = money(was), money(will)
        if had is not None and has is not None:
            expected["gaining"] += has > had
            expected["losing"] += has < had
            expected["gained_fen"] += max(has - had, 0)
            expected["lost_fen"] += max(had - has, 0)
        differ = was.verdict is not will.verdict or (was.verdict is Verdict.ENTITLED and had != has)
        if differ:
            kind = "open" if had is None or has is None else "more" if has > had else "less"
            moves.add((number, kind))
    assert found.total == expected
    assert set(found.moves.select("person", "kind").iter_rows()) == moves
    kinds = found.moves["kind"].to_list()
    assert kinds.count("more") == found.total["gaining"]  # every number opens the equal list
    assert kinds.count("less") == found.total["losing"]
    assert found.persons == 400
    assert found.table.height == 4
    assert moves


def test_a_new_sheet_replaces_the_old_one_as_a_whole_and_is_told_row_by_row() -> None:
    change = Change(LIVING, COUNTY, AS_OF, (row("120", level="1..2"), row("60", level="3..4")))
    pair = changed(change, library())
    assert pair.after is not None
    told = {(each.keys, each.before, each.after, each.kind) for each in rate_changes(pair.before, pair.after)}
    assert told == {
        ("残疾等级 1级～2级", "没有", "120.00 元", "added"),
        ("残疾等级 3级～4级", "没有", "60.00 元", "added"),
        ("不分情况", "90.00 元", "没有", "removed"),
    }


@pytest.mark.parametrize(
    ("rows", "at", "column", "word"),
    [
        ([row("100"), row("abc")], 2, "金额", "不是数字"),
        ([row("100", unit="元/年")], 1, "单位", "按月计"),
        ([row("100", source="")], 1, "来源", "没有写来源"),
        ([row("100", name="standrad")], 1, "标准名称", "没有名为"),
        ([row("100", level="7")], 1, "残疾等级", "不能是"),
        ([row("100", level="1-2")], 1, "", "1..2"),
        ([row("100", level="1..2"), row("80", level="2..3")], 2, "", "与第 1 行同时适用"),
        ([row("", percentage="30")], 1, "按哪项标准", "没有写按哪项标准"),
        ([row("", percentage="30", of="minimum_livng")], 1, "按哪项标准", "没有公布的标准"),
        ([row("100", division="4501")], 1, "区划代码", "不在本层"),
        ([row("")], 1, "金额", "没有金额也没有说明"),
        ([row("-5")], 1, "金额", "不合适"),
        ([row("100", until="2020-01-01")], 1, "截止日期", "不晚于"),
        ([row("100", **{"from": "明年"})], 1, "起算日期", "不是日期"),
    ],
)
def test_every_mistake_of_a_sheet_names_row_column_and_remedy(
    rows: list[Cells], at: int, column: str, word: str
) -> None:
    pair = changed(Change(LIVING, COUNTY, AS_OF, tuple(rows)), library())
    assert pair.after is None
    fault = pair.sheet[0]
    assert fault.row == at
    assert fault.remedy
    assert word in fault.what + fault.remedy
    if column:
        assert fault.column == column
    assert not [name for name in ("amount", "source", "percentage", "rounding") if name in fault.what + fault.remedy]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("level =< 2", "<="), ("levle <= 2", "level"), ("level", "比较"), ("", "空"), ("level <= 9", "范围"),
        ("level <= 2 并且 needs_long_term_care", "and"), ("__import__('os')", "函数"),
    ],
)  # fmt: skip
def test_a_condition_written_wrongly_is_told_with_what_to_write(text: str, word: str) -> None:
    pair = changed(Change(NURSING, COUNTY, AS_OF, (), {"level": text}), library())
    assert pair.after is None
    assert pair.conditions is not None
    assert word in "".join(pair.conditions["level"])


def test_mistakes_of_rates_and_conditions_are_told_together() -> None:
    pair = changed(Change(NURSING, COUNTY, AS_OF, (row("九十"),), {"level": "level =< 2"}), library())
    assert pair.after is None
    assert [fault.column for fault in pair.sheet] == ["金额"]
    assert pair.conditions is not None
    assert "level" in pair.conditions


def test_a_condition_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownName, match="没有条件"):
        changed(Change(NURSING, COUNTY, AS_OF, (), {"wealth": "level <= 2"}), library())


@pytest.mark.parametrize(("policy", "division"), [(LIVING, COUNTY), (LIVING, BEIJING), (NURSING, BEIJING)])
def test_the_rows_in_force_written_as_a_sheet_change_nothing(policy: str, division: int) -> None:
    before = library().policy(policy, division=division, as_of=AS_OF)
    raws = dict.fromkeys(raw for rows in library().written_rates(before).values() for raw, _ in rows)
    rows = tuple(cells_of(raw, before.outcome.rhythm, on=AS_OF, division=division) for raw in raws)
    pair = changed(Change(policy, division, AS_OF, rows), library())
    assert pair.after is not None, pair.sheet
    assert pair.after.fingerprint == before.fingerprint
    assert all(change.kind == "same" for change in rate_changes(before, pair.after))
    assert csv_of(rows).startswith("name,from,until,division,")


def test_a_change_survives_the_session() -> None:
    change = Change(LIVING, COUNTY, date(2027, 1, 1), (row("100"),), {"level": "level <= 3"}, ("care",))
    again = Change.from_json(change.to_json())
    assert again == change
    assert place_of(COUNTY) == "cn-450803"
    assert (place_of(450803), place_of(45), place_of(450803_002_000)) == ("cn-450803", "cn-45", "cn-450803002")
    assert (place_of(450000_000_000), place_of(450800_000_000), place_of(0)) == ("cn-45", "cn-4508", "cn")
