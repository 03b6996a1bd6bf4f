"""这个结果和我想的不一样: somebody surprised by a result says so, and asks later by her code what became of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhucan.base.errors import Refused
from zhucan.base.queries.divisions import county_of, county_path, full_name, home, range_of
from zhucan.policies.enums import SurpriseKind
from zhucan.policies.library import library
from zhucan.policies.operations.surprises import KEPT_DAYS, LONGEST_CONTACT, LONGEST_TEXT, report_surprise
from zhucan.policies.queries.surprises import Heard, digits_of_code, heard_by_code, is_too_many
from zhucan.policies.told import Told
from zhucan.rules.determine import Verdict, determine
from zhucan.rules.errors import UnknownName
from zhucan.rules.inquiry import Walk
from zhucan.rules.nodes import facts_of
from zhucan.rules.policy import Policy
from zhucan.web.portal.asking import question_of, say
from zhucan.web.portal.check import inquiry_of
from zhucan.web.portal.pages import USUAL, PortalRequest, Reader, day_words, draw, page
from zhucan.web.portal.policy_words import amount_words
from zhucan.web.portal.visit import LIFETIME, Visit

MOST_A_VISITOR = 5
"""Remarks taken from one browser within an hour."""
MOST_WRONG_CODES = 1000
"""Codes nobody was given that are looked up within an hour: more is somebody guessing."""
_HOUR = 3600
_SENT, _CODE, _WRONG_CODES = "portal_surprises", "portal_surprise_code", "portal_wrong_codes"
_OFFICE = Reader(**USUAL)
"""Officers read what was answered in ordinary Chinese, whatever she reads."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with the form and what to do; ``field`` is the id of the control."""

    message: str
    field: str


@dataclass(frozen=True, slots=True)
class _Subject:
    """What the remark is about: the policy in her words, and the county (12 digits) whose office hears of it; None
    where nobody here answers for the place she named.
    """

    policy_id: str
    title: str
    policy: Policy | None
    division: int | None


@page
@require_http_methods(["GET", "HEAD", "POST"])
def surprise(request: PortalRequest, policy_id: str) -> HttpResponse:
    """The form about one policy; sent, she gets a code."""
    if policy_id not in library().ids:
        return draw(request, "no_policy", {"back": reverse("portal:policies")}, status=404)
    subject = _subject(request, policy_id)
    if request.method != "POST" or subject.division is None:
        return _form(request, subject, {}, [])
    given = {name: request.POST.get(name, "").replace("\r\n", "\n").strip() for name in ("kind", "text", "contact")}
    given["send"] = request.POST.get("send", "")
    mistakes = _mistakes(given)
    if mistakes:
        return _form(request, subject, given, mistakes, status=422)
    earlier = _sent_before(request)
    if len(earlier) >= MOST_A_VISITOR or is_too_many(timezone.now()):
        busy = _("现在收不下，这次没有送出。请过一小时再送，或到窗口当面问。")
        return _form(request, subject, given, [Mistake(busy, "send-off")], status=429)
    try:
        code = report_surprise(
            policy=policy_id, division=subject.division, kind=SurpriseKind(given["kind"]), text=given["text"],
            contact=given["contact"], told=_told(request.visit, subject) if given["send"] else None, at=timezone.now(),
        )  # fmt: skip
    except Refused as refused:  # refusals are told in Chinese
        why = _("没有送出。请过一小时再送，或到窗口当面问。") if request.reader.english else str(refused)
        return _form(request, subject, given, [Mistake(why, "send-off")], status=422)
    _keep(request, code, earlier)
    return HttpResponseRedirect(reverse("portal:surprise_sent"))


def _subject(request: PortalRequest, policy_id: str) -> _Subject:
    """The policy where she belongs, else as it stands in our own place."""
    law, here = library(), home()
    asked = request.visit.place
    division = None if here is None else here.path
    if here is not None and asked is not None:
        low, last = range_of(here.path)
        is_ours = low <= county_path(asked) <= last or county_of(here.path) == asked
        division = max(here.path, county_path(asked)) if is_ours else None
    try:
        policy = law.policy(
            policy_id, division=division or (county_path(asked) if asked else 0), as_of=timezone.localdate()
        )
    except UnknownName:
        policy = None
    named = policy or law.base(policy_id)
    return _Subject(policy_id, named.en if request.reader.english and named.en else named.zh, policy, division)


def _mistakes(given: Mapping[str, str]) -> list[Mistake]:
    found = []
    if given["kind"] not in SurpriseKind.values:
        found.append(Mistake(_("还没有选。请选一项。"), "kind-0"))
    if given["kind"] == SurpriseKind.OTHER and not given["text"]:
        found.append(Mistake(_("选了“其他”，请写一句是什么事。"), "text"))
    if (much := len(given["text"])) > LONGEST_TEXT:
        words = _("写了 %(much)s 个字，最多 %(most)s 个。请删短一些。")
        found.append(Mistake(words % {"much": much, "most": LONGEST_TEXT}, "text"))
    if (much := len(given["contact"])) > LONGEST_CONTACT:
        words = _("写了 %(much)s 个字，最多 %(most)s 个。请只写一个电话或微信号。")
        found.append(Mistake(words % {"much": much, "most": LONGEST_CONTACT}, "contact"))
    return found


def _form(
    request: PortalRequest, subject: _Subject, given: Mapping[str, str], mistakes: Sequence[Mistake], *,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    asked = request.visit.place
    errors = {mistake.field.partition("-")[0]: mistake.message for mistake in mistakes}
    context = {
        "subject": subject, "kinds": _kinds(), "mistakes": mistakes, "has_errors": bool(mistakes),
        "given": {"kind": "", "text": "", "contact": "", "send": "", **given},
        "errors": {"kind": "", "text": "", "contact": "", "send": "", **errors},
        "sends": _sent_words(request, subject),
        "elsewhere": full_name(county_path(asked)) if asked is not None and subject.division is None else "",
        "office": full_name(subject.division) if subject.division is not None else "", "most": LONGEST_TEXT,
        "days": KEPT_DAYS,
        "back": reverse("portal:policy", args=[subject.policy_id]),
    }  # fmt: skip
    return draw(request, "surprise", context, status=status)


def _kinds() -> list[tuple[str, str]]:
    return [
        (SurpriseKind.ENTITLED.value, _("我觉得我应该能领")), (SurpriseKind.AMOUNT.value, _("我觉得金额不对")),
        (SurpriseKind.WORDS.value, _("说明看不懂")), (SurpriseKind.OTHER.value, _("其他")),
    ]  # fmt: skip


def _where_she_stands(visit: Visit, subject: _Subject) -> Walk | None:
    """Where she stands, if she has answered everything that the policy needs; None where there is nothing to send."""
    if visit.place is None or subject.policy is None or subject.division is None:
        return None
    inquiry = inquiry_of(visit, timezone.localdate())
    walk = inquiry.walk(visit.answers)
    return walk if walk.next is None and subject.policy_id in {each.id for each in inquiry.policies} else None


def _told(visit: Visit, subject: _Subject) -> Told | None:
    """What is sent along: verdict and answers, in the words of the office."""
    walk, policy = _where_she_stands(visit, subject), subject.policy
    if walk is None or policy is None:
        return None
    found = determine(policy, walk.facts, timezone.localdate())
    with translation.override("zh-hans"):
        answers = tuple(_answers(walk, visit, policy, _OFFICE))
    why = found.failed[0].otherwise if found.failed else ""
    return Told(found.verdict.value, found.amount_fen, why, answers, policy.as_of, policy.fingerprint)


def _answers(walk: Walk, visit: Visit, policy: Policy, reader: Reader) -> list[tuple[str, str]]:
    """Questions and answers this policy rests on; nothing she answered for the sake of others."""
    facts = library().vocabulary
    needed = {fact.id for expression in policy.expressions for fact in facts_of(expression)}
    told = []
    for id_ in walk.asked:
        fact = facts.fact(id_)
        settles = {other for implied in fact.asking.implies.values() for other in implied}
        if needed & {id_, *settles}:
            told.append((question_of(fact, reader).heading, say(fact, visit.answers[id_], reader)))
    return told


def _sent_words(request: PortalRequest, subject: _Subject) -> dict[str, object] | None:
    """The same in her words, so that she sees what she lets be sent; None where there is nothing."""
    walk, policy, reader = _where_she_stands(request.visit, subject), subject.policy, request.reader
    if walk is None or policy is None:
        return None
    found = determine(policy, walk.facts, timezone.localdate())
    verdict = {
        Verdict.ENTITLED: _("可以享受"), Verdict.NOT: _("现在不能享受"), Verdict.UNKNOWN: _("还不能确定"),
    }[found.verdict]  # fmt: skip
    amount = amount_words(policy, found.amount_fen) if found.amount_fen is not None else ""
    return {"verdict": verdict, "amount": amount, "answers": _answers(walk, request.visit, policy, reader)}


def _sent_before(request: PortalRequest) -> list[int]:
    """When this browser sent remarks within the last hour."""
    return [at for at in request.session.get(_SENT, []) if time.time() - at < _HOUR]


def _keep(request: PortalRequest, code: str, earlier: Sequence[int]) -> None:
    now = int(time.time())
    request.session[_SENT] = [*earlier, now]
    request.session[_CODE] = {"at": now, "code": code}
    if not request.user.is_authenticated:
        request.session.set_expiry(LIFETIME)


@page
@require_safe
def sent(request: PortalRequest) -> HttpResponse:
    """That it came, and the code; for an hour, in this browser only."""
    kept = request.session.get(_CODE)
    if not isinstance(kept, dict) or time.time() - kept["at"] > LIFETIME:
        return HttpResponseRedirect(reverse("portal:surprise_answer"))
    return draw(request, "surprise_sent", {"code": spoken(kept["code"]), "has_answers": True})


def spoken(code: str) -> str:
    """A code in three groups, as phone numbers are read: 482 7109 355."""
    return f"{code[:3]} {code[3:7]} {code[7:]}"


@page
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: PortalRequest) -> HttpResponse:
    """The code asked for, and what became of the remark."""
    if request.method != "POST":
        return draw(request, "surprise_answer", {"given": "", "mistakes": [], "heard": None, "error": ""})
    given = request.POST.get("code", "")
    code = digits_of_code(given)
    heard = None if _is_guessing() else heard_by_code(code)
    if heard is not None:
        return draw(request, "surprise_answer", _heard_words(heard, code, request.reader))
    message, status = _("没有这个编号。编号是 10 个数字，请看看有没有写错。"), 422
    if not given.strip():
        message = _("还没有填编号。请填送出时给您的 10 个数字。")
    elif _is_guessing():
        message, status = _("现在查的人太多。请过一小时再查，或到窗口当面问。"), 429
    elif code:
        _count_guess()
    context = {
        "given": given, "mistakes": [Mistake(message, "code")], "has_errors": True, "heard": None, "error": message,
    }  # fmt: skip
    return draw(request, "surprise_answer", context, status=status)


def _is_guessing() -> bool:
    return int(cache.get(_WRONG_CODES, 0)) >= MOST_WRONG_CODES


def _count_guess() -> None:
    cache.add(_WRONG_CODES, 0, _HOUR)
    with suppress(ValueError):  # the hour ended in between
        cache.incr(_WRONG_CODES)


def _heard_words(heard: Heard, code: str, reader: Reader) -> dict[str, object]:
    law = library()
    base = law.base(heard.policy) if heard.policy in law.ids else None
    title = heard.policy if base is None else base.en if reader.english and base.en else base.zh
    days = {
        name: "" if at is None else day_words(at, reader)
        for name, at in (("came", heard.at), ("answered", heard.answered_at))
    }
    return {
        "given": "", "mistakes": [], "error": "", "heard": heard, "code": spoken(code), "title": title, **days,
        "lines": heard.answer.split("\n"),
    }  # fmt: skip


urlpatterns = [
    path("policies/<slug:policy_id>/surprise/", surprise, name="surprise"),
    path("surprises/sent/", sent, name="surprise_sent"),
    path("surprises/", answer, name="surprise_answer"),
]
