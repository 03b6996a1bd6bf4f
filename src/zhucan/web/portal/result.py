"""The result, as a letter: what one can get, what is still open, what not now and why; on a page and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import segno
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from zhucan.base.queries.divisions import county_path, full_name
from zhucan.policies.library import library
from zhucan.rules.determine import ConditionResult, Determination, Verdict
from zhucan.rules.inquiry import Change, Inquiry, Walk
from zhucan.rules.nodes import facts_of
from zhucan.rules.policy import Condition
from zhucan.web.portal.asking import question_of
from zhucan.web.portal.check import GIVEN, begin_anew, inquiry_of
from zhucan.web.portal.pages import PortalRequest, Reader, day_words, draw, page
from zhucan.web.portal.policy_words import PolicyWords, amount_words, otherwise_of, words_for
from zhucan.web.words import yuan

_STATES = {True: "yes", False: "no", None: "open"}
_MOST_DAYS = 4
"""How many days with changes are told: later ones are too far away to plan by."""


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One condition as met (``yes``), not met (``no``) or not known (``open``): the law's clause, and what is told to
    whoever fails it.
    """

    state: str
    told: str
    basis: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact still needed: the question, where the answer is found, and where one can answer now."""

    question: str
    where: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """One policy on the result: its words, the amount in words, why, what is missing, all conditions."""

    policy: PolicyWords
    amount: str
    has_sum: bool
    amount_note: str
    why: str
    stop_first: str
    missing: Sequence[Missing]
    conditions: Sequence[ConditionLine]


@dataclass(frozen=True, slots=True)
class ComingDay:
    """A day on which time alone changes something, why, and the titles of what begins, ends, or is another sum."""

    day: str
    why: str
    begins: Sequence[str]
    ends: Sequence[str]
    others: Sequence[str]


@page
@require_safe
def result(request: PortalRequest) -> HttpResponse:
    """The result of what was answered."""
    return _answer(request, "result")


@page
@require_safe
def sheet(request: PortalRequest) -> HttpResponse:
    """The same on one sheet of paper, to show at the counter; nothing on it says who one is."""
    return _answer(request, "sheet")


def _answer(request: PortalRequest, template: str) -> HttpResponse:
    visit = request.visit
    if visit.place is None:
        return begin_anew(request)
    today = timezone.localdate()
    inquiry = inquiry_of(visit, today)
    walk = inquiry.walk(visit.answers)
    if walk.next is not None:
        return HttpResponseRedirect(reverse("portal:question", args=[len(walk.asked) + 1]))
    given = {
        **letter(inquiry, walk, request.reader),
        "place": full_name(county_path(visit.place)),
        "day": day_words(today, request.reader),
    }
    if template == "sheet":
        address = request.build_absolute_uri(reverse("portal:home"))
        given |= {
            "address": address,
            "code": segno.make(address, error="m").svg_inline(scale=3, border=2, omitsize=True),
        }
    return draw(request, template, given)


def letter(inquiry: Inquiry, walk: Walk, reader: Reader) -> dict[str, object]:
    """What the result says, in the reader's words: ``yes maybe no`` as items, ``summary``, ``coming``."""
    found = inquiry.determinations(walk.facts)
    groups = {
        name: [_item(each, walk, reader) for each in _in_order(found) if each.verdict is verdict]
        for name, verdict in (("yes", Verdict.ENTITLED), ("maybe", Verdict.UNKNOWN), ("no", Verdict.NOT))
    }
    entitled = [each for each in found if each.verdict is Verdict.ENTITLED]
    monthly = sum(each.amount_fen or 0 for each in entitled if each.policy.outcome.rhythm == "month")
    return {
        **groups,
        "summary": _summary(len(groups["yes"]), monthly, len(groups["maybe"])),
        "coming": _days_ahead(inquiry.coming(walk.facts), reader)[:_MOST_DAYS],
    }


def _in_order(found: Sequence[Determination]) -> list[Determination]:
    """Most money first, then as the library has them."""
    return sorted(found, key=lambda each: -(each.amount_fen or 0))


def _item(found: Determination, walk: Walk, reader: Reader) -> Item:
    policy = found.policy
    failed = found.failed
    return Item(
        policy=words_for(policy, reader),
        amount=amount_words(policy, found.amount_fen),
        has_sum=found.amount_fen is not None,
        amount_note="" if found.amount_fen is not None or reader.english else found.amount_reason,
        why=otherwise_of(failed[0], reader) if failed else "",
        stop_first=_("、").join(_name(fact, reader) for fact in found.stop_first),
        missing=[_missing(fact, walk, reader) for fact in found.missing],
        conditions=[_line(result.condition, result.holds, reader) for result in found.results if _is_asked(result)],
    )


def _name(id_: str, reader: Reader) -> str:
    fact = library().vocabulary.fact(id_)
    return fact.en if reader.english else fact.zh


def _missing(id_: str, walk: Walk, reader: Reader) -> Missing:
    fact = library().vocabulary.fact(id_)
    url = reverse("portal:question", args=[walk.asked.index(id_) + 1]) if id_ in walk.asked else ""
    return Missing(question_of(fact, reader).heading, fact.asking.where_en if reader.english else fact.where, url)


def _is_asked(result: ConditionResult) -> bool:
    """Whether a condition is worth telling: nobody at the portal wants to hear that she has not died."""
    return not {fact.id for fact in facts_of(result.condition.test)} <= GIVEN.keys()


def _line(condition: Condition, holds: bool | None, reader: Reader) -> ConditionLine:
    return ConditionLine(_STATES[holds], otherwise_of(condition, reader), condition.basis)


def _summary(entitled: int, monthly: int, open_: int) -> str:
    first = _("还没有能确定的项目")
    if entitled:
        first = ngettext("您可以享受 %(number)s 项", "您可以享受 %(number)s 项", entitled) % {"number": entitled}
    if monthly:
        first = _("%(first)s，每月约 %(sum)s 元") % {"first": first, "sum": yuan(monthly)}
    if not open_:
        return _("%(first)s。") % {"first": first}
    rest = ngettext("还有 %(number)s 项需要再确认", "还有 %(number)s 项需要再确认", open_) % {"number": open_}
    return _("%(first)s；%(rest)s。") % {"first": first, "rest": rest}


def _days_ahead(changes: Sequence[Change], reader: Reader) -> list[ComingDay]:
    """Changes that come together, told together: what begins, what ends, what is another sum."""
    return [
        ComingDay(day_words(day, reader), _cause(because), *_told(list(together), reader))
        for (day, because), together in groupby(changes, key=lambda change: (change.day, change.because))
    ]


def _told(changes: Sequence[Change], reader: Reader) -> tuple[list[str], list[str], list[str]]:
    begins, ends, others = [], [], []
    for change in changes:
        policy, verdict = change.before.policy, change.after.verdict
        title = policy.en if reader.english else policy.zh
        if verdict is Verdict.NOT:
            ends.append(title)
        elif verdict is Verdict.ENTITLED and change.before.verdict is not Verdict.ENTITLED:
            begins.append(title)
        else:
            amount = amount_words(policy, change.after.amount_fen)
            others.append(_("%(policy)s：%(amount)s") % {"policy": title, "amount": amount})
    return begins, ends, others


def _cause(because: str) -> str:
    return _("残疾人证到期") if because == "certificate_until" else _("年龄到了")


urlpatterns = [
    path("result/", result, name="result"),
    path("result/sheet/", sheet, name="sheet"),
]
