"""What a heading says once everything typists put around it is taken away.

``公民身份号码 ``, ``身份 证号``, ``*身份证号（18位）`` and ``姓　名`` are compared by their keys: NFKC, no blanks, no
brackets with what they hold, no stars, numbers or colons at the ends.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|\{[^{}]*\}|<[^<>]*>")
_AROUND = re.compile(r"^[*#·.、,\d]+(?=\D)|[*#:;,.、。]+$")
_ASIDES = re.compile(r"(必填|选填|18位|20位)$")


@lru_cache(maxsize=1 << 14)
def heading_key(text: str) -> str:
    """The form of a heading for comparing; ``""`` where nothing but blanks and marks stands there."""
    plain = squeeze(text)
    bare = _BRACKETS.sub("", plain) or plain.strip("()[]【】〔〕{}<>")
    return _ASIDES.sub("", _AROUND.sub("", bare)).upper()


@lru_cache(maxsize=1 << 14)
def squeeze(text: str) -> str:
    """The text in NFKC without any blanks or invisible marks; words of titles and remarks are looked for in it."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))
