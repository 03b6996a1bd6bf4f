"""Long lists in parts, for queries and writes that take only so many at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

AT_ONCE = 500
"""Ids in one query: below the number of parameters that any database takes."""
_Item = TypeVar("_Item")


def parts(items: Sequence[_Item], size: int = AT_ONCE) -> Iterator[Sequence[_Item]]:
    """The items in their order, ``size`` at a time; nothing where there are none."""
    return (items[at : at + size] for at in range(0, len(items), size))
