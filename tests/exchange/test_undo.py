from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.exchange import lists
from tests.exchange.dump import dump
from tests.factories.people import make_person
from zhucan.base.errors import Refused
from zhucan.base.permissions import Actor
from zhucan.exchange.enums import LoadState
from zhucan.exchange.intake import _reliances, register_reliance
from zhucan.exchange.models import Load
from zhucan.exchange.operations.loads import InTheWay, confirm_load, stop_load, undo_load
from zhucan.registry.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return lists.officer()


@pytest.mark.parametrize("seed", range(4))
def test_undoing_restores_exactly_what_was_there(by: Actor, seed: int) -> None:
    draw, people = random.Random(seed), lists.holders(12)
    make_person("早就在", account="6217555")
    states = [dump()]
    loads: list[Load] = []
    for _ in range(3):
        for one in draw.sample(people, 4):
            one.level, one.phone = draw.choice(["一级", "三级"]), f"138{draw.randrange(10**8):08}"
            one.village = draw.choice(["高岭村", "三板村", ""])
            one.until = draw.choice(["2031-01-01", "2028-02-02"])
        on_roster = draw.sample(people, 9)
        paid = draw.sample(people, 5)
        files = [
            lists.roster(on_roster),
            lists.register(draw.sample(people, 6)),
            lists.deaths(draw.sample(people, 2)),
            lists.payroll(paid, amount=draw.choice([90, 180])),
            lists.bank_return(paid, failed=paid[:1]),
        ]
        loads.append(lists.take_in(draw.sample(files, draw.randint(2, 5)), by))
        states.append(dump())
    for load, before in zip(reversed(loads), reversed(states[:-1]), strict=True):
        assert lists.undo(load, by).state is LoadState.UNDONE
        assert dump() == before


def test_after_an_undo_the_files_can_come_again(by: Actor) -> None:
    files = [lists.roster(lists.holders(3))]
    load = lists.take_in(files, by)
    after = dump()
    lists.undo(load, by)
    assert not Person.objects.filter(withdrawn_at=None).exists()
    lists.take_in(files, by)
    assert dump() == after


def test_what_rests_on_a_load_is_named_and_nothing_is_undone(by: Actor) -> None:
    people = lists.holders(2)
    first = lists.take_in([lists.roster(people)], by)
    lists.take_in([lists.register(people)], by)
    before = dump()
    with pytest.raises(InTheWay) as refusal:
        undo_load(load=first, by=by, on=lists.AS_OF)
    assert "低保" in str(refusal.value)
    assert dump() == before


def test_a_later_list_of_the_same_kind_stands_in_the_way(by: Actor) -> None:
    people = lists.holders(3)
    lists.take_in([lists.roster(people)], by)
    first = lists.take_in([lists.register(people)], by)
    lists.take_in([lists.register(people[:2])], by)
    with pytest.raises(InTheWay):
        undo_load(load=first, by=by, on=lists.AS_OF)


def test_a_decision_that_relies_on_it_stands_in_the_way(by: Actor) -> None:
    load = lists.take_in([lists.roster(lists.holders(1))], by)

    def relies(load_id: int) -> list[str]:
        return ["审批决定 12 号"] if load_id == load.pk else []

    register_reliance(relies)
    try:
        with pytest.raises(InTheWay, match="12 号"):
            undo_load(load=load, by=by, on=lists.AS_OF)
    finally:
        _reliances.remove(relies)


def test_after_seven_days_a_load_stays(by: Actor) -> None:
    load = lists.take_in([lists.roster(lists.holders(1))], by)
    Load.objects.update(applied_at=timezone.now() - timedelta(days=8))
    with pytest.raises(Refused, match="7 天"):
        undo_load(load=load, by=by, on=lists.AS_OF)


def test_stopping_what_is_being_written_takes_it_back(by: Actor) -> None:
    before = dump()
    load = lists.bring([lists.roster(lists.holders(5))], by)
    confirm_load(load=load, by=by, on=lists.AS_OF)
    stop_load(load=load, by=by, on=lists.AS_OF)
    lists.work()
    load.refresh_from_db()
    assert load.state is LoadState.UNDONE
    assert dump() == before
