"""Every question with every invalid input, and every other form: what is wrong is said first, and nothing is lost (A6).

Through Django's test client, with pages as they are sent; ``test_rules.py`` sees that the summary has focus.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

import pytest
from django.test import Client

from tests.factories.people import make_divisions, make_organ
from zhucan.policies.library import library
from zhucan.rules.inquiry import Walk
from zhucan.rules.vocabulary import Fact
from zhucan.web.portal import check
from zhucan.web.portal.asking import question_of
from zhucan.web.portal.pages import USUAL, Reader

pytestmark = pytest.mark.django_db
READER = Reader(**USUAL)
URL = "/portal/check/1/"
ODD = (
    "",
    " ",
    "abc",
    "-1",
    "1e9",
    "９９９９９９９９９９９９",
    "0x10",
    "99999999999999999999",
    "<b>",
    '" onclick="',
    "1\u20112",
)
"""What people type, paste or send by mistake; none of it is an answer to any question."""


@dataclass(frozen=True)
class OneQuestion:
    """An inquiry that asks one thing."""

    fact: Fact

    def walk(self, answers):
        """Asked until it is answered."""
        is_open = self.fact.id not in answers
        return Walk(() if is_open else (self.fact.id,), self.fact if is_open else None, {}, int(is_open))


def asked_facts() -> list[Fact]:
    """Every fact people are asked for, whichever policy needs it."""
    return [fact for fact in library().vocabulary.facts.values() if fact.asking.turn]


@pytest.fixture
def visitor() -> Client:
    """Somebody who has said where she belongs."""
    make_divisions()
    make_organ()
    client = Client()
    client.post("/portal/start/")
    answer = client.post("/portal/place/", {"place": "450803000000"})
    assert answer.headers["Location"] == URL
    return client


def invalid(fact: Fact) -> list[dict[str, str]]:
    """What cannot be an answer to this question, as a browser would send it."""
    question = question_of(fact, READER)
    if question.kind == "choices":
        return [{}, *({"answer": text} for text in (*ODD, "maybe", "7000"))]
    if question.kind == "number":
        most = str(fact.high + 1)
        return [{}, *({"answer": text} for text in (*ODD, most, "1.005"))]
    whole = {"year": "1968", "month": "5", "day": "2"}
    found: list[dict[str, str]] = [{}, {"year": "2023", "month": "2", "day": "29"}, {**whole, "month": "13"}]
    for name in whole:
        found += [whole | {name: text} for text in (*ODD, "0")]
    return [*found, whole | {"year": "68"}, whole | {"year": "12026"}]


def faults_of(page: str, status: int, sent: dict[str, str]) -> list[str]:
    """What is wrong with a page that says something is wrong."""
    main = page.partition("<main")[2].partition(">")[2]
    faults = [f"status {status}"] if status != 422 else []
    faults += [] if "<title>错误：" in page else ["the title does not say so"]
    if not re.match(r'\s*<div class="error-summary" id="error-summary" [^>]*tabindex="-1" autofocus', main):
        return [*faults, "the summary is not first"]
    links = re.findall(r'<p><a href="#([\w-]+)">([^<]+)</a></p>', main.partition("</div>")[0])
    faults += [] if links else ["no link to the field"]
    for field, message in links:
        faults += faults_of_field(main, field, message)
    return faults + [f"{name}={value[:40]!r} is lost" for name, value in sent.items() if is_lost(main, name, value)]


def faults_of_field(main: str, field: str, message: str) -> list[str]:
    """Whether the field a message leads to says it too, and is marked."""
    control = re.search(rf'<(input|select|textarea)[^>]*\bid="{field}"[^>]*>', main)
    if control is None:
        return [f"#{field} is no field"]
    ids = re.findall(r'aria-describedby="([^"]*)"', control.group())
    told = [text for one in ids for each in one.split() for text in re.findall(rf'id="{each}"[^>]*>([^<]*)<', main)]
    is_choice = re.search('type="(radio|checkbox)"', control.group())
    wrong = {
        f"#{field} does not say what is wrong": message not in told,
        f"“{message}” does not say what to do": not re.search("请|只写|没有", message),
        f"#{field} is not marked": not is_choice and 'aria-invalid="true"' not in control.group(),
    }
    return [words for words, holds in wrong.items() if holds]


def is_lost(main: str, name: str, value: str) -> bool:
    """Whether a field for words no longer has what was typed."""
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>([^<]*)</textarea>', main)
    typed = '<input(?![^>]*type="(?:radio|hidden|checkbox)")'
    kept = area or re.search(rf'{typed}[^>]*name="{name}"[^>]* value="([^"]*)"', main)
    return kept is not None and unescape(kept.group(1)).strip() != value.strip()


def test_every_question_says_what_is_wrong_and_keeps_what_was_typed(visitor, monkeypatch):
    faults, tried, kinds = [], 0, set()
    for fact in asked_facts():
        monkeypatch.setattr(check, "inquiry_of", lambda _visit, _on, fact=fact: OneQuestion(fact))
        kinds.add(question_of(fact, READER).kind)
        for sent in invalid(fact):
            answer = visitor.post(URL, sent)
            page = answer.content.decode() if answer.status_code != 302 else ""
            tried += 1
            faults += [f"{fact.id} {sent}: {each}" for each in faults_of(page, answer.status_code, sent)]
    assert kinds == {"choices", "day", "number"}
    assert tried > 500
    assert not faults, "\n".join(faults[:40])


def test_every_question_takes_not_knowing(visitor, monkeypatch):
    """不知道 is always an answer, whatever else was typed."""
    for fact in asked_facts():
        monkeypatch.setattr(check, "inquiry_of", lambda _visit, _on, fact=fact: OneQuestion(fact))
        visitor.post("/portal/start/")
        visitor.post("/portal/place/", {"place": "450803000000"})
        choice = question_of(fact, READER).kind == "choices"
        sent = {"answer": "unknown"} if choice else {"unknown": "1", "answer": "abc", "year": "x"}
        answer = visitor.post(URL, sent)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/portal/check/answers/"), fact.id
        assert "不知道" in visitor.get("/portal/check/answers/").content.decode()


OTHERS = {
    "needs": ("/portal/needs/", ({}, {"need": "nothing"})),
    "place": ("/portal/place/", ({}, {"place": "x"}, {"place": "999999999999"})),
    "elsewhere": ("/portal/place/elsewhere/", ({}, {"place": ""}, {"place": "x"}, {"place": "450803002000"})),
    "search": ("/portal/policies/", ({"q": ""}, {"q": "   "})),
    "surprise": (
        "/portal/policies/nursing-allowance/surprise/",
        ({}, {"kind": "x"}, {"kind": "other", "text": ""}, {"kind": "words", "text": "长" * 501},
         {"kind": "words", "contact": "1" * 61}),
    ),
    "answer": ("/portal/surprises/", ({}, {"code": ""}, {"code": "12"}, {"code": "abc"}, {"code": "0" * 10})),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_every_other_form_does_too(visitor, name):
    url, given = OTHERS[name]
    faults = []
    for sent in given:
        answer = visitor.post(url, sent)
        faults += [f"{sent}: {each}" for each in faults_of(answer.content.decode(), answer.status_code, sent)]
    assert not faults, "\n".join(faults)


def test_choosing_no_place_in_a_list_says_so(visitor):
    answer = visitor.get("/portal/where/?to=policies&place=")
    assert faults_of(answer.content.decode(), answer.status_code, {}) == []
