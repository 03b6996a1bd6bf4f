"""The pictures of the guides and of the README's head, from a demo server this script starts; all people are invented.

Needs Chromium. Run with: make pictures
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent
ROOT = IMAGES.parent.parent
VIEW = {"width": 1280, "height": 860}
PERSONS = 3000
WAIT = 120_000


def chromium() -> str:
    """The machine's Chromium; ends the script where there is none."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        sys.exit("chromium is missing. On Debian: apt install chromium fonts-noto-cjk")
    return path


@contextmanager
def demo(folder: Path) -> Iterator[tuple[str, str]]:
    """A demo server; its address and the password of all accounts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--data", str(folder), "--persons", str(PERSONS), "--port", str(port)]
    command = [sys.executable, "-m", "zhucan", "office-demo", *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/sign-in/", process)
            told = next(folder.glob("*.txt")).read_text(encoding="utf-8")
            yield address, re.search(r"密码：(\S+)", told)[1]
        finally:
            process.terminate()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Until the page is there, or the server gave up."""
    while process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    sys.exit("the demo server did not start")


def sign_in(page: Page, address: str, username: str, password: str) -> None:
    """As one of the staff."""
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{address}/", timeout=WAIT)


def shoot(page: Page, name: str) -> None:
    """What one sees first."""
    page.screenshot(path=IMAGES / f"{name}.png")


def pictures(page: Page, address: str, files: Path) -> None:
    """Home, a list, a person, the preview of an import."""
    shoot(page, "home")
    opened(page, f"{address}/findings/?kind=missed")
    shoot(page, "findings")
    opened(page, f"{address}/persons/")
    person = page.locator("main table a[href^='/persons/']").first.get_attribute("href")
    opened(page, f"{address}{person}")
    shoot(page, "person")
    opened(page, f"{address}/imports/new/")
    page.set_input_files("input[type=file]", [str(path) for path in sorted(files.iterdir())[:5]])
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}/"), timeout=WAIT)
    while "/confirm/" not in page.request.get(page.url).text():
        time.sleep(1)
    opened(page, page.url)
    shoot(page, "import")


def portal(browser: Browser, address: str) -> None:
    """A question in easy text beside the result, each as on a phone."""
    page = browser.new_page(viewport={"width": 390, "height": 760}, color_scheme="light", locale="zh-CN")
    page.context.add_cookies([{"name": "text", "value": "easy", "url": address}])
    opened(page, f"{address}/portal/")
    page.click("main .main-button")
    page.check("#place-0")
    page.click("main .main-button")
    pieces: list[bytes] = []
    while "/answers/" not in page.url:
        if page.locator("#year").count():
            is_first = page.url.endswith("/1/")
            for name, value in (("year", "1968" if is_first else "2029"), ("month", "5"), ("day", "1")):
                page.fill(f"#{name}", value)
        elif page.locator("#answer").count():
            page.fill("#answer", "0")
        else:
            asked, last = page.inner_text("h1"), page.locator("input[type=radio]").count() - 2
            is_yes = any(word in asked for word in ("有残疾人证", "吃低保", "照顾"))
            page.check(f"#answer-{0 if is_yes or last > 1 else last}")
            if not pieces and "低保" in asked:
                pieces.append(page.screenshot())
        page.click("main .main-button")
    page.click("a.main-button")
    pieces.append(page.screenshot())
    beside(browser, pieces, "portal")


def beside(browser: Browser, pieces: list[bytes], name: str) -> None:
    """Pictures side by side in one."""
    shown = "".join(f'<img src="data:image/png;base64,{b64encode(one).decode()}">' for one in pieces)
    page = browser.new_page(viewport={"width": 844, "height": 800})
    page.set_content(f'<body style="margin:0;padding:16px;display:flex;gap:32px;background:#d8d2c6">{shown}')
    shoot(page, name)


def opened(page: Page, address: str) -> None:
    """Open a page; a page of errors is no picture."""
    answer = page.goto(address)
    if answer is None or not answer.ok:
        sys.exit(f"{address} answered {answer.status if answer else 'nothing'}")


def main() -> None:
    """Start the server, sign in, take the pictures."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as browsers:
        folder = Path(place) / "demo"
        with demo(folder) as (address, password):
            browser = browsers.chromium.launch(executable_path=chromium())
            page = browser.new_page(viewport=VIEW, color_scheme="light", locale="zh-CN")
            sign_in(page, address, "officer", password)
            pictures(page, address, folder / "county" / "files")
            portal(browser, address)
            browser.close()


if __name__ == "__main__":
    main()
