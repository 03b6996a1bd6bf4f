"""The one operation, against a plain reading of its definition."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zhucan.rules.difference import difference

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
