"""The place a public page speaks of: ``?place=450803``, else where the visitor said she belongs, else our own.

A place by itself says nothing of anybody, so it may stand in an address; one chooses it from the province downwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhucan.base.enums import DivisionLevel
from zhucan.base.queries.divisions import county_path, division_at, full_name, home, path_of
from zhucan.policies.library import library
from zhucan.policies.queries.sheets import digits_of
from zhucan.web.portal.pages import PortalRequest, draw, page
from zhucan.web.portal.place import choices_below

P = ParamSpec("P")
_LENGTHS = (2, 4, 6, 9, 12)
_LISTS = ("policies", "offices")
"""What a place may be chosen for, beside one policy by its id."""


class NoPlaceError(LookupError):
    """The address names no place there is."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: its path (0: the nation), its name, and whether it stands in the address."""

    path: int
    name: str
    is_asked: bool

    @property
    def digits(self) -> str:
        """Its code without the zeros that fill it."""
        return digits_of(self.path)

    @property
    def query(self) -> str:
        """What keeps the place in an address that leads on; empty where it was not asked for."""
        return f"?{urlencode({'place': self.digits})}" if self.is_asked and self.path else ""


def placed(
    view: Callable[Concatenate[PortalRequest, Spot, P], HttpResponse],
) -> Callable[Concatenate[PortalRequest, P], HttpResponse]:
    """Gives a page the place it speaks of; an unknown one is answered with where to choose."""

    @wraps(view)
    def opened(request: PortalRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            spot = spot_of(request)
        except NoPlaceError:
            return draw(request, "no_place", {"here": reverse("portal:home")}, status=404)
        return view(request, spot, *args, **kwargs)

    return opened


def spot_of(request: PortalRequest) -> Spot:
    """The place of a request.

    Raises:
        NoPlaceError: the address asks for a place that is none.
    """
    asked = request.GET.get("place", "").strip()
    if asked:
        path_ = read_place(asked)
        return Spot(path_, full_name(path_), is_asked=True)
    if request.visit.place is not None:
        path_ = county_path(request.visit.place)
        return Spot(path_, full_name(path_), is_asked=False)
    here = home()
    return Spot(here.path, full_name(here.path), is_asked=False) if here else Spot(0, _("全国"), is_asked=False)


def read_place(text: str) -> int:
    """The path of a place by the digits of an address.

    Raises:
        NoPlaceError: no digits of a place, or of none there is.
    """
    if not (text.isascii() and text.isdecimal() and len(text) in _LENGTHS) or text.startswith("0"):
        raise NoPlaceError
    for path_ in dict.fromkeys((int(text.ljust(12, "0")), path_of(int(text)))):
        if division_at(path_) is not None:
            return path_
    raise NoPlaceError


@page
@require_safe
def where(request: PortalRequest) -> HttpResponse:
    """Choose a place: a province, a city, a county, one select after the other; then on to what it is for."""
    to = request.GET.get("to", "")
    if to not in _LISTS and to not in library().ids:
        to = _LISTS[0]
    given, above = request.GET.get("place", "").strip(), request.GET.get("above", "").strip()
    wrong = "place" in request.GET and not given
    chosen = given or above
    try:
        above_path = read_place(chosen) if chosen else None
    except NoPlaceError:
        return draw(request, "no_place", {"here": reverse("portal:home")}, status=404)
    choices, level = choices_below(above_path)
    while above_path is not None and len(choices) == 1:
        above_path = choices[0].path
        choices, level = choices_below(above_path)
    if not choices and above_path is not None:
        return HttpResponseRedirect(_onward(to, above_path))
    return draw(request, "where", {
        "to": to, "choices": [(digits_of(one.path), one.name) for one in choices], "question": _question(level),
        "above": "" if above_path is None else digits_of(above_path), "has_errors": wrong,
        "above_name": "" if above_path is None else full_name(above_path),
        "whole_url": "" if above_path is None else _onward(to, above_path), "here": request.get_full_path(),
        "start_url": f"{reverse('portal:where')}?{urlencode({'to': to})}",
    }, status=422 if wrong else 200)  # fmt: skip


def _onward(to: str, path_: int) -> str:
    address = reverse(f"portal:{to}") if to in _LISTS else reverse("portal:policy", args=[to])
    return f"{address}?{urlencode({'place': digits_of(path_)})}"


def _question(level: DivisionLevel) -> str:
    return {
        DivisionLevel.PROVINCE: _("哪个省、自治区、直辖市？"), DivisionLevel.PREFECTURE: _("哪个市、州？"),
    }.get(level, _("哪个县、区？"))  # fmt: skip


urlpatterns = [path("where/", where, name="where")]
