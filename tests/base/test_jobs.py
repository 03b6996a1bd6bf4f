"""Jobs: the same work once, leases, chunks that are written wholly or not, failures in plain words, stopping."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from zhucan.base import jobs
from zhucan.base.enums import Role
from zhucan.base.models import AuditEvent, Job, Organ
from zhucan.base.permissions import SYSTEM, Actor, NotAllowed, NotHere
from zhucan.base.queries.staff import actor_of

pytestmark = pytest.mark.django_db
Steps = Callable[[Job], None]


@pytest.fixture
def handle(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Registers a handler of three chunks that calls ``compute`` and, in the transaction, ``written``."""

    def register(compute: Steps = lambda job: None, written: Steps = lambda job: None, kind: str = "test") -> None:
        def handler(job: Job) -> Callable[[], bool]:
            compute(job)

            def write() -> bool:
                job.cursor, job.done, job.total, job.note = job.cursor + 1, job.done + 10, 30, "正在试"
                written(job)
                return job.cursor >= 3

            return write

        monkeypatch.setitem(jobs._handlers, kind, handler)

    return register


def enqueue(key: str = "one", kind: str = "test", by: Actor = SYSTEM) -> Job:
    return jobs.enqueue(kind=kind, key=key, arguments={"county": 450803}, by=by)


def stored(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_a_job_is_done_in_chunks_to_its_end(handle) -> None:
    seen: list[int] = []
    handle(compute=lambda job: seen.append(job.cursor))
    job = enqueue()
    assert job.state == "waiting"
    assert jobs.run_one("a") is True
    assert jobs.run_one("a") is False
    done = stored(job)
    assert (done.state, done.cursor, done.done, done.total, done.note) == ("done", 3, 30, 30, "正在试")
    assert (seen, done.lease_owner) == ([0, 1, 2], "")


def test_the_same_key_is_the_same_job_and_leaves_one_event(actor: Actor) -> None:
    assert enqueue(by=actor).pk == enqueue(by=actor).pk
    assert AuditEvent.objects.filter(action="enqueue_job", user_id=actor.user_id).count() == 1


def test_jobs_of_kinds_this_worker_does_not_know_wait(handle) -> None:
    handle()
    job = enqueue(kind="unknown")
    assert jobs.run_one("a") is False
    assert stored(job).state == "waiting"


def test_a_held_lease_is_respected_until_it_ends(handle) -> None:
    handle()
    job = enqueue()
    Job.objects.filter(pk=job.pk).update(lease_owner="b", lease_until=timezone.now() + timedelta(seconds=9))
    assert jobs.run_one("a") is False
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.run_one("a") is True
    assert stored(job).state == "done"


def test_a_worker_of_this_machine_that_is_gone_is_not_waited_for(handle) -> None:
    handle()
    gone = subprocess.run(
        [sys.executable, "-c", "import os, socket; print(f'{socket.gethostname()[:32]}:{os.getpid()}:x')"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    lease = timezone.now() + timedelta(seconds=30)
    job, other = enqueue(), enqueue("other")
    Job.objects.filter(pk=job.pk).update(lease_owner=gone, lease_until=lease)
    Job.objects.filter(pk=other.pk).update(lease_owner=jobs.owner_name(), lease_until=lease)
    assert jobs.run_one("a") is True
    assert jobs.run_one("a") is False
    assert (stored(job).state, stored(other).state) == ("done", "waiting")


def test_a_chunk_whose_lease_was_taken_meanwhile_writes_nothing(handle) -> None:
    def steal(job: Job) -> None:
        if job.cursor == 1:
            Job.objects.filter(pk=job.pk).update(lease_owner="b")

    handle(compute=steal)
    job = enqueue()
    assert jobs.run_one("a") is True
    assert (stored(job).cursor, stored(job).lease_owner, stored(job).state) == (1, "b", "running")


def test_a_chunk_that_dies_leaves_nothing_and_is_done_again(handle, monkeypatch: pytest.MonkeyPatch) -> None:
    dies = iter([False, True, False, False])

    def write(job: Job) -> None:
        Organ.objects.filter(pk=1).update(name="x")
        if next(dies):
            raise RuntimeError

    handle(written=write)
    job = enqueue()
    jobs.run_one("a")
    assert (stored(job).cursor, stored(job).done, stored(job).state) == (1, 10, "running")
    assert jobs.run_one("a") is False  # a little later
    Job.objects.filter(pk=job.pk).update(lease_until=None)
    jobs.run_one("a")
    assert (stored(job).cursor, stored(job).done, stored(job).state) == (3, 30, "done")


def test_after_five_deaths_in_a_row_it_has_failed_in_plain_words(handle, caplog: pytest.LogCaptureFixture) -> None:
    def die(job: Job) -> None:
        raise ValueError("13800138000 张三")

    handle(compute=die)
    job = enqueue()
    with caplog.at_level(logging.ERROR):
        for number in range(5):
            assert stored(job).state == ("waiting" if not number else "running")
            Job.objects.filter(pk=job.pk).update(lease_until=None)
            assert jobs.run_one("a") is True
    assert stored(job).state == "failed"
    assert "已停止" in stored(job).problem
    assert "张三" not in stored(job).problem + stored(job).note
    assert jobs.run_one("a") is False


def test_workers_that_die_five_times_before_one_chunk_fail_it_too(handle) -> None:
    handle()
    job = enqueue()
    Job.objects.filter(pk=job.pk).update(attempt=5, lease_owner="gone", lease_until=timezone.now())
    assert jobs.run_one("a") is True
    assert stored(job).state == "failed"


def test_a_chunk_done_gives_all_tries_again(handle) -> None:
    handle()
    job = enqueue()
    Job.objects.filter(pk=job.pk).update(attempt=4)
    jobs.run_one("a")
    assert (stored(job).state, stored(job).attempt) == ("done", 1)


def test_a_fault_is_shown_and_not_tried_again(handle) -> None:
    def refuse(job: Job) -> None:
        raise jobs.JobFault("名单里有 450803199001011234，没有导入。")

    handle(compute=refuse)
    job = enqueue()
    jobs.run_one("a")
    assert (stored(job).state, stored(job).problem) == ("failed", "名单里有 …，没有导入。")


def test_stopping_takes_effect_at_once_and_nothing_more_is_written(handle, actor: Actor) -> None:
    def stop(job: Job) -> None:
        if job.cursor == 1:
            assert jobs.cancel(job=stored(job), by=actor) is True

    handle(compute=stop)
    job = enqueue(by=actor)
    jobs.run_one("a")
    assert (stored(job).state, stored(job).cursor) == ("cancelled", 1)
    assert jobs.cancel(job=job, by=actor) is False
    assert jobs.run_one("a") is False
    assert AuditEvent.objects.filter(action="cancel_job").count() == 1


def test_others_stop_only_what_was_asked_for_in_their_division(actor: Actor, post) -> None:
    job, own = enqueue(by=actor), enqueue("system")
    with pytest.raises(NotHere):
        jobs.cancel(job=job, by=actor_of(post(Role.OFFICER, 450802000000)))
    with pytest.raises(NotAllowed):
        jobs.cancel(job=own, by=actor)
    assert jobs.cancel(job=job, by=actor_of(post(Role.OFFICER))) is True


def test_a_worker_asked_to_stop_ends_after_its_chunk_and_leaves_the_rest(handle) -> None:
    stop = threading.Event()
    handle(written=lambda job: stop.set())
    job = enqueue()
    assert jobs._take_and_work("a", stop) is True
    assert (stored(job).cursor, stored(job).lease_owner) == (1, "")
    assert jobs.run_one("b") is True
    assert stored(job).state == "done"


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_kept_while_a_chunk_takes_long(handle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "RENEW_SECONDS", 0.05)
    first, renewed = [], threading.Event()

    def wait(job: Job) -> None:
        if job.cursor:
            return
        first.append(stored(job).lease_until)
        for _ in range(200):
            if stored(job).lease_until > first[0]:
                renewed.set()
                return
            threading.Event().wait(0.05)

    handle(compute=wait)
    job = enqueue()
    jobs.run_one("a")
    assert renewed.is_set()
    assert stored(job).state == "done"
