"""Writes workbooks of plain rows as a stream: texts as inline strings, numbers exactly, no formula is possible at all.

XlsxWriter writes the products people work with; the copies of whole files are ten times as many cells, and here these
take a fifth of its time. Formats are few and fixed. ECMA-376, parts 1 and 2, transitional; memory does not grow.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from zhucan.files.cells import Cell

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_DAY_ZERO = date(1899, 12, 30).toordinal()
_FIRST_DAY = date(1900, 3, 1)
_LONG_NUMBER = 10**11
_MANY_CELLS = 10_000_000
_BUFFER = 2_000
_LEVEL = 4
"""Packing harder makes such files a tenth smaller and takes twice the time."""


class Look(IntEnum):
    """The formats, in their order in the part of styles. A bad cell is bold and underlined."""

    PLAIN = 0
    DAY = 1
    LONG = 2
    BAD = 3
    BAD_DAY = 4
    BAD_LONG = 5
    WRAPPED = 6


_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><u/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="7">'
    + "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="0" borderId="0" xfId="0" '
        'applyNumberFormat="1" applyFont="1"/>'
        for font in (0, 1)
        for number in (0, 164, 1)
    )
    + '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class WorkbookStream:
    """A workbook being written, one sheet after another; closing it writes the table of contents."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._names: list[str] = []

    def __enter__(self) -> WorkbookStream:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self._contents()
        self._archive.close()

    def sheet(self, name: str, widths: Sequence[tuple[int, float]] = (), *, cells: int = 0) -> SheetStream:
        """Begin a sheet, to be closed before the next.

        ``widths`` are columns (from 0) with their width in characters; ``cells`` is how many cells there may be: a
        sheet of very many is written as a large member, which a few old programs cannot open.
        """
        self._names.append(name)
        large = cells > _MANY_CELLS
        stream = self._archive.open(f"xl/worksheets/sheet{len(self._names)}.xml", "w", force_zip64=large)
        return SheetStream(stream, widths)

    def _contents(self) -> None:
        numbers = range(1, len(self._names) + 1)
        parts = {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
            + "".join(
                f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
                for n in numbers
            )
            + "</Types>",
            "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
            "xl/_rels/workbook.xml.rels": _relations(
                [*(("worksheet", f"worksheets/sheet{n}.xml") for n in numbers), ("styles", "styles.xml")]
            ),
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
            + "".join(
                f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
                for n, name in zip(numbers, self._names, strict=True)
            )
            + "</sheets></workbook>",
        }
        for name, text in parts.items():
            self._archive.writestr(name, _HEAD + text)
        self._archive.writestr("xl/styles.xml", _STYLES)


class SheetStream:
    """One sheet being written, row after row from the top."""

    def __init__(self, stream: IO[bytes], widths: Sequence[tuple[int, float]]) -> None:
        self._stream = stream
        self._buffer: list[str] = []
        columns = "".join(f'<col min="{at + 1}" max="{at + 1}" width="{wide}" customWidth="1"/>' for at, wide in widths)
        self._buffer.append(
            f'{_HEAD}<worksheet xmlns="{_MAIN}">{f"<cols>{columns}</cols>" if columns else ""}<sheetData>'
        )

    def __enter__(self) -> SheetStream:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._buffer.append("</sheetData></worksheet>")
        self._flush()
        self._stream.close()

    def row(
        self, number: int, cells: Sequence[Cell], bad: frozenset[int] = frozenset(), look: Look = Look.PLAIN
    ) -> None:
        """Write the cells of row ``number`` (from 1); positions in ``bad`` are marked."""
        said = [
            _cell(f"{column_name(at)}{number}", cell, Look.BAD if at in bad else look)
            for at, cell in enumerate(cells)
            if cell is not None or at in bad
        ]
        if said:
            self._buffer.append(f'<row r="{number}">{"".join(said)}</row>')
            if len(self._buffer) >= _BUFFER:
                self._flush()

    def _flush(self) -> None:
        self._stream.write("".join(self._buffer).encode("utf-8"))
        self._buffer.clear()


def column_name(at: int) -> str:
    """The letters of a column, counted from 0."""
    if at < len(_COLUMNS):
        return _COLUMNS[at]
    return column_name(at // 26 - 1) + _COLUMNS[at % 26]


_COLUMNS = [chr(ord("A") + at) for at in range(26)]
_COLUMNS += [first + second for first in _COLUMNS for second in _COLUMNS[:26]]


def _cell(place: str, cell: Cell, look: Look) -> str:
    style = f' s="{look:d}"' if look else ""
    if cell.__class__ is str:
        text = str(cell)
        plain = _escaped(text) if _SPECIAL.search(text) else text
        kept = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() or "\n" in text else ""
        return f'<c r="{place}"{style} t="inlineStr"><is><t{kept}>{plain}</t></is></c>'
    if cell is None:
        return f'<c r="{place}"{style}/>'
    return _other_cell(place, cell, look, style)


def _other_cell(place: str, cell: Cell, look: Look, style: str) -> str:
    if isinstance(cell, bool):
        return f'<c r="{place}"{style} t="b"><v>{cell:d}</v></c>'
    if isinstance(cell, date):
        if cell < _FIRST_DAY:
            return _cell(place, cell.isoformat(), look)
        return f'<c r="{place}" s="{look + Look.DAY:d}"><v>{cell.toordinal() - _DAY_ZERO}</v></c>'
    if isinstance(cell, int) and abs(cell) >= _LONG_NUMBER:
        return f'<c r="{place}" s="{look + Look.LONG:d}"><v>{cell}</v></c>'
    if isinstance(cell, float) and not math.isfinite(cell):
        return _cell(place, str(cell), look)
    return f'<c r="{place}"{style}><v>{cell!r}</v></c>'


def _escaped(text: str) -> str:
    """The text for markup: control characters in Excel's own writing, halves of pairs and non-characters replaced."""
    replaced = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    return escape(_CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", replaced))


def _relations(parts: Sequence[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(parts, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'
