"""The portal's pages in a browser; ``benchmarks/portal.py`` goes through all of them in every theme and size.

Every page once in each of its states, in light at 320 px (A1, A2, A6-A11, A15, A21, A25-A27); themes, sizes and slow
lines are looked at in ``test_themes.py``.
"""

from __future__ import annotations

import pytest

from tests.portal_pages.browsing import Shown, open_page, pages_of
from tests.portal_pages.suite import faults_of

pytestmark = pytest.mark.needs("chromium")
PARTS = 4
MORE = {
    "policy-nursing-allowance-easy",
    "question-certificate_held-easy",
    "question-category-english",
    "result-english",
}
"""Looked at besides the first example of each address and state."""


def sample(folder) -> list[Shown]:
    """The first example of each address and state, every kind of question, and some in other kinds of text."""
    found: dict[tuple[str, str], Shown] = {}
    for one in pages_of(folder):
        if one.key in MORE or (one.address == "portal:question" and one.text == "plain"):
            found[one.key, ""] = one
        found.setdefault((one.address, one.state), one)
    return list({one.key: one for one in found.values()}.values())


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_keeps_the_rules(visit, server, folder, part):
    pages = sample(folder)
    assert len(pages) > 35
    faults = []
    for shown in pages[part::PARTS]:
        page = open_page(visit, server, shown)
        faults += [f"{shown.key}: {each}" for each in faults_of(page, shown)]
        page.context.close()
    assert not faults, "\n".join(faults)
