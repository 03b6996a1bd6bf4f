"""Policies flattened for a place and a day: layers, replaced conditions, sheets of rates, what is in force."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tests.rules.mistakes import LOCAL_POLICY, LOCAL_RATES, LOCAL_RULES, PERSON, POLICY, RATES, RULES, SOUND
from tests.rules.small_content import small_content
from zhucan.rules.content import shipped_content
from zhucan.rules.determine import Verdict, determine
from zhucan.rules.errors import ContentError, Fault, UnknownName
from zhucan.rules.examples import read_examples, run_example
from zhucan.rules.library import check_library, load_library, read_library
from zhucan.rules.policy import rounded

BEFORE, AFTER = date(2024, 6, 1), date(2026, 6, 1)
LEVEL_2 = {"covered": True, "level": 2, "category": 4, "elderly_monthly": 0}


def faults_of(*contents: Path) -> list[str]:
    faults: list[Fault] = []
    library = read_library(contents, faults)
    check_library(library, faults)
    return [str(fault) for fault in faults]


def test_the_local_layer_is_in_force_from_its_day_in_its_place(tmp_path: Path) -> None:
    library = load_library(small_content(tmp_path))
    national = library.policy("aid", division=44, as_of=AFTER)
    before = library.policy("aid", division=45, as_of=BEFORE)
    local = library.policy("aid", division=450803, as_of=AFTER)
    assert [policy.layers for policy in (national, before, local)] == [("cn",), ("cn", "cn-45"), ("cn", "cn-45")]
    assert [policy.condition("level").text for policy in (national, before, local)] == [
        "level <= 2", "level <= 2", 'level <= 2 or category == "精神"',
    ]  # fmt: skip
    assert [determine(p, LEVEL_2, AFTER).amount_fen for p in (national, before, local)] == [8000, 8000, 21000]
    assert local.condition("level").origin.place == "cn-45"
    assert local.since == date(2025, 1, 1)
    with pytest.raises(KeyError):
        local.condition("other")


def test_twelve_digit_codes_mean_the_place_they_stand_for(tmp_path: Path) -> None:
    library = load_library(small_content(tmp_path))
    county = library.policy("aid", division=450803, as_of=AFTER)
    for division in (45, 4508, 450803000000, 450803001, 450803001000, 450803001001):
        assert library.policy("aid", division=division, as_of=AFTER).fingerprint == county.fingerprint
    assert library.policy("aid", division=0, as_of=AFTER).layers == ("cn",)
    assert library.policy("aid", division=44, as_of=AFTER).fingerprint != county.fingerprint


def test_asking_for_what_is_not_there_says_what_is(tmp_path: Path) -> None:
    library = load_library(small_content(tmp_path))
    assert library.ids == ("aid",)
    with pytest.raises(UnknownName, match=r"没有政策“other”。现有：aid"):
        library.policy("other", division=45, as_of=AFTER)
    with pytest.raises(UnknownName, match="没有施行"):
        library.policy("aid", division=45, as_of=date(2015, 12, 31))
    assert library.policies(division=45, as_of=date(2015, 12, 31)) == ()
    assert [policy.id for policy in library.policies(division=45, as_of=AFTER)] == ["aid"]
    assert library.policies(division=45, as_of=AFTER, subject="organisation") == ()
    with pytest.raises(UnknownName, match=r"词汇表里没有“coverd”.*covered"):
        library.vocabulary.fact("coverd")


def test_mistakes_stop_loading_and_are_all_named(tmp_path: Path) -> None:
    broken = small_content(tmp_path, {RULES: SOUND[RULES].replace('"covered"', '"coverd"')})
    library = load_library(broken)  # expressions are read when a policy is asked for
    with pytest.raises(ContentError, match=r"没有“coverd”"):
        library.policy("aid", division=45, as_of=AFTER)
    example = read_examples(library, [])[0]
    assert "coverd" in run_example(library, example).differences[0]
    small_content(tmp_path, {PERSON: SOUND[PERSON].replace('zh = "低保对象"', 'zh = "低保 对象"')})
    with pytest.raises(ContentError) as caught:
        load_library(tmp_path)
    assert caught.value.faults[0].file.name == "person.toml"
    assert "person.toml:3: " in str(caught.value)


def test_a_policy_may_end(tmp_path: Path) -> None:
    small_content(tmp_path, {"packs/cn/aid/2026-01-01.toml": "ended = true\n"})
    library = load_library(tmp_path)
    assert len(library.policies(division=45, as_of=BEFORE)) == 1
    assert library.policies(division=45, as_of=AFTER) == ()
    assert faults_of(tmp_path) == []


def test_the_newest_sheet_of_the_nearest_place_decides_as_a_whole(tmp_path: Path) -> None:
    rates = (
        SOUND[RATES]
        + "standard,2024-01-01,,1,120,,,元/月,fen,新文,\n"
        + "standard,2025-01-01,4401,1,150,,,元/月,fen,市,\n"
    )
    library = load_library(small_content(tmp_path, {RATES: rates}))

    def due(division: int, level: int, on: date) -> int | None:
        policy = library.policy("aid", division=division, as_of=on)
        return determine(policy, LEVEL_2 | {"level": level}, on).amount_fen

    assert [due(44, level, date(2023, 1, 1)) for level in (1, 2)] == [10000, 8000]
    assert [due(44, level, BEFORE) for level in (1, 2)] == [12000, None]
    assert [due(440106, level, AFTER) for level in (1, 2)] == [15000, None]
    assert due(440106, 1, BEFORE) == 12000


def test_a_rate_not_published_leaves_the_verdict_and_says_why(tmp_path: Path) -> None:
    gap = SOUND[RATES].replace(
        "standard,2016-01-01,,2,80,,,元/月,fen,国发〔2015〕52号,",
        "standard,2016-01-01,,2,,,,元/月,fen,国发〔2015〕52号,二级标准未公布",
    )
    library = load_library(small_content(tmp_path, {RATES: gap}))
    found = determine(library.policy("aid", division=44, as_of=AFTER), LEVEL_2, AFTER)
    assert (found.verdict, found.amount_fen, found.amount_reason) == (Verdict.ENTITLED, None, "二级标准未公布")
    assert found.missing == ()
    assert found.verdict.zh == "符合"
    no_row = determine(library.policy("aid", division=44, as_of=AFTER), LEVEL_2 | {"level": 1}, AFTER)
    assert no_row.amount_fen == 10000


def test_a_percentage_without_its_standard_is_unknown_with_the_reason(tmp_path: Path) -> None:
    library = load_library(
        small_content(
            tmp_path,
            {"standards/minimum.csv": "from,division,amount,unit,source,note\n2030-01-01,45,700,元/月,将来,\n"},
        )
    )
    found = determine(library.policy("aid", division=45, as_of=AFTER), LEVEL_2, AFTER)
    assert (found.amount_fen, found.amount_reason) == (None, "按“minimum”的比例计算，但本地这项标准还没有登记")


def test_a_standard_of_nothing_is_told_where_nothing_fits(tmp_path: Path) -> None:
    late = SOUND[RATES].replace("2016-01-01,,1", "2020-01-01,,1").replace("2016-01-01,,2", "2020-01-01,,2")
    library = load_library(
        small_content(tmp_path, {RATES: late, LOCAL_POLICY: None, LOCAL_RATES: None, LOCAL_RULES: None})
    )
    found = determine(library.policy("aid", division=44, as_of=date(2018, 1, 1)), LEVEL_2, date(2018, 1, 1))
    assert (found.amount_fen, found.amount_reason) == (None, "没有找到适用的标准“standard”")


def test_what_gives_no_money_has_no_amount(tmp_path: Path) -> None:
    service = SOUND[RULES].split("[[beside]]")[0] + '[outcome]\nkind = "service"\n'
    library = load_library(
        small_content(tmp_path, {RULES: service, RATES: None, LOCAL_RATES: None, "packs/cn/aid/examples.csv": None})
    )
    found = determine(library.policy("aid", division=44, as_of=AFTER), LEVEL_2, AFTER)
    assert (found.verdict, found.amount_fen, found.amount_reason) == (Verdict.ENTITLED, None, "")


@pytest.mark.parametrize(
    ("theirs", "verdict", "stop_first"),
    [
        (0, Verdict.ENTITLED, ()),
        (7999, Verdict.ENTITLED, ("elderly_monthly",)),
        (8000, Verdict.NOT, ()),
        (None, Verdict.UNKNOWN, ()),
    ],
)
def test_of_two_benefits_the_higher(
    tmp_path: Path, theirs: int | None, verdict: Verdict, stop_first: tuple[str, ...]
) -> None:
    policy = load_library(small_content(tmp_path)).policy("aid", division=44, as_of=AFTER)
    found = determine(policy, LEVEL_2 | {"elderly_monthly": theirs}, AFTER)
    assert (found.verdict, found.stop_first) == (verdict, stop_first)


def test_layers_that_do_not_fit_together_are_told(tmp_path: Path) -> None:
    twice = {"packs/cn-44/aid/policy.toml": SOUND[POLICY], "packs/cn-44/aid/2016-01-01.toml": SOUND[RULES]}
    assert any("“aid”已在 cn 定义" in fault for fault in faults_of(small_content(tmp_path / "a", twice)))
    two_roots = small_content(tmp_path / "b"), tmp_path / "c"
    (two_roots[1] / "packs" / "cn-45" / "aid").mkdir(parents=True)
    (two_roots[1] / LOCAL_POLICY).write_text(SOUND[LOCAL_POLICY], encoding="utf8")
    (two_roots[1] / LOCAL_RULES).write_text(SOUND[LOCAL_RULES], encoding="utf8")
    assert any("cn-45 有两个“aid”" in fault for fault in faults_of(*two_roots))
    orphan = small_content(tmp_path / "d", {POLICY: None, RULES: None, RATES: None, "packs/cn/aid/examples.csv": None})
    assert any("extends “cn/aid”不存在" in fault for fault in faults_of(orphan))


def test_an_example_that_fails_says_how(tmp_path: Path) -> None:
    rows = [
        "id,division,as_of,低保对象,残疾等级,老年补贴月标准,verdict,amount,reason,note",
        "verdict,44,2024-06-01,是,1,0,not,,,", "amount,44,2024-06-01,是,1,0,entitled,90,,",
        "known,44,2024-06-01,是,1,0,entitled,未知,,", "reason,44,2024-06-01,否,1,0,not,,level,",
        "place,44,2010-06-01,是,1,0,entitled,,,", "none,44,2024-06-01,是,1,0,entitled,,level,",
    ]  # fmt: skip
    library = load_library(small_content(tmp_path, {"packs/cn/aid/examples.csv": "\n".join(rows)}))
    faults: list[Fault] = []
    results = [run_example(library, example) for example in read_examples(library, faults, "aid")]
    assert faults == []
    assert not any(result.holds for result in results)
    said = [result.differences[0] for result in results]
    assert said[:4] == [
        "应为不符合，算得符合", "金额应为 90.00 元，算得 100.00 元", "金额应为未知，算得 100.00 元",
        "首要原因应为 level，算得 hardship",
    ]  # fmt: skip
    assert "没有施行" in said[4]
    assert said[5] == "首要原因应为 level，算得 无"


@pytest.mark.parametrize(("value", "step", "expected"), [(50, 100, 100), (49, 100, 0), (5, 10, 10), (1, 1, 1)])
def test_amounts_round_half_up(value: int, step: int, expected: int) -> None:
    assert rounded(value, step) == expected


def test_missing_content_says_to_install_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert (shipped_content() / "packs").is_dir()
    monkeypatch.setattr("zhucan.rules.content.__file__", str(tmp_path / "a" / "b" / "c.py"))
    with pytest.raises(FileNotFoundError, match="重新安装"):
        shipped_content()


def test_rates_are_shown_with_the_row_they_were_written_in(tmp_path: Path) -> None:
    library = load_library(small_content(tmp_path))
    policy = library.policy("aid", division=450803, as_of=AFTER)
    ((raw, row),) = library.written_rates(policy)["standard"]
    assert (raw.file.name, raw.line, raw.percentage, row.value) == ("rates.csv", 2, Fraction(30, 100), 21000)
    assert row.source == "桂民发〔2025〕25号；桂民发〔2024〕1号"
