"""Every engine means the same: the reference interpreter against plain Python, and Polars against the reference."""

from __future__ import annotations

import ast
import re
from datetime import date
from fractions import Fraction

import pytest

from tests.rules.agreement import disagreements, unsettled
from tests.rules.worlds import AS_OF, Expressions, rates, vocabulary
from zhucan.rules.determine import divide, evaluate
from zhucan.rules.vocabulary import FactType, Value


@pytest.mark.parametrize("seed", range(4))
def test_polars_agrees_with_the_reference(seed: int) -> None:
    assert disagreements(seed=seed, expressions=50, worlds=100) == []


def plain_python(text: str, facts: dict[str, Value]) -> object:
    """The slow, obviously right reading of an expression whose facts are all known: Python itself computes it."""
    scope: dict[str, object] = {}
    for fact in vocabulary().facts.values():
        value = facts.get(fact.id)
        if fact.type is FactType.NUMBER:
            assert isinstance(value, int)
            value = Fraction(value, 100)
        scope[fact.id] = scope[fact.zh] = value
    scope |= {"true": True, "as_of": AS_OF, "date": date.fromisoformat, "percent": lambda p: Fraction(p) / 100}
    scope |= {"yuan": lambda y: Fraction(y) * 100, "div": lambda a, b, how: divide(Fraction(a) / b, how)}
    scope |= {"years": lambda d: AS_OF.year - d.year - ((AS_OF.month, AS_OF.day) < (d.month, d.day))}
    scope |= {"months": lambda d: (AS_OF.year - d.year) * 12 + AS_OF.month - d.month - (AS_OF.day < d.day)}
    labels = {"红": 1, "绿": 2, "蓝": 3, "middle": 2}
    text = re.sub(r"'(红|绿|蓝|middle)'", lambda m: str(labels[m.group(1)]), text)
    return eval(compile(ast.parse(text, mode="eval"), "expression", "eval"), scope)  # the test's own text


def test_the_reference_agrees_with_plain_python_where_everything_is_known() -> None:
    expressions = Expressions(5)
    compared = 0
    for text, node in expressions.nodes(800):
        if "rate(" in text:
            continue
        facts = expressions.facts(0.0)
        facts["age"] = (
            AS_OF.year - facts["born"].year - ((AS_OF.month, AS_OF.day) < (facts["born"].month, facts["born"].day))
        )
        facts["busy"] = facts["count"] > 10 and facts["y1"]
        assert evaluate(node, facts, AS_OF) == plain_python(text, facts), text
        compared += 1
    assert compared > 400


def test_what_is_settled_stays_settled_whatever_is_learnt() -> None:
    assert unsettled(seed=6, chains=400) == []


def test_rates_answer_only_where_one_row_surely_fits() -> None:
    rate = rates()["standard"]
    assert evaluate(rate, {"colour": 2}, AS_OF) == 5000
    assert evaluate(rate, {"colour": 1, "small": 2}, AS_OF) == Fraction(12345, 10)
    assert evaluate(rate, {"colour": 1}, AS_OF) is None
    assert evaluate(rate, {"colour": 3, "small": 4}, AS_OF) is None
    assert evaluate(rate, {"colour": 3, "small": 5}, AS_OF) is None
