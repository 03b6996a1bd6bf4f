"""The summary page read aloud, compared with a transcript that was read and approved (bar A4)."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import program
from tests.web.pages import STATES

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
READER = HERE / "node_modules" / "@guidepup" / "virtual-screen-reader"
ROLE_WORDS = re.compile(
    r"^(end of )?(document|link|banner|paragraph|main|heading|list|listitem|region|table|caption|rowgroup|row"
    r"|columnheader|rowheader|cell|image|contentinfo)\b|, level \d|, position \d+|, set size \d+|xlsx"
)

pytestmark = [
    pytest.mark.needs("node"),
    pytest.mark.skipif(
        not READER.is_dir() and os.environ.get("CI") != "true",
        reason="needs the screen reader of tests/web: run `npm ci` in that folder",
    ),
]


def transcript(page: Path) -> str:
    """What a screen reader says from the first to the last word of a page, one phrase a line."""
    assert READER.is_dir(), "the screen reader is missing: run `npm ci` in tests/web"
    node = program("node")
    assert node, "Node is missing: apt install nodejs npm"
    said = subprocess.run(
        [node, str(HERE / "transcript.mjs"), str(page)], capture_output=True, text=True, timeout=120, check=False
    )
    assert said.returncode == 0, said.stderr
    return said.stdout


@pytest.mark.parametrize("state", STATES)
def test_the_page_reads_as_approved(pages, state):
    golden = GOLDEN / f"summary-{state}.txt"
    said = transcript(pages[state])
    if os.environ.get("ZHUCAN_WRITE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_nameless_doubled_or_foreign(pages, state):
    lines = transcript(pages[state]).splitlines()
    assert lines[0] == "document"
    assert lines[-1] == "end of document"
    named = [line for line in lines if re.match(r"(link|region|table|image|heading)\b", line)]
    assert all(", " in line for line in named)
    doubled = Counter(line for line in named if line.startswith(("region", "table")))
    assert [line for line, count in doubled.items() if count > 1] == []
    assert "---" not in "\n".join(lines)
    foreign = [line for line in lines if re.search(r"[A-Za-z]{3,}", ROLE_WORDS.sub("", line))]
    assert foreign == []
