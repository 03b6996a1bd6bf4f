"""The bottom of reading cells: taking away what keyboards, Excel and exports put around a value."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache

from zhucan.files.cells import Cell

UNDECIDED = frozenset({"待评估", "待定", "待核", "待核实", "待查", "不详", "未知", "不清楚", "不确定", "未评估", "?"})
"""Words that say the matter is open: they are no answer, and no mistake."""

_NOTHING = frozenset(
    {"", "无", "暂无", "没有", "待补", "待补充", "待办", "未办", "未提供", "遗失", "不详", "空", "/", "\\"}
)
_DASHES = re.compile(r"[-—–_\\/.]+")
_QUOTES = "'’‘`´\"“”′"
_FORMULA_TEXT = re.compile(r'="(.*)"')
_INVISIBLE = {ord(mark): None for mark in "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202c\u00ad"}
_PLAIN = re.compile(r"[0-9A-Za-z一-鿿]*")


class Unreadable(ValueError):  # noqa: N818 - it names the cell, not a failure of the program
    """A cell says something that its column cannot mean; carries words for the person who can mend it."""

    def __init__(self, rule: str, message: str, remedy: str) -> None:
        """Keep the stable code of the rule, what is wrong, and what to do."""
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.remedy = remedy


def clean(text: str) -> str:
    """The text in half-width (NFKC), without blanks, invisible marks, leading quote marks or a wrapping ``="…"``."""
    return text if _PLAIN.fullmatch(text) else _clean(text)


@lru_cache(maxsize=1 << 16)
def _clean(text: str) -> str:
    squeezed = "".join(unicodedata.normalize("NFKC", text).translate(_INVISIBLE).split())
    wrapped = _FORMULA_TEXT.fullmatch(squeezed)
    if wrapped:
        squeezed = wrapped[1]
    bare = squeezed.lstrip(_QUOTES)
    return bare.rstrip(_QUOTES) if bare != squeezed else bare


def blank(text: str) -> bool:
    """Whether a cleaned text is one of the ways to say that there is nothing: empty, 无, 待补, dashes."""
    return text in _NOTHING or _DASHES.fullmatch(text) is not None


def shown(cell: Cell) -> str:
    """The cell as a person would read it: a whole number without ``.0``, a day as 2026-11-01, nothing as ``""``."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        # by its shortest decimal form: int() would show digits of the binary fraction that nobody typed
        return str(int(Decimal(repr(cell)))) if cell.is_integer() and abs(cell) < _SAFE else repr(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return str(cell)


_SAFE = 1e22


def whole(cell: Cell) -> bool:
    """Whether the cell is a number cell holding a whole number."""
    return (isinstance(cell, int) and not isinstance(cell, bool)) or (isinstance(cell, float) and cell.is_integer())
