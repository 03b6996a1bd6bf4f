"""Every file of the corpus: no crash, no row lost, all explained in Chinese, and the copy equals the original."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import python_calamine as calamine

from tests.files import corpus_text
from tests.files.specimens import Specimen
from zhucan.files.cells import Cell
from zhucan.files.explained import OUTCOME_HEADING, PROBLEM_HEADING, write_explained
from zhucan.files.feeds import FeedBook, load_feeds
from zhucan.files.read import read_file
from zhucan.files.row_kinds import filled
from zhucan.files.tables import Outcome, Sheet, SourceFile, account

SPECIMENS = corpus_text.SHELF.specimens
CHINESE = re.compile("[一-鿿]")
CONTENT = Path(__file__).resolve().parents[2] / "content"


@pytest.fixture(scope="module")
def book() -> FeedBook:
    return load_feeds([CONTENT])


def test_the_corpus_is_wide_enough() -> None:
    assert len(SPECIMENS) >= 90
    assert len({each.name for each in SPECIMENS}) == len(SPECIMENS)


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda each: each.name)
def test_specimen(specimen: Specimen, book: FeedBook, tmp_path: Path) -> None:
    path = tmp_path / specimen.file
    specimen.make(path)
    source = read_file(path, book)
    _is_told(source, specimen)
    for sheet in source.sheets:
        no_row_is_lost(sheet)
    _settle(source)
    copy = tmp_path / "copy" / "explained.xlsx"
    copy.parent.mkdir()
    write_explained(source, copy)
    _copy_equals(source, copy)


def _is_told(source: SourceFile, specimen: Specimen) -> None:
    rows = [row for table in source.tables for row in table.rows]
    problems = [problem for row in rows for problem in row.problems]
    assert specimen.refusal in source.refusal
    assert bool(source.refusal) == bool(specimen.refusal)
    assert len(rows) == specimen.rows
    assert any(specimen.remark in sheet.remark for sheet in source.sheets) or not specimen.remark
    assert specimen.rules <= {problem.rule for problem in problems}
    assert specimen.skipped <= {reason for table in source.tables for reason in table.skipped.values()}
    assert tuple(source.hidden_sheets) == specimen.hidden
    for text in (source.refusal, *(sheet.remark for sheet in source.sheets)):
        assert not text or (CHINESE.search(text) and text.endswith("。"))
    for problem in problems:
        assert problem.column
        assert CHINESE.search(problem.message)
        assert CHINESE.search(problem.remedy)


def no_row_is_lost(sheet: Sheet) -> None:
    """Every row with something in it is data of one table, or listed as none, or is the heading of one."""
    if sheet.remark:
        return
    places: dict[int, int] = {}
    for table in sheet.tables:
        for number in [row.number for row in table.rows] + list(table.skipped):
            places[number] = places.get(number, 0) + 1
    assert set(places.values()) <= {1}
    headings = {table.header_row for table in sheet.tables}
    for number, cells in enumerate(sheet.grid, 1):
        if any(filled(cell) for cell in cells) and number not in places:
            assert number in headings or number + 1 in headings, f"row {number} is lost: {cells}"
    for table in sheet.tables:
        for row in table.rows:
            assert row.cells == sheet.grid[row.number - 1]


def _settle(source: SourceFile) -> None:
    """What matching does: every row gets an outcome. Then the account must be even."""
    for table in source.tables:
        for row in table.rows:
            row.outcome = Outcome.REJECTED if any(each.rejects for each in row.problems) else Outcome.ACCEPTED
    total = account(source.tables)
    assert total.balanced
    assert total.read == sum(len(table.rows) for table in source.tables)


def _copy_equals(source: SourceFile, copy: Path) -> None:
    with calamine.CalamineWorkbook.from_path(str(copy)) as written:
        assert len(written.sheet_names) == len(source.sheets) + 1
        for at, sheet in enumerate(source.sheets):
            _page_equals(sheet, written.get_sheet_by_index(at).to_python(skip_empty_area=False))
        notes = written.get_sheet_by_index(len(source.sheets)).to_python()
    text = "".join(str(row[0]) for row in notes)
    assert source.refusal in text
    assert all(name in text for name in source.hidden_sheets)


def _page_equals(sheet: Sheet, page: list[list[object]]) -> None:
    width = max((len(row) for row in sheet.grid), default=0)
    for at, cells in enumerate(sheet.grid):
        written = page[at] if at < len(page) else []
        assert [_same(each) for each in cells] == [
            _same(written[n] if n < len(written) else None) for n in range(len(cells))
        ]
    told = {at: row[width : width + 2] for at, row in enumerate(page, 1)}
    for table in sheet.tables:
        assert told[table.header_row] == [OUTCOME_HEADING, PROBLEM_HEADING]
        for row in table.rows:
            assert told[row.number][0] in ("采用", "拒绝")
            for problem in row.problems:
                assert problem.remedy in str(told[row.number][1])


def _same(cell: object) -> Cell:
    """A cell as read again: whole numbers are numbers, nothing is nothing."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool | str | date):
        return cell
    assert isinstance(cell, int | float)
    return float(cell)
