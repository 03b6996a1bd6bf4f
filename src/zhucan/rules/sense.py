"""Expressions that are well formed and well typed, yet compare a fact with a value it can never have."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from zhucan.rules.errors import ExpressionError
from zhucan.rules.nodes import Among, Compare, Constant, FactNode, Node, Number, children
from zhucan.rules.vocabulary import FIRST_DAY, LAST_DAY


def check_sense(node: Node) -> None:
    """Raise ExpressionError where a fact is compared with a value outside its bounds; derivations are not entered."""
    match node:
        case Compare(left=FactNode() as fact, right=Constant() as value):
            _check(fact, value)
        case Compare(left=Constant() as value, right=FactNode() as fact):
            _check(fact, value)
        case Among(item=FactNode() as fact, choices=choices):
            for choice in choices:
                _check(fact, choice)
        case FactNode():
            return
    for child in children(node):
        check_sense(child)


def _check(node: FactNode, constant: Constant) -> None:
    fact, value = node.fact, constant.value
    if isinstance(node.type, Number) and isinstance(value, int | Fraction):
        bounds = (Fraction(fact.low, node.type.scale), Fraction(fact.high, node.type.scale))
        if not bounds[0] <= value <= bounds[1]:
            _refuse(node, f"{fact.say(fact.low)} 到 {fact.say(fact.high)}")
    elif isinstance(value, date) and not FIRST_DAY <= value < LAST_DAY:
        _refuse(node, f"{FIRST_DAY} 到 {LAST_DAY}")


def _refuse(node: FactNode, bounds: str) -> None:
    what = f"“{node.fact.zh}”只会是 {bounds}，与范围外的值比较没有意义"
    raise ExpressionError(what, f"改成 {bounds} 之间的值；范围写错了就改词汇表的 min、max")
