"""Long work that survives ``kill -9``: leased jobs, done in chunks, each chunk once.

A worker takes a job with one conditional UPDATE and holds it for 30 s, renewed while it computes. Each chunk is
computed outside a transaction and written inside one, in which the lease is still the worker's own and the cursor
advances: what was committed is never done again, what was not is done anew by whoever takes the lease next. No broker.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import Error, close_old_connections, connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from zhucan.base import audit, keyring
from zhucan.base.chores import Chores
from zhucan.base.models import Job as Job
from zhucan.base.permissions import Actor, NotAllowed, NotHere, covers

Write = Callable[[], bool]
"""Writes one computed chunk, within 200 ms, inside a transaction, and advances ``job.cursor``; True: the last."""
Handler = Callable[[Job], Write]
"""Computes the chunk after ``job.cursor``, outside a transaction, and returns what writes it."""

LEASE = timedelta(seconds=30)
RENEW_SECONDS = 10.0
IDLE_SECONDS = 0.5
TRIES = 5
"""How often in a row a job may die without finishing one chunk."""
_PROGRESS = ("cursor", "done", "total", "errors", "note")
_NUMBERS = re.compile(r"\d{7,}[\dXx]?")
_log = logging.getLogger(__name__)
_handlers: dict[str, Handler] = {}
_owners: set[str] = set()


class JobFault(Exception):  # noqa: N818  # named for what is wrong
    """The job cannot be done; the message is plain Chinese for whoever asked for it. It is not tried again."""


class _LeaseLost(Exception):  # noqa: N818  # a worker steps back; nothing failed
    """Cancelled, or taken by another worker; nothing of the chunk was written."""


def register(kind: str, handler: Handler) -> None:
    """Let workers of this process do jobs of this kind; call it when the app gets ready."""
    _handlers[kind] = handler


@transaction.atomic
def enqueue(*, kind: str, key: str, arguments: Mapping[str, int | str], by: Actor) -> Job:
    """The job of this business key: a new one, or the one that is there already, in whatever state.

    ``arguments`` are ids and codes, never personal data.
    """
    job, made = Job.objects.get_or_create(
        key=key,
        defaults={"kind": kind, "arguments": dict(arguments), "created_by_id": by.user_id, "post_id": by.post_id},
    )
    if made and not by.is_system:
        audit.record(by=by, action="enqueue_job", subject="job", subject_id=job.pk, details={"kind": kind})
    return job


@transaction.atomic
def cancel(*, job: Job, by: Actor) -> bool:
    """Stop a job now: after the chunk being written nothing more is. What was written stays; undoing it is another
    operation.

    Returns:
        Whether it was stopped; False where it had ended already.

    Raises:
        NotAllowed: it is the program's own job.
        NotHere: it is neither his nor of a post in his division.
    """
    _demand_cancel(job, by)
    now = timezone.now()
    stopped = _open().filter(pk=job.pk).update(cancel_asked_at=now, cancelled_at=now, lease_owner="", lease_until=None)
    if stopped:
        audit.record(by=by, action="cancel_job", subject="job", subject_id=job.pk)
    return bool(stopped)


def note_made(job: Job, made: Mapping[str, int | str]) -> None:
    """Keep with a job what it made (ids of files by name), beside its arguments; called in the write of a chunk."""
    Job.objects.filter(pk=job.pk).update(arguments={**job.arguments, **made})


def run_one(owner: str) -> bool:
    """Take one job and do it to its end, or until it fails, is cancelled or taken away.

    Returns:
        Whether there was one to do.
    """
    return _take_and_work(owner, None)


def run_forever(stop: threading.Event | None = None) -> None:
    """Do jobs as they come, until ``stop`` is set (then after the chunk at hand); chores run in a thread beside.

    Raises:
        KeyFileError: the key file is not the one of this database; nothing was started.
    """
    keyring.check()
    stop, owner = stop or threading.Event(), owner_name()
    with Chores():
        while not stop.is_set():
            close_old_connections()
            try:
                busy = _take_and_work(owner, stop)
            except Error:
                _log.exception("the database does not answer; the worker tries again")
                connection.close()
                stop.wait(5)
                continue
            if not busy:
                stop.wait(IDLE_SECONDS)


def owner_name() -> str:
    """A name for a worker of this process: host, process number and something random."""
    name = f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(6)}"
    _owners.add(name)
    return name


def _take_and_work(owner: str, stop: threading.Event | None) -> bool:
    job = _take(owner)
    if job is None:
        return False
    if job.attempt > TRIES:
        _fail(job, owner, _gave_up(job))
        return True
    with _Renewal(job.pk, owner):
        _work(job, owner, stop)
    return True


def _work(job: Job, owner: str, stop: threading.Event | None) -> None:
    try:
        while not _chunk(job, owner):
            if stop is not None and stop.is_set():
                _release(job, owner, after=timedelta(0))
                return
    except _LeaseLost:
        _log.info("job %s was cancelled or taken over", job.pk)
    except JobFault as fault:
        _fail(job, owner, str(fault))
    except Exception:
        _log.exception("job %s (%s) died, attempt %s", job.pk, job.kind, job.attempt)
        _died(job, owner)


def _chunk(job: Job, owner: str) -> bool:
    write = _handlers[job.kind](job)
    with transaction.atomic():
        if _own(job, owner).select_for_update().first() is None:
            raise _LeaseLost
        finished = write()
        now = timezone.now()
        values = {name: getattr(job, name) for name in _PROGRESS}
        if finished:
            values |= {"finished_at": now, "lease_owner": "", "lease_until": None}
        else:
            values |= {"lease_until": now + LEASE}
        # a chunk done is progress: the next one has all its tries again
        Job.objects.filter(pk=job.pk).update(attempt=1, **values)
    job.attempt = 1
    return finished


def _take(owner: str) -> Job | None:
    """The oldest job that is free, with the lease now ours; None where there is none."""
    now = timezone.now()
    held = _open().filter(kind__in=_handlers, lease_until__gte=now).exclude(lease_owner="")
    dead = [each for each in held.values_list("lease_owner", flat=True) if _is_dead(each)]
    free = Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_owner__in=dead)
    for pk in list(_open().filter(free, kind__in=_handlers).order_by("id").values_list("pk", flat=True)[:20]):
        taken = (
            _open()
            .filter(free, pk=pk)
            .update(
                lease_owner=owner,
                lease_until=now + LEASE,
                attempt=F("attempt") + 1,
                started_at=Coalesce("started_at", now),
            )
        )
        if taken:
            return Job.objects.get(pk=pk)
    return None


def _is_dead(owner: str) -> bool:
    """Whether the worker was a process of this machine that is gone: then nobody need wait for its lease to end.

    Being wrong does no harm: a worker that lost its lease writes nothing more.
    """
    host, _, rest = owner.partition(":")
    number = rest.partition(":")[0]
    if host != socket.gethostname()[:32] or not number.isdigit() or os.name == "nt":
        return False
    if int(number) == os.getpid():
        return owner not in _owners
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _died(job: Job, owner: str) -> None:
    """Leave the job to the next try, a little later; after the last one it has failed."""
    if job.attempt >= TRIES:
        _fail(job, owner, _gave_up(job))
    else:
        _release(job, owner, after=timedelta(seconds=0.2 * 2**job.attempt))


def _release(job: Job, owner: str, *, after: timedelta) -> None:
    free_from: datetime | None = timezone.now() + after if after else None
    _own(job, owner).update(lease_owner="", lease_until=free_from)


def _fail(job: Job, owner: str, problem: str) -> None:
    said = _NUMBERS.sub("…", problem)[:500]
    _own(job, owner).update(failed_at=timezone.now(), problem=said, lease_owner="", lease_until=None)


def _gave_up(job: Job) -> str:
    return (
        f"这项工作试了 {TRIES} 次都中断了，已停止；已经做完的部分保留着。"
        f"请把编号 {str(job.uuid)[:4]} 告诉系统维护人员，处理后再重新开始。"
    )


def _open() -> QuerySet[Job]:
    return Job.objects.filter(finished_at=None, failed_at=None, cancelled_at=None)


def _own(job: Job, owner: str) -> QuerySet[Job]:
    return _open().filter(pk=job.pk, lease_owner=owner)


def _demand_cancel(job: Job, by: Actor) -> None:
    if by.is_system or (job.created_by_id is not None and job.created_by_id == by.user_id):
        return
    if job.post is None:
        raise NotAllowed("这是系统自己安排的工作，不能停止。")
    if not covers(by, job.post.division.path):
        raise NotHere


class _Renewal:
    """Keeps a lease from a thread with its own connection while the worker computes."""

    def __init__(self, job_id: int, owner: str) -> None:
        self._job_id, self._owner = job_id, owner
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _keep(self) -> None:
        try:
            while not self._done.wait(RENEW_SECONDS):
                try:
                    rows = _open().filter(pk=self._job_id, lease_owner=self._owner)
                    if not rows.update(lease_until=timezone.now() + LEASE):
                        return
                except Error:
                    _log.warning("the lease of job %s could not be renewed; trying again", self._job_id)
        finally:
            connection.close()
