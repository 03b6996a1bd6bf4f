"""The one vocabulary: every fact described once, and used by rules, registry, feeds, portal and reports.

A *value* is what a fact holds: a truth value; an integer (a number with decimals is scaled by 10**decimals, money is
分, a code is its number); or a day. Unknown is None and only ever means unknown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from keyword import iskeyword
from pathlib import Path
from typing import TypeAlias

from zhucan.rules.documents import Document, Entry, read_csv
from zhucan.rules.errors import ContentError, Fault, UnknownName, ValueFault

Value: TypeAlias = bool | int | date
FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2200, 1, 1)
"""Days of facts lie in this range; it bounds what an expression can compute."""

_YES, _NO = {"是", "有", "true", "yes", "1", "真"}, {"否", "无", "false", "no", "0", "假"}
RESERVED = frozenset((
    "true", "false", "真", "假", "as_of", "当日",
    "date", "percent", "yuan", "div", "min", "max", "years", "months", "rate",
))  # fmt: skip
"""Words of the rule language; no fact may be called so."""
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class FactType(Enum):
    """The kinds of facts."""

    YES_NO = "yes_no"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code table; ``easy`` says in plain words what it means, for whoever has to choose."""

    code: int
    id: str
    zh: str
    en: str
    easy: str = ""


@dataclass(frozen=True, eq=False)
class CodeTable:
    """A code table: number, English id, Chinese and English label."""

    name: str
    codes: tuple[Code, ...]

    def find(self, word: str | int) -> Code | None:
        """The code by number, English id or Chinese label; None when the table has no such entry."""
        for code in self.codes:
            if word in (code.code, code.id, code.zh) or (
                isinstance(word, str) and word.isdecimal() and int(word) == code.code
            ):
                return code
        return None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """How a fact is derived from several rows: take ``min`` … of a row fact over the rows where a test holds."""

    rows: str
    take: str
    of: str
    where: str
    none: int


@dataclass(frozen=True, slots=True)
class SameAs:
    """In ``implies``: the other fact has the value of this one; who has a mental disability only, its level."""

    fact: str


@dataclass(frozen=True, slots=True)
class Asking:
    """How the portal asks for a fact, besides ``Fact.ask``.

    ``turn`` orders questions, small ones first; 0: nobody is asked. ``easy`` is the question in easy text (易读),
    ``help`` at most two sentences, ``why`` answers 为什么问这个; each has its English beside it, and so has
    ``Fact.where``. ``implies``: what an answer settles besides, by answer: who has no certificate has no valid one.
    """

    turn: int = 0
    en: str = ""
    easy: str = ""
    help: str = ""
    help_en: str = ""
    why: str = ""
    why_en: str = ""
    where_en: str = ""
    pictogram: str = ""
    last_day: bool = False
    implies: Mapping[Value, Mapping[str, Value | SameAs]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Fact:
    """One fact of the vocabulary. Bounds are in stored integers (分 for money); ``fresh_for`` in months.

    ``presume`` is used, and named, while no list that covers the person was ever loaded; None: never presumed.
    ``presumed_as`` says it in words of everybody: 都还健在.
    """

    id: str
    zh: str
    en: str
    type: FactType
    low: int
    high: int
    decimals: int = 0
    unit: str = ""
    codes: CodeTable | None = None
    ordered: bool = False
    subject: str = "person"
    owner: str = ""
    privacy: str = "sensitive"
    ask: str = ""
    asking: Asking = Asking()
    where: str = ""
    fresh_for: int | None = None
    authority: tuple[str, ...] = ()
    presume: Value | None = None
    presumed_as: str = ""
    headings: tuple[str, ...] = ()
    derive: str = ""
    aggregate: Aggregate | None = None
    file: Path = Path()
    line: int = 0

    def check(self, value: Value) -> Value:
        """The value itself when it fits this fact; raises ValueFault in plain Chinese when it does not."""
        if self.type is FactType.YES_NO:
            fits, wanted = isinstance(value, bool), "是或否"
        elif self.type is FactType.DATE:
            fits = isinstance(value, date) and FIRST_DAY <= value < LAST_DAY
            wanted = f"{FIRST_DAY} 到 {LAST_DAY} 之间的日期"
        elif self.codes is not None:
            fits = not isinstance(value, (bool, date)) and self.codes.find(value) is not None
            wanted = "代码表 " + self.codes.name + " 里的代码"
        else:
            fits = isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high
            wanted = f"{self.say(self.low)} 到 {self.say(self.high)}"
        if not fits:
            is_number = type(value) is int and self.codes is None
            shown = self.say(value) if is_number and self.type is not FactType.YES_NO else repr(value)
            raise ValueFault(f"“{self.zh}”不能是 {shown}", f"应为 {wanted}")
        return value

    def read(self, text: str) -> Value | None:
        """The value an official writes: 是/否, a number, 元 for money, a day 2026-11-01, a code or its label; empty
        is unknown.

        Raises ValueFault.
        """
        text = unicodedata.normalize("NFKC", text).strip()
        if not text or text in ("未知", "不知道", "?"):
            return None
        if self.type is FactType.YES_NO:
            if text.lower() in _YES | _NO:
                return text.lower() in _YES
            raise ValueFault(f"“{self.zh}”不能是“{text}”", "写 是 或 否，不知道就留空")
        if self.type is FactType.DATE:
            return self.check(self._day(text))
        if self.codes is not None:
            code = self.codes.find(text)
            if code is None:
                raise ValueFault(
                    f"“{self.zh}”没有“{text}”这一项", "写其中之一：" + "、".join(c.zh for c in self.codes.codes[:12])
                )
            return code.code
        return self.check(self._number(text))

    def _day(self, text: str) -> date:
        found = _DAY.fullmatch(text)
        try:
            if found:
                return date(int(found.group(1)), int(found.group(2)), int(found.group(3)))
        except ValueError:
            pass
        raise ValueFault(f"“{self.zh}”不能是“{text}”", "日期写成 2026-11-01")

    def _number(self, text: str) -> int:
        places = 2 if self.type is FactType.MONEY else self.decimals
        try:
            scaled = Decimal(text.replace(",", "")).scaleb(places)
        except ArithmeticError:
            raise ValueFault(f"“{self.zh}”不能是“{text}”", "写成数字，不带单位") from None
        if not scaled.is_finite() or scaled.adjusted() > 30:
            raise ValueFault(f"“{self.zh}”不能是“{text}”", f"应为 {self.say(self.low)} 到 {self.say(self.high)}")
        if scaled != scaled.to_integral_value():
            raise ValueFault(f"“{self.zh}”不能是“{text}”", f"小数最多 {places} 位")
        return int(scaled)

    def say(self, value: Value | None) -> str:
        """The value in words an official reads: 是, 二级, 90.00 元, 2026-11-01; 未知 for unknown."""
        if value is None:
            return "未知"
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, date):
            return value.isoformat()
        if self.codes is not None:
            code = self.codes.find(value)
            return code.zh if code else str(value)
        if self.type is FactType.MONEY:
            return f"{value / 100:,.2f} 元"
        return f"{Decimal(value).scaleb(-self.decimals)}{self.unit}"


class Vocabulary:
    """All facts, by English id or Chinese label. Compared by identity, so that compiled expressions can be cached."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.facts: Mapping[str, Fact] = {fact.id: fact for fact in facts}
        self._by_label: Mapping[str, Fact] = {fact.zh: fact for fact in self.facts.values()}

    def find(self, name: str) -> Fact | None:
        """The fact of this id or label, or None."""
        name = unicodedata.normalize("NFKC", name)
        return self.facts.get(name) or self._by_label.get(name)

    def fact(self, name: str) -> Fact:
        """The fact of this id or label; raises UnknownName with the nearest names."""
        found = self.find(name)
        if found is None:
            raise UnknownName(f"词汇表里没有“{name}”。{self.nearest(name)}")
        return found

    def nearest(self, name: str) -> str:
        """A hint for a misspelt name."""
        names = [*self.facts, *self._by_label]
        near = get_close_matches(name, names, n=3, cutoff=0.5)
        return "可能要写 " + " 或 ".join(near) if near else "先在 content/vocabulary 里添加这项事实"

    @property
    def presumable(self) -> tuple[Fact, ...]:
        """The facts that may be presumed."""
        return tuple(fact for fact in self.facts.values() if fact.presume is not None)


def load_vocabulary(*folders: Path) -> Vocabulary:
    """Read every ``*.toml`` of these vocabulary folders, and ``codes/*.csv`` beside them.

    Raises ContentError with all mistakes found.
    """
    faults: list[Fault] = []
    vocabulary = read_vocabulary(folders, faults)
    if faults:
        raise ContentError(faults)
    return vocabulary


def read_vocabulary(folders: Iterable[Path], faults: list[Fault]) -> Vocabulary:
    """As ``load_vocabulary``, but mistakes are added to ``faults`` and what is sound is returned."""
    facts: dict[str, Fact] = {}
    labels: dict[str, str] = {}
    entries: dict[str, Entry] = {}
    sources = list(folders)
    codes = [path for folder in sources for path in sorted((folder / "codes").glob("*.csv"))]
    tables = {path.stem: _read_codes(path, faults) for path in codes}
    for folder in sources:
        for path in sorted(folder.glob("*.toml")):
            document = Document(path, faults)
            for entry in document.tables("fact"):
                fact = _read_fact(entry, tables, path.stem.split("-")[0])
                if fact.id in facts:
                    entry.fault(f"事实 {fact.id} 写了两次", "只留一处", "id")
                elif fact.zh in labels:
                    entry.fault(f"中文名“{fact.zh}”已用于 {labels[fact.zh]}", "换一个不重复的名称", "zh")
                else:
                    facts[fact.id] = fact
                    labels[fact.zh] = fact.id
                    entries[fact.id] = entry
            root = document.root()
            root.used.update(("fact", "rows"))
            root.finish()
    _add_implied(entries, facts)
    return Vocabulary(facts.values())


def _add_implied(entries: Mapping[str, Entry], facts: dict[str, Fact]) -> None:
    """What answers imply of other facts: read when all facts are known."""
    for id_, entry in entries.items():
        if implied := _implies(entry, facts[id_], facts):
            facts[id_] = replace(facts[id_], asking=replace(facts[id_].asking, implies=implied))


def _implies(entry: Entry, fact: Fact, facts: Mapping[str, Fact]) -> Mapping[Value, Mapping[str, Value | SameAs]]:
    """``implies = { "否" = { certificate_valid = "否" } }``: answers and values as an official writes them, or the id
    of the fact that has the value.
    """
    written = entry.raw("implies") or {}
    found: dict[Value, Mapping[str, Value | SameAs]] = {}
    try:
        if not isinstance(written, dict):
            raise ValueFault("implies 应写成表", 'implies = { "否" = { certificate_valid = "否" } }')
        for answer, others in written.items():
            given = fact.read(answer)
            if given is None or not isinstance(others, dict):
                raise ValueFault(f"implies 里的“{answer}”写法不对", '例如 "否" = { certificate_valid = "否" }')
            found[given] = {id_: _implied(id_, str(text), facts) for id_, text in others.items()}
    except ValueFault as fault:
        entry.fault(fault.what, fault.remedy, "implies")
    return found


def _implied(id_: str, text: str, facts: Mapping[str, Fact]) -> Value | SameAs:
    if id_ not in facts:
        raise ValueFault(f"implies 里的“{id_}”不在词汇表里", "写已有事实的 id")
    if text in facts:
        return SameAs(text)
    value = facts[id_].read(text)
    if value is None:
        raise ValueFault(f"implies 里“{id_}”没有写值", "写 是、否、数字或代码名称")
    return value


def _read_codes(path: Path, faults: list[Fault]) -> CodeTable:
    _, records = read_csv(path, faults, required=("code", "id", "zh", "en"))
    codes: list[tuple[int, Code]] = []
    for record in records:
        number = record.cells["code"]
        if not number.isdecimal():
            faults.append(Fault(path, record.line, f"code 应是整数，现在是“{number}”", "写成 1、2、3 这样的整数"))
            continue
        label = unicodedata.normalize("NFKC", record.cells["zh"])
        easy = record.cells.get("easy", "")
        codes.append((record.line, Code(int(number), record.cells["id"], label, record.cells["en"], easy)))
    for key in ("code", "id", "zh"):
        seen: set[object] = set()
        for line, code in codes:
            word = getattr(code, key)
            if word in seen:
                faults.append(Fault(path, line, f"{key} “{word}”重复", "每一项只写一次"))
            seen.add(word)
    return CodeTable(path.stem, tuple(code for _, code in codes))


def _read_fact(entry: Entry, tables: Mapping[str, CodeTable], subject: str) -> Fact:
    id_, zh = entry.text("id"), unicodedata.normalize("NFKC", entry.text("zh"))
    if id_ and not re.fullmatch(r"[a-z][a-z0-9_]*", id_):
        entry.fault(f"id “{id_}”只能用小写英文、数字和下划线", "例如 minimum_living_allowance", "id")
    for key, name in (("id", id_), ("zh", zh)):
        if name in RESERVED or iskeyword(name):
            entry.fault(f"{key} “{name}”是规则语言自己的词", "换一个名称", key)
    if zh and not zh.isidentifier():
        entry.fault(f"中文名“{zh}”不能用在规则里", "只用汉字、字母、数字，不用空格、标点和括号", "zh")
    type_ = FactType(entry.choice("type", tuple(kind.value for kind in FactType)))
    low, high = _bounds(entry, type_)
    table = _table_of(entry, tables, type_)
    fact = Fact(
        id=id_, zh=zh, en=entry.text("en"), type=type_, low=low, high=high,
        decimals=entry.integer("decimals", default=0) or 0, unit=entry.text("unit", default=""), codes=table,
        ordered=entry.flag("ordered"), subject=subject, owner=entry.text("owner", default=""),
        privacy=entry.choice("privacy", ("public", "personal", "sensitive"), default="sensitive"),
        ask=entry.text("ask", default=""), asking=_asking(entry), where=entry.text("where", default=""),
        fresh_for=entry.integer("fresh_for"), authority=entry.texts("authority"), headings=entry.texts("headings"),
        derive=entry.text("derive", default=""), aggregate=_aggregate(entry),
        presumed_as=entry.text("presumed_as", default=f"都没有“{zh}”"),
        file=entry.document.path, line=entry.line,
    )  # fmt: skip
    presume = _presume(entry, fact)
    entry.used.add("implies")  # read when all facts are known
    entry.finish()
    return replace(fact, presume=presume)


def _asking(entry: Entry) -> Asking:
    return Asking(
        turn=entry.integer("turn", default=0) or 0, en=entry.text("ask_en", default=""),
        easy=entry.text("easy", default=""), help=entry.text("help", default=""),
        help_en=entry.text("help_en", default=""), why=entry.text("why", default=""),
        why_en=entry.text("why_en", default=""), where_en=entry.text("where_en", default=""),
        pictogram=entry.text("pictogram", default=""),
        last_day=entry.flag("last_day"),
    )  # fmt: skip


def _bounds(entry: Entry, type_: FactType) -> tuple[int, int]:
    low, high = entry.integer("min"), entry.integer("max")
    if type_ in (FactType.INTEGER, FactType.NUMBER, FactType.MONEY):
        for key, bound in (("min", low), ("max", high)):
            if bound is None:
                entry.fault(f"数值事实缺少 {key}", f"补一行 {key} = …，金额按分写")
        if low is not None and high is not None and low > high:
            entry.fault(f"min {low} 大于 max {high}", "对调这两个数", "min")
    if type_ is FactType.YES_NO:
        return 0, 1
    return low or 0, high if high is not None else 0


def _table_of(entry: Entry, tables: Mapping[str, CodeTable], type_: FactType) -> CodeTable | None:
    name = entry.text("codes", default="")
    if type_ is not FactType.CODE:
        return None
    if name not in tables:
        entry.fault(f"没有代码表“{name}”", "写 codes/ 下已有的文件名：" + "、".join(sorted(tables)), "codes")
        return CodeTable(name, ())
    return tables[name]


def _aggregate(entry: Entry) -> Aggregate | None:
    rows = entry.text("rows", default="")
    take = entry.choice("take", ("min", "max", "sum", "count", "any"), default="min")
    of, where = entry.text("of", default=""), entry.text("where_rows", default="")
    none = entry.integer("none", default=0) or 0
    return Aggregate(rows, take, of, where, none) if rows else None


def _presume(entry: Entry, fact: Fact) -> Value | None:
    value = entry.raw("presume")
    if value is None:
        return None
    try:
        if isinstance(value, (bool, int, date)):
            return fact.check(value)
        raise ValueFault(f"presume 不能是 {value!r}", "写 true、false 或整数")
    except ValueFault as fault:
        entry.fault(fault.what, fault.remedy, "presume")
        return None
