"""How plain a Chinese text is (bar A17): its sentences, their length in 汉字, and its rarer characters.

A sentence ends with a full stop, a question mark, a semicolon or its line. Only 汉字 are counted: no digits, no
Latin letters, no punctuation.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_HANZI = re.compile("[\u4e00-\u9fff\u3400-\u4dbf]")
_END = re.compile("[\u3002\uff1b\uff1f\uff01?!\n]")
_NO_SENTENCE = ("#", "|")


@dataclass(frozen=True, slots=True)
class Limits:
    """Greatest mean and greatest single length of sentences in 汉字, least share of common characters."""

    mean: int
    longest: int
    common: float


ORDINARY = Limits(20, 35, 0.95)
EASY = Limits(15, 15, 0.95)


@dataclass(frozen=True, slots=True)
class Words:
    """The common characters, and the words that may hold others: names and terms of the law."""

    common: frozenset[str]
    exempt: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """``lengths`` of the sentences in their order, the ``longest`` one, the ``share`` of common characters from 0 to 1
    with exempt words taken out, and the others, each once.
    """

    lengths: tuple[int, ...]
    longest: str
    share: float
    rare: str


@dataclass(frozen=True, slots=True)
class Text:
    """One text people read. ``parts`` are told apart; their mean length is taken over all of them."""

    id: str
    parts: tuple[str, ...]
    limits: Limits = ORDINARY


def read_words(folder: Path) -> Words:
    """``common_characters.txt`` (lines with # are comments) and ``exempt_words.csv`` of a folder."""
    lines = (folder / "common_characters.txt").read_text(encoding="utf-8").splitlines()
    common = frozenset("".join(line.strip() for line in lines if not line.startswith("#")))
    return Words(common, tuple(sorted(read_reasons(folder / "exempt_words.csv"), key=len, reverse=True)))


def read_reasons(path: Path) -> Mapping[str, str]:
    """A table of two columns, the second the reason."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row[0]: row[1] for row in list(csv.reader(file))[1:]}


def sentences(text: str) -> list[str]:
    """The 汉字 of each sentence; headings and tables are none."""
    lines = [line for line in text.splitlines() if not line.startswith(_NO_SENTENCE)]
    return [bare for part in _END.split("\n".join(lines)) if (bare := "".join(_HANZI.findall(part)))]


def measure(text: str, words: Words) -> Measure:
    """Measure one text."""
    found = sentences(text)
    rest = text
    for word in words.exempt:
        rest = rest.replace(word, "\n")
    hanzi = _HANZI.findall(rest)
    rare = [character for character in hanzi if character not in words.common]
    share = 1 - len(rare) / len(hanzi) if hanzi else 1.0
    return Measure(tuple(map(len, found)), max(found, key=len, default=""), share, "".join(dict.fromkeys(rare)))


def faults(texts: Iterable[Text], words: Words) -> list[str]:
    """What is not plain, one line each, beginning with the text's id."""
    found = []
    for text in texts:
        parts = [measure(part, words) for part in text.parts]
        lengths = [length for part in parts for length in part.lengths]
        mean = sum(lengths) / len(lengths) if lengths else 0.0
        if mean > text.limits.mean:
            found.append(f"{text.id}: {mean:.1f} characters a sentence, at most {text.limits.mean}")
        for part in parts:
            if len(part.longest) > text.limits.longest:
                found.append(f"{text.id}: {len(part.longest)} characters in “{part.longest}”")
            if part.share < text.limits.common:
                found.append(f"{text.id}: {part.share:.0%} common characters; others: {part.rare}")
    return found
