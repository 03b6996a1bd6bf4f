"""The pages in a browser: nothing runs out of the window at any width. With ZHUCAN_PICTURES they are kept."""

from __future__ import annotations

import os
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.exchange import lists
from tests.web_components.conftest import WEB, write
from tests.web_components.measures import CUT
from tests.web_imports.conftest import Enter
from tests.web_imports.conftest import files as county_files
from zhucan.exchange.operations.loads import open_load

pytestmark = [pytest.mark.django_db, pytest.mark.needs("chromium")]


def test_nothing_runs_out_of_the_window(enter: Enter, tmp_path: Path, chromium_path: str) -> None:
    browser = enter()
    people = lists.holders(4)
    lists.take_in([lists.roster(people), lists.register(people)], browser.actor)
    people[0].phone, people[1].village, people[2].level = "13911112222", "三板村", "一级"
    load = lists.bring([lists.roster(people), lists.register(people[1:]), *county_files()[2:]], browser.actor)
    reading = open_load(
        files=county_files(), division=load.place, as_of=lists.AS_OF, key="waiting", by=browser.actor, on=lists.AS_OF
    )
    table = load.tables.get(feed="payroll")
    pages = {
        "list": "/imports/", "new": "/imports/new/", "reading": f"/imports/{reading.uuid}/",
        "changes": f"/imports/{load.uuid}/?show=person.change", "facts": f"/imports/{load.uuid}/?show=facts.change",
        "errors": f"/imports/{load.uuid}/?show=errors", "confirm": f"/imports/{load.uuid}/confirm/",
        "correct": f"/imports/{load.uuid}/tables/{table.uuid}/",
    }  # fmt: skip
    shutil.copytree(WEB / "static", tmp_path / "static")
    with as_file(files("django_htmx") / "static") as htmx:
        shutil.copytree(htmx, tmp_path / "static", dirs_exist_ok=True)
    kept = Path(os.environ["ZHUCAN_PICTURES"]) if "ZHUCAN_PICTURES" in os.environ else None
    drawn = {name: browser.get(url).content.decode() for name, url in pages.items()}
    faults: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        for width in (320, 768, 1280):
            page = chromium.new_page(viewport={"width": width, "height": 900})
            for name, html in drawn.items():
                page.goto(write(tmp_path, name, html).as_uri())
                wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                if wide > 0 or page.evaluate(CUT):
                    faults.append(f"{name} {width}: {wide} px too wide, cut: {page.evaluate(CUT)}")
                if kept:
                    page.screenshot(path=kept / f"{name}-{width}.png", full_page=True)
            page.close()
        chromium.close()
    assert not faults
