"""The pictograms of easy text: each that content names is drawn, drawn only, and reaches the page."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from playwright.sync_api import Browser, Route

from zhucan.rules.content import shipped_content
from zhucan.web.middleware import POLICY
from zhucan.web.pictograms import PICTOGRAMS, is_pictogram

SPRITE = Path(__file__).parents[2] / "src" / "zhucan" / "web" / "static" / "portal" / "pictograms.svg"
SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 24_000
DRAWING = {
    *("viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "id"),
    *("d", "cx", "cy", "r", "x", "y", "width", "height", "rx"),
}
"""All a symbol and its parts may say: no style, no class, no handler, no address."""
COLOURS = {None, "none", "var(--action,currentColor)"}


@pytest.fixture(scope="module")
def drawn() -> dict[str, ElementTree.Element]:
    symbols = [*ElementTree.parse(SPRITE).getroot().iter(f"{SVG}symbol")]
    found = {one.attrib["id"]: one for one in symbols}
    assert len(found) == len(symbols), "an id stands twice"
    return found


def named() -> list[tuple[str, str]]:
    """Each pictogram content names, and where."""
    files = [*(shipped_content() / "vocabulary").glob("*.toml"), shipped_content() / "portal" / "needs.toml"]
    return [
        (found.group(1), f"{path.name}:{number}")
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (found := re.match(r"""\s*pictogram\s*=\s*["']([^"']*)["']""", line))
    ]


def shown(name: str) -> str:
    return Template("{% load portal %}{% pictogram name %}").render(Context({"name": name}))


def test_every_pictogram_content_names_is_drawn() -> None:
    names = named()
    assert len(names) > 60
    missing = [f"{where}: no pictogram “{name}”" for name, where in names if not is_pictogram(name)]
    assert not missing, "\n".join(missing)


def test_the_list_and_the_sprite_hold_the_same(drawn: dict[str, ElementTree.Element]) -> None:
    assert [*PICTOGRAMS] == [*drawn]
    assert len(drawn) >= 40


def test_each_has_a_name_of_its_own_in_both_languages() -> None:
    assert (
        len({one.zh for one in PICTOGRAMS.values()}) == len({one.en for one in PICTOGRAMS.values()}) == len(PICTOGRAMS)
    )
    for id_, one in PICTOGRAMS.items():
        assert re.fullmatch(r"[\u4e00-\u9fff]+", one.zh), id_
        assert re.fullmatch(r"[a-z ]+", one.en), id_


def test_the_list_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        PICTOGRAMS["money"] = PICTOGRAMS["rain"]  # type: ignore[index]


def test_symbols_hold_lines_and_nothing_else(drawn: dict[str, ElementTree.Element]) -> None:
    assert SPRITE.stat().st_size <= MOST_BYTES
    for id_, symbol in drawn.items():
        assert (symbol.get("viewBox"), symbol.get("stroke"), symbol.get("stroke-width")) == (
            "0 0 48 48", "currentColor", "3",
        ), id_  # fmt: skip
        parts = [*symbol]
        assert parts, id_
        assert {part.tag for part in parts} <= {f"{SVG}{tag}" for tag in ("path", "circle", "rect")}, id_
        for one in (symbol, *parts):
            assert set(one.attrib) <= DRAWING, id_
            assert one.get("fill") in COLOURS, id_
            assert not (one.text or "").strip(), id_
            assert not (one.tail or "").strip(), id_


def test_the_tag_is_skipped_by_readers_and_asks_staticfiles() -> None:
    assert shown("money") == (
        '<svg class="pictogram" aria-hidden="true" focusable="false">'
        '<use href="/static/portal/pictograms.svg#money"></use></svg>'
    )


def test_an_unknown_pictogram_leaves_the_page_whole_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert shown("") == ""
        assert not caplog.records
        assert shown('"><script>') == ""
    assert "没有名为" in caplog.text


@pytest.mark.needs("chromium")
def test_each_is_seen_under_our_policy_and_follows_the_theme(browser: Browser) -> None:
    picture = photographer(browser)
    blank = picture("nothing-of-this-name", "ink")
    plain = {id_: picture(id_, "ink") for id_ in PICTOGRAMS}
    assert blank not in plain.values()
    assert len(set(plain.values())) == len(PICTOGRAMS), "two look the same"
    coloured = [id_ for id_ in PICTOGRAMS if "var(--action" in symbol_text(id_)]
    assert len(coloured) > 30
    assert not [id_ for id_ in coloured if picture(id_, "green") == plain[id_]]


def symbol_text(id_: str) -> str:
    return next(line for line in SPRITE.read_text(encoding="utf-8").splitlines() if f'<symbol id="{id_}"' in line)


def photographer(browser: Browser) -> Callable[[str, str], bytes]:
    """A function that takes a picture of a pictogram at 40 px, from an address of its own with our policy in force."""
    styles = "body { color: #000; } .green { --action: #0a5248; } .pictogram { width: 40px; height: 40px; }"
    page = browser.new_page(viewport={"width": 100, "height": 100})

    def answer(route: Route) -> None:
        path = route.request.url.split("zhucan.invalid", 1)[1]
        if path.startswith("/static/"):
            route.fulfill(path=SPRITE, content_type="image/svg+xml")
        elif path == "/styles.css":
            route.fulfill(body=styles, content_type="text/css")
        else:
            marks = "".join(f'<p class="{c}" id="{c}-{id_}">{svg(id_)}</p>' for c in ("ink", "green") for id_ in ids)
            body = f'<!doctype html><link rel="stylesheet" href="/styles.css"><body>{marks}</body>'
            route.fulfill(body=body, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    ids = (*PICTOGRAMS, "nothing-of-this-name")
    page.route("**/*", answer)
    page.goto("http://zhucan.invalid/", wait_until="networkidle")
    return lambda id_, colour: page.locator(f"#{colour}-{id_} svg").screenshot()


def svg(id_: str) -> str:
    return shown(id_) or shown("money").replace("#money", f"#{id_}")
