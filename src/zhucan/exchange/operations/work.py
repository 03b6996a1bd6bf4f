"""The long work of loads: its kinds of jobs, who acts in them, and how a load is found for one.

The app's ``ready`` registers who does it: ``applying``, ``reading`` and ``undoing`` stand above this module.
"""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from zhucan.base import jobs
from zhucan.base.permissions import SYSTEM, Actor
from zhucan.base.queries.divisions import county_of
from zhucan.base.queries.jobs import Job
from zhucan.exchange.intake import LoadFacts
from zhucan.exchange.models import Load
from zhucan.exchange.queries.loads import APPLY, READ, UNDO, key_of

__all__ = ["APPLY", "READ", "UNDO", "key_of"]


def enqueue(load: Load, kind: str, by: Actor) -> Job:
    """Have the work done."""
    return jobs.enqueue(kind=kind, key=key_of(load, kind), arguments={"load": load.pk}, by=by)


def actor_of_job(job: Job) -> Actor:
    """Who asked for it, for the record; rights were asked when he did."""
    if job.created_by_id is None:
        return SYSTEM
    return Actor(job.created_by_id, job.post_id, "", None, None, None, 0, 0, 0)


def load_of(job: Job) -> Load:
    """The load a job is about."""
    return Load.objects.select_related("division").get(pk=int(job.arguments["load"]))


def facts_of(load: Load, by: Actor) -> LoadFacts:
    """What the register needs to know of it."""
    return LoadFacts(load.pk, county_of(load.place), load.as_of, by)


def today() -> date:
    """The day in the office's time zone."""
    return timezone.localdate()
