"""What another office paid in the month, and what the bank says arrived: payrolls joined with their return files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from zhucan.files.cells import Cell
from zhucan.files.tables import Outcome, Row, Table
from zhucan.match.identity import name_of, problem_at, refused
from zhucan.match.link import Link
from zhucan.match.places import Places

_MONTHS = (
    re.compile(r"(20\d\d)\s*年\s*(\d{1,2})\s*月"),
    re.compile(r"(?<!\d)(20\d\d)[-_./](0?[1-9]|1[0-2])(?!\d)"),
    re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)"),
)


_MONTH_ALONE = re.compile(r"(?<!\d)(0?[1-9]|1[0-2])\s*月")
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年")


@dataclass(frozen=True, slots=True)
class Payment:
    """One payroll row with a sum: 分 for so many months, to a person of the roster or to a number that is not on it.

    ``place`` is the township that paid, for comparing. ``said`` is what the bank says where the money did not arrive.
    ``source`` and ``source_row`` tell where it stands: ``发放表.xls#生活补贴``, 214.
    """

    policy: str
    person: int | None
    number: str | None
    name: str
    place: str
    amount_fen: int
    months: int
    arrived: bool
    said: str
    source: str
    source_row: int


@dataclass(slots=True)
class Receipts:
    """All payments of the month. ``compared``: the policies some payroll of the month covers; ``presumed``: those of
    them whose bank return was not loaded, so that every payment is presumed to have arrived."""

    month: str
    payments: list[Payment] = field(default_factory=list)
    compared: set[str] = field(default_factory=set)
    presumed: set[str] = field(default_factory=set)

    def by_person(self, policy: str) -> Mapping[int, Sequence[Payment]]:
        """The payments of one policy to persons of the roster, by place in the roster."""
        found: dict[int, list[Payment]] = {}
        for payment in self.payments:
            if payment.policy == policy and payment.person is not None:
                found.setdefault(payment.person, []).append(payment)
        return found


@dataclass(slots=True)
class _Returned:
    """The lines a bank returned for one payroll row."""

    arrived: bool = False
    said: list[str] = field(default_factory=list)


def month_of(*texts: str, year: str = "") -> str | None:
    """The month (``2026-11``) the first speaking text names: 2026年11月, 2026-11, 202611; None where none does.

    A month alone (``11月份``) is one of the year another text names, else of ``year``; without any, it says nothing.
    """
    named = next((found[1] for text in texts if (found := _YEAR.search(text))), year)
    for text in texts:
        for pattern in _MONTHS:
            found = pattern.search(text)
            if found and 1 <= int(found[2]) <= 12:
                return f"{found[1]}-{int(found[2]):02d}"
        alone = _MONTH_ALONE.search(text) if named else None
        if alone:
            return f"{named}-{int(alone[1]):02d}"
    return None


def benefit_of(table: Table, row: Row | None = None) -> str | None:
    """The policy a payroll row or a batch is about: the row's own column, else title, sheet name and file name."""
    own = row.values.get("benefit") if row is not None else None
    return table.feed.benefit(*([own] if isinstance(own, str) else []), table.title, table.sheet, table.file)


def read_receipts(
    links: Iterable[Link], returns: Sequence[Table], places: Places, month: str, arrived: frozenset[str]
) -> Receipts:
    """Join payroll rows (already linked) with the lines of the bank's return files by policy and 序号, else account.

    ``arrived`` are the bank's codes and words for money that arrived. Tables of another month are left aside: their
    rows are ``unchanged``. A row of 0 元 is no payment.
    """
    receipts = Receipts(month)
    rows = [_Due(link, policy) for link in links if (policy := _policy_in_month(link, month)) is not None]
    receipts.compared.update(due.policy for due in rows)
    returned = _join(rows, returns, month, arrived)
    with_return = {benefit_of(table, row) for table in returns for row in table.rows if _is_of_month(table, row, month)}
    receipts.presumed.update(receipts.compared - with_return)
    for due in rows:
        amount = due.link.row.values.get("amount")
        if due.link.person is None and due.link.number is None:
            continue
        if not isinstance(amount, int) or amount == 0:
            due.link.row.note = "发放金额为 0，不算发放"
            continue
        receipts.payments.append(_payment(due, amount, places, returned, due.policy in receipts.presumed))
    return receipts


@dataclass(frozen=True, slots=True)
class _Due:
    link: Link
    policy: str

    def key(self, column: str) -> tuple[str, str]:
        return self.policy, _text(self.link.row, column)


def set_copies_aside(tables: Sequence[Table]) -> list[Table]:
    """The payrolls without exact copies of one another: a file handed in twice is no double payment.

    The rows of a copy are ``unchanged``.
    """
    first: dict[tuple[tuple[Cell, ...], ...], Table] = {}
    kept = []
    for table in tables:
        known = first.setdefault(tuple(row.cells for row in table.rows), table)
        if known is table or not table.rows:
            kept.append(table)
            continue
        for row in table.rows:
            row.outcome = Outcome.UNCHANGED
            row.note = f"与 {known.source} 完全相同，只用一份"
    return kept


def _is_of_month(table: Table, row: Row, month: str) -> bool:
    """Whether the table is of this month; where it does not say, whether the row is (back pay is paid in its table)."""
    return month_of(table.title, table.sheet, table.file, _text(row, "month"), year=month[:4]) in (None, month)


def _policy_in_month(link: Link, month: str) -> str | None:
    if not _is_of_month(link.table, link.row, month):
        _leave_aside(link.row, month)
        return None
    policy = benefit_of(link.table, link.row)
    if policy is None:
        _benefit_unknown(link.table, link.row)
    return policy


def _leave_aside(row: Row, month: str) -> None:
    row.outcome = Outcome.UNCHANGED
    row.note = f"不是 {month} 的，未用于这次比对"


def _join(
    rows: Sequence[_Due], returns: Sequence[Table], month: str, arrived: frozenset[str]
) -> Mapping[int, _Returned]:
    """What the bank says per payroll row (by the row's identity); every bank line gets its outcome."""
    by_key: dict[str, dict[tuple[str, str], list[_Due]]] = {"sequence": {}, "account": {}}
    for column, known in by_key.items():
        for due in rows:
            known.setdefault(due.key(column), []).append(due)
    returned: dict[int, _Returned] = {}
    for table in returns:
        by = "sequence" if "sequence" in table.columns else "account"
        says = "code" if any(_text(row, "code") in arrived for row in table.rows) else "message"
        for row in table.rows:
            if refused(row):
                continue
            if not _is_of_month(table, row, month):
                _leave_aside(row, month)
                continue
            policy = benefit_of(table, row)
            if policy is None:
                _benefit_unknown(table, row)
                continue
            dues = by_key[by].get((policy, _text(row, by)), []) if _text(row, by) else []
            _answer(table, row, _same_account(dues, row), returned, _text(row, says) in arrived)
    return returned


def _benefit_unknown(table: Table, row: Row) -> None:
    message, remedy = "看不出这一行是哪一项补贴", "请在表题、工作表名或“补贴项目”一列里写明补贴的名称"
    row.problems.append(problem_at(table, row, "amount", "benefit_unknown", message, remedy))
    row.outcome = Outcome.REJECTED


def _same_account(dues: list[_Due], row: Row) -> list[_Due]:
    """Several payrolls may count from 1; then the account decides."""
    if len(dues) < 2:
        return dues
    return [due for due in dues if _text(due.link.row, "account") == _text(row, "account")]


def _answer(table: Table, row: Row, dues: Sequence[_Due], returned: dict[int, _Returned], arrived: bool) -> None:
    if not dues:
        row.outcome = Outcome.REJECTED
        by, what = ("sequence", "序号") if "sequence" in table.columns else ("account", "账号")
        row.problems.append(
            problem_at(table, row, by, "return_without_payment", f"发放表里没有这个{what}", "请核对是否漏交了发放表")
        )
        return
    row.outcome = Outcome.ACCEPTED
    for due in dues:
        answer = returned.setdefault(id(due.link.row), _Returned())
        if arrived:
            answer.arrived = True
        else:
            answer.said.append(_text(row, "message") or _text(row, "code"))


def _payment(due: _Due, amount: int, places: Places, returned: Mapping[int, _Returned], presumed: bool) -> Payment:
    link, row = due.link, due.link.row
    answer = returned.get(id(row), _Returned(arrived=presumed))
    months = row.values.get("months")
    township = _text(row, "township")
    code = places.township(township, link.table.sheet)
    return Payment(
        policy=due.policy,
        person=link.person,
        number=link.number,
        name=name_of(row),
        place=places.township_name(code) if code is not None else township,
        amount_fen=amount,
        months=months if isinstance(months, int) and months > 0 else 1,
        arrived=answer.arrived,
        said="" if answer.arrived else "、".join(dict.fromkeys(answer.said)),
        source=link.table.source,
        source_row=row.number,
    )


def _text(row: Row, column: str) -> str:
    value = row.values.get(column)
    return value if isinstance(value, str) else ""
