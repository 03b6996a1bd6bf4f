"""The English messages of the portal: nothing missing, fuzzy, empty or left over, and the .mo is made of the .po."""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation.template import templatize

import zhucan.web
from zhucan.rules.content import shipped_content
from zhucan.rules.vocabulary import FactType, load_vocabulary
from zhucan.web.portal import asking
from zhucan.web.portal.pages import CHOICES

WEB = Path(zhucan.web.__file__).parent
CATALOG = WEB / "locale" / "en" / "LC_MESSAGES"
REMEDY = "run: make messages, then translate in django.po, then make messages again"
_CALLS = {"_": 1, "gettext": 1, "gettext_noop": 1, "gettext_lazy": 1, "ngettext": 2, "ngettext_lazy": 2}
"""What asks for a message, and how many of its arguments are one."""
_STRING = r"""(u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")"""
_IN_TEMPLATE = re.compile(rf"\b(?:_|gettext)\({_STRING}\)|\bngettext\({_STRING},\s*{_STRING}")
_NAMED = re.compile(r"%\((\w+)\)s|%(d)")
_CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")


@dataclass(frozen=True)
class Entry:
    """One entry of a .po: the plural's msgid is "" where it has none, the translations are one, or one and many."""

    one: str
    many: str
    said: tuple[str, ...]
    is_fuzzy: bool


def read_po(path: Path) -> list[Entry]:
    """The entries of a .po, its header first."""
    found = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        texts: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if line.startswith("#"):
                assert not line.startswith("#~"), f"left over: {line}"
                continue
            name, quoted = re.fullmatch(r'(?:(\w+(?:\[\d\])?) )?(".*")', line).groups()  # type: ignore[union-attr]
            key = name or key
            texts[key] = texts.get(key, "") + ast.literal_eval(quoted)
        said = tuple(text for name, text in texts.items() if name.startswith("msgstr"))
        is_fuzzy = re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE) is not None
        found.append(Entry(texts["msgid"], texts.get("msgid_plural", ""), said, is_fuzzy))
    return found


def read_mo(path: Path) -> Mapping[str, str]:
    """What a .mo holds, as it lies there: forms of a plural are parted by a zero."""
    held = path.read_bytes()
    order = "<" if held[:4] == b"\xde\x12\x04\x95" else ">"
    count, originals, translations = struct.unpack_from(f"{order}3I", held, 8)

    def text(table: int, number: int) -> str:
        length, start = struct.unpack_from(f"{order}2I", held, table + 8 * number)
        return held[start : start + length].decode()

    return {text(originals, number): text(translations, number) for number in range(count)}


def in_code(path: Path) -> Iterator[tuple[str, str]]:
    """The messages a module asks for: msgid and its plural."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in _CALLS:
            continue
        texts = [one.value for one in node.args[: _CALLS[node.func.id]] if isinstance(one, ast.Constant)]
        if texts:
            yield str(texts[0]), str(texts[1]) if len(texts) > 1 else ""


def in_template(path: Path) -> Iterator[tuple[str, str]]:
    """The messages a template asks for."""
    for single, one, many in _IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"))):
        yield ast.literal_eval(single or one), ast.literal_eval(many) if many else ""


def asked_for() -> set[tuple[str, str]]:
    modules = [*WEB.rglob("*.py")]
    templates = [*(WEB / "templates").rglob("*.html")]
    assert len(modules) > 40
    assert len(templates) > 40
    found: Iterable[tuple[str, str]] = (
        *(message for path in modules for message in in_code(path)),
        *(message for path in templates for message in in_template(path)),
    )
    return set(found)


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return read_po(CATALOG / "django.po")


def test_what_pages_and_code_say_is_what_is_translated(entries: list[Entry]) -> None:
    asked, known = asked_for(), {(entry.one, entry.many) for entry in entries[1:]}
    assert len(asked) > 150
    plurals = {one for one, many in asked if many}
    missing = {(one, many) for one, many in asked - known if many or one not in plurals}
    assert not missing, f"not in django.po, {REMEDY}: {sorted(missing)}"
    assert not known - asked, f"said nowhere any more, {REMEDY}: {sorted(known - asked)}"


def test_every_message_has_its_english(entries: list[Entry]) -> None:
    assert entries[0].one == ""
    for entry in entries[1:]:
        assert not entry.is_fuzzy, f"fuzzy, check it and take the mark away: {entry.one}"
        assert len(entry.said) == (2 if entry.many else 1), entry.one
        for said in entry.said:
            assert said, f"not translated, {REMEDY}: {entry.one}"
            assert not _CHINESE.search(said), f"{entry.one}: {said}"
            assert sorted(_NAMED.findall(said)) == sorted(_NAMED.findall(entry.one)), f"{entry.one}: {said}"
            assert "..." not in said, said
            assert "!" not in said, said


def test_the_mo_is_made_of_the_po(entries: list[Entry]) -> None:
    written = {
        "\0".join((entry.one, entry.many)) if entry.many else entry.one: "\0".join(entry.said) for entry in entries
    }
    assert read_mo(CATALOG / "django.mo") == written, REMEDY


def test_what_content_and_settings_name_is_translated_too(entries: list[Entry]) -> None:
    known = {entry.one for entry in entries}
    labels = {label for name, choices in CHOICES.items() if name != "language" for label in choices.values()}
    assert len(labels) > 8
    assert labels <= known
    asked = [fact for fact in load_vocabulary(shipped_content() / "vocabulary").facts.values() if fact.asking.turn]
    assert len(asked) > 50
    for fact in asked:
        is_typed = fact.type in (FactType.INTEGER, FactType.NUMBER) and fact.high - fact.low >= 6
        if is_typed and fact.unit:
            assert fact.unit in known, fact.id
            assert fact.unit in asking._COUNTS, fact.id


def test_where_an_answer_is_found_is_said_in_english_too() -> None:
    for fact in load_vocabulary(shipped_content() / "vocabulary").facts.values():
        if fact.asking.turn and fact.where:
            assert fact.asking.where_en, f"{fact.file.name}: {fact.id} has no where_en"
            assert not _CHINESE.search(fact.asking.where_en), fact.id


def test_numbers_agree_with_what_they_count() -> None:
    with translation.override("en"):
        assert str(asking._COUNTS["人"] % 1) == "1 person"
        assert str(asking._COUNTS["人"] % 3) == "3 people"
    with translation.override("zh-hans"):
        assert str(asking._COUNTS["人"] % 3) == "3人"
