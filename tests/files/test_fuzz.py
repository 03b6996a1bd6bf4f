"""Files damaged at random and grids of anything: never a crash, never a row that is neither data nor accounted for."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.files.corpus import TABLE
from tests.files.people import HEADINGS, citizen_id, name, person
from tests.files.specimens import save, save_xls, text_of
from tests.files.test_corpus import no_row_is_lost
from zhucan.files.cells import Cell
from zhucan.files.feeds import load_feeds
from zhucan.files.limits import LIMITS, Refused
from zhucan.files.readers import read_raw
from zhucan.files.recognise import recognise
from zhucan.files.tables import Sheet
from zhucan.files.text_tables import read_text_table

BOOK = load_feeds([Path(__file__).resolve().parents[2] / "content"])
WORDS = [
    "合计",
    "小计",
    "制表：",
    "注：",
    "序号",
    "姓名",
    "身份证号",
    "残疾类别",
    "H",
    "T",
    " ",
    "无",
    "标题",
    "5人",
    "第一村小计",
]
CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.sampled_from(WORDS),
    st.sampled_from(HEADINGS),
    st.integers(1, 40).map(citizen_id),
    st.integers(1, 40).map(name),
    st.integers(),
    st.floats(allow_nan=False),
    st.booleans(),
    st.dates(),
    st.text(max_size=8),
)
LINES = st.lists(CELLS, max_size=12)
ROWS = st.one_of(st.just(HEADINGS), st.just(["标题"]), st.just([]), st.integers(1, 9).map(person), LINES)


@settings(max_examples=120, deadline=None)
@given(st.lists(ROWS, max_size=14), st.sampled_from(["残疾人花名册", "农村低保", "", "回盘"]))
def test_every_row_of_any_grid_is_accounted_for(rows: list[list[Cell]], sheet_name: str) -> None:
    sheet = Sheet(sheet_name, [tuple(row) for row in rows])
    recognise("a.xlsx", sheet, BOOK)
    assert bool(sheet.remark) != bool(sheet.tables)
    no_row_is_lost(sheet)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=150))
def test_any_bytes_are_some_table_of_as_many_lines(raw: bytes) -> None:
    rows = read_text_table(raw, LIMITS)
    assert all(cell is None or isinstance(cell, str) for row in rows for cell in row)
    assert len(rows) <= raw.count(b"\n") + raw.count(b"\r") + 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.sampled_from('甲乙",;|\t1 '), max_size=12), max_size=12))
def test_every_letter_of_a_text_comes_through_whatever_the_quotes(lines: list[str]) -> None:
    rows = read_text_table("\n".join(lines).encode(), LIMITS)
    letters = "".join(str(cell) for row in rows for cell in row if cell is not None)
    for mark in "甲乙1":
        assert letters.count(mark) == "".join(lines).count(mark)


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "csv"])
def test_damaged_files_are_read_or_refused(suffix: str, tmp_path: Path) -> None:
    """Bytes changed, cut out or doubled at random places; what is not refused keeps its shape."""
    chance = random.Random(suffix)
    whole = tmp_path / f"残疾人花名册.{suffix}"
    if suffix == "xlsx":
        save(whole, TABLE)
    elif suffix == "xls":
        save_xls(whole, [("名册", TABLE, 0)])
    else:
        whole.write_text(text_of(TABLE), encoding="gb18030")
    raw = whole.read_bytes()
    refused: list[str] = []
    for _ in range(50):
        whole.write_bytes(_damaged(raw, chance))
        try:
            read_raw(whole, LIMITS)
        except Refused as refusal:
            refused.append(str(refusal))
    assert all(refusal.endswith("。") for refusal in refused)
    assert refused or suffix == "csv"


def _damaged(raw: bytes, chance: random.Random) -> bytes:
    hurt = bytearray(raw)
    for _ in range(chance.choice((1, 1, 4, 20))):
        at = chance.randrange(len(hurt))
        hurt[at] = chance.randrange(256)
    begin, length = chance.randrange(len(hurt)), chance.choice((0, 0, 1, 100))
    hurt[begin : begin + length] = b"" if chance.random() < 0.5 else bytes(hurt[begin : begin + length]) * 2
    return bytes(hurt)
