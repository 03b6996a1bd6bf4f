"""Facts derived from several rows, against a plain reading of each way to take them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhucan.rules.aggregate import Aggregation
from zhucan.rules.vocabulary import load_vocabulary

AS_OF = date(2026, 11, 1)
FACTS = """
[[fact]]
id = "category"
zh = "类别"
en = "category"
type = "integer"
min = 1
max = 7
[[fact]]
id = "level"
zh = "等级"
en = "level"
type = "integer"
min = 1
max = 4
"""
DERIVED = """
[[fact]]
id = "derived"
zh = "派生"
en = "derived"
type = "integer"
min = 0
max = 100
rows = "component"
take = "{take}"
of = "{of}"
where_rows = "{where}"
none = 0
"""
ROWS = st.lists(st.fixed_dictionaries({"category": st.integers(1, 7), "level": st.integers(1, 4)}), max_size=5)


def aggregation(folder: Path, take: str, *, of: str = "level", where: str = "category == 6") -> Aggregation:
    (folder / "person.toml").write_text(FACTS + DERIVED.format(take=take, of=of, where=where), encoding="utf8")
    vocabulary = load_vocabulary(folder)
    return Aggregation(vocabulary.fact("derived"), vocabulary, AS_OF)


@pytest.mark.parametrize("take", ["min", "max", "sum", "count", "any"])
def test_each_way_to_take_rows(take: str, tmp_path: Path) -> None:
    made = aggregation(tmp_path, take, of="" if take in ("count", "any") else "level")
    plain = {"min": min, "max": max, "sum": sum, "count": len, "any": lambda levels: int(len(levels) > 0)}

    @settings(max_examples=30)
    @given(ROWS)
    def agrees(rows: list[dict[str, int]]) -> None:
        levels = [row["level"] for row in rows if row["category"] == 6]
        assert made.value(rows) == (plain[take](levels) if levels else 0)

    agrees()


def test_what_is_not_known_of_a_row_is_not_known_of_the_whole(tmp_path: Path) -> None:
    made = aggregation(tmp_path, "min")
    assert made.value(None) is None
    assert made.value([{"category": 6, "level": 1}, {"level": 2}]) is None
    assert made.value([{"category": 6}]) is None
    assert made.value([{"category": 4}]) == 0
    assert aggregation(tmp_path, "max", where="").value([{"category": 4, "level": 3}]) == 3
