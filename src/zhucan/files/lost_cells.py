"""Cells the parser leaves empty although the user sees something there: errors (#N/A) and formulas never calculated."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from zhucan.files.cells import Cell

Grid: TypeAlias = list[tuple[Cell, ...]]
_SHEET = re.compile(rb"<sheet\b[^>]*>")
_RELATIONSHIP = re.compile(rb"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_CELL = re.compile(rb"<c\b([^>]*[^/>])>(.*?)</c>", re.DOTALL)
_FORMULA = re.compile(rb"<f\b[^>]*>([^<]*)</f>")
_VALUE = re.compile(rb"<v>([^<]*)</v>")
_PLACE = re.compile(r"([A-Z]+)(\d+)")


def fill_lost_cells(path: Path, grids: Mapping[str, Grid]) -> None:
    """Write into the grids (by sheet name) the error words and the text of formulas without a result.

    Only looks into sheets of an xlsx that hold such cells; grows no grid.
    """
    if path.suffix.lower() != ".xlsx":
        return
    with zipfile.ZipFile(path) as archive:
        for name, member in _sheet_members(archive):
            grid = grids.get(name)
            if grid is None:
                continue
            raw = archive.read(member)
            if b't="e"' in raw or b"<f" in raw:
                _fill(grid, raw)


def _fill(grid: Grid, raw: bytes) -> None:
    for row, column, text in _lost(raw):
        if row < len(grid) and column < len(grid[row]) and grid[row][column] is None:
            cells = list(grid[row])
            cells[column] = text
            grid[row] = tuple(cells)


def _lost(raw: bytes) -> Iterator[tuple[int, int, str]]:
    for found in _CELL.finditer(raw):
        about, inner = found.groups()
        is_error = b't="e"' in about
        if not is_error and b"<f" not in inner:
            continue
        value, formula = _VALUE.search(inner), _FORMULA.search(inner)
        if is_error and value:
            text = value[1]
        elif formula and (value is None or not value[1]):
            text = b"=" + formula[1]
        else:
            continue
        place = _PLACE.fullmatch(_attributes(about).get("r", ""))
        if place:
            yield int(place[2]) - 1, _column(place[1]), html.unescape(text.decode("utf-8", errors="replace"))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _sheet_members(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    members = set(archive.namelist())
    if "xl/_rels/workbook.xml.rels" not in members:
        return
    targets = {
        about.get("Id", ""): about.get("Target", "")
        for about in map(_attributes, _RELATIONSHIP.findall(archive.read("xl/_rels/workbook.xml.rels")))
    }
    for about in map(_attributes, _SHEET.findall(archive.read("xl/workbook.xml"))):
        target = targets.get(about.get("r:id", ""), "")
        member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if member in members:
            yield about.get("name", ""), member


def _attributes(element: bytes) -> dict[str, str]:
    return {
        key.decode("utf-8", errors="replace"): html.unescape(value.decode("utf-8", errors="replace"))
        for key, value in _ATTRIBUTE.findall(element)
    }
