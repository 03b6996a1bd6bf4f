"""R20: whoever is in the register, nothing of him is in a log line, an address, a job, a file name, or open in a table.

Everybody the builders of the matrix make is a canary, so a page that lands later is searched too.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from tests.factories.people import GAOLING, make_person
from tests.web_access.matrix import World
from tests.web_access.tour import FoundForm, forms_of, tour
from zhucan.base.logs import Scrub
from zhucan.registry.models import Account, Certificate, Contact, Person

pytestmark = pytest.mark.django_db
NAME, PHONE, ACCOUNT = "禤酉镝", "13978151234", "6217002870001234567"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, down to DEBUG, as our handler writes it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.addFilter(Scrub())
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in ("django", "django.request", "django.template", "axes"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(before)


def canaries() -> set[str]:
    """Whatever identifies anybody in the register."""
    found = {PHONE, ACCOUNT, NAME}
    for person in Person.objects.all():
        found |= {person.citizen_id, person.name}
    found |= {one.number for one in Certificate.objects.all()} | {one.number for one in Account.objects.all()}
    found |= {one.phone for one in Contact.objects.all()}
    return {one for one in found if len(one) >= 2}


def _search(client: Client, text: str, asked: list[str]) -> None:
    answer = client.post("/search/", {"search": text}, follow=True)
    assert answer.status_code == 200, answer.status_code
    asked += [url for url, _ in answer.redirect_chain]


def _send_names(form: FoundForm, asked: list[str]) -> None:
    """Somebody types a name and a number where neither belongs."""
    for text in (NAME, PHONE):
        sent = dict.fromkeys((name for name in form.fields if name != "csrfmiddlewaretoken"), text)
        answer = form.client.post(form.action, sent)
        asked.append(answer.headers.get("Location", ""))


def test_nothing_of_anybody_gets_out(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    person = make_person(NAME, village=GAOLING, phone=PHONE, account=ACCOUNT)
    asked: list[str] = []
    officer = Client()
    for stop in tour(world):
        asked += [stop.url, stop.answer.headers.get("Location", ""), stop.answer.headers.get("Content-Disposition", "")]
        if stop.target.name == "workbench:person":
            officer = stop.client
        for form in forms_of(stop):
            if form.method == "post" and form.action.split("?")[0] not in ("/sign-out/", "/account/password/"):
                _send_names(form, asked)
    officer.get(f"/persons/{person.uuid}/")
    for text in (NAME, person.citizen_id, PHONE, ACCOUNT, "xuanyoudi", person.citizen_id[-6:]):
        _search(officer, text, asked)
    _break_with(monkeypatch, person)
    assert Client(raise_request_exception=False).get("/health/").status_code == 500
    _look_everywhere(log, asked)


def _break_with(monkeypatch: pytest.MonkeyPatch, person: Person) -> None:
    def fail() -> bool:
        raise ValueError(f"{person.name} {person.citizen_id}")

    monkeypatch.setattr("zhucan.web.workbench.health._database_answers", fail)


def _look_everywhere(log: io.StringIO, asked: list[str]) -> None:
    known = canaries()
    assert len(known) > 20
    written = log.getvalue()
    assert "Internal Server Error" in written
    assert not [one for one in known if one in written], "in the log"
    addresses = "\n".join(asked)
    assert not [one for one in known if one in addresses], "in an address"
    paths = "\n".join(str(path) for path in Path(settings.ZHUCAN_DATA).rglob("*"))
    assert not [one for one in known if one in paths], "in a file name"
    found = [f"{table}: {one} in {cell[:200]!r}" for table, cell in _cells() for one in known if one.encode() in cell]
    assert not found, f"open in a table: {found[:10]}"


def _cells() -> Iterator[tuple[str, bytes]]:
    """Every text, JSON value and byte string of every table, searches and user names of the staff aside."""
    for model in apps.get_models():
        for row in model._default_manager.values_list():
            for cell in row:
                if isinstance(cell, bytes | memoryview):
                    yield model._meta.db_table, bytes(cell)
                elif isinstance(cell, str | dict | list):
                    yield model._meta.db_table, str(cell).encode()


def test_no_page_shows_a_whole_number_unasked() -> None:
    """R22: numbers are masked for whoever did not ask to see one, whatever he may."""
    world = World()
    person = make_person(NAME, village=GAOLING, phone=PHONE, account=ACCOUNT)
    whole = (person.citizen_id, PHONE, ACCOUNT, person.certificate.number)
    found = []
    for stop in tour(world):
        if stop.answer.headers.get("Content-Type", "").startswith("text/html"):
            page = stop.answer.content.decode()
            found += [f"{stop.target.name} shows {number[:3]}…" for number in whole if number in page]
    assert not found
