"""The policy library: layers of packs flattened for one place and one day.

Layers run from the nation to the county. A lower layer may give rates, add a condition, or replace one of the same
id; nothing else. Whatever is wrong is told with file, line and remedy, all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path

from zhucan.rules.adopted import add_adopted
from zhucan.rules.errors import ContentError, ExpressionError, Fault, UnknownName
from zhucan.rules.hints import nearest
from zhucan.rules.language import fact_node, number, parse, parse_condition
from zhucan.rules.nodes import Compare, FactNode, Node, Not, Number, RateNode, RateRow, Some, Truth, walk
from zhucan.rules.packs import ConditionText, OutcomeText, Pack, read_packs
from zhucan.rules.policy import Condition, English, Origin, OutcomeRule, Policy, Stacks
from zhucan.rules.rates import RawRate, rate_node, read_rates, rows_in_force
from zhucan.rules.sense import check_sense
from zhucan.rules.vocabulary import Fact, Vocabulary, read_vocabulary

_ENGLISH = tuple(English.__slots__)


@dataclass(eq=False)
class Library:
    """All packs by policy id, the vocabulary and published standards they stand on."""

    vocabulary: Vocabulary
    packs: Mapping[str, tuple[Pack, ...]]
    standards: Mapping[str, Sequence[RawRate]]
    _made: dict[tuple[str, str, date], Policy] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all policies, in order."""
        return tuple(self.packs)

    def base(self, id_: str) -> Pack:
        """The layer the others extend; raises UnknownName."""
        if id_ not in self.packs:
            raise UnknownName(f"没有政策“{id_}”。现有：" + "、".join(self.packs))
        return next(pack for pack in self.packs[id_] if pack.national)

    def policy(self, id_: str, *, division: int, as_of: date) -> Policy:
        """The policy as in force in a division (2 to 12 digits) on a day.

        Raises UnknownName when there is no such policy or it is not in force there and then.
        """
        key = (id_, _digits(division), as_of)
        if key not in self._made:
            self.base(id_)
            faults: list[Fault] = []
            policy = flatten(self, id_, division, as_of, faults)
            if faults:
                raise ContentError(faults)
            if policy is None:
                raise UnknownName(f"政策“{id_}”{as_of} 在 {division} 没有施行")
            self._made[key] = policy
        return self._made[key]

    def written_rates(self, policy: Policy) -> Mapping[str, Sequence[tuple[RawRate, RateRow]]]:
        """The rate rows of a policy by name, each with the row of the file it was written in."""
        digits = _digits(policy.division)
        rows = [row for pack in self.packs[policy.id] if pack.place in policy.layers for row in pack.rates]
        return {name: rows_in_force(name, rows, self.standards, digits, policy.as_of) for name in policy.rates}

    def policies(self, *, division: int, as_of: date, subject: str = "person") -> tuple[Policy, ...]:
        """All policies for one kind of subject in force in a division on a day, in order of their ids."""
        found = []
        for id_ in self.packs:
            if self.base(id_).subject == subject and _layers(self, id_, division, as_of):
                found.append(self.policy(id_, division=division, as_of=as_of))
        return tuple(found)

    def matched_policies(self, *, division: int, as_of: date) -> tuple[Policy, ...]:
        """The policies for persons by which a whole county is matched: those that lists can tell."""
        return tuple(policy for policy in self.policies(division=division, as_of=as_of) if policy.by_lists)


def load_library(*contents: Path) -> Library:
    """Read the vocabulary, packs and standards of these content folders, shipped first, the office's own after it.

    Raises ContentError naming every mistake.
    """
    faults: list[Fault] = []
    library = read_library(contents, faults)
    if faults:
        raise ContentError(faults)
    return library


def read_library(contents: Iterable[Path], faults: list[Fault]) -> Library:
    """As ``load_library``, but mistakes are added to ``faults``; what is sound is returned."""
    roots = list(contents)
    vocabulary = read_vocabulary([root / "vocabulary" for root in roots], faults)
    if not faults:
        _check_derivations(vocabulary, faults)
    if faults:
        # nearly everything below would repeat the vocabulary's mistakes in other words
        return Library(vocabulary, {}, {})
    rhythms: dict[str, str] = {}
    standards: dict[str, list[RawRate]] = {}
    packs: dict[str, list[Pack]] = {}
    for root in roots:
        for path in sorted((root / "standards").glob("*.csv")):
            rows = read_rates(path, vocabulary, faults, place="", rhythm="", name=path.stem)
            standards.setdefault(path.stem, []).extend(rows)
        for pack in read_packs(root / "packs", vocabulary, faults, rhythms):
            packs.setdefault(pack.id, []).append(pack)
        add_adopted(root, packs, vocabulary, rhythms, faults)
    _check_standards([row for layers in packs.values() for pack in layers for row in pack.rates], standards, faults)
    sound = {id_: _sound(layers, faults) for id_, layers in sorted(packs.items())}
    return Library(vocabulary, {id_: layers for id_, layers in sound.items() if layers}, standards)


def _sound(layers: list[Pack], faults: list[Fault]) -> tuple[Pack, ...]:
    """The layers of one policy with exactly one base, from the nation to the county."""
    bases = [pack for pack in layers if pack.national]
    base = f"{bases[0].place}/{bases[0].id}" if bases else ""
    for pack in layers:
        if pack.extends and pack.extends != base:
            remedy = f'写成 extends = "{base}"' if base else "先建立被继承的文件夹"
            what = f"extends “{pack.extends}”不存在"
            faults.append(Fault(pack.folder / "policy.toml", pack.extends_line, what, remedy))
    for pack in bases[1:]:
        what = f"“{pack.id}”已在 {bases[0].place} 定义"
        faults.append(Fault(pack.folder / "policy.toml", 1, what, f'加上 extends = "{base}"'))
    places = [pack.place for pack in layers]
    for pack in layers:
        if places.count(pack.place) > 1:
            faults.append(Fault(pack.folder, 0, f"{pack.place} 有两个“{pack.id}”", "同一地方只留一个文件夹"))
            break
    return tuple(sorted(layers, key=lambda pack: len(pack.prefix))) if len(bases) == 1 else ()


def _check_standards(rows: Iterable[RawRate], standards: Mapping[str, object], faults: list[Fault]) -> None:
    """A percentage must be of a published standard that exists: a misspelt name would make the amount unknown."""
    for row in rows:
        if row.of and row.of not in standards:
            remedy = f"在 standards 文件夹添加，或改写。{nearest(row.of, standards)}"
            faults.append(Fault(row.file, row.line, f"没有公布的标准“{row.of}”", remedy))


def _check_derivations(vocabulary: Vocabulary, faults: list[Fault]) -> None:
    for fact in vocabulary.facts.values():
        try:
            fact_node(fact, vocabulary)
            if fact.aggregate is not None:
                if fact.aggregate.where:
                    parse_condition(fact.aggregate.where, vocabulary)
                if fact.aggregate.of and vocabulary.find(fact.aggregate.of) is None:
                    raise ExpressionError(
                        f"of “{fact.aggregate.of}”不在词汇表里", vocabulary.nearest(fact.aggregate.of)
                    )
        except ExpressionError as error:
            faults.append(Fault(fact.file, fact.line, error.what, error.remedy))


def check_library(library: Library, faults: list[Fault]) -> None:
    """Flatten every policy for every place and every day on which something of it changes; mistakes go to ``faults``.

    The same mistake seen from several places is told once.
    """
    for id_, layers in library.packs.items():
        used: set[str] = set()
        days = {rules.from_ for pack in layers for rules in pack.dated}
        days |= {row.from_ for pack in layers for row in pack.rates}
        places = {row.division for pack in layers for row in pack.rates} | {pack.prefix for pack in layers}
        base = library.base(id_)
        for place, day in product(sorted(places), sorted(days)):
            if place.startswith(base.prefix):
                used |= _rates_used(flatten(library, id_, int(place or 0), day, faults))
        if not faults:
            _refuse_unused_rates(layers, used, faults)
    faults[:] = list(dict.fromkeys(faults))


def _rates_used(policy: Policy | None) -> set[str]:
    if policy is None:
        return set()
    return {part.name for node in policy.expressions for part in walk(node) if isinstance(part, RateNode)}


def _refuse_unused_rates(layers: Sequence[Pack], used: set[str], faults: list[Fault]) -> None:
    """A rate nothing reads is a misspelt name, and the people it is for would get another sum."""
    for pack in layers:
        unused = {row.name: row for row in reversed(pack.rates) if row.name not in used}
        for name, row in unused.items():
            what = f"没有条件或金额用到标准“{name}”"
            faults.append(Fault(row.file, row.line, what, f"改正 name，或删去这一行。{nearest(name, used)}"))


def _digits(division: int) -> str:
    """The division's digits without the zeros that only fill a twelve-digit code; 0 is the nation."""
    text = str(division)
    if len(text) != 12:
        return "" if division == 0 else text
    for length in (2, 4, 6, 9):
        if set(text[length:]) == {"0"}:
            return text[:length]
    return text


def _layers(library: Library, id_: str, division: int, as_of: date) -> list[Pack]:
    """The layers that apply here and now; empty when the base is not in force."""
    digits = _digits(division)
    layers = [pack for pack in library.packs[id_] if digits.startswith(pack.prefix)]
    base = library.base(id_)
    rules = base.in_force(as_of)
    if base not in layers or rules is None or rules.ended:
        return []
    return layers


def flatten(library: Library, id_: str, division: int, as_of: date, faults: list[Fault]) -> Policy | None:
    """One policy for one place and day; None when it is not in force there. Mistakes go to ``faults``."""
    layers = _layers(library, id_, division, as_of)
    if not layers:
        return None
    base, digits = library.base(id_), _digits(division)
    rates = _rates(library, layers, id_, digits, as_of)
    texts: dict[str, ConditionText] = {}
    outcome: OutcomeText | None = None
    since = date.min
    for pack in layers:
        rules = pack.in_force(as_of)
        if rules is None:
            continue
        since = max(since, rules.from_)
        outcome = rules.outcome or outcome
        for text in rules.conditions:
            texts[text.id] = text
    typing = _Typing(library.vocabulary, rates, faults)
    outcome_rule = typing.outcome(outcome, base.rhythm)
    conditions = [c for text in texts.values() if (c := typing.condition(text, outcome_rule.amount)) is not None]
    stacks = [found for text in texts.values() if (found := typing.stacks(text)) is not None]
    return Policy(
        id=id_, zh=base.zh, en=base.en, subject=base.subject, division=division, as_of=as_of, since=since,
        decides=_last(layers, "decides"), pays=_last(layers, "pays"), accepts=_last(layers, "accepts"),
        materials=_last_list(layers, "materials"), fund_sources=_last_list(layers, "fund_sources"),
        notes={pack.place: pack.notes for pack in layers if pack.notes},
        basis=tuple(basis for pack in layers for basis in pack.basis), conditions=tuple(conditions),
        stacks=tuple(stacks),
        outcome=outcome_rule, rates=rates, layers=tuple(pack.place for pack in layers),
        needs=_last_list(layers, "needs"), words=tuple(word for pack in layers for word in pack.words),
        takes=_last(layers, "takes"), deadline=_last(layers, "deadline"), by_lists=base.by_lists,
        english=_english(layers),
    )  # fmt: skip


def _rates(library: Library, layers: list[Pack], id_: str, digits: str, as_of: date) -> dict[str, RateNode]:
    names = dict.fromkeys(row.name for pack in library.packs[id_] for row in pack.rates)
    everywhere = [row for pack in library.packs[id_] for row in pack.rates]
    here = [row for pack in layers for row in pack.rates]
    made: dict[str, RateNode] = {}
    for name in names:
        node = rate_node(name, here, library.standards, digits, as_of)
        if not node.rows:
            # no sheet here: whether it is money or a ratio is known from the sheets of other places
            money = all(row.percentage is None or row.of for row in everywhere if row.name == name)
            node = RateNode(name, (), Number(1, 0, 0, money))
        made[name] = node
    return made


def _last(layers: list[Pack], name: str) -> str:
    return next((value for pack in reversed(layers) if (value := str(getattr(pack, name)))), "")


def _last_list(layers: list[Pack], name: str) -> tuple[str, ...]:
    return next((tuple(value) for pack in reversed(layers) if (value := getattr(pack, name))), ())


def _english(layers: list[Pack]) -> English:
    """The English of the layer that said the Chinese: a sentence of another layer would be of something else."""
    said = {name: next((pack for pack in reversed(layers) if getattr(pack, name)), None) for name in _ENGLISH}
    return English(**{name: getattr(pack.english, name) for name, pack in said.items() if pack is not None})


class _Typing:
    """Conditions and outcome as written become typed nodes; mistakes are kept with their lines."""

    def __init__(self, vocabulary: Vocabulary, rates: Mapping[str, RateNode], faults: list[Fault]) -> None:
        self.vocabulary, self.rates, self.faults = vocabulary, rates, faults

    def fault(self, origin: Origin, lines: Mapping[str, int], key: str, error: ExpressionError) -> None:
        """Record a mistake at a key of a table."""
        self.faults.append(Fault(origin.file, lines.get(key, origin.line), error.what, error.remedy))

    def outcome(self, text: OutcomeText | None, rhythm: str) -> OutcomeRule:
        """The typed outcome; an amount that is no money, or is missing, is recorded."""
        if text is None:
            return OutcomeRule("standing", rhythm, None, "", 1, "", None)
        amount: Node | None = None
        if text.amount:
            try:
                amount = parse(text.amount, self.vocabulary, self.rates)
                check_sense(amount)
                if not isinstance(amount.type, Number) or not amount.type.money:
                    raise ExpressionError("amount 的结果不是金额", '例如 rate("standard") 或 yuan("300")')
            except ExpressionError as error:
                self.fault(text.origin, text.lines, "amount", error)
                amount = None
        elif text.kind in ("cash", "reimbursement", "charge") and "amount" not in text.lines:
            none = ExpressionError(f"kind 是 {text.kind}，却没有 amount", "补一行 amount = 'rate(\"standard\")'")
            self.fault(text.origin, text.lines, "kind", none)
        return OutcomeRule(text.kind, rhythm, amount, text.amount, text.rounding, text.slot, text.origin)

    def stacks(self, text: ConditionText) -> Stacks | None:
        """The benefit an overlap lets one keep; None for any other effect."""
        if text.effect != "stack":
            return None
        try:
            return Stacks(text.id, self._known(text.id).zh, text.basis, text.origin)
        except ExpressionError as error:
            self.fault(text.origin, text.lines, "benefit", error)
            return None

    def condition(self, text: ConditionText, amount: Node | None) -> Condition | None:
        """The typed condition or overlap; None where it is wrong or only says what may be kept."""
        if text.effect == "stack" or not text.when.strip():
            return None
        if text.effect == "higher" and amount is None and self.faults:
            # whatever is wrong with the amount was told where it stands
            return None
        try:
            theirs: Node | None = None
            if text.effect == "":
                test: Node = parse_condition(text.when, self.vocabulary, self.rates)
                check_sense(test)
            elif text.effect == "exclude":
                test = Not(self._receiving(text.id))
            else:
                theirs = self._theirs(text)
                test = _higher(theirs, amount)
        except ExpressionError as error:
            self.fault(text.origin, text.lines, "when" if text.effect == "" else "benefit", error)
            return None
        said = text.when if text.effect == "" else f"{text.effect}: {text.id}"
        return Condition(
            text.id,
            test,
            said,
            text.basis,
            text.otherwise,
            text.code,
            text.rank,
            text.origin,
            text.effect,
            theirs,
            text.otherwise_en,
        )

    def _known(self, name: str) -> Fact:
        fact = self.vocabulary.find(name)
        if fact is None:
            raise ExpressionError(f"词汇表里没有“{name}”", self.vocabulary.nearest(name))
        return fact

    def _receiving(self, benefit: str) -> FactNode:
        node = fact_node(self._known(benefit), self.vocabulary)
        if not isinstance(node.type, Truth):
            raise ExpressionError(f"exclude 的 benefit “{benefit}”应是 是/否 事实", "写正在享受该待遇的事实")
        return node

    def _theirs(self, text: ConditionText) -> FactNode:
        name = text.amount or text.id
        node = fact_node(self._known(name), self.vocabulary)
        if not isinstance(node.type, Number) or not node.type.money:
            raise ExpressionError(f"higher 要比较金额，“{name}”不是金额", '写 amount = "…"，即对方待遇每月金额的事实')
        return node


def _higher(theirs: Node, amount: Node | None) -> Node:
    """Not receiving theirs (0), or ours is more: ours at most theirs gives no."""
    if amount is None:
        raise ExpressionError("effect = higher 要有可比的金额", "在 [outcome] 里写 amount，或改用 exclude")
    none = number(Fraction(0), money=True)
    return Some((Compare("==", theirs, none), Compare("<", theirs, amount)))
