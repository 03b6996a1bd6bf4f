"""Whether the audit record is as it was written, and where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.db import connection
from django.db.models import Q

from zhucan.base.models import AuditEvent, AuditLink
from zhucan.base.sealing import START, Head, digest_of, heads_folder, read_head

_CHUNK = 2_000
_MOST_MOVED = 200


class FaultKind(StrEnum):
    """How the record was tampered with."""

    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    REPLACED = "replaced"
    FORGED_HEAD = "forged_head"


_WORDS = {
    FaultKind.EDITED: "这条操作记录被改动过。",
    FaultKind.DELETED: "这里的操作记录被删除了。",
    FaultKind.INSERTED: "这条操作记录是后来插进去的。",
    FaultKind.REORDERED: "这里的操作记录次序被调换过。",
    FaultKind.TRUNCATED: "从这里往后的操作记录被删掉了，或者数据库是从旧备份恢复的。",
    FaultKind.REPLACED: "从这里起的操作记录和导出的链头对不上，可能整个被换过。",
    FaultKind.FORGED_HEAD: "这个链头文件不是本系统签的，或者损坏了。",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where the record is not as written: the link's number, the event's where it is known."""

    kind: FaultKind
    link: int | None = None
    event: int | None = None
    file: str = ""

    def __str__(self) -> str:
        where = [f"第 {self.link} 环"] * (self.link is not None) + [f"记录 {self.event}"] * (self.event is not None)
        return "，".join([*where, *([self.file] if self.file else [])]) + f"：{_WORDS[self.kind]}"


def verify_chain(heads: Path | None = None) -> list[Fault]:
    """Everything that is not as it was written; empty where all is well.

    ``heads`` is the folder of signed heads, by default where the sealer writes them; a copy on another machine is
    better. Events of the last seconds that are not linked yet are no faults.
    """
    walk = _Walk()
    for link, event in _pairs():
        walk.step(link, event)
    faults = [*walk.faults(), *_unlinked(walk.latest, walk.highest)]
    return faults + _against_heads(heads or heads_folder(), walk.number)


class _Walk:
    """Goes along the chain once, keeping what the next link must stand on."""

    def __init__(self) -> None:
        self.number, self.highest = 0, 0
        self.latest: datetime | None = None
        self._previous = START
        self._found: list[Fault] = []
        self._unfit: list[tuple[AuditLink, AuditEvent]] = []

    def step(self, link: AuditLink, event: AuditEvent | None) -> None:
        """Compare one link with the one before it and with its event."""
        previous, digest = bytes(link.previous), bytes(link.digest)
        if link.pk != self.number + 1:
            self._found.append(Fault(FaultKind.DELETED, link=self.number + 1))
        elif previous != self._previous:
            self._found.append(Fault(FaultKind.REORDERED, link=link.pk, event=link.event_id))
        if event is None:
            self._found.append(Fault(FaultKind.DELETED, link=link.pk, event=link.event_id))
        elif digest_of(previous, event, link.sealed_at) != digest:
            self._unfit.append((link, event))
        else:
            self._in_time(link, event)
        self.number, self._previous = link.pk, digest

    def _in_time(self, link: AuditLink, event: AuditEvent) -> None:
        if self.latest is not None and event.at < self.latest - _slack():
            self._found.append(Fault(FaultKind.INSERTED, link=link.pk, event=event.pk))
            return
        self.latest = max(self.latest or event.at, event.at)
        self.highest = max(self.highest, event.pk)

    def faults(self) -> list[Fault]:
        """What was found; links whose event does not fit are moved ones where another's event fits."""
        moved = set()
        if len(self._unfit) <= _MOST_MOVED:
            moved = {link.pk for link, _ in self._unfit if any(_fits(link, event) for _, event in self._unfit)}
        unfit = [
            Fault(FaultKind.REORDERED if link.pk in moved else FaultKind.EDITED, link=link.pk, event=event.pk)
            for link, event in self._unfit
        ]
        return sorted([*self._found, *unfit], key=lambda fault: fault.link or 0)


def _fits(link: AuditLink, event: AuditEvent) -> bool:
    """Whether this is the event the link was made of, under whichever number."""
    twin = AuditEvent(**{field.attname: getattr(event, field.attname) for field in AuditEvent._meta.concrete_fields})
    twin.pk = link.event_id
    digest = bytes(link.digest)
    return digest in (digest_of(bytes(link.previous), each, link.sealed_at) for each in (event, twin))


def _pairs() -> Iterator[tuple[AuditLink, AuditEvent | None]]:
    """The links in their order, each with its event where that is still there."""
    number = -1
    while links := list(AuditLink.objects.filter(id__gt=number).order_by("id")[:_CHUNK]):
        events = AuditEvent.objects.in_bulk([link.event_id for link in links])
        for link in links:
            yield link, events.get(link.event_id)
        number = links[-1].pk


def _unlinked(latest: datetime | None, highest: int) -> list[Fault]:
    """Events without a link that cannot be new: dated back, or numbered before others that are linked."""
    if latest is None:
        return []
    old = Q(at__lt=latest - _slack())
    if connection.vendor == "sqlite":
        old |= Q(id__lt=highest)  # with one writer at a time numbers are given in the order of commits
    rows = AuditEvent.objects.filter(old, link=None).order_by("id").values_list("id", flat=True)
    return [Fault(FaultKind.INSERTED, event=pk) for pk in rows]


def _slack() -> timedelta:
    """How much earlier than its forerunners an event may be dated: as long as a transaction may last."""
    return timedelta(minutes=1 if connection.vendor == "sqlite" else 10)


def _against_heads(folder: Path, last: int) -> list[Fault]:
    faults, good, heads = [], 0, []
    for path in sorted(folder.glob("*.json")):
        head = read_head(path)
        if head is None or not head.holds():
            faults.append(Fault(FaultKind.FORGED_HEAD, file=path.name))
        else:
            heads.append((head, path.name))
    for head, name in sorted(heads, key=lambda each: each[0].link):
        if head.link > last:
            return [*faults, Fault(FaultKind.TRUNCATED, link=last + 1, file=name)]
        if not _agrees(head):
            return [*faults, Fault(FaultKind.REPLACED, link=good + 1, file=name)]
        good = head.link
    return faults


def _agrees(head: Head) -> bool:
    link = AuditLink.objects.filter(pk=head.link).first()
    return link is not None and bytes(link.digest) == head.digest
