"""What every write of the registry does besides its own: the right, the row lock, the record, the county's revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from django.db import transaction

from zhucan.base import audit
from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.base.permissions import Actor, NotHere, demand
from zhucan.exchange.operations.revisions import bump
from zhucan.registry import signals
from zhucan.registry.models import Person, SearchKey
from zhucan.registry.search_keys import person_tokens


def locked(person: Person, by: Actor, action: Action = Action.CHANGE_PERSONS) -> Person:
    """The person's row as it stands now, held until the transaction ends.

    Raises:
        NotAllowed: the actor lacks the right. NotHere: the person is outside his division, or withdrawn.
        Refused: the person was merged into another.
    """
    row = Person.objects.select_for_update().filter(pk=person.pk, withdrawn_at=None).first()
    if row is None:
        demand(by, action)
        raise NotHere
    demand(by, action, row.place)
    if row.merged_into_id is not None:
        raise Refused("这个人已经并入另一份档案，这里没有改动。请打开保留的那份档案再办理。")
    return row


def wrote(
    person: Person,
    action: str,
    by: Actor,
    *,
    subject: str = "person",
    subject_id: int | None = None,
    details: Mapping[str, audit.Detail] | None = None,
    also: Iterable[Person] = (),
    counties: Iterable[int] = (),
) -> None:
    """Record a write about a person (and ``also`` others), and tell who determines from it once it is committed."""
    audit.record(
        by=by, action=action, subject=subject, subject_id=subject_id if subject_id is not None else person.pk,
        person_id=person.pk, place=person.place, details=details,
    )  # fmt: skip
    everybody = [person, *also]
    for county in sorted({one.county for one in everybody} | set(counties)):
        bump(county)
        ids = frozenset(one.pk for one in everybody)
        transaction.on_commit(
            partial(signals.persons_changed.send, sender=Person, county=county, person_ids=ids, by=by)
        )


def write_search_keys(person: Person) -> None:
    """Make the person's search keys anew from what is held of him."""
    certificate = getattr(person, "certificate", None)
    phones = [contact.phone for contact in person.contacts.all()]
    number = certificate.number if certificate else ""
    tokens = dict.fromkeys(person_tokens(person.name, person.citizen_id, number, phones))
    SearchKey.objects.filter(person=person).delete()
    SearchKey.objects.bulk_create(SearchKey(person=person, token=token, place=person.place) for token in tokens)
