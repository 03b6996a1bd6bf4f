"""What must hold on every page, measured in the browser."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.web_components.measures import CONTRAST, CUT, UNEXPLAINED

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
EXPLAINED = (*UNEXPLAINED, ("color-contrast", "<span"))
"""Axe gives no opinion on the contrast of one or two signs alone; ``faults_of_rules`` measures all of them."""
ENOUGH = 4.5
"""Contrast of text for staff (WCAG 2.2 AA)."""
_OUTLINE = """
() => {
  const levels = [...document.querySelectorAll('h1, h2, h3, h4')].filter(n => n.checkVisibility())
    .map(n => +n.tagName[1]);
  const names = [...document.querySelectorAll('[id]')].map(n => n.id);
  return {
    lang: document.documentElement.lang, title: document.title, h1: levels.filter(n => n === 1).length,
    jumps: levels.filter((n, i) => i && n > levels[i - 1] + 1),
    skip: !!document.body.firstElementChild?.matches('a.skip[href="#main"]') && !!document.getElementById('main'),
    wide: document.documentElement.scrollWidth, seen: document.documentElement.clientWidth,
    doubled: names.filter((n, i) => names.indexOf(n) !== i),
    undefined: document.documentElement.innerHTML.includes('!!undefined'),
    none: [...document.querySelectorAll('td, dd, p, li, h1, h2, label')].map(n => n.innerText.trim())
      .filter(t => /(^|\\s)(None|True|False|nan|undefined|null)(\\s|$)|\\{[{%]/.test(t)).slice(0, 3),
  };
}
"""


def faults_of_rules(page: Page) -> list[str]:
    """Rules of accessibility that are broken, and those axe leaves undecided without our explanation."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = !one.matches('[data-menu]'))")
    found = Axe().run(page, options=RULES).response
    broken = [f"{one['id']}: {node['html'][:150]}" for one in found["violations"] for node in one["nodes"]]
    undecided = [
        f"undecided {one['id']}: {node['html'][:150]}"
        for one in found["incomplete"]
        for node in one["nodes"]
        if not any(one["id"] == rule and sign in node["html"] for rule, sign in EXPLAINED)
    ]
    faint = [
        f"contrast {ratio:.1f} of {what}"
        for ratio, what, least in page.evaluate(CONTRAST)
        if ratio < min(least, ENOUGH)
    ]
    return broken + undecided + faint


def faults_of_outline(page: Page) -> list[str]:
    """What is wrong with language, title, headings, skip link, width and cut texts."""
    got = page.evaluate(_OUTLINE)
    wrong = {
        f"language {got['lang']}": got["lang"] != "zh-Hans",
        f"title “{got['title']}”": not got["title"].strip() or got["title"].startswith((" -", "-")),
        f"{got['h1']} headings h1": got["h1"] != 1,
        f"headings jump to {got['jumps']}": bool(got["jumps"]),
        "the skip link is not first": not got["skip"],
        f"{got['wide']} px wide in {got['seen']}": got["wide"] > got["seen"],
        f"ids twice: {got['doubled']}": bool(got["doubled"]),
        "an undefined variable": got["undefined"],
        f"words of the program: {got['none']}": bool(got["none"]),
    }
    cut = page.evaluate(CUT)
    return [words for words, holds in wrong.items() if holds] + [f"cut: {text}" for text in cut[:3]]
