"""Every address of the portal has an example that shows what it should, and none asks for a proof of being human."""

from __future__ import annotations

import json
import re

from tests.portal_pages.examples import EXAMPLES, SENDS_ON
from zhucan.web.access import addresses

PORTAL = [one for one in addresses() if one.name.startswith("portal:")]


def test_every_address_has_an_example():
    """A new page is met here first: give it an example in ``tests/portal_pages/examples.py``."""
    names = {one.name for one in PORTAL}
    assert len(names) > 15
    assert names == set(EXAMPLES) | SENDS_ON


def test_every_example_shows_what_it_is_meant_to(folder):
    told = json.loads((folder / "pages.json").read_text(encoding="utf-8"))
    assert told["missing"] == []
    assert [(one["key"], one["status"]) for one in told["pages"] if one["status"] != one["wanted"]] == []
    states = {(one["address"], one["state"]) for one in told["pages"]}
    for name in EXAMPLES:
        assert (name, "full") in states, name


def test_every_form_has_its_error_page(folder):
    """Where a page has a form to fill in, there is an example of it sent wrongly (A6)."""
    told = json.loads((folder / "pages.json").read_text(encoding="utf-8"))["pages"]
    filled = set()
    for one in told:
        main = (folder / "html" / f"{one['key']}.html").read_text(encoding="utf-8").partition("<main")[2]
        main = main.partition("</main>")[0]
        if re.search(r'<(input(?![^>]*type="hidden")|select|textarea)', main):
            filled.add(one["address"])
    errors = {one["address"] for one in told if one["state"] == "error"}
    cannot_fail = {"portal:settings", "portal:offices"}  # what is not chosen stays; a place always has an answer
    assert filled - errors == cannot_fail


def test_no_address_asks_for_a_proof_of_being_human():
    """No captcha and no face, on any address of the application (A15)."""
    words = re.compile("captcha|face|liveness|blink|puzzle|verify-human", re.I)
    assert [one.route for one in addresses() if words.search(one.route) or words.search(one.name)] == []
