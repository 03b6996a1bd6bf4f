"""Somebody who cannot see: presses keys, and knows of a page only what is said of what has focus."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from tests.journeys.keys import _FOCUS, Keyboard

MOST_STOPS = 120
_SAID = re.compile(r'^- (\w+)(?: "((?:[^"\\]|\\.)*)")?')


class Ears(Keyboard):
    """A keyboard whose user finds things by hearing their role and name, one stop after the other."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.heard: list[tuple[str, str]] = []

    @property
    def title(self) -> str:
        """What is said when a page comes: its title without whose site it is."""
        return self.page.title().removesuffix(" - 助残")

    def hear(self) -> tuple[str, str]:
        """Role and name of what has focus; the page itself has neither."""
        focused = self.page.locator(":focus")
        if not focused.count():
            return "", ""
        said = _SAID.match(focused.first.aria_snapshot())
        role, name = (said.group(1), (said.group(2) or "").replace(" ：", "：")) if said else ("", "")
        if role in ("link", "button", "radio", "checkbox", "textbox", "combobox"):
            assert name.strip(), f"a {role} without a name on {self.title}"
        self.heard.append((role, name))
        return role, name

    def seek(self, role: str, name: str) -> None:
        """Tab until this is heard."""
        for _ in range(MOST_STOPS):
            self.press("Tab")
            self.stops += 1
            assert self.page.evaluate(_FOCUS) in ("seen", "nowhere"), f"focus is not seen on {self.title}"
            if self._is(role, name):
                return
        raise AssertionError(f"{role} “{name}” is never heard on {self.title}: {self.heard[-30:]}")

    def _is(self, role: str, name: str) -> bool:
        got = self.hear()
        return got[0] == role and got[1].startswith(name)

    def enter(self, role: str, name: str) -> None:
        """Find it, press Enter, wait for the page that comes."""
        self.seek(role, name)
        with self.page.expect_navigation():
            self.press("Enter")

    def choose_by_ear(self, label: str) -> None:
        """In a group of radio buttons: Tab into it, arrows until the answer is heard, chosen with Space."""
        for _ in range(MOST_STOPS):
            self.press("Tab")
            if self.hear()[0] == "radio":
                break
        for _ in range(20):
            if self._is("radio", label):
                self.press("Space")
                assert self.page.locator(":focus").is_checked()
                return
            self.press("ArrowDown")
        raise AssertionError(f"no answer “{label}” on {self.title}: {self.heard[-20:]}")

    def type_into(self, name: str, text: str) -> None:
        """Find a field by its name, empty it, type."""
        self.seek("textbox", name)
        self.press("Control+a")
        self.press("Delete")
        self.type(text)
