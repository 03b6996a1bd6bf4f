"""Surprises: reported by somebody nobody knows, answered or closed by the county, emptied half a year later."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zhucan.base.audit import Detail, record
from zhucan.base.chores import DAY, register_chore
from zhucan.base.errors import Refused
from zhucan.base.permissions import SYSTEM, Actor, NotHere
from zhucan.base.queries.divisions import division_at
from zhucan.policies.enums import SurpriseKind
from zhucan.policies.models import Surprise
from zhucan.policies.queries.surprises import (
    CODE_DIGITS,
    blind_of_code,
    demand_to_answer,
    is_too_many,
    surprises_in,
)
from zhucan.policies.told import Told

LONGEST_TEXT, LONGEST_CONTACT, LONGEST_ANSWER, LONGEST_NOTE = 500, 60, 1000, 200
MINIMUM_WORDS = 4
KEPT_DAYS = 180
"""Days after the answer for which her text, her answers and how to reach her are kept."""
_CHUNK = 500


@transaction.atomic
def report_surprise(
    *, policy: str, division: int, kind: SurpriseKind, text: str, contact: str, told: Told | None, at: datetime
) -> str:
    """Put a remark into the queue of a county (12 digits); who reports is not known and not kept.

    Returns:
        The code by which she asks for the answer: digits, random, stored nowhere but as a blind index.

    Raises:
        Refused: too long, nothing said of something else, no such county, or too many came within an hour.
    """
    place = division_at(division)
    if place is None:
        raise Refused("这个地方还没有开通，没有送出。请到当地残联的窗口问。")
    _check(kind, text, contact)
    if is_too_many(at):
        raise Refused("这一小时来说的人太多，没有送出。请过一小时再送，或到窗口问。")
    code = _new_code()
    one = Surprise(policy=policy, division=place, kind=kind, at=at, code_blind=blind_of_code(code))
    one.text, one.contact, one.told = text, contact, told.written() if told else ""
    one.save()
    details: dict[str, Detail] = {
        "policy": policy, "kind": kind.value, "with_answers": told is not None, "with_contact": bool(contact),
    }  # fmt: skip
    record(
        by=SYSTEM, action="report_surprise", subject="surprise", subject_id=one.pk, place=place.path, details=details
    )
    return code


def _check(kind: SurpriseKind, text: str, contact: str) -> None:
    if len(text) > LONGEST_TEXT or len(contact) > LONGEST_CONTACT:
        raise Refused(f"写得太长，没有送出。想说的话最多 {LONGEST_TEXT} 个字，联系办法最多 {LONGEST_CONTACT} 个字。")
    if kind is SurpriseKind.OTHER and not text:
        raise Refused("选了“其他”，还没有写是什么事，没有送出。请写一句。")


def _new_code() -> str:
    while True:
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        if not Surprise.objects.filter(code_blind=blind_of_code(code)).exists():
            return code


@transaction.atomic
def answer_surprise(*, uuid: UUID, answer: str, note: str, by: Actor, at: datetime) -> Surprise:
    """Answer it: whoever has the code reads the answer, the note stays in the office.

    Raises:
        NotAllowed: no right to answer.
        NotHere: no such remark in the actor's division.
        Refused: too short or too long, or answered already.
    """
    one = _open(uuid, by)
    if not MINIMUM_WORDS <= len(answer.strip()) <= LONGEST_ANSWER:
        raise Refused(f"没有答复：请写 {MINIMUM_WORDS} 到 {LONGEST_ANSWER} 个字，说清结果对不对、为什么、怎么办。")
    return _done(one, "answer_surprise", answer, note, by, at)


@transaction.atomic
def close_surprise(*, uuid: UUID, note: str, by: Actor, at: datetime) -> Surprise:
    """Close it without an answer, with a note that says why; she reads that it was looked at.

    Raises:
        NotAllowed, NotHere, Refused: as ``answer_surprise``; Refused also without a note.
    """
    one = _open(uuid, by)
    if len(note.strip()) < MINIMUM_WORDS:
        raise Refused(f"没有办结：请写至少 {MINIMUM_WORDS} 个字，说明为什么不另答复。")
    return _done(one, "close_surprise", "", note, by, at)


def _open(uuid: UUID, by: Actor) -> Surprise:
    """The remark, locked, while nobody has answered it."""
    demand_to_answer(by)
    one = surprises_in(by).select_for_update(of=("self",)).filter(uuid=uuid).first()
    if one is None:
        raise NotHere
    if one.answered_at is not None:
        raise Refused("已经有人办过了，没有再写。请看下面已有的答复。")
    return one


def _done(one: Surprise, action: str, answer: str, note: str, by: Actor, at: datetime) -> Surprise:
    if len(note.strip()) > LONGEST_NOTE:
        raise Refused(f"内部说明太长，没有存下。最多 {LONGEST_NOTE} 个字。")
    one.answer, one.note = answer.strip(), note.strip()
    one.answered_at, one.answered_by_id = at, by.user_id
    one.save(update_fields=["answer_sealed", "note_sealed", "answered_at", "answered_by"])
    place, details = one.division.path, {"policy": one.policy, "kind": one.kind}
    record(by=by, action=action, subject="surprise", subject_id=one.pk, place=place, details=details)
    return one


def note_look(*, one: Surprise, by: Actor) -> None:
    """Record that somebody read a remark."""
    record(by=by, action="see_surprise", subject="surprise", subject_id=one.pk, place=one.division.path)


def purge_surprises(*, at: datetime) -> int:
    """Delete what visitors left with remarks answered more than ``KEPT_DAYS`` ago: text, answers, how to reach them.

    Returns:
        How many remarks were emptied. Safe to call twice, and by two workers at once.
    """
    due = Surprise.objects.filter(answered_at__lt=at - timedelta(days=KEPT_DAYS), purged_at=None)
    done = 0
    while True:
        with transaction.atomic():
            chunk = list(due.values_list("pk", flat=True)[:_CHUNK])
            emptied = Surprise.objects.filter(pk__in=chunk, purged_at=None).update(
                told_sealed=b"", text_sealed=b"", contact_sealed=b"", purged_at=at
            )
            if emptied:
                record(by=SYSTEM, action="purge_surprises", subject="surprise", details={"rows": emptied})
        done += emptied
        if not chunk:
            return done


def listen() -> None:
    """Have workers purge once a day."""
    register_chore("purge surprises", DAY, lambda: purge_surprises(at=timezone.now()))
