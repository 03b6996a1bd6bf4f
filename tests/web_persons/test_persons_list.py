"""The list of persons, the search box, the export: as staff use them."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.factories.people import ELSEWHERE, GAOLING, HEPING, make_person
from tests.web_persons.conftest import SignIn, post_of
from zhucan.base.enums import OrganKind, Role
from zhucan.base.models import AuditEvent
from zhucan.base.queries.divisions import forget_names
from zhucan.exchange.operations.findings import save_filter
from zhucan.web.words import mask_id

pytestmark = pytest.mark.django_db


def test_the_list_shows_names_and_masked_numbers_of_the_own_division(sign_in: SignIn) -> None:
    person, outside = make_person("张小明"), make_person("李外县", village=ELSEWHERE)
    html = sign_in().get("/persons/").content.decode()
    assert "张小明" in html
    assert mask_id(person.citizen_id) in html
    assert person.citizen_id not in html
    assert outside.name not in html
    assert "共 1 人" in html
    assert "八塘街道高岭村" in html


def test_filters_are_in_the_address_and_names_never(sign_in: SignIn) -> None:
    make_person("甲某", category=1), make_person("乙某", category=4, village=HEPING)
    client = sign_in()
    html = client.get("/persons/?category=4").content.decode()
    assert "乙某" in html
    assert "甲某" not in html
    assert "肢体残疾：共 1 人" in html
    form = re.search(r'<form class="filter".*?</form>', html, re.DOTALL)
    assert form is not None
    assert not re.search(r'type="(text|search)"', form[0])
    village = client.get(f"/persons/?township=450803100000&village={HEPING}").content.decode()
    assert "乙某" in village
    assert "甲某" not in village


def test_a_filter_that_cannot_be_is_cleared_with_a_word(sign_in: SignIn) -> None:
    client = sign_in()
    for query in ("category=x", "certificate=gold", "township=1", "sort=name"):
        answer = client.get(f"/persons/?{query}", follow=True)
        assert "筛选条件看不懂" in answer.content.decode()
    for query in ("after=x", "after=00000000-0000-4000-8000-000000000000", "page=5", "found=nothing"):
        assert client.get(f"/persons/?{query}", follow=True).status_code == 200


def test_an_office_that_sees_no_disabilities_cannot_filter_by_them(sign_in: SignIn) -> None:
    make_person("甲某", category=1), make_person("乙某", category=4)
    html = sign_in(Role.CLERK, OrganKind.FINANCE).get("/persons/?category=1&certificate=none").content.decode()
    assert "甲某" in html
    assert "乙某" in html
    assert "残疾类别" not in html


def test_the_empty_list_says_what_will_come(sign_in: SignIn) -> None:
    client = sign_in()
    assert "导入花名册后" in client.get("/persons/").content.decode()
    assert "没有符合这些条件的人" in client.get("/persons/?level=1").content.decode()


def test_pages_lead_on_and_back(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhucan.web.workbench.persons._SIZE", 2)
    people = {str(make_person("张小明", village=[GAOLING, HEPING][n % 2]).uuid) for n in range(5)}
    client = sign_in()
    for start in ("/persons/?category=4", client.post("/search/", {"search": "张小明"}).url):
        seen, url = set(), start
        for _ in range(3):
            html = client.get(url).content.decode()
            seen |= set(re.findall(r"/persons/([0-9a-f-]{36})/", html))
            assert not re.search(r"\d{15,}", url.split("?")[1])
            following = re.search(r'href="(\?[^"]+)"[^>]*>[^<]*下一页', html)
            url = f"/persons/{following[1].replace('&amp;', '&')}" if following else url
        assert seen == people


def test_a_search_goes_by_post_and_its_text_stays_on_the_server(sign_in: SignIn) -> None:
    one, two = make_person("张小明"), make_person("张小明", village=HEPING)
    client = sign_in()
    assert client.get("/search/").status_code == 405
    answer = client.post("/search/", {"search": "张小明"})
    assert re.fullmatch(r"/persons/\?found=[\w-]{16}", answer.url)
    html = client.get(answer.url).content.decode()
    assert "按姓名搜“张小明”" in html
    assert str(one.uuid) in html
    assert str(two.uuid) in html
    assert "张小明" not in str(dict(client.session))
    event = AuditEvent.objects.filter(action="search").get()
    assert event.details == {"kind": "name"}
    stranger = sign_in()
    assert "过期" in stranger.get(answer.url, follow=True).content.decode()


def test_a_search_that_finds_one_opens_his_page(sign_in: SignIn) -> None:
    person = make_person("张小明")
    client = sign_in()
    assert client.post("/search/", {"search": person.citizen_id[-6:]}).url == f"/persons/{person.uuid}/"


def test_a_search_without_result_says_what_to_try(sign_in: SignIn) -> None:
    make_person("张小明", village=ELSEWHERE)
    client = sign_in()
    html = client.get(client.post("/search/", {"search": "张小明"}).url).content.decode()
    assert "本辖区没有找到“张小明”" in html
    for text in ("", "   ", "12", "?!"):
        assert "没有搜索" in client.post("/search/", {"search": text}, follow=True).content.decode()


def test_too_many_searches_an_hour_are_refused(sign_in: SignIn, settings: Any) -> None:
    settings.ZHUCAN_SEARCHES_PER_HOUR = 1
    client = sign_in()
    client.post("/search/", {"search": "zxm"})
    assert "一小时内最多搜" in client.post("/search/", {"search": "zxm"}, follow=True).content.decode()


def test_the_export_is_exactly_the_filtered_rows_masked_and_recorded(sign_in: SignIn) -> None:
    person, other = make_person("=HYPERLINK(1)", category=4, level=1), make_person("乙某", category=1)
    client = sign_in()
    page = client.get("/persons/?category=4").content.decode()
    answer = client.post("/persons/export/", {"query": "category=4"})
    assert re.search(r'filename="persons-\d{8}\.xlsx"', answer.headers["Content-Disposition"])
    sheet = load_workbook(BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "肢体残疾：共 1 人" in rows[0][0]
    shown = re.findall(r'<th role="columnheader"[^>]*>(?:<a[^>]*>)?([^<]+)', page)
    assert [str(title).split("（")[0] for title in rows[1]] == [title.strip() for title in shown]
    assert [row[0] for row in rows[2:]] == [person.name]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row if cell.value is not None)
    text = str(rows)
    assert person.citizen_id not in text
    assert mask_id(person.citizen_id) in text
    assert other.name not in text
    event = AuditEvent.objects.get(action="export")
    assert event.details == {"rows": 1, "filter": "category=4"}
    assert sign_in(Role.COMMISSIONER, OrganKind.VILLAGE, GAOLING).post("/persons/export/").status_code == 403


def test_a_saved_filter_is_a_tab_with_the_same_address(sign_in: SignIn) -> None:
    from tests.factories.people import actor_of

    client = sign_in()
    save_filter(name="重度肢体", query="category=4&level=1", by=actor_of(post_of(client)), page="persons")
    html = client.get("/persons/").content.decode()
    assert 'href="?category=4&amp;level=1"' in html
    assert "重度肢体" in html


def test_the_number_of_queries_does_not_grow_with_rows(sign_in: SignIn, django_assert_max_num_queries: Any) -> None:
    client, counts = sign_in(), []
    for number in range(3):
        make_person("张小明", village=[GAOLING, HEPING, GAOLING][number], until=date(2026, 12, 1))
        if number in (0, 2):
            client.get("/persons/")
            forget_names()
            with django_assert_max_num_queries(30) as asked:
                client.get("/persons/")
            counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]
