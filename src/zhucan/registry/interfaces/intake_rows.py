"""Payloads of staged rows as the register's own rows."""

from __future__ import annotations

from datetime import date

from zhucan.base.queries.divisions import names_of
from zhucan.exchange.intake import Payload
from zhucan.registry.enums import ContactKind
from zhucan.registry.models import Account, Certificate, Contact

COUNTY, TOWNSHIP = 10**6, 10**3
"""Widths of a county and a township in paths."""


def day(value: object) -> date | None:
    """A day out of a payload."""
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def text(payload: Payload, name: str) -> str:
    """A text out of a payload; empty where there is none."""
    value = payload.get(name)
    return value if isinstance(value, str) else ""


def number(payload: Payload, name: str) -> int | None:
    """A number out of a payload."""
    value = payload.get(name)
    return value if isinstance(value, int) else None


def places_known(paths: set[int]) -> dict[int, int]:
    """For each place the most exact division the country's table has: the village, its township, its county."""
    candidates = {path: (path, path // TOWNSHIP * TOWNSHIP, path // COUNTY * COUNTY) for path in paths}
    names = names_of({each for line in candidates.values() for each in line})
    return {path: next(each for each in (*line, line[-1]) if each in names) for path, line in candidates.items()}


def certificate(person: int, payload: Payload) -> Certificate:
    """His certificate, with what is told of it."""
    made = Certificate(
        person_id=person,
        category=number(payload, "category"),
        level=number(payload, "level"),
        components=text(payload, "components")[:60],
        issued=day(payload.get("issued")),
        until=day(payload.get("until")),
    )
    made.number = text(payload, "certificate")
    return made


def contacts(person: int, payload: Payload) -> list[Contact]:
    """His own phone and his guardian, where they are told."""
    found = []
    if text(payload, "phone"):
        found.append(Contact(person_id=person, kind=ContactKind.SELF))
        found[-1].phone = text(payload, "phone")
    if text(payload, "guardian") or text(payload, "guardian_phone"):
        relation = text(payload, "guardian_relation")
        found.append(Contact(person_id=person, kind=ContactKind.GUARDIAN, relation=relation))
        found[-1].name, found[-1].phone = text(payload, "guardian"), text(payload, "guardian_phone")
    return found


def account(person: int, payload: Payload, name: str) -> Account:
    """The account of a person, in his own name."""
    made = Account(person_id=person, bank=text(payload, "bank"), holder_relation="本人")
    made.number, made.holder = text(payload, "account"), name
    return made
