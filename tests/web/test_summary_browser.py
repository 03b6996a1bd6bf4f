"""The summary page in a browser: accessibility rules, colours as rendered, narrow screens, focus, print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.web.pages import STATES

pytestmark = pytest.mark.needs("chromium")

ALL_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SCHEMES = ("light", "dark")
CONTRAST = """
() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
                          return canvas.getImageData(0, 0, 1, 1).data; };
  const light = colour => [0.2126, 0.7152, 0.0722].reduce((sum, share, i) => { const c = rgb(colour)[i] / 255;
      return sum + share * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4); }, 0);
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
      return (x + 0.05) / (y + 0.05); };
  const ground = node => { for (let one = node; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor; if (rgb(colour)[3] === 255) return colour; }
      return 'white'; };
  const found = [];
  for (const node of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(node);
    if (node.tagName === 'rect') { found.push([ratio(style.fill, ground(node)), 'bar', 3]); continue; }
    if (![...node.childNodes].some(child => child.nodeType === 3 && child.data.trim())) continue;
    if (['title', 'desc', 'STYLE'].includes(node.tagName)) continue;
    const colour = node.tagName === 'text' ? style.fill : style.color;
    found.push([ratio(colour, ground(node)), node.textContent.trim().slice(0, 20), 7]);
  }
  return found;
}
"""


@pytest.fixture
def open_page(browser: Browser, pages: dict[str, Path]) -> Iterator[object]:
    """A function that opens one state of the page at a width in a colour scheme."""
    opened: list[Page] = []

    def opener(state: str = "full", width: int = 1280, scheme: str = "light") -> Page:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        opened.append(page)
        page.goto(pages[state].as_uri())
        return page

    yield opener
    for page in opened:
        page.close()


EXPLAINED = {"nonBmp": 'span[aria-hidden="true"]', "imgNode": "text["}
"""What axe leaves undecided, and where: the contrast of signs outside its tables, and of words inside a picture. Both
are measured by ``test_contrast_as_rendered``."""


def unexplained(incomplete: list[dict]) -> list[tuple[str, str]]:
    """What axe left undecided, without what is explained."""
    undecided = [
        (rule["id"], node["target"][0], check["data"]["messageKey"] if isinstance(check["data"], dict) else None)
        for rule in incomplete
        for node in rule["nodes"]
        for check in node["any"] or [{"data": None}]
    ]
    return [one[:2] for one in undecided if one[2] not in EXPLAINED or EXPLAINED[one[2]] not in one[1]]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_rule_is_broken_and_none_left_undecided(open_page, state, width, scheme):
    found = Axe().run(open_page(state, width, scheme), options=ALL_RULES).response
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert unexplained(found["incomplete"]) == []
    assert len(found["passes"]) > 20


@pytest.mark.parametrize("scheme", SCHEMES)
def test_contrast_as_rendered(open_page, scheme):
    measured = open_page("full", 1280, scheme).evaluate(CONTRAST)
    assert len(measured) > 100
    assert [one for one in measured if one[0] < one[2]] == []


def test_dark_is_dark_and_light_is_light(open_page):
    colours = [
        open_page("full", 1280, scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in SCHEMES
    ]
    assert colours == ["rgb(255, 253, 248)", "rgb(22, 24, 26)"]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("width", [320, 599, 600, 768, 1000, 1280])
def test_no_sideways_scrolling_and_nothing_lost(open_page, state, width):
    page = open_page(state, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = open_page(state, 1600)
    assert page.evaluate("document.body.textContent") == wide.evaluate("document.body.textContent")


@pytest.mark.parametrize("width", [320, 1280])
def test_text_spacing_of_the_reader_cuts_nothing(open_page, width):
    page = open_page("full", width)
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
        "p { margin-bottom: 2em !important }"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_text_size_and_line_length(open_page):
    page = open_page("full", 1280)
    sizes = page.evaluate(
        "[...document.body.querySelectorAll('*')].filter(n => n.textContent.trim() && n.tagName !== 'STYLE')"
        ".map(n => parseFloat(getComputedStyle(n).fontSize))"
    )
    assert min(sizes) >= 18
    widest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('p, li')]"
        ".map(n => n.clientWidth / parseFloat(getComputedStyle(n).fontSize)))"
    )
    assert widest <= 38


def test_text_at_200_percent_reflows(open_page):
    page = open_page("full", 1280)
    page.add_style_tag(content="html { font-size: 225% !important }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_the_skip_link_comes_first_and_focus_is_seen(open_page):
    page = open_page("full", 1280)
    page.keyboard.press("Tab")
    focused = page.evaluate(
        "(() => { const n = document.activeElement, s = getComputedStyle(n), r = n.getBoundingClientRect();"
        "return [n.textContent, s.outlineStyle, parseFloat(s.outlineWidth), r.top >= 0 && r.left >= 0, r.height] })()"
    )
    assert focused[:2] == ["跳到正文", "solid"]
    assert focused[2] >= 3
    assert focused[3]
    assert focused[4] >= 44
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_fetched_and_nothing_runs(browser, pages, state):
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(pages[state].as_uri())
    assert asked == [pages[state].as_uri()]
    assert page.locator("script, iframe, link, img, form, [onclick]").count() == 0
    page.close()


def test_language_title_and_outline(open_page):
    page = open_page("full")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert page.title() == "贵港市港南区 2026年11月补贴比对汇总 – 助残"
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(n => n.tagName)")
    assert levels[0] == "H1"
    assert levels.count("H1") == 1
    assert set(levels) == {"H1", "H2"}


def test_printed_pages_are_numbered_and_black_on_white(open_page, tmp_path):
    page = open_page("full", 1280, "dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    content = page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}


def test_windows_high_contrast_keeps_the_words(browser, pages):
    page = browser.new_page(viewport={"width": 1280, "height": 900}, forced_colors="active")
    page.goto(pages["full"].as_uri())
    assert page.get_by_role("heading", name="应享未享", exact=True).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.close()
