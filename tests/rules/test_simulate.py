"""A reform against a plain reading person by person: who gains, who loses, and of whom nothing can be said."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.shipped import AS_OF, columns_of, facts_needed, library, random_people
from zhucan.rules.determine import Determination, Verdict, determine
from zhucan.rules.simulate import COLUMNS, Reform, simulate

GUANGXI, SICHUAN, BEIJING = 450803, 510100, 110101


def plain_reading(pairs: list[tuple[Determination, Determination]]) -> dict[str, int]:
    """The figures of one place and policy, added up person by person."""
    row = dict.fromkeys(COLUMNS, 0)
    for pair in pairs:
        for side, found in zip(("before", "after"), pair, strict=True):
            entitled = found.verdict is Verdict.ENTITLED
            row[f"entitled_{side}"] += entitled
            row[f"unknown_{side}"] += found.verdict is Verdict.UNKNOWN
            row[f"unpriced_{side}"] += entitled and found.amount_fen is None
            row[f"fen_{side}"] += (found.amount_fen or 0) if entitled else 0
        sums = [sum_of(found) for found in pair]
        if None in sums:
            continue
        before, after = sums[0] or 0, sums[1] or 0
        first = pair[1].verdict is Verdict.ENTITLED and pair[0].verdict is Verdict.NOT
        ended = pair[0].verdict is Verdict.ENTITLED and pair[1].verdict is Verdict.NOT
        row["gaining"] += after > before or first
        row["losing"] += after < before or ended
        row["gained_fen"] += max(after - before, 0)
        row["lost_fen"] += max(before - after, 0)
    return row


def sum_of(found: Determination) -> int | None:
    """What a person gets; None where the verdict or the amount is not known."""
    if found.verdict is Verdict.UNKNOWN:
        return None
    return found.amount_fen if found.verdict is Verdict.ENTITLED else 0


@pytest.mark.parametrize(
    ("here", "there", "on"),
    [(GUANGXI, SICHUAN, AS_OF), (GUANGXI, BEIJING, AS_OF), (GUANGXI, GUANGXI, date(2024, 6, 1))],
)
def test_a_reform_is_new_minus_old(here: int, there: int, on: date) -> None:
    old = library().policies(division=there, as_of=on)
    new = library().policies(division=here, as_of=AS_OF)
    common = [policy.id for policy in new if policy.id in {each.id for each in old}]
    facts = facts_needed(old + new)
    people = random_people(facts, 200, 4)
    frame = columns_of(facts, people)
    table = simulate(Reform(old, new, on, AS_OF), frame.lazy(), by="township")
    compared = 0
    for row in table.to_dicts():
        if row["policy"] in common:
            before, after = (next(p for p in side if p.id == row["policy"]) for side in (old, new))
            mine = [p for p, town in zip(people, frame["township"], strict=True) if town == row["township"]]
            pairs = [(determine(before, person, on), determine(after, person, AS_OF)) for person in mine]
            if after.outcome.amount is not None:
                assert {name: row[name] for name in COLUMNS} == plain_reading(pairs)
                compared += 1
    assert compared >= 7 * 2


def test_a_policy_that_did_not_exist_counts_as_none() -> None:
    new = library().policies(division=GUANGXI, as_of=AS_OF)
    facts = facts_needed(new)
    frame = columns_of(facts, random_people(facts, 100, 9))
    table = simulate(Reform((), new, AS_OF, AS_OF), frame.lazy(), by="township")
    assert table["entitled_before"].sum() == 0
    assert table["gaining"].sum() == table["entitled_after"].sum() - table["unpriced_after"].sum()
