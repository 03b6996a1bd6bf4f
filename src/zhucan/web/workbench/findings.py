"""名单: the list with its filter, the filters somebody keeps, the sheet and the paper of exactly what is filtered."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from zhucan.base import audit
from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.base.permissions import Actor, may
from zhucan.base.queries.divisions import full_name
from zhucan.exchange.operations.findings import drop_filter, save_filter
from zhucan.exchange.queries.findings import (
    BadFilterError,
    Filters,
    counts,
    findings,
    listed,
    reasons,
    same_filter_digest,
    saved_filters,
)
from zhucan.match.outputs.tables import Book, IndexEntry
from zhucan.match.outputs.tables import Column as SheetColumn
from zhucan.web.access import StaffRequest, needs
from zhucan.web.table import Link, Pagination
from zhucan.web.words import long_date
from zhucan.web.workbench.findings_filter import filter_form, read_filter, said
from zhucan.web.workbench.findings_table import COLUMNS, ListColumn, Shown, screen_table
from zhucan.web.workbooks import download

if TYPE_CHECKING:
    from zhucan.exchange.models import Finding

SIZES = (50, 100, 200)
MOST_EXPORTED = 50_000
MOST_PRINTED = 2_000
_EMPTY = "没有符合这个筛选的。比对之后，应享未享、疑似不应享、待核实、发放差错和快到期的证都列在这里；换一个筛选试试。"


@needs(Action.SEE_FINDINGS)
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """The list. Its address says all that it shows, except how long it is today."""
    actor, today = request.actor, timezone.localdate()
    filters = read_filter(request.GET.dict())
    rows = findings(actor, filters, on=today).select_related("person")
    numbers = counts(actor, Filters.read(dict(_without_kind(filters))), on=today)
    total = sum(one.lines for kind, one in numbers.items() if not filters.kind or kind.value == filters.kind)
    page, pagination = _page(request.GET, rows, filters, total)
    tabs = [Link(one.name, f"?{one.query}", current=one.query == filters.query()) for one in saved_filters(actor)]
    shown = Shown.of(actor, page, today, filters)
    settles = may(actor, Action.SETTLE_FINDINGS) and bool(page)
    context = {
        "heading": "名单",
        "heading_note": said(actor, filters),
        "filter_form": filter_form(actor, filters, numbers, reasons(actor, filters, on=today), today),
        "tabs": [Link("全部待处理", "?", current=not filters.query()), *tabs] if tabs else [],
        "is_saved": any(tab.current for tab in tabs),
        "list": screen_table(shown, page, form="bulk" if settles else "", empty=_EMPTY),
        "page": pagination,
        "total": total,
        "fen": sum(one.fen for kind, one in numbers.items() if kind.value == filters.kind) or None,
        "settles": settles,
        "query": filters.query(),
        "actions": [
            {"title": "情况属实", "value": "true"}, {"title": "情况不实", "value": "false"},
            {"title": "暂缓", "value": "postponed"},
        ],
        "may_export": may(actor, Action.EXPORT) and bool(total),
    }  # fmt: skip
    return render(request, "web/findings/list.html", context)


def _without_kind(filters: Filters) -> list[tuple[str, str]]:
    return [pair for pair in filters.pairs() if pair[0] != "kind"]


def _page(given: QueryDict, rows: QuerySet[Finding], filters: Filters, total: int) -> tuple[list[Finding], Pagination]:
    size = next((one for one in SIZES if given.get("size") == str(one)), SIZES[0])
    begun = _number(given.get("from", ""))
    try:
        page = listed(rows, size=size, after=given.get("after", ""), before=given.get("before", ""))
    except BadFilterError:
        page, begun = listed(rows, size=size), 1
    kept = QueryDict(filters.query(), mutable=True)
    if size != SIZES[0]:
        kept["size"] = str(size)

    def url(**more: str) -> str:
        link = kept.copy()
        for name, value in more.items():
            link["from" if name == "begun" else name] = value
        return f"?{link.urlencode()}"

    previous, following = "", ""
    if page.has_previous:
        previous = url(before=page.first_key, begun=str(max(begun - size, 1)))
    if page.has_next and page.rows:
        following = url(after=page.last_key, begun=str(begun + len(page.rows)))
    sizes = [Link(str(one), url(size=str(one)), current=one == size) for one in SIZES] if total > SIZES[0] else []
    return list(page.rows), Pagination(begun, begun + len(page.rows) - 1, total, previous, following, sizes)


def _number(text: object) -> int:
    return int(str(text)) if str(text).isascii() and str(text).isdigit() and len(str(text)) < 9 else 1


@needs(Action.SEE_FINDINGS, write=Action.SEE_FINDINGS)
@require_POST
def keep(request: StaffRequest) -> HttpResponse:
    """Give a filter a name, or forget one."""
    query = read_filter(QueryDict(request.POST.get("query", "")).dict()).query()
    name = request.POST.get("name", "")
    try:
        if request.POST.get("drop"):
            drop_filter(name=name, by=request.actor)
            messages.success(request, f"已删去常用筛选“{name}”，名单没有变。")
        else:
            save_filter(name=name, query=query, by=request.actor)
            messages.success(request, f"已存为常用筛选“{name.strip()}”，在名单上面点名字就打开。")
    except Refused as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(f"{reverse('workbench:findings')}?{query}")


@needs(Action.EXPORT)
@require_GET
def export(request: StaffRequest) -> HttpResponse:
    """The filtered rows and shown columns as a workbook, names in full; recorded."""
    actor, today = request.actor, timezone.localdate()
    filters = read_filter(request.GET.dict())
    rows = list(findings(actor, filters, on=today).select_related("person")[: MOST_EXPORTED + 1])
    if len(rows) > MOST_EXPORTED:
        messages.error(request, f"没有导出：一次最多 {MOST_EXPORTED:,} 条。请先按乡镇或种类筛选，再分几次导出。")
        return HttpResponseRedirect(f"{reverse('workbench:findings')}?{filters.query()}")
    data = _workbook(actor, rows, Shown.of(actor, rows, today, filters, clear=True))
    _record(actor, "export_findings", filters, len(rows))
    return download(data, f"名单_{said(actor, filters)}_{today}.xlsx")


def _workbook(actor: Actor, rows: list[Finding], shown: Shown) -> bytes:
    columns = [_sheet_column(one, shown) for one in COLUMNS]
    persons = len({row.person_id for row in rows if row.person_id})
    fen = _sum(rows, shown.filters)
    entry = IndexEntry("名单", said(actor, shown.filters), len(rows), "条", persons, fen, "" if fen is None else "合计")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        with Book(path, full_name(actor.division), long_date(shown.on)) as book:
            book.add_index([entry])
            book.add("名单", columns, rows)
        return path.read_bytes()


def _sum(rows: Sequence[Finding], filters: Filters) -> int | None:
    """What the rows come to, in 分; None where their sums mean different things, or there are none."""
    known = [row.fen for row in rows if row.fen is not None]
    return sum(known) if filters.kind and known else None


def _sheet_column(one: ListColumn, shown: Shown) -> SheetColumn[Finding]:
    return SheetColumn(
        one.column.heading, one.width, lambda row: one.text(shown, row), number=one.number, money=one.fen,
        wrap=one.column.wraps,
    )  # fmt: skip


@needs(Action.EXPORT)
@require_GET
def paper(request: StaffRequest) -> HttpResponse:
    """The same rows on paper, with the sums and a place to sign; recorded."""
    actor, today = request.actor, timezone.localdate()
    filters = read_filter(request.GET.dict())
    rows = list(findings(actor, filters, on=today).select_related("person")[: MOST_PRINTED + 1])
    if len(rows) > MOST_PRINTED:
        messages.error(request, f"没有打印：一次最多 {MOST_PRINTED:,} 条。请先按乡镇或村筛选，再分几次打印。")
        return HttpResponseRedirect(f"{reverse('workbench:findings')}?{filters.query()}")
    _record(actor, "print_findings", filters, len(rows))
    shown = Shown.of(actor, rows, today, filters, clear=True)
    context = {
        "heading": f"名单：{said(actor, filters)}",
        "heading_note": f"共 {len(rows):,} 条",
        "list": screen_table(shown, rows, form="", empty=_EMPTY),
        "total": len(rows),
        "fen": _sum(rows, filters),
        "query": filters.query(),
    }
    return render(request, "web/findings/paper.html", context)


def _record(actor: Actor, action: str, filters: Filters, lines: int) -> None:
    details: dict[str, audit.Detail] = {"filter": same_filter_digest(filters), "lines": lines, "kind": filters.kind}
    audit.record(by=actor, action=action, subject="findings", place=filters.place or actor.division, details=details)


urlpatterns = [
    path("findings/", index, name="findings"),
    path("findings/filters/", keep, name="findings_keep"),
    path("findings/export/", export, name="findings_export"),
    path("findings/print/", paper, name="findings_print"),
]
