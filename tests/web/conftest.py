"""The pages under test, and the machine's own browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import program
from tests.web.pages import STATES, write_page


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every state of the page, by name."""
    folder = tmp_path_factory.mktemp("pages")
    return {state: write_page(state, folder) for state in STATES}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window; a test that uses it is marked ``needs("chromium")``."""
    path = program("chromium")
    assert path, "Chromium is missing: apt install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()
