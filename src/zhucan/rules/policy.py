"""A policy as it stands somewhere on some day: flattened from its layers, typed, frozen.

One outcome per policy. Every condition is four lines (id, test, legal basis, the sentence told to whoever fails it)
and knows the file and line it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from zhucan.rules.nodes import FactNode, Node, RateNode

OUTCOME_KINDS = ("cash", "reimbursement", "item", "service", "charge", "standing")
RHYTHMS = ("once", "month", "quarter", "year", "school_year", "course", "interval", "hours")
SUBJECTS = ("person", "household", "organisation")
EFFECTS = ("exclude", "higher", "stack")
ROUNDING_STEPS: Mapping[str, int] = {"fen": 1, "jiao": 10, "yuan": 100}
"""What an amount is rounded to, in 分; always half up."""
SLOTS = ("", "year", "school_year", "device_class")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a line of the flattened policy was written: the layer's place (``cn``, ``cn-45``), file and line."""

    place: str
    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class Basis:
    """A document of the law: title, number, day of issue as printed."""

    title: str
    number: str
    issued: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. ``beside`` is "" for an ordinary one, or the overlap's effect (``exclude``, ``higher``).

    ``rank``: among the failed, the lowest is the first reason. ``theirs`` is the other benefit's monthly amount (higher
    only).
    """

    id: str
    test: Node
    text: str
    basis: str
    otherwise: str
    code: str
    rank: int
    origin: Origin
    beside: str = ""
    theirs: Node | None = None
    otherwise_en: str = ""


@dataclass(frozen=True, slots=True)
class Stacks:
    """A benefit that may be held together with this one, said because people ask."""

    benefit: str
    zh: str
    basis: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """What the policy gives: kind, rhythm, amount in 分 per rhythm (None where there is no money), rounding step in
    分.
    """

    kind: str
    rhythm: str
    amount: Node | None
    text: str
    rounding: int
    slot: str
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class English:
    """The words of a policy for people who read English; empty where nobody wrote them."""

    decides: str = ""
    pays: str = ""
    accepts: str = ""
    materials: tuple[str, ...] = ()
    takes: str = ""
    deadline: str = ""


@dataclass(frozen=True, eq=False)
class Policy:
    """A flattened policy, in force in ``division`` on ``as_of``.

    ``since`` is the day of its newest layer in force; ``notes`` are by the place of the layer they belong to. ``needs``
    and ``words`` are by what and by which words people look for it; ``takes`` is how long a decision takes,
    ``deadline`` when one may apply. ``by_lists``: other offices' lists can tell who is entitled, so whole counties are
    matched.
    """

    id: str
    zh: str
    en: str
    subject: str
    division: int
    as_of: date
    since: date
    decides: str
    pays: str
    accepts: str
    materials: tuple[str, ...]
    fund_sources: tuple[str, ...]
    notes: Mapping[str, str]
    basis: tuple[Basis, ...]
    conditions: tuple[Condition, ...]
    stacks: tuple[Stacks, ...]
    outcome: OutcomeRule
    rates: Mapping[str, RateNode]
    layers: tuple[str, ...]
    needs: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    takes: str = ""
    deadline: str = ""
    by_lists: bool = True
    english: English = English()

    @property
    def text(self) -> str:
        """The flattened text: everything that decides a determination, a line each."""
        lines = [self.id, self.outcome.kind, self.outcome.rhythm, self.outcome.text, str(self.outcome.rounding)]
        lines += [f"{c.id}\t{c.text}\t{c.code}\t{c.rank}\t{c.otherwise}\t{c.basis}" for c in self.conditions]
        lines += [f"{name}\t{_rate_text(rate)}" for name, rate in sorted(self.rates.items())]
        return "\n".join(lines)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the flattened text: two policies with equal fingerprints determine alike."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def expressions(self) -> tuple[Node, ...]:
        """Everything the policy computes: the tests of its conditions, and the amount where there is one."""
        amount = () if self.outcome.amount is None else (self.outcome.amount,)
        return (*(condition.test for condition in self.conditions), *amount)

    def condition(self, id_: str) -> Condition:
        """The condition of this id; KeyError when there is none."""
        for condition in self.conditions:
            if condition.id == id_:
                return condition
        raise KeyError(id_)


def _rate_text(rate: RateNode) -> str:
    return ";".join(
        ",".join(f"{t.key.fact.id if isinstance(t.key, FactNode) else ''}{t.ranges}" for t in row.tests)
        + f"={row.value}"
        for row in rate.rows
    )


def rounded(value: Fraction | int, step: int) -> int:
    """The amount in 分, rounded half up to a multiple of ``step`` 分."""
    return int((Fraction(value) / step + Fraction(1, 2)).__floor__()) * step
