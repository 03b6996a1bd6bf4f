"""The keys of the one search box: blind indexes of all a person may be looked up by, and the reading of what was typed.

Kinds of keys: ``name`` (the whole name, its beginnings of two or more characters, each part of a name with a dot),
``latin`` (every reading joined without tones, ü as v and as u; the initials of every reading), ``number`` (citizen and
certificate number, phone), ``tail`` (last four of citizen number and phone, last six of the citizen number).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import islice, product

from pypinyin import Style, pinyin

from zhucan.base.secrets import blind
from zhucan.files.citizen import fault_of, lengthen

MAX_READINGS = 48
"""A name of many ambiguous characters keeps this many readings, the usual ones first."""
_SURNAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    surname: tuple(tuple(reading.split()) for reading in readings.split("/"))
    for surname, readings in {
        "万俟": "mo qi", "尉迟": "yu chi", "单于": "chan yu", "澹台": "tan tai", "长孙": "zhang sun", "令狐": "ling hu",
        "宓": "mi/fu", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "曾": "zeng", "区": "ou", "朴": "piao/pu",
        "盖": "ge/gai", "覃": "qin/tan/xin", "任": "ren", "华": "hua", "缪": "miao/mou", "翟": "zhai/di",
        "乐": "yue/le",
        "员": "yun", "种": "chong", "繁": "po", "秘": "bi", "冼": "xian", "洗": "xian", "逄": "pang", "那": "na",
        "折": "she", "黑": "he/hei", "召": "shao", "晁": "chao", "燕": "yan", "宁": "ning", "厘": "xi", "么": "yao",
        "尹": "yin", "卜": "bu", "纪": "ji", "葛": "ge", "过": "guo", "哈": "ha", "郇": "xun/huan", "郗": "xi/chi",
        "谌": "chen/shen", "阚": "kan", "隗": "wei/kui", "褚": "chu", "禚": "zhuo", "牟": "mou/mu", "乜": "nie",
        "幺": "yao", "佘": "she", "晟": "cheng", "殷": "yin", "訾": "zi", "句": "gou", "车": "che", "能": "nai",
        "祭": "zhai", "重": "chong", "盛": "sheng", "石": "shi", "柏": "bai/bo", "莘": "shen/xin", "吕": "lv",
    }.items()
}  # fmt: skip
"""How surnames are read; other readings of the same characters are kept beside these."""
_DOTS = "·•‧∙・．.・･"
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]")
_CERTIFICATE = re.compile(r"(\d{17}[\dX][1-7][1-4])(?:B\d*)?")


class TextKind(Enum):
    """What somebody typed into the search box; the value is said on the page."""

    NOTHING = "没有输入内容"
    NAME = "姓名"
    LATIN = "拼音或拼音首字母"
    CITIZEN = "身份证号"
    CERTIFICATE = "残疾人证号"
    PHONE = "手机号"
    TAIL = "号码尾号"
    UNREADABLE = "认不出的内容"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed, recognised: its kind, and the keys that find it."""

    kind: TextKind
    tokens: tuple[bytes, ...] = ()


def plain(text: str) -> str:
    """The normal form: NFKC, upper case, no spaces, no invisible characters."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(one for one in folded if not one.isspace() and unicodedata.category(one) not in ("Cf", "Cc"))


def plain_name(name: str) -> str:
    """The normal form of a name: without spaces and dots, so that 买买提·吐尔逊 is found however it was typed."""
    return "".join(one for one in plain(name) if one not in _DOTS)


def recognise(text: str) -> Wanted:
    """What a text of the search box is, and the keys that find it. Full-width, spaces and case do not matter."""
    given = plain(text)
    if not given:
        return Wanted(TextKind.NOTHING)
    if _CHINESE.search(given):
        return Wanted(TextKind.NAME, (_name(plain_name(given)),))
    letters = re.sub(r"[\s'’`·.\-]", "", unicodedata.normalize("NFC", given)).replace("Ü", "V")
    if letters.isascii() and letters.isalpha():
        return Wanted(TextKind.LATIN, (_latin(letters.lower()),))
    return _recognise_number(re.sub(r"[\-*]", "", given))


def _recognise_number(given: str) -> Wanted:
    found = _CERTIFICATE.fullmatch(given)
    if found:  # an old certificate number still holds the citizen number
        return Wanted(TextKind.CERTIFICATE, (_number(found[1]), _number(found[1][:18])))
    if re.fullmatch(r"\d{17}[\dX]", given):
        return Wanted(TextKind.CITIZEN, (_number(given),))
    if re.fullmatch(r"\d{15}", given):
        return Wanted(TextKind.CITIZEN, (_number(lengthen(given)),))
    if re.fullmatch(r"\d{11}", given):
        return Wanted(TextKind.PHONE, (_number(given),))
    if re.fullmatch(r"\d{3}[\dX]|\d{5}[\dX]", given):
        return Wanted(TextKind.TAIL, (_tail(given),))
    return Wanted(TextKind.UNREADABLE)


def person_tokens(name: str, citizen_id: str, certificate_number: str, phones: Iterable[str]) -> Iterator[bytes]:
    """Every key of a person, some perhaps twice."""
    yield from name_tokens(name)
    number = plain(citizen_id)
    if number:
        yield _number(number)
        yield from (_tail(number[-4:]), _tail(number[-6:]))
    found = _CERTIFICATE.fullmatch(plain(certificate_number))
    if found:
        yield _number(found[1])
    for phone in phones:
        digits = "".join(one for one in plain(phone) if one.isdecimal())
        if len(digits) >= 7:
            yield _number(digits)
            yield _tail(digits[-4:])


def name_tokens(name: str) -> Iterator[bytes]:
    """The keys of a name: itself, its beginnings, its parts, its readings and their initials."""
    whole = plain_name(name)
    if not whole:
        return
    yield _name(whole)
    yield from (_name(whole[:end]) for end in range(2, len(whole)))
    parts = [part for part in re.split(rf"[{re.escape(_DOTS)}\s]+", unicodedata.normalize("NFKC", name)) if part]
    if len(parts) > 1:
        yield from (_name(plain_name(part)) for part in parts if len(plain_name(part)) > 1)
    for reading in _spoken(whole):
        yield _latin(reading)


def fault_of_certificate(certificate_number: str, citizen_id: str) -> str | None:
    """What contradicts between a certificate number and its holder's citizen number, in words; None where nothing."""
    number = plain(certificate_number)
    if not number:
        return None
    found = _CERTIFICATE.fullmatch(number)
    if not found:
        return "残疾人证号的写法不对"
    if fault_of(found[1][:18]) is not None:
        return "残疾人证号里的身份证号校验不对"
    return None if found[1][:18] == plain(citizen_id) else "残疾人证号与身份证号不是同一个人"


@lru_cache(maxsize=1 << 16)
def _spoken(whole: str) -> tuple[str, ...]:
    """The readings of a name, joined, and their initials; each once."""
    found: dict[str, None] = {}
    for syllables in islice(_readings(whole), MAX_READINGS):
        joined = "".join(syllables)
        found[joined] = None
        if "v" in joined:
            found[joined.replace("v", "u")] = None
        found["".join(one[0] for one in syllables)] = None
    return tuple(found)


def _readings(whole: str) -> Iterator[tuple[str, ...]]:
    rest = product(*map(_readings_of, whole))
    for length in (2, 1):
        known = _SURNAMES.get(whole[:length])
        if known and len(whole) > length:
            given = list(islice(product(*map(_readings_of, whole[length:])), MAX_READINGS))
            yield from islice((first + last for last in given for first in known), MAX_READINGS // 2)
    yield from rest


@lru_cache(maxsize=1 << 14)
def _readings_of(character: str) -> tuple[str, ...]:
    """The readings of one character, the usual one first; a letter or digit reads as itself."""
    given = pinyin(character, style=Style.NORMAL, heteronym=True, errors="default")
    readings = (one.strip().lower().replace("ü", "v") for one in (given[0] if given else [character]))
    kept = tuple(dict.fromkeys(one for one in readings if one.isascii() and one.isalnum()))
    return kept or ("x",)


def _name(text: str) -> bytes:
    return blind("name", text)


def _latin(text: str) -> bytes:
    return blind("latin", text)


def _number(text: str) -> bytes:
    return blind("number", text)


def _tail(text: str) -> bytes:
    return blind("tail", text)
