"""Hidden counts cannot be worked out: a brute-force reader tries every table that prints the same page."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhucan.match.outputs.suppress import LARGEST_HIDDEN, Sum, hidden_cells


def two_way(grid: list[list[int]]) -> tuple[dict[str, int], list[Sum[str]]]:
    """A table with both margins and the grand total."""
    rows, columns = range(len(grid)), range(len(grid[0]))
    values = {f"{row}.{column}": grid[row][column] for row in rows for column in columns}
    values |= {f"row {row}": sum(grid[row]) for row in rows}
    values |= {f"column {column}": sum(grid[row][column] for row in rows) for column in columns}
    values["all"] = sum(map(sum, grid))
    sums = [Sum(f"row {row}", tuple(f"{row}.{column}" for column in columns)) for row in rows]
    sums += [Sum(f"column {column}", tuple(f"{row}.{column}" for row in rows)) for column in columns]
    sums.append(Sum("all", tuple(f"row {row}" for row in rows)))
    sums.append(Sum("all", tuple(f"column {column}" for column in columns)))
    return values, sums


def possible_values(values: dict[str, int], sums: list[Sum[str]], hidden: set[str], reach: int) -> dict[str, set[int]]:
    """The values each hidden cell has in tables that print the same; tried are those within ``reach`` of the true ones.

    Independent of the code under test: leaves are enumerated, totals follow, whatever contradicts the page is dropped.
    """
    totals = {one.total for one in sums}
    leaves = [key for key in values if key not in totals]
    open_leaves = [key for key in leaves if key in hidden]
    found: dict[str, set[int]] = {key: set() for key in hidden}
    tried = [range(max(1, values[key] - reach), values[key] + reach + 1) for key in open_leaves]
    for guess in product(*tried):
        table = {key: values[key] for key in leaves} | dict(zip(open_leaves, guess, strict=True))
        for one in sums:
            table[one.total] = sum(table[part] for part in one.parts)
        if all(table[key] >= 1 if key in hidden else table[key] == values[key] for key in values) and all(
            table[one.total] == sum(table[part] for part in one.parts) for one in sums
        ):
            for key in hidden:
                found[key].add(table[key])
    return found


GRIDS = st.integers(2, 3).flatmap(
    lambda rows: st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=rows, max_size=rows)
)


@settings(max_examples=150, deadline=None)
@given(GRIDS)
def test_no_hidden_count_can_be_worked_out(grid):
    values, sums = two_way(grid)
    hidden = hidden_cells(values, sums)
    assert {key for key, value in values.items() if 0 < value <= LARGEST_HIDDEN} <= hidden
    assert all(values[key] > 0 for key in hidden), "zeros are printed"
    found = possible_values(values, sums, hidden, reach=2)
    assert {key: sorted(seen) for key, seen in found.items() if len(seen) < 2} == {}
    assert all(values[key] in seen for key, seen in found.items())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_two_tables_that_share_a_total(parts, chance):
    """The same total by township and by policy: what one table hides the other must not give away."""
    total = sum(parts)
    cut = chance.randint(0, total)
    values = {f"town {place}": part for place, part in enumerate(parts)} | {"policy 0": cut, "policy 1": total - cut}
    values["all"] = total
    towns = tuple(f"town {place}" for place in range(len(parts)))
    sums = [Sum("all", towns), Sum("all", ("policy 0", "policy 1"))]
    hidden = hidden_cells(values, sums)
    for one in sums:  # each table alone, the total known or not
        own = {key: values[key] for key in (one.total, *one.parts)}
        found = possible_values(own, [one], hidden & set(own), reach=20)
        assert all(len(seen) > 1 for seen in found.values())


def test_hiding_the_small_ones_alone_would_not_do():
    values, sums = two_way([[3, 20], [10, 30]])
    primary = {"0.0"}
    assert possible_values(values, sums, primary, reach=99) == {"0.0": {3}}
    hidden = hidden_cells(values, sums)
    assert primary < hidden
    assert all(len(seen) > 1 for seen in possible_values(values, sums, hidden, reach=2).values())


def test_five_ones_that_sum_to_five_hide_their_total():
    values = {str(place): 1 for place in range(5)} | {"all": 5}
    assert "all" in hidden_cells(values, [Sum("all", tuple("01234"))])


def test_large_tables_keep_what_is_safe():
    values, sums = two_way([[50, 60], [70, 80], [90, 0]])
    assert hidden_cells(values, sums) == set()


def test_totals_are_the_last_to_go():
    values, sums = two_way([[2, 40, 50], [60, 9, 70], [80, 90, 30]])
    hidden = hidden_cells(values, sums)
    assert not {key for key in hidden if " " in key or key == "all"}
    assert len(hidden) == 4


def test_a_small_difference_printed_nowhere_is_protected_too():
    values = {"all": 30, "named": 27, "rest": 3}
    sums = [Sum("all", ("named", "rest"))]
    assert hidden_cells(values, sums) == {"rest", "named"}
    assert hidden_cells(values, sums, unprinted=["rest"]) == {"named"}


def test_what_is_not_true_is_refused():
    with pytest.raises(ValueError, match="not the sum"):
        hidden_cells({"all": 3, "a": 1}, [Sum("all", ("a",))])
    with pytest.raises(ValueError, match="negative"):
        hidden_cells({"a": -1}, [])
    with pytest.raises(ValueError, match="without a value"):
        hidden_cells({"all": 3}, [Sum("all", ("a",))])
