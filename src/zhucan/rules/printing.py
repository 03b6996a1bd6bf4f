"""Expressions back as text: in the language itself, by English ids or Chinese labels, and as words an official reads.

``text_of`` is exact: what it writes parses to the same node again (given the same rates). ``words_of`` is for reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

from zhucan.rules.nodes import (
    OPEN_END,
    Among,
    Arithmetic,
    AsOf,
    Coded,
    Compare,
    Constant,
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
from zhucan.rules.vocabulary import Fact, FactType

Labels: TypeAlias = Literal["id", "zh"]

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _ATOM = range(7)
"""How tightly a piece of text binds; a looser piece inside a tighter one stands in parentheses."""


def text_of(node: Node, *, labels: Labels = "id") -> str:
    """The expression as text of the rule language, facts and codes by English id or by Chinese label."""
    return _Printer(labels).print(node)[0]


@dataclass(frozen=True, slots=True)
class _Printer:
    """Text and its binding strength, node by node."""

    labels: Labels

    def print(self, node: Node) -> tuple[str, int]:
        """The text of a node, and how tightly its outermost sign binds."""
        match node:
            case Constant():
                return self._constant(node), _ATOM
            case FactNode(fact=fact):
                return (fact.id if self.labels == "id" else fact.zh), _ATOM
            case AsOf():
                return ("as_of" if self.labels == "id" else "当日"), _ATOM
            case Compare() | Among() | Not() | Every() | Some():
                return self._condition(node)
            case Arithmetic(sign="*", left=left, right=right):
                return f"{self.within(left, _PRODUCT)} * {self.within(right, _ATOM)}", _PRODUCT
            case Arithmetic(sign=sign, left=left, right=right):
                return f"{self.within(left, _SUM)} {sign} {self.within(right, _PRODUCT)}", _SUM
            case _:
                return self._call(node), _ATOM

    def within(self, node: Node, strength: int) -> str:
        """The node where something at least this tight is needed."""
        text, own = self.print(node)
        return text if own >= strength else f"({text})"

    def _condition(self, node: Compare | Among | Not | Every | Some) -> tuple[str, int]:
        match node:
            case Compare(sign=sign, left=left, right=right):
                return f"{self.within(left, _SUM)} {sign} {self.within(right, _SUM)}", _COMPARE
            case Among(item=item, choices=choices):
                return f"{self.within(item, _SUM)} in {self._choices(choices)}", _COMPARE
            case Not(item=Among(item=item, choices=choices)):
                return f"{self.within(item, _SUM)} not in {self._choices(choices)}", _COMPARE
            case Not(item=item):
                return f"not {self.within(item, _NOT)}", _NOT
            case Every(items=items):
                return " and ".join(self.within(item, _NOT) for item in items), _AND
            case Some(items=items):
                return " or ".join(self.within(item, _AND) for item in items), _OR

    def _choices(self, choices: tuple[Constant, ...]) -> str:
        texts = [self._constant(choice) for choice in choices]
        return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"

    def _call(self, node: Node) -> str:
        match node:
            case Divide(left=left, right=right, rounding=rounding):
                return f'div({self.print(left)[0]}, {self.print(right)[0]}, "{rounding}")'
            case Extreme(which=which, items=items):
                return f"{which}({', '.join(self.print(item)[0] for item in items)})"
            case Elapsed(unit=unit, day=day):
                return f"{unit}({self.print(day)[0]})"
            case RateNode(name=name):
                return f"rate({_quoted(name)})"
        raise TypeError(f"no text for {type(node).__name__}")

    def _constant(self, node: Constant) -> str:
        value, type_ = node.value, node.type
        if isinstance(value, bool):
            return ("true" if value else "false") if self.labels == "id" else ("真" if value else "假")
        if isinstance(value, date):
            return f'date("{value.isoformat()}")'
        if isinstance(type_, Coded):
            code = type_.table.find(int(value))
            word = "" if code is None else code.id if self.labels == "id" else code.zh
            # a label that the table reads as another entry is written as its number
            return _quoted(word) if word and type_.table.find(word) is code else str(value)
        assert isinstance(type_, Number)
        if type_.money:
            return f'yuan("{_decimal(Fraction(value) / 100)}")'
        if Fraction(value).denominator == 1:
            return str(value)
        return f'percent("{_decimal(Fraction(value) * 100)}")'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _decimal(value: Fraction) -> str:
    """A finite decimal fraction, exactly; every literal of the language is one."""
    return f"{(Decimal(value.numerator) / Decimal(value.denominator)).normalize():f}"


_SIGN_WORDS: Mapping[str, str] = {"==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


def words_of(node: Node) -> str:
    """The condition in words for people: ``残疾等级 ≤ 2级``, ``已死亡：否``. Not parseable."""
    match node:
        case FactNode(fact=fact, type=Truth()):
            return f"{fact.zh}：是"
        case Not(item=item):
            return _negated(item)
        case Every(items=items):
            return "，并且 ".join(map(_grouped, items))
        case Some(items=items):
            return "，或者 ".join(map(_grouped, items))
        case Compare(sign=sign, left=left, right=right):
            return f"{_beside(left, right)} {_SIGN_WORDS[sign]} {_beside(right, left)}"
        case Among(item=item, choices=choices):
            return f"{_value_words(item)} 是 {' 或 '.join(_choice_words(item, choice) for choice in choices)}"
        case _:
            return _value_words(node)


def _negated(item: Node) -> str:
    match item:
        case FactNode(fact=fact):
            return f"{fact.zh}：否"
        case Among(item=inner, choices=choices):
            return f"{_value_words(inner)} 不是 {'、'.join(_choice_words(inner, choice) for choice in choices)}"
        case _:
            return f"没有（{words_of(item)}）"


def _grouped(node: Node) -> str:
    words = words_of(node)
    return f"（{words}）" if isinstance(node, Every | Some) else words


def _beside(node: Node, other: Node) -> str:
    return _choice_words(other, node) if isinstance(node, Constant) else _value_words(node)


def _choice_words(item: Node, choice: Constant) -> str:
    """A literal as the fact beside it would say it, with its unit."""
    if isinstance(item, FactNode) and item.fact.type is FactType.INTEGER and isinstance(choice.value, int):
        return item.fact.say(choice.value)
    return _value_words(choice)


def _value_words(node: Node) -> str:
    match node:
        case Constant():
            return _literal_words(node)
        case FactNode(fact=fact):
            return fact.zh
        case AsOf():
            return "当日"
        case Elapsed(unit=unit, day=day):
            return f"从{_value_words(day)}起满{'年' if unit == 'years' else '月'}数"
        case RateNode(name=name):
            return f"标准“{name}”"
        case Arithmetic() | Divide() | Extreme():
            return _calculation_words(node)
        case _:
            return words_of(node)


def _calculation_words(node: Arithmetic | Divide | Extreme) -> str:
    match node:
        case Arithmetic(sign="*", left=left, right=right):
            return f"{_factor(left)} × {_factor(right)}"
        case Arithmetic(sign=sign, left=left, right=right):
            return f"{_value_words(left)} {sign} {_factor(right)}"
        case Divide(left=left, right=right):
            return f"{_factor(left)} ÷ {_factor(right)}（取整）"
        case Extreme(which=which, items=items):
            return f"{'、'.join(map(_value_words, items))} 中{'较小' if which == 'min' else '较大'}的"


def _factor(node: Node) -> str:
    words = _value_words(node)
    is_loose = isinstance(node, Arithmetic) and node.sign != "*"
    return f"（{words}）" if is_loose or isinstance(node, Divide | Extreme) else words


def _literal_words(node: Constant) -> str:
    value, type_ = node.value, node.type
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(type_, Coded):
        code = type_.table.find(int(value))
        return code.zh if code else str(value)
    assert isinstance(type_, Number)
    return number_words(Fraction(value), money=type_.money)


def number_words(value: Fraction, *, money: bool) -> str:
    """A number for reading: money from 分 as ``90.00 元``, a ratio below whole numbers as a percentage."""
    if money:
        return f"{Decimal(value.numerator) / Decimal(value.denominator) / 100:,.2f} 元"
    return str(value.numerator) if value.denominator == 1 else percent_words(value)


def percent_words(value: Fraction) -> str:
    """A ratio as a percentage, whole numbers too: ``30%``, ``100%``."""
    return f"{_decimal(value * 100)}%"


def money_words(fen: int | None) -> str:
    """分 as ``90.00 元``; 未知 for None."""
    return "未知" if fen is None else number_words(Fraction(fen), money=True)


def key_words(test: KeyTest) -> str:
    """A filled key cell of a rate table in words: ``残疾等级 1级 或 2级``, ``周岁 0岁～17岁``."""
    fact = test.key.fact if isinstance(test.key, FactNode) else None
    name = fact.zh if fact else words_of(test.key)
    return f"{name} {' 或 '.join(_range_words(fact, low, high) for low, high in test.ranges)}"


def _range_words(fact: Fact | None, low: int, high: int) -> str:
    if fact is None:
        return str(low) if low == high else f"{low}～{high}"
    if fact.type is FactType.YES_NO:
        return fact.say(bool(low))
    if low == high:
        return fact.say(low)
    if high >= OPEN_END:
        return f"{fact.say(low)}以上"
    return f"{fact.say(high)}以下" if low <= -OPEN_END else f"{fact.say(low)}～{fact.say(high)}"
