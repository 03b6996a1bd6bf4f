"""The five minutes of an office in a real browser, on a folder of real-looking lists: seconds, numbers, pictures.

``python benchmarks/five_minutes.py FOLDER [--out OUT]``: a fresh data directory with the country's divisions, the
server and its worker as ``zhucan serve`` runs them, an officer who signs in, drops the roster, the 低保 list and the
payroll, confirms, reads the four numbers, drops all other files, reads them again, opens a village, prints its
入户核查表 and fetches the sheets for 民政. Columns are never mapped by hand. Last, ``zhucan results`` reads the same
database.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import openpyxl
from playwright.sync_api import Page, sync_playwright

from tests.conftest import program

COUNTY, MONTH_FIRST = "450803", "2026-11-01"
FIRST = ("01_", "02_", "05_")
LISTS = (".xlsx", ".xls", ".csv", ".txt")
EXPECTED = {
    "first": {"应享未享": 1590, "疑似不应享": 577, "待核实": 1309, "六个月内到期": 1063},
    "all": {
        "应享未享": 1178,
        "疑似不应享": 827,
        "待核实": 1193,
        "六个月内到期": 1063,
        "发放差错": 193,
        "名册外发放": 90,
    },
}
"""Of county-a, by its README."""
_LONG = 600_000


class Steps:
    """Says what was done, how long it took, and keeps a picture of how it looked."""

    def __init__(self, out: Path) -> None:
        self._out, self._count, self._began = out, 0, time.monotonic()

    @contextmanager
    def step(self, words: str, page: Page | None = None) -> Iterator[None]:
        """One step."""
        began = time.monotonic()
        yield
        self._count += 1
        print(f"{time.monotonic() - began:7.1f} s  {words}", flush=True)
        if page is not None:
            page.screenshot(path=self._out / f"{self._count:02}.png", full_page=True)

    def total(self) -> float:
        """Seconds since the first."""
        return time.monotonic() - self._began


def main() -> None:
    """Do and print it; exit 1 where a number is not the expected one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=None, help="where the pictures go")
    asked = parser.parse_args()
    data = Path(tempfile.mkdtemp(prefix="zhucan-five-"))
    out = asked.out or data / "pictures"
    out.mkdir(parents=True, exist_ok=True)
    steps = Steps(out)
    with steps.step("database, keys, divisions of the country, accounts"):
        password = _install(data / "office")
    port = _free_port()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1] / "src")}
    serving = [sys.executable, "-m", "zhucan", "serve", "--port", str(port), "--data", str(data / "office")]
    with (
        (data / "server.log").open("w") as log,
        subprocess.Popen(serving, env=environment, stdout=log, stderr=log) as server,
    ):
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
                context = browser.new_context(
                    base_url=f"http://127.0.0.1:{port}", viewport={"width": 1280, "height": 900}
                )
                context.set_default_timeout(60_000)
                good = _work(context.new_page(), steps, asked.folder, password, data)
                browser.close()
        finally:
            server.terminate()
    good = _from_the_command_line(data, steps, environment) and good
    print(f"{steps.total():7.1f} s  altogether; pictures in {out}")
    shutil.rmtree(data / "office")
    sys.exit(0 if good else 1)


def _install(folder: Path) -> str:
    """An office as ``zhucan office-demo`` makes it, without anybody in it; the password of its accounts."""
    from zhucan.cli_office import sample
    from zhucan.cli_office.serving import choose_transport
    from zhucan.cli_office.start import MARK

    sample._make_room(folder)
    choose_transport("127.0.0.1", plain_http=False)
    sample._install(folder)
    password = sample._invented_password()
    sample._staff(password)
    (folder / MARK).write_text(sample._note(password), encoding="utf-8")
    from django.db import connections

    connections.close_all()
    return password


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _work(page: Page, steps: Steps, folder: Path, password: str, data: Path) -> bool:
    files = sorted(path for path in folder.iterdir() if path.suffix in LISTS)
    first = [path for path in files if path.name.startswith(FIRST)]
    with steps.step("server answers, sign in", page):
        _until_served(page)
        page.get_by_label("用户名").fill("officer")
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("heading", name="本月要办", level=1).wait_for()
    with steps.step("empty first page", page):
        page.goto("/")
    good = True
    for words, given, expected in (("first", first, EXPECTED["first"]), ("all", files[:], EXPECTED["all"])):
        dropped = given if words == "first" else [path for path in files if path not in first]
        with steps.step(f"{len(dropped)} files dropped, read, compared", page):
            _drop(page, dropped)
        with steps.step("confirmed, written, matched", page):
            _confirm(page, expected)
        with steps.step("first page", page):
            page.goto("/")
            good = _say(_numbers(page), expected) and good
    good = _village(page, steps, data) and good
    return _sheets(page, steps, data) and good


def _until_served(page: Page) -> None:
    for _ in range(120):
        try:
            page.goto("/")
            return
        except Exception:  # the server is not up yet
            time.sleep(0.5)


def _drop(page: Page, files: list[Path]) -> None:
    page.goto("/imports/")
    page.get_by_role("link", name="导入名单").click()
    page.get_by_label("名单文件").set_input_files(files)
    page.get_by_label("核对日").fill(MONTH_FIRST)
    page.get_by_role("button", name="提交，开始读取").click()
    page.get_by_role("link", name="确认导入").wait_for(timeout=_LONG)
    print("           ", page.locator("main .lead").inner_text())


def _confirm(page: Page, expected: dict[str, int]) -> None:
    page.get_by_role("link", name="确认导入").click()
    page.get_by_role("button", name="确认，写入").click()
    page.get_by_text("已写入").first.wait_for(timeout=_LONG)
    until = time.monotonic() + _LONG / 1000
    while time.monotonic() < until:
        page.goto("/")
        if "正在比对" not in page.locator("main").inner_text() and _numbers(page).keys() >= expected.keys():
            return
        time.sleep(1)


def _numbers(page: Page) -> dict[str, int]:
    """The numbers of the first page by their words."""
    text = page.locator("main").inner_text()
    pairs = re.findall(r"(应享未享|疑似不应享|待核实|六个月内到期)\s+([\d,]+)\s*(?:人次|证)", text)
    pairs += re.findall(r"(发放差错|名册外发放) ([\d,]+)", text)
    return {words: int(number.replace(",", "")) for words, number in pairs}


def _say(got: dict[str, int], expected: dict[str, int]) -> bool:
    for words, number in expected.items():
        print(f"            {words} {got.get(words)}{'' if got.get(words) == number else f', expected {number}'}")
    return all(got.get(words) == number for words, number in expected.items())


def _village(page: Page, steps: Steps, data: Path) -> bool:
    with steps.step("a village", page):
        page.get_by_role("link", name="各乡镇和村的数").click()
        page.locator("main table tbody a").first.click()
        page.get_by_role("link", name="打开名单").wait_for()
        page.locator("main table tbody a").first.click()
    place = re.search(r"place=(\d+)", page.url) or re.search(r"place=(\d+)", page.content())
    assert place is not None
    with steps.step("its 入户核查表 for printing", page):
        page.goto(f"/visits/print/?place={place.group(1)}")
    with steps.step("its 入户核查表 as a workbook"):
        page.goto(f"/visits/?place={place.group(1)}")
        with page.expect_download() as coming:
            page.get_by_role("link", name="下载 Excel 核查表").click()
        coming.value.save_as(data / "visit.xlsx")
        book = openpyxl.load_workbook(data / "visit.xlsx", read_only=True)
        print("           ", {sheet.title: sum(1 for _ in sheet.iter_rows()) for sheet in book})
    return True


def _sheets(page: Page, steps: Steps, data: Path) -> bool:
    with steps.step("移交民政 made and fetched", page):
        page.goto("/matching/")
        page.get_by_role("button", name=re.compile("生成比对结果")).click()
        page.get_by_role("link", name=re.compile("移交民政")).wait_for(timeout=_LONG)
        with page.expect_download() as coming:
            page.get_by_role("link", name=re.compile("移交民政")).click()
        coming.value.save_as(data / "transfer.xlsx")
    book = openpyxl.load_workbook(data / "transfer.xlsx", read_only=True)
    rows = {sheet.title: sum(1 for row in sheet.iter_rows(values_only=True) if _is_row(row)) for sheet in book}
    print("           ", rows)
    return any(count == EXPECTED["all"]["应享未享"] for count in rows.values())


def _is_row(row: tuple[object, ...]) -> bool:
    """Whether somebody's citizen ID stands in it."""
    return any(isinstance(cell, str) and re.fullmatch(r"\d{17}[\dX]", cell.strip()) for cell in row)


def _from_the_command_line(data: Path, steps: Steps, environment: dict[str, str]) -> bool:
    command = [sys.executable, "-m", "zhucan", "results", "--division", COUNTY, "--data", str(data / "office")]
    with steps.step("zhucan results"):
        command += ["--out", str(data / "results"), "--plain"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    print(done.stdout[-1500:], done.stderr[-500:])
    summary = next((data / "results").rglob("*.html"), None)
    text = re.sub(r"<[^>]+>|\s+", " ", summary.read_text(encoding="utf-8")) if summary is not None else ""
    told = {words: f"{number:,}" in text for words, number in EXPECTED["all"].items()}
    print("            in the summary:", told)
    return done.returncode == 0 and all(told.values())


if __name__ == "__main__":
    main()
