"""How long the register takes to find people among a million: search box, village list, first page.

    ZHUCAN_DATA=… ZHUCAN_MODE=demo [ZHUCAN_DATABASE=postgresql://…] python benchmarks/registry.py [--persons N] [--keep]

Fills the database with ``population.py`` where it is empty. Each figure is the median and the slowest of ten different
questions by somebody of the prefecture, of a county and of a township, with names opened as a page does it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent))
from population import GIVEN, SURNAMES, TODAY, build, start
from results import keep_result

if TYPE_CHECKING:
    from uuid import UUID

    from zhucan.base.permissions import Actor
    from zhucan.registry.models import Person

ROUNDS = 10
SCOPES = {
    "prefecture": (450800_000_000, 450899_999_999),
    "county": (450803_000_000, 450803_999_999),
    "township": (450803_002_000, 450803_002_999),
}


def timed(ask: Callable[[], object]) -> float:
    """Milliseconds one question takes."""
    begun = time.perf_counter()
    ask()
    return (time.perf_counter() - begun) * 1000


def read(persons: Sequence[Person]) -> None:
    """Open what a list shows of each."""
    for person in persons:
        _ = person.name, person.citizen_id


def questions(some: Sequence[Person], random: Random) -> dict[str, list[str]]:
    """What is typed into the search box, by kind."""
    from pypinyin import lazy_pinyin

    names = [random.choice(SURNAMES) + "".join(random.sample(GIVEN, 2)) for _ in range(ROUNDS)]
    return {
        "search by name": names,
        "search by two characters": [name[:2] for name in names],
        "search by pinyin": ["".join(lazy_pinyin(name)) for name in names],
        "search by initials": ["".join(one[0] for one in lazy_pinyin(name)) for name in names],
        "search by ID tail (4)": [one.citizen_id[-4:] for one in some],
        "search by ID tail (6)": [one.citizen_id[-6:] for one in some],
        "search by certificate number": [one.certificate.number for one in some],
    }


def asks_of(actor: Actor, texts: dict[str, list[str]]) -> Iterator[tuple[str, list[Callable[[], object]]]]:
    """Everything that is timed for one actor."""
    from zhucan.registry.queries.persons import PersonFilters, count_in, page_of, person_by_uuid, persons_in
    from zhucan.registry.queries.search import find_persons
    from zhucan.registry.queries.sheet import facts_of

    def search(text: str) -> None:
        read(find_persons(actor, text).persons)

    def show(filters: PersonFilters) -> None:
        read(page_of(actor, filters, on=TODAY).persons)

    for title, given in texts.items():
        yield title, [partial(search, text) for text in given]
    filters = {
        "first page": PersonFilters(),
        "village list": PersonFilters(place=450803_002_202),
        "filter: category and level": PersonFilters(category=6, level=1),
        "filter: certificate expired": PersonFilters(certificate="expired"),
        "filter: ends within 6 months": PersonFilters(certificate="soon6"),
        "sorted by expiry": PersonFilters(order="until"),
    }
    for title, one in filters.items():
        yield title, [partial(show, one)] * ROUNDS
        yield f"{title}, count", [partial(count_in, actor, one, on=TODAY)] * 3

    def file(uuid: UUID) -> None:
        person = person_by_uuid(actor, uuid)
        facts_of(person, [person.pk], as_of=TODAY)

    people = persons_in(actor, on=TODAY)[:ROUNDS]
    yield "one person with all facts", [partial(file, person.uuid) for person in people]


def main() -> list[str]:
    """The figures, one line each."""
    from django.db import connection

    from zhucan.base.permissions import Actor
    from zhucan.registry.models import Person

    some = list(Person.objects.order_by("id").select_related("certificate")[:ROUNDS])
    texts = questions(some, Random(1))
    lines = [f"{Person.objects.count():,} persons, {connection.vendor}; median and slowest of {ROUNDS}, in ms"]
    for scope, (first, last) in SCOPES.items():
        actor = Actor(1, 1, "", None, None, None, first, first, last)
        for title, asks in asks_of(actor, texts):
            spent = [timed(ask) for ask in asks]
            lines.append(f"{scope:<10} {title:<36} {statistics.median(spent):8.1f} {max(spent):8.1f}")
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--keep", action="store_true", help="append the figures to benchmarks/results")
    arguments = parser.parse_args()
    start()
    build(arguments.persons)
    found = main()
    print("\n".join(found))
    if arguments.keep:
        keep_result("registry", found)
