"""户口在哪里: the place decides which policies there are; our own county first, any other step by step."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhucan.base.enums import DivisionLevel
from zhucan.base.queries.divisions import children_of, county_of, home, provinces
from zhucan.web.portal.pages import PortalRequest, draw, page
from zhucan.web.portal.visit import keep

_ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Choice:
    """A place one can choose: its path and name."""

    path: int
    name: str


@page
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: PortalRequest) -> HttpResponse:
    """Here, or elsewhere. Where this installation is not a county's, one chooses at once."""
    if not request.visit.started:
        return _begin_anew(request)
    here = home()
    if here is None or here.level != DivisionLevel.COUNTY:
        return HttpResponseRedirect(reverse("portal:place_elsewhere"))
    answer = request.POST.get("place", "")
    if answer == str(here.path):
        return _take(request, here.path)
    if answer == _ELSEWHERE:
        request.visit.choosing = None
        keep(request, request.visit)
        return HttpResponseRedirect(reverse("portal:place_elsewhere"))
    wrong = request.method == "POST"
    chosen = request.visit.place
    given = {
        "here": request.path, "own": Choice(here.path, here.name), "has_errors": wrong,
        "chosen": "" if chosen is None else str(here.path) if chosen == county_of(here.path) else _ELSEWHERE,
    }  # fmt: skip
    return draw(request, "place", given, status=422 if wrong else 200)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def elsewhere(request: PortalRequest) -> HttpResponse:
    """A province, a city, a county: one page for each, skipped where there is only one to choose."""
    if not request.visit.started:
        return _begin_anew(request)
    choices, level = choices_below(request.visit.choosing)
    wrong = request.method == "POST"
    if wrong and "back" in request.POST:
        request.visit.choosing = None
        keep(request, request.visit)
        return HttpResponseRedirect(request.path)
    if request.method == "POST":
        chosen = next((one.path for one in choices if str(one.path) == request.POST.get("place", "")), None)
        if chosen is not None:
            below, level = choices_below(chosen)
            while len(below) == 1:
                chosen = below[0].path
                below, level = choices_below(chosen)
            if not below:
                return _take(request, chosen)
            request.visit.choosing = chosen
            keep(request, request.visit)
            return HttpResponseRedirect(request.path)
    given = {"choices": choices, "question": _question(level), "choosing": request.visit.choosing, "has_errors": wrong}
    return draw(request, "place_elsewhere", given, status=422 if wrong else 200)


def choices_below(above: int | None) -> tuple[list[Choice], DivisionLevel]:
    """What can be chosen below a place, down to counties and cities without any; none where one has arrived."""
    rows = provinces() if above is None else children_of(above)
    found = [Choice(one.path, one.name) for one in rows if one.level <= DivisionLevel.COUNTY]
    return found, DivisionLevel(rows[0].level) if found else DivisionLevel.COUNTY


def _question(level: DivisionLevel) -> str:
    return {
        DivisionLevel.PROVINCE: _("您的户口在哪个省、自治区、直辖市？"),
        DivisionLevel.PREFECTURE: _("您的户口在哪个市、州？"),
    }.get(level, _("您的户口在哪个县、区？"))


def _take(request: PortalRequest, path_: int) -> HttpResponse:
    request.visit.place, request.visit.choosing = county_of(path_), None
    keep(request, request.visit)
    return HttpResponseRedirect(reverse("portal:question", args=[1]))


def _begin_anew(request: PortalRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:lost" if request.visit.lost else "portal:home"))


urlpatterns = [
    path("place/", place, name="place"),
    path("place/elsewhere/", elsewhere, name="place_elsewhere"),
]
