"""What if: a policy in force with other rates or conditions, on the people of a snapshot. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self

import polars as pl

from zhucan.policies.library import library
from zhucan.policies.queries.sheets import Cells, SheetFault, place_of, typed
from zhucan.policies.queries.turning import Stage, matrix
from zhucan.policies.snapshots import read_snapshot
from zhucan.rules.adopted import with_conditions, with_rates
from zhucan.rules.errors import Fault, UnknownName
from zhucan.rules.library import Library, flatten
from zhucan.rules.packs import ConditionText
from zhucan.rules.policy import Origin, Policy
from zhucan.rules.simulate import COLUMNS, Reform, simulate

OFF = "true"
"""The test of a condition that is switched off."""
_EMPTY = ("条件是空的", "写一个条件；要让它不起作用，请选“停用”")
CONDITION, RATES = Path("condition"), Path("rates")
_TOWNSHIP = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """A change thought of: policy, division (12 digits) and day; a new sheet of rates, other tests of conditions.

    ``conditions`` maps ids to the rule language; ``off`` names conditions that no longer count.
    """

    policy: str
    division: int
    on: date
    rows: tuple[Cells, ...] = ()
    conditions: Mapping[str, str] | None = None
    off: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """As a session keeps it; no personal data."""
        return {**asdict(self), "on": self.on.isoformat()}

    @classmethod
    def from_json(cls, told: Mapping[str, object]) -> Self:
        """What ``to_json`` gave."""
        rows, conditions, off = told["rows"], told["conditions"], told["off"]
        assert isinstance(rows, list | tuple)
        assert isinstance(conditions, dict | None)
        assert isinstance(off, list | tuple)
        on, division = date.fromisoformat(str(told["on"])), int(str(told["division"]))
        return cls(str(told["policy"]), division, on, tuple(rows), conditions, tuple(off))


@dataclass(frozen=True, slots=True)
class Changed:
    """Both sides of a change, or why it cannot be: ``sheet`` mistakes of rates, ``conditions`` (what, remedy) by id."""

    before: Policy
    after: Policy | None
    sheet: tuple[SheetFault, ...] = ()
    conditions: Mapping[str, tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change does to the people of a county, as of their snapshot's day, in some of its places.

    ``table``: one row for each township (``place``, its path) with ``simulate.COLUMNS``; ``total`` is their sum.
    ``moves``: ``person place before after fen_before fen_after kind``; ``kind`` more, less, or open (not settled on one
    side, so that nobody gains or loses).
    """

    as_of: date
    persons: int
    table: pl.DataFrame
    total: Mapping[str, int]
    moves: pl.DataFrame


def changed(change: Change, given: Library | None = None) -> Changed:
    """The policy before and after.

    Raises:
        UnknownName: it is not in force there and then.
    """
    law = given or library()
    before = law.policy(change.policy, division=change.division, as_of=change.on)
    place = place_of(change.division)
    made = list(law.packs[change.policy])
    if change.rows:
        raws, faults = typed(change.rows, before, law)
        if faults:  # mistakes of conditions are told at the same time
            rest = changed(replace(change, rows=()), law) if change.conditions else None
            return Changed(before, None, tuple(faults), rest.conditions if rest else None)
        made = with_rates(made, place, raws, RATES)
    texts = _conditions(before, change)
    empty = {text.id: _EMPTY for text in texts if not text.when.strip()}
    if empty:  # the rules would read it as no condition at all
        return Changed(before, None, (), empty)
    if texts:
        made = with_conditions(made, place, change.on, texts, CONDITION)
    told: list[Fault] = []
    other = Library(law.vocabulary, {**law.packs, change.policy: tuple(made)}, law.standards)
    after = flatten(other, change.policy, change.division, change.on, told)
    wrong = {texts[fault.line - 1].id: (fault.what, fault.remedy) for fault in told if fault.file == CONDITION}
    sheet = [SheetFault(fault.line, "", fault.what, fault.remedy) for fault in told if fault.file != CONDITION]
    return Changed(before, None if told else after, tuple(sheet), wrong or None)


def _conditions(before: Policy, change: Change) -> list[ConditionText]:
    """The texts that replace conditions in force; faults name them by their line."""
    wanted = {**(change.conditions or {}), **dict.fromkeys(change.off, OFF)}
    made: list[ConditionText] = []
    for condition in before.conditions:
        if condition.id in wanted:
            line = len(made) + 1
            made.append(ConditionText(
                condition.id, wanted[condition.id], "", "", condition.basis, condition.otherwise, condition.code,
                condition.rank, Origin(condition.origin.place, CONDITION, line), {"when": line},
            ))  # fmt: skip
    missing = wanted.keys() - {text.id for text in made}
    if missing:
        raise UnknownName(f"这项政策没有条件“{min(missing)}”")
    return made


def outcome(before: Policy | None, after: Policy, county: int, low: int, last: int) -> Outcome | None:
    """What replacing one policy by another does, both on the day of the new one; None: never matched.

    Only the people of the county (6 digits) in the places ``low`` … ``last``.
    """
    snapshot = read_snapshot(county)
    if snapshot is None:
        return None
    frame = snapshot.frame.filter(pl.col("place").is_between(low, last)).sort("place", "person")
    return outcome_on(before, after, frame, snapshot.as_of)


def outcome_on(before: Policy | None, after: Policy, frame: pl.DataFrame, as_of: date) -> Outcome:
    """The same for these people (``person``, ``place``, facts), whose facts are as of a day."""
    day = after.as_of
    old = () if before is None else (before,)
    people = frame.with_columns((pl.col("place") // _TOWNSHIP * _TOWNSHIP).alias(":township"))
    table = simulate(Reform(old, (after,), day, day), people.lazy(), by=":township").drop("policy")
    table = table.rename({":township": "place"})
    total = {name: int(table[name].sum()) for name in COLUMNS}
    return Outcome(as_of, frame.height, table, total, _moves(before, after, frame))


def _moves(before: Policy | None, after: Policy, frame: pl.DataFrame) -> pl.DataFrame:
    day, id_ = after.as_of, after.id
    made = matrix(Stage(day, frame, (after,)))
    none = pl.DataFrame({id_: [False] * frame.height, f"{id_}:fen": [None] * frame.height})
    held = matrix(Stage(day, frame, (before,))) if before is not None else none
    both = frame.select("person", "place").with_columns(
        held[id_].alias("before"), made[id_].alias("after"),
        held[f"{id_}:fen"].cast(pl.Int64).alias("fen_before"), made[f"{id_}:fen"].cast(pl.Int64).alias("fen_after"),
    )  # fmt: skip
    was, will, had, has = (pl.col(name) for name in ("before", "after", "fen_before", "fen_after"))
    open_sum = [pl.lit(False), pl.lit(False)]
    if after.outcome.amount is not None:
        open_sum = [side.fill_null(False) & fen.is_null() for side, fen in ((was, had), (will, has))]
    settled = was.is_not_null() & will.is_not_null() & ~open_sum[0] & ~open_sum[1]
    more = (has.fill_null(0) > had.fill_null(0)) | (will & ~was)
    kind = pl.when(~settled).then(pl.lit("open")).when(more).then(pl.lit("more")).otherwise(pl.lit("less"))
    return both.filter(was.ne_missing(will) | had.ne_missing(has)).with_columns(kind.alias("kind"))
