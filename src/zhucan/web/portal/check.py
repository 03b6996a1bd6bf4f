"""The questions: one to a page, only those that still matter, back without loss, and all answers on one page."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from zhucan.base.queries.divisions import county_path, full_name
from zhucan.policies.library import generation, library
from zhucan.rules.inquiry import Inquiry, Walk
from zhucan.rules.vocabulary import Fact
from zhucan.web.portal.asking import AnswerError, Question, printed, question_of, read, say
from zhucan.web.portal.pages import PortalRequest, draw, page
from zhucan.web.portal.visit import Visit, keep

GIVEN = {"deceased": False, "moved_out": False}
"""Nobody is asked whether she is alive, nor whether she still belongs where she has just said she does."""

_MOST_SAID = 15
"""How many questions may be left for it to be said: most of the many at the start never come, and only frighten."""


def inquiry_of(visit: Visit, on: date) -> Inquiry:
    """What a visitor is asked who said where she belongs; by her needs where she named any."""
    assert visit.place is not None
    return _inquiry(visit.place, visit.needs, on, generation())


@lru_cache(maxsize=256)
def _inquiry(place: int, needs: tuple[str, ...], on: date, _generation: int) -> Inquiry:
    policies = library().policies(division=place, as_of=on, subject="person")
    wanted = [policy for policy in policies if not needs or set(needs) & set(policy.needs)]
    return Inquiry(library().vocabulary, wanted, on, GIVEN)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: PortalRequest, number: int) -> HttpResponse:
    """The question of this number, with the answer given before."""
    visit = request.visit
    if visit.place is None:
        return begin_anew(request)
    walk = inquiry_of(visit, timezone.localdate()).walk(visit.answers)
    fact = fact_at(walk, number)
    if fact is None:
        return HttpResponseRedirect(_where(walk))
    asked = question_of(fact, request.reader)
    if request.method != "POST":
        return _draw(request, walk, number, asked)
    try:
        visit.answers[fact.id] = read(asked, request.POST)
    except AnswerError as wrong:
        return _draw(request, walk, number, asked, wrong)
    keep(request, visit)
    after = inquiry_of(visit, timezone.localdate()).walk(visit.answers)
    return HttpResponseRedirect(_where(after))


def _draw(
    request: PortalRequest, walk: Walk, number: int, asked: Question, wrong: AnswerError | None = None
) -> HttpResponse:
    value = request.visit.answers.get(asked.fact.id)
    was_asked = asked.fact.id in request.visit.answers
    given = request.POST if wrong else _as_given(asked, value, was_asked=was_asked)
    left = max(len(walk.asked) + walk.left - number, 0)
    context = {
        "question": asked,
        "number": number,
        "left": left if left <= _MOST_SAID else None,
        "given": given,
        "wrong": wrong,
        "has_errors": wrong is not None,
        "back": reverse("portal:question", args=[number - 1]) if number > 1 else reverse("portal:place"),
    }
    return draw(request, "question", context, status=422 if wrong else 200)


def _as_given(asked: Question, value: object, *, was_asked: bool) -> dict[str, str]:
    """An earlier answer as the form sent it."""
    if not was_asked:
        return {}
    if value is None:
        return {"answer": "unknown"} if asked.kind == "choices" else {}
    if isinstance(value, date):
        day = printed(asked.fact, value)
        return {"year": str(day.year), "month": str(day.month), "day": str(day.day)}
    if isinstance(value, bool):
        return {"answer": "yes" if value else "no"}
    if asked.kind == "number" and asked.fact.type.value == "money":
        assert isinstance(value, int)
        return {"answer": f"{value / 100:g}"}
    return {"answer": str(value)}


@page
@require_safe
def answers(request: PortalRequest) -> HttpResponse:
    """All answers, each to be changed, before the result."""
    visit = request.visit
    if visit.place is None:
        return begin_anew(request)
    walk = inquiry_of(visit, timezone.localdate()).walk(visit.answers)
    if walk.next is not None:
        return HttpResponseRedirect(_where(walk))
    rows = [
        {
            "question": question_of(fact, request.reader).heading,
            "answer": say(fact, visit.answers[id_], request.reader),
            "url": reverse("portal:question", args=[number]),
        }
        for number, id_ in enumerate(walk.asked, 1)
        for fact in (library().vocabulary.fact(id_),)
    ]
    back = reverse("portal:question", args=[len(rows)]) if rows else reverse("portal:place")
    return draw(request, "answers", {"rows": rows, "place": full_name(county_path(visit.place)), "back": back})


def fact_at(walk: Walk, number: int) -> Fact | None:
    """The fact of a question's number; None where it is not that many questions."""
    if 1 <= number <= len(walk.asked):
        return library().vocabulary.fact(walk.asked[number - 1])
    return walk.next if number == len(walk.asked) + 1 else None


def _where(walk: Walk) -> str:
    """The address at which somebody goes on."""
    return reverse("portal:answers") if walk.next is None else reverse("portal:question", args=[len(walk.asked) + 1])


def begin_anew(request: PortalRequest) -> HttpResponse:
    """To the place, or where nothing was begun to the first page; says so where an hour was over."""
    if request.visit.started:
        return HttpResponseRedirect(reverse("portal:place"))
    return HttpResponseRedirect(reverse("portal:lost" if request.visit.lost else "portal:home"))


@page
@require_safe
def lost(request: PortalRequest) -> HttpResponse:
    """That the hour is over and the answers are gone."""
    return draw(request, "lost")


urlpatterns = [
    path("check/<int:number>/", question, name="question"),
    path("check/answers/", answers, name="answers"),
    path("check/lost/", lost, name="lost"),
]
