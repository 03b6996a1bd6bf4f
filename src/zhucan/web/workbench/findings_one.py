"""One finding: everything needed to settle it on one page, and the next one of the same filter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST

from zhucan.base import audit
from zhucan.base.enums import Action, FieldGroup
from zhucan.base.errors import Refused
from zhucan.base.permissions import Actor, may, sees
from zhucan.base.queries.divisions import full_name
from zhucan.exchange.enums import FindingKind, FindingState, FindingVerdict
from zhucan.exchange.operations.findings import postpone_finding, reopen_finding, settle_finding
from zhucan.exchange.queries.findings import Filters, finding_by_uuid, next_after, seen_token, steps_of
from zhucan.policies.queries.matching import MatrixRow, latest, matrix
from zhucan.registry.operations.visits import answer_question, yes_no_question
from zhucan.web.access import StaffRequest, needs
from zhucan.web.table import Cell, Column, Row, Table
from zhucan.web.words import moment, yuan
from zhucan.web.workbench import findings_words as words
from zhucan.web.workbench.findings_filter import read_filter
from zhucan.web.workbench.findings_settle import DecisionForm
from zhucan.web.workbench.findings_table import finding_url, person_url

if TYPE_CHECKING:
    from zhucan.exchange.models import Finding

_PAYMENTS_SHOWN = 12


class OneForm(DecisionForm):
    """A verdict with its reason; the page remembers what it showed."""

    verdict_ = forms.ChoiceField(label="核查结果", choices=FindingVerdict.choices, widget=forms.RadioSelect)
    seen = forms.CharField(widget=forms.HiddenInput)
    field_order = ("verdict_", "reason", "note", "until", "seen")

    def __init__(self, kind: str, *args: object, **kwargs: object) -> None:
        super().__init__(kind, FindingVerdict.POSTPONED.value, *args, **kwargs)
        self.fields["until"].required = False

    def clean(self) -> None:
        """A day belongs to putting aside."""
        given = self.cleaned_data
        if given.get("verdict_") == FindingVerdict.POSTPONED and not given.get("until") and "until" not in self.errors:
            self.add_error("until", "选了暂缓，还没有写到哪一天。请写日期，例如 2026-12-01。")


@needs(Action.SEE_FINDINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: StaffRequest, uuid: str) -> HttpResponse:
    """The page of a finding; what is sent to it settles or postpones it."""
    actor = request.actor
    finding, filters = finding_by_uuid(actor, uuid), read_filter(request.GET.dict())
    form = OneForm(finding.kind, request.POST or None, initial={"seen": seen_token(finding)})
    status = 200
    if request.method == "POST":
        following = next_after(actor, filters, finding)
        if form.is_valid() and _settle(request, finding, form):
            messages.success(request, f"{finding.number} 已记为“{finding.get_verdict_display()}”。")
            goal = (
                finding_url(following, filters) if following else f"{reverse('workbench:findings')}?{filters.query()}"
            )
            return HttpResponseRedirect(goal)
        status = 422
    elif finding.person_id is not None:
        audit.record(
            by=actor, action="see_finding", subject="finding", subject_id=finding.pk, person_id=finding.person_id,
            place=finding.place,
        )  # fmt: skip
    return render(request, "web/findings/one.html", _context(actor, finding, filters, form), status=status)


def _settle(request: StaffRequest, finding: Finding, form: OneForm) -> bool:
    """Write what the form says; where it cannot be, the form says why and keeps what was typed."""
    given, today = form.cleaned_data, timezone.localdate()
    try:
        if given["verdict_"] == FindingVerdict.POSTPONED:
            postpone_finding(
                finding=finding, until=given["until"], answer=form.answer, by=request.actor, on=today,
                seen=given["seen"],
            )  # fmt: skip
        else:
            settle_finding(
                finding=finding, verdict=FindingVerdict(given["verdict_"]), answer=form.answer, by=request.actor,
                on=today, seen=given["seen"],
            )  # fmt: skip
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _context(actor: Actor, finding: Finding, filters: Filters, form: OneForm) -> dict[str, object]:
    today = timezone.localdate()
    state = finding.state_on(today)
    following = next_after(actor, filters, finding)
    matching = latest(finding.county)
    rests = _rests_on(finding) if matching is not None else None
    settles = may(actor, Action.SETTLE_FINDINGS)
    fact = yes_no_question(finding) if settles and state == FindingState.OPEN else ""
    return {
        "heading": f"{finding.get_kind_display()} {finding.number}",
        "heading_note": words.where_it_stands(finding, today),
        "form": form,
        "finding": finding,
        "facts": _summary(actor, finding),
        "rests_on": _facts_table(rests) if rests else None,
        "conditions": _conditions_table(rests) if rests else None,
        "payments": _payments(actor, finding),
        "events": _events(finding),
        "question": finding.question,
        "ask": words.fact_question(fact) if fact else "",
        "can_answer": bool(fact) and may(actor, Action.CHANGE_PERSONS),
        "can_settle": settles and state in (FindingState.OPEN, FindingState.POSTPONED),
        "can_reopen": settles and state in (FindingState.CLOSED, FindingState.POSTPONED),
        "is_gone": state == FindingState.GONE,
        "seen": seen_token(finding),
        "next_url": finding_url(following, filters) if following else "",
        "back": f"{reverse('workbench:findings')}?{filters.query()}",
        "query": filters.query(),
    }


def _summary(actor: Actor, finding: Finding) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {"term": "姓名", "detail": words.shown_name(finding), "url": person_url(finding), "change": "打开档案"},
        {"term": "户籍地", "detail": full_name(finding.place) or "未写明"},
        {"term": "政策", "detail": words.policy_title(finding.policy) or "不限于一项"},
        {"term": "原因", "detail": "；".join(part for part in (finding.reason, finding.remark) if part)},
        {"term": "依据", "detail": finding.basis or "没有写"},
    ]  # fmt: skip
    if finding.fen is not None:
        paid = finding.kind in (FindingKind.DOUBTFUL, FindingKind.PAYMENT, FindingKind.STRAY)
        rows.append({"term": "当月已发" if paid else "每月应发", "detail": f"{yuan(finding.fen)} 元"})
    if finding.months is not None:
        rows.append({"term": "连续符合", "detail": f"{finding.months} 个月（最多算 12 个月）"})
    if finding.leans_on:
        rows.append({"term": "推定", "detail": words.presumed_words(finding.leans_on)})
    return [row for row in rows if row.get("url") != "" or row.pop("url") == ""]


def _rests_on(finding: Finding) -> MatrixRow | None:
    """The policy's row of the person's matrix, computed from the register as it stands."""
    if finding.person_id is None or not finding.policy:
        return None
    matching = latest(finding.county)
    if matching is None:
        return None
    rows = matrix(finding.person_id, finding.county, as_of=matching.as_of)
    return next((row for row in rows if row.policy == finding.policy), None)


def _facts_table(row: MatrixRow) -> Table:
    columns = [Column("fact", "情况"), Column("value", "现在知道的")]
    return Table(
        "依据的情况", columns, [Row([Cell(name, is_header=True), Cell(value)]) for name, value in row.facts], id="facts"
    )


_HOLDS: Mapping[bool | None, tuple[str, str]] = {False: ("–", "不满足"), None: ("?", "还不知道"), True: ("●", "满足")}
_SIGN = '<span class="shape" aria-hidden="true">{}</span> {}'


def _conditions_table(row: MatrixRow) -> Table | None:
    """Every condition, what fails or is open first; what is told to whoever fails one is said of those alone."""
    said = {holds: format_html(_SIGN, *words_) for holds, words_ in _HOLDS.items()}
    conditions = sorted(row.conditions, key=lambda one: one.holds is True)
    rows = [
        Row([
            Cell(one.requirement, is_header=True), Cell(said[one.holds]),
            Cell(one.words if one.holds is False else "、".join(one.missing)), Cell(one.basis),
        ])
        for one in conditions
    ]  # fmt: skip
    columns = [
        Column("requirement", "条件", wraps=True), Column("holds", "结论"), Column("words", "说明", wraps=True),
        Column("basis", "依据", wraps=True),
    ]  # fmt: skip
    return Table("条件", columns, rows, id="conditions") if rows else None


def _payments(actor: Actor, finding: Finding) -> Table | None:
    if not sees(actor, FieldGroup.PAYMENTS):
        return None
    if finding.person is not None:
        rows = finding.person.receipts.filter(withdrawn_at=None).order_by("-period", "policy", "id")
        found = list((rows.filter(policy=finding.policy) if finding.policy else rows)[:_PAYMENTS_SHOWN])
    else:
        found = [finding.receipt] if finding.receipt is not None else []
    columns = [
        Column("month", "月份"), Column("policy", "补贴"), Column("fen", "金额", "元", numeric=True),
        Column("months", "含", "个月", numeric=True), Column("place", "发放乡镇"),
    ]  # fmt: skip
    drawn = [
        Row(
            [
                Cell(f"{each.period:%Y-%m}", is_header=True), Cell(words.policy_title(each.policy)),
                Cell(yuan(each.amount_fen)), Cell(each.months), Cell(each.place_name),
            ]
        )
        for each in found
    ]  # fmt: skip
    return Table("发放记录", columns, drawn, empty="导入的发放表里没有这项补贴的记录。", id="payments")


def _events(finding: Finding) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for step in steps_of(finding)[:50]:
        settling = step.settling
        what = "记下" if settling.is_note else settling.get_verdict_display() or "重新打开"
        undone = f"（{moment(settling.undone_at)} 撤销）" if settling.undone_at else ""
        who = settling.by.name if settling.by else "系统"
        found.append({"when": moment(settling.at), "what": f"{what}{undone}", "who": who, "note": settling.answer})
    return [*found, {"when": moment(finding.opened_at), "what": "列入名单", "who": "比对"}]


@needs(Action.SEE_FINDINGS, write=Action.SETTLE_FINDINGS)
@require_POST
def reopen(request: StaffRequest, uuid: str) -> HttpResponse:
    """Put it on the list again."""
    finding, filters = finding_by_uuid(request.actor, uuid), read_filter(request.GET.dict())
    try:
        reopen_finding(
            finding=finding, answer=request.POST.get("note", ""), by=request.actor, on=timezone.localdate(),
            seen=request.POST.get("seen", ""),
        )  # fmt: skip
        messages.success(request, f"{finding.number} 已重新打开，回到名单里。")
    except Refused as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(finding_url(finding, filters))


@needs(Action.SEE_FINDINGS, write=Action.CHANGE_PERSONS)
@require_POST
def answer(request: StaffRequest, uuid: str) -> HttpResponse:
    """Record the answer to the one missing fact; the lists are computed anew from it."""
    finding, filters = finding_by_uuid(request.actor, uuid), read_filter(request.GET.dict())
    following = next_after(request.actor, filters, finding)
    goal = finding_url(finding, filters)
    try:
        said = request.POST.get("said", "")
        if said not in ("yes", "no"):
            raise Refused("没有记下：请选“是”或“否”。")
        answer_question(
            finding=finding, value=said == "yes", observed=timezone.localdate(), by=request.actor,
            on=timezone.localdate(), seen=request.POST.get("seen", ""),
        )  # fmt: skip
        messages.success(request, f"{finding.number} 的回答已记下，结论已重新算过。")
        goal = finding_url(following, filters) if following else f"{reverse('workbench:findings')}?{filters.query()}"
    except Refused as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(goal)


urlpatterns = [
    path("findings/<uuid:uuid>/", one, name="finding"),
    path("findings/<uuid:uuid>/reopen/", reopen, name="finding_reopen"),
    path("findings/<uuid:uuid>/answer/", answer, name="finding_answer"),
]
