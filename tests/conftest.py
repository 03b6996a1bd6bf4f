"""Shared by all tests: programs the machine may lack, and a plain terminal."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import cache

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import flushing

flushing.let_flush()

PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "node": ("node",),
    "soffice": ("soffice", "libreoffice"),
    "pdftoppm": ("pdftoppm",),
}
"""The programs ``@pytest.mark.needs`` accepts, and the names each goes by. It also accepts ``postgres``."""
POSTGRES = os.environ.get("ZHUCAN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
"""A PostgreSQL server that lets tests make databases."""


def program(name: str) -> str | None:
    """The path of a program a test calls, or None where the machine lacks it."""
    return next((path for path in map(shutil.which, PROGRAMS[name]) if path), None)


@cache
def postgres_answers() -> bool:
    """Whether ``POSTGRES`` lets us in."""
    import psycopg

    try:
        psycopg.connect(POSTGRES, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def is_here(name: str) -> bool:
    """Whether this machine has what a test needs."""
    return postgres_answers() if name == "postgres" else program(name) is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a program this machine lacks; where CI=true let it run and fail instead."""
    for item in items:
        wanted = [name for marker in item.iter_markers("needs") for name in marker.args]
        absent = [name for name in wanted if not is_here(name)]
        if absent and os.environ.get("CI") != "true":
            item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(absent)}, not on this machine"))


@pytest.fixture
def postgres_url() -> str:
    """A PostgreSQL server for a test's own databases (tests that use it are marked ``needs("postgres")``)."""
    assert postgres_answers(), "PostgreSQL is missing: apt install postgresql, or set ZHUCAN_TEST_POSTGRES"
    return POSTGRES


@pytest.fixture
def chromium_path() -> str:
    """The Chromium of this machine; fails where it is missing (tests that use it are marked ``needs("chromium")``)."""
    path = program("chromium")
    assert path, "Chromium is missing: apt install chromium"
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window, for one module: while it is open Playwright's event loop runs in this thread, and
    neither Django's database nor a second browser may be used. A test that uses it is marked ``needs("chromium")``."""
    path = program("chromium")
    assert path, "Chromium is missing: apt install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colour, no terminal width of the developer's own."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
