"""Surprises: the queue of a county, one of them, and what somebody reads who has its code."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, QuerySet

from zhucan.base.enums import Action, FieldGroup
from zhucan.base.permissions import Actor, NotAllowed, NotHere, demand, may, scope, sees
from zhucan.base.secrets import blind
from zhucan.policies.enums import SurpriseState
from zhucan.policies.models import Surprise

CODE_DIGITS = 10
MOST_AN_HOUR = 120
"""Remarks taken within an hour by the whole installation: more is no county, but a machine."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is told to whoever has the code of a remark: which policy, when it came, where it stands, the answer."""

    policy: str
    at: datetime
    state: SurpriseState
    answer: str
    answered_at: datetime | None


def may_answer(actor: Actor) -> bool:
    """Whether remarks are any business of the actor: the right, and an office that sees how people live."""
    return may(actor, Action.ANSWER_VISITORS) and sees(actor, FieldGroup.HARDSHIP)


def demand_to_answer(actor: Actor) -> None:
    """Nothing, where the actor may read and answer remarks.

    Raises:
        NotAllowed: his role lacks the right, or his office does not see how people live.
    """
    demand(actor, Action.ANSWER_VISITORS)
    if not sees(actor, FieldGroup.HARDSHIP):
        raise NotAllowed("来说的话里有残疾和家庭情况，您所在的单位看不到。请由残联或民政答复。")


def surprises_in(actor: Actor) -> QuerySet[Surprise]:
    """The remarks to counties within the actor's division: open ones first, the oldest at the top; then those answered,
    the latest at the top.
    """
    rows = scope(actor, Surprise.objects.all(), "division__path").select_related("division", "answered_by")
    return rows.order_by(F("answered_at").desc(nulls_first=True), "at", "id")


def open_count(actor: Actor) -> int:
    """How many wait for an answer in the actor's division. One query."""
    return surprises_in(actor).filter(answered_at=None).count()


def policies_named(actor: Actor) -> list[str]:
    """The ids of the policies there are remarks on."""
    return sorted(set(surprises_in(actor).order_by().values_list("policy", flat=True)))


def surprise_by_uuid(actor: Actor, uuid: UUID) -> Surprise:
    """One of them.

    Raises:
        NotAllowed: the actor may not read remarks.
        NotHere: there is none, or none the actor may know of.
    """
    demand_to_answer(actor)
    found = surprises_in(actor).filter(uuid=uuid).first()
    if found is None:
        raise NotHere
    return found


def is_too_many(at: datetime) -> bool:
    """Whether no more remarks are taken for now."""
    return Surprise.objects.filter(at__gt=at - timedelta(hours=1)).count() >= MOST_AN_HOUR


def digits_of_code(text: str) -> str:
    """The digits of a code as somebody types it: with spaces, dashes or full-width digits. Empty where it is none."""
    plain = "".join(each for each in unicodedata.normalize("NFKC", text) if not each.isspace() and each not in "-—–")
    return plain if len(plain) == CODE_DIGITS and plain.isascii() and plain.isdigit() else ""


def blind_of_code(code: str) -> bytes:
    """The blind index of a code."""
    return blind("surprise", code)


def heard_by_code(code: str) -> Heard | None:
    """What is told to whoever has this code (digits); None where there is no such remark."""
    one = Surprise.objects.filter(code_blind=blind_of_code(code)).first() if code else None
    return None if one is None else Heard(one.policy, one.at, one.state, one.answer, one.answered_at)
