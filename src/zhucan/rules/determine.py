"""The reference interpreter: it defines the meaning, and every other engine must agree with it.

A determination is a pure function of facts and a policy. ``and or not`` are Kleene's; everything else is strict: an
unknown operand makes the result unknown.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

from zhucan.rules.nodes import (
    Among,
    Arithmetic,
    AsOf,
    Compare,
    Constant,
    Divide,
    Elapsed,
    Every,
    Extreme,
    FactNode,
    Node,
    Not,
    Number,
    RateNode,
    RateRow,
    Some,
    children,
    walk,
)
from zhucan.rules.policy import Condition, Policy, rounded
from zhucan.rules.vocabulary import Value

Facts: TypeAlias = Mapping[str, Value | None]
"""Facts of one subject by id; a missing key and None both mean unknown."""
Result: TypeAlias = bool | int | Fraction | date | None


class Verdict(Enum):
    """Yes, no or unknown. A machine proposes; it never refuses."""

    ENTITLED = "entitled"
    NOT = "not"
    UNKNOWN = "unknown"

    @property
    def zh(self) -> str:
        """The word on pages and sheets."""
        return {"entitled": "符合", "not": "不符合", "unknown": "待核实"}[self.value]


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """How one condition came out (None: unknown), and the facts that would settle it."""

    condition: Condition
    holds: bool | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Determination:
    """The verdict on one subject and one policy, with a result per condition in the policy's order.

    ``amount_fen`` is 分 per rhythm if the verdict is yes, what would be due if it is unknown, None if no or not
    computable; then ``amount_reason`` says why. ``missing`` are the facts that still matter. ``stop_first`` names other
    benefits that must end before this one can begin.
    """

    policy: Policy
    verdict: Verdict
    amount_fen: int | None
    amount_reason: str
    results: tuple[ConditionResult, ...]
    missing: tuple[str, ...]
    stop_first: tuple[str, ...]

    @property
    def failed(self) -> tuple[Condition, ...]:
        """The conditions surely unmet, the first reason first."""
        return tuple(sorted((r.condition for r in self.results if r.holds is False), key=lambda c: c.rank))


def determine(policy: Policy, facts: Facts, as_of: date) -> Determination:
    """Determine one policy for one subject on one day, with reasons."""
    results = []
    for condition in policy.conditions:
        holds = evaluate(condition.test, facts, as_of)
        assert holds is None or isinstance(holds, bool)
        missing = () if holds is not None else open_facts(condition.test, facts, as_of)
        results.append(ConditionResult(condition, holds, missing))
    states = [result.holds for result in results]
    verdict = Verdict.NOT if False in states else Verdict.UNKNOWN if None in states else Verdict.ENTITLED
    if verdict is Verdict.NOT:
        return Determination(policy, verdict, None, "", tuple(results), (), ())
    amount, reason, open_amount = _amount(policy, facts, as_of)
    missing = tuple(dict.fromkeys([f for result in results for f in result.missing] + list(open_amount)))
    return Determination(policy, verdict, amount, reason, tuple(results), missing, _stop_first(policy, facts, as_of))


def _amount(policy: Policy, facts: Facts, as_of: date) -> tuple[int | None, str, tuple[str, ...]]:
    node = policy.outcome.amount
    if node is None:
        return None, "", ()
    value = evaluate(node, facts, as_of)
    if value is not None:
        assert isinstance(value, (int, Fraction))
        return rounded(value, policy.outcome.rounding), "", ()
    missing = open_facts(node, facts, as_of)
    notes = [note for part in walk(node) if isinstance(part, RateNode) for note in _unpublished(part, facts, as_of)]
    return None, "；".join(dict.fromkeys(notes)), missing


def _unpublished(node: RateNode, facts: Facts, as_of: date) -> list[str]:
    """Why a rate has no value although nothing about the subject is missing."""
    fits = [row_fits(row, facts, as_of) for row in node.rows]
    notes = [row.note for row, fit in zip(node.rows, fits, strict=True) if fit and row.value is None]
    if not notes and not any(fits) and None not in fits:
        notes = [f"没有找到适用的标准“{node.name}”"]
    return notes


def _stop_first(policy: Policy, facts: Facts, as_of: date) -> tuple[str, ...]:
    found = []
    for condition in policy.conditions:
        if condition.theirs is not None:
            theirs = evaluate(condition.theirs, facts, as_of)
            if isinstance(theirs, (int, Fraction)) and theirs > 0:
                found.append(condition.id)
    return tuple(found)


def evaluate(node: Node, facts: Facts, as_of: date) -> Result:
    """The value of an expression: a truth value, an exact number (分 for money), a day, or None for unknown."""
    return _EVALUATE[type(node)](node, facts, as_of)


def _constant(node: Constant, facts: Facts, as_of: date) -> Result:
    return node.value


def _fact(node: FactNode, facts: Facts, as_of: date) -> Result:
    value = facts.get(node.fact.id)
    if value is None:
        return evaluate(node.derivation, facts, as_of) if node.derivation is not None else None
    if isinstance(node.type, Number) and node.type.scale != 1:
        assert isinstance(value, int)
        return Fraction(value, node.type.scale)
    return value


def _as_of(node: AsOf, facts: Facts, as_of: date) -> Result:
    return as_of


def _compare(node: Compare, facts: Facts, as_of: date) -> Result:
    left = evaluate(node.left, facts, as_of)
    if left is None:
        return None
    right = evaluate(node.right, facts, as_of)
    if right is None:
        return None
    return _SIGNS[node.sign](left, right)


def _among(node: Among, facts: Facts, as_of: date) -> Result:
    item = evaluate(node.item, facts, as_of)
    return None if item is None else any(item == choice.value for choice in node.choices)


def _not(node: Not, facts: Facts, as_of: date) -> Result:
    item = evaluate(node.item, facts, as_of)
    return None if item is None else not item


def _every(node: Every, facts: Facts, as_of: date) -> Result:
    result: bool | None = True
    for item in node.items:
        value = evaluate(item, facts, as_of)
        if value is False:
            return False
        if value is None:
            result = None
    return result


def _some(node: Some, facts: Facts, as_of: date) -> Result:
    result: bool | None = False
    for item in node.items:
        value = evaluate(item, facts, as_of)
        if value is True:
            return True
        if value is None:
            result = None
    return result


def _numbers(nodes: Iterable[Node], facts: Facts, as_of: date) -> list[int | Fraction] | None:
    values = []
    for node in nodes:
        value = evaluate(node, facts, as_of)
        if value is None:
            return None
        assert isinstance(value, (int, Fraction))
        values.append(value)
    return values


def _arithmetic(node: Arithmetic, facts: Facts, as_of: date) -> Result:
    values = _numbers((node.left, node.right), facts, as_of)
    if values is None:
        return None
    left, right = values
    return left + right if node.sign == "+" else left - right if node.sign == "-" else left * right


def _divide(node: Divide, facts: Facts, as_of: date) -> Result:
    values = _numbers((node.left, node.right), facts, as_of)
    return None if values is None else divide(Fraction(values[0]) / values[1], node.rounding)


def divide(exact: Fraction, rounding: str) -> int:
    """The integer for a quotient: ``floor``, ``ceil``, ``half_up`` (ties upwards) or ``half_even`` (ties to the
    even).
    """
    if rounding == "floor":
        return exact.__floor__()
    if rounding == "ceil":
        return exact.__ceil__()
    if rounding == "half_up":
        return (exact + Fraction(1, 2)).__floor__()
    return round(exact)


def _extreme(node: Extreme, facts: Facts, as_of: date) -> Result:
    values = _numbers(node.items, facts, as_of)
    return None if values is None else min(values) if node.which == "min" else max(values)


def _elapsed(node: Elapsed, facts: Facts, as_of: date) -> Result:
    day = evaluate(node.day, facts, as_of)
    if day is None:
        return None
    assert isinstance(day, date)
    if node.unit == "years":
        return as_of.year - day.year - ((as_of.month, as_of.day) < (day.month, day.day))
    return (as_of.year - day.year) * 12 + as_of.month - day.month - (as_of.day < day.day)


def row_fits(row: RateRow, facts: Facts, as_of: date) -> bool | None:
    """Whether a rate row fits: every filled key cell surely met, surely not, or unknown."""
    result: bool | None = True
    for test in row.tests:
        value = evaluate(test.key, facts, as_of)
        if value is None:
            result = None
            continue
        assert isinstance(value, (int, Fraction))
        if not any(low <= value <= high for low, high in test.ranges):
            return False
    return result


def _rate(node: RateNode, facts: Facts, as_of: date) -> Result:
    for row in node.rows:
        if row_fits(row, facts, as_of):
            return row.value
    return None


_SIGNS: Mapping[str, Callable[..., bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_EVALUATE: Mapping[type, Callable[..., Result]] = {
    Constant: _constant, FactNode: _fact, AsOf: _as_of, Compare: _compare, Among: _among, Not: _not, Every: _every,
    Some: _some, Arithmetic: _arithmetic, Divide: _divide, Extreme: _extreme, Elapsed: _elapsed, RateNode: _rate,
}  # fmt: skip


def open_facts(node: Node, facts: Facts, as_of: date) -> tuple[str, ...]:
    """The unknown facts that can still change this expression, which must be unknown, in order of appearance.

    A derived fact stands for itself when the vocabulary says how to ask for it, else for its inputs.
    """
    found: dict[str, None] = {}
    _collect(node, facts, as_of, found)
    return tuple(found)


def _collect(node: Node, facts: Facts, as_of: date, found: dict[str, None]) -> None:
    if isinstance(node, RateNode):
        rows = [row for row in node.rows if row_fits(row, facts, as_of) is None]
        if any(row_fits(row, facts, as_of) for row in node.rows):
            return
        for key in dict.fromkeys(test.key for row in rows for test in row.tests):
            _collect(key, facts, as_of, found)
        return
    if evaluate(node, facts, as_of) is not None:
        return
    if isinstance(node, FactNode) and (node.derivation is None or node.fact.ask):
        found[node.fact.id] = None
        return
    for child in children(node):
        _collect(child, facts, as_of, found)


def leaning(policy: Policy, facts: Facts, presumed: Iterable[str], as_of: date) -> tuple[str, ...]:
    """The presumed facts this verdict leans on: replacing each by unknown would change the verdict."""
    verdict = determine(policy, facts, as_of).verdict
    return tuple(fact for fact in presumed if determine(policy, {**facts, fact: None}, as_of).verdict is not verdict)
