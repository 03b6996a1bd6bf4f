"""Adopting a dated rates sheet: proposed by one person, adopted or refused by another, in force from its day.

The database is the record. Files under ``<data>/content/rates`` follow it and can be written anew from it at any time:
``write_adopted`` does so after every decision, and as a chore, so that a crash in between loses nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zhucan.base.audit import Detail, record
from zhucan.base.chores import register_chore
from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.base.jobs import enqueue
from zhucan.base.permissions import SYSTEM, Actor, NotHere, demand, scope
from zhucan.base.queries.divisions import county_of, county_path, range_of
from zhucan.exchange.operations.revisions import bump
from zhucan.policies.library import adopted_folder
from zhucan.policies.models import AdoptedPolicy, Matching, RatesProposal
from zhucan.policies.operations.matching import day_to_match
from zhucan.policies.queries.adopted import in_force_sheets
from zhucan.policies.queries.reform import Change, changed
from zhucan.policies.queries.sheets import Cells, csv_of, place_of
from zhucan.rules.errors import UnknownName

if TYPE_CHECKING:
    from zhucan.base.models import StoredFile

_CHORE_SECONDS = 60.0
MINIMUM_REASON = 4
_NOT_WAITING = "这份标准已经办过了，没有再办。请回到“标准”页看结果。"


def division_for_rates(by: Actor) -> int:
    """The division whose rates the actor may propose or adopt: his own, from the county up.

    Raises:
        Refused: his post is below the county.
    """
    if by.division > county_path(county_of(by.division)):
        raise Refused("标准由县级以上规定。您的岗位在乡镇或村，不能提出标准。请交县级办理。")
    return by.division


@transaction.atomic
def propose_rates(
    *,
    policy: str,
    rows: Sequence[Cells],
    source: str,
    stored: StoredFile | None,
    by: Actor,
    on: date,
    today: date,
) -> RatesProposal:
    """Put a sheet before a second person: rates of the actor's division from the day ``on``. Counts nothing yet.

    ``rows`` empty takes the sheet adopted for that very day back, before that day. ``stored`` is the file it
    was read from.

    Raises:
        NotAllowed: no right to propose.
        Refused: below the county, the sheet has mistakes, one for that day waits already, or there is nothing to undo.
    """
    division = division_for_rates(by)
    demand(by, Action.PROPOSE_RATES, division)
    if by.user_id is None:
        raise Refused("标准要由具体的人提出，没有提。")
    waiting = RatesProposal.objects.filter(policy=policy, division_id=division, on=on)
    if waiting.filter(adopted_at=None, refused_at=None, withdrawn_at=None).exists():
        raise Refused("同一政策、同一天的标准已有一份在等待批准，没有再提。请先撤回那一份。")
    if rows:
        _checked(policy, division, on, rows)
    else:
        _check_undo(policy, division, on, today)
    proposal = RatesProposal.objects.create(
        policy=policy, division_id=division, on=on, source=source[:200], rows=[dict(row) for row in rows],
        stored=stored, proposed_by_id=by.user_id,
    )  # fmt: skip
    details: dict[str, Detail] = {"policy": policy, "on": on.isoformat(), "rows": len(rows)}
    record(by=by, action="propose_rates", subject="rates", subject_id=proposal.pk, place=division, details=details)
    return proposal


def _checked(policy: str, division: int, on: date, rows: Sequence[Cells]) -> None:
    try:
        found = changed(Change(policy, division, on, tuple(rows)))
    except UnknownName:
        raise Refused("这项政策在这一天没有施行，没有提出。请换一个日期。") from None
    if found.after is None:
        raise Refused(f"标准表有 {len(found.sheet)} 处错误，没有提出。请改好以后重新上传。")
    if found.after.fingerprint == found.before.fingerprint:
        raise Refused("这份标准和现行的完全相同，没有提出。")


def _check_undo(policy: str, division: int, on: date, today: date) -> None:
    if on <= today:
        raise Refused("这份标准已经施行，不能撤销。请另提一份新的标准，从新的日期起算。")
    last = in_force_sheets().get((policy, division, on))
    if last is None:
        raise Refused("这一天没有批准过标准，没有可以撤销的。")


@transaction.atomic
def adopt_rates(*, uuid: UUID, by: Actor, on: date) -> RatesProposal:
    """Adopt a waiting sheet as a second person; from its day on it counts. Queues the matching of its counties.

    Raises:
        NotAllowed: no right to adopt.
        NotHere: no such proposal in the actor's division.
        Refused: he proposed it himself, it was decided already, or the law it was checked against has changed.
    """
    proposal = _waiting(uuid, by)
    if proposal.rows:
        _checked(proposal.policy, proposal.division_id, proposal.on, proposal.rows)
        _keep_text(proposal)
    else:
        _check_undo(proposal.policy, proposal.division_id, proposal.on, on)
    proposal.adopted_at = timezone.now()
    proposal.decided_by_id = by.user_id
    proposal.save(update_fields=["adopted_at", "decided_by"])
    _audit("adopt_rates", proposal, by)
    for county in _counties(proposal.division_id):
        bump(county)
        _queue(proposal, county, "adopted", by)
    transaction.on_commit(write_adopted)
    return proposal


@transaction.atomic
def refuse_rates(*, uuid: UUID, reason: str, by: Actor, on: date) -> RatesProposal:
    """Refuse a waiting sheet as a second person, with a reason; nothing changes.

    Raises:
        NotAllowed, NotHere, Refused: as ``adopt_rates``; Refused also without a reason.
    """
    proposal = _waiting(uuid, by)
    if len(reason.strip()) < MINIMUM_REASON:
        raise Refused(f"没有写明理由，没有退回。请至少写 {MINIMUM_REASON} 个字，让提出的人知道改什么。")
    proposal.refused_at = timezone.now()
    proposal.decided_by_id = by.user_id
    proposal.reason = reason.strip()[:200]
    proposal.save(update_fields=["refused_at", "decided_by", "reason"])
    _audit("refuse_rates", proposal, by)
    return proposal


@transaction.atomic
def withdraw_rates(*, uuid: UUID, by: Actor, on: date) -> RatesProposal:
    """Take back a sheet that waits, as whoever proposed it or a colleague who may propose.

    Raises:
        NotAllowed, NotHere: as above.
        Refused: it was decided already.
    """
    demand(by, Action.PROPOSE_RATES)
    proposal = _locked(uuid, by)
    proposal.withdrawn_at = timezone.now()
    proposal.save(update_fields=["withdrawn_at"])
    _audit("withdraw_rates", proposal, by)
    return proposal


def _waiting(uuid: UUID, by: Actor) -> RatesProposal:
    """The proposal, locked, to be decided by this actor."""
    demand(by, Action.ADOPT_RATES)
    proposal = _locked(uuid, by)
    if by.user_id is None or by.user_id == proposal.proposed_by_id:
        raise Refused("标准要由提出人以外的第二个人批准，没有办。请另一位有批准权限的同事办理。")
    return proposal


def _locked(uuid: UUID, by: Actor) -> RatesProposal:
    rows = scope(by, RatesProposal.objects.select_for_update(of=("self",)), "division__path")
    proposal = rows.filter(uuid=uuid).first()
    if proposal is None:
        raise NotHere
    if proposal.adopted_at or proposal.refused_at or proposal.withdrawn_at:
        raise Refused(_NOT_WAITING)
    return proposal


def _audit(action: str, proposal: RatesProposal, by: Actor) -> None:
    details: dict[str, Detail] = {"policy": proposal.policy, "on": proposal.on.isoformat(), "rows": len(proposal.rows)}
    place = proposal.division_id
    record(by=by, action=action, subject="rates", subject_id=proposal.pk, place=place, details=details)


def _keep_text(proposal: RatesProposal) -> None:
    """The flattened text that becomes law, and the one it replaces, by fingerprint."""
    found = changed(Change(proposal.policy, proposal.division_id, proposal.on, tuple(proposal.rows)))
    for policy in (found.before, found.after):
        if policy is not None:
            AdoptedPolicy.objects.get_or_create(
                fingerprint=policy.fingerprint,
                defaults={
                    "policy": policy.id, "division": county_of(proposal.division_id), "as_of": proposal.on,
                    "text": policy.text,
                },
            )  # fmt: skip


def _counties(division: int) -> list[int]:
    """The counties of a division that were matched once."""
    inside = tuple(map(county_of, range_of(division)))
    return sorted(set(Matching.objects.filter(county__range=inside).values_list("county", flat=True)))


def _queue(proposal: RatesProposal, county: int, when: str, by: Actor) -> None:
    as_of = day_to_match(county, timezone.localdate()).isoformat()
    key = f"match:{county}:rates:{proposal.uuid}:{when}"
    enqueue(kind="match", key=key, arguments={"county": county, "as_of": as_of}, by=by)


def write_adopted() -> bool:
    """Make the files of adopted rates what the database says; whether anything had to be written.

    Each file is put in its place in one rename; the generation is raised after the last, so that every process reads
    the library anew.
    """
    folder = adopted_folder() / "rates"
    wanted = {
        folder / place_of(division) / policy / f"{on.isoformat()}.csv": csv_of(proposal.rows)
        for (policy, division, on), proposal in in_force_sheets().items()
    }
    held = set(folder.glob("*/*/*.csv"))
    changes = [path for path, text in wanted.items() if path not in held or path.read_text("utf-8") != text]
    for path in changes:
        _write(path, wanted[path])
    for path in held - wanted.keys():
        path.unlink(missing_ok=True)
    done = bool(changes) or bool(held - wanted.keys())
    if done:
        _write(adopted_folder() / "generation", f"{time.time_ns()}\n")
    return done


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with part.open("w", encoding="utf-8", newline="") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


def follow_adopted() -> None:
    """The chore: files follow the database, and a sheet's counties are matched anew when its day comes."""
    write_adopted()
    today = timezone.localdate()
    for proposal in in_force_sheets().values():
        assert proposal.adopted_at is not None
        if timezone.localdate(proposal.adopted_at) < proposal.on <= today:
            for county in _counties(proposal.division_id):
                _queue(proposal, county, "due", SYSTEM)


register_chore("rates", _CHORE_SECONDS, follow_adopted)
