"""Some pages of the portal in each theme, at 400 %, with the largest text, in the system's own colours.

``benchmarks/portal.py`` goes through all pages (A1, A2, A7-A13, A26).
"""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from tests.portal_pages import checks, measures
from tests.portal_pages.browsing import THEMES, Shown, open_page, pages_of
from tests.portal_pages.suite import faults_of

pytestmark = pytest.mark.needs("chromium")
FEW = ("question-category", "result", "surprise-error")
"""Pages on which there is something of everything: a question, a letter, a form that is wrong."""


def some(folder, keys) -> list[Shown]:
    """These pages; a page that is no more fails."""
    found = {one.key: one for one in pages_of(folder)}
    return [found[key] for key in keys]


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_keeps_the_rules(visit, server, folder, theme):
    faults = []
    for number, shown in enumerate(some(folder, FEW)):
        page = open_page(visit, server, shown, theme=theme, width=1280, size="huge" if number % 2 else "normal")
        size = "huge" if number % 2 else "normal"
        faults += [f"{shown.key} {theme}: {each}" for each in faults_of(page, shown, size=size)]
        page.context.close()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("key", FEW)
def test_the_largest_text_and_the_smallest_window_lose_nothing(visit, server, folder, key):
    (shown,) = some(folder, [key])
    page = open_page(visit, server, shown, size="huge")
    faults = checks.looks(page, size="huge")
    page.context.close()
    page = open_page(visit, server, shown, height=256)
    words = page.locator("main").inner_text()
    faults += checks.zoomed(page)
    page.context.close()
    page = open_page(visit, server, shown, width=1280)
    assert page.locator("main").inner_text().split() == words.split()
    faults += checks.double_text(page)
    page.context.close()
    assert not faults, "\n".join(faults)


def test_the_systems_own_colours_keep_every_outline(visit, server, folder):
    faults = []
    for shown in some(folder, [*FEW, "answers"]):
        page = open_page(visit, server, shown, forced_colors="active")
        faults += page.evaluate(measures.OUTLINED) + checks.keyboard(page)
        page.context.close()
    assert not faults, "\n".join(faults)


def test_nothing_moves_by_itself(visit, server, folder):
    """Without any wish for stillness only the skip link comes in when it has focus."""
    (shown,) = some(folder, ["result"])
    page = open_page(visit, server, shown, reduced_motion="no-preference")
    assert [each for each in page.evaluate(measures.STILL) if "skip" not in each] == []


def test_dark_is_dark_where_the_system_says_so(visit, server, folder):
    (shown,) = some(folder, ["home"])
    page = open_page(visit, server, shown, theme="auto", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 26)"
    assert checks.contrast(page) == []


def test_pages_are_light_and_ask_nobody_else(visit, server, folder):
    faults = []
    for shown in some(folder, ["home", "question-category", "result", "policies"]):
        page = open_page(visit, server, shown)
        first = shown.key == "home"
        faults += [
            f"{shown.key}: {each}"
            for each in checks.weight_faults(page, shown.url, first=first, own=server.url, timed=False)
        ]
        page.context.close()
    assert not faults, "\n".join(faults)


def test_titles_tell_pages_apart(folder):
    """Two addresses never share a title, nor do two questions (A26)."""
    titles = defaultdict(set)
    for shown in pages_of(folder):
        html = (folder / "html" / f"{shown.key}.html").read_text(encoding="utf-8")
        title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
        assert title is not None, shown.key
        what = (
            shown.key.removesuffix("-error").removesuffix("-answered")
            if shown.address == "portal:question"
            else shown.address
        )
        titles[title.group(1).strip().removeprefix("错误：")].add(re.sub(r"-(easy|english)$", "", what))
    assert [(title, pages) for title, pages in titles.items() if len(pages) > 1] == []
