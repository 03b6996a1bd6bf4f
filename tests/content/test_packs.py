"""The shipped packs: each can be checked against the law by reading it, and says what it does not know."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from zhucan.rules.content import shipped_content
from zhucan.rules.errors import Fault
from zhucan.rules.examples import read_examples, run_example
from zhucan.rules.library import Library

PACKS = sorted(path.parent for path in (shipped_content() / "packs").glob("*/*/policy.toml"))
NATIONAL = [folder for folder in PACKS if folder.parent.name == "cn"]
LOCAL = [folder for folder in PACKS if folder.parent.name != "cn"]
ORIGINAL = (
    *("living-allowance", "nursing-allowance", "student-aid", "wheelchair-fuel"),
    *("employment-levy", "over-quota-reward"),
)
UNPUBLISHED = {"cn-15", "cn-23", "cn-62"}
"""Inner Mongolia, Heilongjiang, Gansu: nothing is recorded of their allowances."""
PROVINCES = {
    f"cn-{code}"
    for codes in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
    for code in codes
} - UNPUBLISHED
FORBIDDEN = (
    *("残废", "健全人", "正常人", "残障人", "患者"),
    *("瞎", "聋哑", "哑巴", "瘸", "傻", "疯", "弱智", "痴呆", "白痴"),
)
"""Words that degrade, or make a sick person of a disabled one; 残疾人 is the law's own word."""


def name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def test_the_policies_and_all_provinces_with_known_allowances_are_there(library: Library) -> None:
    assert set(library.ids) == {folder.name for folder in NATIONAL}
    assert set(ORIGINAL) <= set(library.ids)
    for id_ in ("living-allowance", "nursing-allowance"):
        assert {pack.place for pack in library.packs[id_]} == PROVINCES | {"cn"}


@pytest.mark.parametrize("folder", NATIONAL, ids=name)
def test_a_national_pack_says_who_decides_on_what_papers_and_why(library: Library, folder: Path) -> None:
    pack = library.base(folder.name)
    assert all((pack.zh, pack.en, pack.decides, pack.pays, pack.accepts, pack.fund_sources, pack.basis))
    assert len(pack.materials) >= 3
    assert len(pack.notes) > 60
    assert all(basis.title and basis.number and basis.issued for basis in pack.basis)


@pytest.mark.parametrize("folder", LOCAL, ids=name)
def test_a_local_pack_names_its_document_and_what_it_leaves_open(library: Library, folder: Path) -> None:
    pack = next(pack for pack in library.packs[folder.name] if pack.folder == folder)
    assert pack.extends == f"cn/{folder.name}"
    assert pack.basis
    assert len(pack.notes) > 20


@pytest.mark.parametrize("folder", PACKS, ids=name)
def test_every_condition_tells_its_clause_and_its_reason(library: Library, folder: Path) -> None:
    pack = next(pack for pack in library.packs[folder.name] if pack.folder == folder)
    for rules in pack.dated:
        for condition in rules.conditions:
            assert len(condition.basis) > 5
            if condition.effect != "stack":
                assert 4 <= len(condition.otherwise) <= 40
                assert condition.code
                assert 0 < condition.rank < 100
        ranks = [text.rank for text in rules.conditions if text.effect != "stack"]
        assert len(set(ranks)) == len(ranks), "two reasons of one rank leave the first reason to chance"


@pytest.mark.parametrize("folder", PACKS, ids=name)
def test_every_rate_has_a_source_and_every_gap_a_reason(library: Library, folder: Path) -> None:
    pack = next(pack for pack in library.packs[folder.name] if pack.folder == folder)
    for row in pack.rates:
        assert row.source, f"{row.file}:{row.line}"
        if row.amount is None and (row.percentage is None or row.of):
            assert len(row.note) > 6, f"{row.file}:{row.line}"


@pytest.mark.parametrize("id_", ORIGINAL)
def test_a_policy_is_found_by_needs_and_words_and_told_in_english_too(library: Library, id_: str) -> None:
    pack = library.base(id_)
    assert all((pack.needs, pack.takes, pack.deadline))
    assert len(set(pack.words)) == len(pack.words) >= 5
    english = pack.english
    assert all((english.decides, english.pays, english.accepts, english.takes, english.deadline))
    assert len(english.materials) == len(pack.materials)


@pytest.mark.parametrize("folder", [each for each in PACKS if each.name in ORIGINAL], ids=name)
def test_every_reason_is_told_in_english_too(library: Library, folder: Path) -> None:
    pack = next(pack for pack in library.packs[folder.name] if pack.folder == folder)
    texts = [text for rules in pack.dated for text in rules.conditions if text.effect != "stack"]
    assert not [text.id for text in texts if not re.fullmatch(r"[ -~]{10,120}", text.otherwise_en)]


def test_no_degrading_word_anywhere_in_the_content(content: Path) -> None:
    for path in content.rglob("*"):
        if path.suffix in (".toml", ".csv", ".md"):
            text = path.read_text(encoding="utf-8")
            assert not [word for word in FORBIDDEN if word in text], path


@pytest.mark.parametrize("folder", PACKS, ids=name)
def test_worked_examples_are_enough_hold_and_know_the_unknown(library: Library, folder: Path) -> None:
    faults: list[Fault] = []
    examples = [e for e in read_examples(library, faults, folder.name) if e.file.parent == folder]
    assert not faults
    assert len({example.id for example in examples}) == len(examples)
    verdicts = Counter(example.verdict.value for example in examples)
    least = {"entitled": 2, "not": 2, "unknown": 2} if folder.parent.name == "cn" else {"entitled": 1, "unknown": 1}
    assert len(examples) >= 8
    assert all(verdicts[verdict] >= count for verdict, count in least.items()), verdicts
    wrong = [f"{e.id}: {'; '.join(r.differences)}" for e in examples if not (r := run_example(library, e)).holds]
    assert not wrong


def test_every_reason_a_national_policy_can_give_has_a_worked_example(library: Library) -> None:
    for id_ in library.ids:
        codes = {
            text.code for rules in library.base(id_).dated for text in rules.conditions if text.effect != "stack"
        }  # fmt: skip
        shown = {example.reason for example in read_examples(library, [], id_)}
        assert codes <= shown, f"{id_}: {sorted(codes - shown)}"


def test_an_unknown_amount_always_comes_with_its_reason_or_its_question(library: Library) -> None:
    seen = 0
    for example in read_examples(library, []):
        found = run_example(library, example).found
        assert found is not None
        gives_money = found.policy.outcome.amount is not None
        if gives_money and found.verdict.value != "not" and found.amount_fen is None:
            seen += 1
            assert found.amount_reason or found.missing, f"{example.policy} {example.id}"
    assert seen > 30
