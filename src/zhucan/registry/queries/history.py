"""What happened to a person: what was written, what lists brought, what was paid, what was found; and who looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from zhucan.base.permissions import Actor, scope
from zhucan.base.queries.person_events import PersonEvent, events_of
from zhucan.exchange.enums import FindingKind
from zhucan.registry.models import Person
from zhucan.registry.queries.duplicates import other_of
from zhucan.registry.queries.persons import persons_of

LOOKS = ("view_person", "reveal", "search", "see_events")
"""The events that changed nothing: somebody looked."""
_MOST = 50


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A finding about the person that still stands: what list it is on, since when, and how to open it."""

    uuid: UUID
    kind: FindingKind
    code: str
    policy: str
    reason: str
    opened_at: datetime
    settled_at: datetime | None


def findings_of(actor: Actor, person: Person) -> list[FoundLine]:
    """The findings about a person that still stand, newest first. One query."""
    rows = scope(actor, person.findings.filter(gone_at=None)).order_by("-opened_at", "-id")[:_MOST]
    return [
        FoundLine(row.uuid, FindingKind(row.kind), row.code, row.policy, row.reason, row.opened_at, row.settled_at)
        for row in rows
    ]


def writes_of(ids: Sequence[int]) -> list[PersonEvent]:
    """The latest writes about the files of a person, newest first. One query."""
    return events_of(ids, without=LOOKS, limit=_MOST)


def looks_of(ids: Sequence[int]) -> list[PersonEvent]:
    """Who lately saw the files of a person, newest first. One query."""
    return events_of(ids, only=("view_person", "reveal"), limit=_MOST)


def duplicates_of(actor: Actor, person: Person) -> list[Person]:
    """The other files of the actor's division that may be this person, by the findings that stand. Two queries."""
    kind, among = FindingKind.DUPLICATE, person.findings.model._default_manager
    rows = among.filter(county=person.county, place=person.place, kind=kind, code="same_name", gone_at=None)
    others = {
        row.person_id if other_of(row.key) == person.pk else other_of(row.key)
        for row in rows
        if person.pk in (row.person_id, other_of(row.key))
    }
    found = persons_of(actor, [id_ for id_ in others if id_ is not None])
    return [found[id_] for id_ in sorted(found) if found[id_].merged_into_id is None]


def merged_files(actor: Actor, ids: Sequence[int]) -> list[Person]:
    """The files merged into a person, those outside the actor's division left out. One query."""
    found = persons_of(actor, ids[1:]) if ids[1:] else {}
    return [found[id_] for id_ in sorted(found)]
