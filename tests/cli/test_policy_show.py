"""``zhucan policy show``, ``explain`` and ``diff``: what they print is what the files say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.command import policy as typed
from zhucan.cli_words import WRONG_COMMAND
from zhucan.rules.content import shipped_content

HERE = ("--division", "450803", "--as-of", "2026-11-01")
KNOWN = (
    "--fact", "残疾等级=2", "--fact", "certificate_until=2030-01-01", "--fact", "需要长期照护=是",
    "--fact", "精神残疾等级=0",
)  # fmt: skip
ORIGIN = re.compile(r"(\S+\.(?:toml|csv)):(\d+)")


def line_at(place: tuple[str, str]) -> str:
    return Path(place[0]).read_text(encoding="utf-8").splitlines()[int(place[1]) - 1]


def test_every_origin_shown_is_the_line_it_says() -> None:
    code, said, _ = typed("show", "nursing-allowance", *HERE)
    assert code == 0
    conditions = [ORIGIN.search(line) for line in said.splitlines() if "出自    " in line]
    assert len(conditions) == 8
    assert {line_at(found.groups()) for found in conditions if found} == {"[[condition]]", "[[beside]]"}
    rate = re.search(r"桂民发〔2025〕25号 +cn-45:(\d+)\n  cn-45 = (\S+rates\.csv)", said)
    assert rate
    assert line_at((rate[2], rate[1])).startswith("standard,2025-01-01,45,")
    assert "（cn-45）" in said
    assert re.search(r"^  [0-9a-f]{64}$", said, re.MULTILINE)


def test_conditions_are_shown_by_id_and_by_label() -> None:
    by_id, by_label = typed("show", "nursing-allowance", *HERE)[1], typed("show", "nursing-allowance", *HERE, "--zh")[1]
    assert "level <= 2 or mental_level in (3, 4)" in by_id
    assert "残疾等级 <= 2 or 精神残疾等级 in (3, 4)" in by_label
    assert "意思    残疾等级 ≤ 2级，或者 精神残疾等级 是 3级 或 4级" in by_id


def test_percentages_of_a_standard_and_unpublished_rates_say_so() -> None:
    said = typed("show", "living-allowance", "--division", "33", "--as-of", "2026-11-01")[1]
    assert "按 minimum_living 的 30%" in said
    assert "未公布" in said


def test_a_terminal_draws_the_rates_as_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rich.console.Console.is_terminal", property(lambda _: True))
    said = typed("show", "living-allowance", "--division", "11", "--as-of", "2026-11-01")[1]
    assert "──" in said
    assert "400.00 元" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "nothing", *HERE), "现有"),
        (("show", "living-allowance", "--division", "4"), "2、4、6、9 或 12 位"),
        (("show", "living-allowance", "--division", "45", "--as-of", "2010-01-01"), "2016-01-01"),
        (("show", "living-allowance", "--division", "45", "--as-of", "去年"), "--as-of"),
        (("explain", "living-allowance", *HERE, "--fact", "残疾等级"), "名称=值"),
        (("explain", "living-allowance", *HERE, "--fact", "残疾等即=1"), "残疾等级"),
        (("explain", "living-allowance", *HERE, "--fact", "残疾等级=9"), "1级 到 4级"),
        (("explain", "living-allowance", *HERE, "--facts", "nowhere.csv"), "nowhere.csv"),
        (("diff", "living-allowance", *HERE), "--and-division"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(arguments: tuple[str, ...], words: str) -> None:
    code, said, errors = typed(*arguments)
    assert (code, said) == (WRONG_COMMAND, "")
    assert words in errors


def test_entitled_with_presumptions_named() -> None:
    code, said, _ = typed("explain", "nursing-allowance", *HERE, *KNOWN, "--presume")
    assert code == 0
    assert "结论：符合" in said
    assert "金额：每月 90.00 元" in said
    assert "都不是特困供养人员（特困供养人员：否）；结论靠这一项" in said
    assert re.search(r"标准“standard”：不分情况  90.00 元\n +来源  桂民发〔2025〕25号  \S+rates.csv:2", said)
    assert "还缺什么" not in said


def test_without_presuming_it_is_unknown_and_says_how_to_ask() -> None:
    said = typed("explain", "nursing-allowance", *HERE, *KNOWN)[1]
    assert "结论：待核实" in said
    assert "如果符合：每月 90.00 元" in said
    missing = said[said.index("还缺什么") :]
    assert "特困供养人员（extreme_poverty_support）" in missing
    assert "怎样问" in missing
    assert "哪里查" in missing
    assert "下一个问题" in missing


def test_not_entitled_says_the_first_reason_first_and_no_amount() -> None:
    said = typed("explain", "nursing-allowance", *HERE, *KNOWN, "--fact", "残疾等级=4", "--fact", "已死亡=是")[1]
    assert said.index("首要原因：本人已经去世（deceased）") < said.index("还有：残疾等级不在补贴范围内")
    assert "元" not in said.split("条件")[0]


def test_a_derived_fact_shows_its_inputs() -> None:
    said = typed("explain", "living-allowance", *HERE, "--fact", "残疾人证失效日=2026-11-01")[1]
    assert "残疾人证有效 否（由 当日 < 残疾人证失效日 算出：残疾人证失效日 2026-11-01）" in said


def test_an_overlap_shows_both_sums() -> None:
    said = typed("explain", "nursing-allowance", *HERE, *KNOWN, "--presume", "--fact", "老年护理补贴月标准=50")[1]
    assert "实际  老年护理补贴月标准 50.00 元；标准“standard” 90.00 元" in said
    assert "需先停另一项：老年护理补贴月标准（elderly_nursing_monthly）" in said


@pytest.mark.parametrize(("line", "verdict"), [(2, "符合"), (3, "不符合"), (4, "待核实")])
def test_a_worked_example_can_be_explained_from_its_row(line: int, verdict: str) -> None:
    examples = shipped_content() / "packs/cn/living-allowance/examples.csv"
    where = ("--division", "42", "--as-of", "2026-11-01")
    said = typed("explain", "living-allowance", *where, "--facts", examples, "--row", line)[1]
    assert f"结论：{verdict}\n" in said


def test_facts_come_from_toml_and_options_go_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "person.toml"
    file.write_text('"残疾等级" = 3\ncertificate_until = 2030-01-01\nneeds_long_term_care = true\n', encoding="utf-8")
    said = typed("explain", "nursing-allowance", *HERE, "--facts", file, "--fact", "level=1", "--presume")[1]
    assert "残疾等级 1级" in said
    assert "结论：符合" in said


def test_a_file_of_several_rows_needs_a_row() -> None:
    examples = shipped_content() / "packs/cn/living-allowance/examples.csv"
    code, _, errors = typed("explain", "living-allowance", *HERE, "--facts", examples)
    assert code == WRONG_COMMAND
    assert "--row" in errors


def test_two_places_are_compared_line_by_line() -> None:
    said = typed("diff", "living-allowance", *HERE, "--and-division", "11", "--zh")[1]
    assert "条件：增加 0，去掉 0，改动 1，相同 6" in said
    assert "第一版  最低生活保障对象\n" in said
    assert "第二版  最低生活保障对象 or 低收入家庭成员" in said
    assert re.search(r"standard +不分情况 +90.00 元 +没有", said)


def test_two_days_are_compared_and_sums_subtracted(tmp_path: Path) -> None:
    folder = tmp_path / "packs" / "cn-450803" / "living-allowance"
    folder.mkdir(parents=True)
    (folder / "policy.toml").write_text('extends = "cn/living-allowance"\n\n[[basis]]\ntitle = "本区办法"\n', "utf-8")
    row = "standard,{},450803,{},元/月,fen,本区办法,\n"
    rates = row.format("2026-01-01", 90) + row.format("2027-01-01", "112.50")
    (folder / "rates.csv").write_text("name,from,division,amount,unit,rounding,source,note\n" + rates, "utf-8")
    (folder / "2027-01-01.toml").write_text(
        '[[condition]]\nid = "age"\nwhen = "age >= 18"\nbasis = "本区办法"\nelse = "未满 18 周岁"\n', "utf-8"
    )
    said = typed("diff", "living-allowance", *HERE, "--and-as-of", "2027-01-01", "--content", tmp_path)[1]
    assert re.search(r"standard +不分情况 +90.00 元 +112.50 元 +\+22.50 元", said)
    assert "增加  age：age >= 18" in said
    assert "周岁 ≥ 18岁；依据 本区办法" in said


def test_equal_versions_are_said_to_be_equal() -> None:
    said = typed("diff", "living-allowance", *HERE, "--and-division", "450804")[1]
    assert "完全相同" in said
