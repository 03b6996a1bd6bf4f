"""What is done with a load: confirmed, corrected, read anew, put aside, stopped, undone; each says what happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.exchange.operations.corrections import correct_table
from zhucan.exchange.operations.loads import (
    confirm_load,
    discard_load,
    obstacles,
    read_again,
    stop_load,
    undo_load,
)
from zhucan.exchange.queries import loads as queries
from zhucan.exchange.terms import feed_book
from zhucan.web.access import StaffRequest, needs
from zhucan.web.forms import Form
from zhucan.web.workbench.imports_words import load_url

if TYPE_CHECKING:
    from zhucan.exchange.models import Load, LoadTable

_both = require_http_methods(["GET", "HEAD", "POST"])
_PAYROLLS = ("receipts", "returns")


def _go(request: StaffRequest, load: Load, act: Callable[[], object], done: str) -> HttpResponse:
    """Do it, say so, and go back to the load."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return HttpResponseRedirect(load_url(load))


@needs(Action.CONFIRM_IMPORT)
@_both
def confirm(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Say in words what will be written; then have it written."""
    load = queries.load_by_uuid(request.actor, uuid)
    if request.method == "POST":
        return _go(
            request, load, lambda: confirm_load(load=load, by=request.actor, on=timezone.localdate()),
            "已经确认，正在写入。可以离开这一页，写完后会自动比对。",
        )  # fmt: skip
    counts = load.counts
    rows = [
        {"term": words, "detail": f"{counts[code]:,}"} for code, (_, words) in queries.SHOWN.items() if counts.get(code)
    ]
    context = {
        "heading": "确认导入", "action": "确认，写入", "cancel_url": load_url(load), "rows": rows,
        "consequence": "写入预览里列出的改动，然后自动比对。",
        "unchanged": "没有采用的行不写入。名册上没有、人员库里有的人不删除。7 天内可以整批撤销。",
    }  # fmt: skip
    return render(request, "web/components/confirm.html", context)


@needs(Action.UNDO_IMPORT)
@_both
def undo(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Say what undoing does, or what stands in its way; then have it done."""
    load = queries.load_by_uuid(request.actor, uuid)
    if request.method == "POST":
        return _go(
            request, load, lambda: undo_load(load=load, by=request.actor, on=timezone.localdate()),
            "正在撤销。撤销完会自动重新比对。",
        )  # fmt: skip
    found = obstacles(load, request.actor) if queries.can_be_undone(load) else []
    if found or not queries.can_be_undone(load):
        context: dict[str, object] = {"heading": "不能撤销这次导入", "load": load, "obstacles": found}
        return render(request, "web/imports/in_the_way.html", context)
    context = {
        "heading": "撤销这次导入", "action": "撤销", "cancel_url": load_url(load),
        "consequence": "这次导入写入的人员、情况、发放记录全部收回，改过的内容恢复原样，以前的名单重新有效。",
        "unchanged": "撤销本身会记入操作记录；原来的文件还在，可以改好后重新提交。",
    }  # fmt: skip
    return render(request, "web/components/confirm.html", context)


@needs(Action.IMPORT)
@require_POST
def discard(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Put a load aside that was not confirmed."""
    load = queries.load_by_uuid(request.actor, uuid)
    return _go(
        request, load, lambda: discard_load(load=load, by=request.actor, on=timezone.localdate()),
        "已放弃，什么也没有写入。",
    )  # fmt: skip


@needs(Action.IMPORT)
@_both
def stop(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Stop what is being done: a reading is put aside, a writing taken back."""
    load = queries.load_by_uuid(request.actor, uuid)
    if request.method == "POST":
        return _go(
            request, load, lambda: stop_load(load=load, by=request.actor, on=timezone.localdate()), "已停下。",
        )  # fmt: skip
    is_reading = load.read_at is None
    context = {
        "heading": "停下这次导入", "action": "停下", "cancel_url": load_url(load),
        "consequence": "停止读取，放弃这次导入。" if is_reading else "停止写入，已经写入的部分全部收回。",
        "unchanged": "人员库没有改动。" if is_reading else "收回后人员库和写入前一样。",
    }  # fmt: skip
    return render(request, "web/components/confirm.html", context)


@needs(Action.IMPORT)
@require_POST
def again(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Read and compare anew."""
    load = queries.load_by_uuid(request.actor, uuid)
    return _go(
        request, load, lambda: read_again(load=load, by=request.actor, on=timezone.localdate()), "正在重新读取。"
    )  # fmt: skip


class CorrectForm(Form):
    """What a sheet is; for each heading which column it means."""

    feed = forms.ChoiceField(label="这张表是哪一种名单", required=False)
    month = forms.RegexField(
        r"^20\d\d-(0[1-9]|1[0-2])$",
        label="发放月份",
        required=False,
        help_text="写成 2026-11 这样。表里写明了月份的不用填。",
    )

    def __init__(self, table: LoadTable, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        feeds = {feed.id: feed for feed in feed_book()}
        choice = self.fields["feed"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "由程序判断"), *((feed.id, feed.title) for feed in feeds.values())]
        choice.initial = table.chosen.get("feed", "")
        self.fields["month"].initial = table.chosen.get("month", "")
        feed = feeds.get(table.feed)
        if feed is None or feed.kind not in _PAYROLLS:
            del self.fields["month"]
        self.headings = queries.headings_of(table) if feed is not None else []
        columns = [(column.id, column.headings[0]) for column in feed.columns] if feed is not None else []
        for at, (heading, column) in enumerate(self.headings):
            self.fields[f"heading{at}"] = forms.ChoiceField(
                label=f"“{heading}”这一列是", required=False, initial=column, choices=[("", "不用"), *columns]
            )

    def changed(self) -> dict[str, str]:
        """The headings somebody gave another meaning."""
        found = {}
        for at, (heading, column) in enumerate(self.headings):
            given = self.cleaned_data.get(f"heading{at}", "")
            if given != column:
                found[heading] = given
        return found


@needs(Action.IMPORT)
@_both
def correct(request: StaffRequest, uuid: UUID, table: UUID) -> HttpResponse:
    """Correct a sheet's kind, month and columns; it is read anew."""
    load = queries.load_by_uuid(request.actor, uuid)
    row = queries.table_of(load, table)
    form = CorrectForm(row, request.POST) if request.method == "POST" else CorrectForm(row)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        feed, month = given.get("feed", ""), given.get("month", "")
        headings = form.changed() if not feed or feed == row.feed else {}
        return _go(
            request, load,
            lambda: correct_table(
                table=row, by=request.actor, on=timezone.localdate(), feed=feed, month=month, headings=headings
            ),
            "已改，正在重新读取。列的叫法已为本单位记住，下次不用再改。" if headings else "已改，正在重新读取。",
        )  # fmt: skip
    where = f"{row.file.stored.name}（{row.sheet}）" if row.sheet else row.file.stored.name
    context = {"heading": "改这张表的读法", "heading_note": where, "form": form, "back": load_url(load)}
    return render(request, "web/imports/correct.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("imports/<uuid:uuid>/confirm/", confirm, name="import_confirm"),
    path("imports/<uuid:uuid>/undo/", undo, name="import_undo"),
    path("imports/<uuid:uuid>/discard/", discard, name="import_discard"),
    path("imports/<uuid:uuid>/stop/", stop, name="import_stop"),
    path("imports/<uuid:uuid>/again/", again, name="import_again"),
    path("imports/<uuid:uuid>/tables/<uuid:table>/", correct, name="import_correct"),
]
