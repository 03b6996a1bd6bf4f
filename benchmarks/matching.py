"""Matching from the register: a whole county, one changed fact, and a thousand changes among a million.

    ZHUCAN_DATA=… ZHUCAN_MODE=demo [ZHUCAN_DATABASE=…] python benchmarks/matching.py [--county 450803] [--keep]

Works on a register made by ``population.py`` or by an import. Prints seconds beside their limits: 22,400 persons
matched anew in 3 s, a changed fact in the matrix within 1 s, the snapshots of a million persons refreshed after 1,000
changes in 5 s, a village's list in 0.5 s.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
ON = date(2026, 11, 21)
LINES: list[str] = []


def say(line: str) -> None:
    print(line, flush=True)
    LINES.append(line)


@contextmanager
def timed(what: str, limit: float | None = None) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds = time.perf_counter() - began
    against = f"  (limit {limit} s)" if limit else ""
    say(f"{what:<66} {seconds:8.2f} s{against}")


def one_change(county: int) -> None:
    """Record one fact by hand, as the form does, and read the matrix; the signal on commit matches the person."""
    from zhucan.base.permissions import SYSTEM
    from zhucan.policies.queries.matching import matrix
    from zhucan.registry.models import Person
    from zhucan.registry.operations.facts import record_fact

    person = Person.objects.filter(county=county, merged_into=None).order_by("place", "id").first()
    assert person is not None
    with timed("one fact recorded, verdicts, findings and snapshot right", 1):
        record_fact(person=person, fact="needs_long_term_care", value=True, source="入户", by=SYSTEM, on=ON)
    with timed("her matrix with reasons", 1):
        rows = matrix(person.pk, county, as_of=date(2026, 11, 1))
    say(f"  {len(rows)} policies")


def many_changes(count: int) -> None:
    """Facts of so many persons of all counties, and every snapshot refreshed."""
    from zhucan.base.permissions import SYSTEM
    from zhucan.exchange.operations.revisions import bump
    from zhucan.policies.models import Matching
    from zhucan.policies.operations.matching import match_county
    from zhucan.registry.models import Fact, Person

    counties = list(Matching.objects.filter(finished_at__isnull=False).values_list("county", flat=True).distinct())
    random = Random(1)
    chosen: dict[int, list[int]] = {}
    for county in counties:
        ids = list(Person.objects.filter(county=county, merged_into=None).values_list("id", flat=True))
        chosen[county] = random.sample(ids, min(len(ids), count // len(counties)))
    for county, ids in chosen.items():
        Fact.objects.bulk_create(
            Fact(person_id=id_, fact="needs_long_term_care", value=1, source="入户", observed=ON) for id_ in ids
        )
        bump(county)
    everybody = Person.objects.count()
    with timed(f"{sum(map(len, chosen.values())):,} changed among {everybody:,}: facts, verdicts, snapshots", 5):
        for county, ids in chosen.items():
            match_county(county=county, by=SYSTEM, on=ON, person_ids=ids)


def village_list() -> None:
    """The findings of one village, first page with names, and its count."""
    from zhucan.exchange.models import Finding
    from zhucan.registry.queries.identities import names

    busiest = Counter(Finding.objects.filter(gone_at=None).values_list("place", flat=True)).most_common(1)
    if not busiest:
        return
    place = busiest[0][0]
    with timed("a village's list: fifty lines with names, and the count", 0.5):
        rows = Finding.objects.filter(gone_at=None, place__range=(place, place)).order_by("place", "id")
        page = list(rows[:50])
        names([row.person_id for row in page if row.person_id])
        rows.count()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--county", type=int, action="append")
    arguments.add_argument("--changes", type=int, default=1000)
    arguments.add_argument("--keep", action="store_true")
    chosen = arguments.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhucan.conf.settings")
    import django

    django.setup()
    from django.db import connection

    from zhucan.base.permissions import SYSTEM
    from zhucan.exchange.operations.revisions import bump
    from zhucan.policies.operations.matching import match_county
    from zhucan.registry.models import Person

    counties = chosen.county or sorted(set(Person.objects.values_list("county", flat=True)))
    say(f"{connection.vendor}, {Person.objects.count():,} persons")
    for county in counties:
        size = Person.objects.filter(county=county).count()
        bump(county)  # else nothing is read anew
        with timed(f"{county}: {size:,} persons matched from the database"):
            match_county(county=county, by=SYSTEM, on=ON)
        with timed(f"{county}: {size:,} persons matched again", 3 if size < 30_000 else None):
            match_county(county=county, by=SYSTEM, on=ON)
    one_change(counties[0])
    many_changes(chosen.changes)
    village_list()
    if chosen.keep:
        from benchmarks.results import keep_result

        keep_result("matching", LINES)


if __name__ == "__main__":
    main()
