"""A worker that dies between, before or while committing any chunk. The real thing: ``benchmarks/imports.py kill``."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from tests.exchange import lists
from tests.exchange.dump import dump
from zhucan.base import jobs
from zhucan.exchange.models import StagedRow
from zhucan.exchange.operations import applying, steps, undoing
from zhucan.exchange.operations.loads import confirm_load, undo_load

pytestmark = pytest.mark.django_db


class Dying:
    """Workers that die after a few chunks; half of them with a chunk computed and not written."""

    def __init__(self, seed: int) -> None:
        self.draw, self.deaths = random.Random(seed), 0

    def work(self, most: int) -> None:
        """Have all that waits done by workers that do at most so many chunks each."""
        while (job := jobs._take(owner := jobs.owner_name())) is not None:
            ended = False
            for _ in range(self.draw.randint(1, most)):
                ended = jobs._chunk(job, owner)
                if ended:
                    break
            if not ended:
                self.deaths += 1
                if self.draw.random() < 0.5:
                    jobs._handlers[job.kind](job)
                jobs._release(job, owner, after=timedelta(0))
            steps.forget()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_dies_nothing_is_written_twice_or_lost(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    by, people, dying = lists.officer(), lists.holders(9), Dying(seed)
    files = [lists.roster(people), lists.register(people[:5]), lists.payroll(people), lists.bank_return(people)]
    before = dump()
    monkeypatch.setattr(applying, "_AT_ONCE", dict.fromkeys(applying._AT_ONCE, 2))
    monkeypatch.setattr(undoing, "_ROWS", 7)
    load = lists.take_in(files, by)
    wanted = dump()
    lists.undo(load, by)
    again = lists.bring(files, by)
    confirm_load(load=again, by=by, on=lists.AS_OF)
    dying.work(3)
    assert dump() == wanted
    assert not StagedRow.objects.exists()
    undo_load(load=again, by=by, on=lists.AS_OF)
    dying.work(3)
    assert dump() == before
    assert dying.deaths > 5
