"""试算: what another rate or condition would do, before it is law. Only that it was tried is recorded."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from zhucan.base.enums import Action
from zhucan.base.queries.divisions import names_of
from zhucan.policies.operations.reform import note_export, note_simulation
from zhucan.policies.queries.reform import Change, Changed, Outcome, changed, outcome
from zhucan.policies.queries.sheets import RateChange, SheetFault, rate_changes
from zhucan.policies.queries.texts import RHYTHMS, policy_on
from zhucan.rules.errors import UnknownName
from zhucan.rules.policy import Policy
from zhucan.rules.printing import words_of
from zhucan.web.access import StaffRequest, needs
from zhucan.web.charts import Bar, Chart, Group, grouped_bars
from zhucan.web.table import Cell, Column, Row, Table
from zhucan.web.words import count, long_date, yuan
from zhucan.web.workbench.reform_forms import ChangeForm, ChooseForm
from zhucan.web.workbench.reform_people import (
    Listed,
    Span,
    change_words,
    county_division,
    paged,
    span_of,
    sum_words,
)
from zhucan.web.workbooks import download, workbook

_SESSION, _KEPT = "reforms", 8
_KINDS = {"more": "多得的人", "less": "少得的人", "open": "还不能定多少的人"}


@needs(Action.SIMULATE)
@require_GET
def reform(request: StaffRequest) -> HttpResponse:
    """Which policy, from which day."""
    division = county_division(request.actor)
    if "policy" in request.GET:
        form = ChooseForm(division, request.GET)
        if form.is_valid():
            query = urlencode({"policy": form.cleaned_data["policy"], "on": form.cleaned_data["on"].isoformat()})
            return redirect(f"{reverse('workbench:reform_change')}?{query}")
    else:
        form = ChooseForm(division, initial={"on": timezone.localdate()})
    return render(request, "web/reform/choose.html", {"heading": "试算", "form": form})


def asked_policy(request: StaffRequest, division: int) -> Policy:
    """The policy and day the query string asks for.

    Raises:
        Http404: there is none in force there and then.
    """
    try:
        on = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        raise Http404 from None
    policy = policy_on(request.GET.get("policy", ""), division, on)
    if policy is None:
        raise Http404
    return policy


@needs(Action.SIMULATE)
@require_http_methods(["GET", "POST"])
def reform_change(request: StaffRequest) -> HttpResponse:
    """The form with the rates and conditions in force; sent, it is checked and the result is shown."""
    if "policy" not in request.GET:
        return redirect("workbench:reform")
    division = county_division(request.actor)
    policy = asked_policy(request, division)
    form = ChangeForm(policy, request.POST, request.FILES) if request.method == "POST" else ChangeForm(policy)
    if request.method == "POST" and form.is_valid():
        change = form.change(division)
        found = changed(change) if change is not None else None
        if change is not None and found is not None and found.after is not None:
            note_simulation(change=change, by=request.actor)
            return redirect("workbench:reform_result", key=_keep(request, change))
        if found is not None:
            form.blame(found.sheet, found.conditions)
    context = {
        "heading": f"试算：{policy.zh}", "form": form, "policy": policy, "faults": faults_table(form.sheet_faults),
        "has_errors": bool(form.errors or form.sheet_faults),
    }  # fmt: skip
    return render(request, "web/reform/change.html", context)


def faults_table(faults: object) -> Table | None:
    """The mistakes of a sheet: row, column, what is wrong, what to do; None where there are none."""
    found = [fault for fault in faults if isinstance(fault, SheetFault)] if isinstance(faults, list | tuple) else []
    if not found:
        return None
    columns = [
        Column("row", "行"), Column("column", "列"), Column("what", "错在哪里", wraps=True), Column("remedy", "怎样改"),
    ]  # fmt: skip
    rows = [
        Row([
            Cell(f"第 {fault.row} 行" if fault.row else "整张表", is_header=True), Cell(fault.column),
            Cell(fault.what), Cell(fault.remedy),
        ])
        for fault in found[:200]
    ]  # fmt: skip
    return Table(f"标准表有 {len(found)} 处要改", columns, rows, id="faults")


def _keep(request: StaffRequest, change: Change) -> str:
    """Keep the change for this session under a key of its own; the oldest of many is forgotten."""
    held = dict(request.session.get(_SESSION, {}))
    key = str(uuids.uuid4())
    held[key] = change.to_json()
    request.session[_SESSION] = dict(list(held.items())[-_KEPT:])
    return key


@dataclass(frozen=True, slots=True)
class _Result:
    key: str
    change: Change
    pair: Changed
    after: Policy
    span: Span
    found: Outcome


def _result(request: StaffRequest, key: UUID) -> _Result | None:
    """The result of a change this session keeps; None: nothing was matched yet. Raises Http404."""
    told = request.session.get(_SESSION, {}).get(str(key))
    if told is None:
        raise Http404
    change = Change.from_json(told)
    if change.division != county_division(request.actor):
        raise Http404  # made in another post
    try:
        pair = changed(change)
    except UnknownName:
        raise Http404 from None
    span = span_of(request)
    if span is None or pair.after is None:
        return None
    found = outcome(pair.before, pair.after, span.county, span.low, span.last)
    return _Result(str(key), change, pair, pair.after, span, found) if found is not None else None


@needs(Action.SIMULATE)
@require_GET
def reform_result(request: StaffRequest, key: UUID) -> HttpResponse:
    """Persons and money before and after, who gains and loses, per township, as figures, chart and table."""
    result = _result(request, key)
    if result is None:
        return render(request, "web/coming/none.html", {"heading": "试算"})
    names = township_names(result.found)
    context = {
        "heading": f"试算结果：{result.after.zh}", "found": result.found, "sentence": _sentence(result),
        "figures": figures(result.found, result.after, _list_url(result)), "chart": chart_of(result.found, names),
        "table": township_table(result.found, result.after, names, _list_url(result)),
        "rates": rates_table(rate_changes(result.pair.before, result.after)) if result.change.rows else None,
        "conditions": _conditions(result), "notices": doubts(result.found, result.after), "change": result.change,
        "again_url": f"{reverse('workbench:reform_change')}?{_asked(result.change)}",
        "export_url": f"{reverse('workbench:reform_export', args=[result.key])}?{urlencode(result.span.parameters)}",
        "open_url": _list_url(result)("open", None) if _open(result.found) else "", "open": _open(result.found),
    }  # fmt: skip
    return render(request, "web/reform/result.html", context)


def _asked(change: Change) -> str:
    return urlencode({"policy": change.policy, "on": change.on.isoformat()})


def _open(found: Outcome) -> int:
    return int((found.moves["kind"] == "open").sum())


class ListUrl:
    """The address of the list behind a number: a kind, in one township or all."""

    def __init__(self, base: str, parameters: list[tuple[str, str]]) -> None:
        self.base, self.parameters = base, parameters

    def __call__(self, kind: str, place: int | None) -> str:
        """The address."""
        kept = [pair for pair in self.parameters if pair[0] != "place" or place is None]
        return f"{self.base}?{urlencode([('kind', kind), *kept, *([('place', str(place))] if place else [])])}"


def _list_url(result: _Result) -> ListUrl:
    return ListUrl(reverse("workbench:reform_list", args=[result.key]), result.span.parameters)


def per(policy: Policy) -> str:
    """The rhythm of a policy's money: 元/月."""
    return f"元/{RHYTHMS.get(policy.outcome.rhythm, policy.outcome.rhythm)}"


def signed(fen: int) -> str:
    """A difference of money with its sign."""
    return f"{'+' if fen > 0 else ''}{yuan(fen)}"


def _sentence(result: _Result) -> str:
    """What a change does, in one sentence."""
    total, unit = result.found.total, per(result.after)
    change = total["fen_after"] - total["fen_before"]
    money = "支出不变" if not change else f"{'多' if change > 0 else '少'}支出 {yuan(abs(change))} {unit}"
    people = f"符合的人从 {total['entitled_before']:,} 变为 {total['entitled_after']:,}"
    return f"{people}，{money}；{total['gaining']:,} 人多得，{total['losing']:,} 人少得或不再得。"


def figures(found: Outcome, policy: Policy, url: ListUrl) -> list[dict[str, object]]:
    """The two numbers that matter to people, each opening its list."""
    total, unit = found.total, per(policy)
    return [
        {"count": total["gaining"], "unit": "人", "title": _KINDS["more"], "url": url("more", None),
         "money": f"共多 {yuan(total['gained_fen'])} {unit}"},
        {"count": total["losing"], "unit": "人", "title": _KINDS["less"], "url": url("less", None),
         "money": f"共少 {yuan(total['lost_fen'])} {unit}"},
    ]  # fmt: skip


def doubts(found: Outcome, policy: Policy) -> list[str]:
    """What the figures leave out, said aloud."""
    total, said = found.total, []
    if total["unknown_before"] or total["unknown_after"]:
        said.append(
            f"待核实的人改前 {total['unknown_before']:,}、改后 {total['unknown_after']:,}，不知道是否符合，"
            "没有算进金额，也不算多得少得。"
        )
    if total["unpriced_before"] or total["unpriced_after"]:
        said.append(
            f"符合但金额未知的人改前 {total['unpriced_before']:,}、改后 {total['unpriced_after']:,}"
            "（标准没有登记，或缺定标准的情况），各项金额不含他们。"
        )
    return said


def township_names(found: Outcome) -> Mapping[int, str]:
    """Names of the places of the table; one query."""
    return names_of(found.table["place"].to_list())


def _place_name(place: int, names: Mapping[int, str]) -> str:
    return names.get(place, "") if place % 10**6 else "没有写明乡镇"


def chart_of(found: Outcome, names: Mapping[int, str]) -> Chart:
    """Gainers and losers per township."""
    rows = list(found.table.iter_rows(named=True))
    most = max(rows, key=lambda row: int(row["gaining"]) + int(row["losing"]), default=None)
    sentence = "没有人多得，也没有人少得。"
    if most is not None and most["gaining"] + most["losing"]:
        name = _place_name(most["place"], names)
        sentence = f"变动的人最多的是{name}：{most['gaining']:,} 人多得，{most['losing']:,} 人少得。"
    groups = [
        Group(_place_name(row["place"], names), [Bar("多得", row["gaining"]), Bar("少得", row["losing"])])
        for row in rows
    ]
    return grouped_bars("reform", "多得和少得的人", sentence, groups, unit="人")


def township_table(found: Outcome, policy: Policy, names: Mapping[int, str], url: ListUrl) -> Table:
    """One row for each township, the sum at the foot."""
    unit = per(policy)
    columns = [
        Column("place", "乡镇（街道）"), Column("before", "符合（前）", "人", numeric=True),
        Column("after", "符合（后）", "人", numeric=True), Column("fen_before", "金额（前）", unit, numeric=True),
        Column("fen_after", "金额（后）", unit, numeric=True), Column("change", "相差", unit, numeric=True),
        Column("more", "多得", "人", numeric=True), Column("less", "少得", "人", numeric=True),
        Column("unknown", "待核实（后）", "人", numeric=True),
    ]  # fmt: skip
    rows = [
        _township(row, _place_name(row["place"], names), url, row["place"]) for row in found.table.iter_rows(named=True)
    ]
    total = _township(found.total, "合计", url, None)
    if len(rows) > 1:
        rows.append(Row(total.cells, is_total=True))
    return Table("各乡镇（街道）", columns, rows, id="townships", empty="这里没有人。")


def _township(row: Mapping[str, int], name: str, url: ListUrl, place: int | None) -> Row:
    has_list = place is None or place % 10**6 != 0
    links = {
        kind: url(kind, place) if row[column] and has_list else ""
        for kind, column in (("more", "gaining"), ("less", "losing"))
    }
    return Row([
        Cell(name, is_header=True), Cell(count(row["entitled_before"])), Cell(count(row["entitled_after"])),
        Cell(yuan(row["fen_before"])), Cell(yuan(row["fen_after"])), Cell(signed(row["fen_after"] - row["fen_before"])),
        Cell(count(row["gaining"]), url=links["more"]), Cell(count(row["losing"]), url=links["less"]),
        Cell(count(row["unknown_after"])),
    ])  # fmt: skip


def rates_table(changes: list[RateChange]) -> Table:
    """Old → new, row by row."""
    many = len({change.name for change in changes}) > 1

    def said(change: RateChange) -> str:
        return f"{change.name}：{change.keys}" if many else change.keys

    kinds = {"changed": "改", "added": "新增", "removed": "去掉", "same": "不变"}
    columns = [
        Column("keys", "适用"), Column("before", "原来"), Column("after", "改为"), Column("kind", "变化"),
    ]  # fmt: skip
    rows = [Row([Cell(said(c), is_header=True), Cell(c.before), Cell(c.after), Cell(kinds[c.kind])]) for c in changes]
    return Table("标准：原来和改后", columns, rows, id="rates")


def _conditions(result: _Result) -> Table | None:
    """The conditions that differ, in words."""
    change = result.change
    touched = {*(change.conditions or {}), *change.off}
    if not touched:
        return None
    columns = [Column("id", "条件"), Column("before", "原来", wraps=True), Column("after", "改为")]
    rows = [
        Row([
            Cell(old.otherwise, is_header=True), Cell(words_of(old.test)),
            Cell("停用" if old.id in change.off else words_of(result.after.condition(old.id).test)),
        ])
        for old in result.pair.before.conditions if old.id in touched
    ]  # fmt: skip
    return Table("条件：原来和改后", columns, rows, id="conditions")


def listed_moves(found: Outcome, before: Policy, after: Policy, kind: str) -> Listed:
    """Who gains, who loses, or of whom it cannot be said."""
    if kind not in _KINDS:
        raise Http404
    rows = []
    for row in found.moves.filter(found.moves["kind"] == kind).iter_rows(named=True):
        sums = (sum_words(row["fen_before"], row["before"], before), sum_words(row["fen_after"], row["after"], after))
        rows.append((row["person"], row["place"], (change_words(row["before"], row["after"]), *sums)))
    columns = [Column("change", "结论"), Column("before", "原来"), Column("after", "改后")]
    return Listed(rows, columns, f"{after.zh}：{_KINDS[kind]}")


def _list(request: StaffRequest, key: UUID) -> Listed:
    result = _result(request, key)
    if result is None:
        raise Http404
    return listed_moves(result.found, result.pair.before, result.after, request.GET.get("kind", "more"))


@needs(Action.SIMULATE)
@require_GET
def reform_list(request: StaffRequest, key: UUID) -> HttpResponse:
    """The persons behind a number of the result."""
    listed = _list(request, key)
    kept = urlencode([(name, value) for name, value in request.GET.items() if name not in ("page", "print")])
    context = paged(request, listed, empty="没有人。") | {
        "back_url": reverse("workbench:reform_result", args=[key]), "back_title": "试算结果",
        "export_url": f"{reverse('workbench:reform_list_export', args=[key])}?{kept}", "note": "",
    }  # fmt: skip
    return render(request, "web/coming/people.html", context)


@needs(Action.EXPORT)
@require_GET
def reform_list_export(request: StaffRequest, key: UUID) -> HttpResponse:
    """The same list as a workbook."""
    listed = _list(request, key)
    note_export(what="reform", rows=len(listed.rows), by=request.actor)
    return download(listed.workbook(request.actor), "试算名单.xlsx")


@needs(Action.EXPORT)
@require_GET
def reform_export(request: StaffRequest, key: UUID) -> HttpResponse:
    """The table of townships as a workbook."""
    result = _result(request, key)
    if result is None:
        raise Http404
    names = township_names(result.found)
    table = township_table(result.found, result.after, names, _list_url(result))
    rows = [[str(cell.value or "") for cell in row.cells] for row in table.rows]
    title = f"试算：{result.after.zh}，{long_date(result.change.on)}起"
    return download(workbook(title, [column.heading for column in table.columns], rows), "试算结果.xlsx")


urlpatterns = [
    path("reform/", reform, name="reform"),
    path("reform/change/", reform_change, name="reform_change"),
    path("reform/<uuid:key>/", reform_result, name="reform_result"),
    path("reform/<uuid:key>/list/", reform_list, name="reform_list"),
    path("reform/<uuid:key>/list/export/", reform_list_export, name="reform_list_export"),
    path("reform/<uuid:key>/export/", reform_export, name="reform_export"),
]
