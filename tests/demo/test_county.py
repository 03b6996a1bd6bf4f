"""The sample county: its truth, its kinds of files, its repeatability, and that nobody in it is real."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import openpyxl
import pytest

from zhucan.demo import Demo, generate
from zhucan.demo.dirt import DATE_STYLES, Dirt
from zhucan.demo.people import check_character
from zhucan.demo.sheets import INVENTED
from zhucan.demo.stories import STORIES

AS_OF = date(2026, 11, 1)
PERSONS = 400


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return generate(tmp_path_factory.mktemp("county"), persons=PERSONS, seed=7, as_of=AS_OF)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_same_seed_same_bytes_and_another_seed_others(demo: Demo, tmp_path: Path) -> None:
    generate(tmp_path / "again", persons=PERSONS, seed=7, as_of=AS_OF)
    generate(tmp_path / "other", persons=PERSONS, seed=8, as_of=AS_OF)
    first, again, other = (
        digests(demo.files),
        digests(tmp_path / "again" / "files"),
        digests(tmp_path / "other" / "files"),
    )
    assert first == again
    assert first.keys() == other.keys()
    assert not set(first.values()) & set(other.values())


def test_every_story_is_told(demo: Demo) -> None:
    told = Counter((row["policy"], row["finding"]) for row in rows(demo.truth / "findings.csv"))
    wanted = {("living-allowance", story.living) for story in STORIES} | {
        ("nursing-allowance", story.nursing) for story in STORIES
    }
    assert {pair for pair in wanted if pair[1] != "none"} <= told.keys()
    assert told["living-allowance", "paid_not_on_roster"] == told["nursing-allowance", "paid_not_on_roster"] >= 2


def test_story_names_are_unique_and_most_people_are_plain() -> None:
    assert len({story.name for story in STORIES}) == len(STORIES)
    assert STORIES[0].share > sum(story.share for story in STORIES) / 4


def test_every_number_in_the_truth_is_well_formed_and_recognisable_as_ours(demo: Demo) -> None:
    for row in rows(demo.truth / "findings.csv"):
        number = row["citizen_id"]
        assert check_character(number[:17]) == number[17]
        assert int(number[14:17]) >= 900


def test_check_character_of_the_standard() -> None:
    """The example of GB 11643-1999, annex A."""
    assert check_character("11010519491231002") == "X"
    assert check_character("44052418800101001") == "4"


def test_every_workbook_says_that_it_is_invented(demo: Demo) -> None:
    for path in demo.files.glob("*.xlsx"):
        book = openpyxl.load_workbook(path, read_only=True)
        assert INVENTED in str(book.worksheets[0].cell(1, 1).value), path.name
    assert "虚构" in (demo.files / "04_死亡人员信息.csv").read_text(encoding="gb18030").splitlines()[0]
    assert "虚构" in (demo.files.parent / "说明.txt").read_text(encoding="utf-8")


def test_roster_has_a_sheet_for_each_township_and_a_hidden_old_copy(demo: Demo) -> None:
    book = openpyxl.load_workbook(demo.files / "01_残疾人花名册.xlsx")
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "hidden"]
    assert hidden == ["2019旧数据"]
    assert {"江南街道", "八塘街道", "桥圩镇", "瓦塘镇"} <= set(book.sheetnames)
    totals = {row["what"]: int(row["count"]) for row in rows(demo.truth / "totals.csv")}
    assert totals["persons"] == PERSONS
    unusable = sum(count for name, count in totals.items() if name.startswith("roster_") and name != "roster_rows")
    assert totals["roster_rows"] == PERSONS + unusable


def test_bank_answers_every_payment_of_more_than_nothing(demo: Demo) -> None:
    lines = (demo.files / "09_银行代发回盘_202611.txt").read_text(encoding="gb18030").splitlines()
    heads = [line.split("|") for line in lines if line.startswith("H|")]
    tails = [line.split("|") for line in lines if line.startswith("T|")]
    assert [head[1] for head in heads] == [tail[1] for tail in tails] == ["GN202611SH", "GN202611HL"]
    for head, tail in zip(heads, tails, strict=True):
        assert int(head[3]) == int(tail[2]) + int(tail[3])
    assert any("重发成功" in line for line in lines)


def test_too_few_people_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="至少要 200 人"):
        generate(tmp_path, persons=199, seed=1, as_of=AS_OF)


@pytest.mark.parametrize("style", DATE_STYLES)
def test_every_style_of_day_keeps_the_day(style: str) -> None:
    written = Dirt(Random(1)).day(date(2024, 5, 9), style)
    expected = {
        "iso": "2024-05-09",
        "dots": "2024.5.9",
        "slashes": "2024/5/9",
        "chinese": "2024年5月9日",
        "compact": "20240509",
        "serial": 45421,
        "cell": date(2024, 5, 9),
    }
    assert written == expected[style]
