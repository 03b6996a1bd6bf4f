"""Facts derived from several rows: the level of the mental component, staff counted double, income per head.

Rules see one row in and give one determination out; what needs several rows is settled here, as the vocabulary says
(``rows``, ``take``, ``of``, ``where_rows``, ``none``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from zhucan.rules.determine import Facts, evaluate
from zhucan.rules.language import parse_condition
from zhucan.rules.vocabulary import Fact, Vocabulary

_TAKE: Mapping[str, Callable[[Sequence[int]], int]] = {
    "min": min,
    "max": max,
    "sum": sum,
    "count": len,
    "any": lambda taken: int(bool(taken)),
}


class Aggregation:
    """One derived fact, ready to be computed for many subjects on one day."""

    def __init__(self, fact: Fact, vocabulary: Vocabulary, as_of: date) -> None:
        """``fact`` must be one the vocabulary derives from rows."""
        assert fact.aggregate is not None
        self.aggregate, self.as_of = fact.aggregate, as_of
        self._test = parse_condition(fact.aggregate.where, vocabulary) if fact.aggregate.where else None

    def value(self, rows: Sequence[Facts] | None) -> int | None:
        """The value for one subject; ``rows`` None: the table is not known of this subject, so neither is the fact.

        Strict: a row of which it is unknown whether it counts, or what it holds, makes the whole unknown. Where no row
        counts it is the fact's ``none``, for a sum and a count too.
        """
        if rows is None:
            return None
        taken: list[int] = []
        for row in rows:
            counts = True if self._test is None else evaluate(self._test, row, self.as_of)
            value = row.get(self.aggregate.of) if self.aggregate.of else 1
            if counts is None or (counts and not isinstance(value, int)):
                return None
            if counts and isinstance(value, int):
                taken.append(value)
        return _TAKE[self.aggregate.take](taken) if taken else self.aggregate.none
