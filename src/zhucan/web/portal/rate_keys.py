"""For whom a rate is, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zhucan.policies.queries.sheets import keys_of
from zhucan.rules.nodes import OPEN_END, FactNode, KeyTest, RateRow
from zhucan.rules.printing import key_words
from zhucan.rules.vocabulary import Fact, FactType
from zhucan.web.portal.pages import Reader
from zhucan.web.words import yuan


def whom(row: RateRow, reader: Reader) -> str:
    """For whom a row is, in the reader's language: ``残疾等级 1级～2级``, ``disability level: 1 to 2``."""
    if not row.tests:
        return _("不分情况")
    if not reader.english:
        return keys_of(row)
    return "; ".join(_key_words(test) for test in row.tests)


def _key_words(test: KeyTest) -> str:
    """A key of a rate in English; what is computed and no fact has no English name."""
    if not isinstance(test.key, FactNode):
        return key_words(test)
    fact = test.key.fact
    return f"{fact.en}: {' or '.join(_range_words(fact, low, high) for low, high in test.ranges)}"


def _range_words(fact: Fact, low: int, high: int) -> str:
    if fact.type is FactType.YES_NO:
        return "yes" if low else "no"
    first, last = (_said(fact, end) for end in (low, high))
    if low == high:
        return first
    if high >= OPEN_END:
        return f"{first} or more"
    return f"up to {last}" if low <= -OPEN_END else f"{first} to {last}"


def _said(fact: Fact, end: int) -> str:
    code = fact.codes.find(end) if fact.codes is not None else None
    return code.en if code else f"{yuan(end)} yuan" if fact.type is FactType.MONEY else str(end)
