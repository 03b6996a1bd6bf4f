"""The work list settles what it says it settles; one person's next question is one that still matters."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.rules.shipped import AS_OF, facts_needed, library, random_value
from zhucan.rules.determine import Verdict, determine, leaning
from zhucan.rules.questions import OpenVerdict, next_question, work_list
from zhucan.rules.vocabulary import Value

OPEN = st.lists(
    st.builds(
        OpenVerdict,
        subject=st.integers(0, 5),
        policy=st.sampled_from(["living", "nursing"]),
        missing=st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True).map(tuple),
        fen=st.one_of(st.none(), st.integers(0, 9_000)),
    ),
    max_size=15,
)


@given(OPEN)
def test_each_question_settles_what_is_then_fully_known(verdicts: list[OpenVerdict]) -> None:
    known: set[str] = set()
    settled: list[OpenVerdict] = []
    for asked in work_list(verdicts):
        known.add(asked.fact)
        now = [v for v in verdicts if set(v.missing) <= known]
        assert asked.settles == len(now) - len(settled)
        assert asked.fen == sum(v.fen or 0 for v in now) - sum(v.fen or 0 for v in settled)
        settled = now
    assert len(settled) == len(verdicts)


def test_money_comes_first_then_people() -> None:
    many = [OpenVerdict(i, "p", ("care",), 90) for i in range(3)]
    dear = [OpenVerdict(9, "p", ("level",), 500)]
    asked = work_list([*many, *dear])
    assert [(a.fact, a.settles, a.persons, a.fen) for a in asked] == [("level", 1, 1, 500), ("care", 3, 3, 270)]
    assert len(work_list([*many, *dear], at_most=1)) == 1


def test_answering_the_next_question_over_and_over_settles_everything() -> None:
    policies = library().policies(division=450803, as_of=AS_OF)
    facts = facts_needed(policies)
    for seed in range(25):
        source = random.Random(seed)
        truth = {fact.id: random_value(fact, source) for fact in facts}
        known: dict[str, Value | None] = {}
        for _ in range(len(facts) + 1):
            asked = next_question(policies, known, AS_OF)
            if asked is None:
                break
            assert asked not in known
            known[asked] = truth[asked]
        assert all(determine(p, known, AS_OF).verdict is not Verdict.UNKNOWN for p in policies)


def test_a_verdict_leans_on_a_presumption_only_if_unknown_would_change_it() -> None:
    policy = library().policy("living-allowance", division=450803, as_of=AS_OF)
    facts = {
        "certificate_valid": True, "deceased": False, "moved_out": False, "minimum_living_allowance": True,
        "extreme_poverty_support": False, "work_injury_nursing_fee": False, "orphan": False,
    }  # fmt: skip
    assert set(leaning(policy, facts, ["deceased", "orphan"], AS_OF)) == {"deceased", "orphan"}
    refused = facts | {"minimum_living_allowance": False}
    assert leaning(policy, refused, ["deceased", "orphan"], AS_OF) == ()
