"""Policies as shipped, on random people: the Polars engine gives every verdict and every amount of the reference."""

from __future__ import annotations

import pytest

from tests.rules.shipped import AS_OF, columns_of, facts_needed, library, random_people
from zhucan.rules.compile.batch import Batch
from zhucan.rules.determine import Verdict, determine
from zhucan.rules.errors import Fault
from zhucan.rules.examples import read_examples

VERDICTS = {True: Verdict.ENTITLED, False: Verdict.NOT, None: Verdict.UNKNOWN}
PLACES = (450803, 510100, 110101, 310101, 330100, 610100, 350100)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("subject", ["person", "organisation"])
def test_every_verdict_and_amount_is_the_reference_one(place: int, subject: str) -> None:
    policies = library().policies(division=place, as_of=AS_OF, subject=subject)
    facts = facts_needed(policies)
    people = random_people(facts, 150, place)
    frame = columns_of(facts, people)
    batch = Batch(policies, frame.columns, AS_OF)
    matrix = batch.matrix(frame.lazy()).collect()
    expected_totals: dict[tuple[int, str], list[int]] = {}
    for policy in policies:
        rows = zip(people, frame["township"], matrix[policy.id], matrix[f"{policy.id}:fen"], strict=True)
        for person, township, verdict, fen in rows:
            found = determine(policy, person, AS_OF)
            assert VERDICTS[verdict] is found.verdict, (policy.id, person)
            assert fen == found.amount_fen, (policy.id, person)
            total = expected_totals.setdefault((township, policy.id), [0, 0, 0])
            total[0] += found.verdict is Verdict.ENTITLED
            total[1] += found.verdict is Verdict.UNKNOWN
            total[2] += (found.amount_fen or 0) if found.verdict is Verdict.ENTITLED else 0
    totals = batch.totals(frame.lazy(), by="township")
    assert {(t, p): [e, u, f] for t, p, e, u, f in totals.rows()} == expected_totals


def test_every_worked_example_comes_out_alike_in_both_engines() -> None:
    faults: list[Fault] = []
    examples = read_examples(library(), faults)
    assert not faults
    assert len(examples) > 100
    for example in examples:
        policy = library().policy(example.policy, division=example.division, as_of=example.as_of)
        facts = facts_needed((policy,))
        frame = columns_of(facts, [dict(example.facts)])
        row = Batch([policy], frame.columns, example.as_of).matrix(frame.lazy()).collect().row(0)
        found = determine(policy, example.facts, example.as_of)
        assert (VERDICTS[row[0]], row[1]) == (found.verdict, found.amount_fen), (example.policy, example.id)


def test_totals_do_not_depend_on_the_order_of_the_people() -> None:
    policies = library().policies(division=450803, as_of=AS_OF)
    facts = facts_needed(policies)
    frame = columns_of(facts, random_people(facts, 300, 3))
    batch = Batch(policies, frame.columns, AS_OF)
    unsorted, sorted_ = (
        batch.totals(frame.lazy(), by="township"),
        batch.totals(frame.sort("township").lazy(), by="township"),
    )
    assert unsorted.equals(sorted_)
