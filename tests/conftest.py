"""Shared by all tests: programs the machine may lack, and a plain terminal."""

from __future__ import annotations

import os
import shutil

import pytest

PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "node": ("node",),
    "soffice": ("soffice", "libreoffice"),
    "pdftoppm": ("pdftoppm",),
}
"""What ``@pytest.mark.needs`` accepts, and the names each goes by."""


def program(name: str) -> str | None:
    """The path of a program a test calls, or None where the machine lacks it."""
    return next((path for path in map(shutil.which, PROGRAMS[name]) if path), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a program this machine lacks; where CI=true let it run and fail instead."""
    for item in items:
        wanted = [name for marker in item.iter_markers("needs") for name in marker.args]
        absent = [name for name in wanted if program(name) is None]
        if absent and os.environ.get("CI") != "true":
            item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(absent)}, not on this machine"))


@pytest.fixture
def chromium_path() -> str:
    """The Chromium of this machine; fails where it is missing (tests that use it are marked ``needs("chromium")``)."""
    path = program("chromium")
    assert path, "Chromium is missing: apt install chromium"
    return path


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colour, no terminal width of the developer's own."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
