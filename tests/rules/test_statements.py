"""What is known follows from what was said: order of sources, days, withdrawal, absence, shelf life, presumption."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from zhucan.rules.statements import Coverage, Statement, resolve
from zhucan.rules.vocabulary import Vocabulary, load_vocabulary

AS_OF = date(2026, 11, 1)
FACTS = """
[[fact]]
id = "hardship"
zh = "困难"
en = "hardship"
type = "yes_no"
authority = ["民政", "残联", "入户"]

[[fact]]
id = "care"
zh = "照护"
en = "care"
type = "yes_no"
fresh_for = 12

[[fact]]
id = "deceased"
zh = "去世"
en = "deceased"
type = "yes_no"
presume = false
"""


@pytest.fixture
def words(tmp_path: Path) -> Vocabulary:
    (tmp_path / "person.toml").write_text(FACTS, encoding="utf8")
    return load_vocabulary(tmp_path)


def said(fact: str, value: bool, source: str = "民政", **more: object) -> Statement:
    return replace(Statement(fact, value, source), **more)  # type: ignore[arg-type]


def test_a_lower_source_contradicting_a_higher_one_is_told_and_not_applied(words: Vocabulary) -> None:
    high, low = said("hardship", False), said("hardship", True, "入户", observed=date(2026, 10, 1))
    known = resolve(words, [low, high], [], as_of=AS_OF)
    assert known.values["hardship"] is False
    assert known.contradictions == ((high, low),)


def test_of_one_source_the_latest_observation_holds(words: Vocabulary) -> None:
    old = said("hardship", True, observed=date(2025, 1, 1))
    new = said("hardship", False, observed=date(2026, 1, 1))
    assert resolve(words, [new, old], [], as_of=AS_OF).values["hardship"] is False


@pytest.mark.parametrize(
    ("from_", "until", "holds"),
    [
        (None, None, True),
        (AS_OF, None, True),
        (date(2026, 11, 2), None, False),
        (None, AS_OF, False),
        (None, date(2026, 11, 2), True),
    ],
)
def test_days_are_half_open(words: Vocabulary, from_: date | None, until: date | None, holds: bool) -> None:
    known = resolve(words, [said("hardship", True, from_=from_, until=until)], [], as_of=AS_OF)
    assert ("hardship" in known.values) is holds


def test_withdrawing_a_load_lets_the_earlier_statement_resurface(words: Vocabulary) -> None:
    first = said("hardship", True, recorded_at=datetime(2026, 1, 1))
    second = said("hardship", False, recorded_at=datetime(2026, 5, 1), withdrawn_at=datetime(2026, 6, 1))

    def at(*moment: int) -> object:
        return resolve(words, [first, second], [], as_of=AS_OF, known_at=datetime(*moment)).values.get("hardship")

    assert (at(2025, 1, 1), at(2026, 2, 1), at(2026, 5, 15), at(2026, 7, 1)) == (None, True, False, True)


def test_absence_is_what_the_covering_list_declares(words: Vocabulary) -> None:
    declared = Coverage("hardship", False, "民政", "ledger")
    assert resolve(words, [], [declared], as_of=AS_OF).values["hardship"] is False
    assert "hardship" not in resolve(words, [], [replace(declared, absence=None)], as_of=AS_OF).values
    named = said("hardship", True, load="ledger")
    assert resolve(words, [named], [declared], as_of=AS_OF).values["hardship"] is True


def test_an_entry_of_the_list_that_has_ended_leaves_its_absence(words: Vocabulary) -> None:
    ended = said("hardship", True, load="ledger", until=date(2026, 1, 1))
    assert (
        resolve(words, [ended], [Coverage("hardship", False, "民政", "ledger")], as_of=AS_OF).values["hardship"]
        is False
    )


def test_a_fact_past_its_shelf_life_is_unknown_again(words: Vocabulary) -> None:
    fresh, stale = said("care", True, observed=date(2025, 11, 2)), said("care", True, observed=date(2025, 11, 1))
    assert resolve(words, [fresh], [], as_of=AS_OF).values["care"] is True
    assert "care" not in resolve(words, [stale], [], as_of=AS_OF).values


def test_a_presumption_is_used_only_where_no_list_covers_and_is_named(words: Vocabulary) -> None:
    alone = resolve(words, [], [], as_of=AS_OF)
    assert alone.values == {"deceased": False}
    assert alone.presumed == {"deceased"}
    covered = resolve(words, [], [Coverage("deceased", None, "公安", "deaths")], as_of=AS_OF)
    assert covered.values == {}
    assert covered.presumed == frozenset()
    dead = resolve(words, [said("deceased", True, "公安")], [], as_of=AS_OF)
    assert dead.values == {"deceased": True}
    assert dead.presumed == frozenset()
    assert resolve(words, [], [], as_of=AS_OF, presume=False).values == {}
