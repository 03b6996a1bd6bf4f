"""How outputs say things: states with shape and word, findings in words, sums, dates, masked numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from zhucan.match.result import PAYMENT_FAULTS, Line, MatchResult

FINDING_WORDS = {
    "missed": "没有发放记录",
    "bank_failed": "已列入发放表，银行退回未到账",
    "duplicate_two": "在两个乡镇重复发放",
    "duplicate_same": "在同一乡镇重复发放",
    "wrong_amount": "发放金额与标准不符",
}
"""The findings of an entitled person; the words of all others come with the policy that failed."""

_LONG_NUMBER = re.compile(r"\d{14,}[\dXx]")
_MONTH = re.compile(r"(\d{4})\D?(\d{1,2})")


def is_doubtful(finding: str) -> bool:
    """Whether a finding is one of 疑似不应享: receiving, and surely not entitled."""
    return finding.startswith("wrong_") and finding not in PAYMENT_FAULTS


def state_of(line: Line) -> str:
    """The state of a line, said with a shape and a word."""
    if line.verdict == "unknown":
        return "? 待核实"
    if line.verdict == "not":
        return "! 疑似不应享" if is_doubtful(line.finding) else "– 不符合"
    if line.receiving is None:
        return "○ 可享，未核对发放"
    return "● 应享已享" if line.receiving else "○ 应享未享"


def situation_of(line: Line) -> str:
    """What was found, in the words of the letter."""
    return line.reason or FINDING_WORDS.get(line.finding, "")


def mask_id(number: str) -> str:
    """A citizen or certificate number as lists show it: ``4508 03** **** **17``. Empty stays empty.

    The first six characters (the county) and the last two stay; of a number shorter than 12 only the last two.
    """
    if not number:
        return ""
    if len(number) < 12:
        return f"**{number[-2:]}"
    return f"{number[:4]} {number[4:6]}** **** **{number[-2:]}"


def mask_numbers(text: str) -> str:
    """Text as found in a file, with every number long enough to be a citizen number or an account masked."""
    return _LONG_NUMBER.sub(lambda found: mask_id(found[0]), text)


def yuan(fen: int) -> str:
    """A sum as written in text: ``106,020 元``, with 角 and 分 only where there are some."""
    whole, rest = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole:,}.{rest:02d} 元" if rest else f"{sign}{whole:,} 元"


def long_date(day: date) -> str:
    """A date in text: ``2026年11月1日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def long_month(month: str) -> str:
    """A month in text, ``2026年11月``, from ``2026-11`` or ``202611``; other words stay as they are."""
    found = _MONTH.match(month)
    return f"{int(found[1])}年{int(found[2])}月" if found else month


def last_valid_day(until: date | None) -> str:
    """The printed 有效期至 of a certificate; ``until`` is the first day no longer valid."""
    return (until - timedelta(days=1)).isoformat() if until else ""


def policy_words(result: MatchResult) -> dict[str, str]:
    """Policy ids and their names in the order of the run."""
    return {policy.id: policy.zh for policy in result.policies}


def presumption_words(result: MatchResult) -> dict[str, str]:
    """Presumed facts, by id, and what to write beside a verdict that leans on one."""
    return {one.fact: f"推定：未核对{one.list_title}" for one in result.presumptions}


def check_numbers(result: MatchResult) -> Mapping[tuple[str, str], str]:
    """核查编号 by (person code, policy): those kept, else the person's number of this run and the policy's place in it.

    Raises:
        ValueError: two persons of the run have one number.
    """
    if result.numbers is not None:
        return defaultdict(str, result.numbers)
    codes = [person.code for person in result.persons]
    if len(set(codes)) != len(codes):
        raise ValueError("two persons of one run have the same code")
    place = {policy.id: number for number, policy in enumerate(result.policies, start=1)}
    return {(line.person.code, line.policy): f"{line.person.code}-{place[line.policy]}" for line in result.lines}
