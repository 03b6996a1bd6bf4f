"""Text files as tables: encoding, delimiter, quotes and ragged rows as offices and banks really send them.

UTF-8 with or without BOM, UTF-16 with BOM, GB18030. A quotation mark that is never closed stays an ordinary
character, so that one typing mistake cannot swallow the rest of the file. Row numbers are line numbers: a record over
several lines is followed by empty rows.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter

from zhucan.files.cells import Cell
from zhucan.files.limits import Limits, Refused

UNKNOWN = "\N{REPLACEMENT CHARACTER}"
"""Stands where a byte belongs to no character of the file's encoding; rows that hold one are told to the user."""

_DELIMITERS = ",\t|;，"
_SAMPLE = 50
_LONGEST_RECORD = 50
"""Lines one quoted cell may reach over."""
_MOST_NEVER_CLOSED = 100
"""After so many quotation marks that never close, none is looked for over lines any more: the search costs time."""
_NEWLINE = re.compile("\r\n|\n|\r")


def read_text_table(raw: bytes, limits: Limits) -> list[tuple[Cell, ...]]:
    """The rows of a text file; empty cells are None.

    Raises:
        Refused: too many lines or columns, or a cell too long.
    """
    text = decode(raw).replace("\0", UNKNOWN)
    lines = _NEWLINE.split(text)
    if lines and not lines[-1]:
        lines.pop()
    if len(lines) > limits.text_rows:
        raise Refused(f"这个文件有 {len(lines)} 行，超过上限 {limits.text_rows} 行。请按乡镇或年份拆成几个文件再提交。")
    rows = _Records(lines, sniff_delimiter(lines)).rows()
    for number, row in enumerate(rows, 1):
        _check_row(number, row, limits)
    return rows


def decode(raw: bytes) -> str:
    """The text of a file, by its byte order mark, else UTF-8 if all of it is, else GB18030; never fails."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return "\n".join(_decode_line(line) for line in raw.replace(b"\r\n", b"\n").split(b"\n"))


def _decode_line(line: bytes) -> str:
    """Lines pasted together from files of different encodings keep their text."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("gb18030", errors="replace")


def sniff_delimiter(lines: list[str]) -> str:
    """The delimiter that splits most of the first lines into the same number of cells, more cells winning."""
    sample = [line for line in lines[: _SAMPLE * 4] if line.strip()][:_SAMPLE]
    best, best_score = ",", 0
    for delimiter in _DELIMITERS:
        counts = Counter(line.count(delimiter) for line in sample)
        counts.pop(0, None)
        score = max((lines_so * min(count, 40) for count, lines_so in counts.items()), default=0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


class _Records:
    """Splits lines into records, one row a line."""

    def __init__(self, lines: list[str], delimiter: str) -> None:
        self._lines = lines
        self._delimiter = delimiter
        counts = Counter(line.count(delimiter) for line in lines[: _SAMPLE * 4] if '"' not in line)
        self._width = counts.most_common(1)[0][0] + 1 if counts else 0
        self._never_closed = 0

    def rows(self) -> list[tuple[Cell, ...]]:
        """All rows; a record over several lines is followed by one empty row for each further line."""
        rows: list[tuple[Cell, ...]] = []
        while len(rows) < len(self._lines):
            line = self._lines[len(rows)]
            if '"' in line:
                rows.extend(self._quoted(len(rows)))
            else:
                rows.append(tuple([cell or None for cell in line.split(self._delimiter)]) if line else ())
        return rows

    def _quoted(self, start: int) -> list[tuple[Cell, ...]]:
        longest = 1 if self._never_closed > _MOST_NEVER_CLOSED else _LONGEST_RECORD
        for count in range(1, min(longest, len(self._lines) - start) + 1):
            record = self._lines[start : start + count]
            try:
                cells = next(csv.reader([line + "\n" for line in record], delimiter=self._delimiter, strict=True))
            except csv.Error as problem:
                if "unexpected end" in str(problem):
                    continue
                break
            if count > 1 and len(cells) != self._width:
                break
            return [tuple([cell or None for cell in cells]), *[()] * (count - 1)]
        else:
            self._never_closed += 1
        return [tuple([cell or None for cell in self._lines[start].split(self._delimiter)])]


def _check_row(number: int, row: tuple[Cell, ...], limits: Limits) -> None:
    if len(row) > limits.columns:
        raise Refused(
            f"第 {number} 行有 {len(row)} 列，超过上限 {limits.columns} 列。"
            "请检查分隔符，或用 Excel 打开整理后另存为 .xlsx 再提交。"
        )
    for cell in row:
        if cell is not None and len(str(cell)) > limits.cell:
            raise Refused(f"第 {number} 行有一格超过 {limits.cell} 个字。请检查该行的引号和误贴的内容后再提交。")
