"""Disability categories, levels and the components of a multiple disability, in the spellings offices use.

The seven categories and four levels are those of GB/T 26341 and the 19th and 20th characters of a certificate number;
the words a county uses for them may be replaced by its own code table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from zhucan.files.cells import Cell
from zhucan.files.clean import UNDECIDED, Unreadable, blank, clean, shown

MULTIPLE = 7
_WORDS: Mapping[str, int] = {"视力": 1, "听力": 2, "言语": 3, "肢体": 4, "智力": 5, "精神": 6, "多重": 7}
_NUMERALS: Mapping[str, int] = {
    numeral: value
    for value, spellings in enumerate(
        ("1一壹I", "2二贰II", "3三叁III", "4四肆IV", "5五伍V", "6六陆VI", "7七柒VII"), start=1
    )
    for numeral in (*(mark for mark in spellings if mark not in "IV"), "".join(m for m in spellings if m in "IV"))
}
_LEVEL = "一二三四壹贰叁肆1-4"
_CODED = re.compile(r"([1-6])-?([1-4])")
_SPOKEN = re.compile(rf"(\D+?)残?疾?([{_LEVEL}]|IV|I{{1,3}})级?")
_SEPARATORS = re.compile(r"[、,;+/|&和及\s]+")
_NUMBERED = re.compile(r"([1-7一二三四五六七])[-—、.:]?(\D{2,})")


@dataclass(frozen=True, slots=True)
class Component:
    """One disability among several: category 1 to 6, level 1 (gravest) to 4; None: a level nobody stated."""

    category: int
    level: int | None


def read_level(cell: Cell) -> int | None:
    """The level 1 to 4: 一级, 1, 壹级, Ⅰ, II, 4级 …; None where the cell is empty or undecided."""
    text = clean(shown(cell)).upper()
    if blank(text) or text in UNDECIDED:
        return None
    level = _NUMERALS.get(text.removesuffix("残疾").removesuffix("级"))
    if level is None or level > 4:
        raise Unreadable("level_unreadable", f"“{text}”不是残疾等级", "请填一级、二级、三级或四级")
    return level


def read_category(cell: Cell, words: Mapping[str, int] = _WORDS) -> int | tuple[Component, ...] | None:
    """The category 1 to 7: 肢体, 肢体残疾, 4, 四类, 4-肢体; where the cell holds categories with levels, those."""
    text = clean(shown(cell))
    if blank(text) or text in UNDECIDED:
        return None
    number = _one_category(text, words)
    if number is not None:
        return number
    try:
        return read_components(cell, words)
    except Unreadable:
        known = "、".join(word for word in words if not word.isascii())
        raise Unreadable("category_unreadable", f"“{text}”不是残疾类别", f"请从这些里选一个：{known}") from None


def _one_category(text: str, words: Mapping[str, int]) -> int | None:
    numbered = _NUMBERED.fullmatch(text)
    if numbered and (numbered[2].startswith("类") or numbered[2].removesuffix("残疾") in words):
        text = numbered[1]
    bare = text.removesuffix("残疾").removesuffix("类")
    return words.get(text) or words.get(bare) or _NUMERALS.get(bare)


def read_components(cell: Cell, words: Mapping[str, int] = _WORDS) -> tuple[Component, ...] | None:
    """The parts of a multiple disability: 视力一级、肢体二级, 听力2级；肢体1级, 11,42, 1-1/4-2; None where it is empty.

    Raises:
        Unreadable: a part is neither a category with a level nor two digits.
    """
    if not isinstance(cell, str):
        if cell is None:
            return None
        return _components_of(shown(cell), tuple(words.items()))
    return _components_of(cell, tuple(words.items())) if cell.strip() else None


@lru_cache(maxsize=1 << 12)
def _components_of(raw: str, words: tuple[tuple[str, int], ...]) -> tuple[Component, ...] | None:
    if blank(clean(raw)):
        return None
    known = dict(words)
    parts = (clean(part).upper() for part in _SEPARATORS.split(unicodedata.normalize("NFKC", raw)))
    return tuple(_component(part, known) for part in parts if part)


def _component(part: str, words: Mapping[str, int]) -> Component:
    coded = _CODED.fullmatch(part)
    if coded:
        return Component(int(coded[1]), int(coded[2]))
    spoken = _SPOKEN.fullmatch(part)
    category = words.get(spoken[1]) if spoken else None
    if spoken is None or category is None or category == MULTIPLE:
        raise Unreadable("components_unreadable", f"“{part}”不是“类别+等级”", "请写成 视力一级、肢体二级 这样的形式")
    return Component(category, _NUMERALS[spoken[2]])
