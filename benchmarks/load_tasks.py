"""What one of the staff does, for locust: started by ``load.py``, in locust's own environment.

Reads ``ZHUCAN_LOAD`` (a JSON file of accounts, written by ``load.py``). Pages are followed as people follow them: a
person from a list, a finding from a list, the form as it stands on the page.
"""

from __future__ import annotations

import html
import json
import os
import random
import re
from pathlib import Path

from locust import HttpUser, between, task

ACCOUNTS = json.loads(Path(os.environ["ZHUCAN_LOAD"]).read_text(encoding="utf-8"))
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PERSON = re.compile(r'href="(/persons/[0-9a-f-]{36}/)')
FINDING = re.compile(r'href="(/findings/[0-9a-f-]{36}/)')
LOAD = re.compile(r'href="(/imports/[0-9a-f-]{36}/)')
SEEN = re.compile(r'name="seen" value="([^"]*)"')
REASON = re.compile(r'<select name="reason".*?</select>', re.DOTALL)
OPTION = re.compile(r'<option value="([^"]+)"')
KINDS = ("missed", "doubtful", "unknown", "expiry")
DAYS = ("2026-07-01", "2026-10-01", "2027-01-01", "2027-04-01")
_free = iter(ACCOUNTS["users"])


class Clerk(HttpUser):
    """One of fifty, with five to fifteen seconds between two pages."""

    wait_time = between(5, 15)

    def on_start(self) -> None:
        """Sign in as somebody nobody else is."""
        self.account = next(_free)
        self.client.headers["Referer"] = self.host
        self.persons: list[str] = []
        page = self._get("/sign-in/", "sign in (page)")
        given = {"login": self.account["username"], "password": ACCOUNTS["password"]}
        self._post("/sign-in/", "sign in", page, given)

    def _get(self, address: str, name: str) -> str:
        with self.client.get(address, name=name, catch_response=True) as answer:
            self._judge(answer)
            return answer.text or ""

    def _post(self, address: str, name: str, page: str, given: dict[str, str]) -> str:
        token = TOKEN.search(page)
        data = {**given, "csrfmiddlewaretoken": token[1] if token else ""}
        with self.client.post(address, name=name, data=data, catch_response=True) as answer:
            self._judge(answer)
            return answer.text or ""

    def _judge(self, answer: object) -> None:
        """Anything but the page asked for is an error: also being sent back to sign in."""
        if answer.status_code != 200:  # type: ignore[attr-defined]
            answer.failure(f"status {answer.status_code}")  # type: ignore[attr-defined]
        elif "/sign-in/" in answer.url and answer.request.path_url != "/sign-in/":  # type: ignore[attr-defined]
            answer.failure("signed out")  # type: ignore[attr-defined]

    def _some(self, pattern: re.Pattern[str], page: str) -> str | None:
        found = pattern.findall(page)
        return html.unescape(random.choice(found)) if found else None

    @task(3)
    def home(self) -> None:
        """本月要办."""
        self._get("/", "home")

    @task(4)
    def village(self) -> None:
        """The persons of a village."""
        place = random.choice(self.account["villages"])
        page = self._get(f"/persons/?township={place // 1000 * 1000}&village={place}", "village list")
        self.persons = PERSON.findall(page) or self.persons

    @task(5)
    def person(self) -> None:
        """One person's page; a list first where none was opened yet."""
        if not self.persons:
            self.village()
        if self.persons:
            self._get(random.choice(self.persons), "person")

    @task(1)
    def other_day(self) -> None:
        """The matrix as of another day."""
        if self.persons:
            self._get(f"{random.choice(self.persons)}?on={random.choice(DAYS)}", "person, another day")

    @task(4)
    def search(self) -> None:
        """By name or initials."""
        page = self._get("/persons/", "person list")
        found = self._post("/search/", "search", page, {"search": random.choice(ACCOUNTS["words"])})
        self.persons = PERSON.findall(found) or self.persons

    @task(4)
    def findings(self) -> None:
        """A list, filtered."""
        self._get(f"/findings/?kind={random.choice(KINDS)}", "findings")

    @task(2)
    def settle(self) -> None:
        """Open one finding and settle it."""
        address = self._some(FINDING, self._get("/findings/?kind=missed", "findings"))
        if address is None:
            return
        page = self._get(address, "finding")
        seen, reasons = SEEN.search(page), REASON.search(page)
        reason = self._some(OPTION, reasons[0]) if reasons else None
        if seen is None or 'name="verdict_"' not in page:
            return
        given = {"verdict_": "true", "reason": reason or "", "note": "已打电话问过", "seen": html.unescape(seen[1])}
        self._post(address, "settle", page, given)

    @task(1)
    def coming(self) -> None:
        """The next quarter."""
        self._get("/coming/", "coming")

    @task(1)
    def progress(self) -> None:
        """How far the import is."""
        if not self.account["imports"]:
            return
        address = self._some(LOAD, self._get("/imports/", "imports"))
        if address is not None:
            self._get(f"{address}progress/", "import progress")
