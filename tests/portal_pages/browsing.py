"""The examples in a browser: each opened as its visitor has it, its form sent where it has one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.journeys.conftest import Server, Visitor
from tests.portal_pages.office import COOKIES

THEMES = ("light", "dark", "contrast", "plain")
_FILL = """
given => { const form = document.querySelector('main form');
  for (const [name, value] of Object.entries(given)) form.elements[name].value = value;
  form.noValidate = true; form.requestSubmit(form.querySelector('.main-button')); }
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of ``pages.json``."""

    key: str
    address: str
    text: str
    state: str
    url: str
    session: str
    form: Mapping[str, str] | None
    status: int
    wanted: int


def pages_of(folder: Path) -> list[Shown]:
    """All pages the office shows; English ones only where the catalogue of translations is there."""
    found = [Shown(**one) for one in json.loads((folder / "pages.json").read_text(encoding="utf-8"))["pages"]]
    return [one for one in found if one.text != "english" or has_english()]


def has_english() -> bool:
    """Whether the portal was translated: before that its English pages show Chinese."""
    import zhucan

    return any(Path(zhucan.__file__).parent.rglob("locale/en/LC_MESSAGES/django.[mp]o"))


def language_of(shown: Shown) -> str:
    """What the page says of its language."""
    return "en" if shown.text == "english" else "zh-Hans"


def open_page(
    visit: Visitor, server: Server, shown: Shown, *, theme: str = "light", width: int = 320, size: str = "normal",
    **options: Any,
) -> Page:  # fmt: skip
    """The page in a browser of its own; its context is to be closed."""
    page = visit(
        server, "", width=width, theme=theme, session=shown.session, given={"size": size, **COOKIES[shown.text]},
        **options,
    )  # fmt: skip
    answer = page.goto(shown.url)
    assert answer is not None
    if shown.form is not None:
        with page.expect_navigation() as coming:
            page.evaluate(_FILL, dict(shown.form))
        assert coming.value is not None
        answer = coming.value
    assert answer.status == shown.wanted, f"{shown.key}: {answer.status}"
    return page


def at_many(pages: list[Shown], count: int) -> Iterator[Shown]:
    """A few of them, spread evenly."""
    step = max(1, len(pages) // count)
    yield from pages[::step][:count]
