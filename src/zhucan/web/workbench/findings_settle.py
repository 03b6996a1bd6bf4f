"""Deciding about several findings at once: asked again with the number, done, told what was not done, undone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.exchange.enums import FindingKind, FindingVerdict
from zhucan.exchange.operations.findings import UNDO_DAYS, settle_many, undo_settling
from zhucan.exchange.queries.findings import Filters, findings, settling_by_uuid
from zhucan.web.access import StaffRequest, needs
from zhucan.web.forms import Form
from zhucan.web.table import Cell, Column, Row, Table
from zhucan.web.words import moment, table_date
from zhucan.web.workbench import findings_words as words
from zhucan.web.workbench.findings_filter import read_filter, said

if TYPE_CHECKING:
    from zhucan.exchange.models import Settling

_OTHER = "其他，写在下面"


class DecisionForm(Form):
    """Why, in words to choose from and free ones; and until when, where it is put aside."""

    reason = forms.ChoiceField(label="理由", required=False)
    note = forms.CharField(
        label="说明", required=False, max_length=160, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="不要写身份证号、电话和账号。",
    )  # fmt: skip
    until = forms.DateField(
        label="暂缓到哪一天", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text="到那一天自动回到名单里。一年以内。",
    )  # fmt: skip

    def __init__(self, kind: str, verdict: str, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        offered = words.REASONS.get(FindingKind(kind), ()) if kind else ()
        self.verdict = verdict
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "请选择"), *((one, one) for one in offered), (_OTHER, _OTHER)]
        if verdict != FindingVerdict.POSTPONED:
            del self.fields["until"]
        else:
            self.fields["until"].required = True

    @property
    def answer(self) -> str:
        """Reason and free words as one text."""
        given = self.cleaned_data
        chosen = "" if given["reason"] == _OTHER else given["reason"]
        return "；".join(part for part in (chosen, given["note"].strip()) if part)


@needs(Action.SEE_FINDINGS, write=Action.SETTLE_FINDINGS)
@require_POST
def settle(request: StaffRequest) -> HttpResponse:
    """First asks, with the number of lines; sent again with ``sure`` it is done, and the result has its own page."""
    filters = read_filter(QueryDict(request.POST.get("query", "")).dict())
    verdict = request.POST.get("action", "")
    if verdict not in FindingVerdict.values:
        raise Http404
    chosen = _chosen(request.POST.getlist("selected")) if request.POST.get("scope") != "filter" else None
    if chosen is not None and not chosen:
        messages.error(request, "没有办理：还没有选。请在行前打钩，或选“对筛选出的全部”。")
        return HttpResponseRedirect(f"{reverse('workbench:findings')}?{filters.query()}")
    sure = bool(request.POST.get("sure"))
    form = DecisionForm(filters.kind, verdict, request.POST if sure else None)
    if sure and form.is_valid():
        try:
            done = settle_many(
                filters=filters, verdict=FindingVerdict(verdict), answer=form.answer, by=request.actor,
                on=timezone.localdate(), expected_count=_count(request.POST.get("count", "")), chosen=chosen,
                until=form.cleaned_data.get("until"),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            assert done.settling is not None
            return HttpResponseRedirect(reverse("workbench:settling", args=[done.settling.uuid]))
    return _ask(request, filters, FindingVerdict(verdict), chosen, form)


def _ask(
    request: StaffRequest, filters: Filters, verdict: FindingVerdict, chosen: dict[str, str] | None, form: DecisionForm
) -> HttpResponse:
    total = findings(request.actor, filters).count() if chosen is None else len(chosen)
    which = "筛选出的全部" if chosen is None else "选中的"
    context = {
        "heading": f"{verdict.label}：{total:,} 条",
        "form": form,
        "consequence": f"{said(request.actor, filters)}，{which} {total:,} 条，都记为“{verdict.label}”。",
        "action": f"{total:,} 条都记为{verdict.label}",
        "hidden": [
            ("query", filters.query()), ("action", verdict.value), ("count", str(total)), ("sure", "1"),
            ("scope", "filter" if chosen is None else "selected"),
            *(("selected", f"{uid}.{token}") for uid, token in (chosen or {}).items()),
        ],
        "cancel_url": f"{reverse('workbench:findings')}?{filters.query()}",
        "undo_days": UNDO_DAYS,
    }  # fmt: skip
    return render(request, "web/findings/settle.html", context, status=200 if not form.is_bound else 422)


def _chosen(given: list[str]) -> dict[str, str]:
    pairs = (one.partition(".") for one in given)
    return {uid: token for uid, _, token in pairs if len(uid) == 36 and token}


def _count(text: str) -> int:
    return int(text) if text.isdigit() else -1


@needs(Action.SEE_FINDINGS)
@require_GET
def settling(request: StaffRequest, uuid: str) -> HttpResponse:
    """What a decision did, what it left and why, and the way back."""
    found = settling_by_uuid(request.actor, uuid)
    context = {
        "heading": "办理结果",
        "heading_note": moment(found.at),
        "settling": found,
        "what": found.get_verdict_display() or "重新打开",
        "until": table_date(found.until) if found.until else "",
        "left": _left(found),
        "more_left": found.skipped - len(found.left),
        "can_undo": _can_undo(found, timezone.localdate()),
        "undo_days": UNDO_DAYS,
        "back": f"{reverse('workbench:findings')}?{found.query}",
    }
    return render(request, "web/findings/settling.html", context)


def _can_undo(found: Settling, today: date) -> bool:
    in_time = today - timezone.localdate(found.at) <= timedelta(days=UNDO_DAYS)
    return found.undone_at is None and not found.is_note and found.done > 0 and in_time


def _left(found: Settling) -> Table:
    rows = [
        Row([Cell(number or "已不在名单里", url=reverse("workbench:finding", args=[uid]), is_header=True), Cell(why)])
        for number, uid, why in found.left
    ]
    columns = [Column("number", "核查编号"), Column("why", "为什么没有办", wraps=True)]
    return Table("没有办的", columns, rows, empty="全部办了，没有剩下的。", id="left")


@needs(Action.SEE_FINDINGS, write=Action.SETTLE_FINDINGS)
@require_POST
def undo(request: StaffRequest, uuid: str) -> HttpResponse:
    """Take a decision back as one."""
    found = settling_by_uuid(request.actor, uuid)
    try:
        done = undo_settling(settling=found, by=request.actor, on=timezone.localdate())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        left = f"，{len(done.skipped):,} 条后来又有人办过，没有动" if done.skipped else ""
        messages.success(request, f"已撤销，{done.done:,} 条回到原来的样子{left}。")
    return HttpResponseRedirect(reverse("workbench:settling", args=[found.uuid]))


urlpatterns = [
    path("findings/settle/", settle, name="findings_settle"),
    path("findings/settlings/<uuid:uuid>/", settling, name="settling"),
    path("findings/settlings/<uuid:uuid>/undo/", undo, name="settling_undo"),
]
