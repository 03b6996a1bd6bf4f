"""Keeps verdicts and findings in step with the register: a few changed persons at once, a whole county as a job."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from django.utils import timezone

from zhucan.base.enums import JobState
from zhucan.base.jobs import Job, enqueue, register
from zhucan.base.permissions import SYSTEM, Actor
from zhucan.exchange.queries.revisions import revision
from zhucan.policies.operations.matching import day_to_match, match_county
from zhucan.policies.queries.matching import latest

AT_ONCE = 50
"""So many changed persons are matched before the page answers; more are matched by a worker."""


def persons_changed(*, county: int, person_ids: Collection[int] | None, by: Actor, **_: object) -> None:
    """After something a determination reads has changed: see ``registry.signals.persons_changed``."""
    today = timezone.localdate()
    if person_ids is not None and len(person_ids) <= AT_ONCE and latest(county) is not None:
        match_county(county=county, by=SYSTEM, on=today, person_ids=person_ids)
    else:
        ask_for_matching(county=county, by=by)


def ask_for_matching(*, county: int, by: Actor, as_of: date | None = None) -> Job:
    """Queue a matching of the whole county against its present revision, as of a day (None: the usual one)."""
    day = as_of or day_to_match(county, timezone.localdate())
    key = f"match:{county}:{revision(county)}:{day.isoformat()}:{_attempt(county)}"
    arguments: dict[str, int | str] = {"county": county, "as_of": day.isoformat()}
    job, again = enqueue(kind="match", key=key, arguments=arguments, by=by), 0
    while job.state in (JobState.FAILED, JobState.CANCELLED):  # the same work, asked for anew
        again += 1
        job = enqueue(kind="match", key=f"{key}:{again}", arguments=arguments, by=by)
    return job


def _attempt(county: int) -> int:
    """Distinguishes a matching asked for again from the same one queued twice: the number of the last finished one."""
    before = latest(county)
    return before.pk if before is not None else 0


def match_job(job: Job) -> Callable[[], bool]:
    """The whole matching is the job's one chunk: broken off, it is done anew and ends the same."""
    county, as_of = int(job.arguments["county"]), date.fromisoformat(job.arguments["as_of"])
    job.note = "正在比对"
    matching = match_county(county=county, by=SYSTEM, on=timezone.localdate(), as_of=as_of)

    def write() -> bool:
        """Only the progress is left to write."""
        job.done = job.total = matching.persons
        job.note = "比对完成"
        return True

    return write


def listen() -> None:
    """Connect; called when the app gets ready."""
    from zhucan.registry import signals

    signals.persons_changed.connect(persons_changed, dispatch_uid="policies.matching")
    register("match", match_job)
