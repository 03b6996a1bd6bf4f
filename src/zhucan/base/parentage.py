"""Parentage of divisions: by code prefix, with the exceptions listed in content. Arithmetic; no database."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from zhucan.base.enums import DivisionLevel
from zhucan.rules.content import shipped_content

WIDTH = {
    DivisionLevel.PROVINCE: 10**10,
    DivisionLevel.PREFECTURE: 10**8,
    DivisionLevel.COUNTY: 10**6,
    DivisionLevel.TOWNSHIP: 10**3,
    DivisionLevel.VILLAGE: 1,
}
"""How many paths one division of a level takes, itself included."""
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Moved:
    """A division that stands elsewhere than its code says: it and all below it move from ``code`` to ``path``."""

    code: int
    path: int
    width: int

    def holds(self, code: int) -> bool:
        """Whether this code is the moved division or lies below it."""
        return self.code <= code < self.code + self.width


@dataclass(frozen=True, slots=True)
class Parentage:
    """Exceptions to parent-by-prefix: cities without counties, names that are no government, moved divisions."""

    direct: frozenset[int] = frozenset()
    placeholders: frozenset[str] = frozenset()
    moved: tuple[Moved, ...] = ()

    def path_of(self, code: int) -> int:
        """The path of a code of 2, 4, 6, 9 or 12 digits."""
        full = full_code(code)
        for each in self.moved:
            if each.holds(full):
                return each.path + full - each.code
        return full


def full_code(code: int) -> int:
    """A code of 2, 4, 6, 9 or 12 digits with its zeros.

    Raises:
        ValueError: a code of another length.
    """
    digits = len(str(code))
    if digits not in (2, 4, 6, 9, _DIGITS):
        raise ValueError(f"区划代码应是 2、4、6、9 或 12 位，这里是 {digits} 位。")
    return int(code * 10 ** (_DIGITS - digits))


def width_of(code: int) -> int:
    """How many codes the division of a 12-digit code takes, as its zeros say."""
    return next(width for width in WIDTH.values() if code % width == 0)


def read_parentage(file: Path) -> Parentage:
    """The exceptions of one file; none where there is no such file.

    Raises:
        ValueError: the file is no TOML, or a code in it has another length.
    """
    if not file.is_file():
        return Parentage()
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    moved = tuple(
        Moved(full_code(each["code"]), full_code(each["path"]), width_of(full_code(each["code"])))
        for each in table.get("moved", ())
    )
    return Parentage(frozenset(table.get("direct", ())), frozenset(table.get("placeholders", ())), moved)


@lru_cache(maxsize=1)
def parentage() -> Parentage:
    """The exceptions in force: of the office's own content, else the shipped ones. Read once."""
    files = [folder / "divisions" / "exceptions.toml" for folder in (shipped_content(), *settings.ZHUCAN_CONTENT)]
    return read_parentage(next((file for file in reversed(files) if file.is_file()), files[0]))
