"""Trying a change of policy: the audit row, the one thing a what-if leaves behind."""

from __future__ import annotations

from zhucan.base.audit import Detail, record
from zhucan.base.enums import Action
from zhucan.base.permissions import Actor, demand
from zhucan.policies.queries.reform import Change


def note_simulation(*, change: Change, by: Actor) -> None:
    """Record that somebody tried a change: which policy, which day, how much of it was changed.

    Raises:
        NotAllowed, NotHere: he may not, or not there.
    """
    demand(by, Action.SIMULATE)
    details: dict[str, Detail] = {
        "policy": change.policy, "on": change.on.isoformat(), "rows": len(change.rows),
        "conditions": len(change.conditions or {}), "off": len(change.off),
    }  # fmt: skip
    record(by=by, action="simulate", subject="policy", place=change.division, details=details)


def note_export(*, what: str, rows: int, by: Actor) -> None:
    """Record that a list of persons was exported: which one and how many rows.

    Raises:
        NotAllowed: he may not export.
    """
    demand(by, Action.EXPORT)
    record(by=by, action="export", subject=what, place=by.division, details={"rows": rows})
