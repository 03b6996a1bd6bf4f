"""Words of the policy commands: kinds, rhythms, outcomes, conditions, amounts of rates."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from zhucan.rules.nodes import RateNode, RateRow
from zhucan.rules.policy import Condition, OutcomeRule
from zhucan.rules.printing import Labels, key_words, number_words, percent_words, text_of, words_of
from zhucan.rules.rates import RawRate

KINDS: Mapping[str, str] = {
    "cash": "发钱", "reimbursement": "报销", "item": "实物", "service": "服务", "charge": "缴费", "standing": "资格",
}  # fmt: skip
RHYTHMS: Mapping[str, str] = {
    "once": "一次", "month": "每月", "quarter": "每季", "year": "每年", "school_year": "每学年", "course": "每疗程",
    "interval": "隔一段时间", "hours": "按小时",
}  # fmt: skip
ROUNDED: Mapping[int, str] = {1: "到分", 10: "到角", 100: "到元"}
SUBJECTS: Mapping[str, str] = {"person": "个人", "household": "家庭", "organisation": "单位"}


def outcome_words(outcome: OutcomeRule) -> str:
    """What is given and how often: ``发钱，每月，四舍五入到分``."""
    words = f"{KINDS[outcome.kind]}，{RHYTHMS.get(outcome.rhythm, outcome.rhythm)}"
    return f"{words}，四舍五入{ROUNDED[outcome.rounding]}" if outcome.amount is not None else words


def money_change(fen: int) -> str:
    """A difference with its sign."""
    return f"{'+' if fen > 0 else '-' if fen < 0 else '±'}{abs(fen) / 100:,.2f} 元"


def rate_words(rate: RateNode, value: Fraction | None) -> str:
    """A rate's value: 元, or a percentage; 未公布 where it is known to be unpublished."""
    if value is None:
        return "未公布"
    return number_words(value, money=True) if rate.type.money else percent_words(value)


def keys_of(row: RateRow) -> str:
    """The key cells of a rate row; 不分情况 where there is none."""
    return "，".join(key_words(test) for test in row.tests) or "不分情况"


def share_words(raw: RawRate) -> str:
    """Of which published standard a rate is a percentage, ``按 minimum_living 的 30%``; empty for any other."""
    return f"按 {raw.of} 的 {percent_words(raw.percentage)}" if raw.of and raw.percentage is not None else ""


def condition_text(condition: Condition, labels: Labels) -> str:
    """The test of a condition in the rule language; an overlap in its own words first."""
    text = text_of(condition.test, labels=labels)
    return f"{condition.beside} {condition.id}: {text}" if condition.beside else text


def condition_words(condition: Condition) -> str:
    """The test of a condition in words for people."""
    return words_of(condition.test)
