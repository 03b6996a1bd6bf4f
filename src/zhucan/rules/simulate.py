"""What a reform would do before it takes effect: determinations of the new rules minus those of the old, per place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from zhucan.rules.compile.batch import Batch
from zhucan.rules.policy import Policy

COLUMNS = (
    "entitled_before", "entitled_after", "unknown_before", "unknown_after", "fen_before", "fen_after",
    "gaining", "losing", "gained_fen", "lost_fen",
)  # fmt: skip
"""Per place and policy: persons, persons, persons, persons, 分, 分 per rhythm; persons who would get more or for the
first time, persons who would get less or nothing; and by how many 分. Who is unknown on either side counts as
neither.
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
    ids = dict.fromkeys(policy.id for policy in (*reform.old, *reform.new))
    parts = [_policy(persons, id_, by) for id_ in ids]
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


def _policy(persons: pl.DataFrame, id_: str, by: str) -> pl.DataFrame:
    old, new = pl.col(f"{id_}:old"), pl.col(f"{id_}:new")
    had, has = pl.col(f"{id_}:old:fen").fill_null(0), pl.col(f"{id_}:new:fen").fill_null(0)
    settled = old.is_not_null() & new.is_not_null()
    more = settled & (has > had) | (settled & new & ~old)
    less = settled & (has < had) | (settled & old & ~new)
    sums = (
        old.sum(), new.sum(), old.null_count(), new.null_count(), had.sum(), has.sum(), more.sum(), less.sum(),
        pl.when(more).then(has - had).otherwise(0).sum(), pl.when(less).then(had - has).otherwise(0).sum(),
    )  # fmt: skip
    named = [expression.cast(pl.Int64).alias(name) for expression, name in zip(sums, COLUMNS, strict=True)]
    return persons.group_by(by).agg(named).select(pl.col(by), pl.lit(id_).alias("policy"), *COLUMNS)
