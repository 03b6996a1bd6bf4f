"""入户核查表: printed or saved for a place, read back filled in, taken row by row after a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhucan.base import audit
from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.base.files import read_stored, store_file
from zhucan.base.permissions import Actor, NotAllowed, NotHere, demand, may
from zhucan.base.queries.divisions import county_of, full_name
from zhucan.base.queries.files import own_file
from zhucan.exchange.enums import FindingKind
from zhucan.exchange.queries.findings import Filters, counts
from zhucan.match.outputs.figures import figures_of
from zhucan.match.outputs.visits import ROWS_PER_PAGE, sheet_rows
from zhucan.match.result import MatchResult
from zhucan.policies.operations.sheets import zipped
from zhucan.policies.operations.visit_sheets import VISITED, visit_result, write_visit_sheets
from zhucan.registry.operations.visits import Outcome, take_result
from zhucan.web.access import StaffRequest, needs
from zhucan.web.forms import Form
from zhucan.web.table import Cell, Column, Row, Table
from zhucan.web.words import table_date, yuan
from zhucan.web.workbench.findings_filter import PLACES, add_places, read_filter
from zhucan.web.workbench.findings_words import shown_name
from zhucan.web.workbench.matching import TYPES
from zhucan.web.workbench.visits_read import NoSheetError, Planned, plan, read_filled
from zhucan.web.workbooks import download

_KEPT_DAYS = 30
_MOST_BYTES = 20 << 20
_SHOWN = 500


class ChoiceForm(Form):
    """Which place and which kinds."""

    kinds = forms.MultipleChoiceField(
        label="种类", choices=[(kind.value, kind.label) for kind in VISITED], widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class UploadForm(Form):
    """The filled-in workbook."""

    file = forms.FileField(
        label="填好的核查表", help_text="收 xlsx、xls、csv，不超过 20 MB。只读核查编号、核查结果、核查人和日期四列。",
    )  # fmt: skip

    def clean_file(self) -> object:
        """Not larger than is read."""
        given = self.cleaned_data["file"]
        if given.size > _MOST_BYTES:
            raise forms.ValidationError("文件超过 20 MB。请按乡镇分开，或去掉图片后再交。")
        return given


@needs(Action.SEE_FINDINGS)
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """Choose what to print; hand in what came back."""
    return _page(request, UploadForm())


def _page(request: StaffRequest, upload: UploadForm, status: int = 200) -> HttpResponse:
    actor = request.actor
    filters, kinds = _chosen(request)
    numbers = counts(actor, filters)
    lines = sum(numbers[kind].lines for kind in kinds)
    choice = ChoiceForm(initial={"kinds": [kind.value for kind in kinds]})
    add_places(choice, actor, filters)
    choice.order_fields([*PLACES, "kinds"])
    query = "&".join([filters.query(), *(f"kinds={kind.value}" for kind in kinds)]).strip("&")
    context = {
        "heading": "入户核查",
        "heading_note": full_name(filters.place or actor.division),
        "choice": choice,
        "form": upload,
        "has_errors": bool(upload.errors),
        "lines": lines,
        "kinds": [(kind.label, numbers[kind].lines) for kind in kinds],
        "pages": -(-lines // ROWS_PER_PAGE),
        "query": query,
        "may_print": may(actor, Action.EXPORT),
        "may_read": may(actor, Action.SETTLE_FINDINGS),
        "one_county": _county(actor, filters) is not None,
    }
    return render(request, "web/visits/index.html", context, status=status)


def _chosen(request: StaffRequest) -> tuple[Filters, list[FindingKind]]:
    given: dict[str, str] = request.GET.dict()
    filters = read_filter({name: value for name, value in given.items() if name == "place" or name in PLACES})
    asked = request.GET.getlist("kinds")
    kinds = [kind for kind in VISITED if kind.value in asked]
    return filters, kinds or list(VISITED)


def _county(actor: Actor, filters: Filters) -> int | None:
    place = filters.place if filters.place is not None else actor.division
    return county_of(place) if place % 10**8 else None


def _result(request: StaffRequest, action: str) -> MatchResult:
    """What was chosen, in clear.

    Raises:
        Refused: there is nothing, too much, or no county is chosen.
    """
    filters, kinds = _chosen(request)
    county = _county(request.actor, filters)
    if county is None:
        raise Refused("没有生成：核查表一次出一个县的。请先选县。")
    return visit_result(county=county, filters=filters, kinds=kinds, by=request.actor, action=action)


def _back(request: StaffRequest, problem: str) -> HttpResponse:
    messages.error(request, problem)
    return HttpResponseRedirect(f"{reverse('workbench:visits')}?{request.GET.urlencode()}")


@needs(Action.EXPORT)
@require_GET
def sheets(request: StaffRequest) -> HttpResponse:
    """The workbook of a township; of several a zip."""
    try:
        files = write_visit_sheets(_result(request, "export_visits"))
    except Refused as refused:
        return _back(request, str(refused))
    today = timezone.localdate().isoformat()
    if len(files) == 1:
        name, data = next(iter(files.items()))
        return download(data, f"{name.removesuffix('.xlsx')}_{today}.xlsx", TYPES["xlsx"])
    return download(zipped(files), f"入户核查表_{today}.zip", TYPES["zip"])


@needs(Action.EXPORT)
@require_GET
def paper(request: StaffRequest) -> HttpResponse:
    """The same on paper: ten rows to a page with room to write, signatures under each village."""
    try:
        result = _result(request, "print_visits")
    except Refused as refused:
        return _back(request, str(refused))
    context = {
        "heading": "入户核查表",
        "sheets": [
            page
            for township, village, rows in sheet_rows(result, figures_of(result))
            for page in _pages(township, village, rows)
        ],
        "back": f"{reverse('workbench:visits')}?{request.GET.urlencode()}",
    }
    return render(request, "web/visits/paper.html", context)


def _pages(township: str, village: str, rows: Sequence[Sequence[object]]) -> list[dict[str, object]]:
    total = -(-len(rows) // ROWS_PER_PAGE)
    return [
        {
            "place": f"{township}　{village}", "number": page + 1, "pages": total, "lines": len(rows),
            "is_last": page + 1 == total,
            "rows": [_paper_row(row) for row in rows[page * ROWS_PER_PAGE : (page + 1) * ROWS_PER_PAGE]],
        }
        for page in range(total)
    ]  # fmt: skip


def _paper_row(row: Sequence[object]) -> dict[str, object]:
    number, name, phone, guardian, reason, question, fen, months = row[:8]
    return {
        "number": number, "name": name, "phone": phone, "guardian": guardian, "reason": reason, "question": question,
        "fen": yuan(fen) if isinstance(fen, int) else "", "months": "" if months is None else months,
    }  # fmt: skip


@needs(Action.SEE_FINDINGS, write=Action.SETTLE_FINDINGS)
@require_POST
def upload(request: StaffRequest) -> HttpResponse:
    """Keep the file and show what it says; nothing is taken yet."""
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data["file"]
        data = given.read()
        try:
            rows = read_filled(given.name, data)
            if not rows:
                raise NoSheetError("表里还没有填核查结果。请在“核查结果”一列填好再交。")
        except NoSheetError as problem:
            form.add_error("file", str(problem))
        else:
            stored = store_file(name=given.name, data=data, by=request.actor, keep_days=_KEPT_DAYS)
            return HttpResponseRedirect(reverse("workbench:visits_read", args=[stored.uuid]))
    return _page(request, form, status=422)


@needs(Action.SEE_FINDINGS, write=Action.SETTLE_FINDINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: StaffRequest, uuid: str) -> HttpResponse:
    """What the sheet says, row by row; sent back, it is taken. Sent twice, it is taken once."""
    demand(request.actor, Action.SETTLE_FINDINGS)
    stored = own_file(request.actor, uuid)
    if stored is None:
        raise Http404
    today = timezone.localdate()
    try:
        planned = plan(request.actor, read_filled(stored.name, read_stored(stored)), today)
    except NoSheetError as problem:
        return _back(request, str(problem))
    if request.method == "POST":
        _take(request, planned)
        return HttpResponseRedirect(reverse("workbench:visits_read", args=[stored.uuid]))
    tally = Counter(one.outcome for one in planned if one.outcome is not None)
    wrong = [one for one in planned if one.problem]
    waiting = sum(count for outcome, count in tally.items() if outcome is not Outcome.NOTHING)
    context = {
        "heading": "读回核查表",
        "heading_note": f"{len(planned):,} 行有结果",
        "tally": [(outcome.value, tally[outcome]) for outcome in Outcome if tally[outcome]],
        "wrong": len(wrong),
        "waiting": waiting,
        "problems": _problems(wrong) if wrong else None,
        "table": _preview([one for one in planned if not one.problem]),
        "more": max(0, len(planned) - len(wrong) - _SHOWN),
    }
    return render(request, "web/visits/read.html", context)


def _take(request: StaffRequest, planned: Sequence[Planned]) -> None:
    """Each row is taken by itself: what fails is said and stays, what is done stays done."""
    actor, today = request.actor, timezone.localdate()
    done: Counter[Outcome] = Counter()
    failed: list[str] = []
    for one in planned:
        if one.problem or one.finding is None or one.day is None:
            continue
        try:
            outcome = take_result(
                finding=one.finding,
                result=one.filled.result,
                visitor=one.filled.who,
                observed=one.day,
                by=actor,
                on=today,
            )
            done[outcome] += 1
        except (Refused, NotAllowed) as refused:
            failed.append(f"{one.filled.number}：{refused}")
        except NotHere:
            failed.append(f"{one.filled.number}：已不在您管的范围里。")
    details: dict[str, audit.Detail] = {outcome.name.lower(): count for outcome, count in done.items()}
    audit.record(by=actor, action="read_visits", subject="findings", place=actor.division, details=details)
    said = "，".join(f"{count:,} 行{outcome.value}" for outcome, count in done.items())
    messages.success(request, f"{said or '没有可记的行'}。")
    for words in failed[:10]:
        messages.warning(request, words)
    if len(failed) > 10:
        messages.warning(request, f"还有 {len(failed) - 10:,} 行没有记，请改好后再交一次；已记的不会重复。")


def _problems(wrong: Sequence[Planned]) -> Table:
    columns = [
        Column("where", "在哪里"), Column("number", "核查编号"), Column("result", "核查结果"),
        Column("problem", "问题与改法", wraps=True),
    ]  # fmt: skip
    rows = [
        Row(
            [
                Cell(f"{one.filled.sheet} 第 {one.filled.row} 行", is_header=True), Cell(one.filled.number),
                Cell(one.filled.result[:30]), Cell(one.problem),
            ]
        )
        for one in wrong[:_SHOWN]
    ]  # fmt: skip
    return Table("没有记的行", columns, rows, id="problems")


def _preview(planned: Sequence[Planned]) -> Table:
    columns = [
        Column("number", "核查编号"), Column("name", "姓名"), Column("kind", "种类"),
        Column("result", "核查结果", wraps=True), Column("who", "核查人"), Column("day", "日期"),
        Column("outcome", "将要"),
    ]  # fmt: skip
    rows = []
    for _, group in groupby(planned[:_SHOWN], key=lambda one: one.filled.sheet):
        for one in group:
            if one.finding is None or one.outcome is None:
                continue
            url = reverse("workbench:finding", args=[one.finding.uuid])
            rows.append(
                Row(
                    [
                        Cell(one.filled.number, url=url, is_header=True), Cell(shown_name(one.finding)),
                        Cell(one.finding.get_kind_display()), Cell(one.filled.result), Cell(one.filled.who),
                        Cell(table_date(one.day)), Cell(one.outcome.value),
                    ]
                )
            )  # fmt: skip
    return Table("可以记的行", columns, rows, empty="没有可以记的行。请照上面的改法改好，再交一次。", id="rows")


urlpatterns = [
    path("visits/", index, name="visits"),
    path("visits/sheets/", sheets, name="visits_sheets"),
    path("visits/print/", paper, name="visits_print"),
    path("visits/read/", upload, name="visits_upload"),
    path("visits/read/<uuid:uuid>/", read, name="visits_read"),
]
