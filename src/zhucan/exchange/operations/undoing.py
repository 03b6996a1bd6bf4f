"""Undoing a load: what it wrote over is put back, what it stated is withdrawn, earlier statements resurface."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial

from django.utils import timezone

from zhucan.base import audit
from zhucan.base.enums import JobState
from zhucan.base.queries.jobs import Job, job_of
from zhucan.exchange.intake import LoadFacts, Wrote, intake
from zhucan.exchange.models import Change, Load, StagedRow
from zhucan.exchange.operations.revisions import bump
from zhucan.exchange.operations.steps import Step, Work
from zhucan.exchange.operations.work import APPLY, actor_of_job, facts_of, key_of, load_of
from zhucan.exchange.reading.background import Ticker

_CHANGES, _ROWS, _DELETED = 60, 2000, 1500


def take_back(job: Job, ticker: Ticker) -> Work:
    """The work of the job ``import_undo``."""
    load, by = load_of(job), actor_of_job(job)
    facts = facts_of(load, by)
    while _is_applying(load):
        ticker.at("等待写入停下")
        yield None
    total = intake().remaining(facts) + Change.objects.filter(load=load, undone_at=None).count()
    ticker.at("撤销这次导入", 0, total)
    while changes := list(Change.objects.filter(load=load, undone_at=None).order_by("-pk")[:_CHANGES]):
        ticker.step(len(changes))
        put_back = intake().restore(facts, [_wrote(each) for each in changes])
        yield Step(partial(_restore, put_back, [each.pk for each in changes]))
    counted = _Counted()
    while counted.rows:
        yield Step(counted.writes(intake().undo(facts, limit=_ROWS)))
        ticker.at(ticker.note, min(total, ticker.done + counted.rows), total)
    while ids := list(StagedRow.objects.filter(load=load).values_list("pk", flat=True)[:_DELETED]):
        yield Step(partial(_delete, ids))
    yield Step(partial(_finish, load, facts), last=True)


def _is_applying(load: Load) -> bool:
    job = job_of(key_of(load, APPLY))
    return job is not None and job.state in (JobState.WAITING, JobState.RUNNING)


class _Counted:
    """How many rows the last write withdrew."""

    def __init__(self) -> None:
        self.rows = 1

    def writes(self, undo: Callable[[], int]) -> Callable[[], None]:
        """The write, counting."""

        def write() -> None:
            """Take one kind of rows back."""
            self.rows = undo()

        return write


def _wrote(change: Change) -> Wrote:
    before, after = change.before, json.loads(change.after)
    return Wrote(change.target, change.target_id, change.person_id, json.loads(before) if before else None, after)


def _restore(put_back: Callable[[], None], changes: Sequence[int]) -> None:
    put_back()
    Change.objects.filter(pk__in=changes).update(undone_at=timezone.now())


def _delete(ids: Sequence[int]) -> None:
    StagedRow.objects.filter(pk__in=ids).delete()


def _finish(load: Load, facts: LoadFacts) -> None:
    Load.objects.filter(pk=load.pk).update(undone_at=timezone.now())
    bump(facts.county)
    audit.record(by=facts.by, action="undo_load", subject="load", subject_id=load.pk, place=load.place)
    intake().announce(facts)
