"""The audit record as it is read: who did and saw what, where, and how far the chain over it reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from zhucan.base.models import AuditEvent, AuditLink, Post
from zhucan.base.permissions import Actor, scope


@dataclass(frozen=True, slots=True)
class ChainState:
    """How far events are sealed: the last link's instant and event, and how many events wait. Counts, no check."""

    sealed_at: datetime | None
    last_event: int
    waiting: int


def events_in(actor: Actor) -> QuerySet[AuditEvent]:
    """The events of the actor's division, newest first.

    Those that happened at a place of his; of those without a place what people did in a post of his division, and of
    those without a post (signing in, the own account) what people did who hold or held one.
    """
    own_posts = scope(actor, Post.objects.filter(user=OuterRef("user")), "division__path")
    at_a_place = Q(place__range=(actor.low, actor.last))
    in_a_post = Q(place=None, post__division__path__range=(actor.low, actor.last))
    himself = Q(Exists(own_posts), place=None, post=None)
    return AuditEvent.objects.filter(at_a_place | in_a_post | himself).order_by("-id")


def on_days(events: QuerySet[AuditEvent], *, from_: date | None, until: date | None) -> QuerySet[AuditEvent]:
    """Those from one day on and before another, in the office's time zone. Days no calendar holds find nothing."""
    try:
        if from_ is not None:
            events = events.filter(at__gte=_midnight(from_))
        if until is not None:
            events = events.filter(at__lt=_midnight(until))
    except (OverflowError, ValueError):
        return events.none()
    return events


def chain_state() -> ChainState:
    """Where the sealer stands; three short queries."""
    link = AuditLink.objects.order_by("-id").values_list("sealed_at", "event_id").first()
    last = link[1] if link else 0
    return ChainState(link[0] if link else None, last, AuditEvent.objects.filter(id__gt=last).count())


def _midnight(day: date) -> datetime:
    moment = timezone.make_aware(datetime.combine(day, time.min))
    return moment if timedelta(days=2) < day - date.min else moment.astimezone()
