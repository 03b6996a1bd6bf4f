"""Random typed expressions and random facts full of unknowns, for properties every engine must have.

Expressions are made as text, so that the parser is exercised too.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

from zhucan.rules.errors import ExpressionError
from zhucan.rules.language import fact_node, parse
from zhucan.rules.nodes import KeyTest, Node, Number, RateNode, RateRow
from zhucan.rules.vocabulary import FactType, Value, Vocabulary, load_vocabulary

AS_OF = date(2027, 2, 28)
VOCABULARY = Path(__file__).parent / "vocabulary"
ROUNDINGS = ("floor", "ceil", "half_up", "half_even")


@cache
def vocabulary() -> Vocabulary:
    """The small vocabulary of the random worlds: every type, derived facts, a table of codes."""
    return load_vocabulary(VOCABULARY)


@cache
def rates() -> Mapping[str, RateNode]:
    """A money rate by group and count (with a gap and an unpublished row), and a ratio by a truth value."""

    def key(name: str, *ranges: tuple[int, int]) -> KeyTest:
        return KeyTest(fact_node(vocabulary().fact(name), vocabulary()), ranges)

    money = (
        RateRow((key("colour", (1, 1), (3, 3)), key("small", (-5, 0))), Fraction(9000), "", "s"),
        RateRow((key("colour", (1, 1)), key("small", (1, 3))), Fraction(12345, 10), "", "s"),
        RateRow((key("colour", (2, 2)),), Fraction(5000), "", "s"),
        RateRow((key("colour", (3, 3)), key("small", (4, 4))), None, "unpublished", "s"),
    )
    ratio = (
        RateRow((key("y1", (1, 1)),), Fraction(1, 2), "", "s"),
        RateRow((key("y1", (0, 0)),), Fraction(9, 10), "", "s"),
    )
    return {
        "standard": RateNode("standard", money, Number(10, 50000, 90000, True)),
        "share": RateNode("share", ratio, Number(10, 5, 9, False)),
    }


class Expressions:
    """Random expression texts of each type."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def truth(self, depth: int) -> str:
        pick = self.random.choice
        if depth <= 0:
            return pick(["y1", "y2", "y3", "是四", "busy", "true", "not y2", "colour == '红'", "size >= 'middle'"])
        kind = self.random.randrange(9)
        if kind < 3:
            joiner = pick([" and ", " or "])
            return "(" + joiner.join(self.truth(depth - 1) for _ in range(self.random.randint(2, 3))) + ")"
        if kind == 3:
            return f"not {self.truth(depth - 1)}"
        sign = pick(["==", "!=", "<", "<=", ">", ">="])
        if kind == 4:
            return f"({self.number(depth - 1)} {sign} {self.number(depth - 1)})"
        if kind == 5:
            return f"({self.money(depth - 1)} {sign} {self.money(depth - 1)})"
        if kind == 6:
            return pick([
                f"colour in (1, '蓝', {pick([2, 3])})", f"not colour in ({pick([1, 2])},)",
                f"small in (-3, 0, {pick([1, 4])})",
                f"size {sign} {pick([1, 2, 3])}", f"share_held in ({pick([0, 1])}, 2)",
            ])  # fmt: skip
        if kind == 7:
            return pick([f"born {sign} date('1990-06-15')", f"as_of {sign} started", f"born {sign} started"])
        return f"({pick(['-5', '0', '20'])} <= {self.number(depth - 1)} {pick(['<', '<='])} {self.number(depth - 1)})"

    def number(self, depth: int) -> str:
        pick = self.random.choice
        if depth <= 0:
            return pick(["count", "small", "share_held", "people", str(self.random.randint(0, 60)), "years(born)",
                         "months(started)", "percent('1.5')", "percent('30')", "age", "wide"])  # fmt: skip
        kind = self.random.randrange(6)
        a, b = self.number(depth - 1), self.number(depth - 1)
        if kind < 3:
            return f"({a} {pick('+-*')} {b})"
        if kind == 3:
            return f"div({a}, {pick(['people', '7', 'people * 3', 'people + 1'])}, '{pick(ROUNDINGS)}')"
        if kind == 4:
            return f"{pick(['min', 'max'])}({a}, {b}, {self.number(0)})"
        return f"(rate('share') * {a})"

    def money(self, depth: int) -> str:
        pick = self.random.choice
        if depth <= 0:
            return pick(["income", "paid", "yuan('12.5')", "rate('standard')", "(0 + income)"])
        kind = self.random.randrange(5)
        a, b = self.money(depth - 1), self.money(depth - 1)
        if kind < 2:
            return f"({a} {pick('+-')} {b})"
        if kind == 2:
            return f"({self.number(depth - 1)} * {a})"
        if kind == 3:
            return f"div({a}, people, '{pick(ROUNDINGS)}')"
        return f"{pick(['min', 'max'])}({a}, {b})"

    def any(self, depth: int) -> str:
        """An expression of any kind, conditions most often."""
        return self.random.choice([self.truth, self.truth, self.number, self.money])(depth)

    def nodes(self, count: int, depth: int = 3) -> list[tuple[str, Node]]:
        """So many parsed expressions; those whose bounds exceed 128 bits are drawn again."""
        made: list[tuple[str, Node]] = []
        while len(made) < count:
            text = self.any(self.random.randint(1, depth))
            try:
                made.append((text, parse(text, vocabulary(), rates())))
            except ExpressionError as error:
                if "128" not in error.what:
                    raise
        return made

    def facts(self, unknown: float) -> dict[str, Value]:
        """Random facts, each left out with this probability; boundary values come often."""
        found: dict[str, Value] = {}
        for fact in vocabulary().facts.values():
            if (fact.derive and self.random.random() < 0.8) or self.random.random() < unknown:
                continue
            found[fact.id] = self._value(fact.id)
        return found

    def _value(self, name: str) -> Value:
        fact = vocabulary().fact(name)
        if fact.type is FactType.YES_NO:
            return self.random.random() < 0.5
        if fact.type is FactType.DATE:
            near = [date(1990, 6, 15), date(2000, 2, 29), AS_OF, date(1987, 2, 28), date(1987, 3, 1), date(2030, 1, 31)]
            return self.random.choice([*near, date(1930, 1, 1) + timedelta(self.random.randrange(36_000))])
        if fact.codes is not None:
            return self.random.choice(fact.codes.codes).code
        return self.random.choice([fact.low, fact.high, self.random.randint(fact.low, fact.high)])
