"""What one visitor answered: in a sealed session on the server, for an hour at most, never in an address."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.http import HttpRequest

from zhucan.rules.vocabulary import Value

_KEY = "portal"
LIFETIME = 60 * 60
"""Seconds after the last answer for which answers are kept."""


@dataclass(slots=True)
class Visit:
    """Place (county, 6 digits; None: not said yet), the path of a place being chosen, needs, and answers by fact (None:
    不知道). ``started``: whether there is anything to clear.
    """

    started: bool = False
    lost: bool = False
    place: int | None = None
    choosing: int | None = None
    needs: tuple[str, ...] = ()
    answers: dict[str, Value | None] = field(default_factory=dict)


def visit_of(request: HttpRequest) -> Visit:
    """The visit as kept; a new one where there is none, or where its hour is over (``lost``)."""
    kept = request.session.get(_KEY)
    if not isinstance(kept, dict):
        return Visit()
    if time.time() - kept["at"] > LIFETIME:
        clear(request)
        return Visit(lost=True)
    answers = {fact: _read(value) for fact, value in kept["answers"].items()}
    return Visit(
        started=True, place=kept["place"], choosing=kept["choosing"], needs=tuple(kept["needs"]), answers=answers
    )


def keep(request: HttpRequest, visit: Visit) -> None:
    """Keep a visit for another hour."""
    request.session[_KEY] = {
        "at": int(time.time()),
        "place": visit.place,
        "choosing": visit.choosing,
        "needs": list(visit.needs),
        "answers": {fact: _written(value) for fact, value in visit.answers.items()},
    }
    if not request.user.is_authenticated:
        request.session.set_expiry(LIFETIME)


def clear(request: HttpRequest) -> None:
    """Forget everything answered. Of somebody signed in at the workbench, only that."""
    if request.user.is_authenticated:
        request.session.pop(_KEY, None)
    else:
        request.session.flush()


def _written(value: Value | None) -> object:
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _read(value: object) -> Value | None:
    if isinstance(value, Mapping):
        return date.fromisoformat(value["day"])
    assert value is None or isinstance(value, (bool, int))
    return value
