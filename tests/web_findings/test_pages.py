"""Home, lists, one finding, places, questions, matching: what somebody sees, and that numbers open equal lists."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.exchange_findings.make import make_finding, make_sixty
from tests.factories.people import COUNTY, ELSEWHERE, GAOLING, SANBAN, make_person
from tests.web_findings.conftest import Enter, Signed, make_matching
from zhucan.base.enums import OrganKind, Role
from zhucan.base.models import AuditEvent
from zhucan.exchange.enums import FindingKind, FindingState
from zhucan.exchange.models import Finding, Settling
from zhucan.exchange.queries.findings import Filters, counts, findings, seen_token

pytestmark = pytest.mark.django_db
TOWN = 450803_002_000


def text(browser: Signed, url: str, status: int = 200) -> str:
    answer = browser.get(url)
    assert answer.status_code == status, url
    page = answer.content.decode()
    assert "!!undefined" not in page, re.findall(r"!!undefined[^!]*!!", page)
    return page


def total_of(page: str) -> int:
    found = re.search(r"共 ([\d,]+) 条", page)
    return int(found[1].replace(",", "")) if found else 0


def test_every_number_of_home_opens_a_list_of_that_many(enter: Enter) -> None:
    browser = enter()
    make_matching()
    make_sixty()
    page = text(browser, "/")
    numbers = re.findall(r'<a href="(/findings/\?[^"]*)"><strong>([\d,]+)</strong>', page)
    beside = re.findall(r'<a href="(/findings/\?[^"]*)">[^<]*? ([\d,]+) (?:人次|笔|条|证)</a>', page)
    settles = re.findall(r'<a href="(/findings/\?[^"]*)">问清可定 ([\d,]+) 条</a>', page)
    assert len(numbers) == 4
    assert {len(beside) > 2, len(settles)} == {True}
    for url, number in [*numbers, *beside, *settles]:
        url = url.replace("&amp;", "&")
        assert total_of(text(browser, url)) == int(number.replace(",", "")), url


def test_home_says_what_was_presumed_and_how_to_do_without(enter: Enter) -> None:
    page = text(enter(), "/")
    assert "还没有比对过" in page
    make_matching()
    page = text(enter(), "/")
    assert "推定：未核对特困供养名单，影响 1,021 个结论。向民政要来加上，就不用推定。" in page
    assert "名单已核对 2 份，算到 2026年11月1日" in page
    assert "已过时：死亡名单" in page


def test_a_village_sees_her_own_numbers_and_nothing_of_the_county(enter: Enter) -> None:
    browser = enter(Role.COMMISSIONER, GAOLING, OrganKind.VILLAGE)
    make_matching()
    for village in (GAOLING, SANBAN, ELSEWHERE):
        make_finding(person=make_person("覃国强" if village != GAOLING else "张桂英", village=village))
    page = text(browser, "/")
    assert re.search(r"<strong>1</strong> 人次", page)
    assert "1,021" not in page
    listed = text(browser, "/findings/")
    assert total_of(listed) == 1
    assert "张*英" in listed
    assert "覃" not in listed


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_may_see_no_persons_sees_no_number_of_them(enter: Enter, role: Role) -> None:
    browser = enter(role)
    make_matching()
    make_finding()
    page = text(browser, "/")
    assert "您的岗位不看人员名单" in page
    assert "/findings/" not in page
    assert browser.get("/findings/").status_code == 403


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/findings/",
        "/findings/?kind=missed",
        "/findings/villages/",
        "/findings/questions/",
        "/matching/",
        "/visits/",
    ],
)
def test_pages_ask_the_database_as_often_for_sixty_as_for_six(enter: Enter, url: str) -> None:
    browser = enter()
    make_matching()
    for kind in FindingKind:
        make_finding(kind, village=GAOLING, missing="minimum_living_allowance" * (kind == FindingKind.UNKNOWN))
    browser.get(url)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(url).status_code == 200
        return len(queries)

    few = asked()
    make_sixty()
    browser.get(url)
    assert asked() <= few
    assert few < 40


def test_a_list_goes_on_where_its_page_ended(enter: Enter) -> None:
    browser = enter()
    make_sixty()
    page = text(browser, "/findings/")
    assert "第 1–50 条，共 60 条" in page
    following = re.search(r'<a href="(\?[^"]*)" rel="next">', page)
    assert following
    second = text(browser, "/findings/" + following[1].replace("&amp;", "&"))
    assert "第 51–60 条，共 60 条" in second
    assert not set(re.findall(r'data-key="([^".]+)', page)) & set(re.findall(r'data-key="([^".]+)', second))


def test_a_filter_is_kept_under_a_name_and_opens_the_same_list(enter: Enter) -> None:
    browser = enter()
    make_sixty()
    query = f"kind=missed&place={TOWN}"
    browser.post("/findings/filters/", {"query": query, "name": "八塘漏发"})
    page = text(browser, "/findings/")
    tab = re.search(r'<a href="(\?[^"]*)"[^>]*>八塘漏发', page)
    assert tab
    address = tab[1].replace("&amp;", "&")
    assert total_of(text(browser, f"/findings/{address}")) == total_of(text(browser, f"/findings/?{query}")) == 10
    assert "八塘漏发" not in text(enter(), "/findings/")
    dropped = browser.post("/findings/filters/", {"query": query, "name": "八塘漏发", "drop": "1"}, follow=True)
    assert "已删去常用筛选“八塘漏发”" in dropped.content.decode()
    assert "八塘漏发" not in text(browser, "/findings/")


def test_places_of_the_form_narrow_step_by_step(enter: Enter) -> None:
    browser = enter()
    make_sixty()
    page = text(browser, f"/findings/?p1={TOWN}")
    assert "高岭村" in page
    assert total_of(page) == total_of(text(browser, f"/findings/?place={TOWN}"))
    village = text(browser, f"/findings/?p1={TOWN}&p2={GAOLING}")
    assert total_of(village) == total_of(text(browser, f"/findings/?place={GAOLING}"))
    other = text(browser, f"/findings/?p1=450803100000&p2={GAOLING}")
    assert total_of(other) == total_of(text(browser, "/findings/?place=450803100000"))


@pytest.mark.parametrize(
    "query", ["kind=none", "state=x", "place=12", "place=45080300200%C2%B2", "ends=2026-13", "p1=x"]
)
def test_an_address_that_says_something_there_is_not_finds_nothing(enter: Enter, query: str) -> None:
    assert enter().get(f"/findings/?{query}").status_code == 404


@pytest.mark.parametrize("query", ["", "kind=missed", "kind=unknown&presumed=no", f"place={TOWN}"])
def test_the_sheet_holds_exactly_what_is_filtered(enter: Enter, query: str) -> None:
    browser = enter()
    make_sixty()
    page = text(browser, f"/findings/?{query}")
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/findings/export/?{query}").content))
    rows = list(book["名单"].iter_rows(values_only=True))
    assert [title for title in rows[0] if title][:-1] == [
        "核查编号", "姓名", "村（社区）", "政策", "状态", "金额（元/月）", "连续符合（月）", "原因", "依据",
    ]  # fmt: skip
    filters = Filters.read(dict(pair.split("=") for pair in query.split("&") if pair))
    wanted = list(findings(browser.actor, filters))
    assert [row[0] for row in rows[1:]] == [one.number for one in wanted]
    assert total_of(page) == len(wanted) == book["目录"]["C2"].value
    if filters.kind:
        fen = counts(browser.actor, filters)[FindingKind(filters.kind)].fen
        assert sum(round(row[5] * 100) for row in rows[1:] if row[5]) == fen
        paper = text(browser, f"/findings/print/?{query}")
        assert total_of(paper) == len(wanted)
        said = re.search(r"金额合计 ([\d,.]+) 元", page)
        assert (said and said[1]) == (re.search(r"金额合计 ([\d,.]+) 元", paper) or [None, None])[1]
    event = AuditEvent.objects.filter(action="export_findings").get()
    assert event.details["lines"] == len(wanted)


def test_no_cell_of_the_sheet_is_a_formula(enter: Enter) -> None:
    browser = enter()
    make_finding(person=make_person("=1+1"), reason='=HYPERLINK("http://x","y")')
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/findings/export/").content))
    cells = [cell for row in book["名单"].iter_rows() for cell in row]
    assert {"=1+1"} <= {cell.value for cell in cells}
    assert {cell.data_type for cell in cells if cell.column <= 9} <= {"s", "n"}


def test_exporting_is_not_for_commissioners(enter: Enter) -> None:
    browser = enter(Role.COMMISSIONER, GAOLING, OrganKind.VILLAGE)
    make_finding()
    assert browser.get("/findings/export/").status_code == 403
    assert "导出" not in text(browser, "/findings/")


def test_one_finding_is_settled_and_the_next_of_the_filter_follows(enter: Enter) -> None:
    browser = enter(Role.CLERK, TOWN, OrganKind.TOWNSHIP)
    first, second = make_finding(), make_finding()
    other = make_finding(FindingKind.DOUBTFUL)
    page = text(browser, f"/findings/{first.uuid}/?kind=missed")
    assert f"/findings/{second.uuid}/?kind=missed" in page
    given = {"verdict_": "true", "reason": "已移交民政补发", "note": "", "seen": seen_token(first)}
    answer = browser.post(f"/findings/{first.uuid}/?kind=missed", given)
    assert answer["Location"] == f"/findings/{second.uuid}/?kind=missed"
    first.refresh_from_db()
    assert (first.state, first.answer) == (FindingState.CLOSED, "已移交民政补发")
    assert f"{first.number} 已记为“情况属实”" in text(browser, answer["Location"])
    assert str(other.uuid) not in page


def test_what_was_typed_stays_when_it_cannot_be_taken(enter: Enter) -> None:
    browser, finding = enter(), make_finding()
    given = {"verdict_": "true", "reason": "", "note": "存折上没有这笔", "seen": "0" * 16}
    answer = browser.post(f"/findings/{finding.uuid}/", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "刚刚变了" in page
    assert "存折上没有这笔" in page
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN


def test_putting_aside_needs_a_day(enter: Enter, today: date) -> None:
    browser, finding = enter(), make_finding()
    given = {"verdict_": "postponed", "reason": "", "note": "住院", "seen": seen_token(finding)}
    assert "还没有写到哪一天" in browser.post(f"/findings/{finding.uuid}/", given).content.decode()
    later = (today + timedelta(days=20)).isoformat()
    assert browser.post(f"/findings/{finding.uuid}/", given | {"until": later}).status_code == 302
    finding.refresh_from_db()
    assert finding.state == FindingState.POSTPONED


def test_a_finding_elsewhere_is_like_one_that_is_not(enter: Enter) -> None:
    browser = enter(Role.CLERK, TOWN, OrganKind.TOWNSHIP)
    away = make_finding(person=make_person(village=ELSEWHERE), county=450821)
    nowhere = "00000000-0000-4000-8000-000000000000"
    for method in (browser.get, browser.post):
        there, missing = (method(f"/findings/{uid}/") for uid in (away.uuid, nowhere))
        assert there.status_code == missing.status_code == 404
        assert re.sub(r"value=\"[^\"]{64}\"|[0-9a-f-]{36}|\{\"X-CSRF[^}]*\}", "", there.content.decode()) == re.sub(
            r"value=\"[^\"]{64}\"|[0-9a-f-]{36}|\{\"X-CSRF[^}]*\}", "", missing.content.decode()
        )


def test_looking_at_a_finding_is_recorded(enter: Enter) -> None:
    browser, finding = enter(), make_finding()
    text(browser, f"/findings/{finding.uuid}/")
    assert AuditEvent.objects.filter(action="see_finding", person_id=finding.person_id).count() == 1


def test_in_bulk_it_is_asked_first_then_done_then_undone(enter: Enter) -> None:
    browser = enter()
    make_sixty()
    start = {"query": "kind=missed", "scope": "filter", "action": "true"}
    page = browser.post("/findings/settle/", start).content.decode()
    assert "20 条都记为情况属实" in page
    assert not Finding.objects.exclude(settled_at=None).exists()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    answer = browser.post("/findings/settle/", hidden | {"reason": "已移交民政补发", "note": ""})
    result = text(browser, answer["Location"])
    assert "20 条记为“情况属实”" in result
    assert counts(browser.actor, Filters())[FindingKind.MISSED].settled == 20
    undone = browser.post(f"{answer['Location']}undo/", follow=True).content.decode()
    assert "已撤销，20 条回到原来的样子" in undone
    assert counts(browser.actor, Filters())[FindingKind.MISSED].lines == 20


def test_in_bulk_what_was_not_done_is_told_with_its_reason(enter: Enter) -> None:
    browser = enter()
    same, changed = make_finding(), make_finding()
    given = {"query": "", "scope": "selected", "action": "false",
             "selected": [f"{one.uuid}.{seen_token(one)}" for one in (same, changed)]}  # fmt: skip
    Finding.objects.filter(pk=changed.pk).update(evidence=b"evidence-0000009")
    answer = browser.post("/findings/settle/", given | {"sure": "1", "count": "2", "reason": "", "note": ""})
    page = text(browser, answer["Location"])
    assert "1 条记为“情况不实”；1 条没有办" in page
    assert changed.number in page
    assert "刚刚变了" in page


def test_in_bulk_nothing_chosen_is_nothing_done(enter: Enter) -> None:
    browser = enter()
    make_finding()
    page = browser.post("/findings/settle/", {"query": "", "scope": "selected", "action": "true"}, follow=True)
    assert "还没有选" in page.content.decode()
    assert not Settling.objects.exists()


def test_every_number_of_the_places_opens_a_list_of_that_many(enter: Enter) -> None:
    browser = enter()
    make_sixty()
    page = text(browser, "/findings/villages/")
    links = re.findall(r'<a href="(/findings/\?[^"]*)">([\d,]+)<', page)
    assert len(links) > 6
    for url, number in links:
        assert total_of(text(browser, url.replace("&amp;", "&"))) == int(number)
    assert "未写明乡镇" in page
    assert re.search(r"应享未享共 20 人次，\S+最多，10 人次，占 50%", page)
    below = text(browser, f"/findings/villages/?place={TOWN}")
    assert "高岭村" in below
    assert "桥圩" not in below


def test_every_number_of_the_questions_opens_a_list_of_that_many(enter: Enter) -> None:
    browser = enter()
    make_sixty()
    page = text(browser, "/findings/questions/")
    links = re.findall(r'<a href="(/findings/\?[^"]*)">([\d,]+)<', page)
    assert len(links) == 3
    for url, number in links:
        assert total_of(text(browser, url.replace("&amp;", "&"))) == int(number)


def test_expiries_of_this_month_and_next_are_on_home(enter: Enter, today: date) -> None:
    browser = enter()
    make_matching()
    end = today.replace(day=1) + timedelta(days=32)
    next_month = end.replace(day=1)
    for until in (next_month, next_month + timedelta(days=1), next_month + timedelta(days=20)):
        make_finding(FindingKind.EXPIRY, make_person(until=until), policy="", fen=None)
    page = text(browser, "/")
    found = dict(re.findall(r'残疾人证(本月|下月)到期</a>.*?<span class="value">(\d+) 证', page, re.DOTALL))
    assert found == {"本月": "1", "下月": "2"}
    for url in re.findall(r'<a href="(/findings/\?[^"]*ends=[^"]*)"', page):
        assert total_of(text(browser, url.replace("&amp;", "&"))) in (1, 2)


def test_matching_says_what_was_compared_and_starts_anew(enter: Enter) -> None:
    browser = enter()
    assert "还没有比对过" in text(browser, "/matching/")
    make_matching()
    page = text(browser, "/matching/")
    assert "没有这份名单" in page
    assert "1,021" in page
    answer = browser.post("/matching/start/", {"county": str(COUNTY)}, follow=True)
    assert "已开始比对" in answer.content.decode()
    assert "排队" in answer.content.decode() or "已完成 0" in answer.content.decode()
    clerk = enter(Role.CLERK, TOWN, OrganKind.TOWNSHIP)
    assert clerk.post("/matching/start/", {"county": str(COUNTY)}).status_code == 403
    assert "1,021" not in text(clerk, "/matching/")
    assert clerk.get("/matching/?county=450821").status_code == 404
