"""Totals per place against adding people up one by one, for every way an amount can be written."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.rules.mistakes import LOCAL_POLICY, LOCAL_RATES, LOCAL_RULES, RATES, RULES
from tests.rules.small_content import small_content
from zhucan.rules.compile.batch import Batch
from zhucan.rules.determine import Verdict, determine
from zhucan.rules.library import load_library
from zhucan.rules.vocabulary import Value

AS_OF = date(2026, 6, 1)
HEAD = "name,from,低保对象,残疾等级,残疾类别,家庭人口,amount,unit,rounding,source,note\n"
ROW = "standard,2016-01-01,{},元/月,{},文,\n"
AMOUNTS = {
    "flat": ('yuan("60.55")', "jiao", None),
    "rate": ('rate("standard")', "fen", [",,,,88.88"]),
    "by level": ('rate("standard")', "yuan", [",1,,,100.50", ",2,,,80.49"]),
    "by a truth": ('rate("standard")', "fen", ["是,,,,100", "否,,,,50"]),
    "by either truth": ('rate("standard")', "fen", ["是|否,,,,70"]),
    "by ranges and codes": ('rate("standard")', "fen", [",,精神|视力,0..3,90", ",,精神,4..,95", ",,肢体,..2,85"]),
    "with a gap": ('rate("standard")', "fen", [",1,,,100"]),
    "computed": ('div(rate("standard") * household_size, 3, "half_even")', "jiao", [",,,,10.01"]),
    "a maximum": ('max(rate("standard"), elderly_monthly)', "fen", [",1,,,40"]),
    "a service": ("", "fen", None),
}
CONDITION = """\
[[condition]]
id = "level"
when = 'level <= 3 and not (category == "肢体" and covered)'
basis = "文"
else = "否"
"""


def random_person(source: random.Random) -> dict[str, Value]:
    whole: dict[str, Value] = {
        "covered": source.random() < 0.5, "level": source.randint(1, 4), "category": source.choice([1, 4, 6]),
        "household_size": source.randint(0, 6), "elderly_monthly": source.choice([0, 3000, 9000]),
    }  # fmt: skip
    return {name: value for name, value in whole.items() if source.random() < 0.85}


def written(folder: Path, amount: str, rounding: str, rows: list[str] | None) -> Path:
    outcome = f'[outcome]\nkind = "{"cash" if amount else "service"}"\n'
    outcome += f"amount = '{amount}'\nrounding = \"{rounding}\"\n" if amount else ""
    rates = None if rows is None else HEAD + "".join(ROW.format(row, rounding) for row in rows)
    local = dict.fromkeys([LOCAL_POLICY, LOCAL_RULES, LOCAL_RATES, "packs/cn/aid/examples.csv"])
    return small_content(folder, {RULES: CONDITION + outcome, RATES: rates, **local})


@pytest.mark.parametrize("constant", [False, True], ids=["summed", "constant"])
@pytest.mark.parametrize("name", AMOUNTS)
def test_totals_are_the_people_added_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, constant: bool
) -> None:
    policy = load_library(written(tmp_path, *AMOUNTS[name])).policy("aid", division=44, as_of=AS_OF)
    source = random.Random(name)
    people = [random_person(source) for _ in range(300)]
    towns = sorted(source.choices(range(6), k=300))
    if constant:  # everybody of a town has the level of the town, as everybody of a township has its province
        people = [person | {"level": town % 4 + 1} for person, town in zip(people, towns, strict=True)]
    types = {"covered": pl.Boolean}
    columns = {n: pl.Series([p.get(n) for p in people], dtype=types.get(n, pl.Int64)) for n in SOUND_FACTS}
    frame = pl.DataFrame({"town": towns, **columns})
    batch = Batch([policy], frame.columns, AS_OF)
    expected: dict[int, list[int]] = {}
    matrix = batch.matrix(frame.lazy(), keep=["town"]).collect()
    for town, person, fen in zip(towns, people, matrix["aid:fen"], strict=True):
        found = determine(policy, person, AS_OF)
        assert fen == found.amount_fen
        row = expected.setdefault(town, [0, 0, 0])
        entitled = found.verdict is Verdict.ENTITLED
        row[0] += entitled
        row[1] += found.verdict is Verdict.UNKNOWN
        row[2] += (found.amount_fen or 0) if entitled else 0
    totals = batch.totals(frame.lazy(), by="town", constant=["level"] if constant else [])
    assert {town: [e, u, f] for town, _, e, u, f in totals.rows()} == expected
    monkeypatch.setattr("zhucan.rules.compile.batch.SLICE", 37)  # a town lies in several slices
    shuffled = frame.sample(fraction=1, shuffle=True, seed=1)
    assert batch.totals(shuffled.lazy(), by="town", constant=["level"] if constant else []).equals(totals)


SOUND_FACTS = ("covered", "level", "category", "household_size", "elderly_monthly")


def test_a_policy_without_conditions_is_everybodys(tmp_path: Path) -> None:
    content = written(tmp_path, 'yuan("5")', "fen", None)
    rules = content / RULES
    rules.write_text(rules.read_text("utf8").split("[outcome]")[1].join(["[outcome]", ""]), encoding="utf8")
    policy = load_library(content).policy("aid", division=44, as_of=AS_OF)
    frame = pl.DataFrame({"town": [1, 1, 2]})
    totals = Batch([policy], frame.columns, AS_OF).totals(frame.lazy(), by="town")
    assert totals.rows() == [(1, "aid", 2, 0, 1000), (2, "aid", 1, 0, 500)]


def test_facts_nobody_collected_are_unknown_for_everybody(tmp_path: Path) -> None:
    policy = load_library(small_content(tmp_path)).policy("aid", division=45, as_of=AS_OF)
    frame = pl.DataFrame({"town": [1, 2]})
    totals = Batch([policy], frame.columns, AS_OF).totals(frame.lazy(), by="town")
    assert totals.rows() == [(1, "aid", 0, 1, 0), (2, "aid", 0, 1, 0)]
    assert Batch([policy], [], AS_OF).totals(frame.head(0).lazy(), by="town").rows() == []


def test_unknowns_of_later_slices_count_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = load_library(written(tmp_path, 'yuan("5")', "fen", None)).policy("aid", division=44, as_of=AS_OF)
    monkeypatch.setattr("zhucan.rules.compile.batch.SLICE", 1)
    frame = pl.DataFrame({"town": [1, 2], "level": [1, None], "category": [6, 6], "covered": [True, True]})
    totals = Batch([policy], frame.columns, AS_OF).totals(frame.lazy(), by="town")
    assert totals.rows() == [(1, "aid", 1, 0, 500), (2, "aid", 0, 1, 0)]


def test_people_may_be_grouped_by_a_column_of_any_name(tmp_path: Path) -> None:
    policy = load_library(written(tmp_path, *AMOUNTS["by ranges and codes"])).policy("aid", division=44, as_of=AS_OF)
    frame = pl.DataFrame({"county": [1, 2], "level": [1, 2], "category": [6, 6], "household_size": [2, 4]})
    totals = Batch([policy], frame.columns, AS_OF).totals(frame.lazy(), by="county", constant=["category"])
    assert totals.rows() == [(1, "aid", 1, 0, 9000), (2, "aid", 1, 0, 9500)]


def test_policies_of_equal_conditions_share_their_verdicts(tmp_path: Path) -> None:
    first = load_library(written(tmp_path / "a", 'yuan("5")', "fen", None)).policy("aid", division=44, as_of=AS_OF)
    second = replace(first, id="other")
    frame = pl.DataFrame({"town": [1, 1], "level": [1, 4], "category": [6, 6], "covered": [True, None]})
    totals = Batch([first, second], frame.columns, AS_OF).totals(frame.lazy(), by="town")
    assert totals.rows() == [(1, "aid", 1, 0, 500), (1, "other", 1, 0, 500)]
