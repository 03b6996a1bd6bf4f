"""Policies to be read: who, how much, how, where; by place, in ordinary and easy text."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from zhucan.web.portal.pages import PortalRequest, draw, page


@page
@require_safe
def policy(request: PortalRequest, policy_id: str) -> HttpResponse:
    """One policy."""
    return draw(request, "policy", {"policy_id": policy_id})


urlpatterns = [path("policies/<slug:policy_id>/", policy, name="policy")]
