"""How values of facts lie in the database: one integer each."""

from __future__ import annotations

from datetime import date

from zhucan.rules.vocabulary import Fact, FactType, Value


def encode(value: Value) -> int:
    """Yes and no are 1 and 0, days proleptic ordinals, everything else the integer it is."""
    return value.toordinal() if isinstance(value, date) else int(value)


def decode(fact: Fact, stored: int) -> Value:
    """The value of a fact, from what ``encode`` made of it."""
    if fact.type is FactType.YES_NO:
        return bool(stored)
    return date.fromordinal(stored) if fact.type is FactType.DATE else stored
