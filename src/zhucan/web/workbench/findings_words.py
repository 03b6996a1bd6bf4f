"""How pages of findings say things: kinds with shape and unit, policies, places, reasons to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

from zhucan.base.permissions import Actor
from zhucan.base.queries.divisions import full_names, names_of, short_name
from zhucan.exchange.enums import FindingKind, FindingState
from zhucan.match.findings import PAYMENT_ARRIVED
from zhucan.policies.library import library
from zhucan.rules.errors import UnknownName
from zhucan.web.templatetags.zhucan import state
from zhucan.web.words import mask_name, table_date

if TYPE_CHECKING:
    from zhucan.exchange.models import Finding

UNITS: Mapping[FindingKind, str] = {FindingKind.STRAY: "笔", FindingKind.EXPIRY: "证"}
"""What a line of a kind is counted in; 人次 where nothing stands here."""
MONEY: Mapping[FindingKind, str] = {
    FindingKind.MISSED: "元/月",
    FindingKind.UNKNOWN: "元/月",
    FindingKind.DOUBTFUL: "元，{month}已发",
    FindingKind.PAYMENT: "元，{month}已发",
    FindingKind.STRAY: "元，{month}已发",
}
MEANING: Mapping[FindingKind, str] = {
    FindingKind.MISSED: "符合条件，没有领到",
    FindingKind.DOUBTFUL: "在领，但有条件不符合；是线索，请核实",
    FindingKind.UNKNOWN: "还差一项情况，问清才能定",
    FindingKind.EXPIRY: "残疾人证到期后补贴会停",
    FindingKind.PAYMENT: "该领也领到了，但重复或金额不对",
    FindingKind.STRAY: "发放表上有，名册上没有",
}
_CODES: Mapping[FindingKind, str] = {
    FindingKind.MISSED: "missed",
    FindingKind.DOUBTFUL: "doubtful",
    FindingKind.UNKNOWN: "unknown",
    FindingKind.PAYMENT: "wrong_amount",
}
REASONS: Mapping[FindingKind, Sequence[str]] = {
    FindingKind.MISSED: ("已通知本人申请", "已移交民政补发", "本人已经领到", "本人不愿申请", "账户有误，已更正"),
    FindingKind.DOUBTFUL: ("已移交民政停发", "已停发", "材料已更正，符合条件", "名单有误"),
    FindingKind.UNKNOWN: ("已问清，等名单更新", "材料已交民政", "本人不愿提供"),
    FindingKind.PAYMENT: ("已移交民政更正", "已退回多发部分", "补发以前月份", "发放表有误"),
    FindingKind.STRAY: ("不是残疾人，已移交民政", "已补进名册", "发放表上身份证号有误"),
    FindingKind.EXPIRY: ("已提醒换证", "已换新证", "本人已去世或迁走，等名单确认"),
    FindingKind.DUPLICATE: ("是同一个人，已合并", "是两个人"),
    FindingKind.DISPUTE: ("以残联的为准", "以民政的为准", "已请对方更正"),
}
"""Reasons offered when a finding is settled; free words may follow."""


def unit(kind: FindingKind) -> str:
    """人次, 证 or 笔."""
    return UNITS.get(kind, "人次")


def kind_state(finding: Finding) -> SafeString | str:
    """The kind with its shape: ○ 应享未享."""
    kind = FindingKind(finding.kind)
    return state(_CODES[kind]) if kind in _CODES else kind.label


def where_it_stands(finding: Finding, on: date) -> str:
    """待处理, or what was decided and when: 情况属实，2026-11-21."""
    now = finding.state_on(on)
    if now == FindingState.POSTPONED:
        return f"暂缓到 {table_date(finding.postponed_until)}"
    if now == FindingState.CLOSED:
        return f"{finding.get_verdict_display()}，{table_date(finding.settled_at)}"
    return now.label


@lru_cache(maxsize=256)
def policy_title(policy: str) -> str:
    """The name of a policy; its id where the library does not have it any more."""
    try:
        return library().base(policy).zh if policy else ""
    except (UnknownName, KeyError):
        return policy


def fact_title(fact: str) -> str:
    """The label of a fact."""
    found = library().vocabulary.find(fact)
    return found.zh if found is not None else fact


def fact_question(fact: str) -> str:
    """How a fact is asked for."""
    found = library().vocabulary.find(fact)
    return (found.ask or f"{found.zh}？") if found is not None else fact


def presumed_words(leans_on: str) -> str:
    """What a finding leans on: 推定：都还健在."""
    words = [_presumed_as(fact) for fact in leans_on.split()]
    return f"推定：{'、'.join(dict.fromkeys(words))}" if words else ""


def _presumed_as(fact: str) -> str:
    if fact == PAYMENT_ARRIVED:
        return "都已到账"
    found = library().vocabulary.find(fact)
    return found.presumed_as if found is not None else fact


def place_words(actor: Actor, paths: Iterable[int]) -> dict[int, str]:
    """What to call places on a list: within a township the village alone, else township and village."""
    wanted = set(paths)
    if actor.last - actor.low >= 10**3:
        return {path: name or "未写明" for path, name in full_names(wanted).items()}
    return {path: short_name(name) if path % 1000 else "未写明村" for path, name in names_of(wanted).items()}


def shown_name(finding: Finding, *, clear: bool = False) -> str:
    """The person's name, its middle hidden unless told; for a payment to a stranger what is known of it."""
    if finding.person is None:
        return "不在名册上"
    return finding.person.name if clear else mask_name(finding.person.name)
