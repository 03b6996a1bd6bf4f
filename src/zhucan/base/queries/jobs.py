"""How a piece of long work stands."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from zhucan.base.models import Job
from zhucan.base.permissions import Actor

__all__ = ["Job", "job_by_uuid", "job_of", "jobs_asked_by", "last_job", "open_jobs"]


def job_of(key: str) -> Job | None:
    """The job of a business key; None where it was never queued."""
    return Job.objects.filter(key=key).first()


def job_by_uuid(uuid: UUID | str, *, kinds: Collection[str]) -> Job | None:
    """The job of one of these kinds; None where there is none. Who may know of it the caller asks."""
    return Job.objects.filter(uuid=uuid, kind__in=kinds).first()


def last_job(kind: str, county: int, *, asked_by: Actor | None = None) -> Job | None:
    """The latest job of a kind about a county (6 digits); with ``asked_by`` the latest he asked for in this post."""
    rows = Job.objects.filter(kind=kind, arguments__county=county)
    if asked_by is not None:
        rows = rows.filter(Q(created_by_id=asked_by.user_id), Q(post_id=asked_by.post_id))
    return rows.order_by("-id").first()


def jobs_asked_by(actor: Actor, *, kinds: Collection[str], since: datetime) -> QuerySet[Job]:
    """What somebody asked for from an instant on, in whatever post, newest first."""
    rows = Job.objects.filter(created_by_id=actor.user_id, created_at__gte=since, kind__in=kinds)
    return rows.order_by("-id")


def open_jobs() -> QuerySet[Job]:
    """Those that wait or are worked on: not finished, not failed, not cancelled."""
    return Job.objects.filter(finished_at=None, failed_at=None, cancelled_at=None)
