"""将有变化: what changes by itself in the coming months, and the certificates that end within half a year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from zhucan.base.enums import Action
from zhucan.policies.operations.reform import note_export
from zhucan.policies.queries.coming import LONGEST, Coming, Line, Stopping, coming, stopping
from zhucan.policies.queries.turning import JOINED
from zhucan.web.access import StaffRequest, needs
from zhucan.web.forms import Form
from zhucan.web.table import Cell, Column, Row, Table
from zhucan.web.words import count, long_date, table_date
from zhucan.web.workbench.reform_people import (
    Listed,
    Span,
    change_words,
    paged,
    span_of,
    sum_words,
    sums_words,
)
from zhucan.web.workbooks import download, workbook

_USUAL = 3
_MONTHS = {1: "一个月", 3: "三个月", 6: "六个月", 12: "一年"}
_HEADINGS = ("月份", "原因", "到这一步的人", "结论或金额变的人次", "每期少", "每期多", "转待核实", "金额未知")


class _NothingYetError(Exception):
    """Nothing was matched, or no list is named: the page of 将有变化 says what to do."""


def _or_first_page(view: Callable[[StaffRequest], HttpResponseBase]) -> Callable[[StaffRequest], HttpResponseBase]:
    @wraps(view)
    def shown(request: StaffRequest) -> HttpResponseBase:
        try:
            return view(request)
        except _NothingYetError:
            return redirect("workbench:coming")

    return shown


class ComingFilter(Form):
    """How far ahead, and where."""

    months = forms.ChoiceField(label="往后看", required=False, choices=[(str(n), zh) for n, zh in _MONTHS.items()])
    place = forms.ChoiceField(label="乡镇（街道）", required=False)
    county = forms.ChoiceField(label="县（市、区）", required=False)

    def __init__(self, span: Span, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, first, known in (("place", "全部", span.townships), ("county", "", span.counties)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [*([("", first)] if first else []), *((str(key), zh) for key, zh in known.items())]
        if len(span.counties) < 2:
            del self.fields["county"]
        if len(span.townships) < 2:
            del self.fields["place"]


def _months(request: StaffRequest) -> int:
    given = request.GET.get("months") or str(_USUAL)
    if not given.isascii() or not given.isdecimal() or len(given) > 2 or not 1 <= int(given) <= LONGEST:
        raise Http404
    return int(given)


@needs(Action.SEE_FINDINGS)
@require_GET
def coming_page(request: StaffRequest) -> HttpResponse:
    """The table of months and causes, and the reminder of certificates."""
    span = span_of(request)
    months = _months(request)
    found = coming(span.county, timezone.localdate(), months) if span is not None else None
    if span is None or found is None:
        return render(request, "web/coming/none.html", {"heading": "将有变化"})
    lines = found.lines(span.low, span.last)
    soon = stopping(found, span.low, span.last)
    kept = urlencode([*span.parameters, ("months", str(months))])
    data = {"months": str(months), "place": str(span.place or ""), "county": str(span.county)}
    context = {
        "heading": "将有变化", "filter_form": ComingFilter(span, data), "table": _table(found, lines, kept),
        "figures": [_reminder(found, soon, kept)], "found": found, "export_url": f"{_url('coming_export')}?{kept}",
        "tested": [found.words(each.key) for each in found.tested if each.fact == "birth_date"], "soon": soon,
        "unpriced": sum(line.unpriced for line in lines),
    }  # fmt: skip
    return render(request, "web/coming/coming.html", context)


def _url(name: str) -> str:
    return reverse(f"workbench:{name}")


def _reminder(found: Coming, soon: Stopping, kept: str) -> dict[str, object]:
    stops = sums_words(soon.fen)
    return {
        "count": soon.persons, "unit": "证", "title": "今天起六个月内到期",
        "url": f"{_url('coming_certificates')}?{kept}",
        "money": f"随之停 {stops}" if stops else "", "note": f"其中 {soon.losing:,} 人会停待遇",
    }  # fmt: skip


def _table(found: Coming, lines: list[Line], kept: str) -> Table:
    columns = [
        Column("month", "月份"), Column("cause", "原因", wraps=True), Column("persons", "到这一步", "人", numeric=True),
        Column("moves", "结论或金额变", "人次", numeric=True), Column("less", "少"), Column("more", "多"),
        Column("doubt", "转待核实"),
    ]  # fmt: skip
    return Table(
        "各月会变的", columns, [_row(line, kept) for line in lines], id="coming", show_caption=False,
        empty="这段时间里，没有人因为日期而改变结论。",
    )  # fmt: skip


def _row(line: Line, kept: str) -> Row:
    query = urlencode([("month", line.month.isoformat()), ("cause", line.cause)])
    lists = f"{_url('coming_list')}?{query}&{kept}"
    persons = None if JOINED in line.cause else count(line.persons)
    note = f"另有 {line.unpriced:,} 人次金额未知" if line.unpriced else ""
    return Row([
        Cell(f"{line.month:%Y-%m}"), Cell(line.words, is_header=True),
        Cell(persons, url=f"{lists}&show=persons" if line.persons else ""),
        Cell(count(line.moves), url=lists if line.moves else ""), Cell(sums_words(line.less)),
        Cell(sums_words(line.more)), Cell(sums_words(line.doubt), note=note),
    ])  # fmt: skip


@needs(Action.EXPORT)
@require_GET
@_or_first_page
def coming_export(request: StaffRequest) -> HttpResponse:
    """The table as a workbook."""
    span, found = _found(request)
    lines = found.lines(span.low, span.last)
    rows: list[list[str | int | float | None]] = [
        [f"{line.month:%Y-%m}", line.words, line.persons, line.moves, sums_words(line.less), sums_words(line.more),
         sums_words(line.doubt), line.unpriced]
        for line in lines
    ]  # fmt: skip
    title = f"将有变化：{long_date(found.on)}起"
    return download(workbook(title, _HEADINGS, rows), "将有变化.xlsx")


def _found(request: StaffRequest) -> tuple[Span, Coming]:
    span = span_of(request)
    found = coming(span.county, timezone.localdate(), _months(request)) if span is not None else None
    if span is None or found is None:
        raise _NothingYetError
    return span, found


def _listed(request: StaffRequest) -> Listed:
    """The rows behind one number: those who reach a day, or the verdicts that change with it."""
    span, found = _found(request)
    cause, text = request.GET.get("cause", ""), request.GET.get("month", "")
    if not cause and not text:
        raise _NothingYetError
    try:
        month = date.fromisoformat(text)
        words = found.words(cause)
        events, moves = (get(month, cause, span.low, span.last) for get in (found.events, found.moves))
    except (ValueError, LookupError):
        raise Http404 from None
    when = f"{month.year}年{month.month}月"
    if request.GET.get("show") == "persons":
        rows = [(row["person"], row["place"], ()) for row in events.iter_rows(named=True)]
        return Listed(rows, [], f"{when}前{words}的人")
    columns = [Column("policy", "政策"), Column("change", "结论"), Column("before", "原来"), Column("after", "以后")]
    made = []
    for row in moves.iter_rows(named=True):
        policy = found.policies[row["policy"]]
        sums = [sum_words(row[f"fen_{side}"], row[side], policy) for side in ("before", "after")]
        made.append((row["person"], row["place"], (policy.zh, change_words(row["before"], row["after"]), *sums)))
    return Listed(made, columns, f"{when}起：{words}")


@needs(Action.SEE_FINDINGS)
@require_GET
@_or_first_page
def coming_list(request: StaffRequest) -> HttpResponse:
    """The persons behind a number of the table."""
    return _list_page(request, _listed(request), "coming_list_export")


@needs(Action.EXPORT)
@require_GET
@_or_first_page
def coming_list_export(request: StaffRequest) -> HttpResponse:
    """The same list as a workbook."""
    return _list_export(request, _listed(request), "将有变化名单")


def _certificates(request: StaffRequest) -> Listed:
    span, found = _found(request)
    rows = []
    for row in found.ending(span.low, span.last).iter_rows(named=True):
        policy = found.policies.get(row["policy"])
        stops = (policy.zh, sum_words(row["fen"], True, policy)) if policy else ("没有", "")
        rows.append((row["person"], row["place"], (table_date(date.fromordinal(row["day"].toordinal() - 1)), *stops)))
    columns = [Column("until", "有效期至"), Column("policy", "随之停的待遇"), Column("fen", "金额")]
    return Listed(rows, columns, f"{long_date(found.endings_until)}前到期的残疾人证")


@needs(Action.SEE_FINDINGS)
@require_GET
@_or_first_page
def coming_certificates(request: StaffRequest) -> HttpResponse:
    """Certificates that end soon, one line for each benefit that stops with one."""
    span, found = _found(request)
    listed = _certificates(request)
    persons = stopping(found, span.low, span.last).persons
    note = f"{persons:,} 证，{len(listed.rows):,} 行：一人停几项待遇就有几行。"
    return _list_page(request, listed, "coming_certificates_export", note)


@needs(Action.EXPORT)
@require_GET
@_or_first_page
def coming_certificates_export(request: StaffRequest) -> HttpResponse:
    """The same list as a workbook."""
    return _list_export(request, _certificates(request), "六个月内到期")


def _list_page(request: StaffRequest, listed: Listed, export: str, note: str = "") -> HttpResponse:
    query = urlencode([(key, value) for key, value in request.GET.items() if key not in ("page", "print")])
    kept = urlencode([(key, request.GET[key]) for key in ("county", "place", "months") if key in request.GET])
    context = paged(request, listed, empty="没有人。") | {
        "back_url": f"{_url('coming')}?{kept}", "back_title": "将有变化", "note": note,
        "export_url": f"{_url(export)}?{query}",
    }  # fmt: skip
    return render(request, "web/coming/people.html", context)


def _list_export(request: StaffRequest, listed: Listed, name: str) -> HttpResponse:
    note_export(what="coming", rows=len(listed.rows), by=request.actor)
    return download(listed.workbook(request.actor), f"{name}.xlsx")


urlpatterns = [
    path("coming/", coming_page, name="coming"),
    path("coming/export/", coming_export, name="coming_export"),
    path("coming/list/", coming_list, name="coming_list"),
    path("coming/list/export/", coming_list_export, name="coming_list_export"),
    path("coming/certificates/", coming_certificates, name="coming_certificates"),
    path("coming/certificates/export/", coming_certificates_export, name="coming_certificates_export"),
]
