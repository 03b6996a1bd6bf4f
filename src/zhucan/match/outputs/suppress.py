"""Hiding small numbers on a page that gets forwarded, so that no hidden number can be worked out from the others.

Primary suppression hides every count from 1 to 4. Complementary suppression then hides further counts until, for each
hidden one, at least two values fit everything that is still printed. What a reader is taken to know: every printed
number, which numbers are sums of which, that all are whole, and that a hidden one is never zero (zeros stay printed).

Proof by example rather than by solving: a cell is safe when some other table of whole numbers, different in that cell,
prints the same page. Such a table is looked for by moving hidden cells up or down by one. One always exists once every
non-zero cell in reach is hidden (it is the page of a county with one person more), so hiding ends.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

LARGEST_HIDDEN = 4
"""Counts from 1 to this one are hidden."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Sum(Generic[Key]):
    """A statement a reader can use: the cell ``total`` is the sum of the cells ``parts``."""

    total: Key
    parts: tuple[Key, ...]


def hidden_cells(values: Mapping[Key, int], sums: Sequence[Sum[Key]], unprinted: Iterable[Key] = ()) -> set[Key]:
    """Which cells to leave out. ``values`` are counts of zero or more; ``sums`` must be true of them.

    ``unprinted`` cells stand on no page but could be worked out from one (how many persons appear twice, say): they
    are protected too where they are from 1 to 4.

    Raises:
        ValueError: a count is negative, a sum is not true, or a sum names a cell without a value.
    """
    _check(values, sums)
    table = _Table(values, sums, frozenset(unprinted))
    primary = {key for key, value in values.items() if 0 < value <= LARGEST_HIDDEN} - table.unprinted
    hidden = set(primary)
    while (exposed := table.exposed(hidden)) is not None:
        hidden |= table.cover(exposed, hidden)
    for key in sorted(hidden - primary, key=table.cost, reverse=True):
        if table.exposed(hidden - {key}) is None:
            hidden.remove(key)
    return hidden


def _check(values: Mapping[Key, int], sums: Sequence[Sum[Key]]) -> None:
    if any(value < 0 for value in values.values()):
        raise ValueError("a count cannot be negative")
    for statement in sums:
        if any(key not in values for key in (statement.total, *statement.parts)):
            raise ValueError(f"{statement.total!r} is summed over a cell without a value")
        if values[statement.total] != sum(values[key] for key in statement.parts):
            raise ValueError(f"{statement.total!r} is not the sum of its parts")


_PRICE_OF_TOTAL, _PRICE_OF_CELL = 1_000_000, 50
_BUDGET = 5_000
"""Steps of one search: far more than a county's tables need, few enough to end at once on any."""


class _Table(Generic[Key]):
    """Cells and the sums they stand in, ready for looking for another table that prints the same."""

    def __init__(self, values: Mapping[Key, int], sums: Sequence[Sum[Key]], unprinted: frozenset[Key]) -> None:
        self.values = values
        self.unprinted = unprinted
        self.signs: list[dict[Key, int]] = []
        self.found_in: dict[Key, list[int]] = {key: [] for key in values}
        for number, statement in enumerate(sums):
            self.signs.append({statement.total: -1} | dict.fromkeys(statement.parts, 1))
            for key in self.signs[-1]:
                self.found_in[key].append(number)

    def exposed(self, hidden: set[Key]) -> Key | None:
        """A cell that can be worked out from what is printed; None when all are safe."""
        return next((key for key in self._guarded(hidden) if not self.is_safe(key, hidden)), None)

    def cost(self, key: Key) -> tuple[int, int, str]:
        """How much the page loses by hiding a cell: totals more than parts, large more than small."""
        return sum(self.signs[number][key] < 0 for number in self.found_in[key]), self.values[key], str(key)

    def _guarded(self, hidden: set[Key]) -> list[Key]:
        """The cells that must not be found out, smallest first: the hidden ones, and small unprinted ones."""
        small = [key for key in self.unprinted if 0 < self.values[key] <= LARGEST_HIDDEN]
        return sorted([*hidden, *small], key=lambda key: (self.values[key], str(key)))

    def is_safe(self, key: Key, hidden: set[Key]) -> bool:
        """Whether another table prints the same page and differs in this cell."""
        movable = hidden | self.unprinted
        return any(self._balance({key: step}, movable) for step in (1, -1) if self.may_move(key, step))

    def cover(self, exposed: Key, hidden: set[Key]) -> set[Key]:
        """Printed cells to hide so that ``exposed`` is safe: the cheapest found within the budget.

        Failing that, every cell above zero in reach, which is always enough (see the module's proof).
        """
        search = _Search(self, hidden)
        for step in (1, -1):
            if self.may_move(exposed, step):
                search.run({exposed: step}, frozenset(), 0)
        return set(search.best) if search.best is not None else self._in_reach(exposed) - self.unprinted

    def _in_reach(self, key: Key) -> set[Key]:
        seen, ring = {key}, {key}
        while ring:
            ring = {one for inner in ring for number in self.found_in[inner] for one in self.signs[number]} - seen
            seen |= ring
        return {one for one in seen if self.values[one] > 0}

    def price(self, key: Key) -> int:
        """What hiding a printed cell costs, as one number; each cell costs something, a total far more than a part."""
        totals, value, _ = self.cost(key)
        return _PRICE_OF_TOTAL * totals + _PRICE_OF_CELL + value

    def may_move(self, key: Key, step: int) -> bool:
        """Whether a cell moved by one is still what a reader must take it to be."""
        floor = 0 if key in self.unprinted else 1
        return self.values[key] + step >= floor

    def _balance(self, moved: dict[Key, int], movable: set[Key]) -> bool:
        """Whether further movable cells can be moved by one so that every sum stays true; leaves ``moved`` as found."""
        open_sum = self.first_open(moved)
        if open_sum is None:
            return True
        number, excess = open_sum
        for key, sign in self.signs[number].items():
            if key not in movable or key in moved:
                continue
            step = -sign if excess > 0 else sign
            if not self.may_move(key, step):
                continue
            moved[key] = step
            if self._balance(moved, movable):
                return True
            del moved[key]
        return False

    def first_open(self, moved: Mapping[Key, int]) -> tuple[int, int] | None:
        """The first sum that the moves make untrue, and by how much."""
        for key in moved:
            for number in self.found_in[key]:
                excess = sum(step * self.signs[number].get(other, 0) for other, step in moved.items())
                if excess:
                    return number, excess
        return None


class _Search(Generic[Key]):
    """Looks for moves that keep every sum true, printed cells moving at their price, and remembers the cheapest."""

    def __init__(self, table: _Table[Key], hidden: set[Key]) -> None:
        self.table = table
        self.free = hidden | table.unprinted
        self.best: frozenset[Key] | None = None
        self.best_price = 0
        self.steps = 0

    def run(self, moved: dict[Key, int], bought: frozenset[Key], price: int) -> None:
        """Try everything that goes on from these moves, cheapest first, until the budget is used up."""
        self.steps += 1
        if self.steps > _BUDGET or (self.best is not None and price >= self.best_price):
            return
        open_sum = self.table.first_open(moved)
        if open_sum is None:
            self.best, self.best_price = bought, price
            return
        for key, step in self._moves(*open_sum, moved):
            extra = 0 if key in self.free else self.table.price(key)
            self.run(moved | {key: step}, bought if key in self.free else bought | {key}, price + extra)

    def _moves(self, number: int, excess: int, moved: dict[Key, int]) -> list[tuple[Key, int]]:
        signs = self.table.signs[number]
        moves = [(key, -sign if excess > 0 else sign) for key, sign in signs.items() if key not in moved]
        possible = [(key, step) for key, step in moves if self._possible(key, step)]
        return sorted(possible, key=lambda move: 0 if move[0] in self.free else self.table.price(move[0]))

    def _possible(self, key: Key, step: int) -> bool:
        printed_zero = key not in self.free and self.table.values[key] == 0
        return not printed_zero and self.table.may_move(key, step)
