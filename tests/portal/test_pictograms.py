"""The pictograms of easy text: each that content names is drawn, and drawn only."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from zhucan.rules.content import shipped_content

SPRITE = Path(__file__).parents[2] / "src" / "zhucan" / "web" / "static" / "portal" / "pictograms.svg"
SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 24_000


@pytest.fixture(scope="module")
def drawn() -> dict[str, ElementTree.Element]:
    return {one.attrib["id"]: one for one in ElementTree.parse(SPRITE).getroot().iter(f"{SVG}symbol")}


def named() -> list[tuple[str, str]]:
    files = [*(shipped_content() / "vocabulary").glob("*.toml"), shipped_content() / "portal" / "needs.toml"]
    return [
        (found.group(1), f"{path.name}:{number}")
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (found := re.match(r'pictogram = "([^"]*)"', line))
    ]


def test_every_pictogram_content_names_is_drawn(drawn) -> None:
    names = named()
    assert len(names) > 60
    missing = [f"{where} {name}" for name, where in names if name not in drawn]
    assert not missing


def test_there_are_about_forty_without_words_or_scripts(drawn) -> None:
    assert len(drawn) >= 40
    assert SPRITE.stat().st_size <= MOST_BYTES
    for id_, symbol in drawn.items():
        assert symbol.attrib["viewBox"] == "0 0 48 48", id_
        parts = [*symbol]
        assert parts and {part.tag for part in parts} <= {f"{SVG}{tag}" for tag in ("path", "circle", "rect")}, id_
        assert not any("style" in part.attrib or (part.text or "").strip() for part in parts), id_
