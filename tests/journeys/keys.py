"""A person at the keyboard: Tab, Shift+Tab, Enter, Space and arrows; everything is chosen by its name as it is read."""

from __future__ import annotations

import re
from pathlib import Path
from re import Pattern

from playwright.sync_api import Download, Locator, Page
from playwright.sync_api import TimeoutError as TooLong

MOST_STOPS = 400
PARTS = 4
"""A day has a stop for its year, its month, its day and its calendar."""
_FOCUS = """
() => { const n = document.activeElement, s = getComputedStyle(n), r = n.getBoundingClientRect();
  if (n === document.body) return 'nowhere';
  const box = n.matches('input[type=radio], input[type=checkbox], summary') ? n.parentElement : n;
  const seen = [s, getComputedStyle(box)].some(one => one.outlineStyle !== 'none' && parseFloat(one.outlineWidth) >= 2);
  if (!seen) return 'no outline';
  return r.width > 0 && r.bottom > 0 && r.top < innerHeight + 1 ? 'seen' : 'out of sight'; }
"""
_IS_FOCUSED = "one => one === document.activeElement"
Name = str | Pattern[str]


class Keyboard:
    """Goes through a page by keys alone, and fails where focus is not seen, is trapped, or never arrives."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stops = 0

    def press(self, key: str) -> None:
        """One key."""
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Letters and digits into what has focus."""
        self.page.keyboard.type(text)

    def go(self, role: str, name: Name, *, back: bool = False, exact: bool = False) -> Locator:
        """Tab to the first thing of this role and name; it has focus afterwards."""
        if isinstance(name, str):
            name = re.compile(f"^{re.escape(name)}{'$' if exact else ''}")
        return self.reach(self.page.get_by_role(role, name=name).first, f"{role} “{name}”", back=back)  # type: ignore[arg-type]

    def reach(self, wanted: Locator, words: str, *, back: bool = False) -> Locator:
        """Tab until this has focus."""
        wanted.wait_for(state="attached")
        before, again = "", 0
        for _ in range(MOST_STOPS):
            if wanted.evaluate(_IS_FOCUSED):
                return wanted
            self.press("Shift+Tab" if back else "Tab")
            self.stops += 1
            state = self.page.evaluate(_FOCUS)
            assert state != "no outline", f"focus is not seen on {self._here()}"
            assert state in ("seen", "nowhere"), f"focus is {state} on {self._here()}"
            here = self._here()
            again = again + 1 if here == before else 0
            assert again <= PARTS or state == "nowhere", f"focus is trapped on {here}"
            before = here
        raise AssertionError(f"{words} is not reached by Tab on {self.page.url}")

    def _here(self) -> str:
        described = "n => [...document.querySelectorAll('*')].indexOf(n) + ' ' + n.outerHTML.slice(0, 120)"
        return str(self.page.evaluate(f"({described})(document.activeElement)"))

    def follow(self, name: Name, *, role: str = "link", exact: bool = False) -> None:
        """Go to a link (or button) and press Enter; wait for the page that comes."""
        self.go(role, name, exact=exact)
        with self.page.expect_navigation():
            self.press("Enter")

    def fill(self, name: Name, text: str, *, role: str = "textbox") -> None:
        """Go to a field, empty it, type."""
        self.go(role, name)
        self.press("Control+a")
        self.press("Delete")
        self.type(text)

    def pick(self, select: Name, option: str) -> None:
        """Choose in a select by arrows, by the words of the option."""
        field = self.go("combobox", select)
        self.press("Home")
        for _ in range(60):
            if str(field.evaluate("one => one.selectedOptions[0].textContent")).strip().startswith(option):
                return
            self.press("ArrowDown")
        raise AssertionError(f"{select} offers no “{option}”")

    def choose(self, name: Name) -> None:
        """Choose a radio by arrows."""
        wanted = self.page.get_by_role("radio", name=name).first
        group = wanted.evaluate("one => one.name")
        start = self.page.locator(f"input[type=radio][name={group}]:checked")
        if start.count() == 0:
            start = self.page.locator(f"input[type=radio][name={group}]").first
        self.reach(start, f"radio {name}")
        for _ in range(12):
            if wanted.is_checked():
                return
            self.press("ArrowDown")
        raise AssertionError(f"{name} cannot be chosen")

    def files(self, name: str, paths: list[Path]) -> None:
        """Open the file dialogue by key and choose."""
        self.reach(self.page.get_by_label(name), f"files “{name}”")
        for key in ("Space", "Enter", "Space", "Enter"):  # the dialogue of a busy machine misses a key now and then
            try:
                with self.page.expect_file_chooser(timeout=4_000) as coming:
                    self.press(key)
            except TooLong:
                continue
            coming.value.set_files(paths)
            return
        raise AssertionError(f"“{name}” opens no dialogue")

    def fetch(self, name: Name) -> Download:
        """Fetch a file by a link."""
        self.go("link", name)
        with self.page.expect_download() as coming:
            self.press("Enter")
        return coming.value

    def until(self, role: str, name: Name, *, script: bool) -> None:
        """Wait for something long work brings: the page follows it by itself, or by its link 重新载入."""
        wanted = self.page.get_by_role(role, name=name).first  # type: ignore[arg-type]
        if script:
            wanted.wait_for(timeout=60_000)
            return
        for _ in range(120):
            if wanted.count():
                return
            self.page.wait_for_timeout(500)
            self.follow("重新载入")
        raise AssertionError(f"{name} never came")
