"""Visits as the portal keeps them: somebody who has answered so far, in a session that does not end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from tests.portal_pages.people import UNSURE, Person
from zhucan.rules.vocabulary import FactType, Value
from zhucan.web.portal.asking import Question, question_of
from zhucan.web.portal.check import inquiry_of
from zhucan.web.portal.pages import USUAL, Reader
from zhucan.web.portal.visit import Visit, keep

READER = Reader(**USUAL)
YEARS = 10 * 365 * 24 * 3600
PLACES = (450803, 310101)
"""Where questions are looked for; in Shanghai one is asked for a sum."""
_WALKS = 60


def answer_of(person: Person, question: Question) -> Value | None:
    """What somebody answers."""
    fact = question.fact
    if person is UNSURE:
        return None
    if fact.id in person.answers:
        return cast("Value | None", person.answers[fact.id])
    return False if fact.type is FactType.YES_NO else None


def visit_by(person: Person, on: date, until: Callable[[Question], bool] = lambda _: False) -> Visit:
    """Somebody's visit, every question answered; or up to the first question of which ``until`` holds."""
    visit = Visit(started=True, place=person.county, needs=person.needs)
    while (fact := inquiry_of(visit, on).walk(visit.answers).next) is not None:
        question = question_of(fact, READER)
        if until(question):
            break
        visit.answers[fact.id] = answer_of(person, question)
    return visit


def random_visits(on: date) -> Iterator[tuple[Visit, Question]]:
    """Visits of people who answer anything, each at a question not answered yet; the same ones in every run."""
    lots = Random(4)
    for number in range(_WALKS):
        visit = Visit(started=True, place=PLACES[number % len(PLACES)])
        while (fact := inquiry_of(visit, on).walk(visit.answers).next) is not None:
            question = question_of(fact, READER)
            yield Visit(started=True, place=visit.place, answers=dict(visit.answers)), question
            visit.answers[fact.id] = _any_answer(question, lots)


def _any_answer(question: Question, lots: Random) -> Value | None:
    if question.kind == "choices":
        chosen = lots.choice(question.choices).value
        return {"yes": True, "no": False, "unknown": None}[chosen] if not chosen.isdecimal() else int(chosen)
    if question.kind == "day":
        return date(lots.randint(1930, 2045), lots.randint(1, 12), lots.randint(1, 28))
    return lots.randint(question.fact.low, question.fact.low + 100_000)


def kept(visit: Visit | None, more: Mapping[str, object] | None = None, *, ever: bool = True) -> str:
    """The key of a session with this visit; ``ever``: its hour never ends."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth.models import AnonymousUser

    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    if visit is not None:
        keep(cast("Any", SimpleNamespace(session=store, user=AnonymousUser())), visit)
        if ever:
            store["portal"] |= {"at": int(time.time()) + YEARS}
    store.update(more or {})
    store.set_expiry(YEARS)
    store.save()
    return str(store.session_key)
