"""One person asked question by question: only what can still change a verdict, in an order people expect.

Nothing is kept here: where she stands follows from the policies, the day, and her answers so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from zhucan.rules.determine import Determination, Facts, Verdict, determine
from zhucan.rules.nodes import facts_of
from zhucan.rules.policy import Policy
from zhucan.rules.vocabulary import Fact, FactType, SameAs, Value, Vocabulary

_YEARS_AHEAD = 60
"""Birthdays looked at for coming changes: what changes later is not worth saying today."""
_MOST_LOOKS = 2000
_FEW = 8
_Known: TypeAlias = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What one person is asked: by which policies, on which day. ``given`` are facts nobody needs to ask for."""

    vocabulary: Vocabulary
    policies: Sequence[Policy]
    as_of: date
    given: Facts

    def walk(self, answers: Mapping[str, Value | None]) -> Walk:
        """Where somebody stands who gave these answers (None: 不知道). Answers to questions that no longer matter are
        passed over, and taken up again when they matter again.
        """
        asked: list[str] = []
        facts = self._known(answers, asked)
        while True:
            open_ = self._open(facts, answers, asked)
            fact = next((one for one, policies in open_.items() if self._matters(one, facts, policies)), None)
            if fact is None:
                return Walk(tuple(asked), None, facts, 0)
            if fact.id not in answers:
                return Walk(tuple(asked), fact, facts, len(open_))
            asked.append(fact.id)
            facts = self._known(answers, asked)

    def determinations(self, facts: Facts) -> list[Determination]:
        """What every policy says of these facts."""
        return [determine(policy, facts, self.as_of) for policy in self.policies]

    def coming(self, facts: Facts) -> list[Change]:
        """The next change of each policy that comes with time alone: a birthday, the end of a certificate.

        Verdicts as they will be if nothing else changes, by the rules in force today; soonest first.
        """
        now = {policy.id: determine(policy, facts, self.as_of) for policy in self.policies}
        found: dict[str, Change] = {}
        for day, why in _days_ahead(facts, self.as_of):
            for policy in self.policies:
                if policy.id in found:
                    continue
                then = determine(policy, facts, day)
                if then.verdict is not now[policy.id].verdict or then.amount_fen != now[policy.id].amount_fen:
                    found[policy.id] = Change(day, why, now[policy.id], then)
        return sorted(found.values(), key=lambda change: change.day)

    def _known(self, answers: Mapping[str, Value | None], asked: Iterable[str]) -> Facts:
        """The facts given, answered, and implied by answers; an answer of her own goes before what another implies."""
        own = {fact: value for fact in asked if (value := answers[fact]) is not None}
        implied = {
            other: value
            for fact, answer in own.items()
            for other, value in self.vocabulary.fact(fact).asking.implies.get(answer, {}).items()
            if not isinstance(value, SameAs)
        }
        same = {other: own[fact] for other, fact in self._same(own) if fact in own}
        return {**self.given, **implied, **same, **own}

    def _same(self, own: Facts) -> list[tuple[str, str]]:
        """Pairs of a fact and the fact it equals, by what was answered."""
        return [
            (other, value.fact)
            for fact, answer in own.items()
            if answer is not None
            for other, value in self.vocabulary.fact(fact).asking.implies.get(answer, {}).items()
            if isinstance(value, SameAs)
        ]

    def _open(
        self, facts: Facts, answers: Mapping[str, Value | None], asked: Sequence[str]
    ) -> Mapping[Fact, Sequence[Policy]]:
        """The facts that stand open and were not asked yet, in their turn, each with the policies that read it."""
        needed: dict[str, list[Policy]] = {}
        for policy in self.policies:
            for fact in _missing(policy, _known_to(policy, facts), self.as_of):
                needed.setdefault(fact, []).append(policy)
        own = {fact: answers[fact] for fact in asked}
        hopeless = {other for other, fact in self._same(own) if fact in own}  # the same, asked in other words
        left = [self.vocabulary.fact(fact) for fact in needed if fact not in own and fact not in hopeless]
        askable = sorted((fact for fact in left if fact.asking.turn), key=lambda fact: (fact.asking.turn, fact.id))
        return {fact: needed[fact.id] for fact in askable}

    def _matters(self, fact: Fact, facts: Facts, policies: Sequence[Policy]) -> bool:
        return any(matters(policy, facts, fact.id, self.as_of, self.vocabulary) for policy in policies)


def matters(policy: Policy, facts: Facts, fact: str, as_of: date, vocabulary: Vocabulary) -> bool:
    """Whether the answer to an unknown fact can still change what a policy says, whatever else is unknown.

    Looks for answers to the other yes-no questions and choices under which it does: a fact may stand in an open
    condition and yet decide nothing, where what would close that condition closes another too. Days and numbers are
    left open, so of them it may say yes too often; and it does where looking takes too long.
    """
    return _matters(policy, _known_to(policy, facts), fact, as_of, vocabulary)


@lru_cache(maxsize=50_000)
def _matters(policy: Policy, known: _Known, fact: str, as_of: date, vocabulary: Vocabulary) -> bool:
    left = [_MOST_LOOKS]

    def look(facts: dict[str, Value | None]) -> bool:
        """Whether it matters once this much is known besides."""
        left[0] -= 1
        found = determine(policy, facts, as_of)
        if found.verdict is Verdict.NOT or fact not in found.missing:
            return False
        others = (one for one in found.missing if one != fact)
        other = next((one for one in others if _possible(vocabulary.fact(one))), None)
        if other is None or left[0] <= 0:
            return True
        return any(look({**facts, other: value}) for value in _possible(vocabulary.fact(other)))

    return look(dict(known))


@lru_cache(maxsize=20_000)
def _missing(policy: Policy, known: _Known, as_of: date) -> tuple[str, ...]:
    """The facts that stand open for a policy; visitors share their first answers, so they are worth keeping."""
    found = determine(policy, dict(known), as_of)
    return () if found.verdict is Verdict.NOT else found.missing


def _known_to(policy: Policy, facts: Facts) -> _Known:
    """What is known of the facts a policy reads."""
    return tuple((fact, value) for fact in _read_by(policy) if (value := facts.get(fact)) is not None)


@lru_cache(maxsize=5_000)
def _read_by(policy: Policy) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact.id for top in policy.expressions for fact in facts_of(top)))


def _possible(fact: Fact) -> Sequence[Value]:
    """All values of a fact that has few; nothing of one that has many."""
    if fact.type is FactType.YES_NO:
        return (False, True)
    if fact.codes is not None:
        return [code.code for code in fact.codes.codes]
    if fact.type is FactType.INTEGER and fact.high - fact.low < _FEW:
        return range(fact.low, fact.high + 1)
    return ()


@dataclass(frozen=True, slots=True)
class Walk:
    """Where somebody stands: the questions asked in their order, the next one (None: done), what is known, and how many
    questions may come at most, the next one among them.
    """

    asked: tuple[str, ...]
    next: Fact | None
    facts: Facts
    left: int


@dataclass(frozen=True, slots=True)
class Change:
    """What will be different from a day on: because of which fact, and how it was determined before and after."""

    day: date
    because: str
    before: Determination
    after: Determination


def _days_ahead(facts: Facts, as_of: date) -> list[tuple[date, str]]:
    days: list[tuple[date, str]] = []
    until = facts.get("certificate_until")
    if isinstance(until, date) and until > as_of:
        days.append((until, "certificate_until"))
    born = facts.get("birth_date")
    if isinstance(born, date):
        days += [
            (day, "birth_date") for year in range(_YEARS_AHEAD) if (day := _birthday(born, as_of.year + year)) > as_of
        ]
    return sorted(days)


def _birthday(born: date, year: int) -> date:
    """The day an age begins: somebody born on 29 February is older on 1 March of other years."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
