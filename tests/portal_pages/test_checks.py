"""The checks see what they are for: a good page is spoilt in one way after the other."""

from __future__ import annotations

import pytest

from tests.portal_pages import checks, measures
from tests.portal_pages.browsing import open_page, pages_of
from tests.portal_pages.test_errors import faults_of as faults_sent

pytestmark = pytest.mark.needs("chromium")
_AT = "const at = words => document.querySelector(words); "
SPOILT = {
    "a small target": ("at('.ways a').style.cssText = 'min-height: 0; display: inline'", "target of"),
    "a small button": ("at('main .main-button').style.cssText = 'min-height: 0; height: 50px'", "wanted 60"),
    "small type": ("at('main p').style.fontSize = '14px'", "text of 14"),
    "dense lines": ("at('main p').style.lineHeight = '1.2'", "apart"),
    "long lines": (
        "at('main').style.maxWidth = 'none'; at('main .lead').style.cssText = 'max-width: none; width: 60em'",
        "characters",
    ),
    "a wide page": ("at('main p').style.cssText = 'max-width: none; width: 2000px'", "px wide"),
    "faint text": ("at('.lead').style.color = '#888'", "contrast"),
    "a faint box": ("at('.choices > div').style.borderColor = '#ddd'", "box around"),
    "no heading": ("at('h1').remove()", "0 headings h1"),
    "a jump": ("at('main').append(Object.assign(document.createElement('h5'), {textContent: '五'}))", "jump"),
    "another language": ("document.documentElement.lang = 'en'", "language en"),
    "no skip link": ("at('.skip').remove()", "skip link"),
    "an id twice": ("at('h1').id = 'main'", "ids twice"),
    "a script": ("at('main').append(document.createElement('script'))", "a script"),
    "a table": ("at('main').insertAdjacentHTML('beforeend', '<table><tr><th>一</th></tr></table>')", "without scope"),
    "a phone alone": ("at('main').innerHTML = '<h1>一</h1><p><a href=\"tel:12345\">12345</a></p>'", "number alone"),
    "no focus": ("at('.ways a').style.outline = 'none'", "focus is not seen"),
    "out of reach": ("at('.ways a').tabIndex = -1", "not reached"),
    "out of order": ("at('.ways a').tabIndex = 1", "not reached"),
    "no name": ("at('main').insertAdjacentHTML('beforeend', '<button></button>')", "button-name"),
    "a picture": ("at('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\">')", "image-alt"),
    "movement": ("at('h1').style.transition = 'color 1s'", "moves"),
}  # fmt: skip

BY_KEYS, BY_AXE = ("no focus", "out of reach", "out of order"), ("no name", "a picture")
"""What only the keyboard, or only axe, comes upon."""


def test_every_fault_is_found(visit, server, folder):
    """Each is made on a page that has a form, links and answers, and told by its words."""
    (shown,) = [one for one in pages_of(folder) if one.key == "needs"]
    page = open_page(visit, server, shown, width=1280, size="huge")
    more = '<ul class="ways" role="list"><li><a href="/portal/">一</a></li></ul><p class="lead">二</p>'
    page.evaluate("more => document.querySelector('main').insertAdjacentHTML('beforeend', more)", more)
    whole = page.evaluate("document.documentElement.outerHTML")
    unseen = []
    for name, (spoil, words) in SPOILT.items():
        page.evaluate(f"() => {{ {_AT}{spoil} }}")
        found = checks.outline(page) + checks.looks(page, size="huge") + checks.contrast(page)
        found += page.evaluate(measures.STILL) + (checks.keyboard(page) if name in BY_KEYS else [])
        found += checks.rules(page) if name in BY_AXE else []
        if not any(words in each for each in found):
            unseen.append(name)
        _mend(page, whole)
    assert unseen == []


def _mend(page, whole):
    page.evaluate(
        "html => { const good = new DOMParser().parseFromString(html, 'text/html');"
        " document.documentElement.lang = good.documentElement.lang; document.body.replaceWith(good.body); }", whole
    )  # fmt: skip


def test_a_poor_error_page_is_found():
    page = '<title>错误：一 - 助残</title><main><h1>一</h1><input id="answer" name="answer" value=""></main>'
    assert faults_sent(page, 200, {}) == ["status 200", "the summary is not first"]
    summary = '<div class="error-summary" id="error-summary" tabindex="-1" autofocus>'
    said = page.replace("<main>", f'<main>{summary}<p><a href="#answer">错</a></p></div>')
    found = faults_sent(said, 422, {"answer": "7"})
    assert found == [
        "#answer does not say what is wrong", "“错” does not say what to do", "#answer is not marked",
        "answer='7' is lost",
    ]  # fmt: skip
