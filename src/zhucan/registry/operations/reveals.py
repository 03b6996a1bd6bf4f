"""Showing a whole number: only with a reason, recorded before it is shown, and only so many an hour."""

from __future__ import annotations

import base64
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from zhucan.base import audit
from zhucan.base.enums import Action, FieldGroup
from zhucan.base.errors import Refused
from zhucan.base.permissions import Actor, NotAllowed, NotHere, demand, sees
from zhucan.base.queries.person_events import count_of
from zhucan.base.secrets import seal
from zhucan.registry.enums import ContactKind, RevealReason, SecretField
from zhucan.registry.models import Person

GROUPS = {
    SecretField.CITIZEN: FieldGroup.IDENTITY,
    SecretField.CERTIFICATE: FieldGroup.DISABILITY,
    SecretField.ADDRESS: FieldGroup.CONTACT,
    SecretField.PHONES: FieldGroup.CONTACT,
    SecretField.ACCOUNT: FieldGroup.ACCOUNT,
}
"""Which group of fields each belongs to: an office that does not see the group cannot ask for it."""
PER_HOUR = 60
"""How many times one user may ask in an hour unless the settings say otherwise (``ZHUCAN_REVEALS_PER_HOUR``)."""
NOTE_PLACE = "base_auditevent.note.{person}"


@transaction.atomic
def reveal(*, person: Person, field: SecretField, reason: RevealReason, note: str, by: Actor, on: date) -> str:
    """The whole text of one secret field, for this answer only; one audit event, with the reason and a sealed note.

    Raises:
        NotAllowed: the role may not reveal, or the organ does not see this group. NotHere: not his division.
        Refused: the reason is not told, or the user asked too often this hour.
    """
    demand(by, Action.REVEAL, person.place)
    if person.withdrawn_at is not None:
        raise NotHere
    if not sees(by, GROUPS[field]):
        raise NotAllowed(f"您的单位看不到“{GROUPS[field].label}”。")
    if reason == RevealReason.OTHER and not note.strip():
        raise Refused("没有显示：选“其他”时要写明为什么需要看。")
    limit = getattr(settings, "ZHUCAN_REVEALS_PER_HOUR", PER_HOUR)
    if count_of(by, "reveal", since=timezone.now() - timedelta(hours=1)) >= limit:
        raise Refused(f"没有显示：一小时内最多查看 {limit} 次完整号码。请过一会儿再看，急用请找本单位的业务主管。")
    details: dict[str, audit.Detail] = {"field": str(field), "reason": str(reason)}
    if note.strip():
        details["note"] = _sealed_note(person, note.strip()[:100])
    audit.record(by=by, action="reveal", subject="person", subject_id=person.pk, person_id=person.pk,
                 place=person.place, details=details)  # fmt: skip
    return _whole(person, field)


def _sealed_note(person: Person, note: str) -> str:
    """What people write may name somebody, and audit events hold no such thing: it is kept as a sealed cell."""
    return base64.b64encode(seal("person", NOTE_PLACE.format(person=person.pk), note)).decode()


def _whole(person: Person, field: SecretField) -> str:
    if field == SecretField.PHONES:
        rows = person.contacts.order_by("id")
        return "；".join(f"{ContactKind(row.kind).label} {row.phone}" for row in rows if row.phone)
    if field == SecretField.CERTIFICATE:
        certificate = getattr(person, "certificate", None)
        return certificate.number if certificate else ""
    if field == SecretField.ACCOUNT:
        account = getattr(person, "account", None)
        return account.number if account else ""
    return person.citizen_id if field == SecretField.CITIZEN else person.address
