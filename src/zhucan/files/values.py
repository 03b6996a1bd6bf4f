"""Pure reading of one cell by the kind of its column: what an official typed becomes a typed value, or a plain reason.

No function here looks beyond the cell it is given; what a row does with a fault is decided by whoever links the row.
Citizen numbers live in ``citizen.py``; dates and sums are read as the two offices of one county really write them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from zhucan.files.calendar_days import read_date
from zhucan.files.cells import Cell
from zhucan.files.citizen import CertificateCell, CitizenIdCell, read_certificate, read_citizen_id
from zhucan.files.clean import UNDECIDED, Unreadable, blank, clean, shown, whole
from zhucan.files.disability import Component, read_category, read_components, read_level

__all__ = [
    "CertificateCell",
    "CitizenIdCell",
    "Component",
    "Unreadable",
    "Value",
    "clean",
    "name_key",
    "parse",
    "read_money",
    "same_name",
]

Value: TypeAlias = CitizenIdCell | CertificateCell | tuple[Component, ...] | date | bool | int | str | None
"""What a column's kind makes of a cell. Money is in 分; None: nothing was said (empty, 待评估, 长期 as a date)."""

Codes: TypeAlias = Mapping[str, int]
"""The words of one code table (labels, ids, codes as text) with the integer each of them means."""

_YES = frozenset({"是", "有", "1", "Y", "YES", "TRUE", "√", "✓", "✔", "需要", "对", "真"})
_NO = frozenset({"否", "无", "0", "N", "NO", "FALSE", "×", "X", "✗", "✘", "不", "不是", "没有", "不需要", "错", "假"})
_MONEY = re.compile(r"[¥￥]?(?:人民币)?([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(万)?(?:元整?|圆整?)?(?:/月)?")
_INTEGER = re.compile(r"([+-]?\d{1,3}(?:,\d{3})+|[+-]?\d+)(?:\.0+)?(?:个月|个|月|人|岁|户|级|天|年级|年)?")
_DOTS = re.compile("[·•‧・･.\u2219\u22c5\u2027\u30fb]")
_ONE_LOST = "?"
_TWO_PLACES = 2


def parse(kind: str, cell: Cell, codes: Codes | None = None) -> Value:
    """Read ``cell`` as ``kind``; an empty cell is None (a citizen number: a cell whose fault is ``missing``).

    Kinds: citizen_id certificate_number name date month yes_no money integer text sequence code:<table> level
    category components township village phone account. ``codes`` is needed by ``code:<table>``, and may replace the
    seven words of ``category`` and ``components``.

    Raises:
        Unreadable: the cell says something, but not what its column asks for; the words are for whoever typed it.
        KeyError: no such kind, or ``code:`` without ``codes``; a mistake in a feed, not in the data.
    """
    if kind.startswith("code:"):
        if codes is None:
            raise KeyError(kind)
        return _read_code(cell, codes)
    if kind in ("category", "components") and codes is not None:
        return (read_category if kind == "category" else read_components)(cell, codes)
    return _READERS[kind](cell)


def read_text(cell: Cell) -> str | None:
    """The text of a cell on one line without outer blanks; None where it is empty. A whole number shows no ``.0``."""
    if cell is None:
        return None
    if isinstance(cell, str):
        return " ".join(cell.split()) or None
    return shown(cell)


def read_name(cell: Cell) -> str | None:
    """A name as printed: without blanks, dots of a transliterated name as ``·``; words for nothing are None."""
    return _name(cell) if isinstance(cell, str) else read_text(cell)


@lru_cache(maxsize=1 << 17)
def _name(text: str) -> str | None:
    cleaned = clean(text)
    return None if blank(cleaned) else _DOTS.sub("·", cleaned)


@lru_cache(maxsize=1 << 17)
def name_key(name: str) -> str:
    """The form of a name for comparing: blanks and dots dropped, full-width made half-width, letters upper-case."""
    return _DOTS.sub("", clean(name)).upper()


def same_name(one: str, other: str) -> bool:
    """Whether two spellings can be one name: blanks and dots ignored, ``?`` standing for one rare character."""
    first, second = name_key(one), name_key(other)
    if first == second:
        return True
    if len(first) != len(second) or _ONE_LOST not in first + second:
        return False
    return all(a == b or _ONE_LOST in (a, b) for a, b in zip(first, second, strict=True))


def read_yes_no(cell: Cell) -> bool | None:
    """是 or 否 in its many spellings; None where the cell is empty or says it is undecided (待评估, 不详 …)."""
    if isinstance(cell, bool):
        return cell
    text = clean(shown(cell)).upper().rstrip("。.")
    if not text or text in UNDECIDED:
        return None
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Unreadable("yes_no_unreadable", f"“{text}”既不是“是”也不是“否”", "请填“是”或“否”，不确定的留空")


def read_money(cell: Cell) -> int | None:
    """A sum in 元 as 分, exact: ``90``, ``"400元"``, ``"1,234.00"``; None where the cell is empty.

    Raises:
        Unreadable: not a sum, or finer than one 分.
    """
    text = clean(shown(round(cell, 6) if isinstance(cell, float) else cell))
    if blank(text):
        return None
    found = _MONEY.fullmatch(text)
    if found is None or isinstance(cell, bool | date):
        raise Unreadable("money_unreadable", f"“{text}”不是金额", "请只填数字，单位为元，例如 90 或 90.00")
    sign, yuan, decimals, ten_thousands = found.groups(default="")
    decimals = decimals.rstrip("0")
    places = _TWO_PLACES + (4 if ten_thousands else 0)
    if len(decimals) > places:
        raise Unreadable("money_unreadable", f"“{text}”小于一分，无法精确记账", "请把金额写到分为止，例如 90.05")
    fen = int(yuan.replace(",", "") + decimals.ljust(places, "0"))
    return -fen if sign == "-" else fen


def read_integer(cell: Cell) -> int | None:
    """A whole number, with or without its unit (``3个月``); None where the cell is empty."""
    text = clean(shown(cell))
    if blank(text):
        return None
    found = _INTEGER.fullmatch(text)
    if found is None or isinstance(cell, bool | date):
        raise Unreadable("integer_unreadable", f"“{text}”不是整数", "请只填整数，例如 3")
    return int(found[1].replace(",", ""))


def read_month(cell: Cell) -> date | None:
    """The first day of the month a cell names."""
    day = read_date(cell)
    return None if day is None else day.replace(day=1)


def read_sequence(cell: Cell) -> str | None:
    """A running number for joining: ``1.0``, ``1`` and ``000001`` are all ``1``; other marks stay as they are."""
    text = clean(shown(cell))
    if not text:
        return None
    return str(int(text)) if text.isdecimal() else text


def read_phone(cell: Cell) -> str | None:
    """The digits of a telephone number, the country's 86 dropped; None where the cell is empty or says 无."""
    text = clean(shown(cell))
    if blank(text):
        return None
    digits = re.sub(r"[-()+]", "", text)
    if digits.startswith("86") and len(digits) > len("13800000000"):
        digits = digits[2:]
    if not digits.isdecimal():
        raise Unreadable("phone_unreadable", f"“{text}”不是电话号码", "请填一个手机号或带区号的座机号")
    return digits


def read_account(cell: Cell) -> str | None:
    """The digits of a bank account. A long number Excel kept as a number has lost its last places and is unreadable."""
    if whole(cell) and len(shown(cell)) > _EXCEL_DIGITS:
        raise Unreadable(
            "account_destroyed", "银行账号被 Excel 存成了数字，15 位以后的数字已丢失", "请把该列设为文本后重新填写账号"
        )
    text = clean(shown(cell))
    return None if blank(text) else text.replace("-", "")


_EXCEL_DIGITS = 15


def _read_code(cell: Cell, codes: Codes) -> int | None:
    text = clean(shown(cell))
    if not text or text in UNDECIDED:
        return None
    if text in codes:
        return codes[text]
    if text.isdecimal() and str(int(text)) in codes:
        return codes[str(int(text))]
    known = "、".join(word for word in codes if not word.isascii())
    raise Unreadable("code_unknown", f"“{text}”不在可选的内容里", f"请从这些里选一个：{known}")


def read_place(cell: Cell) -> str | None:
    """The name of a division as typed, without blanks; None where it is empty."""
    text = clean(shown(cell))
    return None if blank(text) else text


_READERS: Mapping[str, Callable[[Cell], Value]] = {
    "citizen_id": read_citizen_id,
    "certificate_number": read_certificate,
    "name": read_name,
    "date": read_date,
    "month": read_month,
    "yes_no": read_yes_no,
    "money": read_money,
    "integer": read_integer,
    "text": read_text,
    "sequence": read_sequence,
    "level": read_level,
    "category": read_category,
    "components": read_components,
    "township": read_place,
    "village": read_place,
    "phone": read_phone,
    "account": read_account,
}
