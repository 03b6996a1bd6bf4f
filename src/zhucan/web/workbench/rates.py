"""标准: rates sheets from Excel, proposed by one person and adopted by another; what waits, what was decided."""

from __future__ import annotations

import uuid as uuids
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.base.files import store_file
from zhucan.base.permissions import Actor, may
from zhucan.base.queries.files import own_file
from zhucan.policies.enums import ProposalState
from zhucan.policies.interfaces.rates_sheet import write_template
from zhucan.policies.library import library
from zhucan.policies.operations.rates import division_for_rates, propose_rates
from zhucan.policies.queries.adopted import proposal_by_uuid, proposals_in, proposals_waiting_for
from zhucan.policies.queries.reform import Change, Changed, changed, outcome
from zhucan.policies.queries.sheets import HEADINGS, Cells, SheetFault, rate_changes
from zhucan.policies.queries.texts import policy_on
from zhucan.rules.errors import UnknownName
from zhucan.web.access import StaffRequest, needs
from zhucan.web.table import Cell, Column, Pagination, Row, Table
from zhucan.web.words import long_date, moment, table_date, yuan
from zhucan.web.workbench.inbox import Item, register
from zhucan.web.workbench.reform import (
    ListUrl,
    chart_of,
    doubts,
    faults_table,
    figures,
    listed_moves,
    per,
    rates_table,
    township_names,
    township_table,
)
from zhucan.web.workbench.reform_forms import ChooseForm, read_upload
from zhucan.web.workbench.reform_people import asked_day, county_division, paged, span_of
from zhucan.web.workbooks import download

if TYPE_CHECKING:
    from zhucan.policies.models import RatesProposal

_SESSION, _KEPT, _SIZE = "rates", 4, 50
_FILE_HELP = "下载现行标准的表，改好再传。.xlsx、.xls 或 .csv，不超过 2 MB。"


class ProposeForm(ChooseForm):
    """Which policy, from which day, by which document, and the sheet."""

    source = forms.CharField(
        label="依据（文号）", max_length=200, help_text="例如 港民发〔2026〕8号。表里没有写来源的行，用这一个。"
    )
    file = forms.FileField(label="标准表", help_text=_FILE_HELP)


def titles() -> dict[str, str]:
    """Names of all policies by id."""
    law = library()
    return {id_: law.base(id_).zh for id_ in law.ids}


@needs(Action.SEE_POLICIES)
@require_GET
def rates(request: StaffRequest) -> HttpResponse:
    """The proposals of the actor's division, those that wait first."""
    rows = proposals_in(request.actor)
    waiting = list(rows.filter(adopted_at=None, refused_at=None, withdrawn_at=None))
    decided = rows.exclude(pk__in=[one.pk for one in waiting])
    given = request.GET.get("page", "1")
    number = int(given) if given.isascii() and given.isdecimal() and 0 < len(given) < 6 else 1
    number, total = max(number, 1), decided.count()
    page = list(decided[(number - 1) * _SIZE : number * _SIZE])
    context = {
        "heading": "标准", "may_propose": _may_propose(request.actor),
        "waiting": _table("等待第二人批准", waiting, "waiting", "没有等待批准的标准。"),
        "decided": _table("已经办过的", page, "decided", "还没有办过标准。提出并由另一位同事批准后，列在这里。"),
        "page": Pagination.of(number, _SIZE, total), "many": total > _SIZE,
    }  # fmt: skip
    return render(request, "web/rates/rates.html", context)


def _table(caption: str, proposals: list[RatesProposal], key: str, empty: str) -> Table:
    names = titles()
    columns = [
        Column("policy", "政策"), Column("division", "地方"), Column("on", "从哪天起"),
        Column("source", "依据", wraps=True), Column("by", "提出"), Column("state", "状态"),
    ]  # fmt: skip
    rows = [
        Row([
            Cell(names.get(one.policy, one.policy), url=_url(one), is_header=True),
            Cell(one.division.name), Cell(table_date(one.on)), Cell(one.source or "撤销"),
            Cell(f"{one.proposed_by.name} {moment(one.proposed_at)}"), Cell(state_words(one)),
        ])
        for one in proposals
    ]  # fmt: skip
    return Table(caption, columns, rows, id=key, empty=empty)


def _url(one: RatesProposal) -> str:
    return reverse("workbench:rates_one", args=[one.uuid])


def _may_propose(actor: Actor) -> bool:
    return may(actor, Action.PROPOSE_RATES) and actor.division % 10**6 == 0


def state_words(one: RatesProposal) -> str:
    """Where a proposal stands, and since which day it counts."""
    if one.state is not ProposalState.ADOPTED:
        return one.state.label
    if not one.rows:
        return "已批准撤销"
    return "已批准，已施行" if one.on <= timezone.localdate() else f"已批准，{table_date(one.on)} 起施行"


@needs(Action.PROPOSE_RATES)
@require_http_methods(["GET", "POST"])
def rates_new(request: StaffRequest) -> HttpResponse:
    """Upload a sheet; it is checked, every mistake told, and shown as old → new."""
    division, faults = _division(request), None
    sent = request.method == "POST"
    form = ProposeForm(division, request.POST, request.FILES) if sent else _empty_form(request, division)
    if sent and form.is_valid():
        checked = _check(request, form, division)
        if isinstance(checked, str):
            return redirect("workbench:rates_preview", key=checked)
        faults = faults_table(checked)
    context = {
        "heading": "提出新标准", "form": form, "faults": faults, "has_errors": bool(form.errors or faults),
        "template_url": _template_url(form) if sent and not form.errors.get("policy") else "",
    }  # fmt: skip
    return render(request, "web/rates/new.html", context)


def _division(request: StaffRequest) -> int:
    try:
        return division_for_rates(request.actor)
    except Refused:
        raise Http404 from None


def _empty_form(request: StaffRequest, division: int) -> ProposeForm:
    first = timezone.localdate().replace(day=1)
    following = (
        first.replace(year=first.year + 1, month=1) if first.month == 12 else first.replace(month=first.month + 1)
    )
    return ProposeForm(division, initial={"on": following, "policy": request.GET.get("policy", "")})


def _template_url(form: ProposeForm) -> str:
    data = form.cleaned_data
    if "policy" not in data or "on" not in data:
        return ""
    return (
        f"{reverse('workbench:rates_template')}?{urlencode({'policy': data['policy'], 'on': data['on'].isoformat()})}"
    )


def _check(request: StaffRequest, form: ProposeForm, division: int) -> str | list[SheetFault]:
    """The key of what is now kept for this session, or the mistakes of the sheet (none: the form has them)."""
    data, given = form.cleaned_data, form.cleaned_data["file"]
    policy = policy_on(data["policy"], division, data["on"])
    if policy is None:
        form.add_error("on", "这项政策在这一天没有施行。请换一个日期。")
        return []
    assert isinstance(given, UploadedFile)
    read = read_upload(given, policy, data["on"], data["source"])
    if read.refusal:
        form.add_error("file", read.refusal)
        return []
    found = changed(Change(policy.id, division, data["on"], read.rows)) if not read.faults else None
    if found is None or found.after is None:
        faults = read.faults or (found.sheet if found else ())
        return _numbered(faults, read.numbers if not read.faults else ())
    given.seek(0)
    stored = store_file(name=given.name or "标准表", data=given.read(), by=request.actor)
    told = {"policy": policy.id, "on": data["on"].isoformat(), "source": data["source"], "stored": str(stored.uuid)}
    return _keep(request, told | {"rows": [dict(row) for row in read.rows], "division": division})


def _numbered(faults: tuple[SheetFault, ...], numbers: tuple[int, ...]) -> list[SheetFault]:
    """The mistakes with the rows' numbers in the user's own file."""
    return [
        SheetFault(numbers[one.row - 1], one.column, one.what, one.remedy) if 0 < one.row <= len(numbers) else one
        for one in faults
    ]


def _keep(request: StaffRequest, told: dict[str, object]) -> str:
    held = dict(request.session.get(_SESSION, {}))
    key = str(uuids.uuid4())
    held[key] = told
    request.session[_SESSION] = dict(list(held.items())[-_KEPT:])
    return key


@needs(Action.PROPOSE_RATES)
@require_http_methods(["GET", "POST"])
def rates_preview(request: StaffRequest, key: UUID) -> HttpResponse:
    """Old → new, whom it touches and what it costs; sent, the sheet is put before a second person."""
    told = request.session.get(_SESSION, {}).get(str(key))
    if told is None or told["division"] != _division(request):
        raise Http404
    on, rows = date.fromisoformat(told["on"]), tuple(told["rows"])
    problem = ""
    if request.method == "POST":
        stored = own_file(request.actor, told["stored"])
        try:
            proposal = propose_rates(
                policy=told["policy"], rows=rows, source=told["source"], stored=stored, by=request.actor, on=on,
                today=timezone.localdate(),
            )  # fmt: skip
        except Refused as refused:
            problem = str(refused)
        else:
            request.session[_SESSION] = {k: v for k, v in request.session[_SESSION].items() if k != str(key)}
            return redirect("workbench:rates_one", uuid=proposal.uuid)
    context = {
        "heading": f"新标准：{titles().get(told['policy'], told['policy'])}", "problem": problem, "on": on,
        "source": told["source"], **preview(request, told["policy"], told["division"], on, rows, None),
    }  # fmt: skip
    return render(request, "web/rates/preview.html", context)


def preview(
    request: StaffRequest, policy: str, division: int, on: date, rows: tuple[Cells, ...], url: ListUrl | None
) -> dict[str, object]:
    """Old → new and its effect for a page; what cannot be shown is left out and said."""
    pair = _pair(policy, division, on, rows)
    if pair is None or pair.after is None:
        return {"stale": "现行规定已经变了，这份标准对不上了。请重新下载、改好、再提。"}
    given: dict[str, object] = {"changes": rates_table(rate_changes(pair.before, pair.after))}
    today = timezone.localdate()
    if on < today:
        given["retroactive"] = (
            f"从 {long_date(on)}起算，比今天早。已经发过的月份要按新标准找补：本系统只算出应发多少，不会自动补发。"
        )
    span = span_of(request)
    found = outcome(pair.before, pair.after, span.county, span.low, span.last) if span is not None else None
    if span is None or found is None:
        return given | {"unmatched": True}
    names, to_list = township_names(found), url or ListUrl("", [])
    total, unit = found.total, per(pair.after)
    return given | {
        "found": found, "chart": chart_of(found, names), "notices": doubts(found, pair.after),
        "figures": figures(found, pair.after, to_list) if url else None,
        "table": township_table(found, pair.after, names, to_list) if url else None,
        "sentence": (
            f"{total['gaining']:,} 人多得，共多 {yuan(total['gained_fen'])} {unit}；"
            f"{total['losing']:,} 人少得，共少 {yuan(total['lost_fen'])} {unit}。"
        ),
    }  # fmt: skip


def _pair(policy: str, division: int, on: date, rows: tuple[Cells, ...]) -> Changed | None:
    try:
        return changed(Change(policy, division, on, rows))
    except UnknownName:
        return None


@needs(Action.SEE_POLICIES)
@require_GET
def rates_one(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One proposal: what it says, whom it touches while it waits, and what may be done with it."""
    one = proposal_by_uuid(request.actor, uuid)
    return render(request, "web/rates/one.html", one_context(request, one))


def one_context(request: StaffRequest, one: RatesProposal) -> dict[str, object]:
    """The page of one proposal."""
    actor, title = request.actor, titles().get(one.policy, one.policy)
    waits = one.state is ProposalState.WAITING
    url = ListUrl(reverse("workbench:rates_people", args=[one.uuid]), []) if may(actor, Action.SIMULATE) else None
    given: dict[str, object] = {
        "heading": f"{title}：{'标准' if one.rows else '撤销标准'}", "one": one, "facts": _facts(one, title),
        "waits": waits, "sheet": sheet_table(one.rows) if one.rows and not waits else None,
        "is_own": one.proposed_by_id == actor.user_id,
        "may_adopt": waits and may(actor, Action.ADOPT_RATES) and one.proposed_by_id != actor.user_id,
        "may_withdraw": waits and may(actor, Action.PROPOSE_RATES),
        "may_undo": _may_undo(actor, one),
    }  # fmt: skip
    if waits and one.rows:
        given |= preview(request, one.policy, one.division_id, one.on, tuple(one.rows), url)
    return given


def _may_undo(actor: Actor, one: RatesProposal) -> bool:
    adopted = one.state is ProposalState.ADOPTED and bool(one.rows) and one.on > timezone.localdate()
    return adopted and may(actor, Action.PROPOSE_RATES) and actor.division == one.division_id


def _facts(one: RatesProposal, title: str) -> list[dict[str, object]]:
    decided = one.adopted_at or one.refused_at
    told: list[dict[str, object]] = [
        {"term": "政策", "detail": title}, {"term": "地方", "detail": one.division.name},
        {"term": "从哪天起", "detail": long_date(one.on)}, {"term": "依据", "detail": one.source or "撤销已批准的标准"},
        {"term": "提出", "detail": f"{one.proposed_by.name}，{moment(one.proposed_at)}"},
        {"term": "状态", "detail": state_words(one)},
    ]  # fmt: skip
    if decided and one.decided_by:
        told.append({"term": "办理", "detail": f"{one.decided_by.name}，{moment(decided)}"})
    if one.reason:
        told.append({"term": "理由", "detail": one.reason})
    return told


def sheet_table(rows: list[dict[str, str]]) -> Table:
    """The rows of a sheet as written."""
    names = [name for name in dict.fromkeys(key for row in rows for key in row) if any(row.get(name) for row in rows)]
    facts = library().vocabulary.facts
    kept = [name for name in names if name in facts or name in ("name", "amount", "percentage", "of", "unit", "source")]
    kept.sort(key=lambda name: (name != "name", name not in facts))
    columns = [Column(name, HEADINGS.get(name) or facts[name].zh) for name in kept]
    drawn = [Row([Cell(row.get(name, ""), is_header=not at) for at, name in enumerate(kept)]) for row in rows]
    return Table("标准表", columns, drawn, id="sheet")


@needs(Action.SIMULATE)
@require_GET
def rates_people(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Who gains and who loses by a sheet that waits."""
    one = proposal_by_uuid(request.actor, uuid)
    pair, span = _pair(one.policy, one.division_id, one.on, tuple(one.rows)), span_of(request)
    if one.state is not ProposalState.WAITING or pair is None or pair.after is None:
        return redirect("workbench:rates_one", uuid=uuid)
    found = outcome(pair.before, pair.after, span.county, span.low, span.last) if span is not None else None
    if found is None:
        return render(request, "web/coming/none.html", {"heading": "标准"})
    listed = listed_moves(found, pair.before, pair.after, request.GET.get("kind", "more"))
    context = paged(request, listed, empty="没有人。") | {
        "back_url": reverse("workbench:rates_one", args=[uuid]), "back_title": "这份标准", "export_url": "", "note": "",
    }  # fmt: skip
    return render(request, "web/coming/people.html", context)


@needs(Action.SEE_POLICIES)
@require_GET
def rates_template(request: StaffRequest) -> HttpResponse:
    """The rates in force as an Excel sheet to be changed."""
    if "policy" not in request.GET:
        return redirect("workbench:policies")
    policy = policy_on(request.GET.get("policy", ""), county_division(request.actor), asked_day(request))
    if policy is None:
        raise Http404
    return download(write_template(policy, library(), on=policy.as_of), f"{policy.zh}标准.xlsx")


def _inbox(actor: Actor, on: date) -> list[Item]:
    """Sheets that wait for this actor as second person."""
    names = titles()
    return [
        Item(
            f"批准标准：{names.get(one.policy, one.policy)}", _url(one),
            f"{one.proposed_by.name}提出，{long_date(one.on)}起", due=one.on,
        )
        for one in proposals_waiting_for(actor)[:20]
    ]  # fmt: skip


register("rates", Action.ADOPT_RATES, _inbox)
urlpatterns = [
    path("rates/", rates, name="rates"),
    path("rates/new/", rates_new, name="rates_new"),
    path("rates/template/", rates_template, name="rates_template"),
    path("rates/preview/<uuid:key>/", rates_preview, name="rates_preview"),
    path("rates/<uuid:uuid>/", rates_one, name="rates_one"),
    path("rates/<uuid:uuid>/people/", rates_people, name="rates_people"),
]
