"""这个结果和我想的不一样: the form, what it keeps and what it sends, the code, and what becomes of it."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.factories.people import COUNTY, COUNTY_PATH, make_actor, make_divisions, make_organ
from zhucan.base.enums import Role
from zhucan.policies.library import library
from zhucan.policies.models import Surprise
from zhucan.policies.operations.surprises import answer_surprise, close_surprise
from zhucan.policies.queries import surprises as queries
from zhucan.policies.told import read_told
from zhucan.web.portal import surprise as pages
from zhucan.web.portal.check import inquiry_of
from zhucan.web.portal.visit import Visit, keep

pytestmark = pytest.mark.django_db
NURSING = "nursing-allowance"
URL, SENT, ASK = f"/portal/policies/{NURSING}/surprise/", "/portal/surprises/sent/", "/portal/surprises/"
GIVEN = {"kind": "entitled", "text": "邻居和我一样，她领到了", "contact": "微信 wugui1956"}
THIRD_LEVEL = {
    "birth_date": date(1956, 3, 12), "certificate_valid": True, "has_certificate": True, "category": 1, "level": 3,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _county() -> None:
    make_divisions()
    make_organ()
    cache.clear()


def visitor(given: Mapping[str, object] | None = None, place: int | None = COUNTY) -> Client:
    """A browser; with ``given`` of somebody who answered every question, what is not given with 不知道."""
    client = Client()
    visit = Visit(started=True, place=place)
    if given is not None:
        while (fact := inquiry_of(visit, timezone.localdate()).walk(visit.answers).next) is not None:
            visit.answers[fact.id] = cast("Any", given.get(fact.id))
    if given is not None or place != COUNTY:
        session = client.session
        keep(cast("Any", SimpleNamespace(session=session, user=AnonymousUser())), visit)
        session.save()
    return client


def text(answer: Any) -> str:
    page = answer.content.decode()
    assert "!!undefined" not in page, re.findall(r"!!undefined[^!]*!!", page)
    return page


def send(client: Client, **more: str) -> str:
    """Send the form; the code, as the page says it."""
    answer = client.post(URL, {**GIVEN, **more})
    assert (answer.status_code, answer.headers["Location"]) == (302, SENT), text(answer)
    found = re.search(r"\d{3} \d{4} \d{3}", text(client.get(SENT)))
    assert found is not None
    return found.group()


def test_the_form_asks_one_thing_that_must_be_answered() -> None:
    page = text(visitor().get(URL))
    assert "<title>这个结果和我想的不一样" in page
    assert library().base(NURSING).zh in page
    assert re.findall(r'<input type="radio"[^>]*value="(\w+)"', page) == ["entitled", "amount", "words", "other"]
    for label in ("我觉得我应该能领", "我觉得金额不对", "说明看不懂", "其他"):
        assert f">{label}</label>" in page
    assert " checked" not in page
    assert page.count("可以不填") == 2
    assert "checkbox" not in page, "there are no answers to send"
    assert "<script" not in page
    assert f'href="/portal/policies/{NURSING}/"' in page


def test_answers_go_along_only_where_she_says_so() -> None:
    client = visitor(THIRD_LEVEL)
    page = text(client.get(URL))
    box = re.search(r'<input type="checkbox"[^>]*>', page)
    assert box is not None
    assert "checked" not in box.group()
    assert "没有姓名" in page
    assert "现在不能享受" in page
    send(client)
    assert Surprise.objects.latest("pk").told == ""
    send(client, send="yes")
    told = read_told(Surprise.objects.latest("pk").told)
    assert told is not None
    policy = library().policy(NURSING, division=COUNTY_PATH, as_of=timezone.localdate())
    assert (told.verdict, told.fingerprint) == ("not", policy.fingerprint)
    assert told.why
    assert told.answers
    for asked, said in told.answers:
        assert asked in page, "what is sent was shown before"
        assert said in page


def test_of_her_answers_only_those_about_this_policy_are_sent() -> None:
    client = visitor({})
    send(client, send="yes")
    told = read_told(Surprise.objects.latest("pk").told)
    assert told is not None
    visit = Visit(started=True, place=COUNTY)
    while (fact := inquiry_of(visit, timezone.localdate()).walk(visit.answers).next) is not None:
        visit.answers[fact.id] = None
    assert 0 < len(told.answers) < len(visit.answers)


def test_english_readers_send_chinese_words() -> None:
    client = visitor(THIRD_LEVEL)
    client.cookies["language"] = "en"
    page = text(client.get(URL))
    assert library().base(NURSING).en in page
    send(client, send="yes")
    told = read_told(Surprise.objects.latest("pk").told)
    assert told is not None
    assert all(re.search("[一-鿿]", asked) for asked, _ in told.answers)


def test_a_mistake_is_told_first_and_nothing_typed_is_lost() -> None:
    client = visitor(THIRD_LEVEL)
    answer = client.post(URL, {"kind": "", "text": "邻居<领到>了", "contact": "13978151234", "send": "yes"})
    page = text(answer)
    assert answer.status_code == 422
    assert "<title>错误：这个结果" in page
    main = page[page.index("<main") :]
    assert main.index("error-summary") < main.index("<h1")
    assert re.search(r'class="error-summary"[^>]*autofocus', main)
    assert '<a href="#kind-0">还没有选。请选一项。</a>' in main
    assert 'id="kind-error"' in main
    assert "邻居&lt;领到&gt;了</textarea>" in main
    assert 'value="13978151234"' in main
    assert re.search(r'type="checkbox"[^>]*checked', main)
    assert not Surprise.objects.exists()


def test_several_mistakes_are_told_together() -> None:
    long, contact = "字" * 501, "1" * 61
    page = text(visitor().post(URL, {"kind": "amount", "text": long, "contact": contact}))
    assert "有 2 处要改" in page
    assert "写了 501 个字，最多 500 个" in page
    assert "写了 61 个字，最多 60 个" in page
    assert long in page
    assert re.search(r'value="amount" checked', page)
    assert page.count('aria-invalid="true"') == 2


def test_line_ends_count_once() -> None:
    send(visitor(), text="\r\n".join("字" * 250) + "字")
    assert len(Surprise.objects.get().text) == 500


def test_something_else_must_be_said() -> None:
    client = visitor()
    page = text(client.post(URL, {"kind": "other", "text": "  "}))
    assert "选了“其他”，请写一句是什么事" in page
    assert client.post(URL, {"kind": "other", "text": "网页打不开"}).status_code == 302


def test_nothing_stands_in_an_address_and_a_get_sends_nothing() -> None:
    client = visitor()
    answer = client.get(URL, GIVEN)
    assert GIVEN["text"] not in text(answer)
    assert not Surprise.objects.exists()
    page = text(client.get(URL))
    form = re.search(r'<form method="post"(?! class)[^>]*>', page[page.index("<main") :])
    assert form is not None
    assert form.group() == '<form method="post">'
    assert client.get(ASK, {"code": "4827109355"}).status_code == 200
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(URL, GIVEN).status_code == 403
    assert client.put(URL).status_code == 405


def test_the_code_asks_what_became_of_it() -> None:
    client = visitor()
    code = send(client)
    one = Surprise.objects.get()
    assert (one.kind, one.text, one.contact, one.division.path) == (*GIVEN.values(), COUNTY_PATH)
    elsewhere = Client()
    page = text(elsewhere.post(ASK, {"code": code}))
    assert "还在看" in page
    assert GIVEN["text"] not in page
    assert GIVEN["contact"] not in page
    answer = "结果是对的：\n只发一级、二级。"
    answer_surprise(
        uuid=one.uuid, answer=answer, note="内部看", by=make_actor(Role.OFFICER), at=timezone.now()
    )  # fmt: skip
    page = text(elsewhere.post(ASK, {"code": code.replace(" ", "")}))
    for line in answer.split("\n"):
        assert f">{line}</p>" in page
    assert "内部看" not in page
    assert library().base(NURSING).zh in page


def test_what_was_closed_says_so() -> None:
    code = send(visitor())
    close_surprise(
        uuid=Surprise.objects.get().uuid, note="送了两次", by=make_actor(Role.OFFICER), at=timezone.now()
    )  # fmt: skip
    page = text(Client().post(ASK, {"code": code}))
    assert "工作人员看过了，没有另外写答复" in page
    assert "送了两次" not in page


@pytest.mark.parametrize(
    ("typed", "said"), [("", "还没有填编号"), ("123", "没有这个编号"), ("482 7109 355", "没有这个编号")]
)
def test_a_code_nobody_has_is_an_error_that_keeps_it(typed: str, said: str) -> None:
    answer = Client().post(ASK, {"code": typed})
    page = text(answer)
    assert answer.status_code == 422
    assert "<title>错误：" in page
    assert f'<a href="#code">{said}' in page
    assert f'value="{typed}"' in page


def test_guessing_codes_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_WRONG_CODES", 3)
    code = send(visitor())
    right = code.replace(" ", "")
    wrong = str(int(right) ^ 1).zfill(10)
    for _ in range(3):
        assert Client().post(ASK, {"code": wrong}).status_code == 422
    answer = Client().post(ASK, {"code": right})
    assert answer.status_code == 429
    assert "过一小时再查" in text(answer)


def test_the_code_stays_in_this_browser_until_she_leaves() -> None:
    client = visitor()
    code = send(client)
    assert code in text(client.get(SENT))
    assert "退出并清除" in text(client.get(SENT))
    client.post("/portal/leave/")
    assert client.get(SENT).status_code == 302
    assert Client().get(SENT).headers["Location"] == ASK


def test_the_code_is_forgotten_after_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    client = visitor()
    send(client)
    later = time.time() + 3700
    monkeypatch.setattr(pages.time, "time", lambda: later)
    assert client.get(SENT).status_code == 302


def test_one_browser_sends_five_an_hour() -> None:
    client = visitor(THIRD_LEVEL)
    for _ in range(pages.MOST_A_VISITOR):
        send(client)
    answer = client.post(URL, {**GIVEN, "send": "yes"})
    page = text(answer)
    assert answer.status_code == 429
    assert "请过一小时再送" in page
    assert 'href="#send-off"' in page
    assert f"{GIVEN['text']}</textarea>" in page
    assert Surprise.objects.count() == pages.MOST_A_VISITOR
    send(visitor())


def test_all_browsers_together_are_limited_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_AN_HOUR", 2)
    send(visitor())
    send(visitor())
    assert visitor().post(URL, GIVEN).status_code == 429


def test_no_such_policy() -> None:
    assert visitor().get("/portal/policies/nothing-of-the-kind/surprise/").status_code == 404


def test_whoever_belongs_elsewhere_is_told_whom_to_ask() -> None:
    client = visitor(place=450821)
    page = text(client.get(URL))
    assert "平南县，不归这里管" in page
    assert "<textarea" not in page
    assert client.post(URL, GIVEN).status_code == 200
    assert not Surprise.objects.exists()


def test_a_prefecture_passes_it_on_to_the_county() -> None:
    make_organ(path=450800_000_000)
    send(visitor({}, place=450821))
    assert Surprise.objects.get().division.path == 450821_000_000
    send(visitor())
    assert Surprise.objects.latest("pk").division.path == 450800_000_000


def test_before_the_office_is_set_up_nothing_is_taken() -> None:
    from zhucan.base.models import Organ

    Organ.objects.all().delete()
    page = text(visitor().get(URL))
    assert "还没有开通" in page
    assert "<textarea" not in page
