"""What waits for somebody on his first page: each module of pages adds its own kind, home draws them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from zhucan.base.enums import Action
from zhucan.base.permissions import Actor, may
from zhucan.exchange.queries.waiting import loads_to_confirm


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what it is, where it is done, what to know of it. ``due`` None: as soon as may be.

    ``count`` is how many wait behind ``url``: the list there has as many lines.
    """

    title: str
    url: str
    note: str = ""
    due: date | None = None
    count: int | None = None
    unit: str = "条"


Query = Callable[[Actor, date], Sequence[Item]]
"""What waits for an actor on a day, within his division; a fixed number of queries."""
_queries: dict[str, tuple[Action, Query]] = {}


def register(name: str, action: Action, query: Query) -> None:
    """Add a kind of waiting things; only posts that have the right are asked about it."""
    _queries[name] = (action, query)


def waiting(actor: Actor, on: date) -> list[Item]:
    """Everything that waits for this actor, what is due first at the top; things without a day first of all."""
    found = [item for action, query in _queries.values() if may(actor, action) for item in query(actor, on)]
    return sorted(found, key=lambda item: (item.due is not None, item.due or on))


def _loads(actor: Actor, on: date) -> list[Item]:
    count = loads_to_confirm(actor)
    return (
        [Item("导入等您确认", "/imports/", "看过将要改什么再确认；确认前什么也没有写。", None, count, "次")]
        if count
        else []
    )


register("loads", Action.CONFIRM_IMPORT, _loads)
