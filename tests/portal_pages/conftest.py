"""The portal of a small office in a real browser: made once a run, copied for each module."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Server, Visitor, make_office, start
from tests.portal_pages.office import MODULE


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``tests.portal_pages.office`` makes; one for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    made = base / "portal-office"
    with (base / "portal-office.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made / "pages.json").is_file():
            make_office(made, module=MODULE)
    return made


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application over a copy of it."""
    one = start(folder, tmp_path_factory.mktemp("portal"), which="pages")
    yield one
    one.stop()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visitor]:
    """See ``Visitor``; at the end nothing may have gone wrong in any of its pages."""
    visitor = Visitor(browser)
    yield visitor
    for context in visitor.contexts:
        context.close()
    assert visitor.seen.faults == []
