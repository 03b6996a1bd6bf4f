"""Coming changes of a county: everybody determined today and on the first day of each coming month, and the difference.

Facts age, expire and pass their shelf life as the rules of statements say; nothing is guessed about what is recorded
later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise

import polars as pl

from zhucan.base.permissions import Actor
from zhucan.match.facts import Said
from zhucan.policies.library import book, generation, library, matching_settings
from zhucan.policies.models import Matching
from zhucan.policies.queries.turning import (
    JOINED,
    OTHER,
    Stage,
    Step,
    Turning,
    ending_soon,
    say_cause,
    step,
    turnings,
)
from zhucan.policies.snapshots import Snapshot, read_snapshot, refresh, snapshot_of
from zhucan.registry.queries.known import People, people_of
from zhucan.rules.months import Month, add_months
from zhucan.rules.policy import Policy
from zhucan.rules.statements import ALWAYS, Statement, is_stale
from zhucan.rules.vocabulary import Vocabulary

LONGEST = 12
"""Months one may look ahead."""


@dataclass(frozen=True, slots=True)
class Line:
    """One month × cause. ``persons`` who turn or whose fact ends; ``moves`` verdicts or sums that change with it.

    Money in 分 by rhythm: ``less`` and ``more`` between settled verdicts, ``doubt`` what is entitled before and unknown
    after. ``unpriced``: moves of which a sum is not known; no money counts them.
    """

    month: date
    cause: str
    words: str
    persons: int
    moves: int
    less: Mapping[str, int]
    more: Mapping[str, int]
    doubt: Mapping[str, int]
    unpriced: int


@dataclass(frozen=True, slots=True)
class Coming:
    """What changes in a county from ``on``; ``as_of`` is the day of the snapshot it is computed from.

    ``steps`` are by the first day of each month; ``endings`` as ``turning.ending_soon`` gives them, before
    ``endings_until``.
    """

    county: int
    on: date
    as_of: date
    steps: tuple[Step, ...]
    endings: pl.DataFrame
    endings_until: date
    policies: Mapping[str, Policy]
    tested: tuple[Turning, ...]

    @property
    def titles(self) -> Mapping[str, str]:
        """Names of policies by id."""
        return {id_: policy.zh for id_, policy in self.policies.items()}

    def words(self, cause: str) -> str:
        """A cause in words."""
        return say_cause(cause, library().vocabulary, self.titles)

    def lines(self, low: int, last: int) -> list[Line]:
        """The table for the places ``low`` … ``last``, by month, causes in the order of their first appearance."""
        rhythms = {id_: policy.outcome.rhythm for id_, policy in self.policies.items()}
        in_money = {id_ for id_, policy in self.policies.items() if policy.outcome.amount is not None}
        return [line for each in self.steps for line in _lines(self, each, low, last, rhythms, in_money)]

    def events(self, month: date, cause: str, low: int, last: int) -> pl.DataFrame:
        """Who stands behind ``Line.persons``: ``person``, ``place``."""
        found = self._step(month).events
        return _within(found, low, last).filter(pl.col("cause") == cause).sort("place", "person")

    def moves(self, month: date, cause: str, low: int, last: int) -> pl.DataFrame:
        """What stands behind ``Line.moves``, with ``turning.MOVE_COLUMNS``; who is entitled before stands first."""
        found = self._step(month).moves
        return (
            _within(found, low, last)
            .filter(pl.col("cause") == cause)
            .sort(
                pl.col("before").fill_null(False), "place", "person", "policy", descending=[True, False, False, False]
            )
        )

    def ending(self, low: int, last: int) -> pl.DataFrame:
        """The certificates that end, in these places."""
        return _within(self.endings, low, last)

    def _step(self, month: date) -> Step:
        for each in self.steps:
            if each.day == month:
                return each
        raise LookupError(month)


def counties_of(actor: Actor) -> list[int]:
    """The counties (6 digits) of the actor's division that were matched once, in order; one query."""
    span = (actor.low // 10**6, actor.last // 10**6)
    rows = Matching.objects.filter(county__range=span, finished_at__isnull=False)
    return sorted(set(rows.values_list("county", flat=True)))


def coming(county: int, on: date, months: int = 3) -> Coming | None:
    """What changes in a county (6 digits) from a day over so many first days of months; None: never matched.

    Raises:
        ValueError: less than one month, or more than ``LONGEST``.
    """
    if not 1 <= months <= LONGEST:
        raise ValueError(months)
    snapshot = read_snapshot(county)
    if snapshot is None:
        return None
    content = int(snapshot.frame.hash_rows(seed=1).sum())
    return _coming(_Read(snapshot, (county, snapshot.as_of, snapshot.revision, content, generation())), on, months)


class _Read:
    """A snapshot that is equal to another of the same content and law, so that what was computed of it is found."""

    def __init__(self, snapshot: Snapshot, key: tuple[object, ...]) -> None:
        self.snapshot, self.key = snapshot, key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Read) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=4)
def _coming(read: _Read, on: date, months: int) -> Coming:
    """Computed once for each matching, law and day: pages, lists and exports of one look read the same numbers."""
    snapshot = read.snapshot
    first = Month.of(on)
    stages = stages_of(snapshot, [on, *(first.plus(n + 1).first_day for n in range(months))])
    soon = add_months(on, matching_settings().expiring_months)
    steps = tuple(step(before, after) for before, after in pairwise(stages))
    policies = {policy.id: policy for stage in reversed(stages) for policy in stage.policies}
    return Coming(
        snapshot.county,
        on,
        snapshot.as_of,
        steps,
        ending_soon(stages[0], soon),
        soon,
        policies,
        turnings(list(policies.values())),
    )


def stages_of(snapshot: Snapshot, days: Sequence[date]) -> list[Stage]:
    """The county's people on each day: those whose statements begin, end or go stale are resolved anew."""
    vocabulary = library().vocabulary
    people = people_of(snapshot.county, as_of=days[0], book=book(), vocabulary=vocabulary)
    # nothing comes of the days of somebody known to be dead
    alive = snapshot.frame.filter(~pl.col("deceased").fill_null(False))
    base = replace(snapshot, frame=alive.sort("person"))
    known = set(base.ids)
    places = base.frame.select("person", "place")
    made = []
    for day in days:
        positions = [at for at in affected(people, vocabulary, snapshot.as_of, day) if people.ids[at] in known]
        frame = base.frame
        if positions:
            some = _subset(people, positions, day)
            changed = snapshot_of(snapshot.county, some, day, snapshot.revision)
            frame = refresh(base, changed, some.ids).frame.drop("place").sort("person").join(places, on="person")
        policies = library().matched_policies(division=snapshot.county, as_of=day)
        made.append(Stage(day, frame, policies))
    return made


def affected(people: People, vocabulary: Vocabulary, since: date, day: date) -> list[int]:
    """Whose facts (positions) may be others on ``day`` than on ``since``, by what was said."""
    if since == day:
        return []
    for feed, observed in people.said.loaded:
        for gives in feed.gives:
            fact = vocabulary.fact(gives.fact)
            if gives.absence is not None and is_stale(fact, observed, since) != is_stale(fact, observed, day):
                return list(range(len(people.ids)))
    turns: dict[int, bool] = {}  # by identity: equal rows share one statement
    found: dict[int, None] = {}
    for position, statement in people.said.statements:
        key = id(statement)
        if key not in turns:
            turns[key] = _counts(statement, vocabulary, since) != _counts(statement, vocabulary, day)
        if turns[key]:
            found[position] = None
    return sorted(found)


def _counts(statement: Statement, vocabulary: Vocabulary, day: date) -> bool:
    fact = vocabulary.fact(statement.fact)
    return statement.holds(day, ALWAYS) and not is_stale(fact, statement.observed, day)


def _subset(people: People, positions: Sequence[int], day: date) -> People:
    said = Said(day, loaded=people.said.loaded)
    at = {position: new for new, position in enumerate(positions)}
    said.statements = [(at[place], statement) for place, statement in people.said.statements if place in at]
    said.untold = {at[place]: facts for place, facts in people.said.untold.items() if place in at}
    return People(
        [people.ids[p] for p in positions], [people.places[p] for p in positions],
        [people.subjects[p] for p in positions], said,
    )  # fmt: skip


def _within(frame: pl.DataFrame, low: int, last: int) -> pl.DataFrame:
    return frame.filter(pl.col("place").is_between(low, last))


def _lines(
    found: Coming, each: Step, low: int, last: int, rhythms: Mapping[str, str], in_money: set[str]
) -> list[Line]:
    events, moves = _within(each.events, low, last), _within(each.moves, low, last)
    persons = dict(events.group_by("cause", maintain_order=True).len().iter_rows())
    by_cause = {str(key[0]): rows for key, rows in moves.group_by("cause", maintain_order=True)}
    order = sorted(dict.fromkeys((*persons, *by_cause)), key=lambda cause: (cause == OTHER, JOINED in cause))
    lines = []
    for cause in order:
        rows = by_cause.get(cause)
        sums = _sums(rows, rhythms, in_money) if rows is not None else ({}, {}, {}, 0)
        count = rows.height if rows is not None else 0
        lines.append(Line(each.day, cause, found.words(cause), persons.get(cause, 0), count, *sums))
    return lines


def _sums(
    moves: pl.DataFrame, rhythms: Mapping[str, str], in_money: set[str]
) -> tuple[dict[str, int], dict[str, int], dict[str, int], int]:
    less: dict[str, int] = {}
    more: dict[str, int] = {}
    doubt: dict[str, int] = {}
    unpriced = 0
    for row in moves.iter_rows(named=True):
        rhythm = rhythms[row["policy"]]
        had, has = row["fen_before"], row["fen_after"]
        open_sum = (row["before"] is True and had is None) or (row["after"] is True and has is None)
        unpriced += open_sum and row["policy"] in in_money
        if row["before"] is None or row["after"] is None:
            doubt[rhythm] = doubt.get(rhythm, 0) + (had or 0) if row["before"] else doubt.get(rhythm, 0)
        elif not open_sum:
            change = (has or 0) - (had or 0)
            side = more if change > 0 else less
            side[rhythm] = side.get(rhythm, 0) + abs(change)
    return _without_zeros(less), _without_zeros(more), _without_zeros(doubt), unpriced


def _without_zeros(sums: Mapping[str, int]) -> dict[str, int]:
    return {rhythm: fen for rhythm, fen in sums.items() if fen}


@dataclass(frozen=True, slots=True)
class Stopping:
    """Certificates ending: how many persons, how many of them lose something, and 分 by rhythm that stop."""

    persons: int
    losing: int
    fen: Mapping[str, int]
    unpriced: int


def stopping(found: Coming, low: int, last: int) -> Stopping:
    """The 六个月 reminder for the places ``low`` … ``last``."""
    rows = found.ending(low, last)
    losing = rows.filter(pl.col("policy") != "")
    fen: dict[str, int] = {}
    for policy, sum_ in losing.group_by("policy").agg(pl.col("fen").sum()).iter_rows():
        rhythm = found.policies[policy].outcome.rhythm
        fen[rhythm] = fen.get(rhythm, 0) + sum_
    in_money = [id_ for id_, policy in found.policies.items() if policy.outcome.amount is not None]
    unpriced = losing.filter(pl.col("fen").is_null() & pl.col("policy").is_in(in_money)).height
    return Stopping(rows["person"].n_unique(), losing["person"].n_unique(), fen, unpriced)
