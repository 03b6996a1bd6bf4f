"""A folder of files taken in without pages: for the command line and the demonstration; the same operations."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from zhucan.base import jobs
from zhucan.base.errors import Refused
from zhucan.base.permissions import Actor
from zhucan.base.queries.divisions import path_of
from zhucan.base.queries.jobs import Job, job_of
from zhucan.exchange.enums import LoadState
from zhucan.exchange.models import Load
from zhucan.exchange.operations.loads import confirm_load, open_load
from zhucan.exchange.operations.steps import listeners
from zhucan.exchange.operations.work import APPLY, READ, key_of
from zhucan.files.guards import SPREADSHEETS, is_regular

Progress = Callable[[str, int, int], None]
_PAUSE = 0.3


def import_folder(
    folder: Path, *, county: int, as_of: date, by: Actor, confirm: bool, progress: Progress | None = None
) -> Load:
    """Read the spreadsheets of a folder for a county (6 digits), and with ``confirm`` write what they say.

    The work is done in this process, or followed where a worker has taken it.

    Raises:
        NotADirectoryError: it is no folder.
        Refused: what ``open_load`` and ``confirm_load`` refuse, or the work failed; says why.
    """
    if not folder.is_dir():
        raise NotADirectoryError(folder)
    paths = [each for each in sorted(folder.iterdir(), key=lambda each: each.name) if _is_wanted(each)]
    return import_files(
        [(path.name, path.read_bytes()) for path in paths], county=county, as_of=as_of, by=by, confirm=confirm,
        progress=progress,
    )  # fmt: skip


def import_files(
    files: list[tuple[str, bytes]], *, county: int, as_of: date, by: Actor, confirm: bool,
    progress: Progress | None = None,
) -> Load:  # fmt: skip
    """The same for files in memory (name, bytes)."""
    tell = progress or _silent
    digest = hashlib.sha256(f"{county} {as_of} {time.time_ns()}".encode()).hexdigest()
    load = open_load(files=files, division=path_of(county), as_of=as_of, key=f"folder:{digest[:40]}", by=by, on=as_of)
    _do(load, READ, tell)
    load.refresh_from_db()
    if load.state is LoadState.FAILED:
        raise Refused(load.problem)
    if confirm:
        confirm_load(load=load, by=by, on=as_of)
        load.refresh_from_db()
        _do(load, APPLY, tell)
        load.refresh_from_db()
    return load


def _is_wanted(path: Path) -> bool:
    return is_regular(path) and path.is_file() and path.suffix.lower() in SPREADSHEETS


def _silent(note: str, done: int, total: int) -> None:
    return None


def _do(load: Load, kind: str, tell: Progress) -> None:
    """Work, as any worker would, until this job is done; follow it where another worker has it."""
    key, owner = key_of(load, kind), jobs.owner_name()
    listeners[load.pk] = tell
    try:
        while (job := job_of(key)) is not None and not _has_ended(job):
            if not jobs.run_one(owner):
                tell(job.note, job.done, job.total)
                time.sleep(_PAUSE)
    finally:
        listeners.pop(load.pk, None)
    if job is not None and (job.failed_at or job.cancelled_at):
        raise Refused(job.problem or "这项工作被停止了，没有做完。")


def _has_ended(job: Job) -> bool:
    return bool(job.finished_at or job.failed_at or job.cancelled_at)
