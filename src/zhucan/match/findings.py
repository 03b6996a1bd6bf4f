"""One finding per person and policy, the first that fits: what is due against what arrived, with reasons in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhucan.match.facts import FactTable
from zhucan.match.receipts import Payment, Receipts
from zhucan.match.settings import Settings
from zhucan.match.verdicts import Verdicts, reads
from zhucan.rules.determine import Verdict, determine
from zhucan.rules.difference import difference
from zhucan.rules.months import months_met
from zhucan.rules.policy import Policy
from zhucan.rules.vocabulary import Vocabulary

NOT_COMPARED = "not_compared"
PAYMENT_ARRIVED = "payment_arrived"
"""The presumption that what a payroll lists has arrived, where no return file of the bank was loaded."""
_FEN = 100

_REASONS: Mapping[str, str] = {
    "missed": "符合条件，当月发放表上没有",
    "bank_failed": "符合条件，已列入发放表，银行没有发放成功",
    "duplicate_two": "当月在两个乡镇发放",
    "duplicate_same": "当月在同一乡镇发放两次",
    "wrong_amount": "实发金额不等于标准乘以月数",
    "ok": "",
    "none": "",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One person × one policy, as it goes on the lists. Money is in 分; ``receiving`` None: nobody looked.

    ``reason`` is the same sentence for everybody it happens to; what is particular to the person stands in ``remark``.
    """

    person: int
    verdict: Verdict
    amount_fen: int | None
    receiving: bool | None
    paid_fen: int
    finding: str
    reason: str
    basis: str
    question: str
    missing: tuple[str, ...]
    leans_on: tuple[str, ...]
    months: int | None
    remark: str


@dataclass(frozen=True, slots=True)
class Finder:
    """Puts verdicts beside receipts for one run."""

    table: FactTable
    receipts: Receipts
    settings: Settings
    as_of: date

    def findings(self, verdicts: Verdicts) -> list[Found]:
        """The findings of one policy, one per person of the roster, in its order."""
        policy = verdicts.policy
        compared = policy.id in self.receipts.compared
        paid = self.receipts.by_person(policy.id)
        entitled = entitled_findings(verdicts, paid) if compared else {}
        since = _counts_from(policy, self.settings)
        return [
            self._finding(verdicts, place, paid.get(place, ()), since, entitled.get(place), compared=compared)
            for place in range(self.table.size)
        ]

    def _finding(
        self,
        verdicts: Verdicts,
        place: int,
        payments: Sequence[Payment],
        since: Sequence[str],
        entitled: str | None,
        *,
        compared: bool,
    ) -> Found:
        policy, verdict, amount = verdicts.policy, verdicts.verdicts[place], verdicts.amounts[place]
        arrived = [payment for payment in payments if payment.arrived]
        words = _Words()
        if not compared:
            finding = NOT_COMPARED
        elif entitled is not None:
            finding = entitled
            words = _Words(_REASONS[finding], _first_basis(policy), remark=_remark(finding, payments, amount))
        elif verdict is Verdict.NOT:
            finding, words = self._not(policy, place, bool(arrived))
        else:
            finding = "unknown_receiving" if arrived else "unknown_not_receiving"
        if verdict is Verdict.UNKNOWN:
            words = self._open(policy, place)
        disputes = self._disputes(policy, place) if compared else ()
        return Found(
            person=place,
            verdict=verdict,
            amount_fen=None if verdict is Verdict.NOT else amount,
            receiving=bool(arrived) if compared else None,
            paid_fen=sum(payment.amount_fen for payment in arrived),
            finding=finding,
            reason=words.reason,
            basis=words.basis,
            question=words.question,
            missing=words.missing,
            leans_on=verdicts.leaning.get(place, ()) + self._arrival(policy, payments),
            months=self._months(policy, since, place) if verdict is not Verdict.NOT else None,
            remark="；".join(part for part in (words.remark, *disputes) if part),
        )

    def _arrival(self, policy: Policy, payments: Sequence[Payment]) -> tuple[str, ...]:
        return (PAYMENT_ARRIVED,) if payments and policy.id in self.receipts.presumed else ()

    def _disputes(self, policy: Policy, place: int) -> Sequence[str]:
        """What sources say against each other of the facts this policy reads."""
        disputes = self.table.disputes.get(place)
        return [said for fact, said in disputes.items() if fact in reads(policy)] if disputes else ()

    def _not(self, policy: Policy, place: int, receiving: bool) -> tuple[str, _Words]:
        """The first failed condition in the policy's own order gives the finding its name and its words."""
        if not receiving:
            return "none", _Words()
        first, *others = determine(policy, self.table.person(place), self.as_of).failed
        also = f"另有：{'；'.join(condition.otherwise for condition in others)}" if others else ""
        return f"wrong_{first.code}", _Words(first.otherwise, first.basis, remark=also)

    def _open(self, policy: Policy, place: int) -> _Words:
        """What is still to be asked of one person."""
        found = determine(policy, self.table.person(place), self.as_of)
        vocabulary = self.table.vocabulary
        missing = tuple(fact for result in found.results for fact in result.missing)
        missing = tuple(dict.fromkeys(missing)) or found.missing
        open_ = [result.condition for result in found.results if result.holds is None]
        return _Words(
            reason="还不能确定，需要知道：" + "、".join(vocabulary.fact(fact).zh for fact in missing),
            basis="；".join(dict.fromkeys(condition.basis for condition in open_)),
            question=" ".join(dict.fromkeys(question(vocabulary, fact) for fact in missing)),
            missing=missing,
        )

    def _months(self, policy: Policy, since: Sequence[str], place: int) -> int | None:
        """连续符合月数: from the latest of the policy's start and the days its facts count from."""
        days = [_day(self.table, fact, place) for fact in since]
        return months_met([policy.since, *days], self.as_of, self.settings.most_months)


@dataclass(frozen=True, slots=True)
class _Words:
    reason: str = ""
    basis: str = ""
    question: str = ""
    missing: tuple[str, ...] = ()
    remark: str = ""


def entitled_findings(verdicts: Verdicts, paid: Mapping[int, Sequence[Payment]]) -> Mapping[int, str]:
    """The finding on everybody entitled, by place: what is due minus what was paid, and what differs in between."""
    rows = zip(verdicts.verdicts, verdicts.amounts, strict=True)
    due = {place: amount for place, (verdict, amount) in enumerate(rows) if verdict is Verdict.ENTITLED}
    found = difference(due, paid, alike=lambda amount, payments: payment_fault(amount, payments) is None)
    faults = {place: payment_fault(*pair) or "ok" for place, pair in found.changed.items()}
    return dict.fromkeys(found.removed, "missed") | dict.fromkeys(found.same, "ok") | faults


def payment_fault(rate_fen: int | None, payments: Sequence[Payment]) -> str | None:
    """What is wrong with the payments to somebody entitled: ``bank_failed duplicate_two duplicate_same wrong_amount``.

    None where nothing is. An unknown rate (not published) cannot make an amount wrong.
    """
    if not any(payment.arrived for payment in payments):
        return "bank_failed"
    if len({payment.place for payment in payments}) > 1:
        return "duplicate_two"
    if len(payments) > 1:
        return "duplicate_same"
    if rate_fen is not None and any(payment.amount_fen != rate_fen * payment.months for payment in payments):
        return "wrong_amount"
    return None


def _counts_from(policy: Policy, settings: Settings) -> list[str]:
    """The facts (days) before which nobody can have met this policy's conditions."""
    facts = reads(policy)
    return [each.day for each in settings.counts_from if each.fact in facts]


def question(vocabulary: Vocabulary, fact: str) -> str:
    """The question that settles a fact: as the vocabulary asks it, else by its label."""
    return vocabulary.fact(fact).ask or f"{vocabulary.fact(fact).zh}？"


def _first_basis(policy: Policy) -> str:
    """The first document of the law, as short as it can be named."""
    return policy.basis[0].number or policy.basis[0].title if policy.basis else ""


def _remark(finding: str, payments: Sequence[Payment], rate_fen: int | None) -> str:
    if finding == "bank_failed":
        return "银行：" + ("、".join(dict.fromkeys(each.said for each in payments if each.said)) or "回盘里没有这一笔")
    if finding in ("duplicate_two", "duplicate_same"):
        return "；".join(f"{each.place}第 {each.source_row} 行 {yuan(each.amount_fen)} 元" for each in payments)
    if finding == "wrong_amount":
        return "；".join(
            f"标准 {yuan(rate_fen or 0)} 元，{each.months} 个月，实发 {yuan(each.amount_fen)} 元" for each in payments
        )
    return ""


def yuan(fen: int) -> str:
    """A sum of 分 in 元, without a decimal part where there is none."""
    whole, rest = divmod(fen, _FEN)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def _day(table: FactTable, fact: str, place: int) -> date | None:
    values = table.columns.get(fact)
    value = values[place] if values is not None else None
    return value if isinstance(value, date) else None
