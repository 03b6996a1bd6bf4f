"""The vocabulary: labels that work in rules, questions a person can answer, complete code tables."""

from __future__ import annotations

import csv
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from zhucan.rules.library import Library
from zhucan.rules.nodes import facts_of
from zhucan.rules.vocabulary import Fact, FactType

CORE = {
    "birth_date": FactType.DATE, "age": FactType.INTEGER, "sex": FactType.CODE, "category": FactType.CODE,
    "level": FactType.INTEGER, "mental_level": FactType.INTEGER, "certificate_until": FactType.DATE,
    "certificate_issued": FactType.DATE, "certificate_valid": FactType.YES_NO, "needs_long_term_care": FactType.YES_NO,
    "deceased": FactType.YES_NO, "moved_out": FactType.YES_NO, "minimum_living_allowance": FactType.YES_NO,
    "minimum_living_from": FactType.DATE, "low_income_margin": FactType.YES_NO,
    "extreme_poverty_support": FactType.YES_NO, "work_injury_nursing_fee": FactType.YES_NO,
    "orphan": FactType.YES_NO, "unsupported_child": FactType.YES_NO, "elderly_nursing_monthly": FactType.MONEY,
    "pension_insured": FactType.YES_NO, "medical_insured": FactType.YES_NO, "student": FactType.YES_NO,
    "school_stage": FactType.CODE, "motor_wheelchair": FactType.YES_NO, "township": FactType.INTEGER,
    "village": FactType.INTEGER,
}  # fmt: skip
PRESUMED = {
    "deceased", "moved_out", "extreme_poverty_support", "work_injury_nursing_fee", "orphan", "unsupported_child",
    "elderly_nursing_monthly",
}  # fmt: skip
SIZES = {
    "sex": 4, "marital": 8, "education": 40, "ethnic": 58, "relationship": 86, "hukou": 3, "employment": 13,
    "urban_rural": 11, "disability_category": 7, "disability_level": 4, "school_stage": 9, "household_type": 5,
    "certificate_state": 6, "organisation_type": 6,
}  # fmt: skip


def asked(library: Library) -> list[Fact]:
    return [fact for fact in library.vocabulary.facts.values() if not fact.derive]


def code_rows(content: Path, table: str) -> list[dict[str, str]]:
    with (content / "vocabulary" / "codes" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_core_facts_have_their_ids_and_types(library: Library) -> None:
    assert {id_: library.vocabulary.fact(id_).type for id_ in CORE} == CORE


def test_labels_are_unique_stable_identifiers_in_both_languages(library: Library) -> None:
    facts = list(library.vocabulary.facts.values())
    assert len({fact.zh for fact in facts}) == len({fact.en for fact in facts}) == len(facts)
    assert not {fact.zh for fact in facts} & {fact.id for fact in facts}
    for fact in facts:
        assert fact.zh.isidentifier(), fact.id
        assert unicodedata.normalize("NFKC", fact.zh) == fact.zh, fact.id


def test_every_fact_says_whose_it_is_and_how_to_ask_for_it(library: Library) -> None:
    for fact in asked(library):
        assert fact.where, fact.id
        assert "\uff1f" in fact.ask, f"{fact.id}: a question ends with a full-width question mark"
        assert len(fact.ask) <= 50, f"{fact.id}: a question must fit a phone"
        assert fact.owner == fact.authority[0], f"{fact.id}: the owner is the first of the sources"


def test_only_facts_true_of_few_are_presumed(library: Library) -> None:
    assert {fact.id for fact in library.vocabulary.presumable} == PRESUMED
    assert all(not library.vocabulary.fact(id_).presume for id_ in PRESUMED)


def test_spreadsheet_headings_point_to_one_fact_each(library: Library) -> None:
    seen: dict[str, str] = {}
    for fact in library.vocabulary.facts.values():
        for heading in fact.headings:
            assert seen.setdefault(heading, fact.id) == fact.id, f"{heading}: {seen[heading]}, {fact.id}"
    assert len(seen) > 40


def test_every_fact_a_policy_can_leave_open_can_be_asked(library: Library) -> None:
    open_ends: set[Fact] = set()
    for id_ in library.ids:
        for pack in library.packs[id_]:
            policy = library.policy(id_, division=int(pack.prefix or 0), as_of=date(2026, 11, 1))
            for condition in policy.conditions:
                open_ends.update(facts_of(condition.test))
            if policy.outcome.amount is not None:
                open_ends.update(facts_of(policy.outcome.amount))
    assert len(open_ends) > 20
    for fact in open_ends:
        assert fact.ask or fact.derive, fact.id


@pytest.mark.parametrize("table", sorted(SIZES))
def test_code_table_is_complete_and_sourced(content: Path, table: str) -> None:
    rows = code_rows(content, table)
    assert len(rows) == SIZES[table]
    for column in ("code", "id", "zh", "en"):
        assert len({row[column] for row in rows}) == len(rows), column
    assert all(row["id"].isascii() and row["id"].islower() for row in rows)
    sources = (content / "vocabulary" / "codes" / "SOURCES.md").read_text(encoding="utf-8")
    assert f"| {table} |" in sources


def test_no_code_table_is_left_out_of_these_tests(content: Path) -> None:
    assert {path.stem for path in (content / "vocabulary" / "codes").glob("*.csv")} == set(SIZES)


@pytest.mark.parametrize("table", sorted(SIZES))
def test_another_spelling_never_means_two_codes(content: Path, table: str) -> None:
    meant: dict[str, str] = {}
    for row in code_rows(content, table):
        for word in [row["code"], row["zh"], *filter(None, (row.get("variants") or "").split("|"))]:
            assert meant.setdefault(word, row["code"]) == row["code"], f"{table}: {word}"


@pytest.mark.parametrize(
    ("table", "word", "code"),
    [
        ("education", "24", 28), ("education", "72", 73), ("education", "82", 83), ("education", "文盲", 90),
        ("ethnic", "57", 97), ("ethnic", "58", 98), ("ethnic", "壮", 8), ("hukou", "非农业户口", 2),
        ("relationship", "孙女婿", 46), ("school_stage", "中等职业学校", 5), ("disability_category", "精神残疾", 6),
    ],
)  # fmt: skip
def test_known_variants_are_mapped(content: Path, table: str, word: str, code: int) -> None:
    hits = [row for row in code_rows(content, table) if word in (row["zh"], *row["variants"].split("|"))]
    assert [int(row["code"]) for row in hits] == [code]
