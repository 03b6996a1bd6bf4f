"""What people do with loads: bring files, confirm what the preview showed, put it aside, stop it, undo it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from zhucan.base import audit, jobs
from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.base.files import store_file
from zhucan.base.permissions import Actor, NotHere, demand
from zhucan.base.queries.divisions import county_of, county_path, division_at
from zhucan.base.queries.jobs import job_of
from zhucan.exchange.enums import LoadState
from zhucan.exchange.intake import intake, reliances
from zhucan.exchange.models import Change, Load, LoadFile, Revision
from zhucan.exchange.operations.work import APPLY, READ, UNDO, enqueue, facts_of, key_of
from zhucan.exchange.queries.loads import UNDO_DAYS
from zhucan.exchange.queries.obstacles import Obstacle, load_words
from zhucan.files.limits import LIMITS

MOST_FILES = 60


class Stale(Refused):
    """What the preview showed was compared with an earlier state; it is read anew, nothing was written."""


class InTheWay(Refused):
    """A load cannot be undone: ``obstacles`` rest on it."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        self.obstacles = obstacles
        told = "；".join(each.sentence for each in obstacles)
        super().__init__(f"这次导入现在不能撤销：{told}。请先撤销或更正这些内容。什么都没有改动。")


def open_load(*, files: Sequence[tuple[str, bytes]], division: int, as_of: date, key: str, by: Actor, on: date) -> Load:
    """Keep the files (name, bytes) somebody brings for a county (its path), and have them read.

    The same ``key`` twice is one load.

    Raises:
        NotAllowed, NotHere: he may not, or not there.
        Refused: there are no files, too many of them, one is too big, or the place is no county.
    """
    demand(by, Action.IMPORT, division)
    place = division_at(division)
    if place is None or division > county_path(county_of(division)):
        raise Refused("没有收下：名单要按县（市、区）导入，这里不是县级。请换到县级的岗位再导入。")
    _check(files)
    known = Load.objects.filter(key=key).first()
    if known is not None:
        demand(by, Action.IMPORT, known.place)
        return known
    with transaction.atomic():
        load = Load.objects.create(
            key=key[:64], organ_id=by.organ_id, division=place, place=division, as_of=as_of,
            created_by_id=by.user_id, counts={"reads": 1},
        )  # fmt: skip
        for number, (name, data) in enumerate(files, 1):
            stored = store_file(name=Path(name).name[:200], data=data, by=by)
            LoadFile.objects.create(load=load, number=number, stored=stored)
        audit.record(
            by=by, action="open_load", subject="load", subject_id=load.pk, place=division,
            details={"files": len(files)},
        )  # fmt: skip
        enqueue(load, READ, by)
    return load


def _check(files: Sequence[tuple[str, bytes]]) -> None:
    if not files:
        raise Refused("没有收到文件。请选一个或几个名单文件，再提交。")
    if len(files) > MOST_FILES:
        raise Refused(f"一次最多收 {MOST_FILES} 个文件，这里有 {len(files)} 个，都没有收下。请分几次提交。")
    big = max(LIMITS.workbook_size, LIMITS.text_size)
    if any(len(data) > big for _, data in files):
        raise Refused(f"有文件超过 {big // 2**20} MB，都没有收下。请按乡镇拆成几个文件再提交。")


def confirm_load(*, load: Load, by: Actor, on: date) -> Load:
    """Have what the preview showed written.

    Raises:
        NotAllowed, NotHere: he may not, or not there.
        Stale: the county's register changed since; the load is being compared anew.
        Refused: it is not waiting for this, or another load of the county is being written.
    """
    demand(by, Action.CONFIRM_IMPORT, load.place)
    with transaction.atomic():
        if _confirm(load, by):
            load.refresh_from_db()
            return load
        _again(load, by)
    raise Stale("预览以后，人员或名单又有了变化，这次没有确认，什么都没有写入。正在重新比较，请看过新的预览再确认。")


def _confirm(load: Load, by: Actor) -> bool:
    """Whether the preview still holds; then the load is on its way."""
    division = county_path(county_of(load.place))
    Revision.objects.get_or_create(division_id=division)
    based_on = Revision.objects.select_for_update().get(division_id=division).number
    now = _locked(load)
    if now.state is not LoadState.READY:
        raise Refused(f"这次导入现在是“{now.state.label}”，没有确认。请重新载入页面看最新情况。")
    others = Load.objects.filter(place=load.place, undone_at=None).exclude(pk=load.pk)
    if any(each.state in (LoadState.APPLYING, LoadState.UNDOING) for each in others.exclude(confirmed_at=None)):
        raise Refused("另一批名单正在写入或撤销，这次没有确认。请等它完成后再确认。")
    if now.based_on != based_on:
        return False
    now.confirmed_at, now.confirmed_by_id = timezone.now(), by.user_id
    now.save(update_fields=["confirmed_at", "confirmed_by"])
    audit.record(by=by, action="confirm_load", subject="load", subject_id=load.pk, place=load.place)
    enqueue(now, APPLY, by)
    return True


def _locked(load: Load) -> Load:
    found = Load.objects.select_for_update().filter(pk=load.pk).first()
    if found is None:
        raise NotHere
    return found


def _again(load: Load, by: Actor) -> None:
    """Have it read and compared anew, in the caller's transaction."""
    now = _locked(load)
    now.counts = {"reads": int(now.counts.get("reads", 1)) + 1}
    now.read_at = now.failed_at = now.discarded_at = None
    now.problem = ""
    now.save(update_fields=["counts", "read_at", "failed_at", "discarded_at", "problem"])
    enqueue(now, READ, by)


@transaction.atomic
def read_again(*, load: Load, by: Actor, on: date) -> Load:
    """Read and compare a load anew: after a correction, after it failed or was stopped.

    Raises:
        NotAllowed, NotHere: he may not, or not there.
        Refused: it is confirmed already, or being read.
    """
    demand(by, Action.IMPORT, load.place)
    now = _locked(load)
    if now.state not in (LoadState.READY, LoadState.FAILED, LoadState.DISCARDED) and not _has_stopped(now, READ):
        raise Refused(f"这次导入现在是“{now.state.label}”，没有重新读取。请重新载入页面看最新情况。")
    if now.confirmed_at:
        raise Refused("这次导入已经确认过，不能重新读取。需要时请撤销后重新提交文件。")
    audit.record(by=by, action="read_load_again", subject="load", subject_id=load.pk, place=load.place)
    _again(now, by)
    return now


def _has_stopped(load: Load, kind: str) -> bool:
    job = job_of(key_of(load, kind))
    return job is not None and bool(job.failed_at or job.cancelled_at)


@transaction.atomic
def discard_load(*, load: Load, by: Actor, on: date) -> Load:
    """Put a load aside that was not confirmed; what was staged of it is deleted with the next reading or purge.

    Raises:
        NotAllowed, NotHere: he may not, or not there.
        Refused: it was confirmed already.
    """
    demand(by, Action.IMPORT, load.place)
    now = _locked(load)
    if now.confirmed_at or now.discarded_at:
        raise Refused(f"这次导入现在是“{now.state.label}”，不能放弃。已经导入的请用“撤销”。")
    job = job_of(key_of(now, READ))
    if job is not None and not (job.finished_at or job.failed_at or job.cancelled_at):
        jobs.cancel(job=job, by=by)
    now.discarded_at = timezone.now()
    now.save(update_fields=["discarded_at"])
    now.staged.all().delete()
    audit.record(by=by, action="discard_load", subject="load", subject_id=load.pk, place=load.place)
    return now


def stop_load(*, load: Load, by: Actor, on: date) -> Load:
    """Stop what is being done: a reading is put aside, a writing is taken back as far as it got.

    Raises:
        NotAllowed, NotHere: he may not, or not there.
        Refused: nothing is being done that could be stopped.
    """
    if load.state is LoadState.READING:
        return discard_load(load=load, by=by, on=on)
    demand(by, Action.UNDO_IMPORT, load.place)
    with transaction.atomic():
        now = _locked(load)
        if now.state is not LoadState.APPLYING:
            raise Refused(f"这次导入现在是“{now.state.label}”，没有什么可停的。请重新载入页面看最新情况。")
        job = job_of(key_of(now, APPLY))
        if job is not None and not job.cancelled_at and not job.failed_at:
            jobs.cancel(job=job, by=by)
        return _undo(now, by)


def undo_load(*, load: Load, by: Actor, on: date) -> Load:
    """Have everything a load did taken back, within seven days.

    Raises:
        NotAllowed, NotHere: he may not, or not there.
        InTheWay: later loads, records or decisions rest on it.
        Refused: it is not applied, or too long ago.
    """
    demand(by, Action.UNDO_IMPORT, load.place)
    with transaction.atomic():
        now = _locked(load)
        if now.state is not LoadState.APPLIED or now.applied_at is None:
            raise Refused(f"这次导入现在是“{now.state.label}”，不能撤销。请重新载入页面看最新情况。")
        if timezone.now() - now.applied_at > timedelta(days=UNDO_DAYS):
            raise Refused(f"这次导入已超过 {UNDO_DAYS} 天，不能整批撤销，什么都没有改动。请逐条更正，或导入新的名单。")
        found = obstacles(now, by)
        if found:
            raise InTheWay(found)
        return _undo(now, by)


def _undo(load: Load, by: Actor) -> Load:
    load.undo_asked_at, load.undone_by_id = timezone.now(), by.user_id
    load.save(update_fields=["undo_asked_at", "undone_by"])
    audit.record(by=by, action="ask_undo_load", subject="load", subject_id=load.pk, place=load.place)
    enqueue(load, UNDO, by)
    return load


def obstacles(load: Load, by: Actor) -> list[Obstacle]:
    """What stands in the way of undoing a load."""
    found: dict[int | None, str] = dict(intake().in_the_way(facts_of(load, by)))
    mine = Change.objects.filter(load=load, undone_at=None).values("target", "target_id")
    later = Change.objects.filter(undone_at=None, load_id__gt=load.pk, load__place=load.place)
    rows = {(each["target"], each["target_id"]) for each in mine.iterator()}
    for load_id, target, target_id in later.values_list("load_id", "target", "target_id").iterator():
        if (target, target_id) in rows:
            found.setdefault(load_id, "之后又改动了同样的内容")
    named = load_words([each for each in found if each is not None])
    answers = [Obstacle(each, f"{named.get(each or 0, '手工登记的内容')}：{words}") for each, words in found.items()]
    return answers + [Obstacle(None, words) for words in reliances(load.pk)]
