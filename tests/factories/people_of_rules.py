"""Random people for the rules: answers to every fact some policies can read, drawn where the rules turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from zhucan.rules.determine import Facts, Verdict, determine, evaluate
from zhucan.rules.language import fact_node
from zhucan.rules.nodes import Constant, facts_of, walk
from zhucan.rules.policy import Policy
from zhucan.rules.vocabulary import Fact, FactType, SameAs, Value, Vocabulary

_AGES = (0, 1, 3, 5, 6, 7, 8, 12, 14, 15, 16, 17, 18, 25, 35, 45, 50, 55, 59, 60, 61, 70, 79, 80, 95)
_MOST_TRIES = 400
_STATED = {"certificate_held"}
"""Facts that follow from others where those are known, and are asked first nevertheless."""


@dataclass(frozen=True)
class World:
    """Policies of a place on a day, and for each fact they read the values near which something changes."""

    vocabulary: Vocabulary
    policies: Sequence[Policy]
    as_of: date
    values: Mapping[str, Sequence[Value]]

    def person(self, random: Random) -> dict[str, Value]:
        """Somebody of whom everything is known and nothing contradicts: what an answer implies is so."""
        person = {fact: random.choice(values) for fact, values in self.values.items()}
        in_turn = sorted(person, key=lambda fact: (self.vocabulary.fact(fact).asking.turn or 999, fact))
        settled: dict[str, Value] = {}
        for fact in in_turn:
            settled.setdefault(fact, person[fact])
            for other, value in self.vocabulary.fact(fact).asking.implies.get(settled[fact], {}).items():
                is_same = isinstance(value, SameAs)
                settled.setdefault(other, settled.get(value.fact, person.get(value.fact)) if is_same else value)
        return settled

    def answer(self, person: Facts, fact: str) -> Value | None:
        """What this person answers when asked; what follows from other facts she works out herself."""
        given = evaluate(fact_node(self.vocabulary.fact(fact), self.vocabulary), person, self.as_of)
        assert given is None or isinstance(given, (bool, int, date))
        return given


def world_of(vocabulary: Vocabulary, policies: Sequence[Policy], as_of: date) -> World:
    """Everything the policies read, with values on both sides of every number they name."""
    tops = [top for policy in policies for top in policy.expressions]
    constants = [node.value for top in tops for node in walk(top) if isinstance(node, Constant)]
    numbers = {int(one) + step for one in constants if isinstance(one, int | Fraction) for step in (-1, 0, 1)}
    facts = dict.fromkeys(fact for top in tops for fact in facts_of(top))
    values = {fact.id: _values(fact, numbers, as_of) for fact in facts}
    return World(vocabulary, policies, as_of, {id_: given for id_, given in values.items() if given})


def _values(fact: Fact, numbers: Iterable[int], as_of: date) -> list[Value]:
    if fact.type is FactType.YES_NO:
        return [True, False] if not fact.derive or fact.id in _STATED else []
    if fact.codes is not None:
        said = [code.code for code in fact.codes.codes if code.easy]
        return said or [code.code for code in fact.codes.codes]
    if fact.type is FactType.DATE:
        if fact.id == "birth_date":
            return [as_of - timedelta(days=age * 365 + age // 4 + extra) for age in _AGES for extra in (2, 180)]
        return [as_of + timedelta(days=days) for days in (-4000, -800, -400, -100, -1, 0, 1, 20, 100, 170, 200, 800)]
    if fact.derive:
        return []
    if fact.high - fact.low <= 10:
        return list(range(fact.low, fact.high + 1))
    return sorted({min(max(number, fact.low), fact.high) for number in [0, fact.low, fact.high, *numbers]})


def can_matter(world: World, known: Facts, fact: str, random: Random) -> bool:
    """Whether the answer to one fact can change a verdict or an amount, what else is unknown being as it may.

    Looks for a witness: a completion of the other facts under which two answers determine differently. Found ones
    prove it; that none was found in some hundred tries does not prove the contrary, and fails the test that asks.
    """
    open_to_it = [policy for policy in world.policies if fact in determine(policy, known, world.as_of).missing]
    for _ in range(_MOST_TRIES):
        for policy in open_to_it:
            facts = _completed(world, policy, {**known}, fact, random)
            if facts is None:
                continue
            found = {_outcome(policy, {**facts, fact: value}, world.as_of) for value in _answers(world, fact)}
            if len(found) > 1:
                return True
    return False


def _answers(world: World, fact: str) -> Sequence[Value]:
    return world.values.get(fact) or [True, False]


def _completed(
    world: World, policy: Policy, facts: dict[str, Value | None], but: str, random: Random
) -> dict[str, Value | None] | None:
    """Answers to what else the policy still needs, chosen so that it does not say no."""
    while True:
        missing = [one for one in determine(policy, facts, world.as_of).missing if one != but]
        if not missing:
            return facts
        one = missing[0]
        fitting = [
            value
            for value in _answers(world, one)
            if determine(policy, {**facts, one: value}, world.as_of).verdict is not Verdict.NOT
        ]
        if not fitting:
            return None
        facts[one] = random.choice(fitting)


def _outcome(policy: Policy, facts: Facts, as_of: date) -> tuple[Verdict, int | None]:
    found = determine(policy, facts, as_of)
    return found.verdict, found.amount_fen
