"""Names of townships and villages as people write them, and whether a place lies in the county."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.match.people import COUNTY
from zhucan.match.places import Places, load_places
from zhucan.rules.content import shipped_content


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(COUNTY, [shipped_content()])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("江南街道", 450803001), ("江南街道办事处", 450803001), ("江南办", 450803001), ("江南", 450803001),
        (" 八塘 办", 450803002),
        ("桥圩镇人民政府", 450803100), ("桥圩镇政府", 450803100), ("贵港市港南区木格镇", 450803101),
        ("港南区木梓", 450803102),
        ("本区湛江镇", 450803103), ("某某镇", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_township_by_its_many_names(places: Places, text: str | None, code: int | None) -> None:
    assert places.township(text) == code


def test_the_first_text_that_names_a_township_counts(places: Places) -> None:
    assert places.township(None, "汇总表", "桥圩镇") == 450803100
    assert places.township("木格", "桥圩镇") == 450803101


@pytest.mark.parametrize(
    ("text", "township", "code"),
    [
        ("木松岭社区", 450803001, 450803001001), ("木松岭居委会", 450803001, 450803001001),
        ("木松岭", 450803001, 450803001001),
        ("木松岭社区居民委员会", None, 450803001001), ("江南街道木松岭社区", 450803001, 450803001001),
        ("徐村村委会", 450803100, 450803100205), ("徐村", 450803100, 450803100205), ("徐村村", 450803100, 450803100205),
        ("南山", 450803107, 450803107208), ("南山", 450803001, 450803001003), ("南山", None, None),
        ("木松岭", 450803100, None),
        (None, 450803100, None), ("某村", 450803100, None),
    ],
)  # fmt: skip
def test_a_village_within_its_township(
    places: Places, text: str | None, township: int | None, code: int | None
) -> None:
    assert places.village(text, township) == code


def test_every_official_name_is_found(places: Places) -> None:
    for code, name in places.townships.items():
        assert places.township(name) == code
        assert places.township_name(code) == name
    for code, name in places.villages.items():
        assert places.village(name, code // 1000) == code
        assert places.village_name(code) == name
    assert (places.township_name(None), places.village_name(1)) == ("", "")
    assert places.full_name == "贵港市港南区"


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("港南区湛江镇", True), ("本区木格镇", True), ("贵港市港南区", True),
        ("广西壮族自治区贵港市港南区东津镇", True), ("木格镇", True),
        ("木格", True), ("港南", True), ("广西壮族自治区贵港市港北区", False), ("广西壮族自治区南宁市江南区", False),
        ("湛江市霞山区", False),
        ("云南省曲靖市麒麟区", False), ("外省", False), ("贵港市", None), ("广西", None), ("", None), (None, None),
        ("不详", None),
    ],
)  # fmt: skip
def test_a_move_inside_the_county_is_no_move_out(places: Places, text: str | None, inside: bool | None) -> None:
    assert places.is_inside(text) is inside


def test_an_office_s_own_suffixes_and_an_unknown_county(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="450899"):
        load_places(450899, [shipped_content()])
    with pytest.raises(FileNotFoundError):
        load_places(COUNTY, [tmp_path])
    own = tmp_path / "divisions"
    own.mkdir()
    words = 'county = ["区"]\ntownship = ["公社"]\nvillage = ["大队"]\nown = ["本地"]\n'
    (own / "suffixes.toml").write_text(words, encoding="utf8")
    places = load_places(COUNTY, [shipped_content(), tmp_path])
    assert places.suffixes.township == ("公社",)
    assert places.township("桥圩镇公社") == 450803100
    assert places.township("桥圩镇政府") is None


@pytest.mark.parametrize("above", [450000, 450800])
def test_a_province_or_prefecture_is_no_county(above: int) -> None:
    with pytest.raises(LookupError, match="不是县级"):
        load_places(above, [shipped_content()])


def test_a_municipality_has_no_prefecture_between() -> None:
    assert load_places(310101, [shipped_content()]).full_name == "上海市黄浦区"
