"""From what was said to what is known: statements, coverage and presumptions become one subject's facts.

A statement holds on half-open days, from a source, recorded at an instant, perhaps withdrawn later. Sources have an
order; a lower one that contradicts a higher one is told, never applied. A list that covers a person may declare what
not being on it means. A fact may go stale. Only where no list that covers the person was ever loaded may a fact be
presumed, and it is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from zhucan.rules.months import add_months
from zhucan.rules.vocabulary import Fact, Value, Vocabulary

ALWAYS = datetime.max


@dataclass(frozen=True, slots=True)
class Statement:
    """Something a source said of one subject. ``from_`` None: always; ``until``: the first day no longer true, None:
    open.

    ``observed`` is the day the source vouches for (shelf life runs from it); ``load`` names the file it came with.
    """

    fact: str
    value: Value
    source: str
    load: str = ""
    from_: date | None = None
    until: date | None = None
    observed: date | None = None
    recorded_at: datetime = datetime.min
    withdrawn_at: datetime | None = None

    def holds(self, as_of: date, known_at: datetime) -> bool:
        """Whether it is in force on the day, as known at the instant."""
        if self.recorded_at > known_at or (self.withdrawn_at is not None and self.withdrawn_at <= known_at):
            return False
        return (self.from_ is None or self.from_ <= as_of) and (self.until is None or as_of < self.until)


@dataclass(frozen=True, slots=True)
class Coverage:
    """A list that covers a subject: what not being named on it means (``absence``; None: nothing, unknown)."""

    fact: str
    absence: Value | None
    source: str
    load: str = ""
    observed: date | None = None
    recorded_at: datetime = datetime.min
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A subject's facts as of a day: values by fact id, the statement behind each, what was presumed, what
    contradicts.
    """

    values: Mapping[str, Value]
    behind: Mapping[str, Statement]
    presumed: frozenset[str]
    contradictions: tuple[tuple[Statement, Statement], ...]


def resolve(
    vocabulary: Vocabulary, statements: Iterable[Statement], coverage: Iterable[Coverage], *, as_of: date,
    known_at: datetime = ALWAYS, presume: bool = True,
) -> Known:  # fmt: skip
    """What is known of one subject on ``as_of``, as recorded by ``known_at``."""
    said: dict[str, list[Statement]] = {}
    for statement in statements:
        if statement.holds(as_of, known_at):
            said.setdefault(statement.fact, []).append(statement)
    covered: set[str] = set()
    for list_ in coverage:
        if list_.recorded_at <= known_at and not (list_.withdrawn_at and list_.withdrawn_at <= known_at):
            covered.add(list_.fact)
            named = any(s.load == list_.load and s.source == list_.source for s in said.get(list_.fact, ()))
            if list_.absence is not None and not named:
                absent = Statement(list_.fact, list_.absence, list_.source, list_.load, observed=list_.observed)
                said.setdefault(list_.fact, []).append(absent)
    values: dict[str, Value] = {}
    behind: dict[str, Statement] = {}
    contradictions: list[tuple[Statement, Statement]] = []
    for name, candidates in said.items():
        fact = vocabulary.fact(name)
        fresh = sorted((s for s in candidates if not is_stale(fact, s.observed, as_of)), key=lambda s: _rank(fact, s))
        if fresh:
            values[name], behind[name] = fresh[0].value, fresh[0]
            contradictions += [(fresh[0], other) for other in fresh[1:] if other.value != fresh[0].value]
    presumed = {fact.id: fact.presume for fact in vocabulary.presumable if fact.id not in covered} if presume else {}
    used = {name: value for name, value in presumed.items() if name not in values and value is not None}
    return Known({**values, **used}, behind, frozenset(used), tuple(contradictions))


def is_stale(fact: Fact, observed: date | None, as_of: date) -> bool:
    """Whether what was observed on a day is past the fact's shelf life; without such a day it never is."""
    if fact.fresh_for is None or observed is None:
        return False
    return as_of >= add_months(observed, fact.fresh_for)


def _rank(fact: Fact, statement: Statement) -> tuple[int, int, float]:
    """The more authoritative source first; then what was observed last; then what was recorded last."""
    place = fact.authority.index(statement.source) if statement.source in fact.authority else len(fact.authority)
    observed = statement.observed or statement.from_ or date.min
    return place, -observed.toordinal(), -_seconds(statement.recorded_at)


def _seconds(instant: datetime) -> float:
    return (instant.replace(tzinfo=None) - datetime.min).total_seconds()
