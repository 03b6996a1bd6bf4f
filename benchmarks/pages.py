"""Every page of the workbench in every theme and width, full, empty and after a form sent empty: figures and pictures.

``python benchmarks/pages.py OUT [--only PART] [--themes light,dark] [--widths 320,1280] [--no-rules]`` makes a small
office (kept in ``OUT/office`` for the next run; delete it to have it made anew), prints what breaks a rule, and saves a
picture of each page below ``OUT/pictures``.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Page, sync_playwright

from tests.conftest import program
from tests.journeys.checks import faults_of_outline, faults_of_rules
from tests.journeys.conftest import Server, Visitor, make_office, start

THEMES, WIDTHS = "light,dark,contrast,plain", "320,768,1280"
STATES = {"full": "pages", "empty": "empty", "error": "pages"}
_EMPTY_FORM = """
() => { const form = [...document.querySelectorAll('main form')].find(f => f.method === 'post'
          && !f.action.includes('sign-out')); if (!form) return false;
        form.noValidate = true; form.requestSubmit(); return true; }
"""


def main() -> None:
    """Print it."""
    asked = _arguments()
    office = asked.out / "office"
    if not (office / "pages.json").is_file():
        make_office(office)
    pages = [one for one in json.loads((office / "pages.json").read_text()) if one["kind"] == "page"]
    pages = [one for one in pages if asked.only in one["url"] or asked.only == one["name"]]
    faults: Counter[str] = Counter()
    began = time.monotonic()
    count = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        for state in asked.states.split(","):
            server = _server(office, asked.out / f"run-{state}", state)
            for page, where in _all(Visitor(browser), server, pages, asked, state):
                count += 1
                found = faults_of_outline(page) + ([] if asked.no_rules else faults_of_rules(page))
                faults.update(found)
                for each in found:
                    print(f"{where}: {each}", flush=True)
            server.stop()
        browser.close()
    print(f"{count} pages in {time.monotonic() - began:.0f} s, {faults.total()} faults of {len(faults)} kinds")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--themes", default=THEMES)
    parser.add_argument("--widths", default=WIDTHS)
    parser.add_argument("--states", default=",".join(STATES))
    parser.add_argument("--no-rules", action="store_true")
    return parser.parse_args()


def _server(office: Path, folder: Path, state: str) -> Server:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return start(office, folder, which=STATES[state])


def _all(
    visit: Visitor, server: Server, pages: list[dict], asked: argparse.Namespace, state: str
) -> Iterator[tuple[Page, str]]:
    """Every page as it is now shown, and where."""
    for one in pages:
        if state == "empty" and re.search(r"[0-9a-f]{8}-", one["url"]):
            continue
        for theme in asked.themes.split(","):
            for width in map(int, asked.widths.split(",")):
                page = visit(server, one["account"], width=width, theme=theme)
                answer = page.goto(one["url"])
                if answer is None or answer.status >= 500:
                    print(f"{one['url']}: it failed")
                assert page.url == server.url + one["url"], page.url
                if state != "error" or _sent_empty(page):
                    where = f"{state} {theme} {width} {one['url']}"
                    name = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[^\w]+", "-", one["url"]).strip("-") or "home"
                    picture = (
                        asked.out / "pictures" / state / f"{one['name'].split(':')[-1]}--{name}-{theme}-{width}.png"
                    )
                    picture.parent.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=picture, full_page=True)
                    yield page, where
                for fault in visit.seen.faults:
                    print(f"{one['url']}: {fault}")
                visit.seen.faults.clear()
                page.context.close()
    visit.contexts.clear()


def _sent_empty(page: Page) -> bool:
    """Whether the page has a form that was sent empty, and was shown again."""
    if not page.evaluate(_EMPTY_FORM):
        return False
    page.wait_for_load_state()
    page.wait_for_timeout(300)
    return page.title().startswith("错误")


if __name__ == "__main__":
    main()
