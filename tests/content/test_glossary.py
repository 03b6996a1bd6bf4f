"""The glossary: the only bridge between the law's words and the code's, one line per term."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from zhucan.rules.library import Library

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
FINDINGS = (
    *("missed", "bank_failed", "duplicate_two", "duplicate_same", "wrong_amount", "ok"),
    *("paid_not_on_roster", "not_compared"),
)
PRODUCT_WORDS = (
    *("应享未享", "应补未补", "应退未退", "应停未停", "疑似不应享", "待核实", "销号", "人户分离"),
    *("发放差错", "推定", "择高", "入户核查表", "六个月内到期", "免申即享", "一件事", "一人一档"),
    *("以借代配", "停发", "补发", "追回", "挂证"),
)


def terms() -> list[tuple[str, str, str]]:
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines if "|" in line]
    return [(c[0], c[1], c[2] if len(c) > 2 else "") for c in cells if not set(c[0]) <= set("-: ") and c[0] != "中文"]


def test_each_term_stands_once_with_both_languages() -> None:
    found = terms()
    assert len(found) > 100
    repeated = [word for word, count in Counter(zh for zh, _, _ in found).items() if count > 1]
    assert not repeated
    for zh, en, _ in found:
        assert re.fullmatch(r"[\u4e00-\u9fff]+", zh), zh
        assert re.fullmatch(r"[ -~]+", en), en


def test_every_policy_and_every_finding_is_bridged(library: Library) -> None:
    meanings = {zh: meaning for zh, _, meaning in terms()}
    for id_ in library.ids:
        assert f"`{id_}`" in meanings[library.base(id_).zh]
    text = GLOSSARY.read_text(encoding="utf-8")
    assert all(f"`{finding}`" in text for finding in FINDINGS)
    assert set(PRODUCT_WORDS) <= set(meanings)
