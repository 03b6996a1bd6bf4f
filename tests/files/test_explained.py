"""The explained copy: texts stay texts, numbers stay what was typed, faults are marked in words and by weight."""

from __future__ import annotations

import subprocess
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import python_calamine as calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhucan.files.cells import Cell
from zhucan.files.explained import OUTCOME_HEADING, PROBLEM_HEADING, account_words, explain, write_explained
from zhucan.files.feeds import Column, Feed
from zhucan.files.tables import Account, Outcome, Problem, Row, Sheet, SourceFile, Table

FEED = Feed("x", "某表", "某局", "facts", (Column("name", "name", ("姓名",)), Column("sum", "money", ("金额",))))
FAULT = Problem("金额", "九十", "money_unreadable", "“九十”不是金额", "请只填数字")


def source_of(*cells: tuple[Cell, ...], problems: list[Problem] | None = None) -> SourceFile:
    grid: list[tuple[Cell, ...]] = [("姓名", "金额"), *cells]
    table = Table("a.xlsx", "表", "", FEED, {"name": 0, "sum": 1}, {"name": "姓名", "sum": "金额"}, header_row=1)
    table.rows = [Row(at, row, outcome=Outcome.ACCEPTED) for at, row in enumerate(grid[1:], 2)]
    if problems:
        table.rows[0].problems = problems
        table.rows[0].outcome = Outcome.REJECTED
    return SourceFile(Path("a.xlsx"), [Sheet("表", grid, [table])])


def page(source: SourceFile, folder: Path) -> openpyxl.worksheet.worksheet.Worksheet:
    write_explained(source, folder / "b.xlsx")
    return openpyxl.load_workbook(folder / "b.xlsx").worksheets[0]


def test_a_fault_is_told_in_words_and_its_cell_is_bold(tmp_path: Path) -> None:
    sheet = page(source_of(("测某", "九十"), ("测乙", 90), problems=[FAULT]), tmp_path)
    assert [cell.value for cell in sheet[1]] == ["姓名", "金额", OUTCOME_HEADING, PROBLEM_HEADING]
    assert [cell.value for cell in sheet[2]] == [
        "测某",
        "九十",
        "拒绝",
        "【金额】“九十”不是金额。改法：请只填数字。",
    ]
    assert [cell.value for cell in sheet[3]] == ["测乙", 90, "采用", None]
    assert [sheet["B2"].font.bold, sheet["A2"].font.bold, sheet["B3"].font.bold] == [True, False, False]


def test_a_fault_of_an_empty_cell_says_so() -> None:
    missing = Problem("身份证号", "", "id_missing", "没有填身份证号", "请补填")
    assert explain(missing) == "【身份证号】（空）：没有填身份证号。改法：请补填。"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.one_of(
            st.none(),
            st.text(min_size=1, max_size=40),
            st.sampled_from(["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "http://x", "{=1}", "'0001", "_x0041_"]),
            st.integers(-(2**53) + 1, 2**53 - 1),
            st.booleans(),
            st.dates(min_value=date(1900, 3, 1)),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_cell_is_live_and_every_value_stays(tmp_path: Path, cells: list[Cell]) -> None:
    source = source_of(*[("测", cell) for cell in cells])
    write_explained(source, tmp_path / "b.xlsx")
    with zipfile.ZipFile(tmp_path / "b.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert not any("hyperlink" in name or "externalLink" in name for name in archive.namelist())
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx").worksheets[0]
    for at, cell in enumerate(cells, 2):
        _stays(cell, sheet.cell(at, 2))


def _stays(cell: Cell, written: openpyxl.cell.cell.Cell) -> None:
    if isinstance(cell, str):
        assert written.data_type in ("s", "inlineStr", "n")
        assert written.data_type != "f"
    elif isinstance(cell, bool) or cell is None:
        assert written.value is cell
    elif isinstance(cell, date):
        assert written.value.date() == cell
    else:
        assert float(written.value) == float(cell)


@pytest.mark.needs("soffice")
def test_an_office_program_opens_the_copy(tmp_path: Path) -> None:
    cells: list[tuple[Cell, ...]] = [("=1+1 <&>\n\x02", 4.5e17), (" 前后 ", date(2026, 11, 1)), ("_x0041_", True)]
    write_explained(source_of(*cells, problems=[FAULT]), tmp_path / "b.xlsx")
    settings_folder = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", settings_folder, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), "b.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    with calamine.CalamineWorkbook.from_path(str(tmp_path / "b.ods")) as book:
        rows = book.get_sheet_by_index(0).to_python()
    assert str(rows[1][0]).startswith("=1+1 <&>")
    assert rows[1][1:3] == [4.5e17, "拒绝"]
    assert [rows[2][0], rows[2][1], rows[3][0], rows[3][1]] == [" 前后 ", date(2026, 11, 1), "_x0041_", True]


def test_numbers_are_kept_as_the_user_typed_them(tmp_path: Path) -> None:
    sheet = page(source_of(("测", 4.50803196907119e17), ("测", 6222021234567890), ("测", 0.1)), tmp_path)
    assert [sheet.cell(at, 2).value for at in (2, 3, 4)] == [4.50803196907119e17, 6222021234567890, 0.1]
    assert sheet.cell(3, 2).number_format == "0"


def test_the_account_is_printed_with_its_check() -> None:
    even, uneven = Account(5, 2, 0, 1, 1, 1), Account(5, 2, 0, 0, 0, 0)
    assert account_words(even) == "读入 5 行 = 采用 2 + 无变化 0 + 重复 1 + 不在本名册 1 + 拒绝 1（账平）"
    assert "账不平" in account_words(uneven)
