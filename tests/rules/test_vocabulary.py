"""Values as officials write them, and said back in words."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.worlds import vocabulary
from zhucan.rules.errors import ValueFault
from zhucan.rules.vocabulary import Value


@pytest.mark.parametrize(
    ("fact", "text", "value", "said"),
    [
        ("y1", "是", True, "是"),
        ("y1", " 否 ", False, "否"),
        ("y1", "", None, "未知"),
        ("y1", "不知道", None, "未知"),
        ("count", "７", 7, "7"),
        ("share_held", "1.5", 150, "1.50"),
        ("income", "1,234.5", 123450, "1,234.50 元"),
        ("born", "2000-2-29", date(2000, 2, 29), "2000-02-29"),
        ("colour", "红", 1, "红"),
        ("colour", "blue", 3, "蓝"),
        ("颜色", "2", 2, "绿"),
    ],
)
def test_what_is_written_is_read_and_said(fact: str, text: str, value: Value | None, said: str) -> None:
    found = vocabulary().fact(fact)
    assert found.read(text) == value
    assert found.say(value) == said


@pytest.mark.parametrize(
    ("fact", "text", "what"),
    [
        ("y1", "也许", "“是一”不能是“也许”"),
        ("count", "many", "“个数”不能是“many”"),
        ("count", "1.5", "小数最多 0 位"),
        ("count", "101", "不能是 101"),
        ("income", "0.001", "小数最多 2 位"),
        ("income", "NaN", "收入"),
        ("born", "2026-02-30", "日期写成"),
        ("born", "昨天", "日期写成"),
        ("born", "1066-10-14", "1800-01-01 到 2200-01-01"),
        ("colour", "黑", "没有“黑”这一项"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_remedy(fact: str, text: str, what: str) -> None:
    with pytest.raises(ValueFault) as caught:
        vocabulary().fact(fact).read(text)
    assert what in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("fact", "value"), [("y1", 1), ("count", True), ("born", 20000101), ("colour", 9), ("colour", True), ("income", -1)]
)
def test_values_of_another_kind_are_refused(fact: str, value: Value) -> None:
    with pytest.raises(ValueFault):
        vocabulary().fact(fact).check(value)


def test_a_code_outside_its_table_is_said_as_its_number() -> None:
    assert vocabulary().fact("colour").say(9) == "9"


def test_a_code_is_described_in_plain_words_where_its_table_does() -> None:
    colours, sizes = vocabulary().fact("colour").codes, vocabulary().fact("size").codes
    assert colours is not None
    assert sizes is not None
    assert [code.easy for code in colours.codes] == ["像火的颜色", "像草的颜色", ""]
    assert {code.easy for code in sizes.codes} == {""}
