"""Policies to be read: the list by need, one policy with everything about it, and the place it is told for."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.factories.people import COUNTY_PATH, make_division, make_divisions, make_organ
from zhucan.base.enums import DivisionLevel, OrganKind
from zhucan.base.models import Organ
from zhucan.base.queries.divisions import forget_names
from zhucan.policies.library import library
from zhucan.web.guides import guide_sections

pytestmark = pytest.mark.django_db
NURSING = "/portal/policies/nursing-allowance/"


@pytest.fixture(autouse=True)
def _places() -> None:
    """港南区 is ours; 北京 is somewhere else."""
    make_divisions()
    beijing = make_division(11 * 10**10, "北京市", DivisionLevel.PROVINCE)
    city = make_division(1101 * 10**8, "市辖区", DivisionLevel.PREFECTURE, beijing)
    make_division(110101 * 10**6, "东城区", DivisionLevel.COUNTY, city)
    make_organ(OrganKind.FEDERATION, COUNTY_PATH)
    forget_names()


def page(url: str, status: int = 200, **cookies: str) -> str:
    client = Client()
    for name, value in cookies.items():
        client.cookies[name] = value
    answer = client.get(url)
    assert answer.status_code == status
    return unescape(answer.content.decode())


def text_of(html: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


def test_the_list_names_every_policy_of_our_place_under_each_of_its_needs() -> None:
    html = page("/portal/policies/")
    assert "贵港市港南区" in html
    main = html[html.index("<main") :]
    sections = dict(re.findall(r'<section aria-labelledby="([a-z]+)">(.*?)</section>', main, re.DOTALL))
    for policy in library().policies(division=450803, as_of=timezone.localdate(), subject="person"):
        for need in policy.needs:
            assert f"/portal/policies/{policy.id}/" in sections[need], (policy.id, need)
    assert "/portal/policies/employment-levy/" in sections["employers"]
    assert "每月 90 元" in sections["care"]


def test_each_need_of_the_page_can_be_jumped_to() -> None:
    html = page("/portal/policies/")
    jumps = re.findall(r'href="#([a-z]+)"', html[html.index("<nav") :])
    assert jumps
    assert all(html.count(f'id="{one}"') == 1 for one in jumps)


def test_a_policy_tells_who_how_much_how_and_where_of_its_place() -> None:
    html = page(f"{NURSING}?place=450803")
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", html)
    assert [one for one in headings if one in ("谁能领", "领多少", "怎么办", "找谁办")] == [
        "谁能领", "领多少", "怎么办", "找谁办"
    ]  # fmt: skip
    said = text_of(html)
    assert "精神残疾三级、四级也能领" in said  # only the guide of Guangxi says so
    assert "不分情况每月90元2025年1月1日起桂民发〔2025〕25号" in said
    assert "没有在有效期内的残疾人证，请先办证或换证国发〔2015〕52号" in said
    assert "县级民政部门" in said
    assert "桂民发〔2025〕25号，2025年发布" in said
    assert "您随时可以申请" in said
    for address in ("/portal/start/", "/portal/offices/?place=450803", "/portal/contact/", "/portal/settings/"):
        assert f'"{address}"' in html


def test_the_nation_has_no_sum_and_says_why() -> None:
    make_division(62 * 10**10, "甘肃省", DivisionLevel.PROVINCE)
    said = text_of(page(f"{NURSING}?place=62"))
    assert "不分情况还不能确定" in said
    assert "这个地方的标准还没有收录" in said
    assert "每月90元" not in said


def test_a_township_is_told_the_policies_of_its_county() -> None:
    html = page(f"{NURSING}?place=450803002")
    assert "贵港市港南区" in html
    assert "每月 90 元" in html


def test_the_place_is_kept_on_the_way_and_only_where_it_was_asked_for() -> None:
    assert f"{NURSING}?place=1101" in page("/portal/policies/?place=1101")
    assert "?place=" not in page("/portal/policies/").replace("/portal/where/?", "")
    assert "/portal/policies/?place=450803" in page(f"{NURSING}?place=450803")


def test_a_visitor_who_said_where_she_belongs_is_told_of_there() -> None:
    client = Client()
    client.post("/portal/start/")
    client.post("/portal/place/", {"place": "elsewhere"})
    for place in (45 * 10**10, 450821 * 10**6):
        client.post("/portal/place/elsewhere/", {"place": str(place)})
    assert "平南县" in client.get("/portal/policies/").content.decode()


def test_without_any_place_the_nation_is_told() -> None:
    Organ.objects.all().delete()
    assert "<strong>全国</strong>" in page("/portal/policies/")


@pytest.mark.parametrize("place", ["999999", "4508031", "x", "0", "45' OR 1", "-1", "٤٥"])
def test_a_place_that_is_none_is_answered_with_where_to_choose(place: str) -> None:
    for url in ("/portal/policies/", NURSING, "/portal/where/", "/portal/offices/"):
        answer = Client().get(url, {"place": place})
        assert answer.status_code == 404
        html = answer.content.decode()
        assert "没有找到这个地方" in html
        assert "/portal/where/" in html


def test_a_policy_that_is_none_or_not_in_force_says_so() -> None:
    assert "没有这项政策" in page("/portal/policies/none-such/", 404)
    assert "这个地方没有这项政策" not in page("/portal/policies/none-such/", 404)


def test_a_policy_of_another_place_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhucan.web.portal.policies.policy_on", lambda *_: None)
    html = page(NURSING, 404)
    assert "这个地方没有这项政策" in html
    assert "贵港市港南区今天没有施行“重度残疾人护理补贴”" in html


def test_a_policy_without_a_guide_still_tells_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhucan.web.portal.policy_parts.guide_of", lambda *_: "")
    html = page(f"{NURSING}?place=450803")
    assert re.findall(r'<h2 id="part-[^>]*>(.*?)</h2>', html) == ["领多少", "怎么办", "找谁办"]
    assert "每月 90 元" in html


def test_what_is_paid_by_employers_is_not_told_as_if_one_got_it() -> None:
    html = page("/portal/policies/employment-levy/?place=11")
    assert re.findall(r'<h2 id="part-[^>]*>(.*?)</h2>', html)[:2] == ["谁要缴", "缴多少"]
    assert "有下面情况的不用缴" in html
    for word in ("谁能领", "领多少", "谁发放", "看看我能享受什么"):
        assert word not in html


def test_easy_text_and_english_are_told_from_their_own_guides() -> None:
    plain, easy = page(f"{NURSING}?place=450803"), page(f"{NURSING}?place=450803", text="easy")
    english = page(f"{NURSING}?place=450803", language="en")
    assert text_of(plain) != text_of(easy)
    assert "看易读的这一页" in plain
    assert "看易读的这一页" not in easy
    assert "Who can get it" in english
    assert "90 yuan a month" in english
    assert 'lang="zh-Hans">桂民发〔2025〕25号' in english


def test_setting_the_language_comes_back_to_the_same_place() -> None:
    client = Client()
    answer = client.post("/portal/settings/", {"language": "en", "next": f"{NURSING}?place=450803"})
    assert answer.url == f"{NURSING}?place=450803"
    assert f'value="{NURSING}?place=450803"' in page(f"{NURSING}?place=450803")


def test_every_policy_has_a_page_in_every_language_and_kind_of_text() -> None:
    for id_ in library().ids:
        for cookies in ({}, {"text": "easy"}, {"language": "en"}):
            html = page(f"/portal/policies/{id_}/", **cookies)
            assert html.count("<h1>") == 1
            ids = re.findall(r' id="([^"]+)"', html)
            assert len(ids) == len(set(ids)), id_


def test_the_number_of_queries_does_not_grow_with_the_policies(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = Client()
    for url in ("/portal/policies/", NURSING, "/portal/where/", "/portal/offices/?place=450803002"):
        client.get(url)
        forget_names()
        with django_assert_max_num_queries(8):
            client.get(url)


def test_one_chooses_province_city_and_county_without_scripts() -> None:
    first = page("/portal/where/?to=offices")
    assert "哪个省、自治区、直辖市？" in first
    assert '<option value="45"' in first
    second = page("/portal/where/?to=offices&place=45&above=")
    assert '<select id="place" name="place">' in second
    assert '<option value="450803"' in second  # its only city is passed over
    assert "不往下选，看贵港市的" in second
    for to, wanted in (
        ("offices", "/portal/offices/"),
        ("policies", "/portal/policies/"),
        ("nursing-allowance", NURSING),
    ):
        answer = Client().get("/portal/where/", {"to": to, "place": "450803"})
        assert answer.url == f"{wanted}?place=450803"
    assert Client().get("/portal/where/", {"place": "11"}).url == "/portal/policies/?place=110101"


def test_choosing_nothing_says_so_and_stays_where_one_was() -> None:
    html = page("/portal/where/?to=offices&above=45&place=", 422)
    assert "<title>错误：" in html
    assert "还没有选。请选一项。" in html
    assert '<option value="450803"' in html


def test_an_address_made_up_elsewhere_leads_nowhere_else() -> None:
    answer = Client().get("/portal/where/", {"to": "//example.com", "place": "450803"})
    assert answer.url == "/portal/policies/?place=450803"


def test_a_guide_is_read_by_its_headings() -> None:
    guide = "# 题目\n\n一句话。\n\n## 谁能领\n甲。\n乙。\n\n- 子\n- 丑\n\n1. 先\n\n2. 后\n## 空的\n"
    sections = guide_sections(guide)
    told = [(one.heading, [(each.kind, list(each.lines)) for each in one.passages]) for one in sections]
    assert told == [
        ("", [("paragraph", ["一句话。"])]),
        ("谁能领", [("paragraph", ["甲。", "乙。"]), ("item", ["子", "丑"]), ("step", ["先", "后"])]),
        ("空的", []),
    ]
