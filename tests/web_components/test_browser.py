"""The specimen in a browser: rules of accessibility, colours as rendered, narrow screens, large type, paper."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web_components.conftest import THEMES
from tests.web_components.measures import CONTRAST, CUT, UNEXPLAINED

pytestmark = pytest.mark.needs("chromium")

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
ERRORS = ("400", "403", "404", "409", "500", "csrf", "bare")
NAMES = [*THEMES, *(f"{theme}-fresh" for theme in THEMES)]


def broken(page):
    """Rules that are broken, and those left undecided without an explanation."""
    found = Axe().run(page, options=RULES).response
    violations = [(one["id"], node["html"][:150]) for one in found["violations"] for node in one["nodes"]]
    undecided = [
        (one["id"], node["html"][:150])
        for one in found["incomplete"]
        for node in one["nodes"]
        if not any(one["id"] == rule and sign in node["html"] for rule, sign in UNEXPLAINED)
    ]
    assert len(found["passes"]) > 20
    return violations, undecided


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [320, 1280])
def test_no_rule_is_broken_and_none_left_undecided(show, name, width):
    page = show(name, width)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = !one.matches('[data-menu]'))")
    assert broken(page) == ([], [])


def test_no_rule_is_broken_in_the_open_menu_and_the_list_of_keys(show):
    page = show("light-fresh")
    page.locator("[data-menu] summary").click()
    assert broken(page)[0] == []
    page.evaluate("document.getElementById('shortcuts').showModal()")
    assert broken(page)[0] == []


@pytest.mark.parametrize("error", ERRORS)
def test_error_pages_break_no_rule_and_say_what_to_do(show, error):
    page = show(f"error-{error}", 320)
    assert broken(page) == ([], [])
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("h1").count() == 1
    assert re.search("没有(办成|改变|存|收)", page.locator("main").inner_text())
    assert page.locator("main h2:has-text('接下来可以') + ul li").count() >= 2
    assert not page.title().startswith(" - ")


@pytest.mark.parametrize("theme", THEMES)
def test_contrast_as_rendered(show, theme):
    page = show(theme)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.locator("tbody input[type=checkbox]").first.check()
    measured = page.evaluate(CONTRAST)
    assert len(measured) > 300
    assert [one for one in measured if one[0] < one[2]] == []


def test_themes_are_what_they_say(show):
    grounds = [show(theme).evaluate("getComputedStyle(document.body).backgroundColor") for theme in THEMES]
    assert grounds == ["rgb(255, 253, 248)", "rgb(22, 24, 26)", "rgb(0, 0, 0)", "rgb(255, 253, 248)"]
    assert show("light", color_scheme="dark").evaluate("getComputedStyle(document.body).backgroundColor") == grounds[0]
    page = show("light", color_scheme="dark")
    page.evaluate("document.documentElement.dataset.theme = 'auto'")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == grounds[1]
    assert show("plain").locator(".shape").first.is_hidden()


@pytest.mark.parametrize("name", ["light", "light-fresh", "plain", "light-xlarge"])
@pytest.mark.parametrize("width", [320, 480, 599, 600, 768, 1024, 1280, 1600])
def test_no_sideways_scrolling(show, name, width):
    page = show(name, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width <= 599:
        wide = page.evaluate("[...document.querySelectorAll('.scroll')].map(one => one.scrollWidth - one.clientWidth)")
        assert max(wide) <= 0


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_text_spacing_and_large_text_cut_nothing(show, width):
    page = show("light", width)
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
        "p { margin-bottom: 2em !important }"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT) == []
    page = show("light", max(width, 640))
    page.add_style_tag(content="html { font-size: 200% !important }")
    assert page.evaluate("document.documentElement.scrollWidth") <= max(width, 640)
    assert page.evaluate(CUT) == []


def test_rows_say_heading_and_value_to_the_ear_on_a_narrow_screen(show):
    page = show("light", 320)
    said = page.locator("#worklist").aria_snapshot()
    assert re.search("columnheader", said) is not None  # what can be sorted stays
    session = page.context.new_cdp_session(page)
    tree = session.send("Accessibility.getFullAXTree")["nodes"]
    words = [node.get("name", {}).get("value", "") for node in tree]
    assert sum("村（社区）：" in one for one in words) >= 7
    roles = [node.get("role", {}).get("value") for node in tree]
    assert {"table", "row", "rowheader", "cell", "columnheader"} <= set(roles)
    assert "亭子村" in said


def test_text_is_never_small_and_lines_never_long(show):
    page = show("light-fresh")
    sizes = page.evaluate(
        "[...document.body.querySelectorAll('*')].filter(n => n.textContent.trim() && !n.closest('noscript'))"
        ".map(n => parseFloat(getComputedStyle(n).fontSize))"
    )
    assert min(sizes) >= 14
    widest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('p, dd')]"
        ".map(n => n.clientWidth / parseFloat(getComputedStyle(n).fontSize)))"
    )
    assert widest <= 38
    lines = page.evaluate("getComputedStyle(document.body).lineHeight")
    assert float(lines.removesuffix("px")) >= 16 * 1.7


def test_rows_of_a_list_are_one_line_and_targets_are_large_enough(show):
    page = show("light-fresh", 1440)
    heights = page.evaluate("[...document.querySelectorAll('#worklist tbody tr')].map(one => one.offsetHeight)")
    assert max(heights) <= 62  # the reason may take two lines
    assert sorted(heights)[len(heights) // 2] <= 40
    small = page.evaluate(
        "[...document.querySelectorAll('button, select, .pick label, input:not([type=hidden], [type=checkbox], "
        "[type=radio])')].filter(n => n.offsetWidth).filter(n => n.offsetHeight < 24 || n.offsetWidth < 24)"
        ".map(n => n.outerHTML)"
    )
    assert small == []


@pytest.mark.parametrize("theme", THEMES)
def test_focus_is_seen_on_everything(show, theme):
    page = show(f"{theme}-fresh")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    seen = 0
    while seen < 100:
        # Past the last element focus leaves the page some time after the key: where it is and how it looks go together.
        outline = page.evaluate(
            "(() => { const at = document.activeElement, s = getComputedStyle(at), r = at.getBoundingClientRect();"
            " return at === document.body ? null : [s.outlineStyle, parseFloat(s.outlineWidth), r.left >= 0,"
            " at.outerHTML.slice(0, 200)] })()"
        )
        if outline is None:
            break
        assert outline[:3] == ["solid", 3, True], outline[3]
        seen += 1
        page.keyboard.press("Tab")
    assert seen >= 40


def test_forced_colours_keep_outlines_and_words(show):
    page = show("light-fresh", forced_colors="active")
    borders = page.evaluate(
        "[...document.querySelectorAll('button, select, input:not([type=hidden], [type=file])')]"
        ".filter(n => n.offsetWidth && !n.closest('.pick, .choices, .tick, .bulk'))"
        ".map(n => parseFloat(getComputedStyle(n).borderTopWidth))"
    )
    assert min(borders) >= 1
    page.locator("#worklist a").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.locator("h1").inner_text() == "应享未享"


def test_nothing_moves(show):
    page = show("light", reduced_motion="reduce")
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(n => { const s = getComputedStyle(n);"
        " return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0 }).length"
    )
    assert moving == 0


def test_paper_is_black_on_white_numbered_and_without_controls(show, tmp_path):
    page = show("dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    for hidden in (".top nav", ".find", ".filter", ".bulk", ".buttons", ".tabs"):
        assert page.locator(hidden).first.is_hidden()
    assert page.locator("#townships-table").is_visible()  # beneath its picture, unfolded
    content = page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}


def test_language_title_and_outline(show):
    page = show("light")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert page.title() == "错误：应享未享 - 助残"
    assert show("light-fresh").title() == "应享未享 - 助残"
    assert page.evaluate("document.querySelector('main').firstElementChild.id") == "error-summary"
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.body.firstElementChild.matches('a.skip[href=\"#main\"]')")
