"""The audit record of one person, and how often somebody did something lately."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from zhucan.base.enums import Role
from zhucan.base.models import AuditEvent
from zhucan.base.permissions import Actor


@dataclass(frozen=True, slots=True)
class PersonEvent:
    """One event about a person: when, by whom in which office (empty: the program itself), what, with its codes."""

    id: int
    at: datetime
    who: str
    organ: str
    role: str
    action: str
    subject_id: int | None
    details: Mapping[str, int | str | bool | None]


def events_of(
    person_ids: Collection[int], *, only: Collection[str] = (), without: Collection[str] = (), limit: int = 50
) -> list[PersonEvent]:
    """The latest events about these persons, newest first; one query."""
    rows = AuditEvent.objects.filter(person_id__in=list(person_ids))
    if only:
        rows = rows.filter(action__in=list(only))
    if without:
        rows = rows.exclude(action__in=list(without))
    found = rows.select_related("user", "post__organ").order_by("-id")[:limit]
    return [
        PersonEvent(
            id=row.id,
            at=row.at,
            who=row.user.name if row.user else "",
            organ=row.post.organ.name if row.post else "",
            role=Role(row.post.role).label if row.post else "",
            action=row.action,
            subject_id=row.subject_id,
            details=row.details,
        )
        for row in found
    ]


def count_of(actor: Actor, action: str, *, since: datetime) -> int:
    """How often the actor's user did this since an instant; counted from the record, so right across processes."""
    rows = AuditEvent.objects.filter(action=action, at__gte=since)
    return (rows.filter(user=None) if actor.user_id is None else rows.filter(user_id=actor.user_id)).count()
