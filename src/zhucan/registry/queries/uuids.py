"""What persons are called in addresses: their uuids, by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from zhucan.registry.models import Person


def uuids_of(ids: Iterable[int]) -> Mapping[int, UUID]:
    """The uuid of each of these persons that exists; one query."""
    return dict(Person.objects.filter(id__in=set(ids)).values_list("id", "uuid"))
