"""一人一档: one person's page. Each view of it is recorded in the transaction that reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from zhucan.base import audit
from zhucan.base.enums import Action, FieldGroup
from zhucan.base.errors import Refused
from zhucan.base.permissions import Actor, may
from zhucan.policies.queries.matching import MatrixRow, matrix
from zhucan.registry.enums import RevealReason, SecretField
from zhucan.registry.operations.reveals import reveal
from zhucan.registry.queries import history, sheet
from zhucan.registry.queries.households import memberships_of
from zhucan.registry.queries.persons import merged_ids, person_by_uuid
from zhucan.web.access import StaffRequest, needs
from zhucan.web.templatetags.zhucan import spoken_id
from zhucan.web.workbench import persons_parts as parts
from zhucan.web.workbench.persons_forms import RevealForm
from zhucan.web.workbench.persons_words import groups_of, name_for, person_url, today

if TYPE_CHECKING:
    from zhucan.registry.models import Person

_FOR_MATRIX = frozenset({FieldGroup.DISABILITY, FieldGroup.HARDSHIP, FieldGroup.PAYMENTS})
"""Who does not see all three gets no matrix: its reasons would tell the rest."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody asked to see whole: the answer, or why not."""

    shown: Mapping[SecretField, str] = field(default_factory=dict)
    form: RevealForm | None = None
    refusal: str = ""
    status: int = 200


@needs(Action.SEE_PERSONS)
@require_safe
def person(request: StaffRequest, uuid: UUID) -> HttpResponseBase:
    """The person's page; a file merged into another leads to that one."""
    one = person_by_uuid(request.actor, uuid)
    if one.merged_into is not None:
        kept = person_by_uuid(request.actor, one.merged_into.uuid)
        messages.info(request, "您打开的档案已经并入这一份。")
        return redirect(person_url(kept))
    return _page(request, one, _Asked())


@needs(Action.REVEAL)
@require_POST
def show(request: StaffRequest, uuid: UUID, secret: str) -> HttpResponseBase:
    """One whole number, for this answer only: alone where htmx asks, else on the person's page."""
    one = person_by_uuid(request.actor, uuid)
    if secret not in SecretField.values:
        raise Http404
    wanted = SecretField(secret)
    form = RevealForm(request.POST)
    asked = _Asked(form=form, refusal="没有显示：请先选为什么要看。", status=422)
    if form.is_valid():
        given = form.cleaned_data
        try:
            whole = reveal(
                person=one, field=wanted, reason=RevealReason(given["reason"]), note=given["note"], by=request.actor,
                on=today(),
            )  # fmt: skip
            asked = _Asked({wanted: whole}, form)
        except Refused as refusal:
            asked = _Asked(form=form, refusal=str(refusal), status=422)
    if request.headers.get("HX-Request"):
        return _only_number(one, wanted, asked)
    return _page(request, one, asked)


def _only_number(one: Person, wanted: SecretField, asked: _Asked) -> HttpResponse:
    if wanted in asked.shown:
        text = format_html('<strong class="code masked" data-announce="已显示">{}</strong>', asked.shown[wanted])
        return HttpResponse(text, headers={"Cache-Control": "no-store"})
    number = _held(one, wanted)
    button = format_html(
        '<button type="submit" class="small" form="reveal" formaction="{0}" hx-post="{0}" hx-target="closest .masked" '
        'hx-swap="outerHTML">显示<span class="vh">{1}</span></button>', _show_url(one, wanted), wanted.label,
    )  # fmt: skip
    text = format_html(
        '<span class="masked">{} {} <span class="bad" data-announce="{}">{}</span></span>',
        spoken_id(number), button, asked.refusal, asked.refusal,
    )  # fmt: skip
    return HttpResponse(text, status=422, headers={"Cache-Control": "no-store"})


def _held(one: Person, wanted: SecretField) -> str:
    """The number itself, to be drawn masked again."""
    if wanted == SecretField.CITIZEN:
        return one.citizen_id
    holder = getattr(one, "certificate" if wanted == SecretField.CERTIFICATE else "account", None)
    return holder.number if holder is not None and wanted in (SecretField.CERTIFICATE, SecretField.ACCOUNT) else ""


def _show_url(one: Person, wanted: SecretField) -> str:
    return reverse("workbench:person-reveal", args=[one.uuid, wanted.value])


@transaction.atomic
def _page(request: StaffRequest, one: Person, asked: _Asked) -> HttpResponse:
    actor, as_of = request.actor, _as_of(request)
    audit.record(by=actor, action="view_person", subject="person", subject_id=one.pk, person_id=one.pk, place=one.place)
    context = {
        **_who(actor, one, as_of), **_what(actor, one, as_of),
        "heading": name_for(actor, one), "person": one, "as_of": as_of,
        "is_today": as_of == today(), "shown": asked.shown, "refusal": asked.refusal,
        "reveal_form": (asked.form or RevealForm()) if may(actor, Action.REVEAL) else None,
        "has_errors": bool(asked.refusal), "may_change": may(actor, Action.CHANGE_PERSONS),
    }  # fmt: skip
    response = render(request, "web/persons/person.html", context, status=asked.status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _as_of(request: StaffRequest) -> date:
    """The day the page is computed for (``?on=``); today where none or none such is given."""
    try:
        given = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return today()
    return given if date(2000, 1, 1) <= given < date(2100, 1, 1) else today()


def _who(actor: Actor, one: Person, as_of: date) -> dict[str, object]:
    groups, ids = groups_of(actor), merged_ids(one)
    lines = parts.who_rows(actor, one, sheet.places_of(one, on=as_of), memberships_of(ids, on=as_of), as_of)
    found: dict[str, object] = {"who": _drawn(actor, one, lines)}
    if FieldGroup.CONTACT in groups:
        contacts = parts.contact_rows(actor, one, sheet.contacts_of(one))
        found["contacts"] = _drawn(actor, one, contacts)
    if FieldGroup.ACCOUNT in groups:
        found["account"] = _drawn(actor, one, parts.account_rows(actor, one))
    if may(actor, Action.MERGE_PERSONS):
        found["duplicates"] = _others(actor, history.duplicates_of(actor, one))
        found["merged"] = _others(actor, history.merged_files(actor, ids))
    return found


def _others(actor: Actor, files: Sequence[Person]) -> list[dict[str, object]]:
    """Other files, as a line each: name and masked number."""
    return [{"uuid": file.uuid, "name": name_for(actor, file), "number": file.citizen_id} for file in files]


def _drawn(actor: Actor, one: Person, rows: list[parts.WhoRow]) -> list[dict[str, object]]:
    """The rows for the template; the button of a secret only for whom it would answer."""
    asks = may(actor, Action.REVEAL)
    return [
        {"term": row.term, "detail": row.detail, "number": row.number, "secret": row.secret,
         "change_url": row.change_url, "url": _show_url(one, row.secret) if row.secret and asks else ""}
        for row in rows
    ]  # fmt: skip


def _what(actor: Actor, one: Person, as_of: date) -> dict[str, object]:
    groups, ids = groups_of(actor), merged_ids(one)
    facts = sheet.facts_of(one, ids, as_of=as_of).seen_by(groups)
    receipts = sheet.receipts_of_person(ids) if FieldGroup.PAYMENTS in groups else []
    found: dict[str, object] = {
        "facts": parts.fact_tables(facts, one, may_change=may(actor, Action.CHANGE_PERSONS)),
        "disputes": parts.disputes_of(facts),
        "events": parts.timeline_events(
            history.writes_of(ids), facts, receipts, history.findings_of(actor, one), groups
        ),
        "looks": parts.look_events(history.looks_of(ids)),
    }  # fmt: skip
    if FieldGroup.PAYMENTS in groups:
        found["receipts"] = parts.receipts_table(receipts)
    if groups >= _FOR_MATRIX:
        rows = matrix(one.pk, one.county, as_of=as_of)
        found |= {"matrix": parts.matrix_table(rows, facts, as_of=as_of), "policies": _told(rows)}
    return found


def _told(rows: Sequence[MatrixRow]) -> list[dict[str, object]]:
    """Each policy's conditions and the facts it looked at; what is told to whoever fails one is said of those alone."""
    return [
        {
            "title": row.title, "facts": row.facts,
            "conditions": [
                (_held_words(one.holds), one.requirement, "" if one.holds is not False else one.words, one.basis,
                 one.missing)
                for one in row.conditions
            ],
        }
        for row in rows
    ]  # fmt: skip


def _held_words(holds: bool | None) -> SafeString:
    """How a condition stands, in words with a shape."""
    shape, words = {True: ("●", "满足"), False: ("–", "不满足"), None: ("?", "还不知道")}[holds]
    return format_html('<span class="state"><span class="shape" aria-hidden="true">{}</span> {}</span>', shape, words)


urlpatterns = [
    path("persons/<uuid:uuid>/", person, name="person"),
    path("persons/<uuid:uuid>/reveal/<str:secret>/", show, name="person-reveal"),
]
