"""``zhucan policy check`` and ``test`` as typed by whoever writes a policy."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.cli.command import policy as typed
from zhucan.cli_policy.sources import FOUND_MISTAKES
from zhucan.cli_words import WRONG_COMMAND, WRONG_CONTENT
from zhucan.rules.content import shipped_content

LIVING = Path("packs/cn/living-allowance")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped rules content, to break."""
    for part in ("vocabulary", "packs", "standards"):
        shutil.copytree(shipped_content() / part, tmp_path / part)
    return tmp_path


def replace(path: Path, old: str, new: str) -> int:
    """Replace once; the line where the new text begins."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def national() -> int:
    """How many policies there are: each has one national folder."""
    return sum(path.is_dir() for path in (shipped_content() / "packs" / "cn").iterdir())


def test_shipped_content_is_sound_and_counted() -> None:
    code, said, errors = typed("check")
    assert (code, errors) == (0, "")
    assert re.search(rf"政策 {national()} 项（\d+ 个文件夹）", said)
    assert said.endswith("没有发现错误。\n")


def test_each_fault_is_one_line_with_its_place_and_remedy(copy: Path) -> None:
    rules, rates = copy / LIVING / "2016-01-01.toml", copy / "packs/cn-45/living-allowance/rates.csv"
    first = replace(rules, '"minimum_living_allowance"', '"minimum_livng_allowance"')
    second = replace(rates, "元/月", "元/年")
    code, said, _ = typed("check", "--content", copy, "--alone")
    assert code == FOUND_MISTAKES
    assert "发现 2 处错误，在 2 个文件里" in said
    told = [line for line in said.splitlines() if ": " in line and "改法" in line]
    assert told[0].startswith(f"{rates}:{second}: 单位是“元/年”")
    assert told[1].startswith(f"{rules}:{first}: 词汇表里没有“minimum_livng_allowance”")
    assert "minimum_living_allowance" in told[1].split("改法")[1]


def test_a_terminal_shows_the_line_itself(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rich.console.Console.is_terminal", property(lambda _: True))
    line = replace(copy / LIVING / "2016-01-01.toml", '"minimum_living_allowance"', '"minimum_livng_allowance"')
    said = typed("check", "--content", copy, "--alone")[1]
    assert f'    {line} | when = "minimum_livng_allowance"' in said
    assert f'{line} | when = "minimum' not in typed("check", "--content", copy, "--alone", "--plain")[1]


def test_a_copy_of_everything_beside_the_original_is_recognised(copy: Path) -> None:
    code, said, _ = typed("check", "--content", copy)
    assert code == FOUND_MISTAKES
    assert "请加 --alone" in said
    assert "政策还没有检查" in said


def test_an_office_adds_its_own_folder_to_what_is_shipped(tmp_path: Path) -> None:
    folder = tmp_path / "packs" / "cn-450803" / "living-allowance"
    folder.mkdir(parents=True)
    (folder / "policy.toml").write_text('extends = "cn/living-allowance"\n\n[[basis]]\ntitle = "本区办法"\n', "utf-8")
    (folder / "rates.csv").write_text(
        "name,from,division,amount,unit,rounding,source,note\nstandard,2026-01-01,450803,100,元/月,fen,本区办法,\n",
        "utf-8",
    )
    assert typed("check", "--content", tmp_path)[0] == 0
    shown = typed("show", "living-allowance", "--division", "450803", "--as-of", "2026-11-01", "--content", tmp_path)[1]
    assert "cn → cn-45 → cn-450803" in shown
    assert "100.00 元" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "--content", "nowhere"), "不是文件夹"),
        (("check", "--alone"), "--content"),
        (("test", "no-such-policy"), "living-allowance（困难残疾人生活补贴）"),
        (("chek",), "check"),
    ],
)
def test_a_wrong_command_says_what_to_write(arguments: tuple[str, ...], words: str) -> None:
    code, said, errors = typed(*arguments)
    assert (code, said) == (WRONG_COMMAND, "")
    assert words in errors


def test_a_folder_without_content_is_refused(tmp_path: Path) -> None:
    code, _, errors = typed("check", "--content", tmp_path)
    assert code == WRONG_COMMAND
    assert "上一级文件夹" in errors


def test_all_worked_examples_hold_and_each_condition_is_tried() -> None:
    code, said, _ = typed("test")
    assert code == 0
    counts = re.findall(r"^  ([a-z-]+) +\S+ +(\d+) +(\d+) +(\d+)$", said, re.MULTILINE)
    assert len(counts) == national()
    assert all(int(examples) >= 8 and examples == same and differ == "0" for _, examples, same, differ in counts)
    assert "所有例子都与算得的相同" in said


def test_one_policy_is_tested_by_its_chinese_name() -> None:
    said = typed("test", "困难残疾人生活补贴")[1]
    assert "living-allowance" in said
    assert "nursing-allowance" not in said


def test_a_failing_example_says_what_differs_and_why(copy: Path) -> None:
    path = copy / "packs/cn-45/living-allowance/examples.csv"
    line = replace(path, "entitled,90", "entitled,120")
    code, said, _ = typed("test", "living-allowance", "--content", copy, "--alone")
    assert code == FOUND_MISTAKES
    assert "1 个例子与算得的不同" in said
    assert f"{path}:{line}: " in said
    assert "金额应为 120.00 元，算得 90.00 元" in said


def test_a_failing_verdict_names_the_conditions(copy: Path) -> None:
    replace(
        copy / LIVING / "2016-01-01.toml", 'when = "minimum_living_allowance"', 'when = "not minimum_living_allowance"'
    )
    code, said, _ = typed("test", "living-allowance", "--content", copy, "--alone")
    assert code == FOUND_MISTAKES
    assert re.search(r"应为符合，算得不符合", said)
    assert "不满足 hardship：" in said


def test_conditions_no_example_fails_are_named(copy: Path) -> None:
    for path in (copy / "packs").glob("*/living-allowance/examples.csv"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if ",orphan," not in line), encoding="utf-8")
    said = typed("test", "living-allowance", "--content", copy, "--alone")[1]
    assert "living-allowance：orphan" in said


def test_broken_content_is_refused_before_testing(copy: Path) -> None:
    replace(copy / LIVING / "2016-01-01.toml", "[[condition]]", "[[conditions]]")
    code, said, errors = typed("test", "--content", copy, "--alone")
    assert (code, said) == (WRONG_CONTENT, "")
    assert "不认识 conditions" in errors


def test_help_is_in_chinese_for_every_command() -> None:
    for command in ("check", "test", "show", "explain", "diff", "simulate"):
        code, said, _ = typed(command, "--help")
        assert code == 0
        assert said.startswith("用法：")
        assert "--content" in said
        assert "Usage" not in said
