"""Citizen identity numbers (GB 11643-1999) and disability certificate numbers as they stand in real cells.

The field's standard for the whole project. A citizen number has 18 characters: six of a division (not necessarily one
of today), eight of the birth date, three in sequence (odd for men), one check character by ISO 7064 MOD 11-2. A
certificate number is a citizen number, one digit of category, one of level, and ``B`` with a count when reissued.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from zhucan.files.cells import Cell
from zhucan.files.clean import UNDECIDED, blank, clean, shown, whole

LENGTH = 18
_OLD_LENGTH = 15
_EXCEL_DIGITS = 15
"""Excel keeps 15 significant digits of a number and writes zeros for the rest."""
_CHECK = "10X98765432"
_WEIGHTS = tuple(2 ** (LENGTH - 1 - place) % 11 for place in range(LENGTH - 1))
_BIRTH = slice(6, 14)
_MIN_CERTIFICATE = 20
_CERTIFICATE = re.compile(r"\d{17}[\dX]([1-7])([1-4])(?:B\d*)?")
_SCIENTIFIC = re.compile(r"(\d)\.?(\d*)E\+?(\d+)", re.IGNORECASE)

MISSING, CHECK, DESTROYED, BAD_DATE, SHAPE = "missing", "check", "destroyed", "bad_date", "shape"


@dataclass(frozen=True, slots=True)
class CitizenIdCell:
    """A cell of citizen numbers. Exactly one of ``number`` (18 characters, valid) and ``fault`` is set.

    ``fault``: missing, check (the check character is wrong), destroyed (Excel lost digits), bad_date (no such birth
    date), shape (not 15 or 18 characters). ``text`` is the cell as cleaned; ``kept`` the leading characters that
    survived, all of them unless Excel lost some. ``certificate`` is set where the cell holds a certificate number.
    """

    text: str
    number: str | None
    fault: str | None
    kept: str = ""
    certificate: CertificateCell | None = None

    def agrees(self, number: str) -> bool:
        """Whether this damaged cell can be ``number``: the birth date stands, and either Excel lost only the end
        and the first 15 digits agree, or exactly one of 18 characters differs."""
        if self.kept[_BIRTH] != number[_BIRTH]:
            return False
        if self.fault == DESTROYED:
            return len(self.kept) >= _EXCEL_DIGITS and self.kept[:_EXCEL_DIGITS] == number[:_EXCEL_DIGITS]
        differing = sum(a != b for a, b in zip(self.kept, number, strict=False))
        return len(self.kept) == LENGTH and differing == 1

    @property
    def birth_text(self) -> str:
        """Characters 7 to 14 of what survived; shorter where they did not."""
        return self.kept[_BIRTH]


@dataclass(frozen=True, slots=True)
class CertificateCell:
    """A cell of certificate numbers: the cleaned text, and what a number of 20 or more characters says.

    ``citizen_id`` is set only where the first 18 characters are a valid citizen number; ``category`` (1 to 7) and
    ``level`` (1 to 4), characters 19 and 20, only where the whole number is well-formed.
    """

    text: str
    citizen_id: str | None
    category: int | None
    level: int | None


def check_character(first_seventeen: str) -> str:
    """The check character of 17 digits by MOD 11-2.

    Raises:
        ValueError: not 17 decimal digits.
    """
    if len(first_seventeen) != LENGTH - 1 or not _digits(first_seventeen):
        raise ValueError(f"17 digits expected, not {first_seventeen!r}")
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True)) % 11]


def birth_date(number: str) -> date | None:
    """The birth date in an 18-character number; None where there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def is_male(number: str) -> bool:
    """Whether the sequence of an 18-character number is a man's (odd)."""
    return int(number[16]) % 2 == 1


def lengthen(fifteen: str) -> str:
    """The 18-character form of a 15-digit number of before 1999: 19 inserted, the check character computed."""
    longer = fifteen[:6] + "19" + fifteen[6:]
    return longer + check_character(longer)


def fault_of(number: str) -> str | None:
    """What is wrong with an 18-character number: check, destroyed, bad_date, shape; None when it is valid."""
    if len(number) != LENGTH or not _digits(number[:-1]) or not (_digits(number[-1]) or number[-1] == "X"):
        return SHAPE
    if check_character(number[:-1]) != number[-1]:
        return DESTROYED if number.endswith("000") else CHECK
    return None if birth_date(number) else BAD_DATE


def read_citizen_id(cell: Cell) -> CitizenIdCell:
    """Read a cell of citizen numbers; never raises, the fault says what is wrong."""
    return _number_cell(shown(cell)) if whole(cell) else _read_citizen_text(clean(shown(cell)).upper())


@lru_cache(maxsize=1 << 18)
def _read_citizen_text(text: str) -> CitizenIdCell:
    if blank(text) or text in UNDECIDED:
        return CitizenIdCell(text, None, MISSING)
    if len(text) == _OLD_LENGTH and _digits(text):
        return _judged(text, lengthen(text))
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific:
        return CitizenIdCell(text, None, DESTROYED, scientific[1] + scientific[2])
    if len(text) >= _MIN_CERTIFICATE:
        judged = _judged(text, text[:LENGTH])
        return CitizenIdCell(text, judged.number, judged.fault, judged.kept, _read_certificate_text(text))
    return _judged(text, text)


def _number_cell(text: str) -> CitizenIdCell:
    """A number cell of 18 digits has lost its end even where the rest looks whole; 15 digits are all kept."""
    if len(text) == _OLD_LENGTH and _digits(text):
        return _judged(text, lengthen(text))
    if len(text) < LENGTH or not _digits(text):
        return CitizenIdCell(text, None, SHAPE, text)
    return CitizenIdCell(text, None, DESTROYED, text[:_EXCEL_DIGITS])


def _judged(text: str, number: str) -> CitizenIdCell:
    fault = fault_of(number)
    if fault is None:
        return CitizenIdCell(text, number, None, number)
    kept = number[:_EXCEL_DIGITS] if fault == DESTROYED else number
    return CitizenIdCell(text, None, fault, kept)


def read_certificate(cell: Cell) -> CertificateCell | None:
    """Read a cell of certificate numbers; None where it is empty. A damaged or short number keeps its text only."""
    text = clean(shown(cell)).upper()
    return None if blank(text) else _read_certificate_text(text)


@lru_cache(maxsize=1 << 18)
def _read_certificate_text(text: str) -> CertificateCell:
    first = text[:LENGTH]
    number = first if len(text) >= _MIN_CERTIFICATE and fault_of(first) is None else None
    found = _CERTIFICATE.fullmatch(text)
    return CertificateCell(text, number, *((int(found[1]), int(found[2])) if found else (None, None)))


def _digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
