"""What workers do beside jobs, in a thread of its own: sealing audit events, purging files, what apps register."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import close_old_connections, connection

Chore = Callable[[], object]
DAY = 24 * 3600.0
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Entry:
    every: float
    do: Chore
    last: float = field(default=float("-inf"))


_chores: dict[str, _Entry] = {}


def register_chore(name: str, every: float, do: Chore) -> None:
    """Have each worker call this every so many seconds (about); it must do no harm when two workers do it at once."""
    _chores[name] = _Entry(every, do)


def run_due(now: float) -> None:
    """Do what is due; one chore's failure is logged and stops no other."""
    for name, entry in list(_chores.items()):
        if now - entry.last < entry.every:
            continue
        entry.last = now
        try:
            entry.do()
        except Exception:
            _log.exception("the chore %s failed; it is tried again when it is due", name)
            connection.close()


class Chores:
    """Runs due chores in a thread while the block lasts."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chores", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while True:
                close_old_connections()
                run_due(time.monotonic())
                if self._done.wait(1.0):
                    return
        finally:
            connection.close()
