"""对结果的疑问: what visitors of the portal said who were surprised by a result; read, answered or closed here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.base.permissions import Actor
from zhucan.base.queries.divisions import full_name
from zhucan.policies.enums import SurpriseState
from zhucan.policies.library import library
from zhucan.policies.operations.surprises import (
    LONGEST_ANSWER,
    LONGEST_NOTE,
    answer_surprise,
    close_surprise,
    note_look,
)
from zhucan.policies.queries.surprises import (
    demand_to_answer,
    may_answer,
    open_count,
    policies_named,
    surprise_by_uuid,
    surprises_in,
)
from zhucan.policies.queries.texts import policy_on
from zhucan.policies.told import Told, read_told
from zhucan.rules.determine import Verdict
from zhucan.web.access import StaffRequest, needs
from zhucan.web.forms import Form, parameters_of
from zhucan.web.table import Cell, Column, Pagination, Row, Table
from zhucan.web.words import long_date, moment, money
from zhucan.web.workbench.inbox import Item, register

if TYPE_CHECKING:
    from zhucan.policies.models import Surprise

_SIZE = 50
_PURGED = "已按规定删除"
_TALL = {"rows": 6, "autocomplete": "off"}


class SurpriseFilter(Form):
    """Which policy, and whether also those that were answered."""

    policy = forms.ChoiceField(label="政策", required=False)
    state = forms.ChoiceField(label="状态", choices=[("", "待答复"), ("all", "全部")], required=False)

    def __init__(self, named: list[str], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["policy"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "全部"), *((id_, title_of(id_)) for id_ in named)]


class AnswerForm(Form):
    """The answer for whoever has the code, and a note for the office."""

    answer = forms.CharField(
        label="答复", widget=forms.Textarea(attrs=_TALL),
        help_text=f"凭编号的人看得到。说清结果对不对、为什么、可以怎么办，最多 {LONGEST_ANSWER} 个字。"
        "不要写姓名和证号。",
    )  # fmt: skip
    note = forms.CharField(
        label="内部说明", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=f"只有本单位看得到，最多 {LONGEST_NOTE} 个字。",
    )  # fmt: skip


class CloseForm(Form):
    """Why there is no answer."""

    reason = forms.CharField(
        label="为什么不另答复", widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=f"只有本单位看得到，最多 {LONGEST_NOTE} 个字。凭编号查的人会看到“看过了，没有另外写答复”。",
    )  # fmt: skip


def title_of(id_: str) -> str:
    """What a policy is called; its id where it is no longer there."""
    law = library()
    return law.base(id_).zh if id_ in law.ids else id_


@needs(Action.ANSWER_VISITORS)
@require_safe
def surprises(request: StaffRequest) -> HttpResponse:
    """The remarks to the actor's county: those that wait, oldest first; on request the others after them."""
    demand_to_answer(request.actor)
    named = policies_named(request.actor)
    form = SurpriseFilter(named, request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    rows = surprises_in(request.actor)
    if given.get("policy"):
        rows = rows.filter(policy=given["policy"])
    if given.get("state") != "all":
        rows = rows.filter(answered_at=None)
    asked = request.GET.get("page", "1")
    number = max(int(asked), 1) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
    page = Pagination.of(number, _SIZE, rows.count(), parameters=parameters_of(request.GET))
    context = {
        "heading": "对结果的疑问", "filter_form": form, "form": form if form.errors else None, "page": page,
        "table": _table(list(rows[(number - 1) * _SIZE : number * _SIZE])),
    }  # fmt: skip
    return render(request, "web/surprises/surprises.html", context)


def _table(rows: list[Surprise]) -> Table:
    columns = [
        Column("at", "送来"), Column("policy", "政策"), Column("kind", "哪里和想的不一样", wraps=True),
        Column("left", "附有"), Column("state", "状态"),
    ]  # fmt: skip
    drawn = [
        Row([
            Cell(moment(one.at), url=reverse("workbench:surprise", args=[one.uuid]), is_header=True),
            Cell(title_of(one.policy)), Cell(one.get_kind_display()), Cell(_left(one)), Cell(one.state.label),
        ])
        for one in rows
    ]  # fmt: skip
    empty = "没有待答复的。有人在“我能享受什么”里说结果和想的不一样，就会列在这里。"
    return Table("对结果的疑问", columns, drawn, id="surprises", show_caption=False, empty=empty)


def _left(one: Surprise) -> str:
    cells = (("话", one.text_sealed), ("回答", one.told_sealed), ("联系办法", one.contact_sealed))
    return "、".join(what for what, cell in cells if cell) or "没有"


@needs(Action.ANSWER_VISITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def surprise(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One remark; what is sent to it answers or closes it."""
    one = surprise_by_uuid(request.actor, uuid)
    closes = request.POST.get("do") == "close"
    sent = request.POST if request.method == "POST" else None
    form = CloseForm(sent) if closes else AnswerForm(sent)
    if request.method == "POST" and one.state is not SurpriseState.OPEN:
        messages.error(request, "已经有人办过了，没有再写。下面是已有的答复。")
        return redirect("workbench:surprise", uuid=uuid)
    if request.method == "POST" and form.is_valid() and _settle(request, one, form, closes=closes):
        return redirect("workbench:surprises")
    if request.method != "POST":
        note_look(one=one, by=request.actor)
    told = read_told(one.told)
    context = {
        "heading": f"对结果的疑问：{title_of(one.policy)}", "one": one, "facts": _facts(one),
        "text": _PURGED if one.purged_at else one.text or "没有写。",
        "told": _told_facts(told, one) if told else None, "answers": _answers(told) if told else None,
        "none_told": _PURGED if one.purged_at else "没有把回答送来。", "form": form,
        "answering": AnswerForm() if closes else form, "closing": form if closes else CloseForm(), "closes": closes,
        "is_open": one.state is SurpriseState.OPEN,
        "policy_url": reverse("workbench:policy", args=[one.policy]) if _is_in_force(one) else "",
    }  # fmt: skip
    return render(request, "web/surprises/surprise.html", context, status=422 if form.errors else 200)


def _settle(request: StaffRequest, one: Surprise, form: Form, *, closes: bool) -> bool:
    """Answer or close it; False where it is refused, and the form says why."""
    given, now = form.cleaned_data, timezone.now()
    try:
        if closes:
            close_surprise(uuid=one.uuid, note=given["reason"], by=request.actor, at=now)
        else:
            answer_surprise(uuid=one.uuid, answer=given["answer"], note=given["note"], by=request.actor, at=now)
    except Refused as refused:
        form.add_error("reason" if closes else "answer", str(refused))
        return False
    messages.success(request, "已办结，没有另外答复。" if closes else "已答复。凭编号现在就能看到。")
    return True


def _is_in_force(one: Surprise) -> bool:
    return policy_on(one.policy, one.division.path, timezone.localdate()) is not None


def _facts(one: Surprise) -> list[dict[str, object]]:
    told: list[dict[str, object]] = [
        {"term": "政策", "detail": title_of(one.policy)}, {"term": "地方", "detail": full_name(one.division.path)},
        {"term": "送来", "detail": moment(one.at)}, {"term": "哪里和想的不一样", "detail": one.get_kind_display()},
        {"term": "联系办法", "detail": _PURGED if one.purged_at else one.contact or "没有留，凭编号查答复"},
        {"term": "状态", "detail": one.state.label},
    ]  # fmt: skip
    if one.answered_at is not None:
        who = one.answered_by.name if one.answered_by else "系统"
        told.append({"term": "办理", "detail": f"{who}，{moment(one.answered_at)}"})
    return told


def _told_facts(told: Told, one: Surprise) -> list[dict[str, object]]:
    """What the portal answered her, and whether the rules are still those it went by."""
    now = policy_on(one.policy, one.division.path, timezone.localdate())
    same = now is not None and now.fingerprint == told.fingerprint
    rows: list[dict[str, object]] = [{"term": "结论", "detail": Verdict(told.verdict).zh}]
    if told.amount_fen is not None:
        rows.append({"term": "金额", "detail": money(told.amount_fen)})
    if told.why:
        rows.append({"term": "原因", "detail": told.why})
    said = "和今天的相同" if same else "和今天的不同"
    return [*rows, {"term": "用的规定", "detail": f"{long_date(told.as_of)}的，{said}"}]


def _answers(told: Told) -> Table:
    columns = [Column("asked", "问的", wraps=True), Column("said", "回答")]
    rows = [Row([Cell(asked, is_header=True), Cell(said)]) for asked, said in told.answers]
    return Table("当时的回答", columns, rows, id="answers", empty="这项政策没有要问的。")


def _inbox(actor: Actor, on: date) -> list[Item]:
    """Remarks that wait for an answer in the actor's division."""
    count = open_count(actor) if may_answer(actor) else 0
    note = "有人说“这个结果和我想的不一样”，凭编号等您的答复。"
    return [Item("对结果的疑问", reverse("workbench:surprises"), note, None, count)] if count else []


def surprises_url(actor: Actor, policy: str = "") -> str:
    """The address of the queue, of one policy or of all; empty for whoever has nothing to do there."""
    if not may_answer(actor):
        return ""
    url = reverse("workbench:surprises")
    return f"{url}?{urlencode({'policy': policy})}" if policy else url


register("surprises", Action.ANSWER_VISITORS, _inbox)
urlpatterns = [
    path("surprises/", surprises, name="surprises"),
    path("surprises/<uuid:uuid>/", surprise, name="surprise"),
]
