"""English through the whole portal: every address in every state it has, and no Chinese but what is marked as such.

Addresses are found by name: a new one fails until somebody says here how it is walked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from html.parser import HTMLParser
from typing import Any, cast

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.factories.people import COUNTY_PATH, make_actor, make_division, make_divisions, make_organ
from tests.factories.portal_visitor import visit
from zhucan.base.enums import DivisionLevel, Role
from zhucan.base.queries.divisions import forget_names
from zhucan.policies.library import library
from zhucan.policies.models import Surprise
from zhucan.policies.operations.surprises import answer_surprise, close_surprise
from zhucan.rules.vocabulary import FactType, Value
from zhucan.web.access import addresses
from zhucan.web.portal.surprise import MOST_A_VISITOR

pytestmark = pytest.mark.django_db
NURSING = "nursing-allowance"
FORWARDS = {"portal:start", "portal:leave"}
"""Addresses that are only sent to, and answer by going elsewhere."""
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_SPOKEN = ("title", "aria-label", "alt", "placeholder", "content", "label", "value")
"""Attributes that are read out or shown."""
_INLINE = ("span", "strong", "a", "code", "b")
_VOID = frozenset(("meta", "link", "input", "br", "hr", "img", "use", "path", "rect", "col"))
_GLUED = re.compile(
    r"[.?:;,]\s?[.;,](?!\w)|\s[.,;:?](?:\s|$)|[a-z][.;:?][A-Z][a-z]|[a-z][,;][a-z]|\b(?!WeChat)\w*[a-z][A-Z][a-z]"
    r"|%\(|\{\{|\bNone\b"
)
"""What sentences look like that were put together in the order of Chinese, or left open."""


_MISTAKES: Mapping[str, list[dict[str, str]]] = {
    "choices": [{}, {"answer": "x"}],
    "number": [{}, {"answer": "x"}, {"answer": "-9999999"}],
    "day": [
        {}, {"year": "x", "month": "1", "day": "1"}, {"year": "2001", "month": "2", "day": "30"},
        {"year": "68", "month": "1", "day": "1"}, {"year": "2001", "month": "", "day": "1"},
        {"year": "2001", "month": "1", "day": "x"},
    ],
}  # fmt: skip
"""What can be sent wrongly for each kind of question."""


class Spoken(HTMLParser):
    """A page as somebody hears it: ``faults`` are texts in a language they are not marked as."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.html_lang = self.title = ""
        self.lines: list[str] = [""]
        self._open: list[tuple[str, str]] = []
        self._marked: list[tuple[int, str, list[str]]] = []

    @property
    def lang(self) -> str:
        return self._open[-1][1] if self._open else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        lang = given.get("lang", self.lang)
        if tag == "html":
            self.html_lang = lang
        if lang != "zh-Hans":
            is_hidden = tag == "input" and given.get("type") in ("hidden", "radio", "checkbox")
            spoken = [given[name] for name in _SPOKEN if name in given and not (is_hidden and name == "value")]
            self.faults += [f"<{tag}> says {text}" for text in spoken if _CHINESE.search(text)]
        if tag not in _INLINE:
            self.lines.append("")
        if tag in _VOID:
            return
        self._open.append((tag, lang))
        if given.get("lang") == "zh-Hans" and tag != "html":
            self._marked.append((len(self._open), tag, []))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._marked and self._marked[-1][0] == len(self._open):
            _, name, texts = self._marked.pop()
            said = "".join(texts).strip()
            if said and not _CHINESE.search(said):
                self.faults.append(f"<{name}> is marked as Chinese and says {said}")
        opened, _ = self._open.pop()
        assert opened == tag, f"<{opened}> closed by </{tag}>"
        if tag not in _INLINE:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        for _, _, texts in self._marked:
            texts.append(data)
        if self._open and self._open[-1][0] == "title":
            self.title += data
        if self.lang == "zh-Hans":
            self.lines[-1] += "X"
            return
        self.lines[-1] += data
        if _CHINESE.search(data):
            self.faults.append(f"<{self._open[-1][0]}> says {data.strip()}")


def heard(html: str) -> Spoken:
    """A page, read; its faults named."""
    page = Spoken()
    page.feed(html)
    for line in page.lines:
        said = re.sub(r"\s+", " ", line).strip()
        if found := _GLUED.search(said):
            page.faults.append(f"put together badly at “{found.group()}”: {said}")
    if page.html_lang != "en":
        page.faults.append(f"the page says its language is {page.html_lang}")
    if not re.fullmatch(r"(?!Error: )?\S.* - Zhucan", re.sub(r"\s+", " ", page.title).strip()):
        page.faults.append(f"the title is {page.title}")
    return page


class EnglishVisitor(Client):
    """Somebody who reads English; every page she gets is read. ``seen`` are the names of the addresses that gave one,
    ``faults`` what was wrong, once each.
    """

    def __init__(self) -> None:
        super().__init__()
        self.cookies["language"] = "en"
        self.seen: set[str] = set()
        self.faults: dict[str, str] = {}
        self.pages = 0

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content:
            page = heard(answer.content.decode())
            name = answer.resolver_match.view_name if answer.resolver_match else "?"
            self.seen.add(name)
            self.pages += 1
            for fault in page.faults:
                self.faults.setdefault(fault, f"{name} {request['PATH_INFO']} ({answer.status_code})")
            if answer.status_code == 422:
                assert page.title.strip().startswith("Error: "), page.title
        return answer


@pytest.fixture(autouse=True)
def _places() -> None:
    """港南区 is ours; every place that has policies of its own is somewhere."""
    make_divisions()
    make_organ()
    for pack in (pack for packs in library().packs.values() for pack in packs if pack.prefix):
        code, above = pack.prefix, None
        for width, level in ((2, DivisionLevel.PROVINCE), (4, DivisionLevel.PREFECTURE), (6, DivisionLevel.COUNTY)):
            if len(code) >= width:
                path = int(code[:width].ljust(12, "0"))
                above = make_division(path, f"某地{path // 10**6}", level, above)
    forget_names()
    cache.clear()


def nothing(fact: str) -> Value | None:
    """Somebody who knows nothing."""
    return None


def much(fact: str) -> Value | None:
    """An answer for whoever has everything there is to have."""
    of = library().vocabulary.fact(fact)
    if fact == "birth_date":
        return date(2019, 5, 1)
    if of.type is FactType.DATE:
        return date(2028, 1, 31)
    if of.codes is not None:
        return of.codes.codes[1].code
    return True if of.type is FactType.YES_NO else max(of.low, min(of.high, 2))


def little(fact: str) -> Value | None:
    """An answer for a man of 58 who has as little as there is; his certificate ends within the year."""
    of = library().vocabulary.fact(fact)
    if fact == "birth_date":
        return date(1968, 5, 1)
    if of.type is FactType.DATE:
        return timezone.localdate().replace(year=timezone.localdate().year + 1)
    if of.codes is not None:
        return of.codes.codes[-1].code
    if of.type is FactType.YES_NO:
        return fact in ("certificate_held", "certificate_valid", "minimum_living_allowance")
    return of.low


def walk_first_pages(reader: EnglishVisitor) -> None:
    for address in ("", "settings/", "needs/", "contact/", "left/", "check/lost/"):
        reader.get(f"/portal/{address}")
    reader.post("/portal/needs/", {})
    reader.post("/portal/needs/", {"need": ["school", "work"]})
    reader.get("/portal/")
    reader.get("/portal/settings/")


def walk_places(reader: EnglishVisitor) -> None:
    reader.post("/portal/start/")
    reader.get("/portal/place/")
    reader.post("/portal/place/", {})
    reader.post("/portal/place/", {"place": "elsewhere"})
    reader.get("/portal/place/elsewhere/")
    reader.post("/portal/place/elsewhere/", {})
    for above in (450000000000, 450800000000):
        reader.post("/portal/place/elsewhere/", {"place": above})
        reader.get("/portal/place/elsewhere/")
    for query in ("", "?to=offices", "?place=", "?to=offices&place=45", "?place=4508", "?place=99", f"?to={NURSING}"):
        reader.get(f"/portal/where/{query}")


def walk_questions(reader: EnglishVisitor) -> None:
    """Every question, with every mistake that can be made, in four lives; then what they get."""
    stumbling = cast("Client", _Stumbling(reader))
    for answer in (nothing, much, little, lambda fact: (much, little)[len(fact) % 2](fact)):
        visit(stumbling, str(COUNTY_PATH), answer)
        for address in ("check/1/", "check/answers/", "result/", "result/sheet/"):
            reader.get(f"/portal/{address}")


class _Stumbling:
    """A browser whose owner makes every mistake before her first answer to a question."""

    def __init__(self, reader: EnglishVisitor) -> None:
        self._reader = reader
        self._met: set[str] = set()

    def get(self, address: str) -> Any:
        shown = self._reader.get(address)
        asked = shown.context and shown.context.get("question")
        if asked and asked.heading not in self._met:
            self._met.add(asked.heading)
            for wrong in _MISTAKES[asked.kind]:
                assert self._reader.post(address, wrong).status_code == 422, (address, wrong)
        return shown

    def post(self, address: str, data: dict[str, str] | None = None) -> Any:
        return self._reader.post(address, data or {})


def walk_policies(reader: EnglishVisitor) -> None:
    for query in ("", "?place=11", "?place=450821", "?place=99"):
        reader.get(f"/portal/policies/{query}")
    for typed in ("wheelchair", "lunyi", "ly", "zzzz", ""):
        reader.post("/portal/policies/", {"q": typed})
    for policy, packs in library().packs.items():
        for place in {"", "450803", *(pack.prefix for pack in packs)}:
            answer = reader.get(f"/portal/policies/{policy}/", {"place": place} if place else {})
            assert answer.status_code in (200, 404), (policy, place)
    reader.get("/portal/policies/none-such/")


def walk_offices(reader: EnglishVisitor) -> None:
    for query in ("", "?place=450803002", "?place=45", "?place=x"):
        reader.get(f"/portal/offices/{query}")


def walk_surprises(reader: EnglishVisitor) -> None:
    form, ask = f"/portal/policies/{NURSING}/surprise/", "/portal/surprises/"
    reader.get(form)
    reader.get(ask)
    visit(reader, str(COUNTY_PATH), much)
    reader.get(form)
    for wrong in ({}, {"kind": "other"}, {"kind": "words", "text": "x" * 3000, "contact": "y" * 300}):
        assert reader.post(form, wrong).status_code == 422
    codes = []
    for _ in range(MOST_A_VISITOR):
        reader.post(form, {"kind": "amount", "text": "My neighbour gets more.", "send": "yes"})
        shown = reader.get("/portal/surprises/sent/").content.decode()
        codes.append(re.findall(r"\d{3} \d{4} \d{3}", shown)[0])
    assert reader.post(form, {"kind": "amount"}).status_code == 429
    officer, (first, second) = make_actor(Role.OFFICER), Surprise.objects.order_by("pk")[:2]
    answer_surprise(uuid=first.uuid, answer="三级不在范围里。", note="看过", by=officer, at=timezone.now())
    close_surprise(uuid=second.uuid, note="送了两次", by=officer, at=timezone.now())
    for typed in ("", "1", "0000000000", *codes[:3]):
        reader.post(ask, {"code": typed})
    visit(reader, "110000000000", nothing)
    reader.get(form)
    assert reader.get("/portal/policies/none-such/surprise/").status_code == 404


WALKS: Mapping[Callable[[EnglishVisitor], None], set[str]] = {
    walk_first_pages: {"home", "settings", "needs", "contact", "left", "lost"},
    walk_places: {"place", "place_elsewhere", "where"},
    walk_questions: {"question", "answers", "result", "sheet"},
    walk_policies: {"policies", "policy"},
    walk_offices: {"offices"},
    walk_surprises: {"surprise", "surprise_sent", "surprise_answer"},
}
"""What each walk must have seen."""


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_nothing_is_chinese_that_is_not_marked_as_such(walk: Callable[[EnglishVisitor], None]) -> None:
    reader = EnglishVisitor()
    walk(reader)
    assert {f"portal:{name}" for name in WALKS[walk]} <= reader.seen
    assert not reader.faults, "\n".join(f"{where}: {fault}" for fault, where in reader.faults.items())


def test_every_address_of_the_portal_is_walked() -> None:
    walked = {f"portal:{name}" for names in WALKS.values() for name in names}
    assert {one.name for one in addresses() if one.name.startswith("portal:")} == walked | FORWARDS


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p>You get 低保</p>", "<p> says You get 低保"),
        ("<p>one，two</p>", "says one，two"),
        ('<p lang="zh-Hans">dibao</p>', "marked as Chinese and says dibao"),
        ('<button aria-label="看">See</button>', "<button> says 看"),
        ("<p>Bring: card., paper</p>", "put together badly"),
        ("<p>You get None</p>", "put together badly"),
        ("<p><a>Home adaptation</a><span>You get a service</span></p>", "put together badly"),
        ("<p>%(sum)s yuan</p>", "put together badly"),
    ],
)
def test_what_the_walks_would_find(html: str, fault: str) -> None:
    page = heard(f'<html lang="en"><title>Home - Zhucan</title>{html}</html>')
    assert len(page.faults) == 1
    assert fault in page.faults[0]


def test_what_is_right_is_no_fault() -> None:
    parts = '<p>Look at <span lang="zh-Hans">港南区</span>, 3.5 yuan; see 12345 (hotline).</p>'
    assert not heard(f'<html lang="en"><title>Error: Home - Zhucan</title>{parts}</html>').faults
    assert len(heard('<html lang="zh-Hans"><title> - Zhucan</title></html>').faults) == 2
