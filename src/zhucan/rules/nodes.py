"""The closed set of nodes an expression is made of: frozen values, never programs.

Numbers are exact rationals. Every number's denominator is known without its facts (``Number.scale``), so that an
engine may compute with integers alone; bounds are carried along, and beyond 128 bits an expression is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from zhucan.rules.vocabulary import CodeTable, Fact

WIDEST_BITS = 128
"""The widest integers an engine computes with."""
OPEN_END = 10**18
"""Stands for the missing end of a range in a key cell (``18..``)."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The type of conditions: true, false or unknown."""


@dataclass(frozen=True, slots=True)
class Day:
    """The type of days."""


@dataclass(frozen=True, slots=True)
class Coded:
    """The type of a code of one table."""

    table: CodeTable
    ordered: bool


@dataclass(frozen=True, slots=True)
class Number:
    """A rational: numerators between ``low`` and ``high`` over ``scale``. ``money`` tells 分 from plain numbers."""

    scale: int
    low: int
    high: int
    money: bool

    @property
    def bits(self) -> int:
        """The bits an integer engine needs for the numerator, sign included."""
        return max(abs(self.low), abs(self.high)).bit_length() + 1


Type: TypeAlias = Truth | Day | Coded | Number


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal: a truth value, a rational (money in 分, a code its number; whole ones as int) or a day."""

    value: bool | int | Fraction | date
    type: Type


@dataclass(frozen=True, slots=True)
class FactNode:
    """A fact of the subject. For a derived fact, ``derivation`` computes it where no value was recorded."""

    fact: Fact
    type: Type
    derivation: Node | None = None


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day the determination is made for."""

    type: Day = Day()


@dataclass(frozen=True, slots=True)
class Compare:
    """``==  !=  <  <=  >  >=`` between two values of one kind; strict."""

    sign: str
    left: Node
    right: Node
    type: Truth = Truth()


@dataclass(frozen=True, slots=True)
class Among:
    """``item in (a, b)``; strict."""

    item: Node
    choices: tuple[Constant, ...]
    type: Truth = Truth()


@dataclass(frozen=True, slots=True)
class Not:
    """Kleene negation."""

    item: Node
    type: Truth = Truth()


@dataclass(frozen=True, slots=True)
class Every:
    """Kleene conjunction: false if one is false, else unknown if one is unknown."""

    items: tuple[Node, ...]
    type: Truth = Truth()


@dataclass(frozen=True, slots=True)
class Some:
    """Kleene disjunction: true if one is true, else unknown if one is unknown."""

    items: tuple[Node, ...]
    type: Truth = Truth()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``+  -  *`` of two numbers, exact and strict."""

    sign: str
    left: Node
    right: Node
    type: Number


@dataclass(frozen=True, slots=True)
class Divide:
    """The integer nearest to left / right in the given direction; the divisor is always positive. Strict."""

    left: Node
    right: Node
    rounding: str
    type: Number


@dataclass(frozen=True, slots=True)
class Extreme:
    """``min`` or ``max``; strict, unlike SQL's LEAST: one unknown makes it unknown."""

    which: str
    items: tuple[Node, ...]
    type: Number


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Complete ``years`` or ``months`` from a day to the as-of day; 29 February counts as 1 March in common years."""

    unit: str
    day: Node
    type: Number


@dataclass(frozen=True, slots=True)
class KeyTest:
    """One filled key cell of a rate table: the key lies in one of these inclusive ranges (codes and truths as
    integers; an open end is ``OPEN_END``, negative below).
    """

    key: Node
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RateRow:
    """One published rate: its key cells, its value (None: known to be unpublished, for the reason in ``note``)."""

    tests: tuple[KeyTest, ...]
    value: Fraction | None
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class RateNode:
    """``rate("name")``: the value of the one row that surely fits. No row surely fits, or it has no value: unknown."""

    name: str
    rows: tuple[RateRow, ...]
    type: Number


Node: TypeAlias = (
    Constant
    | FactNode
    | AsOf
    | Compare
    | Among
    | Not
    | Every
    | Some
    | Arithmetic
    | Divide
    | Extreme
    | Elapsed
    | RateNode
)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside this one (a derived fact's derivation included)."""
    match node:
        case FactNode(derivation=inner):
            return (inner,) if inner is not None else ()
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right) | Divide(left=left, right=right):
            return (left, right)
        case Among(item=item) | Not(item=item):
            return (item,)
        case Every(items=items) | Some(items=items) | Extreme(items=items):
            return items
        case Elapsed(day=day):
            return (day,)
        case RateNode(rows=rows):
            return tuple(dict.fromkeys(test.key for row in rows for test in row.tests))
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """This node and all inside it, outermost first."""
    yield node
    for child in children(node):
        yield from walk(child)


def facts_of(node: Node) -> tuple[Fact, ...]:
    """The facts an expression may look at, derived ones and their inputs alike, in order of appearance."""
    return tuple(dict.fromkeys(part.fact for part in walk(node) if isinstance(part, FactNode)))
