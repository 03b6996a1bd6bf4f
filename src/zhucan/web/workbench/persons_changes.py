"""What may be written on a person's page: a fact, a contact, 失联, a merger. Who comes second keeps what he typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from zhucan.base.enums import Action, FieldGroup
from zhucan.base.errors import Refused
from zhucan.base.permissions import NotAllowed, sees
from zhucan.registry.enums import ContactKind, FactReason, MergeReason
from zhucan.registry.errors import ChangedMeanwhile
from zhucan.registry.operations.facts import record_fact, withdraw_fact
from zhucan.registry.operations.merging import merge_persons, unmerge
from zhucan.registry.operations.persons import mark_lost, set_contact
from zhucan.registry.queries import sheet
from zhucan.registry.queries.persons import merged_ids, person_by_uuid
from zhucan.registry.queries.versions import contact_version, fact_version
from zhucan.web.access import StaffRequest, needs
from zhucan.web.forms import Form
from zhucan.web.words import mask_id
from zhucan.web.workbench.persons_forms import ContactForm, FactForm, MergeForm, WhichFactForm, facts_to_state
from zhucan.web.workbench.persons_words import groups_of, name_for, person_url, today

if TYPE_CHECKING:
    from zhucan.registry.models import Person

_BOTH = require_http_methods(["GET", "HEAD", "POST"])
Context: TypeAlias = dict[str, object]


def _draw(request: StaffRequest, one: Person, form: Form, heading: str, **context: object) -> HttpResponse:
    """The page of a form about a person: 422 where it is wrong, 409 where somebody else was quicker."""
    changed = context.get("changes")
    status = 409 if changed else 422 if form.errors or context.get("refusal") else 200
    given: Context = {
        "heading": heading, "form": form, "person": one, "name": name_for(request.actor, one),
        "back_url": person_url(one), "action": "存下", **context,
    }  # fmt: skip
    return render(request, "web/persons/form.html", given, status=status)


def _again(form: Form, version: str) -> None:
    """Let the typed text be sent once more, now knowing of what stands there."""
    form.data = {**{name: form.data[name] for name in form.data}, "seen": version}


@needs(Action.CHANGE_PERSONS)
@require_safe
def which_fact(request: StaffRequest, uuid: UUID) -> HttpResponseBase:
    """Which fact to state; then its own form."""
    one = person_by_uuid(request.actor, uuid)
    form = WhichFactForm(groups_of(request.actor), initial={"fact": request.GET.get("fact", "")})
    if request.GET.get("fact"):
        form = WhichFactForm(groups_of(request.actor), data=request.GET)
        if form.is_valid():
            return redirect("workbench:fact-record", one.uuid, form.cleaned_data["fact"])
    return _draw(request, one, form, "登记情况", method="get", action="继续")


@needs(Action.CHANGE_PERSONS)
@_BOTH
def record(request: StaffRequest, uuid: UUID, fact: str) -> HttpResponseBase:
    """State one fact of a person."""
    one = person_by_uuid(request.actor, uuid)
    meaning = next((each for each in facts_to_state(groups_of(request.actor)) if each.id == fact), None)
    if meaning is None:
        raise Http404
    heading, more = f"登记情况：{meaning.zh}", {"stands": _stands(one, fact)}
    if request.method != "POST":
        initial = {"observed": today(), "seen": fact_version(one, fact)}
        return _draw(request, one, FactForm(meaning, initial=initial), heading, **more)
    form = FactForm(meaning, data=request.POST)
    if not form.is_valid():
        return _draw(request, one, form, heading, **more)
    given = form.cleaned_data
    try:
        record_fact(
            person=one, fact=fact, value=given["value"], source=given["source"], from_=given["from_"],
            until=given["until"], observed=given["observed"], reason=FactReason(given["reason"]), seen=given["seen"],
            by=request.actor, on=today(),
        )  # fmt: skip
    except ChangedMeanwhile as meanwhile:
        _again(form, fact_version(one, fact))
        return _draw(request, one, form, heading, refusal=str(meanwhile), changes=meanwhile.changes, **more)
    except Refused as refusal:
        return _draw(request, one, form, heading, refusal=str(refusal), **more)
    messages.success(request, f"已登记“{meaning.zh}”。政策状态已按新的情况重新算过。")
    return redirect(person_url(one))


def _stands(one: Person, fact: str) -> list[sheet.FactLine]:
    """What is said of this fact so far."""
    lines = sheet.facts_of(one, merged_ids(one), as_of=today()).lines
    return [line for line in lines if line.fact == fact and line.standing is not sheet.Standing.WITHDRAWN]


@needs(Action.CHANGE_PERSONS)
@_BOTH
def withdraw(request: StaffRequest, uuid: UUID, number: int) -> HttpResponseBase:
    """Take a statement made by hand back, after saying what that does."""
    one = person_by_uuid(request.actor, uuid)
    lines = sheet.facts_of(one, merged_ids(one), as_of=today()).seen_by(groups_of(request.actor)).lines
    line = next((each for each in lines if each.id == number), None)
    row = one.facts.model.objects.filter(pk=number, person_id__in=merged_ids(one)).first()
    if line is None or row is None:
        raise Http404
    if request.method == "POST":
        try:
            withdraw_fact(fact=row, by=request.actor, on=today())
            messages.success(request, f"已撤回这一条“{line.label}”。它仍留在记录里，以前的情况重新算数。")
        except Refused as refusal:
            messages.warning(request, str(refusal))
        return redirect(person_url(one))
    rows = [
        {"term": line.label, "detail": line.value},
        {"term": "来源", "detail": line.source},
        {"term": "记录", "detail": line.recorded_by},
    ]
    context = {
        "heading": "撤回这一条", "rows": rows, "action": "撤回", "cancel_url": person_url(one),
        "consequence": f"{name_for(request.actor, one)}的这一条情况不再算数，政策状态会重新算。",
        "unchanged": "这一条不会消失，记录里仍能看到是谁登记、谁撤回的。",
    }  # fmt: skip
    return render(request, "web/components/confirm.html", context)


@needs(Action.CHANGE_PERSONS)
@_BOTH
def contact(request: StaffRequest, uuid: UUID, kind: str) -> HttpResponseBase:
    """Change how to reach a person."""
    one = person_by_uuid(request.actor, uuid)
    if kind not in ContactKind.values:
        raise Http404
    if not sees(request.actor, FieldGroup.CONTACT):
        raise NotAllowed(f"您的单位看不到“{FieldGroup.CONTACT.label}”。")
    which = ContactKind(kind)
    held = one.contacts.filter(kind=which).first()
    heading = f"{which.label}的联系方式"
    if request.method != "POST":
        initial = {"name": held.name, "relation": held.relation} if held else {}
        return _draw(request, one, ContactForm(initial={**initial, "seen": contact_version(held)}), heading)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _draw(request, one, form, heading)
    given, gone = form.cleaned_data, form.cleaned_data["remove"]
    phone = "" if gone else given["phone"] or None
    try:
        set_contact(
            person=one, kind=which, name="" if gone else given["name"], relation="" if gone else given["relation"],
            phone=phone, by=request.actor, on=today(), seen=given["seen"],
        )  # fmt: skip
    except ChangedMeanwhile as meanwhile:
        _again(form, contact_version(one.contacts.filter(kind=which).first()))
        return _draw(request, one, form, heading, refusal=str(meanwhile), changes=meanwhile.changes)
    except Refused as refusal:
        return _draw(request, one, form, heading, refusal=str(refusal))
    messages.success(request, f"{heading}已{'删去' if gone else '存下'}。")
    return redirect(person_url(one))


@needs(Action.CHANGE_PERSONS)
@_BOTH
def lost(request: StaffRequest, uuid: UUID) -> HttpResponseBase:
    """Mark somebody as not to be found, or found again, after saying what that does."""
    one = person_by_uuid(request.actor, uuid)
    becomes, name = one.lost_at is None, name_for(request.actor, one)
    if request.method == "POST":
        try:
            marked = mark_lost(person=one, is_lost=request.POST.get("lost") == "1", by=request.actor, on=today())
            messages.success(request, "已标为失联。" if marked.lost_at else "已取消失联。")
        except Refused as refusal:
            messages.warning(request, str(refusal))
        return redirect(person_url(one))
    if becomes:
        consequence = f"{name}会标为失联：名单和核查表上会写明联系不上，入户时优先查找。"
        unchanged = "待遇不会因此停发：系统只提示，停不停由主管部门决定。"
    else:
        consequence, unchanged = f"{name}不再标为失联。", "以前标过失联的记录仍会留着。"
    context = {
        "heading": "标为失联" if becomes else "取消失联", "consequence": consequence, "unchanged": unchanged,
        "action": "标为失联" if becomes else "取消失联", "cancel_url": person_url(one),
        "hidden": [("lost", "1" if becomes else "0")],
    }  # fmt: skip
    return render(request, "web/components/confirm.html", context)


@needs(Action.MERGE_PERSONS)
@_BOTH
def merge(request: StaffRequest, uuid: UUID, other: UUID) -> HttpResponseBase:
    """Say that two files are of one person, and which stays."""
    one, two = person_by_uuid(request.actor, uuid), person_by_uuid(request.actor, other)
    keep = [(str(each.uuid), f"{name_for(request.actor, each)} {mask_id(each.citizen_id)}") for each in (one, two)]
    form = MergeForm(keep, data=request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        kept, gone = (one, two) if form.cleaned_data["keep"] == str(one.uuid) else (two, one)
        try:
            merge_persons(
                kept=kept, other=gone, reason=MergeReason(form.cleaned_data["reason"]), by=request.actor, on=today()
            )
        except Refused as problem:
            refusal = str(problem)
        else:
            messages.success(request, "两份档案已经合并。两份的情况和发放记录都在这一页上，随时可以撤销合并。")
            return redirect(person_url(kept))
    compared = [_compared(request, each) for each in (one, two)]
    return _draw(request, one, form, "合并两份档案", refusal=refusal, compared=compared, action="合并")


def _compared(request: StaffRequest, one: Person) -> Context:
    places = sheet.places_of(one, on=today())
    facts, receipts = one.facts.filter(withdrawn_at=None).count(), one.receipts.filter(withdrawn_at=None).count()
    rows = [
        {"term": "身份证号", "detail": mask_id(one.citizen_id)},
        *({"term": place.kind.label, "detail": place.name} for place in places),
        {"term": "登记的情况", "detail": f"{facts} 条"},
        {"term": "发放记录", "detail": f"{receipts} 条"},
    ]
    return {"name": name_for(request.actor, one), "url": person_url(one), "rows": rows}


@needs(Action.MERGE_PERSONS)
@_BOTH
def separate(request: StaffRequest, uuid: UUID) -> HttpResponseBase:
    """Take a merger back, after saying what that does; ``uuid`` is of the file that was merged into another."""
    one = person_by_uuid(request.actor, uuid)
    if one.merged_into is None:
        raise Http404
    kept = person_by_uuid(request.actor, one.merged_into.uuid)
    if request.method == "POST":
        try:
            unmerge(other=one, by=request.actor, on=today())
            messages.success(request, "合并已撤销，两份档案各自恢复原样。")
        except Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect(person_url(kept))
        return redirect(person_url(one))
    context = {
        "heading": "撤销合并", "action": "撤销合并", "cancel_url": person_url(kept),
        "consequence": f"{name_for(request.actor, one)}（{mask_id(one.citizen_id)}）会恢复成单独的一份档案。",
        "unchanged": "两份档案的情况和发放记录都不会丢。",
    }  # fmt: skip
    return render(request, "web/components/confirm.html", context)


urlpatterns = [
    path("persons/<uuid:uuid>/facts/", which_fact, name="fact-which"),
    path("persons/<uuid:uuid>/facts/<slug:fact>/", record, name="fact-record"),
    path("persons/<uuid:uuid>/facts/<int:number>/withdraw/", withdraw, name="fact-withdraw"),
    path("persons/<uuid:uuid>/contacts/<slug:kind>/", contact, name="person-contact"),
    path("persons/<uuid:uuid>/lost/", lost, name="person-lost"),
    path("persons/<uuid:uuid>/merge/<uuid:other>/", merge, name="person-merge"),
    path("persons/<uuid:uuid>/separate/", separate, name="person-separate"),
]
