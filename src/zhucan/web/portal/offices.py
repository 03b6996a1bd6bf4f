"""找附近的残联: where to go, write and call, from one's township upwards to the nation."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from zhucan.base.enums import DivisionLevel
from zhucan.base.parentage import WIDTH
from zhucan.base.queries.divisions import children_of, county_of, county_path, full_name, full_names, path_of
from zhucan.policies.library import folders, generation
from zhucan.policies.queries.sheets import digits_of
from zhucan.rules.errors import ContentError
from zhucan.web.portal.office_book import Office, load_offices
from zhucan.web.portal.pages import PortalRequest, draw, page
from zhucan.web.portal.where import Spot, placed

_log = logging.getLogger(__name__)
_KIND_WORDS = {
    "残联": gettext_noop("残联"), "办事窗口": gettext_noop("办事窗口"), "民政": gettext_noop("民政"),
    "热线": gettext_noop("热线"), "其他": gettext_noop("其他"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """An office with the words for its kind."""

    office: Office
    kind: str


@dataclass(frozen=True, slots=True)
class Group:
    """The offices that answer for one place; ``digits`` is "" for the nation."""

    digits: str
    name: str
    offices: Sequence[Listed]


@page
@require_safe
@placed
def offices(request: PortalRequest, spot: Spot) -> HttpResponse:
    """The offices of a place and of all above it, the nearest first; where the nearest has none, that is said."""
    line, county = _upwards(spot.path), county_path(county_of(spot.path))
    groups = _groups(line)
    below = children_of(county) if county else []
    townships = [(digits_of(one.path), one.name) for one in below if one.level == DivisionLevel.TOWNSHIP]
    is_missing = bool(spot.path and groups) and groups[0].digits != spot.digits
    given = {
        "spot": spot, "groups": groups, "missing": spot.name if is_missing else "",
        "instead": (groups[0].digits and groups[0].name) or _("全国") if is_missing else "",
        "townships": townships, "county": full_name(county) if townships else "", "county_digits": digits_of(county),
        "chosen": next((digits for digits in map(digits_of, line) if digits in dict(townships)), ""),
        "here": request.get_full_path(),
    }  # fmt: skip
    return draw(request, "offices", given)


def _upwards(path_: int) -> list[int]:
    """A place's path and those of all above it, the nation (0) last. Arithmetic: zeros say the level."""
    return list(dict.fromkeys([*(path_ // WIDTH[level] * WIDTH[level] for level in sorted(WIDTH, reverse=True)), 0]))


def _groups(line: Sequence[int]) -> list[Group]:
    known = all_offices()
    names = full_names([each for each in line if each])
    groups = [
        Group(
            digits_of(each) if each else "", names.get(each, "") if each else _("全国都能用"),
            [Listed(office, _(_KIND_WORDS[office.kind])) for office in known.get(each, ())],
        )
        for each in line
    ]  # fmt: skip
    return [group for group in groups if group.offices]


def all_offices() -> Mapping[int, Sequence[Office]]:
    """The offices of all content folders by the path of their place, 0 the nation.

    A folder whose file has mistakes is left out, and the log names them: a hotline is better than no page.
    """
    return _offices(generation())


@lru_cache(maxsize=1)
def _offices(_generation: int) -> Mapping[int, Sequence[Office]]:
    found: dict[int, list[Office]] = {}
    for folder in folders():
        try:
            for office in load_offices([folder]):
                found.setdefault(path_of(int(office.division)) if office.division else 0, []).append(office)
        except ContentError as error:
            _log.error("办事处名单有错，这份没有用：\n%s", error)
    return found


urlpatterns = [path("offices/", offices, name="offices")]
