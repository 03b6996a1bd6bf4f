"""Verdicts of a set of policies on everybody of the roster, and the presumed facts they lean on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from zhucan.match.facts import FactTable
from zhucan.rules.compile.batch import Batch
from zhucan.rules.determine import Verdict
from zhucan.rules.nodes import facts_of
from zhucan.rules.policy import Policy

_VERDICTS: Mapping[bool | None, Verdict] = {True: Verdict.ENTITLED, False: Verdict.NOT, None: Verdict.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Verdicts:
    """One policy on everybody, by place in the roster.

    ``amounts`` are 分 per rhythm: due where entitled, what would be due where unknown, None where not or not known.
    ``leaning`` holds, per person whose verdict leans on presumptions, the presumed facts.
    """

    policy: Policy
    verdicts: Sequence[Verdict]
    amounts: Sequence[int | None]
    leaning: Mapping[int, tuple[str, ...]]


def judge(policies: Sequence[Policy], table: FactTable, as_of: date) -> list[Verdicts]:
    """Determine every policy for everybody, with the columnar engine; nothing where there is nobody.

    A verdict leans on a presumed fact if it would be another were that fact unknown; where no single one would change
    it but all together would, it leans on all of them.
    """
    if not table.size:
        return [Verdicts(policy, (), (), {}) for policy in policies]
    frame = table.frame()
    batch = Batch(policies, frame.columns, as_of)
    found = batch.matrix(frame.lazy()).collect()
    leaning = _leaning(policies, table, frame, found, batch)
    return [
        Verdicts(
            policy,
            [_VERDICTS[each] for each in found[policy.id].to_list()],
            found[f"{policy.id}:fen"].to_list(),
            leaning[policy.id],
        )
        for policy in policies
    ]


def reads(policy: Policy) -> frozenset[str]:
    """The facts a policy may look at, derived ones and their inputs alike."""
    return frozenset(fact.id for node in policy.expressions for fact in facts_of(node))


def _leaning(
    policies: Sequence[Policy], table: FactTable, frame: pl.DataFrame, found: pl.DataFrame, batch: Batch
) -> Mapping[str, Mapping[int, tuple[str, ...]]]:
    leaning: dict[str, dict[int, list[str]]] = {policy.id: {} for policy in policies}
    read = frozenset[str]().union(*(reads(policy) for policy in policies))
    presumed = [fact for fact in table.presumed if fact in read]
    for fact in presumed:
        for policy in policies:
            for place in _changed(policy, table, frame, found, batch, [fact]):
                leaning[policy.id].setdefault(place, []).append(fact)
    for policy in policies if len(presumed) > 1 else ():
        own = [fact for fact in presumed if fact in reads(policy)]
        for place in _changed(policy, table, frame, found, batch, own):
            leaning[policy.id].setdefault(place, own)
    return {policy: {place: tuple(facts) for place, facts in places.items()} for policy, places in leaning.items()}


def _changed(
    policy: Policy, table: FactTable, frame: pl.DataFrame, found: pl.DataFrame, batch: Batch, facts: Sequence[str]
) -> Sequence[int]:
    """The persons whose verdict would be another were these presumed facts unknown."""
    if not reads(policy).intersection(facts):
        return ()
    columns = []
    for fact in facts:
        keep = pl.Series([True] * table.size).scatter(table.presumed[fact], False)
        columns.append(pl.when(keep).then(pl.col(fact)).alias(fact))
    verdict = frame.lazy().with_columns(columns).select(batch.verdict(policy)).collect().to_series()
    same: Sequence[int] = verdict.eq_missing(found[policy.id]).not_().arg_true().to_list()
    return same
