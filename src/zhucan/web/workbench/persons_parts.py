"""The parts of a person's page: who it is on the left; matrix, facts, payments, what happened and who looked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from zhucan.base.audit import action_words
from zhucan.base.enums import Action, FieldGroup
from zhucan.base.permissions import Actor, may, sees
from zhucan.base.queries.person_events import PersonEvent
from zhucan.exchange.enums import FindingKind
from zhucan.policies.queries.matching import MatrixRow
from zhucan.registry.enums import ContactKind, FactReason, RevealReason, SecretField
from zhucan.registry.queries.history import FoundLine
from zhucan.registry.queries.households import Membership
from zhucan.registry.queries.sheet import FactLine, FactSheet, PlaceLine, ReceiptLine, Standing, group_of
from zhucan.registry.vocabulary import vocabulary
from zhucan.web.table import Cell, Column, Row, Table
from zhucan.web.templatetags.zhucan import state
from zhucan.web.words import long_date, mask_name, moment, table_date, yuan
from zhucan.web.workbench.persons_words import (
    age_of,
    category_words,
    certificate_state,
    components_words,
    last_day,
    level_words,
    name_for,
    policy_title,
    sex_of,
    shows_names,
)

if TYPE_CHECKING:
    from zhucan.registry.models import Contact, Person

_STATES = {
    "entitled_receiving": "received", "entitled_not_receiving": "missed", "entitled_not_compared": "not_compared",
    "unknown": "unknown", "not": "not", "doubtful": "doubtful",
}  # fmt: skip
_OF_GROUP = {
    "set_account": FieldGroup.ACCOUNT, "set_contact": FieldGroup.CONTACT, "set_certificate": FieldGroup.DISABILITY,
}  # fmt: skip
"""Writes that tell of a group of fields by their very name."""
_PAST = (Standing.WITHDRAWN, Standing.ENDED)


@dataclass(frozen=True, slots=True)
class WhoRow:
    """A line of who somebody is: text, or (``secret``) a number shown masked until a reason is given."""

    term: str
    detail: str = ""
    secret: SecretField | None = None
    number: str = ""
    change_url: str = ""


def who_rows(
    actor: Actor, person: Person, places: Sequence[PlaceLine], households: Sequence[Membership], on: date
) -> list[WhoRow]:
    """Identity, certificate, places, households: what the office's groups let through."""
    number = person.citizen_id
    age = age_of(number, on)
    rows = [
        WhoRow("身份证号", secret=SecretField.CITIZEN, number=number),
        WhoRow("性别", sex_of(number)),
        WhoRow("年龄", "未知" if age is None else f"{age} 周岁"),
        *(WhoRow(*pair) for pair in (("民族", person.ethnic), ("户口性质", person.hukou)) if pair[1]),
        *(WhoRow(place.kind.label, place.name + _since(place.from_)) for place in places),
    ]
    rows += [WhoRow(one.kind.label, _household(actor, one)) for one in households]
    if sees(actor, FieldGroup.DISABILITY):
        rows += _certificate_rows(person, on)
    return rows


def _since(day: date | None) -> str:
    return f"（{table_date(day)} 起）" if day else ""


def _household(actor: Actor, one: Membership) -> str:
    others = "、".join(name_for(actor, person) for person in one.others)
    return (one.relation or "成员") + (f"，同户的还有{others}" if others else "")


def _certificate_rows(person: Person, on: date) -> list[WhoRow]:
    certificate = getattr(person, "certificate", None)
    if certificate is None:
        return [WhoRow("残疾人证", "没有登记")]
    kind = f"{category_words(certificate.category)}残疾 {level_words(certificate.level)}".strip()
    parts = components_words(certificate.components)
    return [
        WhoRow("残疾人证号", secret=SecretField.CERTIFICATE, number=certificate.number),
        WhoRow("类别等级", kind + (f"（{parts}）" if parts else "")),
        WhoRow("发证日期", table_date(certificate.issued)),
        WhoRow("有效期至", f"{table_date(last_day(certificate.until))}，{certificate_state(person, on)}"),
    ]


def contact_rows(actor: Actor, person: Person, contacts: Sequence[Contact]) -> list[WhoRow]:
    """The address, and one line for each kind of contact, those not there yet too where they may be added."""
    held, may_change = {contact.kind: contact for contact in contacts}, may(actor, Action.CHANGE_PERSONS)
    rows = [WhoRow("详细地址", secret=SecretField.ADDRESS, number=person.address)] if person.address else []
    for kind in ContactKind:
        contact, url = held.get(kind), ""
        if may_change:
            url = reverse("workbench:person-contact", args=[person.uuid, kind.value])
        if contact is not None:
            detail = " ".join(part for part in (contact.relation, _other_name(actor, contact.name)) if part)
            secret = SecretField.PHONES if contact.phone else None
            rows.append(WhoRow(f"{kind.label}电话", detail, secret, contact.phone, url))
        elif may_change:
            rows.append(WhoRow(f"{kind.label}电话", "没有登记", change_url=url))
    return rows


def _other_name(actor: Actor, name: str) -> str:
    return name if shows_names(actor) else mask_name(name)


def account_rows(actor: Actor, person: Person) -> list[WhoRow]:
    """The account money goes to, and whose it is."""
    account = getattr(person, "account", None)
    if account is None:
        return [WhoRow("发放账户", "没有登记")]
    holder = _other_name(actor, account.holder)
    holder += f"（{account.holder_relation}）" if account.holder_relation else ""
    return [
        WhoRow("开户银行", account.bank),
        WhoRow("账号", secret=SecretField.ACCOUNT, number=account.number),
        WhoRow("户名", holder),
    ]


def matrix_table(rows: Sequence[MatrixRow], facts: FactSheet, *, as_of: date) -> Table:
    """Policy, state, money, why, and the oldest day its sources vouch for."""
    observed: dict[str, list[date]] = {}
    for line in facts.lines:
        if line.standing is Standing.USED and line.observed is not None:
            observed.setdefault(line.label, []).append(line.observed)
    columns = [
        Column("policy", "政策"), Column("state", "状态"), Column("fen", "金额", unit="元/期", numeric=True),
        Column("why", "为什么", wraps=True), Column("day", "来源日期"),
    ]  # fmt: skip
    body = [
        Row([
            Cell(row.title, is_header=True), Cell(state(_STATES.get(row.state, row.state))),
            Cell(yuan(row.amount_fen) if row.state.startswith("entitled") else ""),
            Cell(_why(row), note=_presumed(row)), Cell(_oldest(row, observed)),
        ])
        for row in rows
    ]  # fmt: skip
    empty = "还没有可以比对的政策。导入花名册或登记情况后，这里会说明每项政策能不能享受、为什么。"
    return Table(f"政策（按{long_date(as_of)}算）", columns, body, empty=empty, id="matrix", show_caption=False)


def _why(row: MatrixRow) -> str:
    """The reason; of what is unknown the questions to ask; since how many months, where money hangs on it."""
    if row.state == "unknown":
        return f"要问：{row.question}" if row.question else row.reason
    months = f"已涉及 {row.months} 个月" if row.months and row.state in ("entitled_not_receiving", "doubtful") else ""
    said = row.reason or ("条件都满足" if row.state.startswith("entitled") else "")
    return "；".join(part.rstrip("。；") for part in (said, row.remark, months) if part)


def _presumed(row: MatrixRow) -> str:
    words = "、".join(each.removeprefix("推定：") for each in row.leans_on)
    return f"推定：{words}" if words else ""


def _oldest(row: MatrixRow, observed: Mapping[str, Sequence[date]]) -> str:
    days = [min(observed[label]) for label, _ in row.facts if label in observed]
    return table_date(min(days)) if days else ""


@dataclass(frozen=True, slots=True)
class FactTables:
    """What was stated and stands; what follows from lists without being stated; what was withdrawn or ended."""

    stated: Table
    silent: Table
    past: Table


def fact_tables(sheet: FactSheet, person: Person, *, may_change: bool) -> FactTables:
    """The facts of a person in three tables."""
    stated = [line for line in sheet.lines if line.id is not None and line.standing not in _PAST]
    silent = [line for line in sheet.lines if line.id is None]
    past = [line for line in sheet.lines if line.standing in _PAST]
    empty = "还没有登记任何情况。导入名单或点“登记情况”后会列在这里。"
    columns = [Column("fact", "事实"), Column("value", "内容"), Column("source", "凭什么", wraps=True)]
    rows = [Row([Cell(line.label, is_header=True), Cell(line.value), Cell(line.source)]) for line in silent]
    return FactTables(
        _fact_table(stated, person, "登记的情况", "facts", empty, may_change=may_change),
        Table("名单上没有的和推定的", columns, rows, id="facts-silent", show_caption=False),
        _fact_table(past, person, "已撤回的和名单上不再有的", "facts-past", "没有。", may_change=False),
    )


def _fact_table(
    lines: Sequence[FactLine], person: Person, caption: str, id_: str, empty: str, *, may_change: bool
) -> Table:
    columns = [
        Column("fact", "事实"), Column("value", "内容"), Column("valid", "有效"), Column("source", "来源", wraps=True),
    ]  # fmt: skip
    is_plain = all(line.standing is Standing.USED for line in lines)
    if not is_plain:
        columns.append(Column("standing", "采用"))
    if may_change:
        columns.append(Column("act", "办理"))
    rows = []
    for line in lines:
        cells = [
            Cell(line.label, is_header=True), Cell(line.value, note="来源说法不一" if line.dispute else ""),
            Cell(_valid(line)), Cell(_source(line)),
        ]  # fmt: skip
        if not is_plain:
            cells.append(Cell(line.standing.value))
        if may_change:
            url = reverse("workbench:fact-withdraw", args=[person.uuid, line.id]) if line.may_withdraw else ""
            cells.append(Cell("撤回" if url else "", url=url))
        rows.append(Row(cells))
    return Table(caption, columns, rows, empty=empty, id=id_, show_caption=False)


def _valid(line: FactLine) -> str:
    if line.from_ is None and line.until is None:
        return "一直"
    from_ = f"{table_date(line.from_)} 起" if line.from_ else ""
    return f"{from_}，{table_date(line.until)} 止" if from_ and line.until else from_ or f"{table_date(line.until)} 止"


def _source(line: FactLine) -> str:
    """Who says it, on which list, as of which day, and when it was recorded here."""
    observed = f"{table_date(line.observed)} 的情况" if line.observed else ""
    recorded = f"{_recorded(line)} 记录" if line.recorded_at else ""
    return "，".join(part for part in (line.source, line.feed, observed, recorded) if part)


def _recorded(line: FactLine) -> str:
    return f"{table_date(line.recorded_at)} {line.recorded_by}".strip() if line.recorded_at else ""


def disputes_of(sheet: FactSheet) -> list[str]:
    """Who contradicts whom, each once."""
    return list(dict.fromkeys(line.dispute for line in sheet.lines if line.dispute))


def receipts_table(receipts: Sequence[ReceiptLine]) -> Table:
    """What was paid, by month."""
    columns = [
        Column("period", "月份"), Column("policy", "项目"), Column("fen", "金额", unit="元", numeric=True),
        Column("months", "几个月", numeric=True), Column("payer", "发放"), Column("bank", "银行", wraps=True),
    ]  # fmt: skip
    rows = [
        Row([
            Cell(f"{line.period:%Y-%m}", is_header=True), Cell(policy_title(line.policy)), Cell(yuan(line.amount_fen)),
            Cell(line.months), Cell(" ".join(part for part in (line.payer, line.place_name) if part)),
            Cell("没有回盘" if line.arrived is None else "已到账" if line.arrived else f"没有到账：{line.said}"),
        ])
        for line in receipts
    ]  # fmt: skip
    empty = "没有发放记录。导入发放表后会按月列在这里。"
    return Table("发放记录", columns, rows, empty=empty, id="receipts", show_caption=False)


Event = Mapping[str, str]


def timeline_events(
    writes: Iterable[PersonEvent], sheet: FactSheet, receipts: Sequence[ReceiptLine], found: Iterable[FoundLine],
    groups: Collection[FieldGroup],
) -> list[Event]:  # fmt: skip
    """What happened, newest first: writes, lists that said something, findings. Payments stand in their own table."""
    happened: list[tuple[datetime, Event]] = [
        (event.at, {"when": moment(event.at), "what": _write_words(event), "who": _who(event)})
        for event in writes
        if not _is_hidden(event, groups)
    ]
    by_load: dict[tuple[int, str], list[FactLine]] = {}
    for line in sheet.lines:
        if line.load is not None and line.recorded_at is not None:
            by_load.setdefault((line.load, line.feed), []).append(line)
    for (_, feed), lines in by_load.items():
        at = max(line.recorded_at for line in lines if line.recorded_at)
        labels = "、".join(dict.fromkeys(line.label for line in lines))
        happened.append((at, {"when": moment(at), "what": f"导入“{feed}”", "note": f"记下：{labels}"}))
    if {FieldGroup.DISABILITY, FieldGroup.HARDSHIP} <= set(groups):
        happened += [(line.opened_at, _found_words(line)) for line in found]
    return [event for _, event in sorted(happened, key=lambda pair: pair[0], reverse=True)][:60]


def _write_words(event: PersonEvent) -> str:
    words = action_words(event.action)
    meaning = vocabulary().find(str(event.details.get("fact", "")))
    reasons = dict(FactReason.choices)
    how = reasons.get(str(event.details.get("reason", "")), "")
    return f"{words}：{meaning.zh}{f'（{how}）' if how else ''}" if meaning else words


def _is_hidden(event: PersonEvent, groups: Collection[FieldGroup]) -> bool:
    fact = str(event.details.get("fact", ""))
    if fact:
        return group_of(fact) not in groups
    return event.action in _OF_GROUP and _OF_GROUP[event.action] not in groups


def _found_words(line: FoundLine) -> Event:
    title = f"{policy_title(line.policy)}：" if line.policy else ""
    what = f"列入“{line.kind.label}”" if line.kind != FindingKind.DUPLICATE else "列入“疑似重复人员”"
    return {"when": moment(line.opened_at), "what": what, "note": f"{title}{line.reason}"}


def _who(event: PersonEvent) -> str:
    return " · ".join(part for part in (event.who, event.organ) if part) or "系统"


def look_events(looks: Iterable[PersonEvent]) -> list[Event]:
    """Who saw the person, newest first; those who asked for a whole number with what and why."""
    fields, reasons = dict(SecretField.choices), dict(RevealReason.choices)
    events: list[Event] = []
    for event in looks:
        note = ""
        if event.action == "reveal":
            field, reason = str(event.details.get("field", "")), str(event.details.get("reason", ""))
            note = f"{fields.get(field, field)}，{reasons.get(reason, reason)}"
        events.append({"when": moment(event.at), "what": action_words(event.action), "who": _who(event), "note": note})
    return events
