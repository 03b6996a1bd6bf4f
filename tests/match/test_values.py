"""Cells as officials fill them, and what each column makes of them."""

from __future__ import annotations

import string
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhucan.files.calendar_days import day_told
from zhucan.files.cells import Cell
from zhucan.files.disability import Component
from zhucan.files.values import Unreadable, Value, name_key, parse, same_name

C = Component
READ: dict[str, list[tuple[Cell, Value]]] = {
    "date": [
        ("2026-03-05", date(2026, 3, 5)), ("2026.3.5", date(2026, 3, 5)), ("2026、3、5", date(2026, 3, 5)),
        ("2026/03/05", date(2026, 3, 5)),
        ("2026年3月5日", date(2026, 3, 5)), ("２０２６年３月５号", date(2026, 3, 5)), ("20260305", date(2026, 3, 5)),
        (20260305.0, date(2026, 3, 5)), (" 2026 - 03 - 05 ", date(2026, 3, 5)),
        ("2026-03-05 14:30:00", date(2026, 3, 5)),
        (date(2026, 3, 5), date(2026, 3, 5)), (44963, date(2023, 2, 6)), (44963.0, date(2023, 2, 6)),
        ("44963", date(2023, 2, 6)), (44963.5, date(2023, 2, 6)), ("2026年3月", date(2026, 3, 1)),
        ("202603", date(2026, 3, 1)),
        ("2026.03", date(2026, 3, 1)), (202603, date(2026, 3, 1)), ("2026-3", date(2026, 3, 1)), ("长期", None),
        ("待定", None), ("", None), (None, None), ("—", None), ("2024-02-29", date(2024, 2, 29)),
    ],
    "month": [("2026年11月5日", date(2026, 11, 1)), ("2026.11", date(2026, 11, 1)), ("", None)],
    "yes_no": [
        ("是", True), ("否", False), ("有", True), ("无", False), ("√", True), ("×", False), ("y", True), (1, True),
        (0.0, False),
        (True, True), ("待评估", None), ("不详", None), ("", None), (None, None), (" 是 ", True),
    ],
    "money": [
        (90, 9000), (90.0, 9000), ("90", 9000), ("９０", 9000), ("400元", 40000), ("1,234.00", 123400),
        ("¥1,234.5", 123450),
        (" 90 ", 9000), ("90.50 元", 9050), (0.1 + 0.2, 30), (0, 0), ("0元", 0), ("-90", -9000), ("1.2万元", 1200000),
        ("", None),
        (None, None), ("-", None), (76085.1, 7608510),
    ],
    "integer": [(3.0, 3), ("3", 3), ("3个月", 3), ("1,000", 1000), ("4人", 4), ("", None), ("-2", -2)],
    "level": [
        ("一级", 1), ("壹级", 1), ("Ⅰ", 1), ("I", 1), (1, 1), (2.0, 2), ("II", 2), ("叁级", 3), ("３级", 3), ("Ⅳ", 4),
        ("IV", 4),
        ("四级", 4), (" 二级 ", 2), ("", None), ("待评估", None), (None, None),
    ],
    "category": [
        ("肢体", 4), ("肢体残疾", 4), (4, 4), ("4", 4), ("四类", 4), ("4类", 4), ("4-肢体", 4), (" 精神 ", 6),
        (6.0, 6), ("多重残疾", 7),
        ("视力三级、肢体一级", (C(1, 3), C(4, 1))), ("听力二级 肢体三级", (C(2, 2), C(4, 3))),
        ("肢体二级", (C(4, 2),)), ("", None),
        ("待定", None),
    ],
    "components": [
        ("视力一级、肢体二级", (C(1, 1), C(4, 2))), ("11,42", (C(1, 1), C(4, 2))), ("1-1/4-2", (C(1, 1), C(4, 2))),
        ("听力一级+肢体三级", (C(2, 1), C(4, 3))), ("视力2级；肢体1级", (C(1, 2), C(4, 1))),
        ("11，42，63", (C(1, 1), C(4, 2), C(6, 3))),
        ("听力残疾叁级，肢体残疾壹级", (C(2, 3), C(4, 1))), ("言语IV级 精神Ⅲ级", (C(3, 4), C(6, 3))), ("", None),
        (None, None),
        ("无", None), (11, (C(1, 1),)),
    ],
    "name": [
        (" 古 明东 ", "古明东"), ("古　明", "古明"), ("热依汗.阿不都", "热依汗·阿不都"),
        ("热依汗 • 阿不都", "热依汗·阿不都"), ("", None),
        ("无", None), (None, None), ("=1+1", "=1+1"),
    ],
    "text": [("  外出  务工 ", "外出 务工"), ("", None), (3.0, "3"), ("=SUM(A1)", "=SUM(A1)"), (None, None),
    (2.5, "2.5")],
    "sequence": [(1.0, "1"), ("000001", "1"), ("1", "1"), ("GS0001", "GS0001"), ("", None), (12, "12")],
    "phone": [
        ("13700000612", "13700000612"), (18700000954.0, "18700000954"), ("+8613700000612", "13700000612"),
        ("137-0000-0612", "13700000612"), ("137 0000 0612", "13700000612"), ("(0775)4321098", "07754321098"),
        ("无", None), ("", None),
    ],
    "account": [("6299 9976 9341 0623 424", "6299997693410623424"), ("6299995725383501047", "6299995725383501047"),
    ("无", None)],
    "township": [(" 江南街道 ", "江南街道"), ("", None), ("/", None)],
    "village": [("木松岭\n社区", "木松岭社区"), (None, None)],
    "code:sex": [("男", 1), ("2", 2), (1.0, 1), ("", None), ("不详", None), ("01", 1)],
}  # fmt: skip
REFUSED: dict[str, list[tuple[Cell, str]]] = {
    "date": [
        ("2026-02-30", "date_impossible"), ("20261301", "date_impossible"), ("明年", "date_unreadable"),
        (2026.1, "date_unreadable"),
        ("85.3.2", "date_unreadable"), ("2026", "date_unreadable"), (True, "date_unreadable"),
    ],
    "yes_no": [("也许", "yes_no_unreadable")],
    "money": [("九十", "money_unreadable"), ("90.005", "money_unreadable"), (date(2026, 1, 1), "money_unreadable"),
    ("1,23", "money_unreadable")],
    "integer": [("三", "integer_unreadable"), (2.5, "integer_unreadable"), (True, "integer_unreadable")],
    "level": [("五级", "level_unreadable"), ("重度", "level_unreadable"), (0, "level_unreadable")],
    "category": [("其他", "category_unreadable"), ("8", "category_unreadable")],
    "components": [("视力", "components_unreadable"), ("15", "components_unreadable"),
    ("多重一级", "components_unreadable")],
    "phone": [("问村委", "phone_unreadable")],
    "account": [(6.299995725383501e18, "account_destroyed")],
    "code:sex": [("未说明", "code_unknown")],
}  # fmt: skip
SEX = {"男": 1, "女": 2, "male": 1, "female": 2, "1": 1, "2": 2}


@pytest.mark.parametrize(("kind", "cell", "value"), [(kind, *each) for kind, cells in READ.items() for each in cells])
def test_a_cell_is_read_as_its_column_means_it(kind: str, cell: Cell, value: Value) -> None:
    found = parse(kind, cell, SEX if kind == "code:sex" else None)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("kind", "cell", "rule"), [(kind, *each) for kind, cells in REFUSED.items() for each in cells])
def test_what_cannot_be_read_is_told_with_its_remedy(kind: str, cell: Cell, rule: str) -> None:
    with pytest.raises(Unreadable) as told:
        parse(kind, cell, SEX if kind == "code:sex" else None)
    assert told.value.rule == rule
    assert told.value.message
    assert told.value.remedy.startswith("请")


def test_a_kind_nobody_knows_is_the_feed_s_mistake() -> None:
    with pytest.raises(KeyError):
        parse("colour", "红")
    with pytest.raises(KeyError):
        parse("code:sex", "男")


def test_a_county_s_own_words_for_categories() -> None:
    words = {"盲": 1, "聋": 2}
    assert parse("category", "盲", words) == 1
    assert parse("components", "盲一级、聋二级", words) == (C(1, 1), C(2, 2))


@given(st.dates(date(1930, 1, 1), date(2100, 1, 1)))
def test_every_spelling_of_a_day_is_that_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    spellings: list[Cell] = [day, f"{day:%Y%m%d}", f"{day:%Y-%m-%d}", f"{day.year}.{day.month}.{day.day}"]
    spellings += [f"{day.year}年{day.month}月{day.day}日", f"{day.year}/{day.month}/{day.day}", int(f"{day:%Y%m%d}")]
    if serial >= 10_000:
        spellings += [serial, float(serial), str(serial)]
    assert {parse("date", spelling) for spelling in spellings} == {day}
    assert parse("month", day + timedelta(0)) == day.replace(day=1)


@given(st.integers(0, 10**11))
def test_money_is_exact_to_the_fen(fen: int) -> None:
    yuan, rest = divmod(fen, 100)
    for text in (f"{yuan}.{rest:02d}", f"{yuan:,}.{rest:02d}元", f"￥{yuan}.{rest:02d}"):
        assert parse("money", text) == fen
    assert parse("money", fen / 100) == fen


@given(st.one_of(st.text(max_size=30), st.floats(allow_nan=False), st.integers(), st.dates(), st.booleans(), st.none()))
def test_no_cell_breaks_a_reader(cell: Cell) -> None:
    for kind in [*READ, "citizen_id", "certificate_number"]:
        words = "read"
        try:
            parse(kind, cell, SEX if kind == "code:sex" else None)
        except Unreadable as told:
            words = told.message and told.remedy
        assert words


@given(st.text(string.ascii_letters + "韦黄梁·. 　", max_size=8))
def test_a_name_is_itself_however_it_is_spaced(name: str) -> None:
    assert same_name(name, "　".join(name))
    assert same_name(name, name.replace("·", "."))
    assert name_key(name_key(name)) == name_key(name)


def test_a_question_mark_is_one_rare_character_and_no_more() -> None:
    assert same_name("罗锦?", "罗锦𬭎")
    assert same_name("罗锦𬭎", "罗锦？")
    assert not same_name("罗?", "罗锦𬭎")
    assert not same_name("罗锦?", "罗绵𬭎")
    assert not same_name("罗锦", "罗绵")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("单位：港南区民政局      数据时间：2026年11月10日", date(2026, 11, 10)),
        ("填报单位：江南街道残联 填报时间: 2026.11.10 单位：人、元", date(2026, 11, 10)),
        ("（数据截至2026-10）", date(2026, 10, 1)),
        ("数据时间：2026年13月", None),
        ("数据时间：另附", None),
        ("港南区2026年11月发放花名册", None),
        ("", None),
    ],
)
def test_the_day_a_table_tells_of(text: str, day: date | None) -> None:
    assert day_told(text, ("数据时间", "填报时间", "数据截至")) == day
