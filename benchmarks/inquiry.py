"""Thousands of random people at the portal: is a question asked whose answer can change nothing, and is every result
what the reference interpreter says?

    python -m benchmarks.inquiry [--people 2000] [--seed 1] [--keep]

Each answers page by page through the application's own views, in turn in every province that has rules of its own; one
in two answers everything, the others say 不知道 to a tenth. Prints people, questions, and faults.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
import warnings
from random import Random

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
PLACES = (
    110101, 120101, 130110, 140105, 210102, 220102, 310104, 320102, 320205, 330106, 340102, 350102, 360102, 370102,
    370602, 410102, 420102, 430102, 440103, 450803, 460105, 500103, 510104, 520102, 530102, 540102, 610102, 630102,
    640104, 650102,
)  # fmt: skip


def main(people: int, seed: int, *, keep: bool) -> int:
    import django

    django.setup()
    from django.db import transaction
    from django.test.runner import DiscoverRunner

    logging.disable(logging.CRITICAL)
    warnings.filterwarnings("ignore", message="No directory at")
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    try:
        with transaction.atomic():
            lines, faults = _run(people, Random(seed))
            transaction.set_rollback(True)
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()
    print("\n".join([*lines, *faults[:30]]))
    if keep:
        from benchmarks.results import keep_result

        keep_result("inquiry", [*lines, *faults[:30]])
    return 1 if faults else 0


def _run(people: int, random: Random) -> tuple[list[str], list[str]]:
    from django.test import Client
    from django.utils import timezone

    from tests.factories.people_of_rules import world_of
    from zhucan.policies.library import library
    from zhucan.rules.inquiry import Inquiry

    _make_places()
    today, law = timezone.localdate(), library()
    faults: list[str] = []
    pages, began = 0, time.monotonic()
    for number in range(people):
        place = PLACES[number % len(PLACES)]
        policies = law.policies(division=place, as_of=today, subject="person")
        asking = Inquiry(law.vocabulary, policies, today, {"deceased": False, "moved_out": False})
        world = world_of(law.vocabulary, policies, today)
        asked, found = _one(Client(), asking, world, place, random, is_open=number % 2 == 1)
        pages += asked
        faults += [f"{number} in {place}: {fault}" for fault in found]
    seconds = time.monotonic() - began
    each = f"{pages / people:.1f} questions each, {seconds:,.0f} s"
    return [f"{people:,} people in {len(PLACES)} places, {each}: {len(faults)} faults"], faults


def _one(client, asking, world, place: int, random: Random, *, is_open: bool) -> tuple[int, list[str]]:  # type: ignore[no-untyped-def]
    from tests.factories.people_of_rules import can_matter
    from tests.factories.portal_visitor import visit
    from zhucan.rules.determine import determine

    person = {**world.person(random), "deceased": False, "moved_out": False}
    answers: dict[str, object] = {}

    def answer(fact: str) -> object:
        answers[fact] = None if is_open and random.random() < 0.1 else world.answer(person, fact)
        return answers[fact]

    seen = visit(client, f"{place}000000", answer)  # type: ignore[arg-type]
    faults, so_far = [], {}
    for fact in seen.asked:
        walk = asking.walk(so_far)
        if walk.next is None or walk.next.id != fact or not can_matter(world, walk.facts, fact, random):
            faults.append(f"{fact} can change nothing: {so_far}")
        so_far[fact] = answers[fact]
    known = asking.walk(so_far).facts if is_open else person
    wanted: dict[str, set[str]] = {"yes": set(), "maybe": set(), "no": set()}
    for policy in asking.policies:
        verdict = determine(policy, known, asking.as_of).verdict.value
        wanted[{"entitled": "yes", "unknown": "maybe", "not": "no"}[verdict]].add(policy.id)
    faults += [
        f"{name}: {set(seen.groups[name]) ^ ids}" for name, ids in wanted.items() if set(seen.groups[name]) != ids
    ]
    return len(seen.asked), faults


def _make_places() -> None:
    """The country down to its counties, and the federation of one of them."""
    import tempfile
    from pathlib import Path

    import polars as pl

    from tests.factories.people import make_organ
    from zhucan.base.operations.divisions import load_divisions
    from zhucan.base.permissions import SYSTEM
    from zhucan.rules.content import shipped_content

    with tempfile.TemporaryDirectory() as folder:
        upper = Path(folder) / "divisions.parquet"
        pl.read_parquet(shipped_content() / "divisions" / "divisions.parquet").filter(
            pl.col("level") <= 3
        ).write_parquet(upper)
        load_divisions(upper, by=SYSTEM)
    make_organ()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    sys.exit(main(given.people, given.seed, keep=given.keep))
