"""The command line's own words: help, complaints, version, exit codes, widths."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
import typer
from rich.console import Console

from tests.cli.command import typed
from zhucan import __version__, cli_words
from zhucan.cli_words import Screen, complaint, day, padded, width_of


@pytest.mark.parametrize("command", [(), ("match",), ("demo",)])
def test_help_is_chinese(command: tuple[str, ...]) -> None:
    code, said, _ = typed(*command, "--help")
    assert code == 0
    assert said.startswith("用法：")
    assert not [word for word in ("Usage", "Options", "Arguments", "Commands", "Show this", "required") if word in said]


def test_exit_codes_are_in_the_help() -> None:
    _, said, _ = typed("--help")
    joined = "".join(said.split())
    assert "".join(cli_words.EXIT_CODES.split()) in joined


def test_version() -> None:
    assert typed("--version") == (0, f"zhucan {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mach",), "没有“mach”这个命令。"),
        (("match",), "缺少 "),
        (("match", ".", "--division"), "--division 后面要写内容。"),
        (("match", ".", "--divison", "450803"), "没有 --divison 这个选项。您要写的可能是 --division。"),
        (("demo", "--out", "x", "--persons", "many"), "--persons 的内容不对。"),
        (("demo", "extra", "--out", "x"), "多出了“extra”。"),
    ],
)
def test_wrongly_typed_commands_are_told_in_chinese(arguments: tuple[str, ...], said: str) -> None:
    code, out, errors = typed(*arguments)
    assert code == 2
    assert errors.startswith(said)
    assert "zhucan --help" in errors
    assert out == ""


def test_without_arguments_the_help_is_shown() -> None:
    _, out, errors = typed()
    assert "用法：" in out + errors
    assert "match" in out + errors


def test_an_unknown_complaint_is_passed_on_with_the_way_to_help() -> None:
    assert complaint("Something new").startswith("Something new")
    assert "zhucan --help" in complaint("Something new")


def test_demo_says_what_it_wrote_and_what_comes_next(tmp_path: Path) -> None:
    code, said, _ = typed("demo", "--out", tmp_path / "d", "--persons", 220)
    assert code == 0
    assert "持证残疾人 220 人，11 份名单" in said
    assert f"zhucan match {tmp_path / 'd' / 'files'} --division 450803 --as-of 2026-11-01" in said


def test_demo_refuses_too_few_people_and_a_place_it_cannot_write(tmp_path: Path) -> None:
    few = typed("demo", "--out", tmp_path / "d", "--persons", 5)
    assert few[0] == 2
    assert "至少要 200 人" in few[2]
    (tmp_path / "file").write_text("", encoding="utf-8")
    blocked = typed("demo", "--out", tmp_path / "file", "--persons", 220)
    assert blocked[0] == 4
    assert "不能写到" in blocked[2]


def test_day_left_out_is_today_and_nonsense_ends_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert day(None, "--as-of") == date.today()
    assert day("2026-02-28", "--as-of") == date(2026, 2, 28)
    with pytest.raises(typer.Exit):
        day("2026-02-29", "--as-of")
    assert "请写成 2026-11-01 这样" in capsys.readouterr().err


def test_columns_line_up_where_characters_are_wide() -> None:
    assert padded("低保", 6) == "低保  "
    assert padded("roster", 4) == "roster"
    assert width_of(["低保", "abc"]) == 4
    assert width_of([]) == 0


def test_a_terminal_gets_a_progress_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(cli_words, "Console", lambda **options: Console(file=written, force_terminal=True, **options))
    screen = Screen(plain=False)
    screen.heading("四个数")
    screen.say("应享未享")
    with screen.steps("读取名单") as steps:
        steps("清理花名册", 2, 5)
    assert "应享未享" in written.getvalue()
    assert "清理花名册" in written.getvalue()
    assert "2/5" in written.getvalue()
