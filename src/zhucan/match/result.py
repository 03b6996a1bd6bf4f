"""What one run of the main job found; everything the outputs print comes from here.

Money is in 分. A *line* is one accepted person × one policy. Lists keep the order of the division code, then of the
roster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from zhucan.files.tables import Account, SourceFile

MISSED = frozenset({"missed", "bank_failed"})
"""应享未享: entitled, compared with a payment list, and nothing arrived."""
PAYMENT_FAULTS = frozenset({"duplicate_two", "duplicate_same", "wrong_amount"})
"""发放差错: entitled and paid, but twice or with the wrong sum."""
STRAY = "paid_not_on_roster"


@dataclass(frozen=True, slots=True)
class Person:
    """One accepted person. ``code`` is a random number of this run, used on sheets and in file names, never the ID.

    ``ethnic`` and ``hukou`` are the roster's own words for 民族 and 户口性质.
    """

    code: str
    citizen_id: str
    name: str
    phone: str
    guardian: str
    guardian_phone: str
    township: int
    village: int
    township_name: str
    village_name: str
    certificate_number: str
    certificate_until: date | None
    category: int | None
    level: int | None
    deceased: bool | None
    ethnic: str
    hukou: str
    bank: str
    account: str
    source_file: str
    source_row: int


@dataclass(frozen=True, slots=True)
class Line:
    """One person × one policy: the verdict, what was paid, and the finding, with reasons in the words of the letter.

    ``amount_fen`` is the monthly rate where entitled and known. ``paid_fen`` is what arrived in the month.
    ``receiving`` is None where no payment list covering the policy was loaded. ``months`` is 连续符合月数 (at most 12,
    None where a date is unknown). ``leans_on`` names the presumed facts the verdict rests on.
    """

    person: Person
    policy: str
    verdict: str
    amount_fen: int | None
    receiving: bool | None
    paid_fen: int
    finding: str
    reason: str
    basis: str
    question: str
    missing: tuple[str, ...]
    leans_on: tuple[str, ...]
    months: int | None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Stray:
    """A payment to somebody who is not on the cleaned roster: one per payee × policy."""

    policy: str
    citizen_id: str
    name: str
    township_name: str
    paid_fen: int
    source_file: str
    source_row: int
    reason: str


@dataclass(frozen=True, slots=True)
class PolicyTitle:
    """A policy as named on pages and sheets."""

    id: str
    zh: str
    decides: str


@dataclass(frozen=True, slots=True)
class Number:
    """One of the four numbers: 人次 (lines), distinct persons, 分 a month (None where money does not apply)."""

    lines: int
    persons: int
    fen: int | None


@dataclass(frozen=True, slots=True)
class Presumed:
    """A presumption said aloud: the fact, what everybody is taken for (``presumed_as``: 都还健在), which list would
    settle it, and how many verdicts lean on it.
    """

    fact: str
    presumed_as: str
    list_title: str
    office: str
    verdicts: int
    fen: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the work list: what it asks, and what answering it (after those before it) would settle."""

    fact: str
    zh: str
    ask: str
    settles: int
    persons: int
    fen: int


@dataclass(frozen=True, slots=True)
class FeedState:
    """One kind of list: whether it was loaded, from which files, and the rows' account.

    ``observed`` is the day it tells of, as said above its tables; ``stale`` are the facts (labels) past their shelf
    life on the as-of day, which are unknown again.
    """

    feed: str
    title: str
    office: str
    files: tuple[str, ...]
    account: Account | None
    observed: date | None = None
    stale: tuple[str, ...] = ()


@dataclass(slots=True)
class MatchResult:
    """Everything one run found."""

    division: int
    division_name: str
    as_of: date
    month: str
    policies: Sequence[PolicyTitle]
    persons: Sequence[Person]
    lines: Sequence[Line]
    strays: Sequence[Stray]
    expiring: Sequence[Person]
    expired: int
    alive: int
    feeds: Sequence[FeedState]
    files: Sequence[SourceFile]
    presumptions: Sequence[Presumed]
    questions: Sequence[Question]
    rejected_classes: dict[str, dict[str, int]] = field(default_factory=dict)
    """Per class (``id_missing`` …): rows in the roster and in all other files, keys ``roster`` and ``other``."""
    numbers: Mapping[tuple[str, str], str] | None = None
    """核查编号 by person's code and policy, where they are kept; None: numbers of this run only."""

    def of(self, findings: frozenset[str] | set[str]) -> list[Line]:
        """The lines with one of these findings, in order."""
        return [line for line in self.lines if line.finding in findings]
