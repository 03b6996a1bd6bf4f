from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from tests.exchange import lists
from tests.exchange.dump import dump
from tests.web_imports.conftest import Enter, Signed, files
from zhucan.base.enums import Role
from zhucan.base.models import AuditEvent
from zhucan.exchange.enums import LoadState
from zhucan.exchange.models import Load
from zhucan.registry.models import Person

pytestmark = pytest.mark.django_db


def text(response: HttpResponse) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def url(load: Load, rest: str = "") -> str:
    return f"/imports/{load.uuid}/{rest}"


def test_several_files_are_brought_at_once_and_followed_without_scripts(enter: Enter) -> None:
    client = enter()
    page = client.get("/imports/new/")
    assert "20 MB" in text(page)
    key = re.search(r'name="key" value="([^"]+)"', page.content.decode())
    assert key
    dropped = [SimpleUploadedFile(name, data) for name, data in files()]
    answer = client.post("/imports/new/", {"lists": dropped, "as_of": "2026-11-01", "key": key[1]})
    load = Load.objects.get()
    assert answer["Location"] == url(load)
    assert load.files.count() == 3
    following = client.get(url(load))
    assert "排队中" in text(following)
    assert "重新载入" in text(following)
    lists.work()
    assert "新增 3 人" in text(client.get(url(load)))


def test_without_files_it_says_so(enter: Enter) -> None:
    answer = enter().post("/imports/new/", {"as_of": "2026-11-01", "key": "a"})
    assert answer.status_code == 422
    assert not Load.objects.exists()


def test_the_preview_names_rows_reasons_and_remedies_masked(ready: tuple[Signed, Load]) -> None:
    client, load = ready
    page = text(client.get(url(load, "?show=errors")))
    assert "校验码不对" in page
    assert "逐位核对" in page
    people = text(client.get(url(load, "?show=person.add")))
    assert "测*" in people
    assert not re.search(r"\d{17}[\dX]", page + people)


def test_confirming_writes_and_the_page_tells_the_result(ready: tuple[Signed, Load]) -> None:
    client, load = ready
    assert "新增人员" in text(client.get(url(load, "confirm/")))
    assert not Person.objects.exists()
    client.post(url(load, "confirm/"))
    lists.work()
    page = text(client.get(url(load)))
    assert "已写入" in page
    assert "撤销这次导入" in page
    assert Person.objects.count() == 3


def test_an_undo_says_first_what_happens(ready: tuple[Signed, Load]) -> None:
    client, load = ready
    before = dump()
    client.post(url(load, "confirm/"))
    lists.work()
    assert "恢复原样" in text(client.get(url(load, "undo/")))
    client.post(url(load, "undo/"))
    lists.work()
    assert "已撤销" in text(client.get(url(load)))
    assert dump() == before


def test_a_clerk_brings_and_the_officer_confirms(enter: Enter) -> None:
    clerk = enter(Role.CLERK)
    load = lists.bring(files(), clerk.actor)
    assert "业务主管" in text(clerk.get(url(load)))
    assert clerk.post(url(load, "confirm/")).status_code == 403
    load.refresh_from_db()
    assert load.state is LoadState.READY


def test_other_counties_see_nothing_of_it(ready: tuple[Signed, Load], enter: Enter) -> None:
    _, load = ready
    stranger = enter(path=450821_000_000)
    assert stranger.get(url(load)).status_code == 404
    assert stranger.post(url(load, "confirm/")).status_code == 404
    assert str(load.uuid) not in stranger.get("/imports/").content.decode()


def test_the_explained_copy_is_fetched_recorded_and_not_kept(ready: tuple[Signed, Load]) -> None:
    client, load = ready
    link = re.search(rf'{url(load)}files/[^"]+', client.get(url(load)).content.decode())
    assert link
    answer = client.get(link[0])
    assert answer["Cache-Control"] == "no-store"
    assert answer.content[:2] == b"PK"
    assert AuditEvent.objects.filter(action="download_explained", subject_id=load.pk).exists()


def test_a_heading_is_corrected_on_the_page(ready: tuple[Signed, Load]) -> None:
    client, load = ready
    table = load.tables.get(feed="roster")
    address = url(load, f"tables/{table.uuid}/")
    page = client.get(address).content.decode()
    names = re.findall(r'name="(heading\d+)"', page)
    assert len(names) == 12
    sent = dict.fromkeys(names, "") | {"feed": ""}
    columns = {f"heading{at}": column for column, at in table.columns.items()}
    client.post(address, sent | columns | {"heading9": ""})
    lists.work()
    assert "phone" not in load.tables.get(feed="roster").columns


def test_queries_do_not_grow_with_rows(ready: tuple[Signed, Load]) -> None:
    client, load = ready

    def count(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    one = count(url(load, "?show=errors")), count(url(load, "?show=person.add"))
    people = lists.holders(30)
    more = lists.bring([lists.roster([*people, *(lists.Holder(f"坏{at}", "450803") for at in range(9))])], client.actor)
    assert count(url(more, "?show=errors")) <= one[0]
    assert count(url(more, "?show=person.add")) <= one[1]
