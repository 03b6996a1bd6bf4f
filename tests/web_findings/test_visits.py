"""入户核查表 there and back: what is printed, what a filled-in sheet does, and what it never does."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.exchange_findings.make import make_finding, make_sixty
from tests.factories.people import GAOLING, SANBAN, add_contact, make_person
from tests.web_findings.conftest import Enter, Signed, make_matching
from zhucan.base.enums import OrganKind, Role
from zhucan.base.models import AuditEvent
from zhucan.exchange.enums import FindingKind, FindingState
from zhucan.exchange.models import Finding, SettlingStep
from zhucan.match.outputs.visits import _ABSENT, _ANSWERS
from zhucan.registry.models import Fact
from zhucan.registry.operations.visits import RESULTS, YES_NO

pytestmark = pytest.mark.django_db
TOWN = 450803_002_000


def sheets(data: bytes) -> dict[str, openpyxl.Workbook]:
    if data[:2] == b"PK" and "xl/workbook.xml" not in zipfile.ZipFile(io.BytesIO(data)).namelist():
        packed = zipfile.ZipFile(io.BytesIO(data))
        return {name: openpyxl.load_workbook(io.BytesIO(packed.read(name))) for name in packed.namelist()}
    return {"one": openpyxl.load_workbook(io.BytesIO(data))}


def rows_of(book: openpyxl.Workbook) -> list[tuple[object, ...]]:
    found = []
    for sheet in book.worksheets:
        if sheet["A1"].value == "核查编号":
            found += [
                row for row in sheet.iter_rows(min_row=2, values_only=True) if re.fullmatch(r"\d{8}", str(row[0]))
            ]
    return found


def filled(
    rows: list[tuple[object, ...]], heading: tuple[str, ...] = ("核查编号", "核查结果", "核查人", "日期")
) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(heading)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def hand_in(browser: Signed, data: bytes, name: str = "入户核查表_八塘街道.xlsx") -> str:
    """Hand a file in; returns the address of the preview."""
    answer = browser.post("/visits/read/", {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_the_words_on_the_sheet_are_the_words_understood() -> None:
    assert set(_ANSWERS["missed"]) == set(RESULTS[FindingKind.MISSED])
    assert set(_ANSWERS["doubtful"]) == set(RESULTS[FindingKind.DOUBTFUL])
    assert set(YES_NO) < set(_ANSWERS["unknown"])
    decided = {word for words in RESULTS.values() for word in words} | set(YES_NO)
    assert not decided & set(_ABSENT)


def test_sheet_and_paper_hold_what_is_open_there_and_nothing_else(enter: Enter) -> None:
    browser = enter(Role.CLERK, TOWN, OrganKind.TOWNSHIP)
    make_matching()
    make_sixty()
    page = browser.get(f"/visits/?place={TOWN}").content.decode()
    said = int(re.search(r"<p>(\d+) 行", page)[1])  # type: ignore[index]
    books = sheets(browser.get("/visits/sheets/").content)
    numbers = {row[0] for book in books.values() for row in rows_of(book)}
    wanted = Finding.objects.filter(place__range=(TOWN, TOWN + 999), kind__in=["missed", "doubtful", "unknown"])
    assert numbers == set(wanted.values_list("number", flat=True))
    assert len(numbers) == said == 22
    paper = browser.get("/visits/print/").content.decode()
    assert set(re.findall(r'<th scope="row">(\d{8})</th>', paper)) == numbers
    villages = [rows_of_village(book, tab) for book in books.values() for tab in book.sheetnames]
    assert paper.count('class="sheet"') == sum(-(-len(rows) // 10) for rows in villages)
    only = sheets(browser.get(f"/visits/sheets/?place={GAOLING}&kinds=unknown").content)
    expected = wanted.filter(place=GAOLING, kind="unknown").values_list("number", flat=True)
    assert {row[0] for book in only.values() for row in rows_of(book)} == set(expected)
    assert AuditEvent.objects.filter(action__in=["export_visits", "print_visits"]).count() == 3


def rows_of_village(book: openpyxl.Workbook, tab: str) -> list[object]:
    sheet = book[tab]
    if sheet["A1"].value != "核查编号":
        return []
    return [cell.value for cell in sheet["A"] if re.fullmatch(r"\d{8}", str(cell.value))]


def test_phones_are_on_the_sheet_and_settled_lines_are_not(enter: Enter, today: date) -> None:
    browser = enter()
    make_matching()
    person = make_person("张桂英")
    add_contact(person, "13800138000")
    make_finding(person=person)
    gone = make_finding()
    Finding.objects.filter(pk=gone.pk).update(
        settled_at="2026-11-01T00:00Z", settled_evidence=gone.evidence, verdict="true"
    )
    (book,) = sheets(browser.get("/visits/sheets/").content).values()
    (row,) = rows_of(book)
    assert row[1:3] == ("张桂英", "13800138000")


def test_nothing_to_visit_is_said(enter: Enter) -> None:
    browser = enter()
    assert "没有要核查的" in browser.get("/visits/sheets/", follow=True).content.decode()


def test_printing_names_and_phones_is_not_for_commissioners(enter: Enter) -> None:
    browser = enter(Role.COMMISSIONER, GAOLING, OrganKind.VILLAGE)
    make_finding()
    assert browser.get("/visits/sheets/").status_code == 403
    assert browser.get("/visits/print/").status_code == 403
    assert browser.get("/visits/").status_code == 200


def test_a_filled_sheet_settles_answers_and_notes_and_a_second_time_nothing(enter: Enter, today: date) -> None:
    browser = enter(Role.CLERK, TOWN, OrganKind.TOWNSHIP)
    missed, paid = make_finding(), make_finding()
    doubtful, dead = make_finding(FindingKind.DOUBTFUL), make_finding(FindingKind.DOUBTFUL)
    asked = make_finding(FindingKind.UNKNOWN, missing="needs_long_term_care", policy="nursing-allowance")
    unsure = make_finding(FindingKind.UNKNOWN, missing="needs_long_term_care", policy="nursing-allowance")
    day = today - timedelta(days=2)
    data = filled([
        (missed.number, "符合，没领到", "覃大姐", day),
        (paid.number, "已经领到", "覃大姐", f"{day.month}月{day.day}日"),
        (int(doubtful.number), "情况属实", "", ""), (dead.number, "已去世", "覃大姐", day),
        (asked.number, "是", "覃大姐", day), (unsure.number, "说不清", "覃大姐", day),
    ])  # fmt: skip
    address = hand_in(browser, data)
    page = browser.get(address).content.decode()
    assert "3 行按结果处理" in page
    assert "1 行记下回答" in page
    assert "2 行记下来" in page
    assert not SettlingStep.objects.exists()
    assert "确认，记下 6 行" in page
    after = browser.post(address, follow=True).content.decode()
    assert "没有要记的了" in after

    def state() -> dict[str, object]:
        findings = Finding.objects.order_by("id").values_list("number", "verdict", "answer", "settled_at")
        return {"findings": list(findings), "steps": SettlingStep.objects.count(), "facts": Fact.objects.count()}

    said = {one.number: (one.state, one.verdict) for one in Finding.objects.all()}
    assert said[missed.number] == (FindingState.CLOSED, "true")
    assert said[paid.number] == (FindingState.CLOSED, "false")
    assert said[doubtful.number] == (FindingState.CLOSED, "true")
    assert said[dead.number][0] == said[unsure.number][0] == FindingState.OPEN
    fact = Fact.objects.get(source="入户")
    assert (fact.person_id, fact.fact, fact.value, fact.observed) == (asked.person_id, "needs_long_term_care", 1, day)
    assert not Fact.objects.filter(fact__in=["deceased", "moved_out"]).exists(), "a visit declares nobody dead"
    dead.refresh_from_db()
    assert "已去世" in browser.get(f"/findings/{dead.uuid}/").content.decode()
    assert f"入户 {day}；已去世" in browser.get("/findings/?kind=doubtful").content.decode()
    before = state()
    browser.post(hand_in(browser, data))
    assert state() == before


def test_each_wrong_row_is_named_with_its_remedy_and_the_right_ones_are_taken(enter: Enter, today: date) -> None:
    browser = enter(Role.CLERK, TOWN, OrganKind.TOWNSHIP)
    right, twice = make_finding(), make_finding()
    elsewhere = make_finding(person=make_person(village=450803_100_202))
    rows = [
        (right.number, "已经领到", "", ""), ("99999999", "已经领到", "", ""), ("", "已经领到", "", ""),
        ("1234x", "已经领到", "", ""), (twice.number, "已经领到", "", ""), (twice.number, "不符合", "", ""),
        (elsewhere.number, "已经领到", "", ""), (right.number, "已经领到", "", today + timedelta(days=3)),
    ]  # fmt: skip
    address = hand_in(browser, filled(rows))
    page = browser.get(address).content.decode()
    for words in (
        "名单里没有核查编号 99999999", "没有核查编号。请照打印的表补上", "核查编号应是 8 位数字",
        "有几行，结果不一样：不符合、已经领到", f"名单里没有核查编号 {elsewhere.number}", "前面已有一行",
    ):  # fmt: skip
        assert words in page, words
    browser.post(address)
    right.refresh_from_db()
    twice.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (right.state, twice.state, elsewhere.state) == (FindingState.CLOSED, FindingState.OPEN, FindingState.OPEN)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (filled([("1", "x")], ("编号", "结果")), "a.xlsx", "找不到“核查编号”"),
        (filled([("10000001", "", "", "")]), "a.xlsx", "还没有填核查结果"),
        (b"not a workbook", "a.xlsx", "xlsx"),
        (b"MZ\x90", "a.exe", ""),
    ],
)
def test_a_file_that_is_no_filled_sheet_is_refused_in_words(enter: Enter, data: bytes, name: str, words: str) -> None:
    answer = enter().post("/visits/read/", {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_preview_is_his_who_handed_it_in(enter: Enter) -> None:
    finding = make_finding()
    address = hand_in(enter(), filled([(finding.number, "已经领到", "", "")]))
    assert enter().get(address).status_code == 404


def test_what_a_commissioner_may_not_state_is_left_to_the_clerk(enter: Enter) -> None:
    browser = enter(Role.COMMISSIONER, GAOLING, OrganKind.VILLAGE)
    asked = make_finding(FindingKind.UNKNOWN, missing="needs_long_term_care", policy="nursing-allowance")
    missed = make_finding()
    address = hand_in(browser, filled([(asked.number, "是", "", ""), (missed.number, "已经领到", "", "")]))
    assert "请把这份表交给乡镇（街道）经办读入" in browser.get(address).content.decode()
    browser.post(address)
    missed.refresh_from_db()
    assert missed.state == FindingState.CLOSED
    assert not Fact.objects.filter(source="入户").exists()


def test_an_answer_on_the_page_is_a_fact_of_today(enter: Enter, today: date) -> None:
    browser = enter(Role.CLERK, TOWN, OrganKind.TOWNSHIP)
    asked = make_finding(FindingKind.UNKNOWN, make_person(village=SANBAN), missing="needs_long_term_care")
    page = browser.get(f"/findings/{asked.uuid}/").content.decode()
    assert "您需要别人照护半年以上吗" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    browser.post(f"/findings/{asked.uuid}/answer/", {"said": "no", "seen": seen[1]})
    fact = Fact.objects.get(source="入户")
    assert (fact.value, fact.observed, fact.person_id) == (0, today, asked.person_id)
