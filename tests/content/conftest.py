"""The shipped content, read once for all tests here."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhucan.rules.content import shipped_content
from zhucan.rules.errors import Fault
from zhucan.rules.library import Library, check_library, read_library


@pytest.fixture(scope="session")
def content() -> Path:
    """The folder of the shipped content."""
    return shipped_content()


@pytest.fixture(scope="session")
def library(content: Path) -> Library:
    """The shipped library; fails with every mistake found, flattened for each place and day something changes."""
    faults: list[Fault] = []
    found = read_library([content], faults)
    check_library(found, faults)
    assert not faults, "\n".join(map(str, faults))
    return found
