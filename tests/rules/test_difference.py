"""The one operation, on mappings and on columns, against a plain reading of its definition."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhucan.rules.difference import CHANGE, difference, difference_of_frames

TABLES = st.dictionaries(st.integers(0, 12), st.one_of(st.none(), st.integers(0, 3)), max_size=10)


@given(TABLES, TABLES)
def test_every_key_falls_into_exactly_one_part(old: dict[int, int | None], new: dict[int, int | None]) -> None:
    found = difference(old, new)
    assert set(found.added) == set(new) - set(old)
    assert set(found.removed) == set(old) - set(new)
    assert dict(found.changed.items()) == {
        key: (old[key], new[key]) for key in set(old) & set(new) if old[key] != new[key]
    }
    assert set(found.same) == {key for key in set(old) & set(new) if old[key] == new[key]}


def test_likeness_may_be_the_callers() -> None:
    found = difference({"a": 90, "b": 80}, {"a": "90", "b": "90"}, alike=lambda a, b: str(a) == b)
    assert list(found.same) == ["a"]
    assert found.changed == {"b": (80, "90")}


@given(TABLES, TABLES)
def test_columns_give_what_mappings_give(old: dict[int, int | None], new: dict[int, int | None]) -> None:
    def frame(table: dict[int, int | None]) -> pl.DataFrame:
        return pl.DataFrame(
            {"key": list(table), "value": list(table.values())}, schema={"key": pl.Int64, "value": pl.Int64}
        )

    changes = dict(difference_of_frames(frame(old), frame(new), key=["key"]).select("key", CHANGE).rows())
    found = difference(old, new)
    expected = dict.fromkeys(found.added, "added") | dict.fromkeys(found.removed, "removed")
    expected |= dict.fromkeys(found.changed, "changed") | dict.fromkeys(found.same, "same")
    assert changes == expected


def test_columns_that_differ_and_keys_that_repeat_are_refused() -> None:
    one = pl.DataFrame({"key": [1], "value": [2]})
    with pytest.raises(ValueError, match="列不同"):
        difference_of_frames(one, one.rename({"value": "other"}), key=["key"])
    with pytest.raises(ValueError, match="新表里有重复的键"):
        difference_of_frames(one, pl.concat([one, one]), key=["key"])
