"""Payrolls and bank returns of a load against those held: copies add nothing, bank lines find their payroll rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from zhucan.exchange.enums import StagedKind
from zhucan.exchange.intake import RECEIPT, RETURN, BankLine, Paid, Payload, Planned, Reading
from zhucan.files.tables import Outcome
from zhucan.match.identity import problem_at
from zhucan.registry.blinds import account_blind, citizen_blind
from zhucan.registry.interfaces.intake_held import HeldReceipts, PaidKey, receipts_held, returns_held

_EVERY = 1000
_SAME_PAYROLL = 0.5
"""From this share of common rows on, two tables are two versions of one payroll."""
_SAID = 60


@dataclass(slots=True)
class _Due:
    """A payroll row a bank line may be about: of this load (``paid``), or held (``receipt``); neither: nobody's."""

    account: bytes
    paid: Paid | None = None
    receipt: int | None = None


class PaidPlan:
    """Plans the receipts and bank returns of one reading; ``ids`` are the persons' by their place in it."""

    def __init__(self, reading: Reading, ids: Sequence[int]) -> None:
        self._reading, self._ids = reading, ids
        self._held: dict[tuple[str, date], HeldReceipts] = {}
        self._dues: dict[tuple[str, date, str, object], list[_Due]] = {}

    def steps(self) -> Iterator[Planned | None]:
        """New receipts first, then what banks say of receipts, new and held."""
        groups: dict[tuple[int, str, date], list[Paid]] = {}
        for paid in self._reading.paid:
            groups.setdefault((id(paid.table), paid.policy, paid.period), []).append(paid)
        for (_, policy, period), rows in groups.items():
            yield from self._payroll(rows, self._receipts(policy, period))
        yield from self._bank()

    def _receipts(self, policy: str, period: date) -> HeldReceipts:
        if (policy, period) not in self._held:
            self._held[policy, period] = receipts_held(self._reading.county, policy, period)
        return self._held[policy, period]

    # --- payrolls

    def _payroll(self, rows: Sequence[Paid], held: HeldReceipts) -> Iterator[Planned | None]:
        keys = [_key(each) for each in rows]
        version = _version(Counter(keys), held)
        free = Counter(version)
        left_of_payee = Counter(key[0] for key in (version - Counter(keys)).elements())
        ids = {key: iter(held.ids[key]) for key in version}
        for at, (paid, key) in enumerate(zip(rows, keys, strict=True)):
            if at % _EVERY == 0:
                yield None
            if free[key]:
                free[key] -= 1
                paid.row.outcome, paid.row.note = Outcome.UNCHANGED, "这一行以前已经导入"
                self._due(paid, key[4], next(ids[key]))
            elif left_of_payee[key[0]]:
                _reject_changed(paid)
            elif paid.person is None and paid.number is None:
                self._due(paid, key[4], None, kept=False)
            else:
                self._due(paid, key[4], None)
                yield self._planned(paid)

    def _due(self, paid: Paid, account: bytes, receipt: int | None, *, kept: bool = True) -> None:
        due = _Due(account, paid if kept and receipt is None else None, receipt)
        for by, value in (("sequence", paid.sequence), ("account", account)):
            self._dues.setdefault((paid.policy, paid.period, by, value), []).append(due)

    def _planned(self, paid: Paid) -> Planned:
        payload: Payload = {
            "person": None if paid.person is None else self._ids[paid.person],
            "name": paid.name,
            "number": paid.number,
            "payer": paid.payer,
            "policy": paid.policy,
            "period": paid.period.isoformat(),
            "fen": paid.amount_fen,
            "months": paid.months,
            "place": paid.place,
            "place_name": paid.place_name[:40],
            "sequence": paid.sequence[:20],
            "account": paid.account,
        }
        kind = StagedKind.ADD if paid.person is not None else StagedKind.STRAY
        person = None if paid.person is None else self._ids[paid.person]
        return Planned(kind, RECEIPT, payload, paid.table, paid.row.number, person, paid.amount_fen)

    # --- bank returns

    def _bank(self) -> Iterator[Planned | None]:
        said: dict[tuple[str, date], set[tuple[int, bool, str]]] = {}
        for at, line in enumerate(self._reading.returned):
            if at % _EVERY == 0:
                yield None
            key = (line.policy, line.period)
            if key not in said:
                said[key] = returns_held(self._reading.county, *key)
            yield from self._line(line, said[key])

    def _line(self, line: BankLine, said: set[tuple[int, bool, str]]) -> Iterator[Planned]:
        account = account_blind(line.account) if line.account else b""
        dues = self._of_line(line, account)
        if len(dues) > 1:
            dues = [due for due in dues if due.account == account]
        if not dues:
            _reject_line(line)
            return
        words = line.said[:_SAID]
        fresh = [due for due in dues if due.receipt is None or (due.receipt, line.arrived, words) not in said]
        line.row.outcome = Outcome.ACCEPTED if fresh else Outcome.UNCHANGED
        for due in fresh:
            if due.receipt is not None or due.paid is not None:
                yield self._returned(line, due, words)

    def _returned(self, line: BankLine, due: _Due, words: str) -> Planned:
        payload: Payload = {"receipt": due.receipt, "arrived": line.arrived, "said": words}
        if due.paid is not None:
            payload |= {"paid_in": self._reading.table_ids[id(due.paid.table)], "paid_row": due.paid.row.number}
        return Planned(StagedKind.ADD, RETURN, payload, line.table, line.row.number)

    def _of_line(self, line: BankLine, account: bytes) -> list[_Due]:
        value: object = line.sequence if line.by == "sequence" else account
        if not value:
            return []
        dues = list(self._dues.get((line.policy, line.period, line.by, value), ()))
        seen = {due.receipt for due in dues}
        held = self._receipts(line.policy, line.period).due(line.by, line.sequence, account)
        return dues + [_Due(blind, None, id_) for id_, blind in held if id_ not in seen]


def _key(paid: Paid) -> PaidKey:
    payee = citizen_blind(paid.number) if paid.number else b""
    account = account_blind(paid.account) if paid.account else b""
    return payee, paid.amount_fen, paid.months, paid.sequence[:20], account


def _version(new: Counter[PaidKey], held: HeldReceipts) -> Counter[PaidKey]:
    """The rows of the table held that is another version of this one; none where none is."""
    best: Counter[PaidKey] = Counter()
    share = _SAME_PAYROLL
    size = new.total()
    for rows in held.tables.values():
        common = (new & rows).total() / max(1, min(size, rows.total()))
        if common >= share:
            best, share = rows, common
    return best


def _reject_changed(paid: Paid) -> None:
    paid.row.outcome = Outcome.REJECTED
    paid.row.problems.append(
        problem_at(
            paid.table, paid.row, "amount", "payment_changed",
            "这份发放表以前导入过，此人的这一行与当时不同，没有采用", "如需更正，请先撤销当时的导入，再导入这一份",
        )
    )  # fmt: skip


def _reject_line(line: BankLine) -> None:
    line.row.outcome = Outcome.REJECTED
    by, what = ("sequence", "序号") if line.by == "sequence" else ("account", "账号")
    line.row.problems.append(
        problem_at(
            line.table, line.row, by, "return_without_payment", f"发放表里没有这个{what}", "请核对是否漏交了发放表"
        )
    )
