"""How offices really write things: the same number, day, level or place in the spellings found in their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import TypeAlias

from zhucan.demo.people import CATEGORY_WORDS, LEVEL_WORDS, check_character

Cell: TypeAlias = str | int | float | date
"""What is put into a cell; an empty text leaves it empty."""

_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_EXCEL_EPOCH = date(1899, 12, 30)
DATE_STYLES = ("iso", "dots", "slashes", "chinese", "compact", "serial", "cell")
_LEVEL_STYLES = ("{word}", "{word}", "{word}", "{capital}", "{roman}", "{digit}", "{digit}级")
_CATEGORY_STYLES = ("{word}", "{word}", "{word}", "{word}残疾", "{digit}", "{digit}-{word}", "{chinese}类")
_CHINESE = "〇一二三四五六七"
_CAPITAL = "零壹贰叁肆"
_ROMAN = "_ⅠⅡⅢⅣ"


@dataclass(frozen=True, slots=True)
class Dirt:
    """Draws spellings; ``tidy`` of a thousand numbers and places stay as they should be."""

    random: Random
    tidy: int = 930

    def number(self, text: str) -> str:
        """A citizen or certificate number with spaces, quotes, full width or a small x, still readable."""
        if self._is_tidy():
            return text
        spellings = (
            f" {text} ",
            f"{text}\t",
            f"'{text}",
            f'="{text}"',
            f"{text[:6]} {text[6:14]} {text[14:]}",
            text.translate(_FULL_WIDTH),
            text.replace("X", "x"),
            f"\u00a0{text}",
        )
        return self.random.choice(spellings)

    def name(self, text: str) -> str:
        """A name, sometimes with a space inside."""
        return text if self._is_tidy() else f"{text[0]} {text[1:]}"

    def day(self, day: date | None, style: str) -> Cell:
        """A day in one of ``DATE_STYLES``; empty where there is none."""
        if day is None:
            return ""
        if style == "cell":
            return day
        if style == "serial":
            return (day - _EXCEL_EPOCH).days
        written = {
            "iso": f"{day:%Y-%m-%d}",
            "dots": f"{day.year}.{day.month}.{day.day}",
            "slashes": f"{day.year}/{day.month}/{day.day}",
            "chinese": f"{day.year}年{day.month}月{day.day}日",
            "compact": f"{day:%Y%m%d}",
        }
        return written[style]

    def month(self, day: date | None) -> str:
        """A month without its day, as the 低保 ledger writes it."""
        if day is None:
            return ""
        styles = (f"{day:%Y.%m}", f"{day:%Y.%m}", f"{day.year}年{day.month}月", f"{day:%Y%m}", f"{day:%Y-%m}")
        return self.random.choice(styles)

    def level(self, level: int) -> str:
        """二级 as 二级, 贰级, Ⅱ, 2 or 2级."""
        style = self.random.choice(_LEVEL_STYLES) if not self._is_tidy() else "{word}"
        return style.format(word=LEVEL_WORDS[level], capital=_CAPITAL[level] + "级", roman=_ROMAN[level], digit=level)

    def category(self, category: int) -> str:
        """肢体 as 肢体, 肢体残疾, 4, 4-肢体 or 四类."""
        style = self.random.choice(_CATEGORY_STYLES) if not self._is_tidy() else "{word}"
        return style.format(word=CATEGORY_WORDS[category], digit=category, chinese=_CHINESE[category])

    def township(self, name: str) -> str:
        """八塘街道 also as 八塘, 八塘街道办, 八塘街道办事处; a town also with 人民政府."""
        if self._is_tidy():
            return name
        stem = name.removesuffix("街道").removesuffix("镇")
        town = (f"{name}人民政府", f"{name}政府", stem)
        street = (f"{name}办", f"{name}办事处", stem)
        return self.random.choice(street if name.endswith("街道") else town)

    def village(self, name: str) -> str:
        """和平村委会 also as 和平村, 和平村民委员会 or 和平; 木松岭社区 also as 木松岭居委会 or 木松岭."""
        if self._is_tidy():
            return name
        if name.endswith("社区"):
            stem = name.removesuffix("社区")
            return self.random.choice((f"{stem}社区居民委员会", f"{stem}居委会", stem))
        stem = name.removesuffix("委会")
        return self.random.choice((stem, f"{stem}民委员会", stem.removesuffix("村")))

    def money(self, yuan: int) -> Cell:
        """90 as a number, as text, with 元, or with two places."""
        if self._is_tidy():
            return yuan
        return self.random.choice((f"{yuan}", f" {yuan} ", f"{yuan}元", f"{yuan}.00", str(yuan).translate(_FULL_WIDTH)))

    def destroyed(self, number: str) -> Cell:
        """A citizen number after Excel took it for a number: any of the ways it then shows."""
        return self.random.choice((self.rounded(number), f"{float(number[:17] + '0'):.5E}"))

    def rounded(self, number: str) -> Cell:
        """A citizen number of which Excel kept 15 digits, the birth date among them: a number cell, or text in 000."""
        kept = number[:15] + "000"
        as_text = check_character(kept[:17]) != "0" and self.random.random() < 0.5
        return kept if as_text else float(kept)

    def _is_tidy(self) -> bool:
        return self.random.randrange(1000) < self.tidy
