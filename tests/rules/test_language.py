"""What the language refuses, in words that name the piece and the remedy; and what its parts mean at their edges."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from tests.rules.worlds import AS_OF, rates, vocabulary
from zhucan.rules.determine import divide, evaluate, open_facts
from zhucan.rules.errors import ExpressionError
from zhucan.rules.hints import toml_hint
from zhucan.rules.language import parse, parse_condition
from zhucan.rules.vocabulary import Value

REFUSED = [
    ("", "表达式是空的", "写一个条件"),
    ("y1 and " * 400 + "y1", "太长", "拆成几个条件"),
    ("y1 and (", "写法不完整", "括号和引号"),
    ("(" * 250 + "y1" + ")" * 250, "写法不完整", "括号和引号"),
    ("not " * 450 + "y1", "嵌套太深", "拆成几个条件"),
    ("y1.real", "“y1.real”", "没有“.”的用法"),
    ("y2 if y1 else y3", "不能用", "不用 if"),
    ("lambda: y1", "不能用", "只写条件本身"),
    ("count / 2 > 1", "“count / 2”", "div(a, b"),
    ("y1 & y2", "“y1 & y2”", "并且写 and"),
    ("[y1]", "“[y1]”", "只用事实"),
    ("count and y1", "“count”是数字", "先作比较"),
    ("count > 1.5", "小数 1.5", "percent"),
    ("'红'", "文字“红”", "category"),
    ("'2026-01-01'", "文字“2026-01-01”", 'date("2026-01-01")'),
    ("'是'", "文字“是”", "直接写名称"),
    ("'300'", "文字“300”", 'yuan("300")'),
    ("None", "不能写 None", "只写整数"),
    ("coumt > 1", "词汇表里没有“coumt”", "count"),
    ("asof > born", "词汇表里没有“asof”", "as_of"),
    ("round(count) > 1", "没有函数“round”", "可用：date"),
    ("count.bit_length() > 1", "没有函数“count.bit_length”", "可用"),
    ("min(count, small, key=3) > 1", "key=", "按顺序"),
    ("born > date(2026)", "参数应是一段带引号的文字", 'date("2026-01-01")'),
    ("born > date('2026-02-30')", "没有“2026-02-30”这一天", "date"),
    ("count > percent('many')", "“many”不是合适的数字", "percent"),
    ("count > percent('0.0000001')", "不是合适的数字", "percent"),
    ("income > yuan('1e20')", "不是合适的数字", "yuan"),
    ("rate('other') > 1", "没有名为“other”的标准", "share"),
    ("years(count) > 1", "years(…) 里应是一个日期", "years(birth_date)"),
    ("years() > 1", "years(…) 里应是一个日期", "birth_date"),
    ("min(count, y1) > 1", "“y1”是是/否，不是数字", "只用数字"),
    ("min(count) > 1", "至少要两个数", "min(a, b)"),
    ("div(count, 2) > 1", "取整", "half_up"),
    ("div(count, small, 'floor') > 1", "可能是零或负数", "min"),
    ("div(count, max(yuan('1'), income), 'floor') > 1", "金额去除", "被除数"),
    ("income > 300", "金额与普通数字混用", "yuan"),
    ("income * paid > 0", "金额乘金额", "百分比"),
    ("born + 1 > born", "用日期作加减乘", "数字和金额"),
    ("wide * wide * wide > 0", "超出 128 位", "min、max"),
    ("count is small", "不能用 is", "=="),
    ("count == born", "数字不能与日期比较", "同一类"),
    ("colour == size", "代码（colour）不能与代码（size）比较", "同一类"),
    ("y1 == true", "是/否 不用比较", "not"),
    ("colour > 1", "代码没有大小", "in"),
    ("colour == '黑'", "没有 '黑'", "1 红"),
    ("colour == true", "代码（colour）不能与是/否比较", "同一类"),
    ("count in 3", "in 后面应是一组值", "in (1,)"),
    ("count in ()", "in 后面应是一组值", "in (1,)"),
    ("count in (small, 1)", "“small”", "只写数字"),
    ("count + 1", "条件的结果应是“是/否”，这里是数字", "level <= 2"),
    ("income", "这里是金额", "比较"),
    ("born", "这里是日期", "比较"),
    ("colour", "这里是代码（colour）", "比较"),
]


@pytest.mark.parametrize(("text", "what", "remedy"), REFUSED, ids=[text[:30] or "empty" for text, _, _ in REFUSED])
def test_what_is_refused_says_what_and_what_to_write_instead(text: str, what: str, remedy: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_condition(text, vocabulary(), rates())
    assert what in caught.value.what
    assert remedy in caught.value.remedy
    assert str(caught.value).endswith("。")


def value(text: str, **facts: Value) -> object:
    return evaluate(parse(text, vocabulary(), rates()), facts, AS_OF)


@pytest.mark.parametrize(
    ("quotient", "floor", "ceil", "half_up", "half_even"),
    [("5/2", 2, 3, 3, 2), ("7/2", 3, 4, 4, 4), ("-5/2", -3, -2, -2, -2), ("1/3", 0, 1, 0, 0), ("4", 4, 4, 4, 4)],
)
def test_rounding(quotient: str, floor: int, ceil: int, half_up: int, half_even: int) -> None:
    exact = Fraction(quotient)
    assert [divide(exact, how) for how in ("floor", "ceil", "half_up", "half_even")] == [
        floor,
        ceil,
        half_up,
        half_even,
    ]


@pytest.mark.parametrize(
    ("born", "years", "months"),
    [
        (date(2009, 2, 28), 18, 216),
        (date(2009, 3, 1), 17, 215),
        (date(2008, 2, 29), 18, 227),  # AS_OF is 28 February 2027: the birthday is 1 March in common years
        (date(2027, 1, 31), 0, 0),
        (date(2027, 3, 1), -1, -1),
    ],
)
def test_age_turns_on_the_birthday(born: date, years: int, months: int) -> None:
    assert (value("years(born)", born=born), value("months(born)", born=born)) == (years, months)


def test_strict_and_kleene() -> None:
    assert value("y1 and y2", y1=False) is False
    assert value("y1 or y2", y1=True) is True
    assert value("y1 and y2", y1=True) is None
    assert value("not y1") is None
    assert value("min(count, 1)") is None
    assert value("0 * count") is None
    assert value("count in (1, 2)") is None


def test_a_recorded_value_of_a_derived_fact_wins() -> None:
    assert value("age", born=date(2000, 1, 1)) == 27
    assert value("age", born=date(2000, 1, 1), age=40) == 40


def test_open_facts_are_those_that_can_still_matter() -> None:
    node = parse("y1 and (y2 or count > 3) and busy", vocabulary())
    assert open_facts(node, {"y1": True, "y2": True}, AS_OF) == ("count",)
    assert open_facts(parse("y1 and (y2 or count > 3)", vocabulary()), {"y1": True, "count": 1}, AS_OF) == ("y2",)
    rate = rates()["standard"]
    assert open_facts(rate, {"colour": 1}, AS_OF) == ("small",)
    assert open_facts(rate, {}, AS_OF) == ("colour", "small")
    assert open_facts(rate, {"colour": 2}, AS_OF) == ()


def test_a_toml_mistake_nobody_foresaw_is_still_told() -> None:
    assert toml_hint("something new") == ("TOML 写法有误", "检查引号、方括号和等号是否成对、完整")
