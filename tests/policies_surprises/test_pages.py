"""The queue on the workbench: who finds it, what it shows, answering and closing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories.people import COUNTY_PATH, ELSEWHERE, make_divisions, make_post
from tests.policies_surprises.conftest import CONTACT, NURSING, TEXT, Report
from zhucan.base.enums import OrganKind, Role
from zhucan.base.models import AuditEvent
from zhucan.policies.library import library
from zhucan.policies.operations.surprises import KEPT_DAYS, purge_surprises
from zhucan.policies.queries.surprises import heard_by_code

pytestmark = pytest.mark.django_db
ANSWER = "结果是对的：\n只发一级、二级。"


def enter(role: Role = Role.OFFICER, path: int = COUNTY_PATH, kind: OrganKind = OrganKind.FEDERATION) -> Client:
    make_divisions()
    browser = Client()
    browser.force_login(make_post(role, kind, path).user)
    return browser


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    page = answer.content.decode()
    assert "!!undefined" not in page, re.findall(r"!!undefined[^!]*!!", page)
    return page


def listed(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="/surprises/([0-9a-f-]{36})/"', page)))


def test_the_first_page_says_what_waits_and_its_list_is_as_long(report: Report) -> None:
    browser = enter()
    assert "对结果的疑问" not in text(browser.get("/"))
    for _ in range(3):
        report()
    report(division=ELSEWHERE // 10**6 * 10**6)
    page = text(browser.get("/"))
    assert 'href="/surprises/"' in page
    line = re.search(r'href="/surprises/".*?</li>|href="/surprises/".*?</tr>', page, re.DOTALL)
    assert line is not None
    assert "3" in re.sub(r"<[^>]*>", "", line.group())
    assert len(listed(text(browser.get("/surprises/")))) == 3


@pytest.mark.parametrize(
    ("role", "kind"),
    [(Role.AUDITOR, OrganKind.AUDIT), (Role.APPROVER, OrganKind.FEDERATION), (Role.CLERK, OrganKind.FINANCE)],
)
def test_whoever_does_not_answer_finds_no_way_there(report: Report, role: Role, kind: OrganKind) -> None:
    _, one = report()
    browser = enter(role, kind=kind)
    for url in ("/", "/policies/", f"/policies/{NURSING}/"):
        assert "/surprises/" not in text(browser.get(url))
    assert browser.get("/surprises/").status_code == 403
    assert browser.get(f"/surprises/{one.uuid}/").status_code == 403


def test_policies_lead_to_the_queue(report: Report) -> None:
    browser = enter()
    assert 'href="/surprises/"' in text(browser.get("/policies/"))
    assert f'href="/surprises/?policy={NURSING}"' in text(browser.get(f"/policies/{NURSING}/"))


def test_the_list_is_filtered_by_policy_and_shows_the_answered_on_request(report: Report) -> None:
    now = timezone.now()
    _, new = report(at=now)
    _, old = report(at=now - timedelta(days=3), policy="living-allowance", text="", contact="", told=None)
    browser = enter(Role.CLERK)
    page = text(browser.get("/surprises/"))
    assert listed(page) == [str(old.uuid), str(new.uuid)]
    assert "话、回答、联系办法" in page
    assert TEXT not in page
    assert CONTACT not in page
    assert listed(text(browser.get(f"/surprises/?policy={NURSING}"))) == [str(new.uuid)]
    browser.post(f"/surprises/{old.uuid}/", {"do": "close", "reason": "送了两次"})
    assert listed(text(browser.get("/surprises/"))) == [str(new.uuid)]
    assert listed(text(browser.get("/surprises/?state=all"))) == [str(new.uuid), str(old.uuid)]
    text(browser.get("/surprises/?policy=nothing&state=nonsense&page=x"))


def test_fifty_to_a_page(report: Report) -> None:
    now = timezone.now()
    for number in range(51):
        report(at=now - timedelta(hours=2 * number))
    browser = enter()
    page = text(browser.get("/surprises/?state=all"))
    assert len(listed(page)) == 50
    assert "共 51 条" in page
    assert "?state=all&amp;page=2" in page
    assert len(listed(text(browser.get("/surprises/?state=all&page=2")))) == 1


def test_one_is_read_in_full_and_the_look_is_recorded(report: Report) -> None:
    _, one = report()
    browser = enter()
    page = text(browser.get(f"/surprises/{one.uuid}/"))
    for said in (library().base(NURSING).zh, TEXT, CONTACT, "觉得自己应该能领", "不符合", "评的不是一级或二级", "三级"):
        assert said in page
    assert "和今天的不同" in page
    event = AuditEvent.objects.get(action="see_surprise")
    assert (event.subject_id, event.place) == (one.pk, COUNTY_PATH)


def test_what_was_not_sent_is_said(report: Report) -> None:
    _, one = report(text="", contact="", told=None)
    page = text(enter().get(f"/surprises/{one.uuid}/"))
    for said in ("没有写。", "没有把回答送来。", "没有留，凭编号查答复"):
        assert said in page


def test_an_answer_goes_out(report: Report) -> None:
    code, one = report()
    browser = enter(Role.CLERK)
    answer = browser.post(f"/surprises/{one.uuid}/", {"do": "answer", "answer": ANSWER, "note": "已核对"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/surprises/")
    assert "凭编号现在就能看到" in text(browser.get("/surprises/"))
    heard = heard_by_code(code)
    assert heard is not None
    assert heard.answer.splitlines() == ANSWER.splitlines()
    page = text(browser.get(f"/surprises/{one.uuid}/"))
    assert "只发一级、二级。" in page
    assert "已核对" in page
    assert "<textarea" not in page


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"do": "answer", "answer": "对"}, "answer"), ({"do": "close", "reason": ""}, "reason"),
        ({"do": "close", "reason": "无"}, "reason"),
        ({"do": "answer", "answer": "说得很清楚了", "note": "字" * 201}, "answer"),
        ({"answer": ""}, "answer"),
    ],
)  # fmt: skip
def test_a_refusal_keeps_what_was_typed(report: Report, sent: dict[str, str], field: str) -> None:
    _, one = report()
    page = text(enter().post(f"/surprises/{one.uuid}/", sent), 422)
    assert "<title>错误：" in page
    assert f'href="#id_{field}"' in page
    assert not sent.get("answer") or f"{sent['answer']}</textarea>" in page.replace("\n", "")
    one.refresh_from_db()
    assert one.answered_at is None


def test_whoever_comes_second_is_told(report: Report) -> None:
    _, one = report()
    url = f"/surprises/{one.uuid}/"
    enter().post(url, {"do": "answer", "answer": ANSWER})
    page = text(enter().post(url, {"do": "answer", "answer": "另一个答复"}, follow=True))
    assert "已经有人办过了" in page
    assert "只发一级、二级。" in page


def test_other_places_get_the_page_of_what_is_not_there(report: Report) -> None:
    _, one = report()
    for path in (ELSEWHERE // 10**6 * 10**6, 450803_002_000):
        browser = enter(path=path)
        assert listed(text(browser.get("/surprises/"))) == []
        for answer in (browser.get(f"/surprises/{one.uuid}/"), browser.post(f"/surprises/{one.uuid}/", {})):
            assert answer.status_code == 404


def test_after_purging_the_page_says_so(report: Report) -> None:
    _, one = report()
    browser = enter()
    browser.post(f"/surprises/{one.uuid}/", {"do": "answer", "answer": ANSWER})
    purge_surprises(at=timezone.now() + timedelta(days=KEPT_DAYS + 1))
    page = text(browser.get(f"/surprises/{one.uuid}/"))
    assert page.count("已按规定删除") == 3
    assert "只发一级、二级。" in page


def test_a_policy_that_is_gone_goes_by_its_id(report: Report) -> None:
    _, one = report(policy="gone-allowance")
    browser = enter()
    assert "gone-allowance" in text(browser.get("/surprises/"))
    assert "/policies/gone-allowance/" not in text(browser.get(f"/surprises/{one.uuid}/"))
