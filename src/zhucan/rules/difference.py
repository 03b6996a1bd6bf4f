"""The one operation: two tables with a key → added, removed, changed, same.

Entitled and not receiving, an import, a reconciliation, a payment run, a bank return, a reform: each is this
difference.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import polars as pl

K = TypeVar("K", bound=Hashable)
A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Difference(Generic[K, A, B]):
    """What is only in the new table, only in the old one, in both but unequal (old, new), and in both alike.

    Orders are those of the tables: the old one's for removed, changed and same, the new one's for added.
    """

    added: Mapping[K, B]
    removed: Mapping[K, A]
    changed: Mapping[K, tuple[A, B]]
    same: Mapping[K, tuple[A, B]]


def difference(
    old: Mapping[K, A], new: Mapping[K, B], *, alike: Callable[[A, B], bool] | None = None
) -> Difference[K, A, B]:
    """The difference between two keyed tables; ``alike`` decides equality of rows that share a key (default ``==``)."""
    changed: dict[K, tuple[A, B]] = {}
    same: dict[K, tuple[A, B]] = {}
    for key, row in old.items():
        if key in new:
            pair = (row, new[key])
            equal = alike(*pair) if alike else pair[0] == pair[1]
            (same if equal else changed)[key] = pair
    return Difference(
        added={key: row for key, row in new.items() if key not in old},
        removed={key: row for key, row in old.items() if key not in new},
        changed=changed,
        same=same,
    )


CHANGE = "change"
"""The column ``difference_of_frames`` adds: ``added``, ``removed``, ``changed`` or ``same``."""


def difference_of_frames(old: pl.DataFrame, new: pl.DataFrame, *, key: Sequence[str]) -> pl.DataFrame:
    """The same operation on columns: ``key``, every other column as ``<name>`` and ``<name>:new``, and ``change``.

    Both frames hold the same columns and each key at most once; nulls are equal to nulls. Raises ValueError otherwise.
    """
    if set(old.columns) != set(new.columns):
        raise ValueError(f"两张表的列不同：{sorted(set(old.columns) ^ set(new.columns))}")
    for frame, name in ((old, "旧表"), (new, "新表")):
        if frame.select(pl.struct(key).is_duplicated().any()).item():
            raise ValueError(f"{name}里有重复的键 {', '.join(key)}")
    values = [column for column in old.columns if column not in key]
    left = old.with_columns(pl.lit(True).alias("_old"))
    right = new.rename({name: f"{name}:new" for name in values}).with_columns(pl.lit(True).alias("_new"))
    both = left.join(right, on=list(key), how="full", coalesce=True, nulls_equal=True)
    equal = pl.all_horizontal(pl.lit(True), *(pl.col(name).eq_missing(pl.col(f"{name}:new")) for name in values))
    change = (
        pl.when(pl.col("_old").is_null()).then(pl.lit("added")).when(pl.col("_new").is_null()).then(pl.lit("removed"))
        .when(equal).then(pl.lit("same")).otherwise(pl.lit("changed"))
    )  # fmt: skip
    return both.with_columns(change.alias(CHANGE)).drop("_old", "_new")
