"""Households a person belongs to, and the organisations of a division."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet
from django.db.models.lookups import LessThanOrEqual

from zhucan.base.permissions import Actor, scope
from zhucan.registry.enums import HouseholdKind
from zhucan.registry.models import HouseholdMember, Organisation, Person


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's membership of a household, with who else is in it on the day."""

    kind: HouseholdKind
    relation: str
    from_: date | None
    others: tuple[Person, ...]


def memberships_of(person_ids: Collection[int], *, on: date) -> list[Membership]:
    """The households these files of one person belong to on a day, and their other members. Two queries."""
    mine = list(_in_force(HouseholdMember.objects.filter(person_id__in=person_ids), on).select_related("household"))
    beside = HouseholdMember.objects.filter(
        household_id__in=[row.household_id for row in mine], person__withdrawn_at=None
    )
    others: dict[int, list[Person]] = {}
    for row in _in_force(beside.exclude(person_id__in=person_ids), on).select_related("person"):
        others.setdefault(row.household_id, []).append(row.person)
    return [
        Membership(HouseholdKind(row.household.kind), row.relation, row.from_, tuple(others.get(row.household_id, ())))
        for row in mine
    ]


def _in_force(rows: QuerySet[HouseholdMember], on: date) -> QuerySet[HouseholdMember]:
    """Begun and not ended on the day. Expressions, as Django cannot look up a name that ends in ``_``."""
    begun = Q(from_=None) | Q(LessThanOrEqual(F("from_"), on))
    return rows.filter(begun, Q(until=None) | Q(until__gt=on)).order_by("id")


def organisations_in(actor: Actor) -> QuerySet[Organisation]:
    """The organisations of the actor's division, by place."""
    return scope(actor, Organisation.objects.all()).order_by("place", "id")
