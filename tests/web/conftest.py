"""The pages under test, and the machine's own browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.pages import STATES, write_page


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every state of the page, by name."""
    folder = tmp_path_factory.mktemp("pages")
    return {state: write_page(state, folder) for state in STATES}
