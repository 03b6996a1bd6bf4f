"""A new policy touches content only: one county's 困难残疾人水电补贴, written as an official would write it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from zhucan.rules.determine import determine
from zhucan.rules.errors import ContentError, Fault
from zhucan.rules.examples import read_examples, run_example
from zhucan.rules.library import Library, check_library, load_library

DAY = date(2026, 11, 1)
FILES = {
    "policy.toml": """
id = "utility-allowance"
zh = "困难残疾人水电补贴"
en = "water and power allowance for disabled persons in hardship"
subject = "person"
decides = "县残联"
rhythm = "year"
materials = ["申请表", "残疾人证", "低保证"]

[[basis]]
title = "某县困难残疾人水电补贴办法(虚构)"
number = "虚构〔2026〕1号"
issued = "2026-01-01"
""",
    "2026-01-01.toml": """
[[condition]]
id = "hardship"
when = "最低生活保障对象"
basis = "虚构〔2026〕1号第三条"
else = "不属于最低生活保障家庭"

[outcome]
kind = "cash"
amount = 'rate("flat")'
""",
    "rates.csv": "name,from,division,amount,unit,source\nflat,2026-01-01,,120,元/年,虚构〔2026〕1号第五条\n",
    "examples.csv": (
        "id,as_of,最低生活保障对象,verdict,amount,reason\n"
        "covered,2026-11-01,是,entitled,120,\n"
        "not-asked-yet,2026-11-01,,unknown,120,\n"
    ),
}


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """An office's content folder holding nothing but this policy."""
    folder = tmp_path / "office" / "packs" / "cn-450803" / "utility-allowance"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return tmp_path / "office"


def test_it_loads_checks_and_its_examples_hold(content: Path, office: Path) -> None:
    library = load_library(content, office)
    faults: list[Fault] = []
    check_library(library, faults)
    examples = read_examples(library, faults, "utility-allowance")
    assert not faults
    assert [run_example(library, example).differences for example in examples] == [(), ()]


def test_it_determines_like_any_other_policy(content: Path, office: Path) -> None:
    library = load_library(content, office)
    policy = library.policy("utility-allowance", division=450803, as_of=DAY)
    covered = determine(policy, {"minimum_living_allowance": True}, DAY)
    assert (covered.verdict.value, covered.amount_fen) == ("entitled", 12_000)
    refused = determine(policy, {"minimum_living_allowance": False}, DAY)
    assert [condition.otherwise for condition in refused.failed] == ["不属于最低生活保障家庭"]
    assert determine(policy, {}, DAY).missing == ("minimum_living_allowance",)


def test_it_stands_beside_the_shipped_policies_in_its_county_only(
    content: Path, office: Path, library: Library
) -> None:
    both = load_library(content, office)
    here = {policy.id for policy in both.policies(division=450803, as_of=DAY)}
    assert here - {policy.id for policy in library.policies(division=450803, as_of=DAY)} == {"utility-allowance"}
    assert "utility-allowance" not in {policy.id for policy in both.policies(division=450802, as_of=DAY)}


def test_a_wrong_worked_example_is_caught(content: Path, office: Path) -> None:
    path = office / "packs" / "cn-450803" / "utility-allowance" / "examples.csv"
    path.write_text(FILES["examples.csv"].replace("entitled,120", "entitled,121"), encoding="utf-8")
    library = load_library(content, office)
    results = [run_example(library, example) for example in read_examples(library, [], "utility-allowance")]
    assert [result.holds for result in results] == [False, True]
    assert all(amount in results[0].differences[0] for amount in ("121.00", "120.00"))


def test_a_misspelt_fact_is_told_with_file_line_and_remedy(content: Path, office: Path) -> None:
    path = office / "packs" / "cn-450803" / "utility-allowance" / "2026-01-01.toml"
    path.write_text(FILES["2026-01-01.toml"].replace("最低生活保障对象", "最低生活保障户主"), encoding="utf-8")
    library = load_library(content, office)
    with pytest.raises(ContentError) as caught:
        library.policy("utility-allowance", division=450803, as_of=DAY)
    fault = caught.value.faults[0]
    assert (fault.file, fault.line) == (path, 4)
    assert "最低生活保障户主" in fault.what
    assert "最低生活保障对象" in fault.remedy
