"""The one operation: two tables with a key → added, removed, changed, same.

Entitled and not receiving, an import, a reconciliation, a payment run, a bank return, a reform: each is this
difference.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

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
