"""From facts to lists and back: a county is matched, visited, and matched again by what the visit brought."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest

from tests.factories.people import COUNTY, GAOLING, SANBAN, add_facts, make_person
from tests.web_findings.conftest import Enter
from tests.web_findings.test_visits import filled, hand_in, rows_of, sheets
from zhucan.base.enums import Role
from zhucan.base.jobs import owner_name, run_one
from zhucan.base.models import AuditEvent, Division, StoredFile
from zhucan.exchange.enums import FindingState, FindingVerdict
from zhucan.exchange.models import Finding, Load
from zhucan.exchange.operations.findings import settle_finding
from zhucan.exchange.operations.revisions import bump
from zhucan.policies.operations.matching import match_county
from zhucan.registry.blinds import citizen_blind
from zhucan.registry.models import Coverage, Person, Receipt

pytestmark = pytest.mark.django_db(transaction=True)
"""Really committed: matching anew follows a commit."""


def paid_for(person: Person, policy: str = "living-allowance") -> None:
    """This person stands on the payroll of November."""
    Receipt.objects.create(
        county=COUNTY, person=person, payee_blind=citizen_blind(person.citizen_id), payer="民政", policy=policy,
        period=date(2026, 11, 1), amount_fen=9000, place=person.place // 1000 * 1000, place_name="八塘街道",
    )  # fmt: skip


def covered(policy: str) -> None:
    """A payroll of November was loaded for this policy."""
    county = Division.objects.get(code=COUNTY * 10**6)
    month = date(2026, 11, 1)
    load = Load.objects.create(key=policy, division=county, place=county.path, as_of=month)
    Coverage.objects.create(load=load, county=COUNTY, feed="payroll", policy=policy, period=month, observed=month)


def test_what_a_visit_answers_moves_the_person_to_the_list_she_belongs_on(enter: Enter, today: date) -> None:
    browser = enter(Role.OFFICER)
    asked = make_person("张桂英", village=GAOLING, level=1)
    other = make_person("李秀兰", village=SANBAN, level=4, facts={"minimum_living_allowance": True})
    for policy in ("living-allowance", "nursing-allowance"):
        covered(policy)
    add_facts(other, {"needs_long_term_care": False}, source="民政", feed="")
    match_county(county=COUNTY, by=browser.actor, on=today, as_of=date(2026, 11, 1))
    open_ = {(one.person_id, one.policy): one for one in Finding.objects.filter(gone_at=None).exclude(kind="expiry")}
    unknown = [one for (person, _), one in open_.items() if person == asked.pk and one.kind == "unknown"]
    assert unknown
    listed = browser.get("/findings/?kind=unknown").content.decode()
    assert all(one.number in listed for one in unknown)
    one = next(each for each in unknown if len(each.missing.split()) == 1)
    books = sheets(browser.get("/visits/sheets/?kinds=unknown").content)
    printed = {str(row[0]): row for book in books.values() for row in rows_of(book)}
    assert printed[one.number][1] == "张桂英"
    browser.post(hand_in(browser, filled([(one.number, "是", "覃大姐", today)])))
    one.refresh_from_db()
    assert one.kind == "missed"
    assert one.number in browser.get("/findings/?kind=missed").content.decode()
    page = browser.get(f"/findings/{one.uuid}/").content.decode()
    assert "依据的情况" in page


def test_a_settled_line_stays_settled_through_matching_anew(enter: Enter, today: date) -> None:
    browser = enter(Role.OFFICER)
    person = make_person(level=1, facts={"minimum_living_allowance": True, "needs_long_term_care": True})
    covered("living-allowance")
    match_county(county=COUNTY, by=browser.actor, on=today, as_of=date(2026, 11, 1))
    one = Finding.objects.get(person=person, policy="living-allowance")
    settle_finding(finding=one, verdict=FindingVerdict.TRUE, answer="", by=browser.actor, on=today)
    match_county(county=COUNTY, by=browser.actor, on=today, as_of=date(2026, 11, 1))
    one.refresh_from_db()
    assert one.state == FindingState.CLOSED
    add_facts(person, {"minimum_living_allowance": False}, source="民政", feed="minimum_living_register")
    paid_for(person)
    bump(COUNTY)
    match_county(county=COUNTY, by=browser.actor, on=today, as_of=date(2026, 11, 1))
    one.refresh_from_db()
    assert one.state == FindingState.OPEN, "what it rests on has changed"


def test_the_three_sheets_are_made_by_a_worker_and_fetched_by_who_asked(enter: Enter, today: date) -> None:
    browser = enter(Role.OFFICER)
    make_person("张桂英", level=1, facts={"minimum_living_allowance": True, "needs_long_term_care": True})
    covered("living-allowance")
    match_county(county=COUNTY, by=browser.actor, on=today, as_of=date(2026, 11, 1))
    browser.post("/matching/sheets/", {"county": str(COUNTY)})
    browser.post("/matching/sheets/", {"county": str(COUNTY)})
    assert "已完成" in browser.get("/matching/").content.decode()
    while run_one(owner_name()):
        pass
    page = browser.get("/matching/").content.decode()
    links = re.findall(r'<a href="(/matching/sheets/[^"]+)">([^<]+)</a>', page)
    assert [title for _, title in links] == ["比对结果.xlsx", "移交民政.xlsx", "入户核查表.zip"]
    found = {title: browser.get(url) for url, title in links}
    assert all(answer["Cache-Control"] == "no-store" for answer in found.values())
    handed = openpyxl.load_workbook(io.BytesIO(found["移交民政.xlsx"].content))
    number = Finding.objects.get(policy="living-allowance").number
    assert number in {cell.value for row in handed["应补未补"].iter_rows() for cell in row}
    assert zipfile.ZipFile(io.BytesIO(found["入户核查表.zip"].content)).namelist() == ["入户核查表_八塘街道.xlsx"]
    assert AuditEvent.objects.filter(action="fetch_sheet").count() == 3
    assert StoredFile.objects.count() == 3
    stranger = enter(Role.OFFICER)
    assert [stranger.get(url).status_code for url, _ in links] == [404] * 3
