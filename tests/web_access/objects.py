"""For each address with something in it: how to make one in a given division. Add yours in ``objects_of_…``.

A builder gets the path of a division and gives the values of the address's parameters. ``@builds`` names the addresses;
an address that names something in its query string is written ``workbench:audit?user``. What stands here is all the
rights matrix, the fuzzing and the search for canaries know about pages, so a page without a builder fails them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID, uuid4

from zhucan.base.enums import Action, FieldGroup

Values = Mapping[str, object]
Builder = Callable[[int], Values]
Mover = Callable[[int, int], Values]
BUILDERS: dict[str, Builder] = {}
"""By name of the address: makes what it shows, in the division of this path."""
MOVERS: dict[str, Mover] = {}
"""The same for what was in the first division and is now in the second; missing where nothing moves."""
SEEN_WHERE_IT_WAS = {"workbench:user", "workbench:add_post", "workbench:audit?user"}
"""Addresses that show what has moved also where it was: a colleague is not forgotten by his old office."""
OWN = {"workbench:end_session"}
"""Addresses of what belongs to the user who made it, not to a division: 404 for everybody else."""
EVERYWHERE: set[str] = set()
"""Addresses of what lies in no division: the same for everybody who has the right."""
MAY_BE_EMPTY: set[str] = set()
"""Addresses that may have nothing to show where there is no data, or where the question after ``?`` is missing."""
OF_COUNTIES: set[str] = set()
"""Addresses of what lies in a county, whatever division its builder was asked for."""
ALSO: dict[str, Action] = {}
"""What an address needs besides the declared right, where the view asks for it inside."""
WRITE_RIGHTS: dict[str, Action] = {}
"""The same for changing something."""
HIDDEN_WITHOUT: dict[str, Action] = {}
"""What somebody must have besides for a thing to exist for him at all: 404 without it."""
FIELDS: dict[str, FieldGroup] = {}
"""Which fields the actor's organ must see for an address to let him in: 403 or 404 without them."""
LEVELS_OF: dict[str, frozenset[str]] = {}
"""Addresses without an object that are offered at some levels only (county, township, village): 404 elsewhere."""


def builds(*names: str) -> Callable[[Builder], Builder]:
    """The builder of these addresses."""

    def keep(builder: Builder) -> Builder:
        BUILDERS.update(dict.fromkeys(names, builder))
        return builder

    return keep


def moves(*names: str) -> Callable[[Mover], Mover]:
    """What makes something that has moved, for these addresses."""

    def keep(mover: Mover) -> Mover:
        MOVERS.update(dict.fromkeys(names, mover))
        return mover

    return keep


def nothing(values: Values) -> Values:
    """Values of the same kinds that name nothing: other uuids and numbers, the same words."""
    return {key: _nothing(value) for key, value in values.items()}


def _nothing(value: object) -> object:
    if isinstance(value, int):
        return 2**31 - 7
    try:
        UUID(str(value))
    except ValueError:
        return value
    return str(uuid4())
