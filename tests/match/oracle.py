"""The two subsidies and the findings written out by hand for one person: slow, plain, and to be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

RATE_FEN = 9000
LIVING, NURSING = "living-allowance", "nursing-allowance"


@dataclass(frozen=True)
class Paid:
    """One payroll row: township, 分, months, and the codes the bank returned for it."""

    township: str
    fen: int
    months: int = 1
    codes: Sequence[str] = ("0000",)

    @property
    def arrived(self) -> bool:
        return "0000" in self.codes


@dataclass
class Truth:
    """What is true of one person and said by the lists. ``care`` None: nobody knows; ``until``: the last valid day."""

    number: str
    name: str
    township: int
    village: int
    category: int | None
    level: int | None
    parts: Sequence[tuple[int, int]] | None
    issued: date | None
    until: date | None
    care: bool | None = None
    minimum_living: bool = False
    extreme_poverty: bool = False
    work_injury: bool = False
    orphan: bool = False
    elderly_fen: int = 0
    died: date | None = None
    moved: date | None = None
    paid: dict[str, list[Paid]] = field(default_factory=lambda: {LIVING: [], NURSING: []})


def is_mental(truth: Truth) -> bool | None:
    """Whether a mental disability of level 3 or 4 is among the person's."""
    if truth.category is None:
        return None
    if truth.category == 6:
        return None if truth.level is None else truth.level >= 3
    if truth.category == 7:
        if truth.parts is None:
            return None
        return min((level for category, level in truth.parts if category == 6), default=0) >= 3
    return False


def reasons(truth: Truth, policy: str, as_of: date) -> list[tuple[str, bool | None]]:
    """Every condition in the order of reasons, with how it stands (None: unknown)."""
    tests: list[tuple[str, bool | None]] = [
        ("deceased", truth.died is None or truth.died > as_of),
        ("moved_out", truth.moved is None or truth.moved > as_of),
        ("extreme_poverty", not truth.extreme_poverty),
        ("work_injury", not truth.work_injury),
        ("cert_expired", None if truth.until is None else truth.until >= as_of),
    ]
    if policy == LIVING:
        return [*tests, ("orphan", not truth.orphan), ("not_minimum_living", truth.minimum_living)]
    mental = is_mental(truth)
    grave = None if truth.level is None else truth.level <= 2
    return [
        *tests,
        ("level", either(grave, mental)),
        ("no_care", either(truth.care, mental)),
        ("elderly", truth.elderly_fen < RATE_FEN),
    ]


def either(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return None if one is None or other is None else False


def verdict(truth: Truth, policy: str, as_of: date) -> str:
    states = [state for _, state in reasons(truth, policy, as_of)]
    if False in states:
        return "not"
    return "unknown" if None in states else "entitled"


def finding(truth: Truth, policy: str, as_of: date) -> str:
    """The first finding that fits."""
    paid = [one for one in truth.paid[policy] if one.fen]
    receiving = any(one.arrived for one in paid)
    said = verdict(truth, policy, as_of)
    if said == "unknown":
        return "unknown_receiving" if receiving else "unknown_not_receiving"
    if said == "not":
        first = next(name for name, state in reasons(truth, policy, as_of) if state is False)
        return f"wrong_{first}" if receiving else "none"
    if not paid:
        return "missed"
    if not receiving:
        return "bank_failed"
    if len({one.township for one in paid}) > 1:
        return "duplicate_two"
    if len(paid) > 1:
        return "duplicate_same"
    return "ok" if paid[0].fen == RATE_FEN * paid[0].months else "wrong_amount"
