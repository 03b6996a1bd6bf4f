"""The comparison of engines, used by a test at small size and by ``benchmarks/agreement.py`` at full size."""

from __future__ import annotations

from fractions import Fraction

import polars as pl

from tests.rules.worlds import AS_OF, Expressions, vocabulary
from zhucan.rules.compile.expressions import Columns
from zhucan.rules.determine import evaluate
from zhucan.rules.nodes import Number
from zhucan.rules.vocabulary import FactType, Value

_DTYPES = {FactType.YES_NO: pl.Boolean, FactType.DATE: pl.Date}


def table(worlds: list[dict[str, Value]]) -> pl.DataFrame:
    """The facts of many subjects as columns; null is unknown."""
    facts = vocabulary().facts.values()
    return pl.DataFrame(
        {
            fact.id: pl.Series([world.get(fact.id) for world in worlds], dtype=_DTYPES.get(fact.type, pl.Int64))
            for fact in facts
        }
    )


def disagreements(*, seed: int, expressions: int, worlds: int) -> list[str]:
    """Every pair of expression and facts on which Polars and the reference differ, in words; empty when they agree."""
    source = Expressions(seed)
    nodes = source.nodes(expressions)
    people = [source.facts(source.random.choice([0.0, 0.2, 0.5])) for _ in range(worlds)]
    frame = table(people)
    columns = Columns(frame.columns, AS_OF)
    made = [columns.expression(node).alias(f"e{i}") for i, (_, node) in enumerate(nodes)]
    results = frame.lazy().select(*made, pl.len().alias("_rows")).collect()
    found = []
    for i, (text, node) in enumerate(nodes):
        scale = node.type.scale if isinstance(node.type, Number) else None
        for facts, got in zip(people, results[f"e{i}"].to_list(), strict=True):
            expected = evaluate(node, facts, AS_OF)
            if got is not None and scale is not None:
                got = Fraction(got, scale)
            if got != expected or isinstance(got, bool) is not isinstance(expected, bool):
                found.append(f"{text} with {facts}: polars {got}, reference {expected}")
    return found


def unsettled(*, seed: int, chains: int) -> list[str]:
    """Every random chain of learning one more fact in which a settled value changed, in words; empty when monotone."""
    source = Expressions(seed)
    found = []
    for text, node in source.nodes(chains):
        whole = {name: value for name, value in source.facts(0.0).items() if not vocabulary().fact(name).derive}
        known: dict[str, Value] = {}
        settled = evaluate(node, known, AS_OF)
        for name in source.random.sample(sorted(whole), len(whole)):
            known[name] = whole[name]
            now = evaluate(node, known, AS_OF)
            if settled is not None and now != settled:
                found.append(f"{text}: learning {name} changed {settled} to {now}")
            settled = now if settled is None else settled
    return found
