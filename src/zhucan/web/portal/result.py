"""The result, as a letter: what one can get, what is still open, what not now and why; on a page and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import segno
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from zhucan.base.queries.divisions import county_path, full_name
from zhucan.policies.library import library
from zhucan.rules.determine import Determination, Verdict
from zhucan.rules.inquiry import Change, Inquiry, Walk
from zhucan.rules.policy import Condition, Policy
from zhucan.web.portal.asking import question_of
from zhucan.web.portal.check import begin_anew, inquiry_of
from zhucan.web.portal.pages import PortalRequest, Reader, draw, page
from zhucan.web.portal.policy_words import PolicyWords, amount_words, otherwise_of, words_for
from zhucan.web.words import long_date, yuan

_STATES = {True: "yes", False: "no", None: "open"}
_MANY_CHANGES = 6


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
        "day": _day_words(today, request.reader),
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
    changes = inquiry.coming(walk.facts)[:_MANY_CHANGES]
    return {
        **groups,
        "summary": _summary(len(groups["yes"]), monthly, len(groups["maybe"])),
        "coming": [_change_words(change, reader) for change in changes],
    }


def _in_order(found: Sequence[Determination]) -> list[Determination]:
    """Most money first, then as the library has them."""
    return sorted(found, key=lambda each: -(each.amount_fen or 0))


def _item(found: Determination, walk: Walk, reader: Reader) -> Item:
    policy = found.policy
    failed = found.failed
    return Item(
        policy=words_for(policy, reader),
        amount=amount_words(policy, found.amount_fen, reader),
        has_sum=found.amount_fen is not None,
        amount_note="" if found.amount_fen is not None or reader.english else found.amount_reason,
        why=otherwise_of(failed[0], reader) if failed else "",
        stop_first=_("、").join(_name(fact, reader) for fact in found.stop_first),
        missing=[_missing(fact, walk, reader) for fact in found.missing],
        conditions=[_line(result.condition, result.holds, reader) for result in found.results],
    )


def _name(id_: str, reader: Reader) -> str:
    fact = library().vocabulary.fact(id_)
    return fact.en if reader.english else fact.zh


def _missing(id_: str, walk: Walk, reader: Reader) -> Missing:
    fact = library().vocabulary.fact(id_)
    url = reverse("portal:question", args=[walk.asked.index(id_) + 1]) if id_ in walk.asked else ""
    return Missing(question_of(fact, reader).heading, fact.asking.where_en if reader.english else fact.where, url)


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


def _change_words(change: Change, reader: Reader) -> dict[str, object]:
    policy = change.before.policy
    return {
        "day": _day_words(change.day, reader),
        "why": _cause(change),
        "policy": policy.en if reader.english else policy.zh,
        "before": _state(change.before, policy, reader),
        "after": _state(change.after, policy, reader),
    }


def _day_words(day: date, reader: Reader) -> str:
    return day.strftime("%-d %B %Y") if reader.english else long_date(day)


def _cause(change: Change) -> str:
    if change.because == "certificate_until":
        return _("残疾人证到期")
    return _("年龄变了")


def _state(found: Determination, policy: Policy, reader: Reader) -> str:
    if found.verdict is Verdict.NOT:
        return otherwise_of(found.failed[0], reader)
    said = _("可以享受") if found.verdict is Verdict.ENTITLED else _("还不能确定")
    amount = amount_words(policy, found.amount_fen, reader) if found.amount_fen is not None else ""
    return " ".join(part for part in (said, amount) if part)


urlpatterns = [
    path("result/", result, name="result"),
    path("result/sheet/", sheet, name="sheet"),
]
