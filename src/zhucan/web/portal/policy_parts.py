"""The parts of a policy's page: its guide by sections, its rates as a small table, what it gives in a few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from zhucan.policies.library import library
from zhucan.policies.queries.sheets import value_of
from zhucan.policies.queries.texts import guide_of
from zhucan.rules.nodes import RateNode
from zhucan.rules.policy import Policy
from zhucan.rules.printing import percent_words
from zhucan.web.guides import Passage, guide_sections
from zhucan.web.portal.pages import Reader, day_words
from zhucan.web.portal.policy_words import amount_words
from zhucan.web.portal.rate_keys import whom
from zhucan.web.words import yuan

_KINDS = {
    "谁能领": "who", "Who can get it": "who", "领多少": "amount", "How much": "amount",
    "怎么办": "apply", "How to apply": "apply", "找谁办": "ask", "Who to ask": "ask",
    "谁要缴": "who", "Who must pay": "who", "缴多少": "amount",
}  # fmt: skip
_HEADINGS = {"amount": gettext_noop("领多少"), "apply": gettext_noop("怎么办"), "ask": gettext_noop("找谁办")}
"""Where the rates, what to bring and who decides stand; a policy without a guide has these headings all the same."""
_NAMES = {
    "yearly_cap": gettext_noop("一年最多"), "wage_cap": gettext_noop("工资最多按几倍算"),
    "placement_ratio": gettext_noop("应安排的比例"), "payable_share": gettext_noop("应缴的比例"),
    "small_enterprise_share": gettext_noop("小企业应缴的比例"),
}  # fmt: skip
"""Rates that are no standard of what one gets, as people say them."""


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide as a page shows it. ``is_chinese``: nobody wrote it in the reader's language."""

    lead: Sequence[Passage]
    sections: Sequence[GuideSection]
    is_chinese: bool


@dataclass(frozen=True, slots=True)
class GuideSection:
    """A section of the guide; ``kind`` is who, amount, apply or ask, or nothing for any other heading."""

    kind: str
    heading: str
    passages: Sequence[Passage]


@dataclass(frozen=True, slots=True)
class RateWords:
    """One rate: for whom, how much, since when, by which document, and what is to be known besides."""

    who: str
    value: str
    since: str
    source: str
    note: str


def guide_for(policy: Policy, reader: Reader) -> Guide:
    """The guide for a reader, easy or English where there is one, else the plain one; with all of ``_HEADINGS``."""
    kind = "en" if reader.english else "easy" if reader.easy else "plain"
    text = guide_of(policy, kind)
    own = text or guide_of(policy)
    found = guide_sections(own)
    lead = [passage for section in found if not section.heading for passage in section.passages]
    sections = [GuideSection(_KINDS.get(one.heading, ""), one.heading, one.passages) for one in found if one.heading]
    kinds = [one.kind for one in sections]
    sections += [GuideSection(kind, _(heading), ()) for kind, heading in _HEADINGS.items() if kind not in kinds]
    told: set[str] = set()
    for at, one in enumerate(sections):  # a kind's facts are told once, whatever a guide repeats
        sections[at] = replace(one, kind="") if one.kind in told else one
        told.add(one.kind)
    return Guide(lead, sections, reader.english and not text)


def rates_for(policy: Policy, reader: Reader) -> list[RateWords]:
    """The rates in force at the policy's place, as they were written."""
    lines = []
    for name, written in library().written_rates(policy).items():
        rate = policy.rates[name]
        for raw, row in written:
            share = raw.of and raw.percentage is not None and _share(raw.of, raw.percentage)
            lines.append(RateWords(
                who=f"{_said_name(name)}{whom(row, reader)}",
                value=_value(policy, name, rate, row.value),
                since=day_words(raw.from_, reader), source=row.source,
                note=_("；").join(part for part in (share or "", row.note) if part),
            ))  # fmt: skip
    return lines


def _said_name(name: str) -> str:
    return f"{_(_NAMES[name])}{_('，')}" if name in _NAMES else ""


def _share(of: str, percentage: Fraction) -> str:
    names = {"minimum_living": _("低保标准"), "minimum_wage": _("最低工资")}
    return _("按%(of)s的 %(share)s 算") % {"of": names.get(of, of), "share": percent_words(percentage)}


def _value(policy: Policy, name: str, rate: RateNode, value: Fraction | None) -> str:
    if value is None:
        return _("还不能确定")
    if not rate.type.money or value.denominator != 1:
        return value_of(rate, value)
    if policy.outcome.text == f'rate("{name}")':
        return amount_words(policy, int(value))
    return _("%(sum)s 元") % {"sum": yuan(int(value))}


def gist_of(policy: Policy) -> str:
    """What a policy gives, in a few words for a list: 每月 90 元; from the least to the most where it differs."""
    name = next((name for name in policy.rates if policy.outcome.text == f'rate("{name}")'), None)
    rows = policy.rates[name].rows if name else ()
    values = sorted({int(row.value) for row in rows if row.value is not None})
    if len(values) <= 1:
        return amount_words(policy, values[0] if values else None)
    least, most = (amount_words(policy, value) for value in (values[0], values[-1]))
    return _("%(least)s 到 %(most)s") % {"least": least, "most": most}


def issued_words(issued: str, reader: Reader) -> str:
    """When a document was issued, from what is printed: a day, a month, a year."""
    try:
        return day_words(date.fromisoformat(issued), reader)
    except ValueError:
        return issued if reader.english or not issued.isdecimal() else f"{issued}年"
