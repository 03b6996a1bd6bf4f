"""Policies found by what somebody typed: plain words, pinyin in full or its initials.

Ranking: the title, then the words people use for it, then the need it helps with, then the guide.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pypinyin import lazy_pinyin

from zhucan.policies.library import generation
from zhucan.policies.queries.texts import GUIDES, guide_of, policies_on
from zhucan.rules.policy import Policy
from zhucan.web.portal.home import all_needs
from zhucan.web.portal.needs import Need

LONGEST = 60
"""Characters that are read of what was typed."""
_TITLE, _WORD, _NEED, _GUIDE = 16, 8, 4, 2
_BETWEEN = re.compile(r"[\W_]+")
_FEWEST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """What one policy can be found by: texts by their weight, and the syllables of the short ones."""

    policy: Policy
    texts: Mapping[int, Sequence[str]]
    spoken: Mapping[int, Sequence[Sequence[str]]]


def find(typed: str, division: int, on: date) -> list[Policy]:
    """The policies of a place that fit, best first; of equals in the order of the list.

    Several words must all fit; where nothing does, policies that share a piece of what was typed.
    """
    terms = [term for term in _BETWEEN.split(plain(typed)[:LONGEST]) if term]
    entries = _entries(division, on, generation())
    scores = {entry.policy.id: _score_all(entry, terms) for entry in entries if terms}
    if not any(scores.values()):
        scores = _by_pieces(entries, "".join(terms))
    found = [entry.policy for entry in entries if scores.get(entry.policy.id)]
    return sorted(found, key=lambda policy: -scores[policy.id])


def plain(text: str) -> str:
    """The normal form of a text: full width, case and what surrounds it do not matter."""
    return unicodedata.normalize("NFKC", text).lower().strip()


@lru_cache(maxsize=16)
def _entries(division: int, on: date, _generation: int) -> tuple[Entry, ...]:
    needs = {need.id: need for need in all_needs()}
    return tuple(_entry(policy, needs) for policy in policies_on(division, on))


def _entry(policy: Policy, needs: Mapping[str, Need]) -> Entry:
    helps = [needs[id_] for id_ in policy.needs if id_ in needs]
    titles, words, hard = [policy.zh, policy.en], list(policy.words), [each.zh for each in helps]
    texts = {
        _TITLE: titles, _WORD: words, _NEED: [*hard, *(said for each in helps for said in (each.easy, each.en))],
        _GUIDE: [guide_of(policy, kind) for kind in GUIDES],
    }  # fmt: skip
    spoken = {_TITLE: [policy.zh], _WORD: words, _NEED: hard}
    return Entry(
        policy, {weight: [plain(text) for text in given] for weight, given in texts.items()},
        {weight: [lazy_pinyin(text, errors="ignore") for text in given] for weight, given in spoken.items()},
    )  # fmt: skip


def _score_all(entry: Entry, terms: Sequence[str]) -> float:
    """How well all terms fit on the average, or the whole of them as one; 0 where one fits nowhere."""
    scores = [_score(entry, term, inside=True) for term in terms]
    together = _score(entry, "".join(terms), inside=len(terms) == 1)
    return max(sum(scores) / len(scores) if all(scores) else 0, together)


def _score(entry: Entry, term: str, *, inside: bool) -> float:
    """The weight of the best text a term fits, and a share of 1 by how much of the term fits; 0 for none.

    ``inside``: a title or word that stands in what was typed (轮椅 in 我的轮椅坏了) fits too.
    """
    for weight, texts in entry.texts.items():
        if any(term in text for text in texts):
            return weight + 1
        if any(_sounds(term, syllables) for syllables in entry.spoken.get(weight, ())):
            return weight + 1
        if inside and weight in (_TITLE, _WORD):
            longest = max((len(text) for text in texts if len(text) > 1 and text in term), default=0)
            if longest:
                return weight + longest / len(term)
    return 0


def _sounds(term: str, syllables: Sequence[str]) -> bool:
    """Whether letters are the reading, or the initials, of a text from one of its characters on. ü is v or u."""
    if len(term) < _FEWEST_LETTERS or not (term.isascii() and term.isalpha()):
        return False
    letters = term.replace("v", "u")
    read = [one.replace("v", "u") for one in syllables]
    if letters in "".join(one[:1] for one in read):
        return True
    return any("".join(read[start:]).startswith(letters) for start in range(len(read)))


def _by_pieces(entries: Iterable[Entry], joined: str) -> dict[str, float]:
    """How many pairs of neighbouring Chinese characters each policy's titles and words share with what was typed.

    A pair that most policies have (残疾) says nothing.
    """
    pairs = {joined[at : at + 2] for at in range(len(joined) - 1)}
    pairs = {pair for pair in pairs if not pair.isascii()}
    texts = {entry.policy.id: [*entry.texts[_TITLE], *entry.texts[_WORD]] for entry in entries}
    having = {id_: {pair for pair in pairs if any(pair in text for text in given)} for id_, given in texts.items()}
    usual = Counter(pair for shared in having.values() for pair in shared)
    return {id_: sum(usual[pair] * 3 <= len(texts) for pair in shared) for id_, shared in having.items()}
