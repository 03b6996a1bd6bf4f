"""Ten staff pages read aloud, compared with transcripts that were read and approved (bar A4).

After a change of words write them anew with ``ZHUCAN_WRITE_GOLDEN=1 pytest tests/journeys/test_transcripts.py``, then
read the difference as if you could not see before committing it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from urllib.request import Request, urlopen

import pytest

from tests.journeys.transcripts import NEEDED, WEB, faults_heard, read_aloud

GOLDEN = WEB / "golden" / "staff"
PAGES = {
    "sign-in": "account_login", "home": "workbench:home", "persons": "workbench:persons",
    "person": "workbench:person", "import": "workbench:import", "findings": "workbench:findings",
    "finding": "workbench:finding", "matching": "workbench:matching", "coming": "workbench:coming",
    "what-if": "workbench:reform_result",
}  # fmt: skip

pytestmark = list(NEEDED)


@pytest.fixture(scope="module")
def said(shown, template, tmp_path_factory) -> Mapping[str, str]:
    """What a screen reader says from the first to the last word of each page, without what differs each time."""
    folder = tmp_path_factory.mktemp("transcripts")
    found = {one["name"]: one for one in reversed(json.loads((template / "pages.json").read_text()))}
    for name, address in PAGES.items():
        one = found[address]
        session = shown.sessions.get(one["account"], "")
        asked = Request(shown.url + one["url"], headers={"Cookie": f"zhucan_session={session}"} if session else {})
        with urlopen(asked) as answer:
            (folder / f"{name}.html").write_bytes(answer.read())
    return read_aloud([folder / f"{name}.html" for name in PAGES], folder)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_reads_as_approved(said, name):
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("ZHUCAN_WRITE_GOLDEN"):
        GOLDEN.mkdir(parents=True, exist_ok=True)
        golden.write_text(said[name], encoding="utf-8")
    assert said[name] == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_nameless_doubled_or_foreign(said, name):
    assert faults_heard(said[name]) == []
