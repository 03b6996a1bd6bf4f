"""The pages in a browser: nothing runs out of the window at any width or theme. With ZHUCAN_PICTURES they are kept."""

from __future__ import annotations

import os
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.exchange_findings.make import make_sixty
from tests.web_components.conftest import WEB, write
from tests.web_components.measures import CUT
from tests.web_findings.conftest import Enter, make_matching
from zhucan.exchange.models import Finding

pytestmark = [pytest.mark.django_db, pytest.mark.needs("chromium")]
PAGES = {
    "home": "/",
    "list": "/findings/",
    "missed": "/findings/?kind=missed&place=450803002000",
    "villages": "/findings/villages/",
    "questions": "/findings/questions/",
    "matching": "/matching/",
    "visits": "/visits/",
    "paper": "/visits/print/",
    "print": "/findings/print/?kind=missed",
}
THEMES = ("light", "dark", "contrast", "plain")


def test_nothing_runs_out_of_the_window(enter: Enter, tmp_path: Path, chromium_path: str) -> None:
    browser = enter()
    make_matching()
    make_sixty()
    shutil.copytree(WEB / "static", tmp_path / "static")
    with as_file(files("django_htmx") / "static") as htmx:
        shutil.copytree(htmx, tmp_path / "static", dirs_exist_ok=True)
    one = Finding.objects.filter(kind="unknown").order_by("id")[1]
    settle = browser.post("/findings/settle/", {"query": "kind=missed", "scope": "filter", "action": "postponed"})
    kept = Path(os.environ["ZHUCAN_PICTURES"]) if "ZHUCAN_PICTURES" in os.environ else None
    faults: list[str] = []
    drawn: dict[str, dict[str, str]] = {}
    for theme in THEMES if kept else ("light", "plain"):
        browser.cookies["theme"] = theme
        drawn[theme] = {name: browser.get(url).content.decode() for name, url in PAGES.items()}
        drawn[theme]["one"] = browser.get(f"/findings/{one.uuid}/?kind=unknown").content.decode()
        drawn[theme]["settle"] = settle.content.decode()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        for theme, pages in drawn.items():
            for width in (320, 768, 1280):
                page = chromium.new_page(viewport={"width": width, "height": 900})
                for name, html in pages.items():
                    page.goto(write(tmp_path, f"{theme}-{name}", html).as_uri())
                    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                    if wide > 0 or page.evaluate(CUT):
                        faults.append(f"{name} {theme} {width}: {wide} px too wide, cut: {page.evaluate(CUT)}")
                    if kept:
                        page.screenshot(path=kept / f"{name}-{width}-{theme}.png", full_page=True)
                    if kept and width == 1280 and theme == "light":
                        page.pdf(path=kept / f"{name}.pdf", prefer_css_page_size=True)
                page.close()
        chromium.close()
    assert not faults
