"""Policies to be read: who, how much, how, where; by place, in ordinary and easy text; and a search for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhucan.base.queries.divisions import county_of, county_path, full_name
from zhucan.policies.library import library
from zhucan.policies.queries.texts import policies_on, policy_on
from zhucan.rules.policy import Policy
from zhucan.web.portal.asking import AnswerError
from zhucan.web.portal.home import all_needs
from zhucan.web.portal.needs import Need
from zhucan.web.portal.pages import PortalRequest, Reader, day_words, draw, page
from zhucan.web.portal.policy_parts import gist_of, guide_for, issued_words, rates_for
from zhucan.web.portal.policy_search import LONGEST, find, plain
from zhucan.web.portal.policy_words import otherwise_of, words_for
from zhucan.web.portal.where import Spot, placed


@dataclass(frozen=True, slots=True)
class Line:
    """A policy in a list: title, what it gives in a few words, its page."""

    title: str
    gist: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The policies that help with one need; ``id`` is its place on the page."""

    id: str
    title: str
    pictogram: str
    lines: Sequence[Line]


@page
@require_http_methods(["GET", "HEAD", "POST"])
@placed
def policies(request: PortalRequest, spot: Spot) -> HttpResponse:
    """All policies of a place by need. What is looked for is sent, never written into an address."""
    today, spot = timezone.localdate(), _no_nearer_than_a_county(spot)
    typed = request.POST.get("q", "")[:LONGEST].strip()
    is_empty = request.method == "POST" and not plain(typed)
    wrong = AnswerError(_("还没有写。请写一两个词，例如“轮椅”。"), "q") if is_empty else None
    given: dict[str, object] = {"spot": spot, "typed": typed, "wrong": wrong, "has_errors": wrong is not None}
    if typed and wrong is None:
        found = find(typed, spot.path, today)
        given |= {"searched": True, "found": [_line(one, spot, request.reader) for one in found]}
    given |= {"groups": _groups(spot, today, request.reader), "here": request.get_full_path()}
    return draw(request, "policies", given, status=422 if wrong else 200)


def _groups(spot: Spot, on: date, reader: Reader) -> list[Group]:
    """By need in the order of the content; then what has none, then what is for employers."""
    all_ = policies_on(spot.path, on)
    ours = [one for one in all_ if one.subject != "organisation"]
    known = all_needs()
    groups = [
        Group(need.id, _title(need, reader), need.pictogram, _lines(_helping(ours, need), spot, reader))
        for need in known
    ]
    other = [one for one in ours if not {need.id for need in known} & set(one.needs)]
    groups.append(Group("other", _("其他"), "", _lines(other, spot, reader)))
    employers = [one for one in all_ if one.subject == "organisation"]
    groups.append(Group("employers", _("给用人单位的"), "", _lines(employers, spot, reader)))
    return [group for group in groups if group.lines]


def _helping(found: Sequence[Policy], need: Need) -> list[Policy]:
    return [one for one in found if need.id in one.needs]


def _title(need: Need, reader: Reader) -> str:
    return need.en if reader.english else need.easy if reader.easy else need.zh


def _lines(found: Sequence[Policy], spot: Spot, reader: Reader) -> list[Line]:
    return [_line(one, spot, reader) for one in found]


def _line(policy: Policy, spot: Spot, reader: Reader) -> Line:
    words = words_for(policy, reader)
    return Line(words.title, gist_of(policy), f"{words.url}{spot.query}")


@page
@require_safe
@placed
def policy(request: PortalRequest, spot: Spot, policy_id: str) -> HttpResponse:
    """One policy as it stands at a place today."""
    today, spot, reader = timezone.localdate(), _no_nearer_than_a_county(spot), request.reader
    found = policy_on(policy_id, spot.path, today) if policy_id in library().ids else None
    back = f"{reverse('portal:policies')}{spot.query}"
    if found is None:
        known = library().base(policy_id).zh if policy_id in library().ids else ""
        return draw(request, "no_policy", {"spot": spot, "known": known, "back": back}, status=404)
    given = {
        "policy": found, "words": words_for(found, reader), "guide": guide_for(found, reader), "spot": spot,
        "rates": rates_for(found, reader), "pays": (reader.english and found.english.pays) or found.pays,
        "conditions": [(otherwise_of(each, reader), each.basis) for each in found.conditions],
        "basis": [(one.title, one.number, issued_words(one.issued, reader)) for one in found.basis],
        "day": day_words(today, reader), "since": day_words(found.since, reader), "back": back,
        "place_url": f"{reverse('portal:where')}?to={found.id}", "here": request.get_full_path(),
        "is_asked_of_people": found.subject == "person",
    }  # fmt: skip
    return draw(request, "policy", given)


def _no_nearer_than_a_county(spot: Spot) -> Spot:
    """Policies are the same in all of a county, so a township's page speaks of its county."""
    county = county_path(county_of(spot.path))
    if county == spot.path:
        return spot
    return Spot(county, full_name(county), is_asked=spot.is_asked)


urlpatterns = [
    path("policies/", policies, name="policies"),
    path("policies/<slug:policy_id>/", policy, name="policy"),
]
