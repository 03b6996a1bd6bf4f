"""Civil affairs' payroll of both subsidies for one month, and the bank's return file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zhucan.demo.office import Listed, Office
from zhucan.demo.people import CATEGORY_WORDS, LEVEL_WORDS, Person
from zhucan.demo.sheets import Page, Row, write_book
from zhucan.demo.stories import LIVING, NURSING

_YUAN_A_MONTH = 90
"""What the invented roll pays each month; the truth counts any other sum as wrong."""
_WRONG_SUMS = (45, 60, 80)
_TITLES = {LIVING: "困难残疾人生活补贴", NURSING: "重度残疾人护理补贴"}
_BATCHES = {LIVING: "SH", NURSING: "HL"}
_HEADINGS = (
    *("序号", "乡镇", "村", "姓名", "身份证号", "残疾人证号", "残疾类别等级", "月补贴标准(元)", "发放月数"),
    *("本次发放金额(元)", "开户行", "银行账号", "收款人", "备注"),
)
_ARRIVED = ("0000", "交易成功")
_RETURNS = (("2001", "账号户名不符"), ("2003", "账户已销户"), ("2007", "账户状态异常"), ("2010", "账号不存在"))
_RETURN_STORIES = ("failed", "resent")


@dataclass(frozen=True, slots=True)
class Payment:
    """One payroll row: who, in which township, months, 元, and what the bank did with it (``how``, from the story)."""

    payee: Listed
    township: str
    months: int
    yuan: int
    how: str
    level: str = ""
    bank: str = "农商银行"
    account: str = "6299990000000000000"


@dataclass(frozen=True, slots=True)
class Payroll:
    """The month's payments by policy, and the payees who are on no roster."""

    payments: dict[str, list[Payment]]
    strays: dict[str, list[Listed]]


def draw_payroll(office: Office) -> Payroll:
    """Everybody's payments as their stories have them, and for each policy a few to people on no roster."""
    strays = {policy: [office.stranger() for _ in range(max(2, len(office.people) // 500))] for policy in _TITLES}
    payments = {policy: _payments(policy, office, strays[policy]) for policy in _TITLES}
    return Payroll(payments, strays)


def write_payroll(path: Path, payroll: Payroll, office: Office) -> None:
    """One sheet for each subsidy, with subtotals by township, and a hidden sheet of last year."""
    pages = [_page(policy, payments, office) for policy, payments in payroll.payments.items()]
    old = [_row(number, payment, office) for number, payment in enumerate(payroll.payments[LIVING][:30], start=1)]
    pages.insert(1, Page(f"{office.as_of.year - 1}年12月旧表", "旧表", _HEADINGS, old, hidden=True))
    write_book(path, pages, office.as_of)


def write_bank_return(path: Path, payroll: Payroll, office: Office) -> None:
    """The bank's answer, a batch for each sheet: fields parted by ``|``, GB18030; payments sent again come last."""
    lines: list[str] = []
    for policy, payments in payroll.payments.items():
        lines += _batch(policy, payments, office)
    path.write_text("".join(f"{line}\r\n" for line in lines), encoding="gb18030", newline="")


def _payments(policy: str, office: Office, strays: Sequence[Listed]) -> list[Payment]:
    rows = [payment for person in office.people for payment in _of_person(person, policy, office)]
    rows += [Payment(stray, stray.village.township, 1, _YUAN_A_MONTH, "paid") for stray in strays]
    townships = {village.township: village.code for village in reversed(office.registry.villages)}
    return sorted(
        rows, key=lambda row: (townships[row.township], row.payee.village.code, row.payee.identity.citizen_id)
    )


def _of_person(person: Person, policy: str, office: Office) -> list[Payment]:
    how = person.story.paid_living if policy == LIVING else person.story.paid_nursing
    if how == "none":
        return []
    months = office.dirt.random.randint(2, 6) if how == "back_pay" else 1
    yuan = _YUAN_A_MONTH * months
    if how in ("wrong", "zero"):
        yuan = office.dirt.random.choice(_WRONG_SUMS) if how == "wrong" else 0
    home = person.village.township
    townships = [home]
    if how in ("twice", "two_townships"):
        others = sorted({village.township for village in office.registry.villages} - {home})
        townships.append(home if how == "twice" else office.dirt.random.choice(others))
    payee = Listed(person.identity, person.village, person.story.event, person.certificate)
    level = CATEGORY_WORDS[person.category] + LEVEL_WORDS[person.level]
    return [Payment(payee, town, months, yuan, how, level, person.bank, person.account) for town in townships]


def _page(policy: str, payments: Sequence[Payment], office: Office) -> Page:
    rows: list[Row] = []
    by_township: dict[str, list[Payment]] = {}
    for payment in payments:
        by_township.setdefault(payment.township, []).append(payment)
    number = 0
    for township, own in by_township.items():
        for payment in own:
            number += 1
            rows.append(_row(number, payment, office))
        total = sum(payment.yuan for payment in own)
        rows.append(["", f"{township}小计", "", f"{len(own)}人", "", "", "", "", "", total])
    month = f"{office.as_of.year}年{office.as_of.month}月"
    total = sum(payment.yuan for payment in payments)
    return Page(
        name=_TITLES[policy],
        title=f"{office.county}{month}{_TITLES[policy]}发放花名册",
        headings=_HEADINGS,
        rows=rows,
        note=f"制表单位:{office.county}民政局    单位:元",
        foot=[
            ["合计", "", "", f"{len(payments)}人", "", "", "", "", "", total],
            ["制表人:某某某", "", "", "复核人:某某某"],
        ],
    )


def _row(number: int, payment: Payment, office: Office) -> Row:
    township, village = office.dirt.township(payment.township), office.dirt.village(payment.payee.village.name)
    name, citizen_id = office.who(payment.payee)
    remark = {"back_pay": f"含补发{payment.months - 1}个月", "zero": "本月停发"}.get(payment.how, "")
    return [
        *(number, township, village, name, citizen_id, payment.payee.certificate, payment.level),
        *(_YUAN_A_MONTH, payment.months, office.dirt.money(payment.yuan)),
        *(payment.bank, payment.account, payment.payee.identity.name, remark),
    ]


def _batch(policy: str, payments: Sequence[Payment], office: Office) -> list[str]:
    """Head, headings, a line for each payment of more than nothing, lines sent again, and the bank's own count."""
    sent = [(number, payment) for number, payment in enumerate(payments, start=1) if payment.yuan]
    batch = f"GN{office.as_of:%Y%m}{_BATCHES[policy]}"
    total = sum(payment.yuan for _, payment in sent)
    first, again = date(office.as_of.year, office.as_of.month, 5), date(office.as_of.year, office.as_of.month, 7)
    failed = sum(payment.how in _RETURN_STORIES for _, payment in sent)
    lines = [
        f"H|{batch}|{_TITLES[policy]}|{len(sent)}|{total}.00|{first:%Y%m%d}",
        "序号|户名|账号|金额|返回码|返回信息|交易日期",
    ]
    for number, payment in sent:
        code, words = office.dirt.random.choice(_RETURNS) if payment.how in _RETURN_STORIES else _ARRIVED
        lines.append(_line(number, payment, code, words, first))
    lines += [_line(number, payment, "0000", "重发成功", again) for number, payment in sent if payment.how == "resent"]
    return [*lines, f"T|{batch}|{len(sent) - failed}|{failed}"]


def _line(number: int, payment: Payment, code: str, words: str, day: date) -> str:
    owner = payment.payee.identity.name
    return f"{number:06d}|{owner}|{payment.account}|{payment.yuan}.00|{code}|{words}|{day:%Y%m%d}"
