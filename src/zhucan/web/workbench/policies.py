"""政策: what is in force here on a day, one policy with the origin of every line, and what was law before."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from zhucan.base.enums import Action
from zhucan.base.permissions import Actor, may
from zhucan.base.queries.divisions import county_of, full_name
from zhucan.policies.library import library
from zhucan.policies.queries.sheets import value_of
from zhucan.policies.queries.texts import (
    ADOPTED,
    KINDS,
    RHYTHMS,
    ConditionLine,
    coming_rates,
    condition_lines,
    example_words,
    examples_of,
    guide_of,
    layer_of,
    policies_on,
    policy_on,
    rate_lines,
    text_by_fingerprint,
    texts_of,
)
from zhucan.rules.examples import ExampleResult
from zhucan.rules.policy import Policy
from zhucan.rules.printing import money_words
from zhucan.web.access import StaffRequest, needs
from zhucan.web.forms import Form
from zhucan.web.guides import guide_blocks
from zhucan.web.table import Cell, Column, Row, Table
from zhucan.web.words import long_date, table_date
from zhucan.web.workbench.reform_forms import DayField
from zhucan.web.workbench.reform_people import asked_day, county_division
from zhucan.web.workbench.surprises import surprises_url

_SUBJECTS = {"person": "个人", "household": "家庭", "organisation": "单位"}


class DayForm(Form):
    """As of which day."""

    on = DayField(label="哪一天的规定", required=False)


@needs(Action.SEE_POLICIES)
@require_GET
def policies(request: StaffRequest) -> HttpResponse:
    """The policies in force in the actor's place on a day."""
    on, division = asked_day(request), county_division(request.actor)
    found = policies_on(division, on)
    context = {
        "heading": "政策", "filter_form": DayForm({"on": on}), "place": full_name(division) or "全国", "on": on,
        "table": _list(found, on), "may_rates": may(request.actor, Action.SEE_POLICIES),
        "surprises_url": surprises_url(request.actor),
    }  # fmt: skip
    return render(request, "web/policies/policies.html", context)


def _list(found: tuple[Policy, ...], on: date) -> Table:
    columns = [
        Column("policy", "政策"), Column("subject", "对象"), Column("gives", "给什么"),
        Column("rate", "标准", wraps=True), Column("decides", "谁审批"), Column("since", "现行规定起于"),
    ]  # fmt: skip
    rows = [
        Row([
            Cell(policy.zh, url=_url("policy", policy.id, on), is_header=True),
            Cell(_SUBJECTS.get(policy.subject, policy.subject)), Cell(gives(policy)), Cell(_rates(policy)),
            Cell(policy.decides), Cell(table_date(policy.since)),
        ])
        for policy in found
    ]  # fmt: skip
    return Table("现行政策", columns, rows, id="policies", show_caption=False, empty="这一天这里没有施行的政策。")


def _url(name: str, id_: str, on: date) -> str:
    return f"{reverse(f'workbench:{name}', args=[id_])}?{urlencode({'on': on.isoformat()})}"


def gives(policy: Policy) -> str:
    """What a policy gives and how often: 发钱，每月."""
    rhythm = RHYTHMS.get(policy.outcome.rhythm, policy.outcome.rhythm)
    return f"{KINDS[policy.outcome.kind]}，{'一次' if policy.outcome.rhythm == 'once' else f'每{rhythm}'}"


def _rates(policy: Policy) -> str:
    """The rates in short: the sum, from to, or that none is registered."""
    rates = [(rate, row.value) for rate in policy.rates.values() for row in rate.rows if rate.type.money]
    values = sorted({value for _, value in rates if value is not None})
    if not values:
        return "没有登记" if policy.rates else ""
    first, last = (value_of(rates[0][0], value) for value in (values[0], values[-1]))
    return first if first == last else f"{first} 到 {last}"


@needs(Action.SEE_POLICIES)
@require_GET
def policy(request: StaffRequest, id_: str) -> HttpResponse:
    """One policy as it stands in the actor's place on a day, every line with the layer it comes from."""
    on, division = asked_day(request), county_division(request.actor)
    one = policy_on(id_, division, on)
    if one is None:
        raise Http404
    lines = condition_lines(one)
    context = {
        "heading": one.zh, "one": one, "on": on, "filter_form": DayForm({"on": on}),
        "place": full_name(division) or "全国", "facts": _facts(one),
        "conditions": _conditions([each for each in lines if not each.is_beside]),
        "beside": _beside(one, lines), "rates": _rates_table(one), "examples": _examples(one),
        "basis": _basis(one), "notes": [(f"{_place_layer(place)}的说明", said) for place, said in one.notes.items()],
        "guide": guide_blocks(guide_of(one)),
        "texts": _texts(one, request.actor), "surprises_url": surprises_url(request.actor, id_),
        "later": [(day, _url("policy", id_, day)) for day in coming_rates(id_, division, on)],
        "template_url": f"{reverse('workbench:rates_template')}?{urlencode({'policy': id_, 'on': on.isoformat()})}",
    }  # fmt: skip
    return render(request, "web/policies/policy.html", context)


def _facts(one: Policy) -> list[dict[str, object]]:
    layers = " → ".join(dict.fromkeys(_place_layer(place) for place in one.layers))
    return [
        {"term": "对象", "detail": _SUBJECTS.get(one.subject, one.subject)}, {"term": "给什么", "detail": gives(one)},
        {"term": "受理", "detail": one.accepts}, {"term": "审批", "detail": one.decides},
        {"term": "发放", "detail": one.pays}, {"term": "材料", "detail": "、".join(one.materials)},
        {"term": "资金来源", "detail": "、".join(one.fund_sources)},
        {"term": "现行规定起于", "detail": long_date(one.since)},
        {"term": "规定的层次", "detail": layers}, {"term": "指纹", "detail": one.fingerprint[:12]},
    ]  # fmt: skip


def _place_layer(place: str) -> str:
    return layer_of(place, Path(place))


def _layer(layer: str) -> str:
    return "本单位批准" if layer == ADOPTED else layer


def _conditions(lines: list[ConditionLine]) -> Table:
    columns = [
        Column("words", "条件", wraps=True), Column("otherwise", "不满足时告知", wraps=True),
        Column("basis", "依据", wraps=True),
        Column("layer", "出自"),
    ]  # fmt: skip
    rows = [
        Row([Cell(each.words, is_header=True), Cell(each.otherwise), Cell(each.basis), Cell(_layer(each.layer))])
        for each in lines
    ]
    return Table("条件，全部满足才符合", columns, rows, id="conditions", empty="没有条件，人人符合。")


def _beside(one: Policy, lines: list[ConditionLine]) -> Table:
    """What may not be held together, and what may."""
    columns = [
        Column("words", "另一项待遇", wraps=True), Column("effect", "怎样办", wraps=True), Column("basis", "依据"),
        Column("layer", "出自"),
    ]  # fmt: skip
    rows = [
        Row([Cell(each.words, is_header=True), Cell(each.otherwise), Cell(each.basis), Cell(_layer(each.layer))])
        for each in lines if each.is_beside
    ]  # fmt: skip
    rows += [
        Row([
            Cell(each.zh, is_header=True), Cell("可以同时享受"), Cell(each.basis),
            Cell(layer_of(each.origin.place, each.origin.file)),
        ])
        for each in one.stacks
    ]  # fmt: skip
    return Table("与其他待遇", columns, rows, id="beside", empty="没有规定。")


def _rates_table(one: Policy) -> Table:
    columns = [
        Column("keys", "适用"), Column("value", "标准"), Column("since", "起算"), Column("source", "来源"),
        Column("note", "说明", wraps=True), Column("layer", "出自"),
    ]  # fmt: skip
    many = len(one.rates) > 1
    rows = [
        Row([
            Cell(f"{each.name}：{each.keys}" if many else each.keys or "不分情况", is_header=True), Cell(each.value),
            Cell(table_date(each.since) if each.since else ""), Cell(each.source), Cell(each.note),
            Cell(_layer(each.layer)),
        ])
        for each in rate_lines(one)
    ]  # fmt: skip
    return Table("标准", columns, rows, id="rates", show_caption=False, empty="这项政策没有标准。")


def _examples(one: Policy) -> Table:
    columns = [
        Column("note", "例子", wraps=True), Column("facts", "情况", wraps=True), Column("as_of", "哪一天"),
        Column("verdict", "结论", wraps=True),
        Column("amount", "金额"), Column("holds", "和算得的"),
    ]  # fmt: skip
    rows = [_example(each) for each in examples_of(one)]
    return Table("例子", columns, rows, id="examples", show_caption=False, empty="没有例子。")


def _example(each: ExampleResult) -> Row:
    example, found = each.example, each.found
    reason = found.failed[0].otherwise if found is not None and found.failed else ""
    fen = None if example.amount_unknown else example.amount
    amount = money_words(fen) if fen is not None or example.amount_unknown else ""
    return Row([
        Cell(example.note or example.id, is_header=True), Cell(example_words(example, library())),
        Cell(table_date(example.as_of)),
        Cell(example.verdict.zh, note=reason), Cell(amount),
        Cell("相同" if each.holds else "；".join(each.differences)),
    ])  # fmt: skip


def _basis(one: Policy) -> Table:
    columns = [Column("title", "文件"), Column("number", "文号"), Column("issued", "发布"), Column("layer", "出自")]
    rows = [
        Row([
            Cell(each.title, is_header=True), Cell(each.number), Cell(each.issued),
            Cell(_layer(layer_of(each.origin.place, each.origin.file))),
        ])
        for each in one.basis
    ]  # fmt: skip
    return Table("依据", columns, rows, id="basis", show_caption=False)


def _texts(one: Policy, actor: Actor) -> Table:
    """The texts that were law in the county, by fingerprint."""
    columns = [Column("fingerprint", "指纹"), Column("as_of", "用于哪一天"), Column("now", "和现在看的")]
    rows = [
        Row([
            Cell(text.fingerprint[:12], url=reverse("workbench:policy_text", args=[one.id, text.fingerprint]),
                 is_header=True),
            Cell(table_date(text.as_of)), Cell("相同" if text.fingerprint == one.fingerprint else "不同"),
        ])
        for text in texts_of(one.id, county_of(county_division(actor)))
    ]  # fmt: skip
    empty = "还没有用这项政策比对过。每次比对和批准标准时，当时的全文会存下来。"
    return Table("用过的全文", columns, rows, id="texts", show_caption=False, empty=empty)


@needs(Action.SEE_POLICIES)
@require_GET
def policy_text(request: StaffRequest, id_: str, fingerprint: str) -> HttpResponse:
    """The flattened text that was law, by its fingerprint, as it was kept."""
    text = text_by_fingerprint(fingerprint)
    if text is None or text.policy != id_ or text.division != county_of(county_division(request.actor)):
        raise Http404
    law = library()
    title = law.base(id_).zh if id_ in law.ids else id_
    context = {"heading": f"{title}的全文", "text": text, "id_": id_, "lines": text.text.splitlines()}
    return render(request, "web/policies/text.html", context)


urlpatterns = [
    path("policies/", policies, name="policies"),
    path("policies/<slug:id_>/", policy, name="policy"),
    path("policies/<slug:id_>/texts/<slug:fingerprint>/", policy_text, name="policy_text"),
]
