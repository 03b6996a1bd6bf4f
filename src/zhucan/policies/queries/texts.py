"""Policies to be read: what is in force in a place on a day, where each line comes from, and what was law before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from zhucan.policies.library import generation, library
from zhucan.policies.models import AdoptedPolicy
from zhucan.policies.queries.sheets import keys_of, value_of
from zhucan.rules.adopted import FOLDER
from zhucan.rules.errors import Fault, UnknownName
from zhucan.rules.examples import Example, ExampleResult, read_examples, run_example
from zhucan.rules.library import Library
from zhucan.rules.policy import Policy
from zhucan.rules.printing import percent_words, text_of, words_of

ADOPTED = "adopted"
"""The layer of a sheet that was adopted here."""
KINDS: Mapping[str, str] = {
    "cash": "发钱", "reimbursement": "报销", "item": "实物", "service": "服务", "charge": "缴费", "standing": "资格",
}  # fmt: skip
RHYTHMS: Mapping[str, str] = {
    "once": "一次", "month": "月", "quarter": "季", "year": "年", "school_year": "学年", "course": "疗程",
    "interval": "期", "hours": "小时",
}  # fmt: skip
GUIDES: Mapping[str, str] = {"plain": "guide.zh-hans.md", "easy": "guide.easy.md", "en": "guide.en.md"}
"""The files of a policy's guides: in plain Chinese, in easy text, in English."""


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One condition: in words and as the rules write it, its clause, what is told, and the layer it comes from."""

    id: str
    words: str
    text: str
    basis: str
    otherwise: str
    layer: str
    is_beside: bool


@dataclass(frozen=True, slots=True)
class RateLine:
    """One rate in force: for whom, how much, since when, by which document, from which layer."""

    name: str
    keys: str
    value: str
    since: date | None
    source: str
    note: str
    layer: str


def policies_on(division: int, as_of: date) -> tuple[Policy, ...]:
    """All policies in force in a division (12 digits) on a day, for persons first."""
    found = [
        policy
        for subject in ("person", "household", "organisation")
        for policy in library().policies(division=division, as_of=as_of, subject=subject)
    ]
    return tuple(found)


def policy_on(id_: str, division: int, as_of: date) -> Policy | None:
    """One of them; None where there is none."""
    try:
        return library().policy(id_, division=division, as_of=as_of)
    except UnknownName:
        return None


def layer_of(place: str, file: Path) -> str:
    """The layer a line was written in, by its place: national, province, prefecture, county, or adopted here."""
    if FOLDER in file.parts and "packs" not in file.parts:
        return ADOPTED
    digits = place.removeprefix("cn").removeprefix("-")
    return {0: "国家", 2: "省", 4: "市", 6: "县"}.get(len(digits), "乡镇")


def condition_lines(policy: Policy) -> list[ConditionLine]:
    """The conditions in their order."""
    return [
        ConditionLine(
            each.id, words_of(each.test), text_of(each.test, labels="zh"), each.basis, each.otherwise,
            layer_of(each.origin.place, each.origin.file), bool(each.beside),
        )
        for each in policy.conditions
    ]  # fmt: skip


def rate_lines(policy: Policy) -> list[RateLine]:
    """The rates in force, each with where it was written; a rate nobody registered here says so."""
    lines = []
    for name, found in library().written_rates(policy).items():
        rate = policy.rates[name]
        for raw, row in found:
            share = f"按 {raw.of} 的 {percent_words(raw.percentage)}" if raw.of and raw.percentage is not None else ""
            note = "；".join(part for part in (share, row.note) if part)
            place = raw.file.parent.parent.name
            layer = layer_of(place, raw.file)
            lines.append(RateLine(name, keys_of(row), value_of(rate, row.value), raw.from_, row.source, note, layer))
        if not found:
            lines.append(RateLine(name, "", "没有登记", None, "", "这个地方这一天没有这项标准", ""))
    return lines


def coming_rates(id_: str, division: int, after: date) -> list[date]:
    """The days after this one on which other rates or rules of a policy begin in a division."""
    law, now = library(), policy_on(id_, division, after)
    if now is None:
        return []
    packs = [pack for pack in law.packs[id_] if pack.place in now.layers]
    days = {row.from_ for pack in packs for row in pack.rates} | {r.from_ for pack in packs for r in pack.dated}
    return sorted(day for day in days if day > after and _differs(id_, division, day, now))


def _differs(id_: str, division: int, day: date, now: Policy) -> bool:
    later = policy_on(id_, division, day)
    return later is None or later.fingerprint != now.fingerprint


def examples_of(policy: Policy) -> Sequence[ExampleResult]:
    """The worked examples of the policy's layers, each with what the rules say of it now."""
    places = set(policy.layers)
    return [run_example(library(), each) for each in _examples(generation(), policy.id) if _place(each) in places]


def _place(example: Example) -> str:
    return example.file.parent.parent.name


@lru_cache(maxsize=64)
def _examples(_generation: int, id_: str) -> Sequence[Example]:
    faults: list[Fault] = []
    return read_examples(library(), faults, id_)


def example_words(example: Example, law: Library) -> str:
    """The facts of a worked example in words."""
    said = (law.vocabulary.fact(fact) for fact in example.facts)
    return "，".join(f"{fact.zh} {fact.say(example.facts[fact.id])}" for fact in said)


def guide_of(policy: Policy, kind: str = "plain") -> str:
    """The guide of a kind (``GUIDES``) of the nearest layer that has one; empty without."""
    for pack in reversed(library().packs[policy.id]):
        path = pack.folder / GUIDES[kind]
        if pack.place in policy.layers and path.is_file():
            return path.read_text(encoding="utf-8-sig")
    return ""


def texts_of(id_: str, county: int) -> list[AdoptedPolicy]:
    """The texts of a policy that were law in a county (6 digits), newest first; one query."""
    rows = AdoptedPolicy.objects.filter(policy=id_, division=county)
    return list(rows.order_by("-as_of", "-first_used_at"))


def text_by_fingerprint(fingerprint: str) -> AdoptedPolicy | None:
    """A text that was law; None where there is none of this fingerprint."""
    return AdoptedPolicy.objects.filter(fingerprint=fingerprint).first()
