"""What is done with a proposed sheet of rates: adopt, refuse, withdraw, take back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.policies.operations.rates import adopt_rates, propose_rates, refuse_rates, withdraw_rates
from zhucan.policies.queries.adopted import proposal_by_uuid
from zhucan.web.access import StaffRequest, needs
from zhucan.web.words import long_date


def _done(request: StaffRequest, uuid: UUID, do: Callable[[], str]) -> HttpResponse:
    """Do it, say what happened or why not, and show the proposal."""
    try:
        messages.success(request, do())
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("workbench:rates_one", uuid=uuid)


@needs(Action.ADOPT_RATES)
@require_POST
def rates_adopt(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Adopt it as a second person."""

    def adopt() -> str:
        one = adopt_rates(uuid=uuid, by=request.actor, on=timezone.localdate())
        return f"已批准，从{long_date(one.on)}起施行。相关的县会自动重新比对。"

    return _done(request, uuid, adopt)


@needs(Action.ADOPT_RATES)
@require_POST
def rates_refuse(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Refuse it as a second person, with a reason."""

    def refuse() -> str:
        refuse_rates(uuid=uuid, reason=request.POST.get("reason", ""), by=request.actor, on=timezone.localdate())
        return "已退回，理由提出人看得到。标准没有变。"

    return _done(request, uuid, refuse)


@needs(Action.PROPOSE_RATES)
@require_POST
def rates_withdraw(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Take back what waits."""

    def withdraw() -> str:
        withdraw_rates(uuid=uuid, by=request.actor, on=timezone.localdate())
        return "已撤回，没有人再会批准它。标准没有变。"

    return _done(request, uuid, withdraw)


@needs(Action.PROPOSE_RATES)
@require_POST
def rates_undo(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Propose that an adopted sheet be taken back before its day."""
    one = proposal_by_uuid(request.actor, uuid)
    today = timezone.localdate()
    try:
        made = propose_rates(
            policy=one.policy, rows=(), source="", stored=None, by=request.actor, on=one.on, today=today
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("workbench:rates_one", uuid=uuid)
    messages.success(request, "已提出撤销，等另一位同事批准。批准以前，原来那份仍然有效。")
    return redirect("workbench:rates_one", uuid=made.uuid)


urlpatterns = [
    path("rates/<uuid:uuid>/adopt/", rates_adopt, name="rates_adopt"),
    path("rates/<uuid:uuid>/refuse/", rates_refuse, name="rates_refuse"),
    path("rates/<uuid:uuid>/withdraw/", rates_withdraw, name="rates_withdraw"),
    path("rates/<uuid:uuid>/undo/", rates_undo, name="rates_undo"),
]
