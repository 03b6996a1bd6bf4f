"""What a day changes: the ages and days that rules really test, and the difference between two days person by person.

Ages are read out of the expressions (``level <= 2 and age >= 18``, a rate for ``0..17``), never from a list of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor

import polars as pl

from zhucan.match.verdicts import reads
from zhucan.rules.compile.batch import Batch
from zhucan.rules.compile.expressions import Columns
from zhucan.rules.language import number
from zhucan.rules.nodes import (
    OPEN_END,
    Among,
    AsOf,
    Compare,
    Constant,
    Day,
    Elapsed,
    FactNode,
    Node,
    RateNode,
    walk,
)
from zhucan.rules.policy import Policy
from zhucan.rules.vocabulary import Vocabulary

OTHER = "clock"
"""The cause of a change that no single age, day, fact or rule explains."""
JOINED = "|"
"""Between causes that fall together."""
CERTIFICATE = "certificate_until"
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
MOVE_COLUMNS = ("person", "place", "policy", "cause", "before", "after", "fen_before", "fen_after")


@dataclass(frozen=True, slots=True)
class Turning:
    """A day in somebody's life that rules look at: ``test`` turns on it. ``fact`` is the date it is counted from.

    ``unit`` ``years`` or ``months`` and ``count`` say how long after that date; ``unit`` "" is the date itself.
    """

    fact: str
    unit: str
    count: int
    test: Node

    @property
    def key(self) -> str:
        """``birth_date:years:18``, ``certificate_until::0``."""
        return f"{self.fact}:{self.unit}:{self.count}"


@dataclass(frozen=True, slots=True)
class Stage:
    """Everybody (``frame``: ``person``, ``place``, facts; in one order of persons) and the law on one day."""

    day: date
    frame: pl.DataFrame
    policies: Sequence[Policy]


@dataclass(frozen=True, slots=True)
class Step:
    """What changes from one stage to the next.

    ``events``: ``person``, ``place``, ``cause``: who turns what, whose fact ends or begins. ``moves``:
    ``MOVE_COLUMNS``, one row for each person and policy whose verdict or sum changes; sums in 分 per rhythm where
    entitled, else null.
    """

    day: date
    events: pl.DataFrame
    moves: pl.DataFrame


def turnings(policies: Sequence[Policy]) -> tuple[Turning, ...]:
    """The ages and days these policies test, each once."""
    found: dict[str, Turning] = {}
    for policy in policies:
        for expression in policy.expressions:
            for node in walk(expression):
                for turning in _of(node):
                    found.setdefault(turning.key, turning)
    return tuple(found[key] for key in sorted(found))


def _of(node: Node) -> Iterator[Turning]:
    match node:
        case Compare(left=AsOf(), right=FactNode(fact=fact, type=Day())):
            yield Turning(fact.id, "", 0, node)
        case Compare(left=FactNode(fact=fact, type=Day()), right=AsOf()):
            yield Turning(fact.id, "", 0, node)
        case Compare(sign=sign, left=left, right=Constant() as bound):
            yield from _steps(left, sign, bound.value)
        case Compare(sign=sign, left=Constant() as bound, right=right):
            yield from _steps(right, _FLIPPED[sign], bound.value)
        case Among(item=item, choices=choices):
            for choice in choices:
                yield from _steps(item, "==", choice.value)
        case RateNode():
            yield from _of_rate(node)


def _of_rate(node: RateNode) -> Iterator[Turning]:
    for test in (test for row in node.rows for test in row.tests):
        for low, high in test.ranges:
            yield from _steps(test.key, ">=", low) if low > -OPEN_END else ()
            yield from _steps(test.key, "<=", high) if high < OPEN_END else ()


def _steps(value: Node, sign: str, bound: bool | int | Fraction | date) -> Iterator[Turning]:
    """The whole numbers of years or months at which ``value sign bound`` turns."""
    elapsed = value.derivation if isinstance(value, FactNode) else value
    if not isinstance(elapsed, Elapsed) or not isinstance(elapsed.day, FactNode):
        return
    assert isinstance(bound, int | Fraction)
    firsts = {ceil(bound)} if sign in (">=", "<") else {floor(bound) + 1}
    if sign in ("==", "!="):
        firsts = {ceil(bound), floor(bound) + 1}
    for first in sorted(firsts):
        if first > 0:
            test = Compare(">=", value, number(Fraction(first)))
            yield Turning(elapsed.day.fact.id, elapsed.unit, first, test)


def say_cause(cause: str, vocabulary: Vocabulary, titles: Mapping[str, str]) -> str:
    """A cause in words: 满18周岁, 残疾人证到期, “低保”的记载过期; several joined by “并且”."""
    return "，并且".join(_say(each, vocabulary, titles) for each in cause.split(JOINED))


def _say(cause: str, vocabulary: Vocabulary, titles: Mapping[str, str]) -> str:
    if cause == OTHER:
        return "其他随日期的变化"
    head, _, rest = cause.partition(":")
    if head in ("ends", "begins", "becomes"):
        words = {"ends": "的记载过期", "begins": "有了记载", "becomes": "按记载改变"}[head]
        return f"“{vocabulary.fact(rest).zh}”{words}"
    if head == "rule":
        return f"“{titles.get(rest, rest)}”的规定改变"
    unit, _, count = rest.partition(":")
    if head == CERTIFICATE and not unit:
        return "残疾人证到期"
    zh = vocabulary.fact(head).zh
    if head == "birth_date" and unit == "years":
        return f"满{count}周岁"
    return f"{zh}满 {count} {'年' if unit == 'years' else '个月'}" if unit else f"到了{zh}"


def step(before: Stage, after: Stage) -> Step:
    """The difference between two stages of the same persons in the same order."""
    assert before.frame["person"].equals(after.frame["person"])
    read: frozenset[str] = frozenset().union(*(reads(p) for p in (*before.policies, *after.policies)))
    flags = _clock(before, after) | _facts(before, after, read)
    who = before.frame.select("person", "place")
    parts = [who.filter(flag).with_columns(cause=pl.lit(key)) for key, flag in flags.items() if flag.any()]
    empty = pl.DataFrame(schema={"person": pl.Int64, "place": pl.Int64, "cause": pl.String})
    events = pl.concat([empty, *parts])
    return Step(after.day, events, _moves(before, after, flags))


def _clock(before: Stage, after: Stage) -> dict[str, pl.Series]:
    """Per age and day that is tested, who passes it between the two stages (by the facts of the first)."""
    found = {each.key: each for each in turnings([*before.policies, *after.policies])}
    columns = before.frame.columns
    old, new = Columns(columns, before.day), Columns(columns, after.day)
    made = before.frame.select(
        (old.expression(each.test) != new.expression(each.test)).fill_null(False).alias(key)
        for key, each in found.items()
    )
    return {name: made[name] for name in made.columns}


def _facts(before: Stage, after: Stage, read: frozenset[str]) -> dict[str, pl.Series]:
    flags: dict[str, pl.Series] = {}
    for fact in sorted(read & set(before.frame.columns) & set(after.frame.columns)):
        old, new = before.frame[fact], after.frame[fact]
        if old.equals(new, null_equal=True):
            continue
        flags[f"ends:{fact}"] = old.is_not_null() & new.is_null()
        flags[f"begins:{fact}"] = old.is_null() & new.is_not_null()
        flags[f"becomes:{fact}"] = (old != new).fill_null(False)
    return {key: flag for key, flag in flags.items() if flag.any()}


def matrix(stage: Stage) -> pl.DataFrame:
    """Per policy ``<id>`` (verdict) and ``<id>:fen``, 分 per rhythm where surely entitled, else null."""
    batch = Batch(stage.policies, stage.frame.columns, stage.day)
    made: list[pl.Expr] = []
    for policy in stage.policies:
        verdict = batch.verdict(policy)
        made += [verdict.alias(policy.id), pl.when(verdict).then(batch.amount(policy)).alias(f"{policy.id}:fen")]
    wide = stage.frame.lazy().select("person", *made).collect()
    return wide.drop("person")


def moved(before: pl.Expr, after: pl.Expr, fen_before: pl.Expr, fen_after: pl.Expr) -> pl.Expr:
    """Whether verdict or sum of two determinations differ."""
    return before.ne_missing(after) | fen_before.ne_missing(fen_after)


def _moves(before: Stage, after: Stage, flags: Mapping[str, pl.Series]) -> pl.DataFrame:
    old, new = matrix(before), matrix(after)
    laws = [{policy.id: policy for policy in stage.policies} for stage in (before, after)]
    who = before.frame.select("person", "place")
    parts = [
        pl.DataFrame(schema={
            "person": pl.Int64, "place": pl.Int64, "policy": pl.String, "cause": pl.String, "before": pl.Boolean,
            "after": pl.Boolean, "fen_before": pl.Int64, "fen_after": pl.Int64,
        })
    ]  # fmt: skip
    for id_ in dict.fromkeys((*laws[0], *laws[1])):
        sides = [_side(table, law.get(id_), who.height) for table, law in zip((old, new), laws, strict=True)]
        both = who.with_columns(
            sides[0][0].alias("before"), sides[1][0].alias("after"),
            sides[0][1].alias("fen_before"), sides[1][1].alias("fen_after"),
        )  # fmt: skip
        differs = both.select(moved(*map(pl.col, ("before", "after", "fen_before", "fen_after")))).to_series()
        if differs.any():
            cause = _cause([law.get(id_) for law in laws], id_, flags, differs)
            parts.append(both.filter(differs).with_columns(policy=pl.lit(id_), cause=cause).select(MOVE_COLUMNS))
    return pl.concat(parts)


def _side(table: pl.DataFrame, policy: Policy | None, height: int) -> tuple[pl.Series, pl.Series]:
    if policy is None:  # not in force on this day
        return pl.Series([False] * height, dtype=pl.Boolean), pl.Series([None] * height, dtype=pl.Int64)
    return table[policy.id], table[f"{policy.id}:fen"].cast(pl.Int64)


def _cause(laws: Sequence[Policy | None], id_: str, flags: Mapping[str, pl.Series], differs: pl.Series) -> pl.Series:
    """Per person that moves, the causes that this policy looks at, joined."""
    read = frozenset[str]().union(*(reads(policy) for policy in laws if policy is not None))
    parts: list[pl.Expr] = []
    columns: dict[str, pl.Series] = {}
    for key, flag in flags.items():
        head, _, rest = key.partition(":")
        if (rest if head in ("ends", "begins", "becomes") else head) in read:
            columns[key] = flag.filter(differs)
            parts.append(pl.when(pl.col(key)).then(pl.lit(key)))
    texts = [policy.fingerprint if policy else "" for policy in laws]
    columns[":all"] = pl.Series([True] * int(differs.sum()))
    parts.append(pl.when(pl.col(":all") & pl.lit(texts[0] != texts[1])).then(pl.lit(f"rule:{id_}")))
    joined = pl.DataFrame(columns).select(pl.concat_str(parts, separator=JOINED, ignore_nulls=True)).to_series()
    return pl.select(pl.when(joined == "").then(pl.lit(OTHER)).otherwise(joined)).to_series()


def ending_soon(stage: Stage, until: date) -> pl.DataFrame:
    """Whose certificate ends after the stage's day and before ``until``, and the money that stops with it.

    ``person``, ``place``, ``day`` (first day no longer valid), ``policy`` ("" where nothing stops), ``fen`` (分 per
    rhythm, null where not known). All else stays as it is: one row for each policy that stops, or one in all.
    """
    ends = pl.col(CERTIFICATE)
    frame = stage.frame.filter((ends > stage.day) & (ends < until))
    expired = Stage(stage.day, frame.with_columns(pl.lit(stage.day).alias(CERTIFICATE)), stage.policies)
    now, then = matrix(Stage(stage.day, frame, stage.policies)), matrix(expired)
    who = frame.select("person", "place", ends.alias("day"))
    parts = []
    for policy in stage.policies:
        stops = (now[policy.id] & ~then[policy.id]).fill_null(False)
        sums = who.with_columns(policy=pl.lit(policy.id), fen=now[f"{policy.id}:fen"].cast(pl.Int64))
        parts.append(sums.filter(stops))
    stopping = pl.concat(parts) if parts else None
    rest = who if stopping is None else who.join(stopping, on="person", how="anti")
    others = rest.with_columns(policy=pl.lit(""), fen=pl.lit(None, dtype=pl.Int64))
    return pl.concat([others, *([stopping] if stopping is not None else [])]).sort("day", "place", "person", "policy")
