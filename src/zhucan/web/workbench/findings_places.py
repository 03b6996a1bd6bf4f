"""Findings by place, with a chart; and the facts that are missing, with what each answer settles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from zhucan.base.enums import Action
from zhucan.base.permissions import covers, may
from zhucan.base.queries.divisions import full_name, names_of, short_name
from zhucan.exchange.enums import FindingKind
from zhucan.exchange.queries.findings import Filters, PlaceCount, by_place, questions
from zhucan.web.access import StaffRequest, needs
from zhucan.web.charts import Bar, Chart, bars
from zhucan.web.table import Cell, Column, Row, Table
from zhucan.web.words import yuan
from zhucan.web.workbench import findings_words as words
from zhucan.web.workbench.findings_filter import read_filter
from zhucan.web.workbench.home import list_url

_SHOWN = (
    FindingKind.MISSED, FindingKind.DOUBTFUL, FindingKind.UNKNOWN, FindingKind.EXPIRY, FindingKind.PAYMENT,
    FindingKind.STRAY,
)  # fmt: skip
_MONEY = (FindingKind.MISSED, FindingKind.DOUBTFUL)


@needs(Action.SEE_FINDINGS)
@require_GET
def villages(request: StaffRequest) -> HttpResponse:
    """The places below one place: townships of a county, villages of a township."""
    actor = request.actor
    filters = read_filter(request.GET.dict())
    parent = filters.place if filters.place is not None and covers(actor, filters.place) else actor.division
    given = by_place(actor, replace(filters, kind=""), parent, on=timezone.localdate())
    names = _names(parent, given)
    kind = FindingKind(filters.kind) if filters.kind else FindingKind.MISSED
    context = {
        "heading": f"{full_name(parent)}：各地的数",
        "table": _table(given, names, filters),
        "chart": _chart(given, names, kind) if len(given) > 1 else None,
        "up": f"?{filters.query(place=None)}" if parent != actor.division else "",
        "query": replace(filters, place=parent if parent != actor.division else None).query(),
    }
    return render(request, "web/findings/villages.html", context)


def _names(parent: int, given: Sequence[PlaceCount]) -> dict[int, str]:
    names = names_of(one.path for one in given)
    rest = "未写明乡镇" if parent % 10**6 == 0 else "未写明村"
    return {
        one.path: rest if one.is_rest and one.path % 10**3 == 0 else short_name(names.get(one.path, "未写明"))
        for one in given
    }


def _table(given: Sequence[PlaceCount], names: dict[int, str], filters: Filters) -> Table:
    columns = [Column("place", "地方")]
    for kind in _SHOWN:
        columns.append(Column(kind.value, kind.label, words.unit(kind), numeric=True))
        if kind in _MONEY:
            unit = "元/月" if kind == FindingKind.MISSED else "元，当月已发"
            columns.append(Column(f"{kind.value}_fen", "金额", unit, numeric=True))
    rows = [_row(one, names[one.path], filters) for one in given]
    if len(given) > 1:
        rows.append(_total(given))
    return Table("各地的数", columns, rows, empty="这里还没有要处理的。比对之后，各乡镇和村的数列在这里。", id="places")


def _row(one: PlaceCount, name: str, filters: Filters) -> Row:
    below = "" if one.is_rest or one.path % 10**3 else f"?{filters.query(place=one.path, kind='')}"
    cells = [Cell(name, url=below, is_header=True)]
    for kind in _SHOWN:
        lines = one.lines.get(kind, 0)
        here = replace(filters, kind=kind.value, place=one.path, rest=one.is_rest)
        url = list_url(here) if lines else ""
        cells.append(Cell(f"{lines:,}", url=url))
        if kind in _MONEY:
            cells.append(Cell(yuan(one.fen.get(kind, 0))))
    return Row(cells)


def _total(given: Sequence[PlaceCount]) -> Row:
    cells = [Cell("合计", is_header=True)]
    for kind in _SHOWN:
        cells.append(Cell(f"{sum(one.lines.get(kind, 0) for one in given):,}"))
        if kind in _MONEY:
            cells.append(Cell(yuan(sum(one.fen.get(kind, 0) for one in given))))
    return Row(cells, is_total=True)


def _chart(given: Sequence[PlaceCount], names: dict[int, str], kind: FindingKind) -> Chart:
    shown = sorted(given, key=lambda one: -one.lines.get(kind, 0))
    most, total = shown[0], sum(one.lines.get(kind, 0) for one in given)
    unit = words.unit(kind)
    sentence = f"没有{kind.label}的。"
    if total:
        count = most.lines.get(kind, 0)
        sentence = (
            f"{kind.label}共 {total:,} {unit}，{names[most.path]}最多，{count:,} {unit}，占 {100 * count // total}%。"
        )
    given_bars = [Bar(names[one.path], one.lines.get(kind, 0)) for one in shown]
    return bars("places-chart", f"各地{kind.label}", sentence, given_bars, unit=unit, axis="地方")


@needs(Action.SEE_FINDINGS)
@require_GET
def missing(request: StaffRequest) -> HttpResponse:
    """Each missing fact: how it is asked, what its answer settles, whose lines they are."""
    actor = request.actor
    filters = replace(read_filter(request.GET.dict()), kind="", missing="", alone=False)
    asked = questions(actor, filters, on=timezone.localdate())
    rows = []
    for one in asked:
        alone = replace(filters, kind=FindingKind.UNKNOWN.value, missing=one.fact, alone=True)
        every = replace(alone, alone=False)
        rows.append(
            Row(
                [
                    Cell(words.fact_title(one.fact), is_header=True),
                    Cell(words.fact_question(one.fact)),
                    Cell(f"{one.settles:,}", url=list_url(alone) if one.settles else ""),
                    Cell(f"{one.persons:,}"),
                    Cell(yuan(one.fen) if one.fen else ""),
                    Cell(f"{one.lines:,}", url=list_url(every)),
                ]
            )
        )
    columns = [
        Column("fact", "要知道的事"), Column("ask", "怎么问", wraps=True),
        Column("settles", "问清可定", "条", numeric=True), Column("persons", "要问", "人", numeric=True),
        Column("fen", "涉及金额", "元/月", numeric=True), Column("lines", "缺这一项的", "条", numeric=True),
    ]  # fmt: skip
    first = asked[0] if asked and asked[0].settles else None
    context = {
        "heading": "缺哪些情况",
        "heading_note": full_name(filters.place or actor.division),
        "table": Table(
            "先问上面的，定下的多", columns, rows, empty="没有待核实的。缺一项情况才能定的人，会按要问的问题列在这里。",
            id="questions",
        ),
        "first": first,
        "ask": words.fact_question(first.fact) if first else "",
        "may_print": may(actor, Action.EXPORT) and bool(asked),
        "visits_url": _visits_url(filters),
    }  # fmt: skip
    return render(request, "web/findings/questions.html", context)


def _visits_url(filters: Filters) -> str:
    place = f"&place={filters.place}" if filters.place is not None else ""
    return f"{reverse('workbench:visits')}?kinds=unknown{place}"


urlpatterns = [
    path("findings/villages/", villages, name="villages"),
    path("findings/questions/", missing, name="questions"),
]
