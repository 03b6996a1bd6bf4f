"""What must hold on every page of the portal, as functions of a page in the browser; each gives faults in words."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.portal_pages import measures
from tests.web_components.measures import CONTRAST, CUT

RULES = {
    "resultTypes": ["violations", "incomplete"],
    "runOnly": [
        "wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental", "ACT",
    ],
    "rules": {"hidden-content": {"enabled": False}, "p-as-heading": {"enabled": False}},
}  # fmt: skip
"""All rules of axe but two of its experiments: ``hidden-content`` only says that something is folded away, and we
unfold everything; ``p-as-heading`` takes an amount in bold for a heading. Nothing is left undecided."""
MOST_STOPS = 300
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    "p { margin-bottom: 2em !important }"
)
"""The text spacing of WCAG 1.4.12."""
_ADOPT = """
rules => { const sheet = new CSSStyleSheet(); sheet.replaceSync(rules); document.adoptedStyleSheets.push(sheet); }
"""
"""Rules of ours on a page whose policy takes no foreign style."""
FIRST_PAGE, ANY_PAGE, SECONDS = 60_000, 100_000, 3.0
"""Bytes transferred and seconds until usable (A13)."""


def unfold(page: Page) -> None:
    """Open everything that is folded away."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


def rules(page: Page) -> list[str]:
    """Rules of axe that are broken, and those it leaves undecided (A1)."""
    found = Axe().run(page, options=RULES).response
    broken = [f"{one['id']}: {node['html'][:150]}" for one in found["violations"] for node in one["nodes"]]
    return broken + [
        f"undecided {one['id']}: {node['html'][:150]} {[each['message'] for each in node['any'] + node['all']][:1]}"
        for one in found["incomplete"]
        for node in one["nodes"]
    ]


def contrast(page: Page) -> list[str]:
    """Texts below 7:1, borders of controls below 3:1, as rendered (A7)."""
    faint = [f"contrast {ratio:.1f} of {what}" for ratio, what, least in page.evaluate(CONTRAST) if ratio < least]
    return faint + page.evaluate(measures.BOXES)


def looks(page: Page, *, size: str = "normal") -> list[str]:
    """Width, cut texts, targets, type (A8, A10, A11)."""
    cut = [f"cut: {text}" for text in page.evaluate(CUT)[:3]]
    targets = page.evaluate(measures.TARGETS, 60 if size in ("xlarge", "huge") else 44)
    return page.evaluate(measures.WIDTH) + cut + targets + page.evaluate(measures.TYPE, 30 if size == "huge" else 18)


def outline(page: Page, *, language: str = "zh-Hans") -> list[str]:
    """Language, title, headings, tables, skip link, phones, error pages (A6, A15, A21, A25, A26, A27)."""
    lang = page.evaluate("document.documentElement.lang")
    wrong = [] if lang == language else [f"language {lang}"]
    if page.locator("#error-summary").count() or page.title().startswith(("错误", "Error")):
        wrong += page.evaluate(measures.ERROR)
    return wrong + page.evaluate(measures.OUTLINE) + page.evaluate(measures.PHONES)


def spacing(page: Page) -> list[str]:
    """What text spacing breaks; the page is spoilt for other checks afterwards (A9)."""
    page.evaluate(_ADOPT, SPACING)
    return [f"with spacing: {fault}" for fault in page.evaluate(measures.WIDTH) + page.evaluate(CUT)]


def double_text(page: Page) -> list[str]:
    """What text of twice the size breaks; the page is spoilt for other checks afterwards (A9)."""
    page.evaluate(_ADOPT, "html[data-face] { font-size: 225% !important }")
    return [f"with text twice as large: {fault}" for fault in page.evaluate(measures.WIDTH) + page.evaluate(CUT)]


def zoomed(page: Page) -> list[str]:
    """A screen of 1280 × 1024 at 400 %: the page has 320 × 256 (A8)."""
    return [f"at 400 %: {fault}" for fault in page.evaluate(measures.WIDTH) + page.evaluate(measures.FIXED)]


def keyboard(page: Page) -> list[str]:
    """Tab from the top: everything is reached once, in the order one sees it, focus seen, and out again (A2)."""
    page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0)")
    page.evaluate("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
    faults, reached, last = [], set(), None
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate(measures.FOCUS)
        if here is None or (last and (here["at"] == last["at"] or here["skips"])):
            break
        if not reached and not here["skips"]:
            faults.append(f"first comes “{here['told']}”, not the skip link")
        faults += [f"{fault}: {here['told']}" for fault in here["faults"]]
        if last and len(reached) > 1 and here["top"] < last["top"] - 8 and here["bottom"] <= last["top"] + 8:
            faults.append(f"back up the page to “{here['told']}”")
        reached.add(here["group"] or here["at"])
        last = here
    else:
        faults.append("the keyboard never comes to the end")
    wanted = page.evaluate(measures.STOPS)
    return faults + [f"not reached: {one['told']}" for one in wanted if (one["group"] or one["at"]) not in reached]


def weight(page: Page, url: str, *, form: bool = False) -> tuple[int, float, list[str]]:
    """A page opened anew on a slow line: bytes transferred, seconds until usable, addresses asked (A13)."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    speed = 400_000 / 8
    session.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": 400, "downloadThroughput": speed, "uploadThroughput": speed,
    })  # fmt: skip
    asked: list[str] = []
    sizes: list[int] = []
    session.on("Network.requestWillBeSent", lambda told: asked.append(told["request"]["url"]))
    session.on("Network.loadingFinished", lambda told: sizes.append(int(told["encodedDataLength"])))
    page.goto(url)
    taken = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000
    session.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
    })  # fmt: skip
    session.detach()
    return sum(sizes), taken, asked


def weight_faults(page: Page, url: str, *, first: bool, own: str, timed: bool = True) -> list[str]:
    """What is too heavy, comes from elsewhere, or, where it is ``timed``, is too slow (A13)."""
    size, taken, asked = weight(page, url)
    most = FIRST_PAGE if first else ANY_PAGE
    return [
        *([f"{size} bytes, at most {most}"] if size > most else []),
        *([f"usable after {taken:.1f} s, at most {SECONDS:.0f}"] if timed and taken > SECONDS else []),
        *(f"asks {url}" for url in asked if not url.startswith((own, "data:"))),
    ]
