"""Asking one person: only what can matter, in a stable order, and the answer of the reference interpreter."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from random import Random

import pytest

from tests.factories.people_of_rules import World, can_matter, world_of
from tests.rules.shipped import library
from zhucan.rules.determine import Verdict, determine
from zhucan.rules.inquiry import Inquiry

DAY = date(2026, 11, 1)
GIVEN = {"deceased": False, "moved_out": False}
PLACES = (450803, 310104)


def inquiry(place: int) -> Inquiry:
    return Inquiry(library().vocabulary, library().policies(division=place, as_of=DAY), DAY, GIVEN)


def answered(asking: Inquiry, world: World, person: dict, random: Random, *, unknown: float = 0.1):
    """Everything a person says when asked, and the walk at each question."""
    answers, steps = {}, []
    while (walk := asking.walk(answers)).next is not None:
        fact = walk.next.id
        steps.append(walk)
        answers[fact] = None if random.random() < unknown else world.answer(person, fact)
    return answers, steps, walk


@pytest.mark.parametrize("place", PLACES)
def test_only_what_can_change_a_verdict_is_asked(place):
    asking, random = inquiry(place), Random(place)
    world = world_of(asking.vocabulary, asking.policies, DAY)
    for _ in range(2):
        _, steps, _ = answered(asking, world, world.person(random), random)
        for walk in steps:
            assert can_matter(world, walk.facts, walk.next.id, random), walk.next.ask


@pytest.mark.parametrize("place", PLACES)
def test_who_answers_everything_gets_what_the_reference_says_of_all_her_facts(place):
    asking, random = inquiry(place), Random(place)
    world = world_of(asking.vocabulary, asking.policies, DAY)
    for _ in range(8):
        person = {**world.person(random), **GIVEN}
        _, _, end = answered(asking, world, person, random, unknown=0)
        for found in asking.determinations(end.facts):
            known = determine(found.policy, person, DAY)
            assert (found.verdict, found.amount_fen) == (known.verdict, known.amount_fen), (found.policy.id, person)


def test_every_question_is_asked_once_and_fewer_are_left_each_time():
    asking, random = inquiry(450803), Random(1)
    world = world_of(asking.vocabulary, asking.policies, DAY)
    for _ in range(3):
        answers, steps, end = answered(asking, world, world.person(random), random)
        asked = [walk.next.id for walk in steps]
        assert len(asked) == len(set(asked)) == len(end.asked) == len(answers)
        assert all(later.left < walk.left for walk, later in pairwise(steps))


def test_turning_back_loses_nothing():
    asking, random = inquiry(450803), Random(2)
    world = world_of(asking.vocabulary, asking.policies, DAY)
    answers, _, end = answered(asking, world, world.person(random), random, unknown=0)
    for fact in end.asked:
        before = answers[fact]
        asking.walk({**answers, fact: None})
        assert asking.walk({**answers, fact: before}) == end


def test_without_a_certificate_nothing_on_it_is_asked():
    asking = inquiry(450803)
    answers = {}
    while (walk := asking.walk(answers)).next is not None:
        answers[walk.next.id] = False if walk.next.id in ("certificate_held", "certificate_valid") else None
    assert not {"level", "certificate_until", "mental_level"} & set(walk.asked)
    assert walk.facts["certificate_valid"] is False


def test_what_time_alone_will_change():
    asking = inquiry(450803)
    answers, known = {}, {
        "certificate_held": True, "certificate_until": date(2027, 3, 1), "certificate_valid": True, "category": 1,
        "level": 1, "needs_long_term_care": True, "work_injury_nursing_fee": False, "extreme_poverty_support": False,
        "elderly_nursing_monthly": 0, "minimum_living_allowance": False, "birth_date": date(1970, 1, 1),
    }  # fmt: skip
    while (walk := asking.walk(answers)).next is not None:
        answers[walk.next.id] = known.get(walk.next.id)
    facts = {**walk.facts, "certificate_until": date(2027, 3, 1)}
    facts.pop("certificate_valid", None)
    found = {change.before.policy.id: change for change in asking.coming(facts)}
    change = found["nursing-allowance"]
    assert (change.day, change.because) == (date(2027, 3, 1), "certificate_until")
    assert (change.before.verdict, change.after.verdict) == (Verdict.ENTITLED, Verdict.NOT)
