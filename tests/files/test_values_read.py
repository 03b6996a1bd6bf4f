"""What reading makes of rows: values by kind, households carried down, what absent columns assume, faults told once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.files.people import citizen_id, name, people
from tests.files.specimens import new_book, save, sheet_of
from zhucan.files.citizen import CitizenIdCell
from zhucan.files.feeds import load_feeds
from zhucan.files.read import read_file, read_folder
from zhucan.files.tables import SourceFile, Table

CONTENT = Path(__file__).resolve().parents[2] / "content"
BOOK = load_feeds([CONTENT])
HOUSEHOLD = ["序号", "乡镇", "家庭编号", "起保时间", "停保时间", "状态", "家庭成员姓名", "身份证号码", "是否保障对象"]


def read(path: Path, lines: list[list[object]], sheet: str = "农村低保") -> Table:
    save(path, lines, sheet)
    (table,) = read_file(path, BOOK).tables
    return table


def member(number: int, *household: object) -> list[object]:
    return [*(household or [None] * 6), name(number), citizen_id(number), "是"]


def test_cells_of_the_household_reach_its_members_and_no_further(tmp_path: Path) -> None:
    first = [1, "甲镇", "H1", "2020.05", "2026.03", "停保"]
    second = [2, "乙镇", "H2", "2021年6月", None, "在保"]
    lines = [HOUSEHOLD, member(1, *first), member(2), member(3, *second), member(4)]
    rows = read(tmp_path / "低保台账.xlsx", lines).rows
    assert [row.values["township"] for row in rows] == ["甲镇", "甲镇", "乙镇", "乙镇"]
    assert [row.values["state"] for row in rows] == ["停保", "停保", "在保", "在保"]
    assert [row.values["start"] for row in rows] == [date(2020, 5, 1)] * 2 + [date(2021, 6, 1)] * 2
    assert [row.values["stop"] for row in rows] == [date(2026, 3, 1)] * 2 + [None] * 2
    assert rows[1].cells[1] is None


def test_a_heading_repeated_inside_a_household_does_not_end_it(tmp_path: Path) -> None:
    lines = [HOUSEHOLD, member(1, 1, "甲镇", "H1", None, None, "在保"), HOUSEHOLD, member(2)]
    rows = read(tmp_path / "低保台账.xlsx", lines).rows
    assert [row.values["household_number"] for row in rows] == ["H1", "H1"]


def test_numbered_members_still_belong_to_the_household_above(tmp_path: Path) -> None:
    lines = [HOUSEHOLD, member(1, 1, "甲镇", "H1", None, None, "在保"), [2, *member(2)[1:]]]
    rows = read(tmp_path / "低保台账.xlsx", lines).rows
    assert [row.values["state"] for row in rows] == ["在保", "在保"]


def test_columns_that_are_not_there_are_assumed_as_the_feed_says(tmp_path: Path) -> None:
    table = read(tmp_path / "a.xlsx", [["姓名", "身份证号码"], [name(1), citizen_id(1)]], "城市低保")
    (row,) = table.rows
    assert (row.values["aid_category"], row.values["state"], row.values["covered"]) == ("城市低保", "在保", "是")
    assert "aid_category" not in table.columns


def test_a_list_of_low_incomes_that_does_not_say_of_which_kind_is_not_read(tmp_path: Path) -> None:
    save(tmp_path / "低保名单.xlsx", [["姓名", "身份证号码"], [name(1), citizen_id(1)]])
    (sheet,) = read_file(tmp_path / "低保名单.xlsx", BOOK).sheets
    assert sheet.tables == []
    assert "请在工作表名、标题或文件名里写明" in sheet.remark


def test_an_empty_cell_is_not_assumed(tmp_path: Path) -> None:
    table = read(tmp_path / "a.xlsx", [["姓名", "身份证号", "状态"], [name(1), citizen_id(1), None]], "特困人员")
    assert table.rows[0].values["state"] is None


def test_a_number_typed_as_a_number_is_seen_as_one(tmp_path: Path) -> None:
    table = read(tmp_path / "a.xlsx", [["姓名", "身份证号"], [name(1), 4.50803196907119e17]], "特困人员")
    value = table.rows[0].values["citizen_id"]
    assert isinstance(value, CitizenIdCell)
    assert value.fault == "destroyed"


def test_a_cell_the_feed_requires_rejects_its_row_and_others_do_not(tmp_path: Path) -> None:
    head = ["姓名", "身份证号", "发放月数", "本次发放金额（元）"]
    lines = [head, [name(1), citizen_id(1), 1, "九十"], [name(2), citizen_id(2), "两", 90]]
    first, second = read(tmp_path / "a.xlsx", lines, "困难残疾人生活补贴").rows
    assert [(each.rule, each.rejects, each.column) for each in first.problems] == [
        ("money_unreadable", True, "本次发放金额（元）")
    ]
    assert [(each.rejects, each.column, each.value) for each in second.problems] == [(False, "发放月数", "两")]
    assert (first.values["amount"], second.values["amount"]) == (None, 9000)


def test_one_and_true_and_one_point_zero_are_kept_apart(tmp_path: Path) -> None:
    head = ["姓名", "身份证号", "状态"]
    lines = [head, [name(1), citizen_id(1), 1], [name(2), citizen_id(2), True], [name(3), citizen_id(3), "1"]]
    assert [row.values["state"] for row in read(tmp_path / "a.xlsx", lines, "特困人员").rows] == ["1", "TRUE", "1"]


def test_a_folder_lists_everything_and_reads_what_is_a_table(tmp_path: Path) -> None:
    save(tmp_path / "b特困人员.xlsx", [["姓名", "身份证号"], [name(1), citizen_id(1)]])
    (tmp_path / "a死亡.csv").write_text(
        f"姓名,身份证号,死亡日期\n{name(1)},{citizen_id(1)},2026-01-01\n", encoding="gb18030"
    )
    (tmp_path / "c说明.docx").write_bytes(b"PK\x03\x04")
    (tmp_path / "d坏.xlsx").write_bytes(b"nothing")
    (tmp_path / "e子文件夹").mkdir()
    (tmp_path / "~$b特困人员.xlsx").write_bytes(b"lock")
    (tmp_path / ".hidden.csv").write_text("x")
    told: list[tuple[str, int, int]] = []
    sources = read_folder(tmp_path, BOOK, progress=lambda *said: told.append(said))
    assert [source.name for source in sources] == ["a死亡.csv", "b特困人员.xlsx", "c说明.docx", "d坏.xlsx", "e子文件夹"]
    assert [source.spreadsheet for source in sources] == [True, True, False, True, False]
    assert [bool(source.refusal) for source in sources] == [False, False, True, True, True]
    assert [[table.feed.id for table in source.tables] for source in sources[:2]] == [["deaths"], ["extreme_poverty"]]
    assert told == [(source.name, at, 5) for at, source in enumerate(sources, 1)]


def test_a_folder_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        read_folder(tmp_path / "nowhere", BOOK)


def test_an_explained_copy_can_be_read_again(tmp_path: Path) -> None:
    from zhucan.files.explained import write_explained

    book = new_book()
    sheet_of(
        book,
        "残疾人花名册",
        [["姓名", "身份证号", "残疾类别", "残疾等级"], *[row[1:3] + row[4:6] for row in people(4)]],
    )
    book.save(tmp_path / "a.xlsx")
    first = read_file(tmp_path / "a.xlsx", BOOK)
    write_explained(first, tmp_path / "b.xlsx")
    again = read_file(tmp_path / "b.xlsx", BOOK)
    assert _values(again) == _values(first)
    assert len(again.tables) == 1


def _values(source: SourceFile) -> list[object]:
    return [dict(row.values) for table in source.tables for row in table.rows]


def test_a_table_tells_of_the_day_said_above_it(tmp_path: Path) -> None:
    above = [["港南区农村低保对象台账"], ["单位：港南区民政局      数据时间：2026年11月10日"]]
    row = member(1, 1, "甲镇", "H1", None, None, "在保")
    assert read(tmp_path / "a.xlsx", [*above, HOUSEHOLD, row]).observed == date(2026, 11, 10)
    assert read(tmp_path / "b.xlsx", [above[0], HOUSEHOLD, row]).observed is None
