"""What `pip install zhucan` gives: the library, the command, and the content beside them."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return wheel.namelist()


def test_all_content_is_in_the_wheel(members: list[str]) -> None:
    content = ROOT / "content"
    shipped = {path.relative_to(content).as_posix() for path in content.rglob("*") if path.is_file()}
    shipped = {name for name in shipped if not name.rpartition("/")[2].startswith((".", "~"))}
    prefix = "zhucan/_content/"
    assert len(shipped) > 30
    assert shipped == {name.removeprefix(prefix) for name in members if name.startswith(prefix)}


def test_modules_templates_messages_and_types_are_in_the_wheel_and_tests_are_not(members: list[str]) -> None:
    source = ROOT / "src"
    modules = {path.relative_to(source).as_posix() for path in (source / "zhucan").rglob("*.py")}
    assert modules <= set(members)
    assert "zhucan/py.typed" in members
    assert any(name.endswith("summary.html") for name in members)
    assert "zhucan/web/locale/en/LC_MESSAGES/django.mo" in members
    assert not [name for name in members if name.startswith(("tests/", "docs/", "benchmarks/"))]


def test_the_command_is_declared(members: list[str]) -> None:
    assert any(name.endswith("entry_points.txt") for name in members)
