"""Feed files are checked when they are loaded; a mistake names file and key in Chinese; later folders override."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from zhucan.files.feeds import FeedError, load_feeds

CONTENT = Path(__file__).resolve().parents[2] / "content"
FEED = """
id = "extreme_poverty"
title = "特困人员名册"
office = "民政"
kind = "facts"
recognise = ["特困"]
any_of = [["citizen_id"]]

[[column]]
id = "citizen_id"
kind = "citizen_id"
headings = ["身份证号"]

[[column]]
id = "state"
kind = "text"
headings = ["状态"]

[[gives]]
fact = "extreme_poverty_support"
value = true
where = { state = ["在册"] }
absence = false
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "feeds").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ('kind = "facts"', 'kind = "fact"', "kind", "roster"),
        ('title = "特困人员名册"', "", "title", "缺少"),
        ('title = "特困人员名册"', "title = 3", "title", "文字"),
        ('recognise = ["特困"]', 'recognise = "特困"', "recognise", "列表"),
        ('recognise = ["特困"]', 'recognize = ["特困"]', "recognize", "没有这个键"),
        ('any_of = [["citizen_id"]]', 'any_of = [["certificate"]]', "any_of", "citizen_id"),
        ('any_of = [["citizen_id"]]', 'any_of = ["citizen_id"]', "any_of", "列表"),
        ('kind = "citizen_id"', 'kind = "identity"', "column[1].kind", "citizen_id"),
        ('kind = "citizen_id"', 'kind = "code:planets"', "column.citizen_id.kind", "代码表 planets"),
        ('headings = ["身份证号"]', "headings = []", "column[1].headings", "表头"),
        ('headings = ["身份证号"]', 'headings = ["状 态"]', "column.state.headings", "已属于列 citizen_id"),
        ('id = "state"', 'id = "citizen_id"', "column", "id 相同"),
        ("value = true", "", "gives[1].value", "column"),
        ("value = true", "value = 1.5", "gives[1].value", "整数"),
        ("where = { state", "where = { status", "gives.extreme_poverty_support", "status"),
        ("where = { state", 'outside = "place"\nwhere = { state', "gives.extreme_poverty_support", "place"),
        ('id = "extreme_poverty"', 'id = "extreme_poverty', "", "TOML"),
        ("[[gives]]", "[gives]", "gives", "[[gives]]"),
        ("absence = false", 'required = "yes"\nabsence = false', "gives[1].required", "没有这个键"),
    ],
)
def test_a_mistake_names_file_key_and_remedy(folder: Path, old: str, new: str, key: str, words: str) -> None:
    assert old in FEED
    (folder / "feeds" / "poverty.toml").write_text(FEED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FeedError) as caught:
        load_feeds([folder])
    assert caught.value.key == key
    assert words in str(caught.value)
    assert ".toml" in str(caught.value)


def test_a_feed_without_columns_is_refused(folder: Path) -> None:
    (folder / "feeds" / "x.toml").write_text('id = "x"\ntitle = "x"\noffice = "x"\nkind = "facts"\n', encoding="utf-8")
    with pytest.raises(FeedError, match="没有列"):
        load_feeds([folder])


def test_a_later_folder_overrides_by_id_and_adds(folder: Path) -> None:
    (folder / "feeds" / "own.toml").write_text(FEED.replace("特困人员名册", "本县特困台账"), encoding="utf-8")
    shipped, both = load_feeds([CONTENT]), load_feeds([CONTENT, folder])
    assert shipped["extreme_poverty"].title != both["extreme_poverty"].title == "本县特困台账"
    assert len(both.feeds) == len(shipped.feeds)
    assert both.common == shipped.common


def test_words_of_the_program_can_be_replaced(folder: Path) -> None:
    (folder / "feeds" / "_common.toml").write_text('totals = ["拢共"]\n', encoding="utf-8")
    assert load_feeds([CONTENT, folder]).common.totals == ("拢共",)


def test_code_tables_are_read_with_their_variants() -> None:
    stages = load_feeds([CONTENT]).codes["school_stage"]
    assert stages["小学"] == stages["primary"] == stages["2"] == 2
    assert stages["幼儿园"] == stages["学前"]


def test_every_shipped_feed_that_gives_facts_says_what_absence_means_somewhere() -> None:
    for feed in load_feeds([CONTENT]):
        if feed.kind == "facts":
            assert any(gives.absence is not None for gives in feed.gives), feed.id


def test_shipped_feeds_stand_without_the_rest_of_the_content(folder: Path) -> None:
    shutil.copytree(CONTENT / "feeds", folder / "feeds", dirs_exist_ok=True)
    shutil.copytree(CONTENT / "vocabulary" / "codes", folder / "vocabulary" / "codes")
    assert len(load_feeds([folder]).feeds) == 13
