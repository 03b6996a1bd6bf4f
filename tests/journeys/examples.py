"""What the filled office has for addresses that name something: looked for in it, or made the way people make it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import openpyxl
from django.test import Client

from tests.journeys.rosters import bytes_of, changed_roster, roster_of
from zhucan.base import jobs
from zhucan.base.models import Post
from zhucan.base.queries.staff import actor_of
from zhucan.exchange.models import Finding, Load, Settling
from zhucan.exchange.operations.folder import import_files
from zhucan.policies.models import AdoptedPolicy
from zhucan.registry.models import Person

Values = Mapping[str, object]
AS_OF = date(2026, 11, 1)
_KEY = re.compile(r"/([0-9a-f]{8}-[0-9a-f-]{27})/")


def examples(client: Client, county: Path) -> dict[str, Callable[[], Values]]:
    """By name of the address. ``client`` is the officer's browser, ``county`` the files the office was made of."""
    work()
    load = _waiting(county)
    done = Load.objects.exclude(confirmed_at=None).order_by("pk").first()
    person, finding = a_person(), Finding.objects.filter(kind="unknown").order_by("pk").first()
    assert done is not None
    assert finding is not None
    reform, preview, read = _key(_try_change(client)), _key(_propose(client)), _key(_read_visits(client))
    sheets = _sheets(client)
    text = AdoptedPolicy.objects.order_by("pk").first()
    assert text is not None
    told: dict[str, Callable[[], Values]] = {
        "workbench:person": lambda: {"uuid": person.uuid},
        "workbench:finding": lambda: {"uuid": finding.uuid},
        "workbench:settling": lambda: {"uuid": Settling.objects.order_by("pk")[0].uuid},
        "workbench:import_undo": lambda: {"uuid": done.uuid},
        "workbench:visits_read": lambda: {"uuid": read},
        "workbench:rates_preview": lambda: {"key": preview},
        "workbench:policy_text": lambda: {"id_": text.policy, "fingerprint": text.fingerprint},
        "workbench:matching_sheet": lambda: {"uuid": sheets, "name": "transfer"},
    }
    told |= dict.fromkeys(("workbench:import", "workbench:import_confirm"), lambda: {"uuid": load.uuid})
    kept = ("reform_result", "reform_list", "reform_list_export", "reform_export")
    return told | dict.fromkeys((f"workbench:{name}" for name in kept), lambda: {"key": reform})


def work() -> None:
    """Do all waiting work."""
    owner = jobs.owner_name()
    while jobs.run_one(owner):
        pass


def a_person() -> Person:
    """Somebody on whose page there is something of everything."""
    missed = Finding.objects.filter(kind="missed").order_by("pk").first()
    assert missed is not None
    return Person.objects.get(pk=missed.person_id)


def _waiting(county: Path) -> Load:
    """A load that has been read and waits to be confirmed."""
    by = actor_of(Post.objects.get(user__username="officer"))
    return import_files(
        [(roster_of(county).name, changed_roster(county))], county=450803, as_of=AS_OF, by=by, confirm=False
    )


def _form_of(client: Client, url: str) -> dict[str, str]:
    """The fields of the form on a page with what stands in them."""
    page = client.get(url).content.decode()
    main = page[page.index("<main") :]
    found = dict(re.findall(r'<input[^>]*name="(rate_\d+)"[^>]*value="([^"]*)"', main))
    return found | dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\s*([^<]*)</textarea>', main))


def _try_change(client: Client) -> str:
    url = "/reform/change/?policy=nursing-allowance&on=2026-11-21"
    form = {name: value.replace("&gt;", ">").replace("&lt;", "<") for name, value in _form_of(client, url).items()}
    rate = next(name for name in form if name.startswith("rate_"))
    answer = client.post(url, form | {rate: "120"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer.headers["Location"])


def _propose(client: Client) -> str:
    asked = "policy=nursing-allowance&on=2027-01-01"
    template = client.get(f"/rates/template/?{asked}")
    sheet = io.BytesIO(b"".join(template) if template.streaming else template.content)
    sheet.name = "标准.xlsx"  # type: ignore[attr-defined]
    given = {"policy": "nursing-allowance", "on": "2027-01-01", "source": "港民发〔2026〕8号", "file": sheet}
    return str(client.post("/rates/new/", given).headers.get("Location", ""))


def _read_visits(client: Client) -> str:
    answer = client.get("/visits/sheets/?place=450803002000")
    data = b"".join(answer) if answer.streaming else answer.content
    if "zip" in answer.headers["Content-Type"]:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            data = packed.read(next(name for name in packed.namelist() if name.endswith(".xlsx")))
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        head = next((row for row in sheet.iter_rows() if any(cell.value == "核查结果" for cell in row)), None)
        if head is None:
            continue
        column = {cell.value: cell.column for cell in head}
        sheet.cell(head[0].row + 1, column["核查结果"]).value = "找不到人"
        sheet.cell(head[0].row + 1, column["核查人"]).value = "覃海生"
        sheet.cell(head[0].row + 1, column["日期"]).value = "2026-11-20"
    saved = io.BytesIO(bytes_of(book))
    saved.name = "核查表.xlsx"  # type: ignore[attr-defined]
    page = client.get("/visits/").content.decode()
    name = re.search(r'type="file"[^>]*name="(\w+)"|name="(\w+)"[^>]*type="file"', page)
    assert name is not None
    return str(client.post("/visits/read/", {name.group(1) or name.group(2): saved}).headers.get("Location", ""))


def _sheets(client: Client) -> str:
    client.post("/matching/sheets/", {"county": "450803"})
    work()
    return _key(client.get("/matching/").content.decode().partition("/matching/sheets/")[2], "/")


def _key(place: str, before: str = "") -> str:
    found = _KEY.search(before + place)
    assert found is not None, place[:200]
    return found.group(1)
