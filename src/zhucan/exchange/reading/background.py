"""Long computing beside a loop that goes on: so that progress is told every second and a stop is heeded at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
_PAUSE = 0.1
"""Seconds between two looks at the computing."""
_PATIENCE = 60.0
"""Seconds after which nobody seems to wait any more: the job was stopped."""


class Stopped(Exception):  # noqa: N818  # nothing is wrong: somebody asked for it
    """Nobody waits for the answer any more."""


@dataclass
class Ticker:
    """How far it is, and whether to stop; written and read by two threads, each word by one of them."""

    note: str = ""
    done: int = 0
    total: int = 0
    errors: int = 0
    stopped: bool = False
    heard_at: float = field(default_factory=time.monotonic)

    def heard(self) -> None:
        """Somebody still waits."""
        self.heard_at = time.monotonic()

    def at(self, note: str, done: int = 0, total: int = 0) -> None:
        """Tell how far it is.

        Raises:
            Stopped: nobody waits any more.
        """
        if self.stopped or time.monotonic() - self.heard_at > _PATIENCE:
            raise Stopped
        self.note, self.done, self.total = note, done, total

    def step(self, count: int = 1) -> None:
        """So many more are done. Raises: Stopped."""
        self.at(self.note, self.done + count, self.total)


class _Answer(Generic[T]):
    """What a computing came to."""

    def __init__(self) -> None:
        self.value: list[T] = []
        self.problem: BaseException | None = None


def beside(work: Callable[[], T], ticker: Ticker) -> Generator[None, None, T]:
    """Run ``work`` in a thread of its own, which must not touch the database; yields while it runs.

    A generator that is closed tells the ticker to stop. What ``work`` raises is raised here.
    """
    answer: _Answer[T] = _Answer()

    def run() -> None:
        try:
            answer.value.append(work())
        except BaseException as problem:  # told to whoever waits
            answer.problem = problem

    thread = threading.Thread(target=run, name="zhucan-reading", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(_PAUSE)
            yield
    except GeneratorExit:
        ticker.stopped = True
        thread.join(_PAUSE)
        raise
    if answer.problem is not None:
        raise answer.problem
    return answer.value[0]
