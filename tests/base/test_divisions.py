"""Divisions: every row finds its parent, scope is a range, names read as people say them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from tests.base.conftest import ROWS, table
from zhucan.base.errors import Refused
from zhucan.base.models import AuditEvent, Division, DivisionSuccession
from zhucan.base.operations.divisions import load_divisions, placed
from zhucan.base.parentage import Moved, parentage, read_parentage
from zhucan.base.permissions import SYSTEM
from zhucan.base.queries import divisions
from zhucan.rules.content import shipped_content

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_names_of_other_tests() -> None:
    divisions.forget_names()


def test_loading_gives_levels_paths_ranges_and_parents(country: None) -> None:
    assert Division.objects.count() == len(ROWS)
    village = Division.objects.get(code=450803105201)
    assert (village.parent_id, village.path, village.last) == (450803105000, 450803105201, 450803105201)
    county = Division.objects.get(code=450803000000)
    assert (county.parent_id, county.path, county.last) == (450800000000, 450803000000, 450803999999)
    assert set(Division.objects.filter(parent=None).values_list("level", flat=True)) == {1}


def test_a_city_without_counties_has_its_townships_directly(country: None) -> None:
    assert Division.objects.get(code=441900003000).parent_id == 441900000000
    assert divisions.county_of(441900003001) == 441900
    assert [each.name for each in divisions.townships_of(441900)] == ["东城街道"]
    assert [each.name for each in divisions.children_of(441900000000)] == ["东城街道"]


def test_loading_again_changes_nothing_and_renames_change_only_themselves(country: None, tmp_path: Path) -> None:
    assert load_divisions(table(tmp_path / "same.parquet"), by=SYSTEM) == 0
    assert AuditEvent.objects.filter(action="load_divisions").count() == 1
    renamed = [(code, "新塘街道" if code == 450803106000 else name, level) for code, name, level in ROWS]
    added = (450803105203, "新村村委会", 5)
    assert load_divisions(table(tmp_path / "new.parquet", [*renamed, added]), by=SYSTEM) == 2
    assert divisions.names_of([450803106000, 450803105203]) == {450803106000: "新塘街道", 450803105203: "新村村委会"}


def test_a_row_without_parent_stops_the_load(tmp_path: Path) -> None:
    lost = [*ROWS, (450803999201, "孤村", 5)]
    with pytest.raises(Refused, match="450803999201"):
        load_divisions(table(tmp_path / "lost.parquet", lost), by=SYSTEM)
    assert not Division.objects.exists()
    (tmp_path / "damaged.parquet").write_bytes(b"x")
    with pytest.raises(Refused, match="没有载入"):
        load_divisions(tmp_path / "damaged.parquet", by=SYSTEM)
    with pytest.raises(Refused, match="重复"):
        load_divisions(table(tmp_path / "twice.parquet", [*ROWS, ROWS[0]]), by=SYSTEM)


def test_every_division_of_the_country_finds_its_parent() -> None:
    import polars as pl

    rows = pl.read_parquet(shipped_content() / "divisions" / "divisions.parquet")
    found = placed(rows.cast({"level": pl.Int64}), parentage())
    assert found.height == rows.height == 665_271
    assert found.filter(pl.col("level") > 1)["parent_id"].null_count() == 0
    parents = found.select(parent_id="code", up="level", low="path", high="last")
    joined = found.join(parents, on="parent_id")
    assert joined.filter(~pl.col("path").is_between("low", "high") | (pl.col("last") > pl.col("high"))).height == 0
    skipped = joined.filter(pl.col("level") - pl.col("up") != 1)
    assert set(skipped["parent_id"]) == {441900000000, 442000000000, 460400000000}


def test_a_moved_zone_stands_under_its_true_parent_with_all_below(tmp_path: Path) -> None:
    file = tmp_path / "exceptions.toml"
    file.write_text('[[moved]]\ncode = 450803106000\npath = 450802990000\nbasis = "x"\n')
    assert read_parentage(file).moved == (Moved(450803106000, 450802990000, 1000),)
    below = (450803106201, "某村委会", 5)
    load_divisions(table(tmp_path / "divisions.parquet", [*ROWS, below]), by=SYSTEM)
    zone, village = Division.objects.get(code=450803106000), Division.objects.get(code=450803106201)
    assert (zone.path, zone.last, zone.parent_id) == (450802990000, 450802990999, 450802000000)
    assert (village.path, village.parent_id) == (450802990201, 450803106000)
    assert read_parentage(file).path_of(450803106201) == 450802990201


def test_what_became_of_a_division_is_a_dated_row(tmp_path: Path) -> None:
    lines = ["old,old_name,new,kind,on,basis", "450803198000,旧乡,450803106000,merged,2020-05-01,某文件"]
    (tmp_path / "successions.csv").write_text("\n".join(lines), encoding="utf-8")
    for _ in range(2):
        load_divisions(table(tmp_path / "divisions.parquet"), by=SYSTEM)
    row = DivisionSuccession.objects.get()
    assert (row.old.name, row.old.until, row.new_id, row.kind) == ("旧乡", row.on, 450803106000, "merged")
    assert "旧乡" not in [each.name for each in divisions.townships_of(450803)]
    lines[1] = lines[1].replace("450803106000", "999999999999")
    (tmp_path / "successions.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(Refused, match="999999999999"):
        load_divisions(tmp_path / "divisions.parquet", by=SYSTEM)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (450803105201, "八塘街道白山村"),
        (450803105202, "八塘街道和平村"),
        (450803105000, "八塘街道"),
        (450803000000, "贵港市港南区"),
        (450800000000, "贵港市"),
        (450000000000, "广西壮族自治区"),
        (110101001001, "东华门街道多福巷社区"),
        (110101000000, "东城区"),
        (441900003001, "东城街道岗贝社区"),
        (620201000000, "嘉峪关市"),
        (999999999999, ""),
    ],
)
def test_full_names(country: None, path: int, name: str) -> None:
    assert divisions.full_name(path) == name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("白山村委会", "白山村"), ("白山村村委会", "白山村"), ("白山村民委员会", "白山村"),
        ("白山村村民委员会", "白山村"),
        ("东华社区居委会", "东华社区"), ("东华社区居民委员会", "东华社区"), ("东华居委会", "东华社区"),
        ("东华社区", "东华社区"),
        ("永安嘎查", "永安嘎查"),
    ],
)  # fmt: skip
def test_villages_are_called_as_people_call_them(name: str, short: str) -> None:
    assert divisions.short_name(name) == short


def test_names_of_many_places_take_one_query_and_none_the_second_time(country: None, django_assert_num_queries) -> None:
    paths = [path for path, _, _ in ROWS]
    with django_assert_num_queries(1):
        names = divisions.full_names(paths)
    assert len(names) == len(paths)
    with django_assert_num_queries(0):
        assert divisions.full_names(paths) == names


def test_codes_of_any_length_have_a_path() -> None:
    assert divisions.path_of(45) == 450000000000
    assert divisions.path_of(450803) == 450803000000
    assert divisions.path_of(450803105201) == 450803105201
    with pytest.raises(ValueError, match="12"):
        divisions.path_of(4508031)


def test_children_and_villages_come_in_order_and_only_their_own(country: None) -> None:
    assert [each.code for each in divisions.children_of(450803000000)] == [450803105000, 450803106000]
    assert [each.code for each in divisions.villages_of(450803105000)] == [450803105201, 450803105202]
    assert divisions.division_at(450803105999) is None
    found = divisions.division_at(450803105201)
    assert found is not None
    assert found.name == "白山村委会"


def test_scope_is_a_range_on_an_index(country: None) -> None:
    plan = Division.objects.filter(path__range=(450803000000, 450803999999)).explain()
    if connection.vendor == "sqlite":
        assert "USING INDEX" in plan


def test_exceptions_of_shipped_content_are_read() -> None:
    found = parentage()
    assert found.direct == {441900, 442000, 460400}
    assert "市辖区" in found.placeholders
