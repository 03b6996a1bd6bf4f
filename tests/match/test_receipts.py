"""Payrolls and what the bank returned for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from tests.match.oracle import LIVING, NURSING
from tests.match.tables import NUMBER, OTHER, PLACES, THIRD, roster, table
from zhucan.files.cells import Cell
from zhucan.files.tables import Outcome, Table
from zhucan.match.link import Linker
from zhucan.match.receipts import Receipts, month_of, read_receipts, set_copies_aside
from zhucan.match.settings import load_settings
from zhucan.rules.content import shipped_content

TITLE = "2026年11月困难残疾人生活补贴发放花名册"
ARRIVED = frozenset({"0000"})


def payroll(*rows: Mapping[str, Cell], title: str = TITLE, file: str = "发放表.xls") -> Table:
    numbered = [{"sequence": at, "name": "古明东", "township": "江南", **row} for at, row in enumerate(rows, start=1)]
    return table("payroll", numbered, title=title, sheet="表1", file=file)


def returned(*rows: tuple[str, str], title: str = "H|GN202611SH|困难残疾人生活补贴", **more: Cell) -> Table:
    cells = [{"sequence": sequence, "code": code, "message": f"码{code}", **more} for sequence, code in rows]
    return table("bank_return", cells, title=title, sheet="", file="回盘.txt")


def receive(payrolls: Sequence[Table], returns: Sequence[Table] = ()) -> Receipts:
    found, _ = roster({"citizen_id": NUMBER}, {"citizen_id": OTHER, "name": "黄慧娇"})
    return read_receipts(Linker(found).link(payrolls), returns, PLACES, "2026-11", ARRIVED)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("港南区2026年11月发放表", "2026-11"), ("2026 年 3 月", "2026-03"), ("05_发放表_202611.xls", "2026-11"),
        ("发放表2026-11", "2026-11"),
        ("H|GN202611SH|生活补贴|20261105", "2026-11"), ("2026.3发放", "2026-03"), ("名册", None), ("202613", None),
        ("20261105", None),
    ],
)  # fmt: skip
def test_the_month_a_title_names(text: str, month: str | None) -> None:
    assert month_of(text) == month
    assert month_of("无", text) == month


def test_a_payment_arrived_if_any_line_says_so() -> None:
    paid = payroll({"citizen_id": NUMBER, "amount": 90}, {"citizen_id": OTHER, "amount": "180元", "months": 2})
    back = returned(("000001", "2003"), ("000001", "0000"), ("000002", "2003"), ("000002", "2010"))
    found = receive([paid], [back])
    assert [(one.arrived, one.said, one.amount_fen, one.months) for one in found.payments] == [
        (True, "", 9000, 1),
        (False, "码2003、码2010", 18000, 2),
    ]
    assert found.compared == {LIVING}
    assert found.presumed == set()
    assert {row.outcome for row in back.rows} == {Outcome.ACCEPTED}
    assert found.payments[0].place == "江南街道"


def test_a_payment_the_bank_does_not_mention_did_not_arrive() -> None:
    found = receive([payroll({"citizen_id": NUMBER, "amount": 90})], [returned(("7", "0000"))])
    assert [(one.arrived, one.said) for one in found.payments] == [(False, "")]


def test_a_return_line_without_its_payment_is_told() -> None:
    back = returned(("7", "0000"))
    receive([payroll({"citizen_id": NUMBER, "amount": 90})], [back])
    assert back.rows[0].outcome is Outcome.REJECTED
    assert back.rows[0].problems[0].rule == "return_without_payment"


def test_without_a_return_file_payments_are_presumed_to_arrive() -> None:
    found = receive([payroll({"citizen_id": NUMBER, "amount": 90})])
    assert [one.arrived for one in found.payments] == [True]
    assert found.presumed == {LIVING}


def test_nothing_paid_is_no_payment() -> None:
    paid = payroll({"citizen_id": NUMBER, "amount": 0}, {"citizen_id": OTHER, "amount": ""})
    found = receive([paid])
    assert found.payments == []
    assert found.compared == {LIVING}
    assert {row.outcome for row in paid.rows} == {Outcome.ACCEPTED}


def test_who_is_not_on_the_roster_stays_a_receipt() -> None:
    found = receive([payroll({"citizen_id": THIRD, "amount": 90}, {"citizen_id": "待补", "amount": 90})])
    assert [(one.person, one.number) for one in found.payments] == [(None, THIRD)]


def test_two_payrolls_counting_from_one_are_told_apart_by_account() -> None:
    one = payroll({"citizen_id": NUMBER, "amount": 90, "account": "6299001"})
    two = payroll({"citizen_id": OTHER, "amount": 90, "account": "6299002"}, file="发放表2.xls")
    found = receive(
        [one, two], [returned(("1", "0000"), account="6299001"), returned(("1", "2003"), account="6299002")]
    )
    assert [(payment.person, payment.arrived) for payment in found.payments] == [(0, True), (1, False)]


def test_a_column_or_a_title_says_which_benefit() -> None:
    mixed = payroll(
        {"citizen_id": NUMBER, "amount": 90, "benefit": "重度残疾人护理补贴"},
        {"citizen_id": OTHER, "amount": 90, "benefit": "困难残疾人生活补贴"},
        title="2026年11月两项补贴发放表",
    )
    assert [one.policy for one in receive([mixed]).payments] == [NURSING, LIVING]
    unclear = payroll({"citizen_id": NUMBER, "amount": 90}, title="2026年11月发放表")
    assert receive([unclear]).payments == []
    assert unclear.rows[0].outcome is Outcome.REJECTED
    assert unclear.rows[0].problems[0].rule == "benefit_unknown"


def test_another_month_is_left_aside() -> None:
    old = payroll({"citizen_id": NUMBER, "amount": 90}, title=TITLE.replace("11", "10"))
    back = returned(("1", "0000"), title="H|GN202610SH|困难残疾人生活补贴")
    found = receive([old], [back])
    assert (found.payments, found.compared) == ([], set())
    assert {row.outcome for made in (old, back) for row in made.rows} == {Outcome.UNCHANGED}


@pytest.mark.parametrize(
    ("title", "sheet", "file", "cell", "counts"),
    [
        ("10月份困难残疾人生活补贴发放表", "Sheet1", "发放表.xls", None, False),
        ("困难残疾人生活补贴发放表", "10月", "2026年发放表.xls", None, False),
        ("困难残疾人生活补贴发放表", "11月", "2026年发放表.xls", None, True),
        ("困难残疾人生活补贴发放表", "11月", "2025年发放表.xls", None, False),
        ("困难残疾人生活补贴发放表", "Sheet1", "10月发放表.xls", None, False),
        ("困难残疾人生活补贴发放表", "Sheet1", "发放表.xls", "2026年10月", False),
        ("困难残疾人生活补贴发放表", "Sheet1", "发放表.xls", "202611", True),
        ("困难残疾人生活补贴发放表", "Sheet1", "发放表.xls", "10月", False),
        ("2026年11月困难残疾人生活补贴发放表", "Sheet1", "发放表.xls", "2026年10月", True),
        ("困难残疾人生活补贴发放表", "补发3个月", "发放表.xls", None, True),
    ],
)
def test_a_month_is_told_in_many_places(title: str, sheet: str, file: str, cell: str | None, counts: bool) -> None:
    row: dict[str, Cell] = {"sequence": 1, "name": "古明东", "citizen_id": NUMBER, "amount": 90}
    paid = table("payroll", [row | ({"month": cell} if cell else {})], title=title, sheet=sheet, file=file)
    assert len(receive([paid]).payments) == counts


def test_copies_are_set_aside_and_other_payrolls_are_not() -> None:
    one, copy = (
        payroll({"citizen_id": NUMBER, "amount": 90}),
        payroll({"citizen_id": NUMBER, "amount": 90}, file="副本.xls"),
    )
    other = payroll({"citizen_id": NUMBER, "amount": 180})
    assert set_copies_aside([one, copy, other]) == [one, other]
    assert copy.rows[0].outcome is Outcome.UNCHANGED
    assert "发放表.xls" in copy.rows[0].note


def test_one_return_for_both_subsidies_says_which_in_a_column() -> None:
    living, nursing = (
        payroll({"citizen_id": NUMBER, "amount": 90}),
        payroll({"citizen_id": NUMBER, "amount": 90}, title=TITLE.replace("困难残疾人生活", "重度残疾人护理")),
    )
    cells = [
        {"sequence": "1", "code": code, "benefit": word} for word, code in (("护理补贴", "2001"), ("生活补贴", "0000"))
    ]
    back = table("bank_return", cells, sheet="Sheet1", file="代发回盘202611.xlsx")
    found = receive([living, nursing], [back])
    assert {one.policy: one.arrived for one in found.payments} == {LIVING: True, NURSING: False}
    assert found.presumed == set()


def test_a_return_that_names_no_subsidy_is_told_and_not_joined() -> None:
    back = table("bank_return", [{"sequence": "1", "code": "0000"}], sheet="Sheet1", file="回盘.xlsx")
    found = receive([payroll({"citizen_id": NUMBER, "amount": 90})], [back])
    assert found.presumed == {LIVING}
    assert back.rows[0].outcome is Outcome.REJECTED
    assert back.rows[0].problems[0].rule == "benefit_unknown"


def test_a_return_without_numbers_is_joined_by_account() -> None:
    paid = payroll(
        {"citizen_id": NUMBER, "amount": 90, "account": "6299001"},
        {"citizen_id": OTHER, "amount": 90, "account": "6299002"},
    )
    cells = [
        {"account": "6299002", "code": "2001"},
        {"account": "6299001", "code": "0000"},
        {"account": "7", "code": "0000"},
    ]
    back = table("bank_return", cells, sheet="生活补贴", file="回盘.xlsx")
    assert [one.arrived for one in receive([paid], [back]).payments] == [True, False]
    assert back.rows[2].problems[0].message == "发放表里没有这个账号"


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ({"code": "0000", "message": "交易成功"}, {"code": "2001", "message": "户名不符"}),
        ({"code": "0", "message": None}, {"code": "2001", "message": "户名不符"}),
        ({"code": "成功", "message": None}, {"code": "失败", "message": "户名不符"}),
        ({"message": "交易成功"}, {"message": "户名不符"}),
        ({"code": "AAAAAAA", "message": "交易成功"}, {"code": "BBBBBBB", "message": "户名不符"}),
    ],
)
def test_banks_say_success_in_many_ways(good: Mapping[str, Cell], bad: Mapping[str, Cell]) -> None:
    paid = payroll({"citizen_id": NUMBER, "amount": 90}, {"citizen_id": OTHER, "amount": 90})
    back = table(
        "bank_return", [{"sequence": "1", **good}, {"sequence": "2", **bad}], sheet="生活补贴", file="回盘.xlsx"
    )
    arrived = load_settings([shipped_content()]).arrived
    found, _ = roster({"citizen_id": NUMBER}, {"citizen_id": OTHER, "name": "黄慧娇"})
    receipts = read_receipts(Linker(found).link([paid]), [back], PLACES, "2026-11", arrived)
    assert [(one.arrived, one.said) for one in receipts.payments] == [(True, ""), (False, "户名不符")]
