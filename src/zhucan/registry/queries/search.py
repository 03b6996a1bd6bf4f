"""The one search box: who in the actor's division goes by this name, reading, number or end of a number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.db.models import Q

from zhucan.base.permissions import Actor, covers
from zhucan.registry.models import Person, SearchKey
from zhucan.registry.search_keys import TextKind, Wanted, recognise

Place: TypeAlias = tuple[int, int]
"""Where a page begins after: path and person id of the last key before it."""
_MOST_READS = 8
"""Batches looked through for one page: files withdrawn or merged leave gaps in it."""


@dataclass(frozen=True, slots=True)
class FoundPersons:
    """A page of persons found, by place, and where the next one begins (None: there is no more)."""

    kind: TextKind
    persons: Sequence[Person]
    after: Place | None


def find_persons(actor: Actor, text: str, *, limit: int = 50, after: Place | None = None) -> FoundPersons:
    """Persons of the actor's division whom the text finds, sorted by place; certificates are loaded with them.

    A person merged into another is shown as that one. What lies outside the division changes nothing in the answer.
    """
    return find_wanted(actor, recognise(text), limit=limit, after=after)


def find_wanted(actor: Actor, wanted: Wanted, *, limit: int = 50, after: Place | None = None) -> FoundPersons:
    """The same, of a text already recognised."""
    found: dict[int, Person] = {}
    if not wanted.tokens:
        return FoundPersons(wanted.kind, (), None)
    for _ in range(_MOST_READS):
        keys = _keys(actor, wanted.tokens, limit - len(found) + 1, after)
        room = limit - len(found)
        for person in _shown(actor, [person for _, person in keys[:room]]):
            found.setdefault(person.pk, person)
        if len(keys) <= room:
            return FoundPersons(wanted.kind, list(found.values()), None)
        after = keys[room - 1]
        if len(found) >= limit:
            break
    return FoundPersons(wanted.kind, list(found.values()), after)


def _keys(actor: Actor, tokens: Iterable[bytes], limit: int, after: Place | None) -> list[Place]:
    """The next keys by place and person; one index range for each token."""
    merged: set[Place] = set()
    for token in tokens:
        rows = SearchKey.objects.filter(token=token, place__range=(actor.low, actor.last))
        if after is not None:
            place, person = after
            rows = rows.filter(Q(place__gt=place) | Q(place=place, person_id__gt=person), place__gte=place)
        merged.update(rows.order_by("place", "person_id").values_list("place", "person_id")[:limit])
    return sorted(merged)[:limit]


def _shown(actor: Actor, ids: Sequence[int]) -> list[Person]:
    """The persons of these ids in this order, each as whom he was merged into; none withdrawn or outside."""
    rows = Person.objects.filter(pk__in=ids).select_related("certificate", "merged_into__certificate").in_bulk()
    kept = (row.merged_into or row for row in (rows[id_] for id_ in ids if id_ in rows))
    return [person for person in kept if person.withdrawn_at is None and covers(actor, person.place)]
