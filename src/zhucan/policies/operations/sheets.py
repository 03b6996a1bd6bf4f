"""Sheets as long work: made from the database by the writers of the command line, kept encrypted for a week."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from django.utils import timezone

from zhucan.base.enums import Action
from zhucan.base.files import read_stored, store_file
from zhucan.base.jobs import JobFault, enqueue, note_made, register
from zhucan.base.permissions import Actor, NotHere, demand
from zhucan.base.queries.files import stored_file
from zhucan.base.queries.jobs import Job
from zhucan.base.queries.staff import actor_who_asked
from zhucan.exchange.queries.revisions import revision
from zhucan.match.outputs.write import HAND_OVER, VISITS, WORKBOOK
from zhucan.policies.operations.outputs import NotMatched, write_results
from zhucan.policies.queries.matching import latest

KIND = "sheets"
KEPT_DAYS = 7
NAMES: Mapping[str, str] = {"result": WORKBOOK, "hand_over": HAND_OVER, "visits": f"{VISITS}.zip"}
"""What there is to fetch, and the name of its file."""


def ask_for_sheets(*, county: int, by: Actor) -> Job:
    """Queue the sheets of a county's latest matching; asked twice while nothing changed, it is one job.

    Raises:
        NotMatched: there is no finished matching.
        NotAllowed: the actor may not export.
    """
    demand(by, Action.EXPORT)
    matching = latest(county)
    if matching is None:
        raise NotMatched("这个县还没有比对过。请先开始比对，再生成表。")
    day = timezone.localdate().isoformat()
    key = f"{KIND}:{matching.pk}:{revision(county)}:{by.post_id}:{day}"
    return enqueue(kind=KIND, key=key, arguments={"county": county}, by=by)


def sheets_job(job: Job) -> Callable[[], bool]:
    """All sheets are one chunk; what is written last are the ids of the stored files."""
    by = actor_who_asked(job.created_by_id, job.post_id, on=timezone.localdate())
    if by is None:
        raise JobFault("没有生成：您已不在当时的岗位上。请换到现在的岗位，再生成一次。")
    try:
        made = _made(int(job.arguments["county"]), by)
    except NotMatched as problem:
        raise JobFault(str(problem)) from None
    job.note = "三份表已生成"

    def write() -> bool:
        """Put the finished sheets where whoever asked finds them."""
        ids = {
            f"file_{name}": store_file(name=NAMES[name], data=data, by=by, keep_days=KEPT_DAYS).pk
            for name, data in made.items()
        }
        note_made(job, ids)
        job.done = job.total = len(ids)
        return True

    return write


def read_sheet(*, job: Job, name: str, by: Actor) -> bytes:
    """One of the finished sheets, for who asked for it in the post he asked in.

    Raises:
        NotHere: there is none, or it is not his.
        Refused: its week is over.
    """
    demand(by, Action.EXPORT)
    stored_id = job.arguments.get(f"file_{name}")
    if job.kind != KIND or job.created_by_id != by.user_id or job.post_id != by.post_id or stored_id is None:
        raise NotHere
    return read_stored(stored_file(int(stored_id)))


def _made(county: int, by: Actor) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "sheets"
        write_results(county=county, out=out, by=by)
        visits = sorted((out / VISITS).glob("*.xlsx"))
        return {
            "result": (out / WORKBOOK).read_bytes(),
            "hand_over": (out / HAND_OVER).read_bytes(),
            "visits": zipped({path.name: path.read_bytes() for path in visits}),
        }


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files in one zip, in their order."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def listen() -> None:
    """Let workers make sheets; called when the app gets ready."""
    register(KIND, sheets_job)
