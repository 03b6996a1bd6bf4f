"""Mistakes people make in content: each is told once, in the right file, on the right line, with a remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rules.mistakes import (
    CATEGORY,
    EXAMPLES,
    LOCAL_POLICY,
    LOCAL_RATES,
    LOCAL_RULES,
    MINIMUM,
    MISTAKES,
    PERSON,
    POLICY,
    RATES,
    RULES,
    SOUND,
    Mistake,
)
from tests.rules.small_content import small_content
from zhucan.rules.errors import Fault
from zhucan.rules.examples import read_examples, run_example
from zhucan.rules.library import check_library, read_library


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The sound content in a folder of its own."""
    return small_content(tmp_path)


def faults_of(content: Path) -> list[Fault]:
    faults: list[Fault] = []
    library = read_library([content], faults)
    check_library(library, faults)
    read_examples(library, faults)
    return list(dict.fromkeys(faults))


def test_the_sound_content_has_no_faults_and_its_examples_hold(content: Path) -> None:
    faults: list[Fault] = []
    library = read_library([content], faults)
    check_library(library, faults)
    examples = read_examples(library, faults)
    assert not faults
    assert [run_example(library, example).differences for example in examples] == [(), ()]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_each_mistake_is_told_once_where_it_is_with_what_to_write(content: Path, mistake: Mistake) -> None:
    path = content / mistake.file
    text = path.read_text(encoding="utf-8")
    assert text.count(mistake.old) >= 1
    path.write_text(text.replace(mistake.old, mistake.new, 1), encoding="utf-8")
    faults = faults_of(content)
    assert [(fault.file, fault.line) for fault in faults] == [(path, mistake.line)], [str(fault) for fault in faults]
    assert mistake.what in faults[0].what
    assert mistake.remedy in faults[0].remedy


def test_the_mistakes_are_many_and_different() -> None:
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES) >= 30


def rename(old: str, new: str) -> Callable[[Path], None]:
    def do(content: Path) -> None:
        (content / old).rename(content / new)

    return do


def write(name: str, data: bytes) -> Callable[[Path], None]:
    def do(content: Path) -> None:
        (content / name).write_bytes(data)

    return do


@pytest.mark.parametrize(
    ("do", "file", "what", "remedy"),
    [
        (write(RULES, SOUND[RULES].encode("gb18030")), RULES, "UTF-8", "另存为"),
        (write(RATES, b"\xff\xff\x00\x01\x80"), RATES, "编码", "CSV UTF-8"),
        (write(CATEGORY, b""), CATEGORY, "空的", "code,id,zh,en"),
        (write("packs/cn/aid/rates.xlsx", b"PK"), "packs/cn/aid/rates.xlsx", "rates.xlsx", "rates.csv"),
        (write("packs/cn/aid/example.csv", b""), "packs/cn/aid/example.csv", "example.csv", "examples.csv"),
        (rename("packs/cn-45", "packs/guangxi"), "packs/guangxi/aid", "guangxi", "cn-45"),
        (lambda content: (content / LOCAL_POLICY).unlink(), "packs/cn-45/aid", "policy.toml", "补上"),
    ],
    ids=["GBK", "no encoding", "empty", "workbook", "file misnamed", "place by name", "policy.toml missing"],
)
def test_mistakes_with_whole_files_are_told(
    content: Path, do: Callable[[Path], None], file: str, what: str, remedy: str
) -> None:
    do(content)
    faults = faults_of(content)
    assert [(fault.file, fault.line) for fault in faults] == [(content / file, 0)], [str(fault) for fault in faults]
    assert what in faults[0].what
    assert remedy in faults[0].remedy


@pytest.mark.parametrize("name", ["2016-1-1.toml", "2016-02-30.toml", "rules.toml"])
def test_rules_must_be_named_by_their_day(content: Path, name: str) -> None:
    (content / RULES).rename(content / "packs/cn/aid" / name)
    misnamed, none = faults_of(content)
    assert misnamed.file.name == name
    assert "不是日期" in misnamed.what
    assert "2025-01-01.toml" in misnamed.remedy
    assert (none.file, none.line) == (content / "packs/cn/aid", 0)


def test_a_cycle_of_derived_facts_names_its_way(content: Path) -> None:
    path = content / PERSON
    text = path.read_text(encoding="utf-8").replace("years(birth_date)", "level + 1")
    path.write_text(text.replace("min = 1\nmax = 4", 'min = 1\nmax = 4\nderive = "age - 1"'), encoding="utf-8")
    faults = faults_of(content)
    assert {fault.file for fault in faults} == {path}
    assert any("level → age → level" in fault.what for fault in faults)
    assert all("derive" in fault.remedy for fault in faults)


def test_a_heading_misspelt_is_named_beside_the_one_missing(content: Path) -> None:
    path = content / RATES
    path.write_text(path.read_text(encoding="utf-8").replace("name,from", "name,form"), encoding="utf-8")
    missing, misspelt = faults_of(content)
    assert (missing.line, missing.what) == (1, "表头缺少 from")
    assert "“form”" in misspelt.what
    assert "from" in misspelt.remedy


def test_several_mistakes_are_told_at_once(content: Path) -> None:
    (content / RULES).write_text(SOUND[RULES].replace('"covered"', '"coverd"'), encoding="utf-8")
    (content / EXAMPLES).write_text(SOUND[EXAMPLES].replace("entitled", "yes"), encoding="utf-8")
    (content / MINIMUM).write_text(SOUND[MINIMUM].replace("700", "七百"), encoding="utf-8")
    assert {fault.file for fault in faults_of(content)} == {content / name for name in (RULES, EXAMPLES, MINIMUM)}


def test_rates_of_an_office_are_held_to_the_rhythm_of_the_nation(
    content: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own = tmp_path_factory.mktemp("own")
    for name in (LOCAL_POLICY, LOCAL_RATES):
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text(
            SOUND[name].replace("30,minimum,元/月", ",,元/年").replace(",45,,", ",45,1200,"), encoding="utf-8"
        )
        (content / name).unlink()
    (content / LOCAL_RULES).unlink()
    (content / LOCAL_RULES).parent.rmdir()
    faults: list[Fault] = []
    read_library([content, own], faults)
    assert [(fault.file, fault.line) for fault in faults] == [(own / LOCAL_RATES, 2)]
    assert "按月计" in faults[0].what


def test_a_table_written_as_a_text_is_told(content: Path) -> None:
    policy = content / POLICY
    policy.write_text(policy.read_text("utf8").replace("[[basis]]", 'basis = "意见"\n[other]'), encoding="utf8")
    assert any("basis 应写成表" in fault.what and "[[basis]]" in fault.remedy for fault in faults_of(content))


def test_a_text_that_is_a_number_is_told(content: Path) -> None:
    policy = content / POLICY
    policy.write_text(policy.read_text("utf8").replace('zh = "生活补贴"', "zh = 5"), encoding="utf8")
    (fault,) = faults_of(content)
    assert (fault.line, fault.what) == (2, "zh 应是文字，现在是 5")


def test_until_must_come_after_from(content: Path) -> None:
    rows = "name,from,until,amount,unit,source\nstandard,2025-01-01,2025-01-01,90,元/月,文\n# 注\n,,,,,\n"
    (content / RATES).write_text(rows, encoding="utf8")
    (fault,) = faults_of(content)
    assert (fault.line, "不晚于" in fault.what) == (2, True)


def test_odd_separators_in_a_cell_do_not_break_its_row(content: Path) -> None:
    rows = "name,from,amount,unit,source,note\nstandard,2016-01-01,90,元/月,文,上\u2028下\x0b右\n"
    (content / RATES).write_text(rows, encoding="utf8")
    faults: list[Fault] = []
    (row,) = next(pack for pack in read_library([content], faults).packs["aid"] if pack.national).rates
    assert (row.note, row.line, faults) == ("上\u2028下\x0b右", 2, [])


def test_a_day_is_no_key_of_a_rate(content: Path) -> None:
    (content / RATES).write_text(
        "name,from,出生日期,amount,unit,source\nstandard,2016-01-01,2000-01-01,90,元/月,文\n", encoding="utf8"
    )
    (fault,) = faults_of(content)
    assert "“出生日期”的键格不能是“2000-01-01”" in fault.what


def test_a_local_folder_must_give_something(content: Path) -> None:
    (content / LOCAL_RULES).unlink()
    (content / LOCAL_RATES).unlink()
    (content / "packs" / "notes.txt").write_text("notes", encoding="utf8")
    (content / "packs" / "cn" / "notes.txt").write_text("notes", encoding="utf8")
    (fault,) = faults_of(content)
    assert fault.file == content / LOCAL_POLICY
    assert "既没有标准也没有条件" in fault.what


def test_examples_belong_to_their_layer(content: Path) -> None:
    row = "id,division,as_of,verdict\nother,11,2026-06-01,unknown\n"
    (content / "packs/cn-45/aid/examples.csv").write_text(row, encoding="utf8")
    faults: list[Fault] = []
    read_examples(read_library([content], faults), faults)
    assert ["division 11 不在本层 45 之内" in fault.what for fault in faults] == [True]


def test_facts_derived_from_rows_are_checked(content: Path) -> None:
    derived = '\n[[fact]]\nid = "mental"\nzh = "精神等级"\nen = "mental"\ntype = "integer"\nmin = 0\nmax = 4\n'
    derived += 'rows = "component"\n'
    person = (content / PERSON).read_text("utf8")
    for lines, what in (
        ('of = "leval"\n', "of “leval”不在词汇表里"),
        ('of = "level"\nwhere_rows = "category == 9"\n', "没有 9"),
        ("", ""),
    ):
        (content / PERSON).write_text(person + derived + lines, encoding="utf8")
        found = faults_of(content)
        assert [what in fault.what for fault in found] == ([True] if what else [])


def test_higher_needs_a_sum_of_ours(content: Path) -> None:
    rules = (
        (content / RULES)
        .read_text("utf8")
        .replace("amount = 'rate(\"standard\")'\n", "")
        .replace('"cash"', '"service"')
    )
    (content / RULES).write_text(rules, encoding="utf8")
    for name in (RATES, LOCAL_RATES):
        (content / name).unlink()
    assert ["effect = higher 要有可比的金额" in fault.what for fault in faults_of(content)] == [True]


def test_an_empty_policy_is_told(content: Path) -> None:
    (content / LOCAL_POLICY).write_text("", encoding="utf8")
    assert [fault.file for fault in faults_of(content)] == [content / LOCAL_POLICY]


def test_a_rule_without_an_outcome_is_told(content: Path) -> None:
    rules = (content / RULES).read_text("utf8")
    (content / RULES).write_text(rules.split("[outcome]")[0], encoding="utf8")
    assert any("缺少 [outcome]" in fault.what for fault in faults_of(content))
