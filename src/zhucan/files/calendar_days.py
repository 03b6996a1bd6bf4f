"""Days as offices write them: text of many kinds, date cells, Excel's day numbers, months without a day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from zhucan.files.cells import Cell
from zhucan.files.clean import UNDECIDED, Unreadable, blank, clean, shown

_EXCEL_EPOCH = date(1899, 12, 30)
"""Day 0 of Excel's 1900 system for every day from March 1900 on (it counts a 29 February 1900 that never was)."""
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_APART = re.compile(
    r"(\d{4})[-./、年](\d{1,2})(?:[-./、月](?:(\d{1,2})[日号]?)?)?(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_OPEN = frozenset({"长期", "永久", "终身", "长期有效", "至今", "无固定期限"})
_REMEDY = "请写成 2026-11-01 这样的日期；只知道月份的写 2026-11"


def read_date(cell: Cell) -> date | None:
    """The day in a cell; a month without a day is its first day; None for an empty cell and for 长期.

    Reads date cells, ``2026-11-01``, ``2026.11.1``, ``2026/11/1``, ``2026年11月1日``, ``20261101``, ``202611``, and
    Excel day numbers of five digits (1900 system), as text or number.

    Raises:
        Unreadable: other text, or a day that does not exist.
    """
    if isinstance(cell, date):
        return cell
    if cell is None or cell == "":
        return None
    if isinstance(cell, float) and not cell.is_integer() and cell < 10_000:
        raise Unreadable("date_unreadable", f"“{cell}”是小数，分不清是 1 月还是 10 月", _REMEDY)
    return _read_date_text(clean(shown(cell)))


def day_told(text: str, words: Sequence[str]) -> date | None:
    """The day written behind one of these words (``数据时间：2026年11月10日``); None where there is none to be read."""
    text = clean(text)
    for word in words:
        behind = text.partition(word)[2].lstrip(":")
        found = _APART.match(behind) or _TOGETHER.match(behind)
        if found:
            try:
                return _read_date_text(found.group())
            except Unreadable:
                continue
    return None


@lru_cache(maxsize=1 << 16)
def _read_date_text(text: str) -> date | None:
    if blank(text) or text in _OPEN or text in UNDECIDED:
        return None
    if _SERIAL.fullmatch(text):
        return _EXCEL_EPOCH + timedelta(days=int(text[:5]))
    found = _TOGETHER.fullmatch(text) or _APART.fullmatch(text)
    if found is None:
        raise Unreadable("date_unreadable", f"“{text}”不是日期", _REMEDY)
    year, month, day = found.groups(default="1")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Unreadable("date_impossible", f"日历上没有“{text}”这一天", _REMEDY) from None
