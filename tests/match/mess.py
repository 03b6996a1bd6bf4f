"""Values as keyboards, Excel and exports leave them; every spelling here still says what it said."""

from __future__ import annotations

import random
from datetime import date

from tests.match.oracle import Truth
from zhucan.files.citizen import check_character

Cell = str | int | float | date | None
CATEGORIES = {1: "视力", 2: "听力", 3: "言语", 4: "肢体", 5: "智力", 6: "精神", 7: "多重"}
ORDINARY, CAPITAL, ROMAN = "一二三四", "壹贰叁肆", ("Ⅰ", "II", "Ⅲ", "IV")


def number(draw: random.Random, text: str) -> str:
    spellings = [text, text, text, f"{text[:6]} {text[6:14]} {text[14:]}", f"'{text}", f"\u00a0{text}\t", f'="{text}"']
    spellings += [text.lower(), text.replace("X", "Ｘ"), "".join(chr(ord(c) + 0xFEE0) for c in text[:17]) + text[17]]
    if text[6:8] == "19":
        spellings.append(text[:6] + text[8:17])
    return draw.choice(spellings)


def damaged(draw: random.Random, text: str) -> Cell:
    """A number from which its owner can still be told by name and birth date."""
    place = draw.choice([0, 3, 15, 16])
    wrong = text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]
    lost = text[:15] + "000"
    spellings: list[Cell] = [wrong, float(lost), f"{text[0]}.{text[1:15]}E+17"]
    if check_character(lost[:17]) != "0":  # else it would be somebody else's right number
        spellings.append(lost)
    return draw.choice(spellings)


def day(draw: random.Random, value: date | None) -> Cell:
    if value is None:
        return draw.choice([None, "", "长期"])
    year, month, dom = value.year, value.month, value.day
    return draw.choice(
        [
            value, f"{value:%Y%m%d}", int(f"{value:%Y%m%d}"), f"{year}.{month}.{dom}", f"{year}年{month}月{dom}日",
            f" {year} - {month:02d} - {dom:02d} ", f"{year}/{month}/{dom}", (value - date(1899, 12, 30)).days,
        ]
    )  # fmt: skip


def level(draw: random.Random, value: int | None) -> Cell:
    if value is None:
        return None
    at = value - 1
    return draw.choice([f"{ORDINARY[at]}级", f"{CAPITAL[at]}级", ROMAN[at], value, str(value), f" {value}级 "])


def category(draw: random.Random, value: int | None) -> Cell:
    if value is None:
        return None
    word = CATEGORIES[value]
    return draw.choice([word, f"{word}残疾", value, str(value), f"{value}-{word}", f" {word} "])


def parts(draw: random.Random, truth: Truth) -> Cell:
    if truth.parts is None:
        return None
    spoken = [f"{CATEGORIES[category]}{ORDINARY[level - 1]}级" for category, level in truth.parts]
    return draw.choice(
        [
            "、".join(spoken), "+".join(spoken), " ".join(spoken), "，".join(spoken),
            ",".join(f"{category}{level}" for category, level in truth.parts),
            "/".join(f"{category}-{level}" for category, level in truth.parts),
        ]
    )  # fmt: skip


def money(draw: random.Random, fen: int) -> Cell:
    yuan = fen // 100
    return draw.choice([yuan, float(yuan), str(yuan), f"{yuan}元", f"{yuan}.00", f" {yuan} ", f"¥{yuan:,}"])


def name(draw: random.Random, text: str) -> str:
    return draw.choice([text, text, text, f"{text[0]} {text[1:]}", f"{text} ", "　".join(text)])


def township(draw: random.Random, text: str) -> str:
    stem = text.removesuffix("街道").removesuffix("镇")
    if text.endswith("街道"):
        return draw.choice([text, stem, f"{stem}办", f"{stem}街道办事处"])
    return draw.choice([text, stem, f"{text}人民政府", f"{text}政府"])
