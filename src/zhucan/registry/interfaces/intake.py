"""The register takes in loads: registered with ``exchange``, which knows none of its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from django.db import transaction

from zhucan.base.parts import parts
from zhucan.exchange.intake import Covered, Known, LoadFacts, Planned, Reading, Staged, Write, Wrote, register
from zhucan.registry import signals
from zhucan.registry.blinds import citizen_blind
from zhucan.registry.interfaces import intake_apply, intake_change, intake_undo
from zhucan.registry.interfaces.intake_held import known_people
from zhucan.registry.interfaces.intake_plan import Plan
from zhucan.registry.models import Coverage, Person


class RegistryIntake:
    """See ``exchange.intake.Intake``."""

    def known(self, county: int) -> Iterator[Sequence[Known]]:
        """Everybody of the county, some at a time."""
        return known_people(county)

    def elsewhere(self, county: int, numbers: Sequence[str]) -> frozenset[str]:
        """Those of these numbers whose person another county looks after."""
        blinds = {citizen_blind(number): number for number in numbers}
        found: set[str] = set()
        for part in parts(list(blinds)):
            rows = Person.objects.filter(citizen_blind__in=part, withdrawn_at=None, merged_into=None)
            found |= {
                blinds[bytes(each)] for each in rows.exclude(county=county).values_list("citizen_blind", flat=True)
            }
        return frozenset(found)

    def plan(self, reading: Reading, known: Mapping[str, int]) -> Iterator[Planned | None]:
        """The difference to what is held."""
        return Plan(reading, known).steps()

    def prepare(self, load: LoadFacts, rows: Sequence[Staged]) -> Write:
        """What writes confirmed rows."""
        return intake_apply.prepare(load, rows)

    def finish(self, load: LoadFacts, covered: Sequence[Covered]) -> None:
        """Record which lists were loaded."""
        Coverage.objects.bulk_create(
            Coverage(
                load_id=load.id, county=load.county, feed=each.feed, policy=each.policy, period=each.period,
                observed=each.observed,
            )
            for each in covered
        )  # fmt: skip

    def announce(self, load: LoadFacts) -> None:
        """Everybody of the county may be touched."""
        transaction.on_commit(
            partial(signals.persons_changed.send, sender=Person, county=load.county, person_ids=None, by=load.by)
        )

    def in_the_way(self, load: LoadFacts) -> Sequence[tuple[int | None, str]]:
        """What rests on a load."""
        return list(intake_undo.in_the_way(load))

    def undo(self, load: LoadFacts, *, limit: int) -> Callable[[], int]:
        """Withdraw the next rows of a load."""
        return intake_undo.undo(load, limit=limit)

    def restore(self, load: LoadFacts, rows: Sequence[Wrote]) -> Callable[[], None]:
        """Put back what stood there before."""
        return intake_change.restore(rows)

    def remaining(self, load: LoadFacts) -> int:
        """How many rows an undo has to withdraw."""
        return intake_undo.remaining(load)


def register_intake() -> None:
    """Name the register to ``exchange``; when the app gets ready."""
    register(RegistryIntake())
