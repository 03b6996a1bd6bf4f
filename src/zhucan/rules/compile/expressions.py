"""Nodes become Polars expressions over integer, Boolean and date columns named by fact id.

A number is its numerator over the scale its type declares, so everything is integer arithmetic: 64 bits where the
bounds fit, 128 where not. Polars' own ``&`` and ``|`` are Kleene's. Its ``min_horizontal`` skips nulls, so ``min``
and ``max`` are built by hand.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import reduce
from math import lcm

import polars as pl

from zhucan.rules.nodes import (
    WIDEST_BITS,
    Among,
    Arithmetic,
    AsOf,
    Compare,
    Constant,
    Day,
    Divide,
    Elapsed,
    Every,
    Extreme,
    FactNode,
    KeyTest,
    Node,
    Not,
    Number,
    RateNode,
    Some,
    Truth,
)


class Columns:
    """Translates nodes for one day and one set of columns; a fact without a column is unknown for everybody."""

    def __init__(self, columns: Collection[str], as_of: date) -> None:
        self.columns = frozenset(columns)
        self.as_of = as_of
        self._made: dict[Node, pl.Expr] = {}

    def expression(self, node: Node) -> pl.Expr:
        """The expression of a node; equal nodes give the same expression, so that the engine computes them once."""
        if node not in self._made:
            self._made[node] = _TRANSLATE[type(node)](self, node)
        return self._made[node]

    def scaled(self, node: Node, scale: int) -> pl.Expr:
        """A number's numerator over ``scale``, wide enough not to overflow."""
        type_ = node.type
        assert isinstance(type_, Number)
        factor = scale // type_.scale
        if isinstance(node, Constant):
            return _literal(_numerator(node, scale))
        expression = self.expression(node)
        if factor == 1:
            return expression
        return expression.cast(_width(type_.bits + factor.bit_length())) * _literal(factor)

    def matches(self, tests: Sequence[KeyTest]) -> pl.Expr:
        """Whether all key cells of a rate row are surely met (null: not known)."""
        met = [self._key(test) for test in tests]
        return reduce(lambda a, b: a & b, met) if met else pl.lit(True)

    def _key(self, test: KeyTest) -> pl.Expr:
        key = self.expression(test.key)
        if isinstance(test.key.type, Truth):
            wanted = {low for low, _ in test.ranges}
            return key if wanted == {1} else ~key if wanted == {0} else key | ~key
        return reduce(lambda a, b: a | b, [_between(key, low, high) for low, high in test.ranges])


def _between(key: pl.Expr, low: int, high: int) -> pl.Expr:
    if low == high:
        return key == _literal(low)
    return (key >= _literal(low)) & (key <= _literal(high))


def _numerator(constant: Constant, scale: int) -> int:
    """A numeric literal's numerator over a scale that its own divides."""
    assert isinstance(constant.value, (int, Fraction))
    return int(constant.value * scale)


def _literal(value: int) -> pl.Expr:
    """A literal as narrow as its column allows, wide when it must be: Polars would wrap 2**63 silently."""
    return pl.lit(value, dtype=pl.Int128) if abs(value) >= 2**62 else pl.lit(value)


def _width(bits: int) -> type[pl.Int64] | type[pl.Int128]:
    assert bits <= WIDEST_BITS, "the parser refuses what does not fit"
    return pl.Int64 if bits <= 63 else pl.Int128


def _fact(columns: Columns, node: FactNode) -> pl.Expr:
    held = pl.col(node.fact.id) if node.fact.id in columns.columns else None
    if node.derivation is None:
        return held if held is not None else pl.lit(None, dtype=_dtype(node))
    derived = columns.expression(node.derivation)
    return derived if held is None else pl.coalesce(held, derived)


def _dtype(node: Node) -> pl.DataType:
    type_ = node.type
    if isinstance(type_, Truth):
        return pl.Boolean()
    return pl.Date() if isinstance(type_, Day) else pl.Int64()


def _constant(columns: Columns, node: Constant) -> pl.Expr:
    if isinstance(node.type, Number):
        return _literal(_numerator(node, node.type.scale))
    return pl.lit(node.value)


def _compare(columns: Columns, node: Compare) -> pl.Expr:
    if isinstance(node.left.type, Number) and isinstance(node.right.type, Number):
        scale = lcm(node.left.type.scale, node.right.type.scale)
        left, right = columns.scaled(node.left, scale), columns.scaled(node.right, scale)
    else:
        left, right = columns.expression(node.left), columns.expression(node.right)
    return _SIGNS[node.sign](left, right)


def _among(columns: Columns, node: Among) -> pl.Expr:
    if isinstance(node.item.type, Number):
        options = [Compare("==", node.item, choice) for choice in node.choices]
        if any(choice.type.scale != node.item.type.scale for choice in node.choices if isinstance(choice.type, Number)):
            return reduce(lambda a, b: a | b, [columns.expression(option) for option in options])
        values: list[object] = [_numerator(choice, node.item.type.scale) for choice in node.choices]
    else:
        values = [choice.value for choice in node.choices]
    return columns.expression(node.item).is_in(values)


def _every(columns: Columns, node: Every) -> pl.Expr:
    return reduce(lambda a, b: a & b, [columns.expression(item) for item in node.items])


def _some(columns: Columns, node: Some) -> pl.Expr:
    return reduce(lambda a, b: a | b, [columns.expression(item) for item in node.items])


def _arithmetic(columns: Columns, node: Arithmetic) -> pl.Expr:
    a, b, type_ = node.left.type, node.right.type, node.type
    assert isinstance(a, Number)
    assert isinstance(b, Number)
    width = _width(max(type_.bits, a.bits, b.bits))
    if node.sign == "*":
        return columns.scaled(node.left, a.scale).cast(width) * columns.scaled(node.right, b.scale).cast(width)
    left, right = (
        columns.scaled(node.left, type_.scale).cast(width),
        columns.scaled(node.right, type_.scale).cast(width),
    )
    return left + right if node.sign == "+" else left - right


def _divide(columns: Columns, node: Divide) -> pl.Expr:
    a, b = node.left.type, node.right.type
    assert isinstance(a, Number)
    assert isinstance(b, Number)
    width = _width(max(a.bits + b.scale.bit_length(), b.bits + a.scale.bit_length()) + 2)
    over = columns.scaled(node.left, a.scale).cast(width) * _literal(b.scale)
    under = columns.scaled(node.right, b.scale).cast(width) * _literal(a.scale)
    return quotient(over, under, node.rounding)


def quotient(over: pl.Expr, under: pl.Expr, rounding: str) -> pl.Expr:
    """over / under as an integer (under > 0), rounded as ``zhucan.rules.determine.divide`` does."""
    if rounding == "floor":
        return over // under
    if rounding == "ceil":
        return (over + under - 1) // under
    if rounding == "half_up":
        return (over * 2 + under) // (under * 2)
    down = over // under
    twice = (over - down * under) * 2
    up = (twice > under) | ((twice == under) & (down % 2 != 0))
    return pl.when(up).then(down + 1).when(~up).then(down)


def _extreme(columns: Columns, node: Extreme) -> pl.Expr:
    scale = node.type.scale
    types = [item.type for item in node.items if isinstance(item.type, Number)]
    width = _width(max(node.type.bits, *(type_.bits + (scale // type_.scale).bit_length() for type_ in types)))
    parts = [columns.scaled(item, scale).cast(width) for item in node.items]
    return reduce(lambda a, b: _pick(a, b, node.which), parts)


def _pick(a: pl.Expr, b: pl.Expr, which: str) -> pl.Expr:
    """The smaller or larger of two; null when either is: no branch is taken where the comparison is null."""
    first = a <= b if which == "min" else a >= b
    return pl.when(first).then(a).when(~first).then(b)


def _elapsed(columns: Columns, node: Elapsed) -> pl.Expr:
    day, today = columns.expression(node.day), columns.as_of
    year, month, of_month = day.dt.year().cast(pl.Int64), day.dt.month().cast(pl.Int64), day.dt.day().cast(pl.Int64)
    if node.unit == "years":
        later = month * 100 + of_month > today.month * 100 + today.day
        return pl.lit(today.year) - year - later.cast(pl.Int64)
    later = of_month > today.day
    return (pl.lit(today.year) - year) * 12 + pl.lit(today.month) - month - later.cast(pl.Int64)


def _rate(columns: Columns, node: RateNode) -> pl.Expr:
    width = _width(node.type.bits)
    empty = pl.lit(None, dtype=width)
    made = empty
    for row in reversed(node.rows):
        value = empty if row.value is None else _literal(int(row.value * node.type.scale)).cast(width)
        made = value if not row.tests else pl.when(columns.matches(row.tests)).then(value).otherwise(made)
    return made


_SIGNS: Mapping[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_TRANSLATE: Mapping[type, Callable[..., pl.Expr]] = {
    Constant: _constant, FactNode: _fact, AsOf: lambda columns, node: pl.lit(columns.as_of), Compare: _compare,
    Among: _among, Not: lambda columns, node: ~columns.expression(node.item), Every: _every, Some: _some,
    Arithmetic: _arithmetic, Divide: _divide, Extreme: _extreme, Elapsed: _elapsed, RateNode: _rate,
}  # fmt: skip
