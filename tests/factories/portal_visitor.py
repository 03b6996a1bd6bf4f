"""Somebody at the portal: answers page after page through Django's test client, and reads the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.test import Client

from zhucan.rules.vocabulary import FactType, Value

_MOST_PAGES = 80


@dataclass(frozen=True)
class Seen:
    """What was asked (facts in their order), the policies of each group of the result, and its page."""

    asked: list[str]
    groups: Mapping[str, list[str]]
    html: str


def visit(client: Client, place: str, answer: Callable[[str], Value | None]) -> Seen:
    """Begin a check for a place (a path), answer every question, go to the result."""
    client.post("/portal/start/")
    address = _choose_place(client, place)
    asked: list[str] = []
    while not address.endswith("/answers/"):
        assert len(asked) < _MOST_PAGES, asked
        shown = client.get(address)
        question = shown.context["question"]
        asked.append(question.fact.id)
        sent = client.post(address, _as_typed(question, answer(question.fact.id)))
        assert sent.status_code == 302, (address, sent.status_code)
        address = sent.headers["Location"]
    shown = client.get("/portal/result/")
    groups = {name: [item.policy.id for item in shown.context[name]] for name in ("yes", "maybe", "no")}
    return Seen(asked, groups, shown.content.decode())


def _choose_place(client: Client, place: str) -> str:
    """The address of the first question: our own county is one press, any other is chosen step by step."""
    sent = client.post("/portal/place/", {"place": place})
    if sent.status_code == 302 and "/place/" not in sent.headers["Location"]:
        return str(sent.headers["Location"])
    client.post("/portal/place/", {"place": "elsewhere"})
    for width in (10, 8, 6):
        sent = client.post("/portal/place/elsewhere/", {"place": place[: 12 - width] + "0" * width})
        if sent.status_code == 302 and "/place/" not in sent.headers["Location"]:
            return str(sent.headers["Location"])
    raise AssertionError(f"{place} cannot be chosen")


def _as_typed(question: object, value: Value | None) -> dict[str, str]:
    """What the browser would send."""
    kind, fact = question.kind, question.fact  # type: ignore[attr-defined]
    if value is None:
        return {"answer": "unknown"} if kind == "choices" else {"unknown": "1"}
    if isinstance(value, bool):
        return {"answer": "yes" if value else "no"}
    if isinstance(value, date):
        day = value - timedelta(days=fact.asking.last_day)  # as the certificate prints it
        return {"year": str(day.year), "month": str(day.month), "day": str(day.day)}
    if fact.type is FactType.MONEY:
        return {"answer": f"{value / 100:.2f}"}
    return {"answer": str(value)}
