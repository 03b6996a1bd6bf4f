"""The counts of the public page, small ones hidden: which is printed where, and which is the sum of which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from zhucan.files.tables import Account, Outcome
from zhucan.match.outputs.figures import Figures, TownshipFigures
from zhucan.match.outputs.suppress import LARGEST_HIDDEN, Sum, hidden_cells
from zhucan.match.outputs.words import FINDING_WORDS
from zhucan.match.result import Line, MatchResult

Cell: TypeAlias = tuple[str, ...]
"""A printed count: its list, then what it is counted by, and the place on that axis."""

HIDDEN = "隐去"
OTHER_REASON = "其他原因"
RECEIVING, NOT_RECEIVING = "当月在领", "当月没领"


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A list by situation × policy; situations in falling order of their count."""

    list_name: str
    situations: Sequence[str]
    policies: Sequence[str]


@dataclass(slots=True)
class Counts:
    """Counts under way: first ``put`` and ``add_sum``, then ``hide``, then ``number``."""

    values: dict[Cell, int] = field(default_factory=dict)
    sums: list[Sum[Cell]] = field(default_factory=list)
    unprinted: set[Cell] = field(default_factory=set)
    hidden: set[Cell] = field(default_factory=set)

    def put(self, cell: Cell, value: int) -> Cell:
        """Name a count; the same cell may be put twice with the same value."""
        if self.values.setdefault(cell, value) != value:
            raise ValueError(f"{cell!r} is both {self.values[cell]} and {value}")
        return cell

    def add_sum(self, total: Cell, parts: Sequence[Cell]) -> None:
        """Say that a printed count is the sum of others."""
        if parts:
            self.sums.append(Sum(total, tuple(parts)))

    def hide(self) -> None:
        """Decide which counts are left out."""
        self.hidden = hidden_cells(self.values, self.sums, self.unprinted)

    def number(self, *cell: str) -> int | None:
        """The count as it may be printed; None where it is hidden."""
        return None if cell in self.hidden else self.values[cell]

    def text(self, *cell: str) -> str:
        """The count as printed, or the word for hidden."""
        value = self.number(*cell)
        return HIDDEN if value is None else f"{value:,}"


def count_page(result: MatchResult, figures: Figures) -> tuple[Counts, dict[str, Breakdown]]:
    """Every count of the page with its sums, small ones hidden; and how each list is broken down."""
    counts = Counts()
    totals = {
        "missed": len(figures.missed),
        "doubtful": len(figures.doubtful),
        "unknown": len(figures.unknown),
        "expiring": len(figures.expiring),
        "faults": len(figures.faults),
        "strays": len(figures.strays),
    }
    for name, total in totals.items():
        parts = [counts.put((name, "township", one.name), _TOWNSHIP[name](one)) for one in figures.townships]
        counts.add_sum(counts.put((name,), total), parts)
    _count_persons(counts, figures)
    public = _public_reasons(figures.doubtful)
    situations = {
        "missed": [(FINDING_WORDS[line.finding], line.policy) for line in figures.missed],
        "doubtful": [(public.get(line.reason, OTHER_REASON), line.policy) for line in figures.doubtful],
        "unknown": [(RECEIVING if line.receiving else NOT_RECEIVING, line.policy) for line in figures.unknown],
        "faults": [(FINDING_WORDS[line.finding], line.policy) for line in figures.faults],
        "strays": [("名册外发放", stray.policy) for stray in figures.strays],
    }
    breakdowns = {name: _break_down(counts, result, name, found) for name, found in situations.items()}
    _count_lists(counts, result)
    _count_questions(counts, result, totals["unknown"])
    _count_not_compared(counts, figures)
    counts.put(("expired",), result.expired)
    counts.put(("alive",), result.alive)
    counts.hide()
    return counts, breakdowns


_TOWNSHIP: dict[str, Callable[[TownshipFigures], int]] = {
    "missed": lambda one: one.missed,
    "doubtful": lambda one: one.doubtful,
    "unknown": lambda one: one.unknown,
    "expiring": lambda one: one.expiring,
    "faults": lambda one: one.faults,
    "strays": lambda one: one.strays,
}


def _count_persons(counts: Counts, figures: Figures) -> None:
    """Persons beside 人次; no page says how many stand on a list twice, so this is no part of any sum."""
    numbers = {
        "missed": figures.missed_number,
        "doubtful": figures.doubtful_number,
        "unknown": figures.unknown_number,
        "faults": figures.faults_number,
    }
    for name, number in numbers.items():
        counts.put((name, "persons"), number.persons)


def _break_down(counts: Counts, result: MatchResult, name: str, found: Sequence[tuple[str, str]]) -> Breakdown:
    """Count a list, given as (situation, policy) pairs, by both, with the margins."""
    tally = Counter(found)
    by_situation: dict[str, int] = {}
    for (situation, _), count in tally.items():
        by_situation[situation] = by_situation.get(situation, 0) + count
    situations = sorted(by_situation, key=lambda word: (word == OTHER_REASON, -by_situation[word], word))
    policies = [policy.id for policy in result.policies if any((word, policy.id) in tally for word in situations)]
    for situation in situations:
        row = [counts.put((name, situation, policy), tally[situation, policy]) for policy in policies]
        counts.add_sum(counts.put((name, "situation", situation), by_situation[situation]), row)
    for policy in policies:
        column: list[Cell] = [(name, situation, policy) for situation in situations]
        total = sum(counts.values[cell] for cell in column)
        counts.add_sum(counts.put((name, "policy", policy), total), column)
    counts.add_sum((name,), [(name, "situation", situation) for situation in situations])
    counts.add_sum((name,), [(name, "policy", policy) for policy in policies])
    return Breakdown(name, situations, policies)


def _count_not_compared(counts: Counts, figures: Figures) -> None:
    tally = Counter((line.policy, line.verdict) for line in figures.not_compared)
    for policy in {line.policy for line in figures.not_compared}:
        for verdict in ("entitled", "unknown"):
            counts.put(("not_compared", policy, verdict), tally[policy, verdict])


def _public_reasons(lines: Sequence[Line]) -> dict[str, str]:
    """Reasons fit for a page that gets forwarded: a text is printed only if five persons or more share it."""
    sharing: dict[str, set[str]] = {}
    for line in lines:
        sharing.setdefault(line.reason, set()).add(line.person.code)
    return {reason: reason for reason, persons in sharing.items() if reason and len(persons) > LARGEST_HIDDEN}


def _count_lists(counts: Counts, result: MatchResult) -> None:
    for feed in result.feeds:
        if feed.account is not None:
            values = outcomes_of(feed.account)
            parts = [counts.put(("feed", feed.feed, word), value) for word, value in values.items()]
            counts.add_sum(counts.put(("feed", feed.feed), sum(values.values())), parts)
    for presumed in result.presumptions:
        counts.put(("presumed", presumed.fact), presumed.verdicts)


def outcomes_of(counted: Account) -> dict[str, int]:
    """The rows of a list by what became of them, in the order of ``Outcome``."""
    return {
        Outcome.ACCEPTED.zh: counted.accepted,
        Outcome.UNCHANGED.zh: counted.unchanged,
        Outcome.DUPLICATE.zh: counted.duplicate,
        Outcome.NOT_OURS.zh: counted.not_ours,
        Outcome.REJECTED.zh: counted.rejected,
    }


def _count_questions(counts: Counts, result: MatchResult, unknown: int) -> None:
    """Questions settle parts of 待核实; what none of them settles is printed nowhere, but is a difference."""
    settled = [counts.put(("question", one.fact), one.settles) for one in result.questions]
    for one in result.questions:
        counts.put(("question", one.fact, "persons"), one.persons)
    rest = unknown - sum(one.settles for one in result.questions)
    if settled and rest >= 0:
        left = counts.put(("question",), rest)
        counts.unprinted.add(left)
        counts.add_sum(("unknown",), [*settled, left])
