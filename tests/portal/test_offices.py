"""The office finder: from the township upwards, nobody left with a phone number alone; the file is refused in words."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from tests.factories.people import COUNTY_PATH, make_divisions, make_organ
from zhucan.base.enums import OrganKind
from zhucan.base.queries.divisions import forget_names
from zhucan.cli_office import sample
from zhucan.cli_office.sample_offices import write_sample_offices
from zhucan.rules.content import shipped_content
from zhucan.rules.errors import ContentError
from zhucan.web.portal import offices as finder
from zhucan.web.portal.office_book import COLUMNS, load_offices

ROW = {
    "division": "450803", "name": "港南区残联", "kind": "残联", "phone": "0775-0000001", "text": "写信",
    "source": "虚构",
}  # fmt: skip


def write(folder: Path, *rows: dict[str, str], columns: Sequence[str] = COLUMNS) -> Path:
    path = folder / "offices" / "offices.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_what_is_shipped_is_sound_national_and_sourced() -> None:
    found = load_offices([shipped_content()])
    assert {phone.said for office in found for phone in office.phones} == {"12345", "12385"}
    assert all(office.division == "" and office.text and office.source for office in found)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"text": ""}, "有电话，没有写不用说话的联系办法 text"),
        ({"division": "45080"}, "division “45080”不是区划代码"),
        ({"division": "港南"}, "division “港南”不是区划代码"),
        ({"name": ""}, "没有写 name"),
        ({"kind": "学校"}, "kind 不能是“学校”"),
        ({"source": ""}, "没有写来源 source"),
        ({"phone": "打给小王"}, "电话“打给小王”写法不对"),
        ({"phone": "", "text": ""}, "都没有写"),
    ],
)
def test_a_row_that_helps_nobody_is_refused_with_its_line_and_what_to_do(
    tmp_path: Path, change: dict[str, str], what: str
) -> None:
    with pytest.raises(ContentError) as caught:
        load_offices([write(tmp_path, ROW, ROW | change)])
    fault = caught.value.faults[0]
    assert (fault.line, what in fault.what, bool(fault.remedy)) == (3, True, True)
    assert len(caught.value.faults) == 1


def test_a_column_nobody_knows_or_one_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="表头缺少 text"):
        load_offices([write(tmp_path, columns=[one for one in COLUMNS if one != "text"])])
    with pytest.raises(ContentError, match="表头“fax”不认识"):
        load_offices([write(tmp_path, ROW, columns=[*COLUMNS, "fax"])])


def test_several_phones_are_dialled_one_by_one(tmp_path: Path) -> None:
    office = load_offices([write(tmp_path, ROW | {"phone": "0775-0000001 转 8、+86 775 0000002"})])[0]
    assert [phone.dialled for phone in office.phones] == ["07750000001", "+867750000002"]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The office's own content folder, read after the shipped one."""
    monkeypatch.setattr(finder, "folders", lambda: (shipped_content(), tmp_path))
    finder._offices.cache_clear()
    yield tmp_path
    finder._offices.cache_clear()


@pytest.fixture
def client(db: None) -> Client:
    make_divisions()
    make_organ(OrganKind.FEDERATION, COUNTY_PATH)
    forget_names()
    return Client()


def page(client: Client, place: str = "") -> str:
    answer = client.get("/portal/offices/", {"place": place} if place else {})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_the_nearest_come_first_and_the_nation_last(client: Client, own: Path) -> None:
    write(own, ROW, ROW | {"division": "450803002", "name": "八塘窗口", "kind": "办事窗口"})
    html = page(client, "450803002")
    places = [html.index(name) for name in ("八塘窗口", "港南区残联", "12385")]
    assert places == sorted(places)
    assert "还没有收录" not in html
    assert 'href="tel:07750000001"' in html
    assert '<option value="450803002" selected>八塘街道' in html


def test_a_township_without_an_office_is_given_the_countys_and_told_so(client: Client, own: Path) -> None:
    write(own, ROW)
    assert "桥圩镇的办事处还没有收录，下面先列出贵港市港南区的。" in page(client, "450803100")
    assert "贵港市平南县的办事处还没有收录，下面先列出全国的。" in page(client, "450821")


def test_our_own_county_is_shown_with_its_townships(client: Client, own: Path) -> None:
    write(own, ROW)
    html = page(client)
    assert "港南区残联" in html
    assert '<option value="450803100"' in html
    assert "贵港市港南区，不分乡镇" in html
    assert "平南" not in html


def test_above_the_counties_no_township_is_asked_for(client: Client, own: Path) -> None:
    html = page(client, "45")
    assert "<select" not in html
    assert "广西壮族自治区的办事处还没有收录，下面先列出全国的。" in html


def test_a_file_with_mistakes_leaves_the_hotlines_and_is_told_in_the_log(
    client: Client, own: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(own, ROW | {"text": ""})
    with caplog.at_level(logging.ERROR):
        html = page(client)
    assert "12345" in html
    assert "港南区残联" not in html
    assert "offices.csv:2" in caplog.text
    assert "写网站、微信、写信" in caplog.text


def test_every_phone_on_the_page_stands_beside_a_way_to_write(client: Client, own: Path) -> None:
    write(own, ROW)
    for office in page(client).split('<article class="office">')[1:]:
        assert ("tel:" in office) <= ("不用说话" in office)


def test_the_finder_is_linked_from_where_people_look(client: Client) -> None:
    for url in ("/portal/", "/portal/contact/", "/portal/policies/nursing-allowance/"):
        html = client.get(url).content.decode()
        assert 'href="/portal/offices/"' in html[html.index("<main") : html.index("<footer")]
        assert 'href="/portal/offices/"' in html[html.index("<footer") :]


def test_the_sample_countys_offices_are_sound_and_said_to_be_invented(tmp_path: Path) -> None:
    townships = [(450803_002_000, "八塘街道"), (450803_100_000, "桥圩镇")]
    path = write_sample_offices(tmp_path, (COUNTY_PATH, "港南区"), townships)
    found = load_offices([path.parent.parent])
    assert [office.division for office in found] == ["450803", "450803002", "450803100"]
    assert all("虚构" in office.note and "虚构" in office.source for office in found)
    assert all(phone.dialled.startswith("0775000") for office in found for phone in office.phones)
    assert len({phone.dialled for office in found for phone in office.phones}) == 3


@pytest.mark.django_db
def test_the_sample_writes_them_where_the_application_reads_its_own_content(tmp_path: Path) -> None:
    make_divisions()
    sample._offices(tmp_path)
    names = [office.name for office in load_offices([tmp_path / "content"])]
    assert names == ["港南区残疾人联合会", "八塘街道便民服务中心", "桥圩镇便民服务中心"]
