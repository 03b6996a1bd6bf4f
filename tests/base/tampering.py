"""A chain of audit events, and somebody who tampers with it through the database, triggers off."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from tests.flushing import triggers_off
from zhucan.base import sealing
from zhucan.base.models import AuditEvent, AuditLink
from zhucan.base.verifying import Fault, FaultKind, verify_chain


def build(count: int, heads: Path, *, every: int) -> None:
    """So many events a minute apart, sealed, a head each ``every`` events."""
    begin = timezone.now() - timedelta(minutes=count + 20)
    for start in range(0, count, every):
        AuditEvent.objects.bulk_create(
            AuditEvent(
                at=begin + timedelta(minutes=n),
                action="see_person",
                subject_kind="person",
                subject_id=n,
                person_id=n,
                place=450803000000 + n,
                details={"n": n},
                request="r",
            )
            for n in range(start, min(start + every, count))
        )
        sealing.seal_events()
        sealing.export_head(heads / f"{start:08}.json")


class Tamperer:
    """Each method changes one place, and says the link or event a fault must name."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.count = AuditLink.objects.count()
        self.first = AuditLink.objects.values_list("event_id", flat=True).get(pk=1)

    def edit(self) -> Callable[[Fault], bool]:
        link, event = self._any()
        change = self.chance.choice(
            [{"action": "other"}, {"person_id": 1_000_000}, {"details": {}}, {"place": None}, {"request": "s"},
             {"at": timezone.now()}, {"subject_id": None}]
        )  # fmt: skip
        AuditEvent.objects.filter(pk=event).update(**change)
        return lambda fault: fault.kind == FaultKind.EDITED and fault.event == event and fault.link == link

    def delete(self) -> Callable[[Fault], bool]:
        link, event = self._any(spare=1)
        what = self.chance.choice(("both", "event", "link"))
        if what != "event":
            AuditLink.objects.filter(pk=link)._raw_delete("default")
        if what != "link":
            AuditEvent.objects.filter(pk=event)._raw_delete("default")
        return lambda fault: fault.kind == FaultKind.DELETED and fault.link == link

    def insert(self) -> Callable[[Fault], bool]:
        _, event = self._any(spare=15)
        forged = AuditEvent.objects.get(pk=event)
        forged.pk = None
        forged.save(force_insert=True)
        if self.chance.random() < 0.5:  # with a link that is right by itself
            sealing.seal_events()
        return lambda fault: fault.kind == FaultKind.INSERTED and fault.event == forged.pk

    def reorder(self) -> Callable[[Fault], bool]:
        link, event = self._any(spare=1)
        one, two = AuditEvent.objects.get(pk=event), AuditEvent.objects.get(pk=event + 1)
        one.pk, two.pk = two.pk, one.pk
        one.save(force_update=True)
        two.save(force_update=True)
        return lambda fault: fault.kind == FaultKind.REORDERED and fault.link == link

    def truncate(self) -> Callable[[Fault], bool]:
        kept = self.count - self.chance.randint(1, min(500, self.count - 1))
        last = AuditLink.objects.values_list("event_id", flat=True).get(pk=kept)
        AuditLink.objects.filter(pk__gt=kept)._raw_delete("default")
        AuditEvent.objects.filter(pk__gt=last)._raw_delete("default")
        return lambda fault: fault.kind == FaultKind.TRUNCATED and fault.link == kept + 1

    def replace(self) -> Callable[[Fault], bool]:
        """A whole chain, right in itself, with another event in it."""
        link, event = self._any()
        AuditEvent.objects.filter(pk=event).update(action="other")
        previous, links = sealing.START, []
        if link > 1:
            previous = bytes(AuditLink.objects.get(pk=link - 1).digest)
        for each in AuditLink.objects.filter(pk__gte=link).select_related("event").order_by("id"):
            each.previous = previous
            each.digest = previous = sealing.digest_of(previous, each.event, each.sealed_at)
            links.append(each)
        AuditLink.objects.filter(pk__gte=link)._raw_delete("default")
        AuditLink.objects.bulk_create(links, batch_size=1_000)
        return lambda fault: fault.kind == FaultKind.REPLACED and (fault.link or 0) <= link

    def _any(self, *, spare: int = 0) -> tuple[int, int]:
        link = self.chance.randint(1, self.count - spare)
        return link, AuditLink.objects.values_list("event_id", flat=True).get(pk=link)


KINDS = ("edit", "delete", "insert", "reorder", "truncate", "replace")


def is_found(kind: str, heads: Path, chance: random.Random) -> bool:
    """Tamper once, verify, and take it back; whether the fault was found and its place named."""
    with transaction.atomic():
        with triggers_off(connection):
            named = getattr(Tamperer(chance), kind)()
        found = any(named(fault) for fault in verify_chain(heads))
        transaction.set_rollback(True)
    return found
