"""From text to nodes: Python's own parser, a whitelist, and types taken from the vocabulary.

``parse`` understands: facts by English id or Chinese label; integers, ``true false 真 假``, ``date("2026-01-01")``,
``percent("1.5")``, ``yuan("300")``, labels of code tables; comparisons (chained too), ``in``, ``and or not``; ``+ -
*``, ``div(a, b, "half_up")``, ``min``, ``max``, ``years(day)``, ``months(day)``, ``as_of``, ``rate("name")``. Nothing
else: no attributes, no other calls, and no test for "is known", which would break monotonicity.
"""

from __future__ import annotations

import ast
import unicodedata
import warnings
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from math import lcm

from zhucan.rules.errors import ExpressionError
from zhucan.rules.hints import expression_hint, text_hint
from zhucan.rules.nodes import (
    WIDEST_BITS,
    Among,
    Arithmetic,
    AsOf,
    Coded,
    Compare,
    Constant,
    Day,
    Divide,
    Elapsed,
    Every,
    Extreme,
    FactNode,
    Node,
    Not,
    Number,
    RateNode,
    Some,
    Truth,
    Type,
)
from zhucan.rules.vocabulary import Fact, FactType, Vocabulary

ROUNDINGS = ("floor", "ceil", "half_up", "half_even")
_WORDS = {"true": True, "True": True, "真": True, "false": False, "False": False, "假": False}
_SIGNS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="
}  # fmt: skip
_ARITHMETIC: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
_MAX_LENGTH = 2_000


def parse(text: str, vocabulary: Vocabulary, rates: Mapping[str, RateNode] | None = None) -> Node:
    """The typed node of an expression. ``rates`` are the rate tables it may name.

    Raises ExpressionError, in Chinese, with what to write instead.
    """
    return _Parser(text, vocabulary, rates or {}, ()).expression()


def parse_condition(text: str, vocabulary: Vocabulary, rates: Mapping[str, RateNode] | None = None) -> Node:
    """As ``parse``, for an expression that must be a condition (true, false or unknown)."""
    node = parse(text, vocabulary, rates)
    if not isinstance(node.type, Truth):
        raise ExpressionError(f"条件的结果应是“是/否”，这里是{_kind(node.type)}", "加上比较，例如 level <= 2")
    return node


@lru_cache(maxsize=4096)
def fact_node(fact: Fact, vocabulary: Vocabulary, inside: tuple[str, ...] = ()) -> FactNode:
    """The node of a fact, with its derivation where the vocabulary derives it. ``inside``: derivations being read."""
    derivation = None
    if fact.derive:
        if fact.id in inside:
            raise ExpressionError(
                f"派生事实 {fact.id} 绕回了自己：{' → '.join([*inside, fact.id])}", "改写其中一个 derive"
            )
        derivation = _Parser(fact.derive, vocabulary, {}, (*inside, fact.id)).expression()
        if type(derivation.type) is not type(type_of(fact)):
            raise ExpressionError(
                f"派生事实 {fact.id} 的 derive 得到{_kind(derivation.type)}，与 type 不符", "改 derive 或改 type"
            )
    return FactNode(fact, type_of(fact), derivation)


def type_of(fact: Fact) -> Type:
    """The expression type of a fact."""
    if fact.type is FactType.YES_NO:
        return Truth()
    if fact.type is FactType.DATE:
        return Day()
    if fact.codes is not None:
        return Coded(fact.codes, fact.ordered)
    return Number(10**fact.decimals, fact.low, fact.high, fact.type is FactType.MONEY)


def _kind(type_: Type) -> str:
    match type_:
        case Truth():
            return "是/否"
        case Day():
            return "日期"
        case Coded(table=table):
            return f"代码（{table.name}）"
        case Number(money=True):
            return "金额"
        case _:
            return "数字"


def name_hint(name: str, vocabulary: Vocabulary) -> str:
    """What a name that is no fact probably should be: a word of the language, or the nearest facts."""
    near = get_close_matches(name, ("as_of", "true", "false"), n=1, cutoff=0.7)
    return f"可能要写 {near[0]}" if near else vocabulary.nearest(name)


def number(value: Fraction, *, money: bool = False) -> Constant:
    """A numeric literal; money in 分."""
    exact = value.numerator if value.denominator == 1 else value
    return Constant(exact, Number(value.denominator, value.numerator, value.numerator, money))


class _Parser:
    """One expression being read."""

    def __init__(
        self, text: str, vocabulary: Vocabulary, rates: Mapping[str, RateNode], inside: tuple[str, ...]
    ) -> None:
        self.text = unicodedata.normalize("NFKC", text).strip()
        self.vocabulary = vocabulary
        self.rates = rates
        self.inside = inside
        self.calls: Mapping[str, Callable[[ast.Call], Node]] = {
            "date": self._date, "percent": self._percent, "yuan": self._yuan, "div": self._div,
            "min": self._extreme, "max": self._extreme, "years": self._elapsed, "months": self._elapsed,
            "rate": self._rate,
        }  # fmt: skip

    def expression(self) -> Node:
        """The node of the whole text; raises ExpressionError."""
        if not self.text:
            raise ExpressionError("表达式是空的", "写一个条件，例如 minimum_living_allowance")
        if len(self.text) > _MAX_LENGTH:
            raise ExpressionError(
                f"表达式有 {len(self.text)} 个字符，太长", f"拆成几个条件，每个不超过 {_MAX_LENGTH} 个字符"
            )
        try:
            with warnings.catch_warnings():
                # what Python merely warns of (``2and``) is a slip of the keyboard in a rule
                warnings.simplefilter("error")
                tree = ast.parse(" ".join(self.text.split("\n")), mode="eval")
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            if hint := expression_hint(self.text):
                raise ExpressionError(f"“{self._short()}”里{hint[0]}", hint[1]) from None
            column = getattr(error, "offset", None)
            near = f"，在第 {column} 个字符附近" if column else ""
            raise ExpressionError(f"“{self._short()}”写法不完整或有多余符号{near}", "检查括号和引号是否成对") from None
        try:
            return self.node(tree.body)
        except RecursionError:
            raise ExpressionError("表达式嵌套太深", "拆成几个条件") from None

    def _short(self) -> str:
        return self.text if len(self.text) <= 60 else self.text[:57] + "…"

    def node(self, tree: ast.expr) -> Node:
        """The node of one piece of the tree; whatever is not listed here is refused."""
        match tree:
            case ast.Constant(value=value):
                return self._constant(value)
            case ast.Name(id=name):
                return self._name(name)
            case ast.BoolOp(op=op, values=values):
                items = tuple(self.truth(value) for value in values)
                return Every(items) if isinstance(op, ast.And) else Some(items)
            case ast.UnaryOp(op=ast.Not() | ast.USub()):
                return self._unary(tree)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return self._arithmetic(_ARITHMETIC[type(op)], self.node(left), self.node(right))
            case ast.Compare():
                return self._compare(tree)
            case ast.Call():
                return self._call(tree)
        raise self._refused(tree)

    def _refused(self, tree: ast.expr) -> ExpressionError:
        piece = ast.unparse(tree)
        remedies: list[tuple[type[ast.AST], str]] = [
            (ast.Attribute, "规则里没有“.”的用法，直接写事实的名称"),
            (ast.IfExp, "不用 if；把情形拆成几个条件，或写进 rates.csv 的键列"),
            (ast.Lambda, "只写条件本身"),
        ]
        if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.BitAnd | ast.BitOr):
            remedy = "并且写 and，或者写 or"
        elif isinstance(tree, ast.BinOp):
            remedy = '除法写 div(a, b, "half_up")；百分比写 percent("30")'
        else:
            remedy = next(
                (text for kind, text in remedies if isinstance(tree, kind)), "只用事实、数字、比较和 and or not"
            )
        return ExpressionError(f"规则里不能用“{piece}”这种写法", remedy)

    def truth(self, tree: ast.expr) -> Node:
        """A piece that must be a condition."""
        node = self.node(tree)
        if not isinstance(node.type, Truth):
            raise ExpressionError(
                f"“{ast.unparse(tree)}”是{_kind(node.type)}，不能直接用 and、or、not 连接", "先作比较，例如 level <= 2"
            )
        return node

    def _unary(self, tree: ast.UnaryOp) -> Node:
        if isinstance(tree.op, ast.Not):
            return Not(self.truth(tree.operand))
        node = self.node(tree.operand)
        if isinstance(node, Constant) and isinstance(node.value, (int, Fraction)) and isinstance(node.type, Number):
            return number(-Fraction(node.value), money=node.type.money)
        return self._arithmetic("-", number(Fraction(0)), node)

    def _constant(self, value: object) -> Node:
        if isinstance(value, bool):
            return Constant(value, Truth())
        if isinstance(value, int):
            return self._bounded(number(Fraction(value)))
        if isinstance(value, float):
            raise ExpressionError(f"不能写小数 {value}", 'percent("1.5") 写百分比，yuan("12.5") 写金额')
        if isinstance(value, str):
            raise ExpressionError(f"文字“{value}”要与代码类事实比较", text_hint(value))
        raise ExpressionError(f"不能写 {value!r}", "只写整数或文字代码；规则里不能问知道不知道")

    def _name(self, name: str) -> Node:
        if name in _WORDS:
            return Constant(_WORDS[name], Truth())
        if name in ("as_of", "当日"):
            return AsOf()
        fact = self.vocabulary.find(name)
        if fact is None:
            raise ExpressionError(f"词汇表里没有“{name}”", name_hint(name, self.vocabulary))
        return fact_node(fact, self.vocabulary, self.inside)

    def _call(self, tree: ast.Call) -> Node:
        name = tree.func.id if isinstance(tree.func, ast.Name) else ""
        call = self.calls.get(name)
        if call is None:
            raise ExpressionError(f"规则里没有函数“{ast.unparse(tree.func)}”", "可用：" + "、".join(sorted(self.calls)))
        if tree.keywords:
            raise ExpressionError(f"{name}(…) 里不能写 {tree.keywords[0].arg}=", "按顺序写参数")
        return call(tree)

    def _text_of(self, tree: ast.Call, example: str) -> str:
        match tree.args:
            case [ast.Constant(value=str(text))]:
                return text
        raise ExpressionError(f"“{ast.unparse(tree)}”的参数应是一段带引号的文字", f"写成 {example}")

    def _date(self, tree: ast.Call) -> Node:
        text = self._text_of(tree, 'date("2026-01-01")')
        try:
            return Constant(date.fromisoformat(text), Day())
        except ValueError:
            raise ExpressionError(f"没有“{text}”这一天", '写成 date("2026-01-01")') from None

    def _decimal(self, text: str, example: str) -> Fraction:
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        exponent = value.as_tuple().exponent  # a letter where the value is not finite
        if isinstance(exponent, int) and exponent >= -6 and abs(value) < Decimal(10) ** 15:
            return Fraction(value)
        raise ExpressionError(f"“{text}”不是合适的数字", f"写成 {example}")

    def _percent(self, tree: ast.Call) -> Node:
        return number(self._decimal(self._text_of(tree, 'percent("1.5")'), 'percent("1.5")') / 100)

    def _yuan(self, tree: ast.Call) -> Node:
        return number(self._decimal(self._text_of(tree, 'yuan("300")'), 'yuan("300")') * 100, money=True)

    def _rate(self, tree: ast.Call) -> Node:
        name = self._text_of(tree, 'rate("standard")')
        if name not in self.rates:
            known = "、".join(sorted(self.rates)) or "无"
            raise ExpressionError(
                f"rates.csv 里没有名为“{name}”的标准", f"在 rates.csv 的 name 列添加，或改成已有的：{known}"
            )
        return self.rates[name]

    def _elapsed(self, tree: ast.Call) -> Node:
        unit = ast.unparse(tree.func)
        day = self.node(tree.args[0]) if len(tree.args) == 1 else None
        if day is None or not isinstance(day.type, Day):
            raise ExpressionError(f"{unit}(…) 里应是一个日期", f"例如 {unit}(birth_date)")
        span = 400 * (1 if unit == "years" else 12)
        return Elapsed(unit, day, Number(1, -span, span, False))

    def _numbers(self, tree: ast.Call, count: int | None = None) -> list[Node]:
        nodes = [self.node(argument) for argument in tree.args[: count or len(tree.args)]]
        for node, argument in zip(nodes, tree.args, strict=False):
            if not isinstance(node.type, Number):
                raise ExpressionError(f"“{ast.unparse(argument)}”是{_kind(node.type)}，不是数字", "只用数字或金额")
        return nodes

    def _extreme(self, tree: ast.Call) -> Node:
        which, nodes = ast.unparse(tree.func), self._numbers(tree)
        if len(nodes) < 2:
            raise ExpressionError(f"{which}(…) 至少要两个数", f"例如 {which}(a, b)")
        types = [node.type for node in nodes if isinstance(node.type, Number)]
        money = self._same_unit(nodes)
        scale = lcm(*(type_.scale for type_ in types))
        lows = [type_.low * (scale // type_.scale) for type_ in types]
        highs = [type_.high * (scale // type_.scale) for type_ in types]
        pick = min if which == "min" else max
        return self._bounded(Extreme(which, tuple(nodes), Number(scale, pick(lows), pick(highs), money)))

    def _div(self, tree: ast.Call) -> Node:
        if len(tree.args) != 3 or not isinstance(tree.args[2], ast.Constant) or tree.args[2].value not in ROUNDINGS:
            raise ExpressionError("除法要写清怎样取整", 'div(a, b, "half_up")，取整可用：' + "、".join(ROUNDINGS))
        left, right = self._numbers(tree, 2)
        above, below = left.type, right.type
        assert isinstance(above, Number)
        assert isinstance(below, Number)
        if below.low <= 0:
            raise ExpressionError(
                f"除数“{ast.unparse(tree.args[1])}”可能是零或负数", "在词汇表里把它的 min 写成 1 以上"
            )
        if below.money and not above.money:
            raise ExpressionError("不能用金额去除一个数字", "被除数也应是金额")
        corners = [
            Fraction(a * below.scale, above.scale * b) for a in (above.low, above.high) for b in (below.low, below.high)
        ]
        low, high = int(min(corners)) - 1, int(max(corners)) + 1
        money = above.money and not below.money
        self._fits(above.bits + below.scale.bit_length() + 2, below.bits + above.scale.bit_length() + 2)
        return self._bounded(Divide(left, right, str(tree.args[2].value), Number(1, low, high, money)))

    def _same_unit(self, nodes: list[Node]) -> bool:
        """Whether these numbers are money; zero may stand for either. Mixing the two is refused."""
        units = {node.type.money for node in nodes if isinstance(node.type, Number) and not _is_zero(node)}
        if len(units) > 1:
            raise ExpressionError(f"“{self._short()}”里金额与普通数字混用", '金额写成 yuan("300")')
        return units.pop() if units else False

    def _arithmetic(self, sign: str, left: Node, right: Node) -> Node:
        a, b = left.type, right.type
        if not isinstance(a, Number) or not isinstance(b, Number):
            wrong = a if not isinstance(a, Number) else b
            raise ExpressionError(f"“{self._short()}”里用{_kind(wrong)}作加减乘", "只有数字和金额能运算")
        if sign == "*":
            if a.money and b.money:
                raise ExpressionError(f"“{self._short()}”里金额乘金额", "其中一个应是数字或百分比")
            corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
            type_ = Number(a.scale * b.scale, min(corners), max(corners), a.money or b.money)
        else:
            scale = lcm(a.scale, b.scale)
            p, q = scale // a.scale, scale // b.scale
            low, high = (a.low * p + b.low * q, a.high * p + b.high * q)
            if sign == "-":
                low, high = a.low * p - b.high * q, a.high * p - b.low * q
            type_ = Number(scale, low, high, self._same_unit([left, right]))
        return self._bounded(Arithmetic(sign, left, right, type_))

    def _bounded(self, node: Node) -> Node:
        assert isinstance(node.type, Number)
        self._fits(node.type.bits, node.type.scale.bit_length() + 1)
        return node

    def _fits(self, *bits: int) -> None:
        """Refuse what an engine of 128-bit integers could not compute."""
        if max(bits) > WIDEST_BITS:
            raise ExpressionError(f"“{self._short()}”的中间结果超出 128 位", "收紧词汇表里的 min、max，或拆开计算")

    def _compare(self, tree: ast.Compare) -> Node:
        parts: list[Node] = []
        left = tree.left
        for op, right in zip(tree.ops, tree.comparators, strict=True):
            if isinstance(op, (ast.In, ast.NotIn)):
                among = self._among(left, right)
                parts.append(among if isinstance(op, ast.In) else Not(among))
            elif type(op) in _SIGNS:
                parts.append(self._pair(_SIGNS[type(op)], left, right))
            else:
                raise ExpressionError(f"“{self._short()}”里不能用 is", "相等写 ==，不知道不能作条件")
            left = right
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _pair(self, sign: str, left: ast.expr, right: ast.expr) -> Node:
        a, b = self._operand(left, right), self._operand(right, left)
        self._comparable(sign, a, b, f"{ast.unparse(left)} {sign} {ast.unparse(right)}")
        return Compare(sign, a, b)

    def _operand(self, tree: ast.expr, other: ast.expr) -> Node:
        """One side of a comparison; a literal beside a coded fact is read through its table."""
        if isinstance(tree, ast.Constant) and not isinstance(other, ast.Constant):
            facing = self.node(other).type
            if isinstance(facing, Coded):
                return self._code(facing, tree.value)
        return self.node(tree)

    def _code(self, coded: Coded, word: object) -> Constant:
        code = coded.table.find(word) if isinstance(word, (str, int)) and not isinstance(word, bool) else None
        if code is None:
            known = "、".join(f"{c.code} {c.zh}" for c in coded.table.codes[:10])
            raise ExpressionError(f"代码表 {coded.table.name} 里没有 {word!r}", f"可写：{known}")
        return Constant(code.code, coded)

    def _comparable(self, sign: str, a: Node, b: Node, said: str) -> None:
        if type(a.type) is not type(b.type) or (isinstance(a.type, Coded) and a.type != b.type):
            raise ExpressionError(f"“{said}”：{_kind(a.type)}不能与{_kind(b.type)}比较", "两边应是同一类")
        if isinstance(a.type, Number) and isinstance(b.type, Number):
            self._same_unit([a, b])
            scale = lcm(a.type.scale, b.type.scale)
            self._fits(*(side.bits + (scale // side.scale).bit_length() for side in (a.type, b.type)))
        if isinstance(a.type, Truth):
            raise ExpressionError(f"“{said}”：是/否 不用比较", "直接写事实的名称，相反写 not")
        if sign not in ("==", "!=") and isinstance(a.type, Coded) and not a.type.ordered:
            raise ExpressionError(f"“{said}”：代码没有大小", "用 == 或 in (…)")

    def _among(self, left: ast.expr, right: ast.expr) -> Node:
        item = self.node(left)
        if not isinstance(right, (ast.Tuple, ast.List, ast.Set)) or not right.elts:
            raise ExpressionError(
                f"in 后面应是一组值，现在是“{ast.unparse(right)}”", "写成 in (1, 2)，一个值写 in (1,)"
            )
        choices: list[Constant] = []
        for element in right.elts:
            choice = self._operand(element, left)
            if not isinstance(choice, Constant):
                raise ExpressionError(f"in (…) 里不能写“{ast.unparse(element)}”", "只写数字、日期或代码")
            self._comparable("==", item, choice, f"{ast.unparse(left)} in …")
            choices.append(choice)
        return Among(item, tuple(choices))


def _is_zero(node: Node) -> bool:
    return isinstance(node, Constant) and node.value == 0
