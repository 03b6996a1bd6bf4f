"""Reading policy folders: ``policy.toml``, dated rules, ``rates.csv``; one folder is one layer of one policy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zhucan.rules.documents import Document, Entry
from zhucan.rules.errors import Fault
from zhucan.rules.hints import nearest
from zhucan.rules.policy import EFFECTS, OUTCOME_KINDS, RHYTHMS, ROUNDING_STEPS, SLOTS, SUBJECTS, Basis, English, Origin
from zhucan.rules.rates import RawRate, read_rates
from zhucan.rules.vocabulary import Vocabulary

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")
PLACE = re.compile(r"cn(?:-(\d{2}|\d{4}|\d{6}|\d{9}|\d{12}))?")
"""A place as folders are named: ``cn``, ``cn-45``, ``cn-450803``."""
_OTHER_WORDS = ("basis", "english", "procedure")
"""Keys of ``policy.toml`` that are told to people and decide nothing."""
_COMPANIONS = {"rates.csv", "examples.csv", "guide.zh-hans.md", "guide.easy.md", "guide.en.md", "README.md"}


@dataclass(frozen=True, slots=True)
class ConditionText:
    """A condition or overlap as written, not yet typed. ``effect`` is "" for a condition."""

    id: str
    when: str
    amount: str
    effect: str
    basis: str
    otherwise: str
    code: str
    rank: int
    origin: Origin
    lines: Mapping[str, int]
    otherwise_en: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeText:
    """The outcome as written."""

    kind: str
    amount: str
    rounding: int
    slot: str
    origin: Origin
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DatedRules:
    """The rules of one layer from one day on; ``ended`` says that the policy exists no longer from then."""

    from_: date
    file: Path
    conditions: tuple[ConditionText, ...]
    outcome: OutcomeText | None
    ended: bool


@dataclass(frozen=True, eq=False)
class Pack:
    """One layer: the folder of a policy at one place. ``place`` is ``cn`` or ``cn-45``; ``prefix`` its division
    digits.
    """

    id: str
    place: str
    prefix: str
    folder: Path
    extends: str
    zh: str
    en: str
    subject: str
    rhythm: str
    decides: str
    pays: str
    accepts: str
    materials: tuple[str, ...]
    fund_sources: tuple[str, ...]
    notes: str
    basis: tuple[Basis, ...]
    dated: tuple[DatedRules, ...]
    rates: tuple[RawRate, ...]
    needs: tuple[str, ...]
    words: tuple[str, ...]
    takes: str
    deadline: str
    by_lists: bool
    english: English
    extends_line: int = 1

    @property
    def national(self) -> bool:
        """Whether this is the base layer that others extend."""
        return not self.extends

    def in_force(self, as_of: date) -> DatedRules | None:
        """The newest rules that apply on this day."""
        started = [rules for rules in self.dated if rules.from_ <= as_of]
        return max(started, key=lambda rules: rules.from_) if started else None


def read_packs(root: Path, vocabulary: Vocabulary, faults: list[Fault], rhythms: dict[str, str]) -> list[Pack]:
    """Every pack below ``root`` (``<place>/<policy>/``); mistakes go to ``faults``, a broken pack is left out.

    ``rhythms`` holds the rhythm of each base read so far, of other roots too: the units of rates must fit it.
    """
    packs: list[Pack] = []
    folders = sorted(folder for place in sorted(root.glob("*")) if place.is_dir() for folder in place.iterdir())
    for folder in folders:
        if not folder.is_dir():
            continue
        if pack := _read_pack(folder, vocabulary, faults, rhythms):
            packs.append(pack)
    return packs


def _read_pack(folder: Path, vocabulary: Vocabulary, faults: list[Fault], rhythms: dict[str, str]) -> Pack | None:
    place = PLACE.fullmatch(folder.parent.name)
    if place is None:
        what = f"地方“{folder.parent.name}”写法不对"
        faults.append(Fault(folder, 0, what, "文件夹写 cn，或 cn-45、cn-4508、cn-450803"))
        return None
    if not (folder / "policy.toml").is_file():
        faults.append(Fault(folder, 0, "缺少 policy.toml", "补上 policy.toml，写明 id、名称、依据"))
        return None
    known = len(faults)
    document = Document(folder / "policy.toml", faults)
    if not document.data:
        if len(faults) == known:
            document.fault(0, "policy.toml 是空的", "写明 id、名称、依据；地方的文件写 extends 和依据")
        return None
    root = document.root()
    extends = _extends(root, folder)
    rhythm = _rhythm(root, extends)
    rhythms.setdefault(folder.name, rhythm)
    prefix = place.group(1) or ""
    rates = folder / "rates.csv"
    optional = "" if extends else None
    pack = Pack(
        id=folder.name, place=folder.parent.name, prefix=prefix, folder=folder, extends=extends,
        zh=root.text("zh", default=optional), en=root.text("en", default=optional),
        subject=root.choice("subject", SUBJECTS, default=optional) if not extends else root.text("subject", default=""),
        rhythm=rhythm, decides=root.text("decides", default=optional), pays=root.text("pays", default=""),
        accepts=root.text("accepts", default=""), materials=root.texts("materials"),
        fund_sources=root.texts("fund_sources"), notes=root.text("notes", default="").strip(),
        basis=_read_basis(document, folder.parent.name), dated=_read_dated(folder, extends, faults),
        rates=tuple(
            read_rates(rates, vocabulary, faults, place=prefix, rhythm=rhythms[folder.name]) if rates.exists() else ()
        ),
        needs=root.texts("needs"), words=root.texts("words"), takes=root.text("takes", default=""),
        deadline=root.text("deadline", default=""), by_lists=root.flag("by_lists", default=True),
        english=_read_english(document), extends_line=root.lines.get("extends", 1),
    )  # fmt: skip
    root.used.update(_OTHER_WORDS)
    root.finish()
    _check_pack(root, pack)
    return pack


def _extends(root: Entry, folder: Path) -> str:
    """The pack this one extends, "" for a base; its id must be its folder's name."""
    extends = root.text("extends", default="")
    id_ = root.text("id", default=folder.name)
    if id_ != folder.name:
        root.fault(f"id “{id_}”与文件夹“{folder.name}”不同", f'写成 id = "{folder.name}"，或改文件夹名', "id")
    return extends


def _rhythm(root: Entry, extends: str) -> str:
    if not extends:
        return root.choice("rhythm", RHYTHMS)
    rhythm = root.text("rhythm", default="")
    if rhythm:
        root.fault("地方文件不能改 rhythm", "删去；地方只能给标准、加条件、换条件", "rhythm")
    return rhythm


def _check_pack(root: Entry, pack: Pack) -> None:
    if not pack.basis:
        root.fault("没有写依据", "补一段 [[basis]]，写 title 和 number")
    if not pack.national and not pack.dated and not (pack.folder / "rates.csv").exists():
        root.fault("这个地方文件夹既没有标准也没有条件", "补 rates.csv，或补一个以日期命名的 .toml")


def _read_english(document: Document) -> English:
    found = English()
    for entry in document.tables("english"):
        found = English(
            decides=entry.text("decides", default=""), pays=entry.text("pays", default=""),
            accepts=entry.text("accepts", default=""), materials=entry.texts("materials"),
            takes=entry.text("takes", default=""), deadline=entry.text("deadline", default=""),
        )  # fmt: skip
        entry.finish()
    return found


def _read_basis(document: Document, place: str) -> tuple[Basis, ...]:
    found = []
    for entry in document.tables("basis"):
        basis = Basis(
            entry.text("title"), entry.text("number", default=""), entry.text("issued", default=""),
            Origin(place, document.path, entry.line),
        )  # fmt: skip
        entry.used.update(("articles", "note", "in_force"))
        entry.finish()
        found.append(basis)
    return tuple(found)


def _read_dated(folder: Path, extends: str, faults: list[Fault]) -> tuple[DatedRules, ...]:
    found: list[DatedRules] = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".toml" and path.name != "policy.toml":
            try:
                from_ = date.fromisoformat(path.stem) if _DATED.fullmatch(path.stem) else None
            except ValueError:
                from_ = None
            if from_ is None:
                faults.append(Fault(path, 0, f"文件名“{path.name}”不是日期", "写成 2025-01-01.toml，即规则生效之日"))
                continue
            found.append(_read_rules(path, from_, extends, folder.parent.name, faults))
        elif path.name not in _COMPANIONS and path.name != "policy.toml" and not path.name.startswith((".", "~$")):
            remedy = f"删去它，或改名。{nearest(path.name, _COMPANIONS)}"
            if path.suffix in (".xlsx", ".xls", ".et"):
                remedy = "在表格软件里另存为 rates.csv 或 examples.csv（CSV UTF-8）"
            faults.append(Fault(path, 0, f"不认识文件“{path.name}”", remedy))
    if not extends and not found:
        faults.append(Fault(folder, 0, "没有任何以日期命名的规则文件", "补一个，例如 2016-01-01.toml"))
    return tuple(found)


def _read_rules(path: Path, from_: date, extends: str, place: str, faults: list[Fault]) -> DatedRules:
    document = Document(path, faults)
    root = document.root()
    ended = root.flag("ended")
    root.used.update(("condition", "beside", "outcome"))
    root.finish()
    texts = [_condition(entry, place) for entry in document.tables("condition")]
    texts += [_beside(entry, place) for entry in document.tables("beside")]
    seen: dict[str, int] = {}
    for text in texts:
        if text.id in seen:
            document.fault(text.origin.line, f"“{text.id}”与第 {seen[text.id]} 行重复", "同一个 id 或 benefit 只写一次")
        seen.setdefault(text.id, text.origin.line)
    outcomes = document.tables("outcome")
    for extra in outcomes[1:]:
        extra.fault("[outcome] 写了两次", "一项政策只给一样东西；另一样写成另一个文件夹")
    if extends and outcomes:
        outcomes[0].fault("地方文件不能写 [outcome]", "地方只能给标准、加条件、换条件；金额写进 rates.csv")
    if not extends and not ended and document.data and not outcomes:
        document.fault(0, "缺少 [outcome]", "写明给什么：kind、amount")
    outcome = _outcome(outcomes[0], place) if outcomes and not extends else None
    return DatedRules(from_, path, tuple(texts), outcome, ended)


def _condition(entry: Entry, place: str) -> ConditionText:
    id_ = entry.text("id")
    text = ConditionText(
        id=id_, when=entry.text("when"), amount="", effect="", basis=entry.text("basis"),
        otherwise=entry.text("else"), code=entry.text("code", default=id_),
        rank=entry.integer("rank", default=50) or 0,
        origin=Origin(place, entry.document.path, entry.line), lines=entry.lines,
        otherwise_en=entry.text("else_en", default=""),
    )  # fmt: skip
    entry.finish()
    return text


def _beside(entry: Entry, place: str) -> ConditionText:
    benefit = entry.text("benefit")
    effect = entry.choice("effect", EFFECTS)
    if entry.values.get("effect") not in EFFECTS:
        effect = "stack"  # already told; any other effect would be typed, and told a second time
    text = ConditionText(
        id=benefit, when=benefit, amount=entry.text("amount", default=""), effect=effect, basis=entry.text("basis"),
        otherwise=entry.text("else", default="" if effect == "stack" else None),
        code=entry.text("code", default=benefit), rank=entry.integer("rank", default=50) or 0,
        origin=Origin(place, entry.document.path, entry.line), lines=entry.lines,
        otherwise_en=entry.text("else_en", default=""),
    )  # fmt: skip
    entry.finish()
    return text


def _outcome(entry: Entry, place: str) -> OutcomeText:
    outcome = OutcomeText(
        kind=entry.choice("kind", OUTCOME_KINDS), amount=entry.text("amount", default=""),
        rounding=ROUNDING_STEPS[entry.choice("rounding", tuple(ROUNDING_STEPS), default="fen")],
        slot=entry.choice("slot", SLOTS, default=""), origin=Origin(place, entry.document.path, entry.line),
        lines=entry.lines,
    )  # fmt: skip
    entry.finish()
    return outcome
