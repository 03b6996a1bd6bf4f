"""Long work as a generator: it computes between its steps, a job saves what it writes, and a restart begins anew.

A generator yields None (others get a turn: progress is saved, a stop is heeded) or a ``Step``. Its memory lives in the
worker; what survives ``kill -9`` is the job's cursor and what the steps wrote.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeAlias

from zhucan.base.queries.jobs import Job
from zhucan.exchange.reading.background import Ticker

_TURN = 0.4
"""Seconds after which progress is told, though no step is done."""
Listener: TypeAlias = Callable[[str, int, int], None]
listeners: dict[int, Listener] = {}
"""Who wants to be told at once how far the work for a load is (by its id), in the same process."""


@dataclass(slots=True)
class Step:
    """Something to write in one transaction. ``cursor``: where a restart goes on (None: one further)."""

    write: Callable[[], object]
    cursor: int | None = None
    last: bool = False


Work: TypeAlias = Generator["Step | None", None, None]
Start: TypeAlias = Callable[[Job, Ticker], Work]


@dataclass(slots=True)
class _Running:
    """A generator at work for one job, and the cursor its last step left."""

    job: int
    cursor: int
    work: Work
    ticker: Ticker


class _Here(threading.local):
    running: _Running | None = None


_here = _Here()


def handler(start: Start) -> Callable[[Job], Callable[[], bool]]:
    """The job handler that runs such a generator."""

    def handle(job: Job) -> Callable[[], bool]:
        """One step of the generator that belongs to the job."""
        running = _resume(job, start)
        try:
            step = _next(running)
        except BaseException:
            forget()
            raise
        return lambda: _written(job, running, step)

    return handle


def forget() -> None:
    """Drop what this thread is at: its memory, and the thread computing beside it."""
    if _here.running is not None:
        _here.running.work.close()
        _here.running = None


def _resume(job: Job, start: Start) -> _Running:
    """The generator of the job; a new one where another job was at work, or what the last step wrote was lost."""
    running = _here.running
    if running is None or (running.job, running.cursor) != (job.pk, job.cursor):
        forget()
        ticker = Ticker()
        running = _here.running = _Running(job.pk, job.cursor, start(job, ticker), ticker)
    running.ticker.heard()
    return running


def _next(running: _Running) -> Step | None:
    """The next step, or None when it is time to tell how far it is."""
    begin = time.monotonic()
    while time.monotonic() - begin < _TURN:
        running.ticker.heard()
        step = next(running.work)
        if step is not None:
            return step
    return None


def _written(job: Job, running: _Running, step: Step | None) -> bool:
    """Inside the transaction: write the step and how far it is."""
    last = False
    if step is not None:
        step.write()
        job.cursor = job.cursor + 1 if step.cursor is None else step.cursor
        running.cursor, last = job.cursor, step.last
    ticker = running.ticker
    job.note, job.done, job.total, job.errors = ticker.note[:200], ticker.done, ticker.total, ticker.errors
    told = listeners.get(int(job.arguments.get("load", 0)))
    if told is not None:
        told(job.note, job.done, job.total)
    if last:
        forget()
    return last
