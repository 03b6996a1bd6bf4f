"""House rules that hold for every source file: size, documentation, no traces of a machine, locked dependencies."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for path in (ROOT / "src").rglob("*.py") if path.parent.name != "migrations")  # made by Django
PYTHON = sorted([*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")])
LONGEST_FUNCTION, LONGEST_FILE = 60, 500
USUAL_FUNCTION, USUAL_FILE = 25, 350
MACHINE = re.compile(r"(?<![\w.])/(?:home|root|Users|work|tmp|opt|mnt)/\w|(?<!\w)[A-Z]:\\\\?Users")
"""Paths of somebody's machine."""
PINYIN_FREE = re.compile(r"^[\x00-\x7f]*$")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> list[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def length(function: Function) -> int:
    """Lines from ``def`` to the end, without the docstring."""
    first = function.body[0]
    has_docstring = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def tracked() -> list[Path]:
    """The files of the repository that are text."""
    if shutil.which("git") is None:
        pytest.skip("git is not on this machine")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    binary = {".parquet", ".png", ".xlsx", ".xls"}
    return [path for path in paths if path.is_file() and path.suffix not in binary]


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_no_file_and_no_function_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    too_long = {function.name: length(function) for function in functions(path) if length(function) > LONGEST_FUNCTION}
    assert not too_long


def test_nine_of_ten_files_and_functions_are_short() -> None:
    files = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES)
    lengths = sorted(length(function) for path in SOURCES for function in functions(path))
    assert files[len(files) * 9 // 10] <= USUAL_FILE
    assert lengths[len(lengths) * 9 // 10] <= USUAL_FUNCTION


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_public_name_says_what_it_promises(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module has no docstring"
    documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    public = [node for node in tree.body if isinstance(node, documented) and not node.name.startswith("_")]
    assert not [node.name for node in public if not ast.get_docstring(node)]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_any_and_no_unfinished_work(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    assert "Any" not in names
    assert not re.search(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError", text)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_identifiers_are_plain_english_letters(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [node.name for node in ast.walk(tree) if isinstance(node, Function | ast.ClassDef)]
    assert not [name for name in names if not PINYIN_FREE.match(name)]


def test_nothing_in_the_repository_names_a_machine() -> None:
    found = []
    for path in tracked():
        if path.name == Path(__file__).name:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{name_of(path)}: {hit.group()}" for hit in MACHINE.finditer(text)]
    assert not found


def test_user_facing_sentences_have_no_exclamation_marks() -> None:
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "！" in node.value:
                found.append(f"{name_of(path)}:{node.lineno}")
    assert not found


def test_every_dependency_gives_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if re.match(r'\s+"[A-Za-z][\w.-]*>=', line)]
    assert len(lines) >= 15
    assert not [line for line in lines if "#" not in line]


def test_the_lists_for_pip_are_those_of_the_lock() -> None:
    locked = {
        package["name"]: package["version"] for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    }
    for name in ("run.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text()
        pinned = dict(re.findall(r"^([a-z0-9][\w.-]*)==([^ ;\\]+)", text, flags=re.MULTILINE))
        assert pinned
        assert {package: locked.get(package) for package in pinned} == pinned
        assert text.count("==") <= text.count("--hash=sha256:")
        assert "://" not in text


def test_the_lock_is_the_one_asked_for() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    ours = next(package for package in lock["package"] if package["name"] == "zhucan")
    wanted = [
        *asked["project"]["dependencies"],
        *(one for one in asked["dependency-groups"]["dev"] if isinstance(one, str)),
    ]
    held = {one["name"] for one in ours["metadata"]["requires-dist"]}
    held |= {one["name"] for one in ours["metadata"]["requires-dev"]["dev"]}
    assert {re.split(r"[>=]", one)[0].lower() for one in wanted} <= held


def test_the_lock_names_the_public_index_only() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text()))
    assert hosts <= {"pypi.org", "files.pythonhosted.org"}
