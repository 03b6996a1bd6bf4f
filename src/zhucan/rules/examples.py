"""Worked examples: rows an official writes in a spreadsheet program, each of them a test of the law as written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from zhucan.rules.determine import Determination, Verdict, determine
from zhucan.rules.documents import Record, read_csv
from zhucan.rules.errors import ContentError, Fault, UnknownName, ValueFault
from zhucan.rules.library import Library
from zhucan.rules.packs import Pack
from zhucan.rules.printing import money_words
from zhucan.rules.vocabulary import Value, Vocabulary

RESERVED = ("id", "division", "as_of", "verdict", "amount", "reason", "note")
_VERDICTS = {
    "entitled": Verdict.ENTITLED, "not": Verdict.NOT, "unknown": Verdict.UNKNOWN,
    "符合": Verdict.ENTITLED, "不符合": Verdict.NOT, "待核实": Verdict.UNKNOWN,
}  # fmt: skip
UNPUBLISHED = "未知"


@dataclass(frozen=True, slots=True)
class Example:
    """One worked example. ``amount`` in 分; None: not checked; ``amount_unknown``: it must be unknown."""

    policy: str
    id: str
    division: int
    as_of: date
    facts: Mapping[str, Value]
    verdict: Verdict
    amount: int | None
    amount_unknown: bool
    reason: str
    note: str
    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """How one example came out; ``differences`` (plain Chinese) is empty when it holds."""

    example: Example
    found: Determination | None
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the engine agrees with the example."""
        return not self.differences


def read_examples(library: Library, faults: list[Fault], policy: str | None = None) -> list[Example]:
    """The worked examples of all packs, or of one policy; mistakes go to ``faults``."""
    found: list[Example] = []
    for id_ in library.ids if policy is None else (policy,):
        for pack in library.packs[id_]:
            path = pack.folder / "examples.csv"
            if path.exists():
                found += _read(path, pack, library.vocabulary, faults)
    return found


def _read(path: Path, pack: Pack, vocabulary: Vocabulary, faults: list[Fault]) -> list[Example]:
    headings, records = read_csv(path, faults, required=("id", "as_of", "verdict"))
    for heading in headings:
        if heading and heading not in RESERVED and vocabulary.find(heading) is None:
            faults.append(Fault(path, 1, f"表头“{heading}”不是词汇表里的事实", vocabulary.nearest(heading)))
    _refuse_duplicates(path, records, faults)
    made = [_example(path, pack, record, vocabulary, faults) for record in records]
    return [example for example in made if example is not None]


def _refuse_duplicates(path: Path, records: Sequence[Record], faults: list[Fault]) -> None:
    seen: dict[str, int] = {}
    for record in records:
        id_ = record.cells["id"]
        if not id_:
            faults.append(Fault(path, record.line, "没有写 id", "给这个例子起一个名字，例如 level-3-not-covered"))
        elif id_ in seen:
            faults.append(Fault(path, record.line, f"id “{id_}”与第 {seen[id_]} 行重复", "每个例子用不同的 id"))
        seen.setdefault(id_, record.line)


def _example(path: Path, pack: Pack, record: Record, vocabulary: Vocabulary, faults: list[Fault]) -> Example | None:
    cells = record.cells
    try:
        facts = {
            fact.id: value
            for heading, text in cells.items()
            if heading not in RESERVED and (fact := vocabulary.find(heading)) and (value := fact.read(text)) is not None
        }
        amount = cells.get("amount", "")
        division = cells.get("division", "") or pack.prefix or "0"
        return Example(
            pack.id, cells["id"], _division(division, pack.prefix), _day(cells["as_of"]), facts,
            _verdict(cells["verdict"]), None if amount in ("", UNPUBLISHED) else _fen(amount), amount == UNPUBLISHED,
            cells.get("reason", ""), cells.get("note", ""), path, record.line,
        )  # fmt: skip
    except ValueFault as error:
        faults.append(Fault(path, record.line, error.what, error.remedy))
        return None


def _division(text: str, prefix: str) -> int:
    if not text.isdecimal():
        raise ValueFault(f"division “{text}”不是区划代码", "写 450803 这样的数字")
    if not text.startswith(prefix):
        raise ValueFault(f"division {text} 不在本层 {prefix} 之内", "移到所属地方的文件夹，或改正代码")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueFault(f"as_of “{text}”不是日期", "写成 2026-11-01") from None


def _verdict(text: str) -> Verdict:
    if text not in _VERDICTS:
        raise ValueFault(f"verdict “{text}”不认识", "写 entitled、not 或 unknown")
    return _VERDICTS[text]


def _fen(text: str) -> int:
    try:
        fen = Decimal(text.replace(",", "")) * 100
        if fen.adjusted() < 18 and fen == fen.to_integral_value():
            return int(fen)
    except (ArithmeticError, ValueError):
        pass
    raise ValueFault(f"amount “{text}”不是金额", "按元写，例如 90 或 119.50；应为未知的写 未知")


def run_example(library: Library, example: Example) -> ExampleResult:
    """Determine the example and compare verdict, amount and first reason."""
    try:
        policy = library.policy(example.policy, division=example.division, as_of=example.as_of)
    except UnknownName as error:
        return ExampleResult(example, None, (str(error),))
    except ContentError as error:
        return ExampleResult(example, None, tuple(str(fault) for fault in error.faults))
    found = determine(policy, example.facts, example.as_of)
    differences = []
    if found.verdict is not example.verdict:
        differences.append(f"应为{example.verdict.zh}，算得{found.verdict.zh}")
    if example.amount is not None and found.amount_fen != example.amount:
        differences.append(f"金额应为 {money_words(example.amount)}，算得 {money_words(found.amount_fen)}")
    if example.amount_unknown and found.amount_fen is not None:
        differences.append(f"金额应为未知，算得 {money_words(found.amount_fen)}")
    first = found.failed[0].code if found.failed else ""
    if example.reason and first != example.reason:
        differences.append(f"首要原因应为 {example.reason}，算得 {first or '无'}")
    return ExampleResult(example, found, tuple(differences))
