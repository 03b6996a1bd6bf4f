"""Printing: what is printed parses to the same node, by English ids and by Chinese labels."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from zhucan.rules.content import shipped_content
from zhucan.rules.language import fact_node, parse
from zhucan.rules.library import Library, load_library
from zhucan.rules.nodes import KeyTest, Number, RateNode, RateRow
from zhucan.rules.printing import key_words, number_words, percent_words, text_of, words_of
from zhucan.rules.vocabulary import Code, CodeTable, Fact, FactType, Vocabulary

CATEGORY = CodeTable(
    "category",
    (
        Code(1, "visual", "视力", ""),
        Code(6, "mental", "精神", ""),
        Code(7, "multiple", '多"重', ""),
        Code(8, "9", "肢\\体", ""),
    ),
)
VOCABULARY = Vocabulary(
    [
        Fact("covered", "低保", "", FactType.YES_NO, 0, 1),
        Fact("deceased", "已死亡", "", FactType.YES_NO, 0, 1),
        Fact("level", "残疾等级", "", FactType.INTEGER, 1, 4, unit="级"),
        Fact("ratio", "比例", "", FactType.NUMBER, 1, 500, decimals=2),
        Fact("elderly", "老年补贴", "", FactType.MONEY, 0, 1_000_000),
        Fact("birth_date", "出生日期", "", FactType.DATE, 0, 0),
        Fact("category", "残疾类别", "", FactType.CODE, 0, 0, codes=CATEGORY),
        Fact("age", "周岁", "", FactType.INTEGER, 0, 150, unit="岁", derive="years(birth_date)"),
    ]
)
RATES = {"standard": RateNode("standard", (RateRow((), Fraction(9000), "", ""),), Number(1, 9000, 9000, True))}

DAYS = st.sampled_from(["birth_date", "as_of", 'date("2026-01-01")'])
DECIMALS = st.decimals(min_value=0, max_value=999, places=2, allow_nan=False).map(lambda value: f"{value:f}")
PLAIN = st.recursive(
    st.sampled_from(["level", "ratio", "age", "0", "7", "years(birth_date)", "months(birth_date)"])
    | DECIMALS.map('percent("{}")'.format),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda p: f"({p[0]}) {p[1]} ({p[2]})"),
        st.tuples(inner, st.sampled_from(["floor", "half_up"])).map(lambda p: f'div({p[0]}, ratio, "{p[1]}")'),
        st.lists(inner, min_size=2, max_size=3).map(lambda items: f"max({', '.join(items)})"),
        inner.map(lambda item: f"-({item})"),
    ),
    max_leaves=5,
)
MONEY = st.recursive(
    st.sampled_from(["elderly", 'rate("standard")']) | DECIMALS.map('yuan("{}")'.format),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-"), inner).map(lambda p: f"({p[0]}) {p[1]} ({p[2]})"),
        st.tuples(inner, PLAIN).map(lambda p: f"({p[0]}) * ({p[1]})"),
    ),
    max_leaves=4,
)
SIGNS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
COMPARED = st.one_of(
    st.tuples(PLAIN, SIGNS, PLAIN),
    st.tuples(MONEY, SIGNS, MONEY),
    st.tuples(DAYS, SIGNS, DAYS),
    st.tuples(st.just("category"), st.sampled_from(["==", "!="]), st.sampled_from(['"精神"', "7", '"visual"', "8"])),
).map(" ".join)
TRUTHS = st.recursive(
    st.sampled_from(
        [
            "covered",
            "deceased",
            "true",
            "假",
            "level in (1,)",
            "level not in (3, 4)",
            "category in (1, 6)",
            "1 <= level < 4",
        ]
    )
    | COMPARED,
    lambda inner: st.one_of(
        inner.map(lambda item: f"not ({item})"),
        st.tuples(st.lists(inner, min_size=2, max_size=3), st.sampled_from([" and ", " or "])).map(
            lambda pair: pair[1].join(f"({item})" for item in pair[0])
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=120, deadline=None)
@given(TRUTHS | PLAIN | MONEY)
def test_printed_text_parses_to_the_same_node(text: str) -> None:
    try:
        node = parse(text, VOCABULARY, RATES)
    except ValueError:  # out of bounds or too long: the language itself refuses it
        reject()
    for labels in ("id", "zh"):
        printed = text_of(node, labels=labels)
        assert parse(printed, VOCABULARY, RATES) == node, printed
    assert words_of(node)


@pytest.mark.parametrize(
    ("text", "by_id", "by_label"),
    [
        ("(level)<=2", "level <= 2", "残疾等级 <= 2"),
        ("(低保 and (已死亡))", "covered and deceased", "低保 and 已死亡"),
        ("not (level in (3,4))", "level not in (3, 4)", "残疾等级 not in (3, 4)"),
        ("not (covered and deceased)", "not (covered and deceased)", "not (低保 and 已死亡)"),
        ("(covered or deceased) and covered", "(covered or deceased) and covered", "(低保 or 已死亡) and 低保"),
        ("level - (level - 1)", "level - (level - 1)", "残疾等级 - (残疾等级 - 1)"),
        ("(level * 2) + 1", "level * 2 + 1", "残疾等级 * 2 + 1"),
        ('category == "精神"', 'category == "mental"', '残疾类别 == "精神"'),
        ("当日 >= 出生日期", "as_of >= birth_date", "当日 >= 出生日期"),
        ('elderly < yuan("90.50")', 'elderly < yuan("90.5")', '老年补贴 < yuan("90.5")'),
        ('ratio > percent("1.50")', 'ratio > percent("1.5")', '比例 > percent("1.5")'),
    ],
)
def test_parentheses_are_few_and_names_change(text: str, by_id: str, by_label: str) -> None:
    node = parse(text, VOCABULARY, RATES)
    assert text_of(node) == by_id
    assert text_of(node, labels="zh") == by_label


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("level <= 2", "残疾等级 ≤ 2级"),
        ("not deceased", "已死亡：否"),
        ("covered or level in (3, 4)", "低保：是，或者 残疾等级 是 3级 或 4级"),
        ('category != "mental"', "残疾类别 ≠ 精神"),
        ('elderly < rate("standard")', "老年补贴 < 标准“standard”"),
        ("(level + 1) * 2 > 3", "（残疾等级 + 1） × 2 > 3"),
    ],
)
def test_conditions_read_as_words(text: str, words: str) -> None:
    assert words_of(parse(text, VOCABULARY, RATES)) == words


def test_key_cells_and_numbers_read_as_words() -> None:
    def key(name: str, *ranges: tuple[int, int]) -> str:
        return key_words(KeyTest(fact_node(VOCABULARY.fact(name), VOCABULARY), ranges))

    assert key("level", (1, 2)) == "残疾等级 1级～2级"
    assert key("age", (18, 10**18)) == "周岁 18岁以上"
    assert key("age", (-(10**18), 17)) == "周岁 17岁以下"
    assert key("covered", (1, 1)) == "低保 是"
    assert key("category", (1, 1), (6, 6)) == "残疾类别 视力 或 精神"
    assert number_words(Fraction(12050), money=True) == "120.50 元"
    assert number_words(Fraction(3, 200), money=False) == "1.5%"
    assert percent_words(Fraction(1)) == "100%"


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(shipped_content())


def test_every_shipped_condition_survives_printing(library: Library) -> None:
    printed = 0
    for policy in library.ids:
        for pack in library.packs[policy]:
            flat = library.policy(policy, division=int(pack.prefix or 0), as_of=date(2026, 11, 1))
            for node in flat.expressions:
                for labels in ("id", "zh"):
                    assert parse(text_of(node, labels=labels), library.vocabulary, flat.rates) == node
                    printed += 1
    assert printed > 200


def test_every_code_of_the_shipped_tables_survives_printing(library: Library) -> None:
    for fact in library.vocabulary.facts.values():
        for code in fact.codes.codes if fact.codes else ():
            node = parse(f"{fact.id} == {code.code}", library.vocabulary)
            for labels in ("id", "zh"):
                assert parse(text_of(node, labels=labels), library.vocabulary) == node
