"""The first page, the entry by need, and leaving."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhucan.policies.library import folders
from zhucan.web.portal.needs import Need, load_needs
from zhucan.web.portal.pages import PortalRequest, draw, page
from zhucan.web.portal.visit import Visit, clear, keep


@page
@require_safe
def home(request: PortalRequest) -> HttpResponse:
    """What this is, and the one button."""
    return draw(request, "home")


@page
@require_http_methods(["GET", "HEAD", "POST"])
def needs(request: PortalRequest) -> HttpResponse:
    """什么事让您为难?: the check begun from what is hard, with the policies that help with it."""
    known = all_needs()
    if request.method == "POST":
        chosen = tuple(need.id for need in known if need.id in request.POST.getlist("need"))
        if chosen:
            keep(request, Visit(started=True, needs=chosen))
            return HttpResponseRedirect(reverse("portal:place"))
    wrong = request.method == "POST"
    return draw(request, "needs", {"needs": known, "has_errors": wrong}, status=422 if wrong else 200)


@page
@require_POST
def start(request: PortalRequest) -> HttpResponse:
    """Begin a check, forgetting an earlier one."""
    keep(request, Visit(started=True))
    return HttpResponseRedirect(reverse("portal:place"))


@page
@require_POST
def leave(request: PortalRequest) -> HttpResponse:
    """退出并清除: forget everything, and say so."""
    clear(request)
    return HttpResponseRedirect(reverse("portal:left"))


@page
@require_safe
def left(request: PortalRequest) -> HttpResponse:
    """That everything is forgotten."""
    return draw(request, "left")


@page
@require_safe
def contact(request: PortalRequest) -> HttpResponse:
    """How to reach a person: by writing, by going there, by phone."""
    return draw(request, "contact")


@lru_cache(maxsize=1)
def all_needs() -> tuple[Need, ...]:
    """The needs the content names, in its order."""
    return load_needs(folders())


urlpatterns = [
    path("", home, name="home"),
    path("needs/", needs, name="needs"),
    path("start/", start, name="start"),
    path("leave/", leave, name="leave"),
    path("left/", left, name="left"),
    path("contact/", contact, name="contact"),
]
