"""What staff see: numbers open equal lists, scopes hold, queries do not grow, and two persons adopt a sheet."""

from __future__ import annotations

import io
import re
from datetime import date
from urllib.parse import urlencode

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories.people import COUNTY, COUNTY_PATH, XINQING, make_person
from tests.web_reform.conftest import NAMES, POOR, Enter, Signed, first_of
from zhucan.base.enums import OrganKind, Role
from zhucan.base.models import AuditEvent
from zhucan.base.permissions import SYSTEM
from zhucan.policies.models import RatesProposal
from zhucan.policies.operations.matching import match_county
from zhucan.policies.queries.coming import coming

LIVING = "living-allowance"
EAST = XINQING // 1000 * 1000


def text(answer: HttpResponse) -> str:
    """The words of a page."""
    found = re.sub(r"<[^>]+>", " ", answer.content.decode())
    assert "!!undefined" not in found
    return " ".join(found.split())


def rows(answer: HttpResponse, table: str = "people") -> list[str]:
    """The rows of a table of a page."""
    found = re.search(rf'id="{table}".*?<tbody[^>]*>(.*?)</tbody>', answer.content.decode(), re.S)
    return re.findall(r"<tr", found.group(1)) if found else []


def links(answer: HttpResponse, part: str) -> list[str]:
    """The addresses of a page that contain this."""
    found = re.findall(r'href="([^"]*)"', answer.content.decode())
    return list(dict.fromkeys(url.replace("&amp;", "&") for url in found if part in url))


def get(browser: Signed, url: str) -> HttpResponse:
    answer = browser.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer


PAGES = ("/coming/", "/reform/", "/rates/", "/policies/", f"/policies/{LIVING}/")


@pytest.mark.parametrize("url", PAGES)
def test_pages_open_before_anything_was_matched(enter: Enter, url: str) -> None:
    assert "助残" in text(get(enter(Role.OFFICER), url))


def test_coming_numbers_open_the_equal_list(enter: Enter, county: int, today: date) -> None:
    browser = enter(Role.OFFICER)
    page = get(browser, "/coming/")
    assert "残疾人证到期" in text(page)
    found = coming(county, today, 3)
    assert found is not None
    lines = found.lines(COUNTY_PATH, COUNTY_PATH + 999_999)
    assert sum(line.persons for line in lines) == 4
    lists = links(page, "/coming/list/?")
    assert len(lists) == 2
    persons, moves = ("show=persons" in url for url in lists), [url for url in lists if "show=persons" not in url]
    assert any(persons)
    for url in lists:
        wanted = 4 if "show=persons" in url else lines[0].moves
        assert len(rows(get(browser, url))) == wanted
    sheet = browser.get(moves[0].replace("/coming/list/", "/coming/list/export/"))
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    assert book.worksheets[0].max_row == lines[0].moves + 2
    assert AuditEvent.objects.filter(action="export").exists()
    certificates = get(browser, links(page, "/coming/certificates/?")[0])
    assert {name for name in NAMES if name in certificates.content.decode()} == set(NAMES[:5])
    assert "每月" in text(page) or "元/月" in text(page)


def test_coming_stays_within_the_actors_place(enter: Enter, county: int) -> None:
    browser = enter(Role.CLERK, path=EAST, kind=OrganKind.TOWNSHIP)
    page = get(browser, "/coming/")
    for url in links(page, "/coming/list/?"):
        said = get(browser, url).content.decode()
        assert not [name for name in (NAMES[0], NAMES[1], NAMES[4]) if name in said]
    stranger = enter(Role.OFFICER, path=450821_000_000)
    assert stranger.get(f"/coming/?county={county}").status_code in (200, 404)
    assert "还没有比对过" in text(stranger.get("/coming/"))
    assert browser.get("/coming/?place=450803002000").status_code == 404
    for bad in ("months=99", "months=x", "place=abc"):
        assert browser.get(f"/coming/?{bad}").status_code == 404
    assert browser.get("/coming/list/?month=2026-99-01&cause=clock").status_code == 404
    assert browser.get("/coming/list/?month=2026-12-01&cause=%3Cscript%3E").status_code == 404


def try_change(browser: Signed, policy: str, on: date, **data: object) -> HttpResponse:
    url = f"/reform/change/?{urlencode({'policy': policy, 'on': on.isoformat()})}"
    page = get(browser, url)
    form = dict(re.findall(r'<input[^>]*name="(rate_\d+)"[^>]*value="([^"]*)"', page.content.decode()))
    for name, value in re.findall(r'<textarea name="(when_\d+)"[^>]*>(.*?)</textarea>', page.content.decode(), re.S):
        form[name] = (
            value.strip().replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&#x27;", "'")
        )
    return browser.post(url, form | data)


def test_a_rate_is_tried_and_leaves_an_audit_row_only(enter: Enter, county: int, today: date) -> None:
    browser = enter(Role.OFFICER)
    answer = try_change(browser, LIVING, today, rate_0="120")
    assert answer.status_code == 302
    page = get(browser, answer["Location"])
    said = text(page)
    assert "90.00 元" in said
    assert "120.00 元" in said
    assert "4 人多得" in said
    assert AuditEvent.objects.filter(action="simulate").count() == 1
    assert not RatesProposal.objects.exists()
    more = links(page, "kind=more")
    assert len(rows(get(browser, more[0]))) == 4  # the whole county
    by_place = [len(rows(get(browser, url))) for url in more[1:]]
    assert sum(by_place) == 4
    other = enter(Role.OFFICER)
    assert other.get(answer["Location"]).status_code == 404  # another session
    assert browser.get(f"{answer['Location']}list/?kind=nonsense").status_code == 404


def test_a_condition_is_switched_off_or_written_anew(enter: Enter, county: int, today: date) -> None:
    browser = enter(Role.APPROVER)
    wrong = try_change(browser, LIVING, today, when_3="残疾等级 =< 2")
    assert wrong.status_code == 200
    assert "&lt;=" in wrong.content.decode()
    assert "错误：" in wrong.content.decode()
    nothing = try_change(browser, LIVING, today)
    assert "还没有改任何一项" in text(nothing)
    page = get(browser, try_change(browser, LIVING, today, when_3="残疾等级 <= 4")["Location"])
    assert "4 人多得" in text(page)  # the other four come in
    page = get(browser, try_change(browser, LIVING, today, off_3="on")["Location"])
    assert "停用" in text(page)


def workbook(cells: list[list[object]]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in cells:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("标准.xlsx", out.getvalue())


def send(browser: Signed, cells: list[list[object]], on: date) -> HttpResponse:
    data = {"policy": LIVING, "on": on.isoformat(), "source": "港民发〔2026〕8号", "file": workbook(cells)}
    return browser.post("/rates/new/", data)


def test_a_sheet_goes_from_excel_to_law_by_two_persons(
    enter: Enter, county: int, today: date, django_capture_on_commit_callbacks: object
) -> None:
    officer, approver = enter(Role.OFFICER), enter(Role.APPROVER)
    on = first_of(today, 2)
    broken = send(officer, [["残疾等级", "金额"], ["1..2", "一百"]], on)
    said = text(broken)
    assert "第 2 行" in said
    assert "金额" in said
    assert "不是数字" in said
    checked = send(officer, [["残疾等级", "金额"], ["1..2", 120], ["3..4", 80]], on)
    assert checked.status_code == 302
    preview = get(officer, checked["Location"])
    assert "80.00 元" in text(preview)
    assert "多得" in text(preview)
    proposed = officer.post(checked["Location"])
    url = proposed["Location"]
    own = text(get(officer, url))
    assert "自己不能批" in own
    assert officer.post(f"{url}adopt/").status_code == 403
    assert "批准标准" in approver.get("/").content.decode()
    page = get(approver, url)
    assert f'action="{url}adopt/"' in page.content.decode()
    assert len(rows(get(approver, links(page, "kind=more")[0]))) >= 1
    stranger = enter(Role.APPROVER, path=450821_000_000)
    assert stranger.get(url).status_code == 404
    assert stranger.post(f"{url}adopt/").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert approver.post(f"{url}adopt/").status_code == 302
    one = RatesProposal.objects.get()
    assert one.state == "adopted"
    law = text(get(approver, f"/policies/{LIVING}/?on={on.isoformat()}"))
    assert "本单位批准" in law
    assert "120.00 元" in law
    assert "120.00 元" not in text(get(approver, f"/policies/{LIVING}/?on={today.isoformat()}"))
    assert "提出撤销" in text(get(officer, url))
    undo = officer.post(f"{url}undo/")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        approver.post(f"{undo['Location']}adopt/")
    assert "120.00 元" not in text(get(approver, f"/policies/{LIVING}/?on={on.isoformat()}"))


def test_a_retroactive_day_is_warned_of(enter: Enter, county: int, today: date) -> None:
    officer = enter(Role.OFFICER)
    checked = send(officer, [["金额"], [100]], date(today.year, 1, 1))
    assert "找补" in text(get(officer, checked["Location"]))


def test_a_refusal_says_why(enter: Enter, county: int, today: date) -> None:
    officer, approver = enter(Role.OFFICER), enter(Role.APPROVER)
    url = officer.post(send(officer, [["金额"], [100]], first_of(today, 1))["Location"])["Location"]
    assert "没有写明理由" in text(approver.post(f"{url}refuse/", {"reason": ""}, follow=True))
    approver.post(f"{url}refuse/", {"reason": "文号还没有下来"})
    assert "文号还没有下来" in text(get(officer, url))


def test_the_template_is_what_is_in_force(enter: Enter, today: date) -> None:
    answer = enter(Role.APPROVER).get(f"/rates/template/?policy={LIVING}&on={today.isoformat()}")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert "金额（元）" in cells[0]
    assert "90" in cells[1]


def test_a_policy_shows_the_origin_of_its_lines(enter: Enter, county: int) -> None:
    browser = enter(Role.AUDITOR)
    said = text(get(browser, "/policies/nursing-allowance/"))
    for words in ("国家", "省", "精神残疾等级", "桂民发〔2025〕25号", "例子", "相同", "重度残疾人护理补贴"):
        assert words in said
    page = get(browser, f"/policies/{LIVING}/")
    texts = links(page, "/texts/")
    assert texts  # the matching kept what was law
    assert "certificate" in text(get(browser, texts[0]))
    assert browser.get("/policies/no-such-policy/").status_code == 404
    assert browser.get(f"/policies/{LIVING}/?on=2026-13-01").status_code == 404
    assert "没有施行" in text(get(browser, "/policies/?on=2001-01-01"))


def count(browser: Signed, url: str) -> int:
    browser.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        get(browser, url)
    return len(captured)


def test_queries_do_not_grow_with_persons(enter: Enter, county: int, today: date) -> None:
    browser = enter(Role.OFFICER)
    result = try_change(browser, LIVING, today, rate_0="120")["Location"]
    urls = [
        "/coming/", "/coming/certificates/",
        f"/coming/list/?month={first_of(today, 1).isoformat()}&cause=certificate_until::0",
        result, f"{result}list/?kind=more", "/rates/", "/policies/", f"/policies/{LIVING}/",
    ]  # fmt: skip
    before = {url: count(browser, url) for url in urls}
    for number in range(6):
        make_person(f"冯{number}", village=XINQING, until=first_of(today, 1), facts=POOR)
    match_county(county=COUNTY, by=SYSTEM, on=timezone.localdate())
    after = {url: count(browser, url) for url in urls}
    assert {url: after[url] - before[url] for url in urls if after[url] > before[url]} == {}


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.CLERK, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_whoever_may_try_changes_does(enter: Enter, role: Role) -> None:
    browser = enter(role)
    assert browser.get("/reform/").status_code == 403
    assert browser.get("/rates/new/").status_code == 403
    assert browser.post("/rates/00000000-0000-0000-0000-000000000000/adopt/").status_code == 403
