"""导入: the loads of the division, bringing files, and following one load from its files to its result."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from zhucan.base import audit
from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.base.files import read_stored
from zhucan.base.permissions import Actor, covers, may
from zhucan.base.queries.divisions import county_path, names_of
from zhucan.exchange.enums import LoadState
from zhucan.exchange.operations.loads import open_load
from zhucan.exchange.queries import loads as queries
from zhucan.exchange.queries.obstacles import load_kinds
from zhucan.web.access import StaffRequest, needs
from zhucan.web.forms import FilesField, Form, parameters_of
from zhucan.web.table import Link, Pagination
from zhucan.web.words import long_date, moment, money
from zhucan.web.workbench import imports_words as words
from zhucan.web.workbench.home import county_or_none
from zhucan.web.workbooks import download

if TYPE_CHECKING:
    from zhucan.exchange.models import Load

_SIZE, _ROWS = 30, 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STEPS = ("选文件", "读取", "看改动", "确认")
_MOST = 10_000
_FILES_HELP = (
    "可以一次选几个文件：花名册、低保名单、发放表等，不用对列，不用改文件名。收 .xlsx、.xls"
    "（每个不超过 20 MB、20 万行）和 .csv、.txt（每个不超过 200 MB、100 万行）。不收带宏的、加密的和压缩包。"
)


class UploadForm(Form):
    """The files, and the day they are read for."""

    lists = FilesField(label="名单文件", help_text=_FILES_HELP)
    as_of = forms.DateField(
        label="核对日",
        help_text="名单里的“在享”“在保”按这一天算。一般用本月 1 日。",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)


@needs(Action.IMPORT)
@require_GET
def imports(request: StaffRequest) -> HttpResponse:
    """The loads of the actor's division, newest first."""
    rows = queries.loads_in(request.actor)
    page, total = page_number(request), rows.count()
    shown = list(rows[(page - 1) * _SIZE : page * _SIZE])
    context = {
        "heading": "导入", "table": words.loads_table(shown, load_kinds([load.pk for load in shown])),
        "page": Pagination.of(page, _SIZE, total, parameters=parameters_of(request.GET)), "many": total > _SIZE,
        "may_bring": _county_path(request.actor) is not None,
    }  # fmt: skip
    return render(request, "web/imports/imports.html", context)


def page_number(request: StaffRequest) -> int:
    """The page asked for, from 1."""
    given = request.GET.get("page", "1")
    return min(max(int(given), 1), _MOST) if given.isascii() and given.isdigit() and len(given) < 7 else 1


def _county_path(actor: Actor) -> int | None:
    """The county the actor imports for; None where he answers for less than one, or for several."""
    county = county_or_none(actor)
    return county_path(county) if county is not None and covers(actor, county_path(county)) else None


@needs(Action.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Choose files; they are kept encrypted and read at once. Nothing is written to the register."""
    place = _county_path(request.actor)
    today = timezone.localdate()
    initial = {"as_of": today.replace(day=1), "key": secrets.token_urlsafe(24)}
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm(initial=initial)
    if request.method == "POST" and place is not None and form.is_valid():
        load = _open(request, form, place, today)
        if load is not None:
            return HttpResponseRedirect(words.load_url(load))
    county = names_of([place]).get(place, "") if place is not None else ""
    context = {
        "heading": "导入名单", "form": form, "may_bring": place is not None, "county": county, "steps": _STEPS,
    }  # fmt: skip
    return render(request, "web/imports/new.html", context, status=422 if form.errors else 200)


def _open(request: StaffRequest, form: UploadForm, place: int, today: date) -> Load | None:
    given: Sequence[UploadedFile[bytes]] = form.cleaned_data["lists"]
    files = [(str(one.name), one.read()) for one in given]
    try:
        return open_load(
            files=files, division=place, as_of=form.cleaned_data["as_of"],
            key=f"{request.actor.post_id}:{form.cleaned_data['key']}"[:64], by=request.actor, on=today,
        )  # fmt: skip
    except Refused as refusal:
        form.add_error("lists", str(refusal))
        return None


@needs(Action.IMPORT)
@require_GET
def one(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One load: how far it is, what it would change, what it changed."""
    load = queries.load_by_uuid(request.actor, uuid)
    context: dict[str, object] = {
        "heading": f"导入：{load.division.name}",
        "heading_note": f"按 {long_date(load.as_of)} 核对，{words.state_words(load)}",
        "load": load, "doing": _progress(load), "state": load.state.value, "problem": load.problem,
        **_rights(request, load),
    }  # fmt: skip
    if load.state not in (LoadState.READING, LoadState.FAILED):
        context |= _preview(request, load)
    return render(request, "web/imports/one.html", context)


def _rights(request: StaffRequest, load: Load) -> dict[str, object]:
    actor, state = request.actor, load.state
    return {
        "may_confirm": state is LoadState.READY and may(actor, Action.CONFIRM_IMPORT),
        "may_undo": queries.can_be_undone(load) and may(actor, Action.UNDO_IMPORT),
        "undo_until": moment(queries.undo_until(load)) if load.applied_at else "",
        "may_correct": state is LoadState.READY,
        "steps": _STEPS,
        "step": {LoadState.READING: 2, LoadState.READY: 3}.get(state, 4),
    }


def _preview(request: StaffRequest, load: Load) -> dict[str, object]:
    sums, counts = queries.sums_of(load), load.counts
    told = {code: counts.get(code, 0) for code in queries.SHOWN}
    show = request.GET.get("show", "")
    if show not in queries.SHOWN and show != "errors":
        show = next((code for code, count in told.items() if count), "errors")
    pending = load.state in (LoadState.READY, LoadState.APPLYING)
    return {
        "sentence": _sentence(sums, counts),
        "counts": counts,
        "added": counts.get("person.add", 0),
        "stated": counts.get("statements.new", 0),
        "ended": counts.get("statements.ended", 0),
        "strays": counts.get("receipt.stray", 0),
        "stray": money(counts.get("stray_fen", 0)),
        "not_kept": max(0, sums["not_ours"] - counts.get("receipt.stray", 0)),
        "sums": sums,
        "tables": words.tables_table(load, queries.tables_of(load), may_correct=load.state is LoadState.READY),
        "files": queries.files_of(load),
        "pending": pending,
        **(_listed(request, load, show, told) if pending else {}),
    }


def _sentence(sums: dict[str, int], counts: dict[str, int]) -> str:
    """The account of all files in one sentence: 23,139 行：新增 22,820，重复 153，拒绝 166."""
    new = counts.get("person.add", 0)
    parts = [f"新增 {new:,} 人"] if new else []
    parts += [f"{name} {sums[key]:,} 行" for key, name in queries.OUTCOMES.items() if sums[key]]
    return f"{sums['read']:,} 行：{'，'.join(parts) or '没有数据行'}。"


def _listed(request: StaffRequest, load: Load, show: str, told: dict[str, int]) -> dict[str, object]:
    page = page_number(request)
    first = (page - 1) * _ROWS
    if show == "errors":
        rows, total = queries.errors_of(load, first=first, size=_ROWS)
        table = words.errors_table(rows)
    else:
        rows, total = queries.staged_of(load, show, first=first, size=_ROWS)
        table = words.staged_table(queries.SHOWN[show][1], show, rows)
    errors = queries.sums_of(load)["rejected"]
    tabs = [
        Link(queries.SHOWN[code][1], f"?show={code}#changes", current=code == show, count=count)
        for code, count in told.items()
        if count
    ]
    if errors or show == "errors":
        tabs.append(Link("没有采用的行", "?show=errors#changes", current=show == "errors", count=errors))
    return {
        "changes": table, "tabs": tabs, "is_errors": show == "errors",
        "page": Pagination.of(page, _ROWS, total, parameters=[("show", show)]),
    }  # fmt: skip


def _progress(load: Load) -> dict[str, object] | None:
    doing = queries.doing(load)
    if doing is None:
        return None
    return {
        "title": doing.note, "done": doing.done, "total": doing.total, "errors": doing.errors,
        "remaining": doing.remaining, "problem": doing.problem,
        "url": words.load_url(load, "import_progress"), "stop_url": words.load_url(load, "import_stop"),
    }  # fmt: skip


@needs(Action.IMPORT)
@require_GET
def progress(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """How far a load is, for the page that follows it; once there is something new, the page is loaded anew."""
    load = queries.load_by_uuid(request.actor, uuid)
    doing = _progress(load)
    response = render(request, "web/imports/progress.html", {"load": load, "doing": doing})
    if doing is None or doing["problem"]:
        response["HX-Refresh"] = "true"
    return response


@needs(Action.IMPORT)
@require_GET
def explained(request: StaffRequest, uuid: UUID, file: UUID) -> HttpResponse:
    """The user's own file with what became of every row; recorded, and kept by no browser."""
    load = queries.load_by_uuid(request.actor, uuid)
    found = queries.file_of(load, file)
    if found.explained is None:
        raise Http404
    try:
        data = read_stored(found.explained)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(words.load_url(load))
    with transaction.atomic():
        audit.record(
            by=request.actor, action="download_explained", subject="load", subject_id=load.pk, place=load.place,
            details={"file": found.number},
        )  # fmt: skip
    return download(data, found.explained.name, _XLSX)


urlpatterns = [
    path("imports/", imports, name="imports"),
    path("imports/new/", new, name="import_new"),
    path("imports/<uuid:uuid>/", one, name="import"),
    path("imports/<uuid:uuid>/progress/", progress, name="import_progress"),
    path("imports/<uuid:uuid>/files/<uuid:file>/", explained, name="import_explained"),
]
