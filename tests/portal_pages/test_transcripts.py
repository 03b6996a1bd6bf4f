"""Every page of the portal read aloud, compared with transcripts that were read and approved (A4, A26, A28).

After a change of words write them anew with ``ZHUCAN_WRITE_GOLDEN=1 pytest tests/portal_pages/test_transcripts.py``,
then read the difference as if you could not see before committing it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.journeys.transcripts import NEEDED, faults_heard, plain_words, read_aloud

GOLDEN = Path(__file__).resolve().parent / "golden"
PAGES = (
    "home", "home-begun", "needs", "needs-error", "left", "lost", "contact", "settings", "place", "place-error",
    "place-province", "place-province-error", "question-birth_date", "question-birth_date-error",
    "question-certificate_held", "question-certificate_held-easy", "question-certificate_held-error",
    "question-category", "question-elderly_nursing_monthly", "answers", "result", "result-mother", "result-man",
    "result-english", "sheet", "where", "where-error", "policies", "policies-found", "policies-none",
    "policies-error", "policies-nowhere", "policy-nursing-allowance", "policy-nursing-allowance-easy",
    "policy-none", "offices", "surprise", "surprise-answered", "surprise-elsewhere", "surprise-error",
    "surprise-sent", "surprise-ask", "surprise-open", "surprise-told", "surprise-ask-error",
)  # fmt: skip
WRITTEN = re.compile(r"lunyi|ly\b|https?://\S+|A4|English|CEILING", re.I)
"""Latin letters that are meant to be heard: pinyin to type, an address to type, the size of paper, a language."""
BARE = re.compile(r"\d{6,}|[a-z]+_[a-z_]+|(?<![\w.])[A-Z]{2,}-?\d+")
"""A long run of digits or a name of the program: nobody can listen to it."""
CODE = re.compile(r"\d{3} \d{4} \d{3}|\d{10}")
SENT = re.compile(r"^(button, .+), (easy|plain|zh|en|1)$", re.MULTILINE)
"""Our reader says what a button sends, too; people hear its words only."""
UNFOLDED = ("result", "result-english", "policy-nursing-allowance", "surprise-answered")
"""Pages read with everything open that is folded away; the others as they come."""

pytestmark = list(NEEDED)


@pytest.fixture(scope="module")
def said(folder, tmp_path_factory) -> dict[str, str]:
    """What is said on each page; the number of a remark, drawn at random, is the same in all."""
    out = tmp_path_factory.mktemp("said")
    for name in PAGES:
        html = (folder / "html" / f"{name}.html").read_text(encoding="utf-8")
        opened = html.replace("<details>", "<details open>") if name in UNFOLDED else html
        (out / f"{name}.html").write_text(opened, encoding="utf-8")
    heard = read_aloud([out / f"{name}.html" for name in PAGES], out)
    return {name: CODE.sub("482 7109 355", SENT.sub(r"\1", text)) for name, text in heard.items()}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_reads_as_approved(said, name):
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("ZHUCAN_WRITE_GOLDEN"):
        GOLDEN.mkdir(parents=True, exist_ok=True)
        golden.write_text(said[name], encoding="utf-8")
    assert said[name] == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in PAGES if not name.endswith("english")])
def test_nothing_is_nameless_doubled_or_foreign(said, name):
    assert faults_heard(WRITTEN.sub("", said[name])) == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_a_bare_code(said, name):
    lines = [plain_words(WRITTEN.sub("", line)) for line in said[name].splitlines()]
    assert [line for line in lines if BARE.search(line)] == []


def test_every_page_begins_alike(said):
    """The skip link is the first thing heard, then whose site it is (A26)."""
    for name, text in said.items():
        lines = text.splitlines()
        assert lines[0] == "document"
        assert re.match(r"link, (跳到正文|Skip to)", lines[1]), name
        assert sum(line.startswith("heading, ") and ", level 1" in line for line in lines) == 1, name
