"""``zhucan policy simulate``: cost, who gains, who loses, from a table of people."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.cli.command import policy as typed
from zhucan.cli_words import NO_FILES, WRONG_COMMAND, WRONG_CONTENT
from zhucan.rules.content import shipped_content

WHEN = ("--division", "450803", "--before", "2026-11-01", "--after", "2027-01-01")
HEADINGS = (
    "姓名,township,残疾等级,残疾人证失效日,最低生活保障对象,"
    "已死亡,户口已迁出,特困供养人员,领取工伤生活护理费,享受孤儿基本生活保障"
)
PEOPLE = [
    "甲,450803001,1,2030-01-01,是,否,否,否,否,否",
    "乙,450803001,3,2030-01-01,否,否,否,否,否,否",
    "丙,450803100,2,2030-01-01,,否,否,否,否,否",
    "丁,450803100,2,2026-12-01,是,否,否,否,否,否",
]


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text("\n".join([HEADINGS, *PEOPLE, ""]), encoding="utf-8")
    return path


@pytest.fixture
def reform(tmp_path: Path) -> Path:
    """A layer of the county: 120 元 from 2027 on."""
    folder = tmp_path / "reform" / "packs" / "cn-450803" / "living-allowance"
    folder.mkdir(parents=True)
    (folder / "policy.toml").write_text('extends = "cn/living-allowance"\n\n[[basis]]\ntitle = "设想"\n', "utf-8")
    (folder / "rates.csv").write_text(
        "name,from,division,amount,unit,rounding,source,note\nstandard,2027-01-01,450803,120,元/月,fen,设想,\n", "utf-8"
    )
    return tmp_path / "reform"


def figures(said: str, place: str) -> list[list[str]]:
    """The figures of a place: persons, then sums."""
    return [line.split()[1:] for line in said.splitlines() if line.startswith(f"  {place} ")]


def test_persons_and_sums_per_township_and_in_total(people: Path, reform: Path) -> None:
    code, said, errors = typed("simulate", "living-allowance", *WHEN, "--people", people, "--new-content", reform)
    assert (code, errors) == (0, "")
    assert "人员 4 人" in said
    # 甲 gains 30, 丁's certificate has expired by then, 丙 is unknown on both days
    assert figures(said, "江南街道") == [["1", "1", "0", "0", "1", "0"], ["90.00", "120.00", "+30.00", "30.00", "0.00"]]
    assert figures(said, "桥圩镇") == [["1", "0", "1", "1", "0", "1"], ["90.00", "0.00", "-90.00", "0.00", "90.00"]]
    assert figures(said, "合计") == [["2", "1", "1", "1", "1", "1"], ["180.00", "120.00", "-60.00", "30.00", "90.00"]]


def test_without_a_reform_only_time_passes(people: Path) -> None:
    said = typed("simulate", "困难残疾人生活补贴", *WHEN, "--people", people)[1]
    assert figures(said, "合计")[1] == ["180.00", "90.00", "-90.00", "0.00", "90.00"]


def test_another_column_groups(people: Path) -> None:
    said = typed("simulate", "living-allowance", *WHEN, "--people", people, "--by", "残疾等级")[1]
    assert figures(said, "1")[0][:2] == ["1", "1"]
    assert figures(said, "3")[0][:2] == ["0", "0"]


def test_a_parquet_file_gives_the_same_figures(people: Path, tmp_path: Path, reform: Path) -> None:
    rows = [line.split(",") for line in PEOPLE]
    truth = {"是": True, "否": False, "": None}
    columns: dict[str, list[object]] = {
        "township": [int(row[1]) for row in rows],
        "certificate_until": [date.fromisoformat(row[3]) for row in rows],
    }
    for place, heading in enumerate(HEADINGS.split(",")[4:], 4):
        columns[heading] = [truth[row[place]] for row in rows]
    path = tmp_path / "people.parquet"
    pl.DataFrame(columns).write_parquet(path)
    options = ("simulate", "living-allowance", *WHEN, "--new-content", reform, "--people")
    assert typed(*options, path)[1].splitlines()[1:] == typed(*options, people)[1].splitlines()[1:]


def test_a_whole_copy_stands_alone(people: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    for part in ("vocabulary", "packs", "standards", "divisions"):
        shutil.copytree(shipped_content() / part, new / part)
    rates = new / "packs/cn-45/living-allowance/rates.csv"
    rates.write_text(rates.read_text("utf-8") + "standard,2027-01-01,45,100,,,元/月,fen,设想,\n", "utf-8")
    options = ("simulate", "living-allowance", *WHEN, "--people", people, "--new-content", new)
    assert figures(typed(*options, "--alone")[1], "江南街道")[1][:2] == ["90.00", "100.00"]
    code, _, errors = typed(*options)
    assert code == WRONG_CONTENT
    assert "--alone" in errors


def test_entitled_at_an_unknown_amount_is_said_beside_the_sums(people: Path) -> None:
    when = ("--division", "450803", "--before", "2024-06-01", "--after", "2026-11-01")
    said = typed("simulate", "living-allowance", *when, "--people", people)[1]
    assert "注意：living-allowance 改动前有 2 人符合，但金额未知" in said


def test_a_policy_not_yet_in_force_counts_as_none(people: Path) -> None:
    when = ("--division", "450803", "--before", "2015-01-01", "--after", "2026-11-01")
    said = typed("simulate", "living-allowance", *when, "--people", people)[1]
    assert "2015-01-01 在 450803 没有施行" in said
    assert figures(said, "合计")[0][:2] == ["0", "2"]


def test_bad_cells_are_named_with_line_and_remedy(people: Path) -> None:
    people.write_text(people.read_text("utf-8").replace(",3,", ",五级,").replace("2026-12-01", "2026年12月"), "utf-8")
    code, said, errors = typed("simulate", "living-allowance", *WHEN, "--people", people)
    assert (code, said) == (NO_FILES, "")
    assert "有 2 处错误" in errors
    assert re.search(r"people\.csv:3: “残疾等级”不能是“五级”", errors)
    assert re.search(r"people\.csv:5: “残疾人证失效日”.*日期写成 2026-11-01", errors)


def test_the_same_mistake_is_told_once_with_its_number(people: Path) -> None:
    people.write_text(people.read_text("utf-8").replace(",2,", ",二,"), "utf-8")
    errors = typed("simulate", "living-allowance", *WHEN, "--people", people)[2]
    assert "有 1 处错误" in errors
    assert "另有 1 行也这样写" in errors


def test_a_parquet_column_of_another_type_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    pl.DataFrame({"level": ["1"], "deceased": [False]}).write_parquet(path)
    code, _, errors = typed("simulate", "living-allowance", *WHEN, "--people", path)
    assert code == NO_FILES
    assert "列“level”是 String" in errors


@pytest.mark.parametrize(
    ("text", "options", "code", "words"),
    [
        ("姓名,备注\n甲,无\n", (), NO_FILES, "没有一列"),
        (f"{HEADINGS}\n{PEOPLE[0]}\n", ("--by", "村"), WRONG_COMMAND, "没有“村”这一列"),
        (f"{HEADINGS},残疾等级\n{PEOPLE[0]},1\n", (), NO_FILES, "出现了两次"),
        (f"{HEADINGS},level\n{PEOPLE[0]},1\n", (), NO_FILES, "“level”与列“残疾等级”是同一项"),
    ],
)
def test_tables_that_cannot_be_used_say_why(
    tmp_path: Path, text: str, options: tuple[str, ...], code: int, words: str
) -> None:
    path = tmp_path / "people.csv"
    path.write_text(text, encoding="utf-8")
    found, _, errors = typed("simulate", "living-allowance", *WHEN, "--people", path, *options)
    assert found == code
    assert words in errors


def test_a_missing_table_is_said(tmp_path: Path) -> None:
    code, _, errors = typed("simulate", "living-allowance", *WHEN, "--people", tmp_path / "none.csv")
    assert code == WRONG_COMMAND
    assert "none.csv" in errors
