"""A set of policies over a table of people: verdicts and amounts for each, or totals per place, by Polars.

A table has one row per subject and one column per fact id (Boolean, integers as the vocabulary stores them, days);
null is unknown. Everything is compiled once per set of policies; policies with equal conditions share one column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import polars as pl

from zhucan.rules.compile.expressions import Columns, quotient
from zhucan.rules.nodes import Constant, Every, FactNode, KeyTest, Node, Number, RateNode, RateRow, Truth
from zhucan.rules.policy import Policy, rounded

SLICE = 1_000_000
"""Rows computed at a time: bounds memory, and fits a row group of the snapshots."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """The people of one policy who share a rate: a test beside the verdict, and rates by columns constant in a group.

    ``rates`` are (test on the group's columns, 分); the first that holds applies.
    """

    test: pl.Expr | None
    rates: tuple[tuple[pl.Expr, int], ...]


class Batch:
    """Policies compiled for tables with these columns, as of one day."""

    def __init__(self, policies: Sequence[Policy], columns: Sequence[str], as_of: date) -> None:
        self.policies = tuple(policies)
        self.columns = Columns(columns, as_of)
        self._verdicts = {policy.id: self.columns.expression(_whole(policy)) for policy in self.policies}

    def verdict(self, policy: Policy) -> pl.Expr:
        """Boolean: true entitled, false not, null unknown."""
        return self._verdicts[policy.id]

    def amount(self, policy: Policy) -> pl.Expr:
        """Int64, 分 per rhythm, rounded; null where it cannot be computed. Not yet masked by the verdict."""
        node = policy.outcome.amount
        if node is None:
            return pl.lit(None, dtype=pl.Int64)
        assert isinstance(node.type, Number)
        step = policy.outcome.rounding
        exact = self.columns.expression(node)
        if node.type.scale * step == 1:
            return exact.cast(pl.Int64)
        return (quotient(exact, pl.lit(node.type.scale * step), "half_up") * step).cast(pl.Int64)

    def matrix(self, people: pl.LazyFrame, keep: Sequence[str] = ()) -> pl.LazyFrame:
        """One row per subject: the ``keep`` columns, then per policy ``<id>`` (verdict) and ``<id>:fen``.

        The amount is null where the verdict is false.
        """
        made = [pl.col(name) for name in keep]
        for policy in self.policies:
            verdict = self.verdict(policy)
            amount = pl.when(verdict.fill_null(True)).then(self.amount(policy))
            made += [verdict.alias(policy.id), amount.alias(f"{policy.id}:fen")]
        return people.select(made)

    def totals(self, people: pl.LazyFrame, *, by: str, constant: Sequence[str] = ()) -> pl.DataFrame:
        """Per group and policy: ``<by>``, ``policy``, ``entitled`` and ``unknown`` (persons), ``fen`` (entitled, per
        rhythm).

        ``constant`` names columns that have one value within a group (the province of a township): rates that
        depend only on them are multiplied by counts instead of being summed person by person. Sorted groups are
        about twice as fast.
        """
        return _Totals(self, by, tuple(constant)).run(people)


def _whole(policy: Policy) -> Node:
    """All conditions of a policy as one, flattened so that equal policies are equal nodes."""
    parts: list[Node] = []
    for condition in policy.conditions:
        parts += condition.test.items if isinstance(condition.test, Every) else (condition.test,)
    if not parts:
        return Constant(True, Truth())
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


@dataclass(frozen=True, slots=True)
class _Counted:
    """One policy in the totals: the column counted for its unknowns, and (column, rates) pairs for its money."""

    policy: str
    verdict: str
    strata: tuple[tuple[str, Stratum], ...]
    summed: str | None


class _Totals:
    """Totals per group, a slice of people at a time: verdicts, then sums; money is count × rate wherever it can be."""

    def __init__(self, batch: Batch, by: str, constant: tuple[str, ...]) -> None:
        self.batch, self.by, self.constant = batch, by, constant
        self.made: dict[str, pl.Expr] = {}
        self.names: dict[object, str] = {}
        self.counted = [self._count(policy) for policy in batch.policies]

    def _column(self, key: object, expression: pl.Expr) -> str:
        if key not in self.names:
            self.names[key] = f":{len(self.names)}"  # no fact is called so
            self.made[self.names[key]] = expression
        return self.names[key]

    def _count(self, policy: Policy) -> _Counted:
        whole = _whole(policy)
        verdict = self._column(whole, self.batch.verdict(policy))
        strata = self._strata(policy)
        if strata is None:
            sum_ = pl.when(self.batch.verdict(policy)).then(self.batch.amount(policy))
            return _Counted(policy.id, verdict, (), self._column((whole, policy.id, "fen"), sum_))
        columns = []
        for key, stratum in strata:
            if stratum.test is None:
                columns.append((verdict, stratum))
            else:
                both = self.batch.verdict(policy) & stratum.test
                columns.append((self._column((whole, key), both), stratum))
        return _Counted(policy.id, verdict, tuple(columns), None)

    def _strata(self, policy: Policy) -> list[tuple[tuple[KeyTest, ...], Stratum]] | None:
        """The strata of a flat or tabled rate; None where the amount must be computed person by person."""
        node, step = policy.outcome.amount, policy.outcome.rounding
        if node is None:
            return []
        if isinstance(node, Constant) and isinstance(node.value, (int, Fraction)):
            return [((), Stratum(None, ((pl.lit(True), rounded(node.value, step)),)))]
        if not isinstance(node, RateNode):
            return None
        groups: dict[tuple[KeyTest, ...], list[RateRow]] = {}
        for row in node.rows:
            if row.value is not None:
                own = tuple(test for test in row.tests if not self._is_constant(test.key))
                groups.setdefault(own, []).append(row)
        return [(own, self._stratum(own, rows, step)) for own, rows in groups.items()]

    def _stratum(self, own: tuple[KeyTest, ...], rows: list[RateRow], step: int) -> Stratum:
        columns = self.batch.columns
        rates = []
        for row in rows:
            assert row.value is not None
            tests = tuple(test for test in row.tests if self._is_constant(test.key))
            rates.append((columns.matches(tests), rounded(row.value, step)))
        test = columns.matches(own) if own else None
        return Stratum(test, tuple(rates))

    def _is_constant(self, key: Node) -> bool:
        return isinstance(key, FactNode) and key.fact.id in self.constant

    def run(self, people: pl.LazyFrame) -> pl.DataFrame:
        """Total the people, a slice at a time."""
        rows = people.select(pl.len()).collect().item()
        verdicts = people.select([self.by, *self.constant, *(made.alias(name) for name, made in self.made.items())])
        parts = [self._slice(verdicts.slice(first, SLICE).collect()) for first in range(0, max(rows, 1), SLICE)]
        together = pl.concat(parts, how="diagonal")  # a slice where all is known has no column of unknowns
        firsts = [pl.col(name).first() for name in self.constant]
        sums = [pl.col(name).sum() for name in together.columns if name not in (self.by, *self.constant)]
        return self._table(together.group_by(self.by, maintain_order=True).agg([*firsts, *sums]))

    def _slice(self, verdicts: pl.DataFrame) -> pl.DataFrame:
        """Sums of one slice; the sorted flag lets Polars add runs instead of gathering rows."""
        if verdicts[self.by].is_sorted():
            verdicts = verdicts.with_columns(pl.col(self.by).set_sorted())
        sums = [pl.col(name).sum().cast(pl.Int64) for name in self.made]
        open_ = [
            pl.col(name).null_count().cast(pl.Int64).alias(_unknowns(name))
            for name in dict.fromkeys(counted.verdict for counted in self.counted)
            if verdicts[name].null_count()
        ]
        constants = [pl.col(name).first() for name in self.constant]
        return verdicts.lazy().group_by(self.by).agg([*constants, *sums, *open_]).collect()

    def _table(self, groups: pl.DataFrame) -> pl.DataFrame:
        parts = []
        none = pl.lit(0, dtype=pl.Int64)
        for counted in self.counted:
            unknown = _unknowns(counted.verdict)
            parts.append(groups.select(
                pl.col(self.by), pl.lit(counted.policy).alias("policy"),
                pl.col(counted.verdict).alias("entitled"),
                (pl.col(unknown).fill_null(0) if unknown in groups.columns else none).alias("unknown"),
                self._money(counted).alias("fen"),
            ))  # fmt: skip
        return pl.concat(parts).sort(self.by, "policy", maintain_order=True)

    def _money(self, counted: _Counted) -> pl.Expr:
        if counted.summed is not None:
            return pl.col(counted.summed).fill_null(0)
        total = pl.lit(0, dtype=pl.Int64)
        for column, stratum in counted.strata:
            rate = pl.lit(0, dtype=pl.Int64)
            for test, fen in reversed(stratum.rates):
                rate = pl.when(test).then(pl.lit(fen, dtype=pl.Int64)).otherwise(rate)
            total = total + pl.col(column) * rate
        return total


def _unknowns(verdict: str) -> str:
    """The column that counts the unknowns of this one."""
    return f"{verdict}:unknown"
