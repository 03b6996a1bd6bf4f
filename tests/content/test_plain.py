"""Whatever people read is plain Chinese (bars A16 and A17), or listed in plain_exceptions.csv with a reason."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

import zhucan.web
from tests.content.plain import EASY, ORDINARY, Text, Words, faults, measure, read_reasons, read_words, sentences
from zhucan.rules.content import shipped_content
from zhucan.rules.library import Library
from zhucan.rules.vocabulary import CodeTable, Fact, FactType, SameAs, Value

CONTENT = shipped_content()
PORTAL = CONTENT / "portal"
PACKS = sorted(path.parent for path in (CONTENT / "packs").glob("*/*/policy.toml"))
NEEDS = tomllib.loads((PORTAL / "needs.toml").read_text(encoding="utf-8"))["need"]
CHINESE = {"guide.zh-hans.md": ORDINARY, "guide.easy.md": EASY}
ENGLISH = "guide.en.md"
HEADINGS = (("谁能领", "谁要缴"), ("领多少", "缴多少"), ("怎么办",), ("找谁办",))
HEADINGS_EN = (("Who can get it", "Who must pay"), ("How much",), ("How to apply",), ("Who to ask",))
PICTOGRAMS = frozenset((
    *("certificate", "money", "calendar", "person", "child", "elder", "family", "care", "medicine", "hospital"),
    *("doctor", "wheelchair", "hearing-aid", "eye", "hand", "prosthesis", "home", "ramp", "bed", "school", "book"),
    *("work", "tools", "shop", "bus", "car", "card", "bank", "phone", "message", "computer", "office", "paper"),
    *("pen", "photo", "question", "yes", "no", "wait", "law", "talk", "map", "heart", "rain"),
))  # fmt: skip
ENGLISH_MEAN, ENGLISH_LONGEST = 14, 25
"""Words of an English sentence, on average and at most."""
ASK = 25
"""Characters of a question at most."""
SAID = re.compile(r'{%-? *translate "([^"]+)"')
SAID_WITH = re.compile(r"{% *blocktranslate[^%]*%}(.*?){% *endblocktranslate", re.DOTALL)
GAP = re.compile(r"{{[^}]*}}|{%[^%]*%}|%\(\w+\)s")
ASCII = re.compile("[ -~]+")


def name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def english_sentences(text: str) -> list[int]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith(("#", "|"))]
    return [len(part.split()) for line in lines for part in re.split(r"(?<=[.?]) ", line)]


def asked(library: Library) -> list[Fact]:
    return [fact for fact in library.vocabulary.facts.values() if fact.asking.turn]


def choices(library: Library) -> dict[str, CodeTable]:
    return {fact.codes.name: fact.codes for fact in asked(library) if fact.codes is not None}


def guides() -> Iterable[Text]:
    for folder in PACKS:
        for file, limits in CHINESE.items():
            if (folder / file).exists():
                yield Text(f"{name(folder)}/{file}", ((folder / file).read_text(encoding="utf-8"),), limits)


def questions(library: Library) -> Iterable[Text]:
    for fact in asked(library):
        yield Text(fact.id, (fact.ask, fact.asking.help, fact.asking.why, fact.where))
        yield Text(f"{fact.id} easy", (fact.asking.easy,), EASY)


def reasons(library: Library) -> Iterable[Text]:
    for id_ in library.ids:
        dated = [rules for pack in library.packs[id_] for rules in pack.dated]
        told = [text.otherwise for rules in dated for text in rules.conditions if text.otherwise]
        yield Text(f"{id_} else", tuple(dict.fromkeys(told)))


def particulars(library: Library) -> Iterable[Text]:
    for id_ in library.ids:
        told: list[str] = []
        for pack in library.packs[id_]:
            told += (pack.zh, pack.decides, pack.pays, pack.accepts, pack.takes, pack.deadline, *pack.materials)
            told += (row.note for row in pack.rates)
        yield Text(f"{id_} particulars", tuple(dict.fromkeys(told)))


def pages() -> Iterable[Text]:
    web = Path(zhucan.web.__file__).parent
    for path in sorted((web / "templates" / "portal").rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        told = [*SAID.findall(source), *(GAP.sub("", block) for block in SAID_WITH.findall(source))]
        yield Text(f"page {path.name}", tuple(told))
    for path in sorted((web / "portal").rglob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        given = [node for call in calls for node in call.args if isinstance(node, ast.Constant)]
        yield Text(f"page {path.name}", tuple(GAP.sub("", node.value) for node in given if isinstance(node.value, str)))


def answers(library: Library) -> Iterable[Text]:
    for table, codes in choices(library).items():
        for code in codes.codes:
            yield Text(f"{table} {code.id}", (code.zh,))
            yield Text(f"{table} {code.id} easy", (code.easy,), EASY)


def needs() -> Iterable[Text]:
    for need in NEEDS:
        yield Text(f"need {need['id']}", (need["zh"],))
        yield Text(f"need {need['id']} easy", (need["easy"],), EASY)


def check(texts: Iterable[Text], words: Words, excused: set[str]) -> None:
    found = faults([text for text in texts if text.id not in excused], words)
    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def words() -> Words:
    return read_words(PORTAL)


@pytest.fixture(scope="module")
def excused() -> set[str]:
    return set(read_reasons(PORTAL / "plain_exceptions.csv"))


def test_the_common_characters_are_the_2500() -> None:
    lines = (PORTAL / "common_characters.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("#")
    written = "".join(line for line in lines if not line.startswith("#"))
    assert len(written) == len(set(written)) == 2500


def test_a_text_is_measured_in_characters_a_sentence() -> None:
    text = "# 标题不算\n\n您有证吗？\n有的，请带 2 张照片；没有的先办证。\n\n| 表 | 不算 |\n"
    assert sentences(text) == ["您有证吗", "有的请带张照片", "没有的先办证"]
    small = Words(frozenset("您有证吗的请带没先办"), ("照片",))
    found = measure(text.splitlines()[3], small)
    assert (found.lengths, found.longest, found.rare) == ((7, 6), "有的请带张照片", "张")
    assert found.share == pytest.approx(10 / 11)


def test_what_is_not_plain_is_told_with_its_characters() -> None:
    small = Words(frozenset("一"), ())
    long, rare = Text("long", ("一" * 36,)), Text("rare", ("一" * 9 + "乙",))
    found = faults([long, rare, Text("easy", ("一" * 16,), EASY), Text("plain", ("一", "一一"))], small)
    assert [fault.split(":")[0] for fault in found] == ["long", "long", "rare", "easy", "easy"]
    assert "90% common characters; others: 乙" in found[2]


def test_exempt_words_need_it_and_say_why(words: Words) -> None:
    for word, reason in read_reasons(PORTAL / "exempt_words.csv").items():
        assert set(word) - words.common, f"{word}: all its characters are common"
        assert len(reason) >= 4, word


def test_every_exception_has_its_reason_and_is_still_needed(library: Library, words: Words) -> None:
    texts = [
        *(*guides(), *questions(library), *reasons(library), *particulars(library)),
        *(*answers(library), *needs(), *pages()),
    ]
    found = {fault.split(":")[0] for fault in faults(texts, words)}
    for text, reason in read_reasons(PORTAL / "plain_exceptions.csv").items():
        assert text in found, f"{text} is plain, or is not there: take it off the list"
        assert len(reason) >= 6, text


def test_easy_texts_use_no_word_of_the_office(library: Library) -> None:
    plain = read_reasons(PORTAL / "office_words.csv")
    easy = [text for text in (*guides(), *questions(library), *answers(library), *needs()) if text.limits is EASY]
    found = [
        f"{text.id}: “{word}” is better said as “{plain[word]}”"
        for text in easy
        for word in plain
        if word in "\n".join(sentences("\n".join(text.parts)))
    ]
    assert len(easy) > 50
    assert not found, "\n".join(found)


def test_guides_are_plain(words: Words, excused: set[str]) -> None:
    check(guides(), words, excused)


def test_questions_with_their_help_are_plain(library: Library, words: Words, excused: set[str]) -> None:
    check(questions(library), words, excused)


def test_reasons_are_plain(library: Library, words: Words, excused: set[str]) -> None:
    check(reasons(library), words, excused)


def test_who_decides_on_what_papers_and_when_is_told_plainly(library: Library, words: Words, excused: set[str]) -> None:
    check(particulars(library), words, excused)


def test_the_pages_of_the_portal_are_plain(words: Words, excused: set[str]) -> None:
    texts = list(pages())
    assert sum(len(text.parts) for text in texts) > 200
    check(texts, words, excused)


def test_choices_are_plain(library: Library, words: Words, excused: set[str]) -> None:
    check(answers(library), words, excused)


def test_needs_are_plain_and_complete(words: Words, excused: set[str]) -> None:
    check(needs(), words, excused)
    for need in NEEDS:
        assert need["easy"], need["id"]
        assert ASCII.fullmatch(need["en"]), need["id"]
        assert need["pictogram"] in PICTOGRAMS, need["id"]


def test_a_question_asks_one_thing_and_says_why_in_three_versions(library: Library) -> None:
    wrong = []
    for fact in asked(library):
        asking = fact.asking
        missing = {"easy": asking.easy, "why": asking.why, "ask_en": asking.en, "why_en": asking.why_en}
        wrong += [f"{fact.id}: {key} is empty" for key, text in missing.items() if not text]
        if bool(asking.help) is not bool(asking.help_en):
            wrong.append(f"{fact.id}: help without help_en, or the other way round")
        wrong += [f"{fact.id}: English is not: {text}" for text in (asking.en, asking.help_en, asking.why_en)
                  if text and not ASCII.fullmatch(text)]  # fmt: skip
        if asking.pictogram not in PICTOGRAMS:
            wrong.append(f"{fact.id}: no pictogram “{asking.pictogram}”")
        if fact.ask.count("？") != 1 or sum(map(len, sentences(fact.ask))) > ASK:
            wrong.append(f"{fact.id}: one question of at most {ASK} characters, not “{fact.ask}”")
        if fact.type is FactType.MONEY and "元" not in fact.ask:
            wrong.append(f"{fact.id}: money is asked in 元")
        if len(sentences(asking.help)) > 2:
            wrong.append(f"{fact.id}: help is at most two sentences")
    assert not wrong


def test_what_answers_settle_never_contradicts_itself(library: Library) -> None:
    facts = library.vocabulary.facts
    seen = 0
    for fact in asked(library):
        for answer, others in fact.asking.implies.items():
            assert fact.check(answer) == answer
            assert others, fact.id
            assert fact.id not in others
            for other, value in others.items():
                back = {} if isinstance(value, SameAs) else facts[other].asking.implies.get(value, {})
                assert back.get(fact.id, answer) == answer, f"{fact.id} and {other}"
                seen += 1
    assert seen > 40


@pytest.mark.parametrize(
    ("fact", "answer", "settled"),
    [
        ("certificate_held", "否", {"certificate_valid": False}),
        (
            "category",
            "精神",
            {"mental_level": SameAs("level"), "intellectual_level": 0, "lower_limb_disability": False},
        ),
        ("category", "肢体", {"physical_level": SameAs("level"), "mental_level": 0}),
        ("category", "多重", {}),
        ("minimum_living_allowance", "是", {"low_income_margin": False, "extreme_poverty_support": False}),
        ("minimum_living_allowance", "否", {}),
        ("extreme_poverty_support", "是", {"minimum_living_allowance": False}),
        ("student", "否", {"school_stage": 0, "newly_admitted": False}),
        ("student", "是", {}),
    ],
)
def test_an_answer_settles_what_follows_from_it(
    library: Library, fact: str, answer: str, settled: dict[str, Value | SameAs]
) -> None:
    asked_for = library.vocabulary.fact(fact)
    value = asked_for.read(answer)
    assert value is not None
    found = asked_for.asking.implies.get(value, {})
    assert {other: found[other] for other in settled} == settled
    assert settled or not found


def test_every_asked_table_describes_at_least_two_choices(library: Library) -> None:
    assert len(choices(library)) >= 6
    for table, codes in choices(library).items():
        assert sum(bool(code.easy) for code in codes.codes) >= 2, table


@pytest.mark.parametrize("folder", PACKS, ids=name)
def test_a_policy_has_its_guide_in_three_versions_with_the_four_headings(folder: Path) -> None:
    there = {file for file in (*CHINESE, ENGLISH) if (folder / file).exists()}
    if folder.parent.name != "cn" and not there:
        return  # the national guide holds
    assert there == {*CHINESE, ENGLISH}
    for file in sorted(there):
        text = (folder / file).read_text(encoding="utf-8")
        headings = re.findall("^## (.+)$", text, re.MULTILINE)
        wanted = HEADINGS_EN if file == ENGLISH else HEADINGS
        assert text.startswith("# "), file
        assert headings[0] in wanted[0], file
        order = [next((place for place, line in enumerate(headings) if line in either), -1) for either in wanted]
        assert min(order) >= 0, f"{file}: {headings}"
        assert order == sorted(order), f"{file}: {headings}"
        assert len(english_sentences(text) if file == ENGLISH else sentences(text)) >= 5, file
        assert not re.search("[!\uff01]", text), file


def test_english_guides_are_plain_too() -> None:
    wrong = []
    for path in sorted((CONTENT / "packs").glob(f"*/*/{ENGLISH}")):
        lengths = english_sentences(path.read_text(encoding="utf-8"))
        if sum(lengths) > ENGLISH_MEAN * len(lengths) or max(lengths) > ENGLISH_LONGEST:
            wrong.append(f"{name(path.parent)}: mean {sum(lengths) / len(lengths):.1f}, longest {max(lengths)} words")
    assert not wrong
