"""The audit record: who did and saw what, and whether the chain over it is up to date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from zhucan.base import audit
from zhucan.base.enums import Action
from zhucan.base.permissions import Actor, may
from zhucan.base.queries.divisions import full_names
from zhucan.base.queries.events import ChainState, chain_state, events_in, on_days
from zhucan.base.queries.staff import user_by_uuid
from zhucan.registry.queries.persons import person_by_uuid
from zhucan.registry.queries.uuids import uuids_of
from zhucan.web.access import StaffRequest, needs
from zhucan.web.forms import Form, parameters_of
from zhucan.web.table import Cell, Column, Pagination, Row, Table
from zhucan.web.words import count, moment

if TYPE_CHECKING:
    from zhucan.base.models import AuditEvent, User

_SIZE = 50
_DIGITS = 18
"""Longer numbers fit no id."""
_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
_SUBJECTS: Mapping[str, str] = {
    "person": "人员", "user": "用户", "post": "岗位", "organ": "单位", "job": "工作", "load": "导入",
    "finding": "名单条目", "settling": "处理", "file": "文件", "household": "户", "organisation": "单位档案",
    "saved_filter": "筛选", "surprise": "对结果的疑问",
}  # fmt: skip


def _actions() -> list[tuple[str, str]]:
    return [("", "全部"), *audit.actions_with_words()]


class FilterForm(Form):
    """The filter of the record. Persons and users by their uuids only: no name stands in an address."""

    action = forms.ChoiceField(label="做了什么", choices=_actions, required=False)
    from_ = forms.DateField(label="从哪天起", required=False, widget=_DAY)
    until = forms.DateField(label="到哪天前", required=False, widget=_DAY)
    user = forms.UUIDField(label="谁做的", required=False, widget=forms.HiddenInput)
    person = forms.UUIDField(
        label="哪个人员", required=False, help_text="人员页地址里的编号。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


@needs(Action.SEE_AUDIT)
@require_safe
def events(request: StaffRequest) -> HttpResponse:
    """The events of the actor's division, newest first, fifty to a page. That somebody looked is an event too."""
    form = FilterForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    rows, about = _filtered(request.actor, given) if not form.errors else (events_in(request.actor).none(), [])
    if before := _number(request.GET.get("before", "")):
        rows = rows.filter(id__lt=before)
    found = list(rows.select_related("user", "post__organ")[: _SIZE + 1])
    shown = found[:_SIZE]
    _record_look(request.actor, given)
    more = shown[-1].id if len(found) > _SIZE else None
    context = {
        "heading": "操作记录", "filter_form": form, "form": form if form.errors else None, "about": about,
        "table": _table(shown, request.actor), "page": _pagination(request, shown, more),
        "chain": _chain(chain_state()),
    }  # fmt: skip
    return render(request, "web/audit/events.html", context)


def _number(text: str) -> int | None:
    """An id of the record, or None where the text is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def _filtered(actor: Actor, given: Mapping[str, object]) -> tuple[QuerySet[AuditEvent], list[str]]:
    """The events asked for, and in words whose they are.

    Raises:
        NotHere: the user or the person is not of the actor's division.
    """
    rows, about = events_in(actor), []
    if given.get("action"):
        rows = rows.filter(action=given["action"])
    if isinstance(person := given.get("person"), UUID):
        rows = rows.filter(person_id=person_by_uuid(actor, person).pk)
        about.append("只看一个人员：谁看过、谁改过")
    if isinstance(uuid := given.get("user"), UUID):
        one = user_by_uuid(actor, uuid)
        rows = rows.filter(user=one)
        about.append(f"只看 {one.name} 做的")
    from_, until = given.get("from_"), given.get("until")
    rows = on_days(
        rows, from_=from_ if isinstance(from_, date) else None, until=until if isinstance(until, date) else None
    )
    return rows, about


def _record_look(actor: Actor, given: Mapping[str, object]) -> None:
    person = given.get("person")
    person_id = person_by_uuid(actor, person).pk if isinstance(person, UUID) else None
    details: dict[str, audit.Detail] = {"action": str(given.get("action") or ""), "by_user": bool(given.get("user"))}
    audit.record(by=actor, action="see_events", person_id=person_id, details=details)


def _pagination(request: StaffRequest, shown: Sequence[AuditEvent], more: int | None) -> Pagination:
    kept = [(name, value) for name, value in parameters_of(request.GET) if name != "before"]
    query = "&".join(f"{name}={value}" for name, value in kept if value.isascii() and value.replace("-", "").isalnum())
    onward = f"?{query}&before={more}" if query else f"?before={more}"
    return Pagination(1, len(shown), None, next_url=onward if more else "")


def _table(shown: Sequence[AuditEvent], actor: Actor) -> Table:
    places = full_names(one.place for one in shown if one.place is not None)
    persons = uuids_of(one.person_id for one in shown if one.person_id is not None)
    columns = [
        Column("at", "时间"), Column("who", "谁"), Column("post", "岗位", wraps=True), Column("action", "做了什么"),
        Column("subject", "对什么"), Column("place", "哪里"), Column("details", "细节"),
        Column("id", "编号", numeric=True),
    ]  # fmt: skip
    rows = [
        Row([
            Cell(moment(one.at), is_header=True), _who(one.user, actor), Cell(_post(one)),
            Cell(audit.action_words(one.action)), _subject(one, persons), Cell(places.get(one.place or 0, "")),
            Cell(_details(one.details)), Cell(one.id),
        ])
        for one in shown
    ]  # fmt: skip
    return Table("操作记录，新的在前", columns, rows, empty="没有符合的记录。", id="events", show_caption=False)


def _who(user: User | None, actor: Actor) -> Cell:
    if user is None:
        return Cell("系统")
    url = f"{reverse('workbench:audit')}?user={user.uuid}"
    return Cell(user.name, url=url if may(actor, Action.SEE_USERS) else "")


def _post(event: AuditEvent) -> str:
    return f"{event.post.organ.name} {event.post.get_role_display()}" if event.post else ""


def _subject(event: AuditEvent, persons: Mapping[int, UUID]) -> Cell:
    kind = _SUBJECTS.get(event.subject_kind, event.subject_kind) or ("人员" if event.person_id else "")
    number = event.subject_id if event.subject_id is not None else event.person_id
    words = f"{kind} {number}".strip() if number is not None else kind
    if event.person_id is not None and event.person_id in persons:
        return Cell(words, url=f"{reverse('workbench:audit')}?person={persons[event.person_id]}")
    return Cell(words)


def _details(details: Mapping[str, object]) -> str:
    return "；".join(f"{name} {_said(value)}" for name, value in details.items() if value not in (None, ""))


def _said(value: object) -> object:
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else value


def _chain(state: ChainState) -> Iterable[Mapping[str, object]]:
    sealed = moment(state.sealed_at) if state.sealed_at else "还没有封存过"
    return [
        {"term": "最近一次封存", "detail": sealed},
        {"term": "封存到编号", "detail": count(state.last_event)},
        {"term": "等待封存", "detail": f"{count(state.waiting)} 条"},
    ]


urlpatterns = [path("audit/", events, name="audit")]
