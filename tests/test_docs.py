"""What is written down is true: every path named exists, every command and option shown can be typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from zhucan import __version__
from zhucan.cli import app

ROOT = Path(__file__).resolve().parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
PAGES = sorted([*READMES, ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#]+?)(?:#[^)]*)?\)")
TARGET = re.compile(r"\bmake ([a-z]+)\b")
COMMAND = re.compile(r"zhucan ((?:policy |audit )?[a-z]+(?:-[a-z]+)*)((?: [^`\n#]*)?)")
OPTION = re.compile(r"--[a-z][a-z-]*")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code_in(page: Path) -> list[str]:
    """Fenced blocks and inline code."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```[a-z]*\n(.*?)```", text, flags=re.DOTALL)
    return [line for block in blocks for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", text)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
    assert not [target for target in targets if not (page.parent / target).exists()]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_in_code_exists(page: Path) -> None:
    """Paths from the repository's top: content/…, src/…, docs/…, tests/…, requirements/…"""
    roots = ("content/", "src/", "docs/", "tests/", "requirements/", "benchmarks/", ".ci/")
    named = [text for text in code_in(page) if text.startswith(roots) and not re.search(r"[<…*\s]", text)]
    assert not [path for path in named if not (ROOT / path).exists()]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert {target for line in code_in(page) for target in TARGET.findall(line)} <= targets


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_and_option_can_be_typed(page: Path) -> None:
    for line in code_in(page):
        for command, rest in COMMAND.findall(line):
            shown = CliRunner().invoke(app, [*command.split(), "--help"])
            assert shown.exit_code == 0, f"zhucan {command}"
            assert not [option for option in OPTION.findall(rest) if option not in shown.output], line


@pytest.mark.parametrize("page", READMES, ids=name_of)
def test_readme_opens_with_words_then_a_picture_then_two_commands(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert 0 < text.index("zhucan") < text.index("![") < text.index("make demo") < text.index("make test")
    assert text.index("make test") < 3000


def test_both_readmes_say_the_same() -> None:
    """The same pictures, commands, links and outputs in both languages."""
    english, chinese = (page.read_text(encoding="utf-8") for page in READMES)
    assert len(LINK.findall(english)) == len(LINK.findall(chinese))
    for pattern in (r"docs/images/[\w-]+\.png", r"^\| `([^`]+)` \|", r"make [a-z]+", r"--[a-z-]+"):
        assert set(re.findall(pattern, english, re.MULTILINE)) == set(re.findall(pattern, chinese, re.MULTILINE)), (
            pattern
        )


def test_changelog_is_the_package_version_or_unreleased() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## Unreleased" in text or f"## {__version__}" in text
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
