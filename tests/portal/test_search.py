"""The search for policies: plain words, pinyin, initials; sent, never in an address."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from django.test import Client

from tests.factories.people import COUNTY_PATH, make_divisions, make_organ
from zhucan.base.enums import OrganKind
from zhucan.base.queries.divisions import forget_names
from zhucan.policies.queries.texts import policies_on
from zhucan.web.portal import policy_search
from zhucan.web.portal.policy_search import find

DAY = date(2026, 11, 21)
COUNTY = 450803_000_000


def ids(typed: str) -> list[str]:
    return [policy.id for policy in find(typed, COUNTY, DAY)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("护理补贴", "nursing-allowance"), ("燃油", "wheelchair-fuel"), ("法律援助", "legal-aid"),
        ("ｈｌｂｔ　", "nursing-allowance"), ("两补", "living-allowance"), ("hulibutie", "nursing-allowance"),
        ("HuLi BuTie", "nursing-allowance"),
        ("hlbt", "nursing-allowance"), ("ranyou", "wheelchair-fuel"), ("nursing", "nursing-allowance"),
        ("motor wheelchair", "wheelchair-fuel"), ("护理 补贴", "nursing-allowance"),
        ("护理补贴！", "nursing-allowance"), ("我想问问机动轮椅车的油钱", "wheelchair-fuel"),
        ("fuel", "wheelchair-fuel"),
    ],
)  # fmt: skip
def test_what_people_type_finds_the_policy_first(typed: str, first: str) -> None:
    assert ids(typed)[0] == first


def test_the_title_goes_before_words_words_before_needs_needs_before_guides(monkeypatch: pytest.MonkeyPatch) -> None:
    base = next(one for one in policies_on(COUNTY, DAY) if one.id == "nursing-allowance")
    made = (
        replace(base, id="guide", zh="甲", words=(), needs=()),
        replace(base, id="need", zh="乙", words=(), needs=("travel",)),
        replace(base, id="word", zh="丙", words=("出门坐车",), needs=()),
        replace(base, id="title", zh="出门坐车", words=(), needs=()),
    )  # fmt: skip
    monkeypatch.setattr(policy_search, "policies_on", lambda *_: made)
    monkeypatch.setattr(policy_search, "guide_of", lambda policy, _: "出门坐车不要钱" if policy.id == "guide" else "")
    policy_search._entries.cache_clear()
    try:
        assert [one.id for one in find("坐车", 1, DAY)] == ["title", "word", "need", "guide"]
    finally:
        policy_search._entries.cache_clear()


def test_several_words_must_all_fit() -> None:
    assert set(ids("轮椅 燃油")) <= set(ids("燃油"))
    assert "wheelchair-fuel" in ids("轮椅 燃油")
    assert "nursing-allowance" not in ids("轮椅 燃油")


@pytest.mark.parametrize("typed", ["", " ", "，。", "zzzzqq", "龘", "q" * 5000, "%", "(((", "🙂"])
def test_nothing_fits_what_is_no_word(typed: str) -> None:
    assert ids(typed) == []


def test_what_all_policies_share_finds_nothing_by_pieces() -> None:
    assert ids("残疾人游泳馆") == []


@pytest.fixture
def client(db: None) -> Client:
    make_divisions()
    make_organ(OrganKind.FEDERATION, COUNTY_PATH)
    forget_names()
    return Client()


def said(client: Client, typed: str, status: int = 200) -> str:
    answer = client.post("/portal/policies/", {"q": typed})
    assert answer.status_code == status
    return unescape(answer.content.decode())


def test_what_is_looked_for_is_sent_and_stands_neither_in_address_nor_title(client: Client) -> None:
    html = said(client, "轮椅")
    assert '<form class="seek" method="post"' in html
    assert "轮椅" not in html[html.index("<title>") : html.index("</title>")]
    assert "找到" in html[html.index("<title>") : html.index("</title>")]
    assert "/portal/policies/wheelchair-fuel/" in html
    assert 'value="轮椅"' in html
    get = unescape(client.get("/portal/policies/?q=轮椅").content.decode())
    assert 'value="轮椅"' not in get


def test_nothing_found_says_what_to_do(client: Client) -> None:
    html = said(client, "zzzzqq")
    assert "没有找到" in html
    for way in ("/portal/needs/", "/portal/contact/", "/portal/policies/nursing-allowance/"):
        assert way in html


def test_an_empty_search_is_told_where_it_is_empty(client: Client) -> None:
    html = said(client, "  ", 422)
    assert "<title>错误：" in html
    assert 'href="#q"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="q-help q-error"' in html


def test_what_was_typed_is_escaped_and_the_place_kept(client: Client) -> None:
    answer = client.post("/portal/policies/?place=450821", {"q": '"><b>轮椅'})
    html = answer.content.decode()
    assert '"><b>' not in html
    assert "平南县" in html
    assert "wheelchair-fuel/?place=450821" in html
