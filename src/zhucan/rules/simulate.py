"""What a reform would do before it takes effect: determinations of the new rules minus those of the old, per place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from zhucan.rules.compile.batch import Batch
from zhucan.rules.policy import Policy

COLUMNS = (
    "entitled_before", "entitled_after", "unknown_before", "unknown_after", "unpriced_before", "unpriced_after",
    "fen_before", "fen_after", "gaining", "losing", "gained_fen", "lost_fen",
)  # fmt: skip
"""Per place and policy. Persons: entitled, unknown, and entitled at an amount that is not known, on either day.
Money: 分 per rhythm of the amounts known. Persons who would get more or for the first time, less or nothing, and by how
many 分. Whoever is unknown or unpriced on either side is in neither of these last four: nobody gains from a rate not
published.
"""


@dataclass(frozen=True, slots=True)
class Reform:
    """Old and new rules on two days; a policy on one side only counts as not existing on the other."""

    old: Sequence[Policy]
    new: Sequence[Policy]
    before: date
    after: date


def simulate(reform: Reform, people: pl.LazyFrame, *, by: str) -> pl.DataFrame:
    """Cost, who gains and who loses: one row per ``by`` and policy with ``COLUMNS``, sorted by both."""
    persons = people.select(by, *_sides(reform, people)).collect()
    policies = {policy.id: policy for policy in (*reform.old, *reform.new)}
    parts = [_policy(persons, policy, by) for policy in policies.values()]
    return pl.concat(parts).sort(by, "policy")


def _sides(reform: Reform, people: pl.LazyFrame) -> list[pl.Expr]:
    columns = people.collect_schema().names()
    ids = dict.fromkeys(policy.id for policy in (*reform.old, *reform.new))
    made: list[pl.Expr] = []
    for side, policies, day in (("old", reform.old, reform.before), ("new", reform.new, reform.after)):
        batch = Batch(policies, columns, day)
        here = {policy.id: policy for policy in policies}
        for id_ in ids:
            verdict = batch.verdict(here[id_]) if id_ in here else pl.lit(False)
            amount = batch.amount(here[id_]) if id_ in here else pl.lit(None, dtype=pl.Int64)
            made += [verdict.alias(f"{id_}:{side}"), pl.when(verdict).then(amount).alias(f"{id_}:{side}:fen")]
    return made


def _policy(persons: pl.DataFrame, policy: Policy, by: str) -> pl.DataFrame:
    old, new = pl.col(f"{policy.id}:old"), pl.col(f"{policy.id}:new")
    had, has = pl.col(f"{policy.id}:old:fen"), pl.col(f"{policy.id}:new:fen")
    in_money = policy.outcome.amount is not None
    unpriced = [(side & fen.is_null()) if in_money else pl.lit(False) for side, fen in ((old, had), (new, has))]
    settled = old.is_not_null() & new.is_not_null() & ~unpriced[0] & ~unpriced[1]
    had, has = had.fill_null(0), has.fill_null(0)
    more = settled & ((has > had) | (new & ~old))
    less = settled & ((has < had) | (old & ~new))
    sums = (
        old.sum(), new.sum(), old.null_count(), new.null_count(), unpriced[0].sum(), unpriced[1].sum(),
        had.sum(), has.sum(), more.sum(), less.sum(),
        pl.when(more).then(has - had).otherwise(0).sum(), pl.when(less).then(had - has).otherwise(0).sum(),
    )  # fmt: skip
    named = [expression.cast(pl.Int64).alias(name) for expression, name in zip(sums, COLUMNS, strict=True)]
    return persons.group_by(by).agg(named).select(pl.col(by), pl.lit(policy.id).alias("policy"), *COLUMNS)
