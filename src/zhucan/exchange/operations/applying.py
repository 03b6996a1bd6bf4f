"""Writing a confirmed load: so many rows at a time, each once, whatever happens to the worker."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone

from zhucan.base import audit
from zhucan.base.queries.jobs import Job
from zhucan.exchange.enums import StagedKind
from zhucan.exchange.intake import FACTS, PERSON, RECEIPT, RETURN, Covered, LoadFacts, Staged, Write, Wrote, intake
from zhucan.exchange.models import Change, Load, StagedRow
from zhucan.exchange.operations.revisions import bump
from zhucan.exchange.operations.steps import Step, Work
from zhucan.exchange.operations.work import actor_of_job, facts_of, load_of
from zhucan.exchange.reading.background import Ticker

_AT_ONCE = {PERSON: 150, FACTS: 800, RECEIPT: 1000, RETURN: 2000}
"""Rows of one transaction by what they are about: on SQLite each holds the write lock for less than 200 ms."""
_READ = 3000
_DELETED = 3000


def apply_load(job: Job, ticker: Ticker) -> Work:
    """The work of the job ``import_apply``."""
    load, by = load_of(job), actor_of_job(job)
    facts = facts_of(load, by)
    if load.applied_at is None:
        open_rows = _open_rows(load)
        total = open_rows.count()
        ticker.at("写入人员库", open_rows.filter(pk__lte=job.cursor).count(), total)
        cursor = job.cursor
        for rows in _chunks(open_rows, cursor):
            write = intake().prepare(facts, [_staged(row) for row in rows])
            cursor = rows[-1].pk
            ticker.at("写入人员库", ticker.done + len(rows), total)
            yield Step(partial(_write, load, write), cursor=cursor)
        yield Step(partial(_finish, load, facts), cursor=cursor)
    cursor = job.cursor
    while ids := list(StagedRow.objects.filter(load=load).order_by("pk").values_list("pk", flat=True)[:_DELETED]):
        yield Step(partial(_delete, ids), cursor=cursor)
    yield Step(_nothing, cursor=cursor, last=True)


def _nothing() -> None:
    return None


def _open_rows(load: Load) -> QuerySet[StagedRow]:
    return StagedRow.objects.filter(load=load).exclude(kind=StagedKind.REJECT).order_by("pk")


def _chunks(rows: QuerySet[StagedRow], after: int) -> Iterator[Sequence[StagedRow]]:
    """The rows from there on, so many of one target at a time."""
    while found := list(rows.filter(pk__gt=after)[:_READ]):
        after = found[-1].pk
        for target, alike in groupby(found, key=lambda row: row.target):
            of_target = list(alike)
            at_once = _AT_ONCE[target]
            yield from (of_target[at : at + at_once] for at in range(0, len(of_target), at_once))


def _staged(row: StagedRow) -> Staged:
    return Staged(StagedKind(row.kind), row.target, json.loads(row.payload), row.table_id, row.row, row.person_id)


def _write(load: Load, write: Write) -> None:
    made = [_change(load, wrote) for wrote in write()]
    if made:
        Change.objects.bulk_create(made)


def _change(load: Load, wrote: Wrote) -> Change:
    change = Change(load=load, target=wrote.target, target_id=wrote.target_id, person_id=wrote.person_id)
    change.before = "" if wrote.before is None else json.dumps(wrote.before, ensure_ascii=False)
    change.after = json.dumps(wrote.after, ensure_ascii=False)
    return change


def _finish(load: Load, facts: LoadFacts) -> None:
    now = timezone.now()
    covered = [
        Covered(feed, policy, _day(period), _day(observed))
        for feed, policy, period, observed in load.counts.get("covered", [])
    ]
    intake().finish(facts, covered)
    bump(facts.county)
    Load.objects.filter(pk=load.pk, applied_at=None).update(applied_at=now)
    details = {key: value for key, value in load.counts.items() if isinstance(value, int)}
    audit.record(
        by=facts.by, action="apply_load", subject="load", subject_id=load.pk, place=load.place, details=details
    )
    intake().announce(facts)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _delete(ids: Sequence[int]) -> None:
    StagedRow.objects.filter(pk__in=ids).delete()
