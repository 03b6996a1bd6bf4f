"""The specimen in every theme as files a browser can open, styles and scripts beside them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

THEMES = ("light", "dark", "contrast", "plain")
WEB = Path(__file__).resolve().parents[2] / "src" / "zhucan" / "web"


def write(folder: Path, name: str, html: str) -> Path:
    """Write a page whose static files lie beside it."""
    path = folder / f"{name}.html"
    path.write_text(html.replace('"/static/', '"static/'), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the specimen in four themes and the error pages."""
    from django.template.loader import render_to_string

    from tests.web_components.specimen import context, page

    folder = tmp_path_factory.mktemp("specimen")
    shutil.copytree(WEB / "static", folder / "static")
    with as_file(files("django_htmx") / "static") as htmx:
        shutil.copytree(htmx, folder / "static", dirs_exist_ok=True)
    for theme in THEMES:
        write(folder, theme, page(theme))
        write(folder, f"{theme}-fresh", page(theme, bound=False))
    write(folder, "light-xlarge", page("light", "xlarge"))
    far = page("light", bound=False).replace("#reveal", "http://zhucan.invalid/reveal/")
    write(folder, "reveal", far.replace('"allowEval"', '"selfRequestsOnly":false,"allowEval"'))
    given = context()
    for name in ("heading", "heading_note", "form"):
        given.pop(name)
    for error in ("400", "403", "404", "409", "500", "csrf"):
        write(folder, f"error-{error}", render_to_string(f"web/{error}.html", given))
    write(folder, "error-bare", render_to_string("web/500.html", {}))
    return folder


@pytest.fixture
def show(browser: Browser, site: Path) -> Iterator[Callable[..., Page]]:
    """A function that opens a page by name at a width; other options go to the browser."""
    opened: list[Page] = []

    def opener(name: str = "light", width: int = 1280, **options: object) -> Page:
        page = browser.new_page(viewport={"width": width, "height": 900}, **options)
        opened.append(page)
        page.goto((site / f"{name}.html").as_uri())
        return page

    yield opener
    for page in opened:
        page.close()
