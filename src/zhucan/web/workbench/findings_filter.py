"""The filter above a list of findings: a form whose address can be kept, with what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from django import forms
from django.http import Http404

from zhucan.base.parentage import WIDTH
from zhucan.base.permissions import Actor, covers
from zhucan.base.queries.divisions import children_of, names_of, range_of, short_name
from zhucan.exchange.enums import FindingKind, FindingState
from zhucan.exchange.queries.findings import (
    ALL,
    BadFilterError,
    Filters,
    KindCount,
    Reason,
    questions,
)
from zhucan.web.forms import Form
from zhucan.web.workbench import findings_words as words

_WIDTHS = tuple(WIDTH.values())
_LEVELS = ("省", "市", "县", "乡镇", "村")
PLACES = ("p1", "p2", "p3", "p4")
"""The selects of places, from above; each holds a path, the deepest that fits the one before it counts."""
_STATES = (
    ("", "待处理"),
    (FindingState.POSTPONED.value, "暂缓"),
    (FindingState.CLOSED.value, "已处理"),
    (ALL, "全部"),
)


def read_filter(given: Mapping[str, str]) -> Filters:
    """The filter of an address, whether it comes from the form or from a link.

    Raises:
        Http404: it says something there is not.
    """
    try:
        filters = Filters.read(given)
        if any(name in given for name in PLACES):
            filters = replace(filters, place=_deepest([given.get(name, "") for name in PLACES]))
        return filters
    except (BadFilterError, ValueError):
        raise Http404 from None


def _deepest(given: Sequence[str]) -> int | None:
    place: int | None = None
    for text in given:
        if not text:
            break
        path = Filters.read({"place": text}).place
        low, last = range_of(place) if place is not None else (0, 10**12)
        if path is None or not low <= path <= last:
            break
        place = path
    return place


class FilterForm(Form):
    """One line of selects; what is chosen elsewhere (only this fact, this month) rides along hidden."""

    kind = forms.ChoiceField(label="种类", required=False)
    policy = forms.ChoiceField(label="政策", required=False)
    state = forms.ChoiceField(label="状态", choices=_STATES, required=False)
    presumed = forms.ChoiceField(
        label="推定", choices=[("", "全部"), ("yes", "靠推定的"), ("no", "不靠推定的")], required=False
    )
    alone = forms.CharField(widget=forms.HiddenInput, required=False)
    ends = forms.CharField(widget=forms.HiddenInput, required=False)
    rest = forms.CharField(widget=forms.HiddenInput, required=False)


def filter_form(
    actor: Actor, filters: Filters, numbers: Mapping[FindingKind, KindCount], found: Sequence[Reason], on: date
) -> FilterForm:
    """The form for this filter: ``numbers`` counts the kinds, ``found`` are the policies and codes there are."""
    initial = dict(filters.pairs())
    form = FilterForm(initial=initial)
    shown = [(kind.value, f"{kind.label}（{one.lines:,}）") for kind, one in numbers.items() if one.lines]
    if filters.kind and filters.kind not in dict(shown):
        shown.append((filters.kind, FindingKind(filters.kind).label))
    _offer(form, "kind", shown)
    policies = dict.fromkeys([*(one.policy for one in found if one.policy), *filter(None, [filters.policy])])
    _offer(form, "policy", [(one, words.policy_title(one)) for one in policies])
    for name in ("alone", "ends", "rest"):
        if not getattr(filters, name):
            del form.fields[name]
    codes = {
        one.code: one.reason or one.code for one in found if one.policy in ("", filters.policy) or not filters.policy
    }
    if filters.code or (filters.kind not in ("", FindingKind.UNKNOWN.value) and len(codes) > 1):
        form.fields["code"] = forms.ChoiceField(label="原因", required=False)
        _offer(form, "code", [(code, _short(reason)) for code, reason in codes.items()], keep=filters.code)
    _add_missing(form, actor, filters, on)
    add_places(form, actor, filters)
    return form


def _offer(form: Form, name: str, choices: Sequence[tuple[str, str]], keep: str = "") -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    more = [(keep, keep)] if keep and keep not in dict(choices) else []
    field.choices = [("", "全部"), *choices, *more]


def _short(reason: str) -> str:
    return reason if len(reason) <= 24 else f"{reason[:23]}…"


def _add_missing(form: FilterForm, actor: Actor, filters: Filters, on: date) -> None:
    if filters.kind not in ("", FindingKind.UNKNOWN.value) and not filters.missing:
        return
    asked = questions(actor, replace(filters, missing="", alone=False, kind=""), on=on)
    choices = [(one.fact, words.fact_title(one.fact)) for one in asked]
    if not choices and not filters.missing:
        return
    label = "只缺" if filters.alone else "缺哪一项"
    form.fields["missing"] = forms.ChoiceField(label=label, required=False)
    if filters.missing and filters.missing not in dict(choices):
        choices.append((filters.missing, words.fact_title(filters.missing)))
    _offer(form, "missing", choices)


def add_places(form: Form, actor: Actor, filters: Filters) -> None:
    """A select for each level from the actor's own division down to one below the chosen place."""
    chosen = filters.place if filters.place is not None and covers(actor, filters.place) else actor.division
    above, at, chain = actor.division, 0, _chain(actor.division, chosen)
    for place in [*chain, None]:
        below = [one for one in children_of(above) if covers(actor, one.path)]
        if not below or at >= len(PLACES):
            return
        label = _LEVELS[_level(below[0].path)]
        name = PLACES[at]
        form.fields[name] = forms.ChoiceField(label=label, required=False)
        _offer(form, name, [(str(one.path), short_name(one.name)) for one in below])
        if place is None:
            return
        form.initial[name] = str(place)
        above, at = place, at + 1


def _level(path: int) -> int:
    return next(level for level, width in enumerate(_WIDTHS) if path % width == 0)


def _chain(top: int, place: int) -> list[int]:
    """The places between ``top`` (not included) and ``place`` (included), from above."""
    steps = [place // width * width for width in _WIDTHS]
    return [path for path in dict.fromkeys(steps) if range_of(top)[0] < path <= range_of(top)[1] and path != top]


def said(actor: Actor, filters: Filters) -> str:
    """The filter in words, for headings of sheets and papers: 应享未享，八塘街道，待处理."""
    state = dict(_STATES)["" if filters.state == FindingState.OPEN.value else filters.state]
    place = filters.place if filters.place is not None else actor.division
    parts = [
        FindingKind(filters.kind).label if filters.kind else "全部种类",
        words.policy_title(filters.policy),
        short_name(names_of([place]).get(place, "")) + ("（未写明以下的地方）" if filters.rest else ""),
        state,
        f"{'只缺' if filters.alone else '缺'}{words.fact_title(filters.missing)}" if filters.missing else "",
        {"yes": "靠推定的", "no": "不靠推定的"}.get(filters.presumed, ""),
        f"{filters.ends[:4]}年{int(filters.ends[5:])}月到期" if filters.ends else "",
    ]
    return "，".join(part for part in parts if part)
