"""Pages of signing in, the account, users and the record in Chromium: accessible, and no wider than a phone."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import sync_playwright

from tests.factories.people import make_post
from tests.web_access.staff import bind, code_of, member, sign_in
from zhucan.base.enums import Role

WEB = Path(__file__).resolve().parents[2] / "src" / "zhucan" / "web"
BOTH = ("sign-in", "users", "events")
"""Those with the most on them are looked at on a desk too."""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def _collect() -> dict[str, str]:
    """The pages as text, by name."""
    post, other = member(Role.ADMINISTRATOR), make_post(Role.CLERK, path=450803_002_000)
    auditor = member(Role.AUDITOR)
    stranger, asked = Client(), {"sign-in": "/sign-in/?left=idle-lost", "display": "/account/display/"}
    pages = {name: stranger.get(url) for name, url in asked.items()}
    pages["sign-in-wrong"] = sign_in("nobody", "wrong")[1]
    client, _ = sign_in(post.user.username)
    own = {
        "account": "/account/", "posts": "/account/posts/", "password": "/account/password/",
        "bind": "/account/second-factor/", "users": "/staff/", "user": f"/staff/{other.user.uuid}/",
        "organ": "/staff/new/", "new": f"/staff/new/?organ={post.organ.uuid}",
        "stop": f"/staff/{other.user.uuid}/stop/",
        "end": f"/staff/posts/{other.uuid}/end/", "hand-over": f"/staff/posts/{other.uuid}/hand-over/",
        "add-organ": "/staff/organs/new/",
    }  # fmt: skip
    pages |= {name: client.get(url) for name, url in own.items()}
    pages["new-wrong"] = client.post(own["new"], {"username": "1"})
    pages["password-shown"] = client.post(f"/staff/{other.user.uuid}/password/")
    pages["refused"] = client.get("/audit/")
    pages["events"] = sign_in(auditor.user.username)[0].get("/audit/")
    secret = bind(auditor.user)
    second, _ = sign_in(auditor.user.username)
    pages["code"] = second.get("/sign-in/code/")
    second.post("/sign-in/code/", {"code": code_of(secret)})
    pages["codes"] = second.get("/account/recovery-codes/")
    return {name: answer.content.decode() for name, answer in pages.items()}


@pytest.mark.needs("chromium")
@pytest.mark.django_db
def test_pages_are_accessible_and_fit_a_phone(tmp_path: Path, chromium_path: str) -> None:
    pages = _collect()
    shutil.copytree(WEB / "static", tmp_path / "static")
    with as_file(files("django_htmx") / "static") as htmx:
        shutil.copytree(htmx, tmp_path / "static", dirs_exist_ok=True)
    wrong = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path)
        for name, text in pages.items():
            path = tmp_path / f"{name}.html"
            path.write_text(text.replace('"/static/', '"static/'), encoding="utf-8")
            for width in (320, 1280)[: 2 if name in BOTH else 1]:
                page = browser.new_page(viewport={"width": width, "height": 800})
                page.goto(path.as_uri())
                if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    wrong.append(f"{name} is wider than {width} px")
                found = Axe().run(page, options=RULES).response["violations"]
                wrong += [f"{name} at {width}: {one['id']} {one['nodes'][0]['html'][:150]}" for one in found]
                page.screenshot(path=tmp_path / f"{name}-{width}.png", full_page=True)
                page.close()
        browser.close()
    assert not wrong, "\n".join(wrong)
