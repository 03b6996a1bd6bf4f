"""A filled office in a real browser: made once a run, copied for each server."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.journeys.office import PASSWORD, environment

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder ``tests.journeys.office`` fills; one for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = base / "journeys-template"
    with (base / "journeys.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "pages.json").is_file():
            make_office(folder)
    return folder


def make_office(folder: Path, database: str = "", module: str = "tests.journeys.office") -> None:
    """Have a process of its own fill an office; its last words are shown where it fails."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", module, str(folder)]
    surroundings = environment(folder / "pages", database=database)
    done = subprocess.run(command, env=surroundings, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


@dataclass
class Server:
    """The application on a port of its own, with a worker, over a copy of the office."""

    data: Path
    port: int
    process: subprocess.Popen[str]
    sessions: dict[str, str]
    template: Path

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """All it said, at every level."""
        return (self.data.parent / "server.log").read_text(encoding="utf-8")

    def stop(self) -> None:
        """End it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=20)


def start(template: Path, folder: Path, *, which: str = "office", mode: str = "demo", database: str = "") -> Server:
    """Copy the office and serve the copy."""
    data = folder / "data"
    shutil.copytree(template / which, data)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.serve"], env=environment(data, mode, database), cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=(folder / "stderr.log").open("w"),
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.strip(), (folder / "stderr.log").read_text()[-3000:]
    return Server(data, int(line), process, json.loads((template / "sessions.json").read_text()), template)


@pytest.fixture
def server(template: Path, tmp_path: Path) -> Iterator[Server]:
    """An office to change."""
    one = start(template, tmp_path)
    yield one
    one.stop()


@pytest.fixture(scope="module")
def shown(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An office to look at, with something for every address to show; its tests change nothing."""
    one = start(template, tmp_path_factory.mktemp("shown"), which="pages")
    yield one
    one.stop()


@dataclass
class Seen:
    """What a browser met that nobody should: script errors, refused content, other people's servers."""

    faults: list[str] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    """URL and referrer of everything asked."""

    def watch(self, context: BrowserContext, own: str) -> None:
        """Listen to all pages of a context."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("request", lambda request: self._request(request, own))

    def _console(self, message: ConsoleMessage) -> None:
        is_answer = "Failed to load resource: the server responded with a status of" in message.text
        if message.type in ("error", "warning") and not is_answer:
            self.faults.append(f"{message.type}: {message.text}")

    def _request(self, request: Any, own: str) -> None:
        self.requests.append((request.url, request.headers.get("referer", "")))
        if not request.url.startswith((own, "data:", "blob:")):
            self.faults.append(f"asked {request.url}")


@dataclass
class Visitor:
    """Opens browsers that are signed in; what they met is in ``seen``."""

    browser: Browser
    seen: Seen = field(default_factory=Seen)
    contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(
        self, server: Server, account: str = "officer", *, width: int = 1280, height: int = 900, script: bool = True,
        theme: str = "light", session: str = "", given: Mapping[str, str] | None = None, **options: Any,
    ) -> Page:  # fmt: skip
        """A page of this account (nobody's where it is empty), or of a session; ``given`` are more cookies."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=script, base_url=server.url,
            locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True,
            **{"reduced_motion": "reduce", **options},
        )  # fmt: skip
        self.contexts.append(context)
        context.set_default_timeout(15_000)
        self.seen.watch(context, server.url)
        session = session or (server.sessions[account] if account else "")
        cookies = {"theme": theme, **(given or {})} | ({"zhucan_session": session} if session else {})
        context.add_cookies([{"name": name, "value": value, "url": server.url} for name, value in cookies.items()])
        return context.new_page()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visitor]:
    """See ``Visitor``; at the end nothing may have gone wrong in any of its pages."""
    visitor = Visitor(browser)
    yield visitor
    for context in visitor.contexts:
        context.close()
    assert visitor.seen.faults == []


@pytest.fixture(params=[True, False], ids=["scripts", "bare"])
def script(request: pytest.FixtureRequest) -> bool:
    """Every journey goes with JavaScript and without."""
    return bool(request.param)


Opener = Callable[..., Page]
__all__ = ["PASSWORD", "Opener", "Seen", "Server", "Visitor", "make_office", "start"]
