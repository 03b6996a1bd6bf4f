"""How pages write money, days, counts, states and numbers that must not be read whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from django.utils import timezone

from zhucan.match.outputs.words import mask_id as masked_number

UNKNOWN = "未知"
"""What a page says where a value is None."""
_WEEKDAYS = "一二三四五六日"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class State:
    """A state as pages say it: a shape for the eye, words for everybody, and the colour of the shape.

    ``tone`` is one of good, attention, error, quiet; it never stands alone.
    """

    shape: str
    words: str
    tone: str


RECEIVED = State("●", "应享已享", "good")
MISSED = State("○", "应享未享", "attention")
UNKNOWN_STATE = State("?", "待核实", "quiet")
NOT_ENTITLED = State("–", "不符合", "quiet")
DOUBTFUL = State("!", "疑似不应享", "error")
NOT_COMPARED = State("○", "可享，未核对发放", "quiet")
FAULT = State("!", "发放差错", "error")

_STATES = {
    "received": RECEIVED,
    "ok": RECEIVED,
    "missed": MISSED,
    "bank_failed": MISSED,
    "unknown": UNKNOWN_STATE,
    "unknown_receiving": UNKNOWN_STATE,
    "unknown_not_receiving": UNKNOWN_STATE,
    "not": NOT_ENTITLED,
    "none": NOT_ENTITLED,
    "doubtful": DOUBTFUL,
    "paid_not_on_roster": DOUBTFUL,
    "entitled": State("●", "符合", "good"),
    "not_compared": NOT_COMPARED,
    "duplicate_two": FAULT,
    "duplicate_same": FAULT,
    "wrong_amount": FAULT,
}


def state_of(finding: str | Enum) -> State:
    """The state a finding or a verdict is shown as; ``finding`` is its code or an enum with that value.

    A code that begins with ``wrong_`` is 疑似不应享; words that are no code are shown as they are, without a shape.
    """
    code = str(finding.value if isinstance(finding, Enum) else finding)
    if code in _STATES:
        return _STATES[code]
    return DOUBTFUL if code.startswith("wrong_") else State("", code, "quiet")


def yuan(fen: int | None, *, cents: bool | None = None) -> str:
    """A sum without its unit, for a column headed 元: ``1,234``, ``1,234.50``; None is 未知.

    ``cents`` True always writes two decimals, None only where there are 角 or 分.
    """
    if fen is None:
        return UNKNOWN
    whole, rest = divmod(abs(fen), 100)
    sign = "−" if fen < 0 else ""
    return f"{sign}{whole:,}.{rest:02d}" if cents or (cents is None and rest) else f"{sign}{whole:,}"


def money(fen: int | None, *, short: bool = False) -> str:
    """A sum as text says it: ``1,234.00 元``; ``short`` leaves out ``.00``. None is 未知."""
    return UNKNOWN if fen is None else f"{yuan(fen, cents=None if short else True)} 元"


def count(number: int | None) -> str:
    """A count with its thousands apart: ``1,178``; None is 未知."""
    return UNKNOWN if number is None else f"{number:,}"


def _day(day: date | datetime) -> date:
    if isinstance(day, datetime):
        return timezone.localtime(day).date() if timezone.is_aware(day) else day.date()
    return day


def long_date(day: date | datetime | None) -> str:
    """A day in a sentence: ``2026年11月1日``; a moment is taken in the office's time zone. None is 未知."""
    if day is None:
        return UNKNOWN
    local = _day(day)
    return f"{local.year}年{local.month}月{local.day}日"


def english_date(day: date | datetime) -> str:
    """A day in an English sentence: ``1 November 2026``; a moment is taken in the office's time zone."""
    local = _day(day)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def table_date(day: date | datetime | None) -> str:
    """A day in a table: ``2026-11-01``; None is 未知."""
    return UNKNOWN if day is None else _day(day).isoformat()


def weekday(day: date | datetime | None) -> str:
    """The day of the week: ``星期六``; nothing for None."""
    return "" if day is None else f"星期{_WEEKDAYS[_day(day).weekday()]}"


def moment(at: datetime | None) -> str:
    """A moment to the minute, in the office's time zone: ``2026-11-01 09:05``; None is 未知."""
    if at is None:
        return UNKNOWN
    local = timezone.localtime(at) if timezone.is_aware(at) else at
    return f"{local:%Y-%m-%d %H:%M}"


def mask_id(number: str | None) -> str:
    """A citizen or certificate number as lists show it: ``4508 03** **** **17``. Nothing for an empty one."""
    return masked_number(number or "")


def say_masked(number: str | None) -> str:
    """The same for the ear: which digits are shown, and that the rest is hidden."""
    return f"后两位 {' '.join(number[-2:])}，其余隐去" if number else ""


def mask_name(name: str | None) -> str:
    """A name with its middle hidden: 张*明, 李*; of a name of one character nothing is hidden."""
    if not name or len(name) == 1:
        return name or ""
    return f"{name[0]}*" if len(name) == 2 else f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"
