"""Pages read aloud by a virtual screen reader, and what may be heard in them besides our words."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.conftest import program

WEB = Path(__file__).resolve().parents[1] / "web"
READER = WEB / "node_modules" / "@guidepup" / "virtual-screen-reader"
NEEDED = (
    pytest.mark.needs("node"),
    pytest.mark.skipif(
        not READER.is_dir() and os.environ.get("CI") != "true",
        reason="needs the screen reader of tests/web: run `npm ci` in that folder",
    ),
)
"""Marks of tests that read aloud."""
SPOKEN_ROLES = re.compile(
    r"^end(?=,)|^(end of )?(figure|figcaption|document|link|banner|paragraph|main|heading|list|listitem|region|table"
    r"|caption|rowgroup|row|status"
    r"|columnheader|rowheader|cell|image|contentinfo|navigation|search|form|textbox|searchbox|button|checkbox|radio"
    r"|group|combobox|option|term|definition|time|strong|emphasis|complementary|separator|spinbutton|article|alert"
    r"|Details|DisclosureTriangle|LabelText|graphics-document|img|progressbar|log|generic|legend|code|insertion)\b"
    r"|, (level|position|set size) \d+|, (not )?(checked|expanded|selected|required|pressed|disabled|invalid|read only)"
    r"|, current page|, (autocomplete|has popup|sort|orientation|max|min|value|step|current|opens)[^,]*|, live .*"
    r"|, \d+ of \d+|\d+ placeholder.*"
)
VALUES = re.compile(r"(?<=, )[\w-]+(?=, (has popup|selected|not selected))|(?<=, )(true|false|postponed)$")
"""Our reader says the values of options and buttons too; people hear their words only."""
LATIN = re.compile(r"[A-Za-z]{3,}")
KNOWN = re.compile(r"Excel|xlsx?|csv|txt|zip", re.I)
ENDS = ("document", "end of document")
NAMELESS = re.compile(r"(link|region|table|image|button|textbox|searchbox|combobox|checkbox|radio)(,|$)")


def read_aloud(pages: Sequence[Path], folder: Path) -> Mapping[str, str]:
    """What a screen reader says from the first to the last word of each page, by the name of its file.

    Without times of the day and keys of sessions, which differ each time. ``folder`` is for what is written meanwhile.
    """
    node = program("node")
    assert node, "Node is missing: apt install nodejs npm"
    done = subprocess.run(
        [node, str(WEB / "read_pages.mjs"), str(folder), *map(str, pages)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {page.stem: _steady((folder / f"{page.stem}.txt").read_text(encoding="utf-8")) for page in pages}


def faults_heard(text: str) -> list[str]:
    """What nobody should hear: a page cut short, nameless or doubled controls, dashes for words, English in Chinese."""
    lines = text.splitlines()
    doubled = Counter(line for line in lines if line.startswith(("region", "table", "button", "textbox", "checkbox")))
    wrong = [f"not from end to end: {lines[:1]} {lines[-1:]}"] if (lines[0], lines[-1]) != ENDS else []
    wrong += [f"nameless: {line}" for line in lines if NAMELESS.match(line) and line.split(",")[0] == line.strip()]
    wrong += [f"heard twice: {line}" for line, count in doubled.items() if count > 1]
    wrong += ["dashes"] if "---" in text else []
    return wrong + [f"foreign: {line}" for line in lines if LATIN.search(plain_words(line))]


def plain_words(line: str) -> str:
    """A phrase without roles, values of controls, and the few foreign words everybody knows."""
    return KNOWN.sub("", SPOKEN_ROLES.sub("", VALUES.sub("", line)))


def _steady(text: str) -> str:
    """Without times of the day and keys of sessions."""
    text = re.sub(r"\d{2}:\d{2}(:\d{2})?", "时:分", text)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", text)
