"""A fact of the vocabulary as a question on a page, and an answer as its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext_lazy

from zhucan.rules.errors import ValueFault
from zhucan.rules.vocabulary import Fact, FactType, Value
from zhucan.web.portal.pages import Reader, day_words
from zhucan.web.words import yuan

UNKNOWN = "unknown"
"""What a choice or a button sends for 不知道."""
_MOST_CHOICES = 6
_LEVELS = {
    1: gettext_noop("一级"), 2: gettext_noop("二级"), 3: gettext_noop("三级"), 4: gettext_noop("四级"),
}  # fmt: skip
"""Levels of disability as people say them."""
_COUNTS = {"人": ngettext_lazy("%d人", "%d人")}
"""Numbers with the units of what is asked."""
_UNITS = (gettext_noop("人"),)
"""The same units by themselves, beside a field."""
_DAY = timedelta(days=1)


class AnswerError(ValueError):
    """An answer that cannot be taken: what is wrong and what to do; ``field`` is the id of the control."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose: what it sends, what it says, a few words besides."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question for one reader. ``kind``: ``choices``, ``day`` (year, month, day apart) or ``number``."""

    fact: Fact
    heading: str
    help: str
    why: str
    pictogram: str
    kind: str
    choices: Sequence[Choice]
    unit: str


def question_of(fact: Fact, reader: Reader) -> Question:
    """The question that asks for a fact, in the reader's language and kind of text."""
    asking = fact.asking
    if reader.english:
        heading, help_, why = asking.en, asking.help_en, asking.why_en
    else:
        heading, help_, why = (asking.easy if reader.easy else "") or fact.ask, asking.help, asking.why
    choices = _choices(fact, reader)
    kind = "choices" if choices else "day" if fact.type is FactType.DATE else "number"
    unit = _("元") if fact.type is FactType.MONEY else _(fact.unit) if fact.unit else ""
    return Question(fact, heading, help_, why, asking.pictogram if reader.easy else "", kind, choices, unit)


def _choices(fact: Fact, reader: Reader) -> list[Choice]:
    found: list[Choice] = []
    if fact.type is FactType.YES_NO:
        found = [Choice("yes", _("是")), Choice("no", _("否"))]
    elif fact.codes is not None:
        found = [
            Choice(
                str(code.code), capfirst(code.en) if reader.english else code.zh, "" if reader.english else code.easy
            )
            for code in fact.codes.codes
            if code.easy or not any(each.easy for each in fact.codes.codes)  # 未说明 is nobody's answer
        ]
    elif fact.type is FactType.INTEGER and fact.high - fact.low < _MOST_CHOICES:
        found = [Choice(str(number), level_words(number, fact)) for number in range(fact.low, fact.high + 1)]
    return [*found, Choice(UNKNOWN, _("不知道"))] if found else []


def level_words(number: int, fact: Fact) -> str:
    """A small number in words: 没有, 一级, 二级."""
    if number == 0:
        return _("没有")
    if fact.unit == "级":
        return _(_LEVELS[number])
    return f"{number} {_(fact.unit)}" if fact.unit else str(number)


def say(fact: Fact, value: Value | None, reader: Reader) -> str:
    """An answer in words, for the page that shows all of them."""
    if value is None:
        return _("不知道")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date):
        return day_words(printed(fact, value), reader)
    if fact.type is FactType.MONEY:
        return _("%(sum)s 元") % {"sum": yuan(value)}
    chosen = next((choice.label for choice in _choices(fact, reader) if choice.value == str(value)), None)
    return chosen or _counted(fact, value)


def _counted(fact: Fact, value: int) -> str:
    """A number of a fact with its unit; a sum to the 分."""
    if fact.type is FactType.MONEY:
        return _("%(sum)s 元") % {"sum": yuan(value, cents=True)}
    return str(_COUNTS[fact.unit] % value) if fact.unit in _COUNTS else fact.say(value)


def read(question: Question, given: Mapping[str, str]) -> Value | None:
    """The value of an answer as sent; None for 不知道.

    Raises:
        AnswerError: nothing was chosen, or what was typed is no day or number of this fact.
    """
    if UNKNOWN in given or given.get("answer") == UNKNOWN:
        return None
    if question.kind == "day":
        return _day(question.fact, given)
    answer = given.get("answer", "").strip()
    if question.kind == "choices":
        if answer not in {choice.value for choice in question.choices}:
            raise AnswerError(_("还没有选。请选一项，不清楚就选“不知道”。"), "answer-0")
        return answer == "yes" if question.fact.type is FactType.YES_NO else int(answer)
    if not answer:
        raise AnswerError(_("还没有填。请填数字，不清楚就按“不知道”。"), "answer")
    try:
        return question.fact.read(answer)
    except ValueFault as fault:
        low, high = (_counted(question.fact, bound) for bound in (question.fact.low, question.fact.high))
        raise AnswerError(_("请填 %(low)s 到 %(high)s 之间的数字。") % {"low": low, "high": high}, "answer") from fault


def _day(fact: Fact, given: Mapping[str, str]) -> date:
    parts = {name: given.get(name, "").strip() for name in ("year", "month", "day")}
    for name, said in (("year", _("年")), ("month", _("月")), ("day", _("日"))):
        if not parts[name]:
            raise AnswerError(_("“%(part)s”还没有填。不清楚就按“不知道”。") % {"part": said}, name)
        if not parts[name].isdecimal():
            raise AnswerError(_("“%(part)s”只写数字。") % {"part": said}, name)
    try:
        day = date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except (ValueError, OverflowError):
        raise AnswerError(_("没有这一天。请看看年、月、日有没有写错。"), "day") from None
    if fact.id == "birth_date" and day > date.today():
        raise AnswerError(_("这一天还没有到。请看看年份有没有写错。"), "year")
    try:
        fact.check(day)
    except ValueFault:
        raise AnswerError(_("年份请写四位数，例如 1968。"), "year") from None
    return day + _DAY if fact.asking.last_day else day


def printed(fact: Fact, day: date) -> date:
    """A day as papers print it: the last one, where the fact is the first after it."""
    return day - _DAY if fact.asking.last_day else day
