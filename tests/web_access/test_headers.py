"""R25: the headers that protect pages stand on every answer: pages, redirects, errors, files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpRequest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.web_access.matrix import World
from tests.web_access.staff import member, sign_in
from tests.web_access.tour import tour

pytestmark = pytest.mark.django_db
WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def faults(where: str, answer: object, *, is_file: bool = False) -> list[str]:
    headers = answer.headers  # type: ignore[attr-defined]
    found = [f"{where}: {name}" for name, value in WANTED.items() if headers.get(name) != value]
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy or "frame-ancestors 'none'" not in policy:
        found.append(f"{where}: Content-Security-Policy {policy!r}")
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        found.append(f"{where}: Permissions-Policy")
    if not is_file and "no-store" not in headers.get("Cache-Control", ""):
        found.append(f"{where}: Cache-Control {headers.get('Cache-Control')!r}")
    return found


def test_every_page_has_them() -> None:
    wrong = [line for stop in tour(World()) for line in faults(stop.target.name, stop.answer)]
    assert not wrong, "\n".join(wrong)


def test_errors_and_redirects_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    signed, _ = sign_in(member().user.username)
    checked = Client(enforce_csrf_checks=True)
    answers = {
        "404": client.get("/nothing/"), "sign in": client.get("/staff/"), "403": signed.get("/staff/new/"),
        "405": signed.post("/staff/"), "csrf": checked.post("/sign-in/", {"login": "a"}),
        "400": client.get("/", headers={"Host": "evil.example"}),
        "404 inside": signed.get(f"/staff/{'0' * 8}-{'0' * 4}/"),
    }  # fmt: skip
    assert [one.status_code for one in answers.values()] == [404, 302, 403, 405, 403, 400, 404]
    monkeypatch.setattr("zhucan.web.workbench.health._database_answers", _break)
    answers["500"] = client.get("/health/")
    assert answers["500"].status_code == 500
    wrong = [line for name, answer in answers.items() for line in faults(name, answer)]
    assert not wrong, "\n".join(wrong)


def _break() -> bool:
    raise RuntimeError


def test_files_have_them() -> None:
    for path in ("/static/web/zhucan.css", "/static/web/zhucan.js", "/static/django_htmx/htmx-2.min.js"):
        answer = Client().get(path)
        assert answer.status_code == 200
        assert not faults(path, answer, is_file=True)


def test_cookies_cannot_be_read_by_scripts_nor_sent_from_elsewhere() -> None:
    client, _ = sign_in(member().user.username)
    client.post("/account/display/", {"theme": "dark", "size": "normal", "shortcuts": "on"})
    client.get("/account/password/")
    assert {"zhucan_session", "csrftoken", "theme"} <= set(client.cookies)
    for name, cookie in client.cookies.items():
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name


def test_encrypted_answers_ask_for_encryption_only(settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    answer = Client().get("/sign-in/", secure=True)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_production_asks_for_encryption_unless_told_otherwise(tmp_path: Path) -> None:
    script = (
        "import json; from zhucan.conf import settings as s; print(json.dumps([s.SESSION_COOKIE_SECURE, "
        "s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.MFA_REQUIRED, s.OWN_PASSWORD_REQUIRED]))"
    )
    found = []
    for more in ({}, {"ZHUCAN_HTTP": "1"}):
        given = {**os.environ, "ZHUCAN_MODE": "production", "ZHUCAN_DATA": str(tmp_path), "PYTHONPATH": "src", **more}
        done = subprocess.run([sys.executable, "-c", script], env=given, capture_output=True, text=True, check=True)
        found.append(json.loads(done.stdout))
    assert found == [[True, True, 31536000, True, True], [False, False, 0, True, True]]


def test_the_error_page_asks_nothing_of_what_may_be_broken(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: object
) -> None:
    from zhucan.web.errors import failed

    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = failed(HttpRequest())
    assert answer.status_code == 500
    assert "系统出了错" in answer.content.decode()
