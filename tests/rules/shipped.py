"""The content as shipped, and random people with just the facts its policies look at."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache

import polars as pl

from zhucan.rules.content import shipped_content
from zhucan.rules.library import Library, load_library
from zhucan.rules.nodes import facts_of
from zhucan.rules.policy import Policy
from zhucan.rules.vocabulary import Fact, FactType, Value

AS_OF = date(2026, 11, 1)


@cache
def library() -> Library:
    """The content shipped."""
    return load_library(shipped_content())


def facts_needed(policies: tuple[Policy, ...]) -> list[Fact]:
    """All facts these policies may look at."""
    nodes = [node for policy in policies for node in policy.expressions]
    return list(dict.fromkeys(fact for node in nodes for fact in facts_of(node)))


def random_value(fact: Fact, source: random.Random) -> Value:
    """A value within the bounds of a fact, those themselves often."""
    if fact.type is FactType.YES_NO:
        return source.random() < 0.6
    if fact.type is FactType.DATE:
        return date(1940, 1, 1) + timedelta(source.randrange(40_000))
    if fact.codes is not None:
        return source.choice(fact.codes.codes).code
    return source.choice([fact.low, fact.high, source.randint(fact.low, min(fact.high, fact.low + 200_000))])


def random_people(facts: list[Fact], count: int, seed: int) -> list[dict[str, Value]]:
    """So many people, about one in seven of their facts unknown."""
    source = random.Random(seed)
    return [{fact.id: random_value(fact, source) for fact in facts if source.random() < 0.85} for _ in range(count)]


def columns_of(facts: list[Fact], people: list[dict[str, Value]]) -> pl.DataFrame:
    """The people as a table, spread over seven townships; null is unknown."""
    types = {FactType.YES_NO: pl.Boolean, FactType.DATE: pl.Date}
    made = {f.id: pl.Series([p.get(f.id) for p in people], dtype=types.get(f.type, pl.Int64)) for f in facts}
    return pl.DataFrame({"township": pl.Series([i % 7 for i in range(len(people))]), **made})
