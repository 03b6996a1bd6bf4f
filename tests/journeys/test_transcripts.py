"""Ten staff pages read aloud, compared with transcripts that were read and approved (bar A4).

After a change of words write them anew with ``ZHUCAN_WRITE_GOLDEN=1 pytest tests/journeys/test_transcripts.py``, then
read the difference as if you could not see before committing it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.conftest import program

WEB = Path(__file__).resolve().parents[1] / "web"
GOLDEN = WEB / "golden" / "staff"
READER = WEB / "node_modules" / "@guidepup" / "virtual-screen-reader"
PAGES = {
    "sign-in": "account_login", "home": "workbench:home", "persons": "workbench:persons",
    "person": "workbench:person", "import": "workbench:import", "findings": "workbench:findings",
    "finding": "workbench:finding", "matching": "workbench:matching", "coming": "workbench:coming",
    "what-if": "workbench:reform_result",
}  # fmt: skip
SPOKEN_ROLES = re.compile(
    r"^end(?=,)|^(end of )?(figure|figcaption|document|link|banner|paragraph|main|heading|list|listitem|region|table"
    r"|caption|rowgroup|row|status"
    r"|columnheader|rowheader|cell|image|contentinfo|navigation|search|form|textbox|searchbox|button|checkbox|radio"
    r"|group|combobox|option|term|definition|time|strong|emphasis|complementary|separator|spinbutton|article|alert"
    r"|Details|DisclosureTriangle|LabelText|graphics-document|img|progressbar|log|generic|legend|code|insertion)\b"
    r"|, (level|position|set size) \d+|, (not )?(checked|expanded|selected|required|pressed|disabled|invalid|read only)"
    r"|, current page|, (autocomplete|has popup|sort|orientation|max|min|value|step|current|opens)[^,]*|, live .*"
    r"|, \d+ of \d+|\d+ placeholder.*"
)
VALUES = re.compile(r"(?<=, )[\w-]+(?=, (has popup|selected|not selected))|(?<=, )(true|false|postponed)$")
"""Our reader says the values of options and buttons too; people hear their words only."""
LATIN = re.compile(r"[A-Za-z]{3,}")
KNOWN = re.compile(r"Excel|xlsx?|csv|txt|zip", re.I)

pytestmark = [
    pytest.mark.needs("node"),
    pytest.mark.skipif(
        not READER.is_dir() and os.environ.get("CI") != "true",
        reason="needs the screen reader of tests/web: run `npm ci` in that folder",
    ),
]


@pytest.fixture(scope="module")
def said(shown, template, tmp_path_factory) -> dict[str, str]:
    """What a screen reader says from the first to the last word of each page, without what differs each time."""
    folder = tmp_path_factory.mktemp("transcripts")
    found = {one["name"]: one for one in reversed(json.loads((template / "pages.json").read_text()))}
    for name, address in PAGES.items():
        one = found[address]
        session = shown.sessions.get(one["account"], "")
        asked = Request(shown.url + one["url"], headers={"Cookie": f"zhucan_session={session}"} if session else {})
        with urlopen(asked) as answer:
            (folder / f"{name}.html").write_bytes(answer.read())
    node = program("node")
    assert node, "Node is missing: apt install nodejs npm"
    files = [str(folder / f"{name}.html") for name in PAGES]
    done = subprocess.run(
        [node, str(WEB / "read_pages.mjs"), str(folder), *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name: steady((folder / f"{name}.txt").read_text(encoding="utf-8")) for name in PAGES}


def steady(text: str) -> str:
    """Without times of the day and keys of sessions."""
    text = re.sub(r"\d{2}:\d{2}(:\d{2})?", "时:分", text)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", text)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_reads_as_approved(said, name):
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("ZHUCAN_WRITE_GOLDEN"):
        GOLDEN.mkdir(parents=True, exist_ok=True)
        golden.write_text(said[name], encoding="utf-8")
    assert said[name] == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_nameless_doubled_or_foreign(said, name):
    lines = said[name].splitlines()
    assert lines[0] == "document"
    assert lines[-1] == "end of document"
    nameless = re.compile(r"(link|region|table|image|button|textbox|searchbox|combobox|checkbox|radio)(,|$)")
    assert [line for line in lines if nameless.match(line) and line.split(",")[0] == line.strip()] == []
    doubled = Counter(line for line in lines if line.startswith(("region", "table", "button", "textbox", "checkbox")))
    assert [line for line, count in doubled.items() if count > 1] == []
    assert "---" not in said[name]
    plain = [KNOWN.sub("", SPOKEN_ROLES.sub("", VALUES.sub("", line))) for line in lines]
    assert [line for line in plain if LATIN.search(line)] == []
