"""Rates sheets that were proposed: those waiting for somebody, those adopted, those in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from zhucan.base.enums import Action
from zhucan.base.permissions import Actor, NotHere, may, scope
from zhucan.policies.models import RatesProposal


def proposals_in(actor: Actor) -> QuerySet[RatesProposal]:
    """The proposals of the actor's division, newest first, with division and people."""
    rows = scope(actor, RatesProposal.objects.all(), "division__path")
    return rows.select_related("division", "proposed_by", "decided_by").order_by("-proposed_at", "-id")


def proposal_by_uuid(actor: Actor, uuid: UUID) -> RatesProposal:
    """One of them.

    Raises:
        NotHere: there is none, or none the actor may know of.
    """
    found = proposals_in(actor).filter(uuid=uuid).first()
    if found is None:
        raise NotHere
    return found


def proposals_waiting_for(actor: Actor) -> QuerySet[RatesProposal]:
    """What waits for this very actor as second person; nothing for whoever may not adopt."""
    rows = proposals_in(actor).filter(adopted_at=None, refused_at=None, withdrawn_at=None)
    return rows.exclude(proposed_by_id=actor.user_id) if may(actor, Action.ADOPT_RATES) else rows.none()


def in_force_sheets() -> Mapping[tuple[str, int, date], RatesProposal]:
    """The sheet adopted last for each policy, division (12 digits) and day, unless it was taken back."""
    found: dict[tuple[str, int, date], RatesProposal] = {}
    for proposal in RatesProposal.objects.filter(adopted_at__isnull=False).order_by("adopted_at", "id"):
        found[proposal.policy, proposal.division_id, proposal.on] = proposal
    return {key: proposal for key, proposal in found.items() if proposal.rows}
