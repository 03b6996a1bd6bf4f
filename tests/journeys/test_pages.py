"""Every page of the address table in a browser: rules of accessibility, outline, width, nothing refused (A1, A8, A12).

One theme a page, drawn by its place in the list; ``benchmarks/pages.py`` goes through all of them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.checks import faults_of_outline, faults_of_rules
from zhucan.web.middleware import POLICY

pytestmark = pytest.mark.needs("chromium")
THEMES = ("light", "dark", "contrast", "plain")
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def pages_of(template: Path) -> list[dict]:
    """All pages the filled office has."""
    return json.loads((template / "pages.json").read_text())


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("half", [0, 1])
def test_every_page_keeps_the_rules(visit, shown, template, width, half):
    pages = [one for one in pages_of(template) if one["kind"] == "page"]
    assert len(pages) > 40
    faults: list[str] = []
    for number, one in enumerate(pages):
        if number % 2 != half:
            continue
        theme = THEMES[(number // 2 + (width > 1000)) % 4]
        page = visit(shown, one["account"], width=width, theme=theme)
        answer = page.goto(one["url"])
        assert answer.status < 500, one["url"]
        assert page.url == shown.url + one["url"], "sent elsewhere: is the session still good?"
        found = faults_of_outline(page) + faults_of_rules(page)
        headers = answer.all_headers()
        found += [f"header {name}" for name, value in HEADERS.items() if headers.get(name) != value]
        found += [] if "no-store" in headers.get("cache-control", "") else ["may be kept by the browser"]
        faults += [f"{one['url']} {theme}: {each}" for each in found]
        page.context.close()
    assert not faults, "\n".join(faults)


def test_every_address_shows_something(template):
    """A new page is met here first: give it an example in ``tests/journeys/addresses.py`` or a builder."""
    missing = {one["name"] for one in pages_of(template) if one["kind"] == "nothing to show"}
    assert missing == set()
    failed = [one["url"] for one in pages_of(template) if one["status"] >= 500]
    assert failed == []
