"""The second half of matching, the same whether the people come from files or from the register: judge and compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from zhucan.match.facts import FactTable
from zhucan.match.findings import Finder, Found
from zhucan.match.receipts import Receipts
from zhucan.match.result import Line, Person
from zhucan.match.settings import Settings
from zhucan.match.verdicts import Verdicts, judge
from zhucan.rules.determine import Verdict
from zhucan.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Assessed:
    """Everybody of a fact table, judged by every policy worth telling, beside what was paid."""

    table: FactTable
    receipts: Receipts
    verdicts: Sequence[Verdicts]
    found: Sequence[Sequence[Found]]

    @property
    def policies(self) -> list[Policy]:
        """The policies told, in their order."""
        return [each.policy for each in self.verdicts]


def assess(
    policies: Sequence[Policy],
    table: FactTable,
    receipts: Receipts,
    settings: Settings,
    as_of: date,
    *,
    told: Iterable[str] | None = None,
) -> Assessed:
    """Judge and compare. ``told``: the policies to tell of; None: those compared with a payroll, and those of which
    something is settled for somebody. (Of some people only, the latter would not be those told of everybody.)
    """
    judged = judge(policies, table, as_of)
    kept = _worth_telling(judged, receipts) if told is None else _named(judged, set(told))
    finder = Finder(table, receipts, settings, as_of)
    return Assessed(table, receipts, kept, [finder.findings(each) for each in kept])


def _worth_telling(verdicts: Sequence[Verdicts], receipts: Receipts) -> list[Verdicts]:
    return [
        each
        for each in verdicts
        if each.policy.id in receipts.compared or any(verdict is not Verdict.UNKNOWN for verdict in each.verdicts)
    ]


def _named(verdicts: Sequence[Verdicts], told: set[str]) -> list[Verdicts]:
    return [each for each in verdicts if each.policy.id in told]


def lines_of(persons: Sequence[Person], assessed: Assessed) -> list[Line]:
    """All lines, person by person, each in the order of the policies; ``persons`` in the order of the table."""
    policies = [policy.id for policy in assessed.policies]
    return [
        Line(
            person=person,
            policy=policy,
            verdict=each.verdict.value,
            amount_fen=each.amount_fen,
            receiving=each.receiving,
            paid_fen=each.paid_fen,
            finding=each.finding,
            reason=each.reason,
            basis=each.basis,
            question=each.question,
            missing=each.missing,
            leans_on=each.leans_on,
            months=each.months,
            remark=each.remark,
        )
        for place, person in enumerate(persons)
        for policy, found in zip(policies, assessed.found, strict=True)
        for each in (found[place],)
    ]
