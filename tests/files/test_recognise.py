"""Tables are recognised by their headings however these are written, and no row of data is taken for something else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.files.people import HEADINGS, citizen_id, name, people, person
from zhucan.files.cells import Cell
from zhucan.files.feeds import Column, Feed, load_feeds
from zhucan.files.headings import heading_key
from zhucan.files.recognise import recognise
from zhucan.files.tables import Sheet

CONTENT = Path(__file__).resolve().parents[2] / "content"
BOOK = load_feeds([CONTENT])
TITLES = {
    "roster": "某县持证残疾人花名册",
    "minimum_living_register": "某县农村低保对象台账",
    "extreme_poverty": "某县特困人员名册",
    "orphans": "某县孤儿名册",
    "elderly_subsidy": "某县老年人补贴名册",
    "deaths": "某县死亡人员名单",
    "payroll": "某县困难残疾人生活补贴发放花名册",
    "work_injury": "工伤生活护理费名单",
    "resident_insurance": "城乡居民参保名单",
    "students": "在校学生名册",
    "bank_return": "代发回盘",
    "motor_wheelchairs": "机动轮椅车登记表",
    "moved_out": "户籍迁出名单",
}


def read(*lines: list[object] | tuple[object, ...], sheet: str = "Sheet1", file: str = "a.xlsx") -> Sheet:
    grid: list[tuple[Cell, ...]] = [tuple(line) for line in lines]  # type: ignore[misc]  # cells by construction
    found = Sheet(sheet, grid)
    recognise(file, found, BOOK)
    return found


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("公民身份号码 ", "公民身份号码"),
        ("身份\n证号", "身份证号"),
        ("姓　名", "姓名"),
        ("*身份证号（18位，必填）", "身份证号"),
        ("月补贴标准(元)", "月补贴标准"),
        ("【备注】", "备注"),
        ("３．联系电话：", "联系电话"),
        ("Ｎｏ．", "NO"),
        ("（元）", "元"),
        ("　", ""),
    ],
)
def test_key_of_a_heading(written: str, key: str) -> None:
    assert heading_key(written) == key


def test_all_feeds_are_there() -> None:
    assert {feed.id for feed in BOOK} == set(TITLES)


def _written(heading: str, chance: random.Random) -> str:
    """A heading as some typist writes it."""
    styles = (
        lambda text: text,
        lambda text: f" {text} ",
        lambda text: "　".join(text) if len(text) == 2 else text,
        lambda text: text[: len(text) // 2] + "\n" + text[len(text) // 2 :],
        lambda text: f"*{text}",
        lambda text: f"{text}（必填）",
        lambda text: f"{text}：",
    )
    return chance.choice(styles)(heading)


def _needed(feed: Feed) -> set[str]:
    return {column.id for column in feed.columns if column.required} | {each for group in feed.any_of for each in group}


@pytest.mark.parametrize("seed", range(400))
def test_tables_of_every_office_are_mapped_without_a_hand(seed: int) -> None:
    """Any synonyms, any order, strange columns between, some columns missing: the feed and every column are right."""
    chance = random.Random(seed)
    feed = BOOK.feeds[seed % len(BOOK.feeds)]
    columns = [c for c in feed.columns if c.id in _needed(feed) or chance.random() < 0.8]
    chance.shuffle(columns)
    headings = [_written(chance.choice(column.headings), chance) for column in columns]
    for _ in range(chance.randint(0, 3)):
        headings.insert(chance.randint(0, len(headings)), chance.choice(["网格员", "微信", "审批人", "照片", "校对"]))
    title = [[TITLES[feed.id]]] if chance.random() < 0.8 else []
    sheet_name = "Sheet1" if title else TITLES[feed.id]
    sheet = read(*title, headings, *_rows(feed, headings, columns), sheet=sheet_name)
    assert sheet.remark == ""
    (table,) = sheet.tables
    assert table.feed.id == feed.id
    mapped = {column: heading_key(headings[at]) for column, at in table.columns.items()}
    assert mapped.keys() == {column.id for column in columns}
    assert all(mapped[column.id] in column.headings for column in columns)
    assert len(table.rows) == 3


def _rows(feed: Feed, headings: list[str], columns: list[Column]) -> list[list[object]]:
    kinds = {
        heading: column.kind for column in columns for heading in headings if heading_key(heading) in column.headings
    }
    sample = {"citizen_id": citizen_id, "certificate_number": lambda n: citizen_id(n) + "42", "name": name}
    account = {"account": lambda n: f"62999{n:014}"}
    makers = sample | account
    return [[makers.get(kinds.get(heading, ""), lambda n: n)(n) for heading in headings] for n in range(1, 4)]


def test_of_two_numbers_the_persons_own_is_taken() -> None:
    head = ["监护人身份证号", "姓名", "户主身份证号码", "残疾人身份证号码", "残疾类别", "残疾等级"]
    row = [citizen_id(9), name(1), citizen_id(8), citizen_id(1), "肢体", "二级"]
    (table,) = read(head, row, sheet="残疾人花名册").tables
    assert table.columns["citizen_id"] == 3


def test_a_longer_heading_is_understood_by_what_it_contains() -> None:
    head = ["姓名", "新版居民身份证号码信息", "残疾人证号码核对", "残疾类别", "残疾等级"]
    (table,) = read(head, [name(1), citizen_id(1), citizen_id(1) + "42", "肢体", "二级"]).tables
    assert (table.columns["citizen_id"], table.columns["certificate_number"]) == (1, 2)


def test_a_person_without_number_right_above_a_repeated_heading_stays_data() -> None:
    nameless = [4, "测某某", None, None, "肢体", "二级", None, None, "测试镇", None, None]
    (table,) = read(HEADINGS, *people(3), nameless, HEADINGS, *people(2, 5), sheet="残疾人花名册").tables
    assert [row.number for row in table.rows] == [2, 3, 4, 5, 7, 8]
    assert table.skipped == {6: "重复的表头"}


@pytest.mark.parametrize(
    "row",
    [
        [7, "小计", citizen_id(7), None, "肢体", "二级"],
        ["合计", "测某某", citizen_id(7)],
        [7, "测合计", None, None, "肢体", "二级", None, None, "测试镇"],
        [None, "注某", None, None, "肢体"],
        [7, None, None, None, "肢体", "二级", None, None, "测试镇", "第一村"],
        [None, None, "待补", None, "肢体", "二级"],
        [7, "测某某", None, None, None, None, None, None, None, None, "合计"],
        [None, "制表某", citizen_id(3)],
    ],
)
def test_rows_that_only_look_like_sums_or_notes_stay_data(row: list[object]) -> None:
    (table,) = read(HEADINGS, *people(2), row, sheet="残疾人花名册").tables
    assert [each.number for each in table.rows] == [2, 3, 4]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["合计", "5人"], "小计、合计"),
        ([None, "第一村小计", None, None, None, 5], "小计、合计"),
        (["合 计：", None, None, 5], "小计、合计"),
        ([None, None, "总计12人"], "小计、合计"),
        (["制表人：某", None, "审核人：某", None, None, "电话：0775-0000000"], "制表、审核或说明"),
        (["单位负责人（签章）："], "制表、审核或说明"),
        (["本表由各乡镇填报，于每月十日前报县残联审核后存档。"], "制表、审核或说明"),
        ([8], "只有序号，没有内容"),
    ],
)
def test_rows_around_the_data_are_named_and_not_counted(row: list[object], reason: str) -> None:
    (table,) = read(HEADINGS, *people(2), row, sheet="残疾人花名册").tables
    assert len(table.rows) == 2
    assert table.skipped == {4: reason}


def test_a_lone_name_right_above_a_repeated_heading_stays_data() -> None:
    lone = [[None, "测某某"], [4, "测某"]]
    (table,) = read(HEADINGS, *people(3), *lone, HEADINGS, *people(2, 5), sheet="残疾人花名册").tables
    assert [row.number for row in table.rows] == [2, 3, 4, 5, 6, 8, 9]


@pytest.mark.parametrize("at", [1, 3, 60])
def test_a_heading_sorted_in_among_the_rows_loses_none_of_them(at: int) -> None:
    rows: list[list[object]] = people(60)
    rows.insert(at, list(HEADINGS))
    (table,) = read(["某县残疾人花名册"], *rows).tables
    assert len(table.rows) == 60
    assert table.skipped == {1: "标题"}


def test_the_second_of_two_tables_has_its_own_title_and_columns() -> None:
    second = ["序号", "姓名", "身份证号", "发放月数", "本次发放金额"]
    sheet = read(
        ["困难残疾人生活补贴发放表"], second, [1, name(1), citizen_id(1), 1, 90],
        [], ["重度残疾人护理补贴发放表"], [*second[:3], "残疾人证号", *second[3:]],
        [1, name(2), citizen_id(2), citizen_id(2) + "42", 1, 90],
        sheet="两项补贴",
    )  # fmt: skip
    first, other = sheet.tables
    assert [len(first.rows), len(other.rows)] == [1, 1]
    assert first.feed.benefit(first.title, first.sheet) == "living-allowance"
    assert other.feed.benefit(other.title, other.sheet) == "nursing-allowance"
    assert other.columns["amount"] == 5


def test_sections_of_a_bank_file_are_tables_of_their_own() -> None:
    head = ("序号", "户名", "账号", "金额", "返回码")
    line = ("000001", name(1), "6299900000000000001", "90.00", "0000")
    sheet = read(
        ("H", "A1SH", "困难残疾人生活补贴", "1"), head, line, ("T", "A1SH", "1"),
        ("H", "A1HL", "重度残疾人护理补贴", "2"), head, line, line, ("T", "A1HL", "2"),
        sheet="", file="回盘.txt",
    )  # fmt: skip
    assert [len(table.rows) for table in sheet.tables] == [1, 2]
    assert [table.feed.benefit(table.title) for table in sheet.tables] == ["living-allowance", "nursing-allowance"]
    assert [table.header_row for table in sheet.tables] == [2, 6]


def test_unrecognised_sheet_names_the_nearest_feed_and_what_it_misses() -> None:
    sheet = read(["姓名", "死亡日期", "户籍注销日期"], [name(1), "2026-01-01", None])
    assert sheet.tables == []
    assert "死亡人员信息" in sheet.remark
    assert "身份证号码" in sheet.remark


def test_person_rows_are_counted_in_full() -> None:
    (table,) = read(HEADINGS, *[person(n) for n in range(1, 501)], sheet="残疾人花名册").tables
    assert [row.number for row in table.rows] == list(range(2, 502))
    assert table.skipped == {}
