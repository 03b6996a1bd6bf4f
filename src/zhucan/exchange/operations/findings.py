"""Deciding about findings: one, or all a filter finds; opening them again; undoing it within seven days."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from zhucan.base import audit
from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.base.parts import parts
from zhucan.base.permissions import Actor, NotHere, covers, demand
from zhucan.exchange.enums import FindingState, FindingVerdict
from zhucan.exchange.models import Finding, SavedFilter, Settling, SettlingStep
from zhucan.exchange.queries.findings import Filters, findings, same_filter_digest, seen_token

UNDO_DAYS = 7
MOST_AT_ONCE = 5000
"""Lines one decision may be about: they are written in one transaction."""
_MOST_FILTERS = 12
_LONGEST_WAIT = timedelta(days=366)
_LEFT_SHOWN = 200
_LONG_NUMBER = re.compile(r"[0-9０-９](?:[ 　-]?[0-9０-９]){8,}")


class ChangedMeanwhile(Refused):
    """Somebody else, or a new list, changed it since the page was shown. What was typed is kept by the page."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A finding that was left as it was, and why."""

    number: str
    uuid: str
    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """What a decision about several did: how many, which not and why, and the decision itself (None: nothing done)."""

    done: int
    skipped: Sequence[Skipped]
    settling: Settling | None


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is to stand there; ``verdict`` None opens again."""

    verdict: FindingVerdict | None
    answer: str
    until: date | None = None


@transaction.atomic
def settle_finding(
    *, finding: Finding, verdict: FindingVerdict, answer: str, by: Actor, on: date, seen: str = ""
) -> Settling:
    """Close a finding: it stays closed until something it rests on changes.

    Raises:
        ChangedMeanwhile: it is not as ``seen`` (``seen_token``) any more.
        Refused: it is gone, or closed already, or the answer will not do.
        NotAllowed, NotHere: no right to, or not there.
    """
    return _decide_one(finding, _checked(verdict, answer, None, on), by, on, seen)


@transaction.atomic
def postpone_finding(
    *, finding: Finding, until: date, by: Actor, on: date, answer: str = "", seen: str = ""
) -> Settling:
    """Put a finding aside until a day, on which it stands on the list again by itself.

    Raises:
        Refused: the day is not after ``on`` or more than a year away; else as ``settle_finding``.
    """
    return _decide_one(finding, _checked(FindingVerdict.POSTPONED, answer, until, on), by, on, seen)


@transaction.atomic
def reopen_finding(*, finding: Finding, answer: str, by: Actor, on: date, seen: str = "") -> Settling:
    """Put a settled or postponed finding on the list again; ``answer`` says why.

    Raises:
        Refused: it is open; else as ``settle_finding``.
    """
    return _decide_one(finding, _Decision(None, _clean(answer)), by, on, seen)


@transaction.atomic
def note_finding(*, finding: Finding, text: str, by: Actor, on: date) -> Settling:
    """Write something down about a finding that decides nothing: it stands where it stood, and its page shows the note.

    Raises:
        Refused: there is nothing to write down, or it holds a number it must not.
    """
    demand(by, Action.SETTLE_FINDINGS, finding.place)
    if not _clean(text):
        raise Refused("没有记下：还没有写内容。")
    settling = Settling.objects.create(
        by_id=by.user_id, place=by.division, answer=_clean(text), done=1, is_note=True, until=None
    )
    SettlingStep.objects.create(settling=settling, finding=finding, after_at=finding.settled_at)
    _record("note_finding", settling, [finding], by)
    return settling


@transaction.atomic
def settle_many(
    *, filters: Filters, verdict: FindingVerdict, answer: str, by: Actor, on: date, expected_count: int,
    chosen: Mapping[str, str] | None = None, until: date | None = None,
) -> Done:  # fmt: skip
    """Decide about everything a filter finds now, or about the ``chosen`` of it ({uuid: ``seen_token``}).

    Each line goes through the checks of ``settle_finding``; those that fail them are left and reported.

    Raises:
        ChangedMeanwhile: the filter finds another number of lines than the page said.
        Refused: more than ``MOST_AT_ONCE`` lines, or the answer or day will not do.
    """
    demand(by, Action.SETTLE_FINDINGS)
    decision = _checked(verdict, answer, until, on)
    rows = findings(by, filters, on=on)
    if chosen is None:
        _expect(rows.count(), expected_count)
    else:
        rows = rows.filter(uuid__in=[*chosen])
    found = list(rows.select_for_update(of=("self",))[: MOST_AT_ONCE + 1])
    if len(found) > MOST_AT_ONCE:
        raise Refused(f"没有办理：一次最多 {MOST_AT_ONCE:,} 条。请先按乡镇或政策筛选，再分几次办。")
    return _decide(found, decision, by, on, chosen or {}, filters, _not_listed(chosen, found))


@transaction.atomic
def undo_settling(*, settling: Settling, by: Actor, on: date) -> Done:
    """Take a decision back as a whole: each finding stands as it stood before, unless somebody decided again since.

    Raises:
        Refused: undone already, or more than seven days ago.
        NotAllowed, NotHere: it is neither his own nor of his division.
    """
    demand(by, Action.SETTLE_FINDINGS)
    row = Settling.objects.select_for_update().get(pk=settling.pk)
    if row.by_id != by.user_id and not covers(by, row.place):
        raise NotHere
    _demand_undoable(row, on)
    steps = list(row.steps.select_related("finding").order_by("id"))
    back, skipped = [], []
    for step in steps:
        finding = step.finding
        if finding.settled_at != step.after_at or not covers(by, finding.place):
            skipped.append(_skipped(finding, "后来又有人办理过，保持现在的样子。"))
            continue
        finding.settled_at, finding.settled_by_id = step.before_at, step.before_by_id
        finding.verdict, finding.answer = step.before_verdict, step.before_answer
        finding.postponed_until, finding.settled_evidence = step.before_until, step.before_evidence
        back.append(finding)
    fields = ["settled_at", "settled_by", "verdict", "answer", "postponed_until", "settled_evidence"]
    Finding.objects.bulk_update(back, fields, batch_size=100)
    row.undone_at, row.undone_by_id = timezone.now(), by.user_id
    row.save(update_fields=["undone_at", "undone_by"])
    _record("undo_settling", row, back, by)
    return Done(len(back), skipped, row)


@transaction.atomic
def save_filter(*, name: str, query: str, by: Actor, page: str = "findings") -> SavedFilter:
    """Keep a filter under a name for this user; the same name again takes the new filter.

    Raises:
        Refused: no name, a name too long, or too many filters already.
    """
    name = name.strip()
    if not name or len(name) > 20:
        raise Refused("没有存：名字要写 1 到 20 个字，例如“八塘街道待核实”。")
    own = SavedFilter.objects.filter(user_id=_user(by), page=page)
    if own.exclude(name=name).count() >= _MOST_FILTERS:
        raise Refused(f"没有存：最多存 {_MOST_FILTERS} 个。请先删去不用的。")
    kept, _ = SavedFilter.objects.update_or_create(user_id=_user(by), page=page, name=name, defaults={"query": query})
    audit.record(by=by, action="save_filter", subject="saved_filter", subject_id=kept.pk)
    return kept


@transaction.atomic
def drop_filter(*, name: str, by: Actor, page: str = "findings") -> bool:
    """Forget one of this user's own filters; whether there was one of this name."""
    count, _ = SavedFilter.objects.filter(user_id=_user(by), page=page, name=name).delete()
    audit.record(by=by, action="drop_filter", details={"dropped": bool(count)})
    return bool(count)


def _user(by: Actor) -> int:
    if by.user_id is None:
        raise Refused("没有存：常用筛选是各人自己的，请登录后再存。")
    return by.user_id


def _checked(verdict: FindingVerdict, answer: str, until: date | None, on: date) -> _Decision:
    if verdict != FindingVerdict.POSTPONED:
        return _Decision(verdict, _clean(answer))
    if until is None or until <= on or until - on > _LONGEST_WAIT:
        raise Refused("没有办理：暂缓到哪一天，要写明天以后、一年以内的日期。")
    return _Decision(verdict, _clean(answer), until)


def _clean(answer: str) -> str:
    text = " ".join(answer.split())
    if len(text) > 200:
        raise Refused("没有办理：说明最多 200 个字。请写短一些。")
    if _LONG_NUMBER.search(text):
        raise Refused("没有办理：说明里不要写身份证号、电话和账号。请去掉这些号码再提交。")
    return text


def _expect(count: int, expected: int) -> None:
    if count != expected:
        raise ChangedMeanwhile(
            f"没有办理：打开页面时有 {expected:,} 条，现在筛选出 {count:,} 条。请看过现在的名单再办。"
        )


def locked(finding: Finding) -> Finding:
    """The finding as it stands now, kept so until the end of the caller's transaction."""
    return Finding.objects.select_for_update().get(pk=finding.pk)


def _decide_one(finding: Finding, decision: _Decision, by: Actor, on: date, seen: str) -> Settling:
    demand(by, Action.SETTLE_FINDINGS, finding.place)
    row = locked(finding)
    demand(by, Action.SETTLE_FINDINGS, row.place)
    refusal = _refusal(row, decision, on, seen)
    if refusal is not None:
        raise refusal
    settling = _decide([row], decision, by, on, {}, None, []).settling
    finding.refresh_from_db()
    if settling is None:
        raise Refused("没有办理：请重新打开这一条再办。")
    return settling


def _refusal(row: Finding, decision: _Decision, on: date, seen: str) -> Refused | None:
    """Why a decision cannot be written to a finding as it stands; None where it can."""
    if seen and seen != seen_token(row):
        return ChangedMeanwhile("这一条刚刚变了：有人办理过，或名单有了新的内容。请看过现在的情况再决定。")
    state = row.state_on(on)
    if state == FindingState.GONE:
        return Refused("这一条已经不存在：名单更新后，差别没有了，不用再办。")
    if decision.verdict is None:
        return Refused("这一条没有办理过，本来就在名单上。") if state == FindingState.OPEN else None
    if state == FindingState.CLOSED:
        return Refused("这一条已经处理过。要改，请先重新打开。")
    return None


def _decide(
    rows: Sequence[Finding], decision: _Decision, by: Actor, on: date, seen: Mapping[str, str],
    filters: Filters | None, skipped: list[Skipped],
) -> Done:  # fmt: skip
    """Write a decision to the rows that take it; they are locked."""
    taken = []
    for row in rows:
        refusal = _refusal(row, decision, on, seen.get(str(row.uuid), ""))
        if refusal is None:
            taken.append(row)
        else:
            skipped.append(_skipped(row, str(refusal)))
    if not taken and filters is None:
        return Done(0, skipped, None)
    settling = Settling.objects.create(
        by_id=by.user_id, place=by.division, verdict=decision.verdict or "", answer=decision.answer,
        until=decision.until, query=filters.query()[:500] if filters else "", done=len(taken), skipped=len(skipped),
        left=[[one.number, one.uuid, one.why] for one in skipped[:_LEFT_SHOWN]],
    )  # fmt: skip
    after = None if decision.verdict is None else settling.at
    SettlingStep.objects.bulk_create([_step(settling, row, after) for row in taken], batch_size=100)
    _write(taken, decision, after, by)
    action = "reopen_findings" if decision.verdict is None else "settle_findings"
    _record(action, settling, taken, by, filters)
    return Done(len(taken), skipped, settling)


def _step(settling: Settling, row: Finding, after: datetime | None) -> SettlingStep:
    return SettlingStep(
        settling=settling, finding=row, before_at=row.settled_at, before_by_id=row.settled_by_id,
        before_verdict=row.verdict, before_answer=row.answer, before_until=row.postponed_until,
        before_evidence=row.settled_evidence, after_at=after,
    )  # fmt: skip


def _write(rows: Sequence[Finding], decision: _Decision, after: datetime | None, by: Actor) -> None:
    opened = decision.verdict is None
    for part in parts(rows):
        Finding.objects.filter(pk__in=[row.pk for row in part]).update(
            settled_at=after,
            settled_by_id=None if opened else by.user_id,
            verdict=decision.verdict or "",
            answer="" if opened else decision.answer,
            postponed_until=decision.until,
            settled_evidence=None if opened else F("evidence"),
        )


def _record(
    action: str, settling: Settling, rows: Sequence[Finding], by: Actor, filters: Filters | None = None
) -> None:
    """One event for the decision; where it is about several, one more for each person, so that his page shows it."""
    details: dict[str, audit.Detail] = {"lines": len(rows), "verdict": settling.verdict}
    if filters is not None:
        details["filter"] = same_filter_digest(filters)
    only = rows[0] if len(rows) == 1 else None
    audit.record(
        by=by, action=action, subject="settling", subject_id=settling.pk, details=details,
        person_id=only.person_id if only else None, place=only.place if only else settling.place,
    )  # fmt: skip
    for row in rows if only is None else ():
        audit.record(
            by=by, action=action, subject="finding", subject_id=row.pk, person_id=row.person_id, place=row.place,
            details={"settling": settling.pk},
        )  # fmt: skip


def _demand_undoable(row: Settling, on: date) -> None:
    if row.is_note:
        raise Refused("记下的话没有改变什么，不用撤销。")
    if row.undone_at is not None:
        raise Refused("这次办理已经撤销过了。")
    if on - timezone.localdate(row.at) > timedelta(days=UNDO_DAYS):
        raise Refused(f"没有撤销：办理已超过 {UNDO_DAYS} 天。需要时请逐条重新打开。")


def _not_listed(chosen: Mapping[str, str] | None, found: Sequence[Finding]) -> list[Skipped]:
    """Chosen lines the filter does not find any more; of them nothing is known but that."""
    missing = set(chosen or ()) - {str(row.uuid) for row in found}
    return [Skipped("", uid, "现在不在这份名单里：已办理，或差别没有了。") for uid in sorted(missing)]


def _skipped(row: Finding, why: str) -> Skipped:
    return Skipped(row.number, str(row.uuid), why)
