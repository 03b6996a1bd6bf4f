"""Duplicates and identity faults put on the list of findings."""

from __future__ import annotations

from zhucan.base.jobs import Job, Write, enqueue, register
from zhucan.base.permissions import Actor
from zhucan.exchange.enums import FindingKind
from zhucan.exchange.operations.sync import FindingRow, sync
from zhucan.exchange.queries.revisions import revision
from zhucan.registry.queries.duplicates import Suspicion, suspicions
from zhucan.registry.signals import persons_changed

KIND = "duplicates"
"""The kind of the job that looks for them."""


def refresh_duplicates(*, county: int) -> int:
    """Bring the findings of kind ``duplicate`` of a county (6 digits) in step with what is suspicious now.

    Derived, so without an audit event. Returns how many rows were written.
    """
    return sync(county, [FindingKind.DUPLICATE], [_row(one) for one in suspicions(county)])


def _row(one: Suspicion) -> FindingRow:
    return FindingRow(
        key=one.key, kind=FindingKind.DUPLICATE, code=one.code, place=one.place, person_id=one.person, receipt_id=None,
        policy="", fen=None, months=None, reason=one.reason, basis="", question="", missing="", leans_on="",
        remark=f"涉及 {len(one.others) + 1} 份档案" if one.others else "", evidence=one.evidence,
    )  # fmt: skip


def register_duplicates() -> None:
    """Let workers of this process look for duplicates, and ask for it whenever a whole county may have changed."""
    register(KIND, _handle)
    persons_changed.connect(_ask, dispatch_uid="zhucan.registry.duplicates")


def _ask(sender: object, county: int, person_ids: frozenset[int] | None, by: Actor, **_: object) -> None:
    if person_ids is None:
        key = f"{KIND}:{county}:{revision(county)}"
        enqueue(kind=KIND, key=key, arguments={"county": county}, by=by)


def _handle(job: Job) -> Write:
    county = int(job.arguments["county"])
    rows = [_row(one) for one in suspicions(county)]

    def write() -> bool:
        """Bring the findings into step."""
        job.done = job.total = sync(county, [FindingKind.DUPLICATE], rows)
        job.note = "找出可能重复的人员"
        return True

    return write
