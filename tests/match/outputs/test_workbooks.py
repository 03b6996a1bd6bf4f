"""比对结果.xlsx and 移交民政.xlsx: one header row, links, masks, nothing live, the right rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.match.outputs.books import FULL_ID, formulas, headings, open_book, texts
from tests.match.outputs.factory import make_result
from zhucan.files.tables import Outcome, Problem, Row, Sheet, SourceFile, Table
from zhucan.match.outputs.civil_affairs import write_hand_over
from zhucan.match.outputs.figures import figures_of
from zhucan.match.outputs.tables import INDEX
from zhucan.match.outputs.words import mask_id, mask_numbers
from zhucan.match.outputs.workbook import write_workbook

UPLOAD = [
    "乡镇",
    "姓名",
    "身份证号码",
    "残疾人证号",
    "补贴类型",
    "补贴对象类型",
    "补贴金额",
    "享受补贴起始月份",
    "续发月份",
    "性别",
    "出生年月",
    "残疾等级",
    "残疾类别",
    "民族",
    "户口性质",
    "户籍地址",
    "家庭住址",
    "手机号码",
    "联系人",
    "联系电话",
    "开户银行",
    "银行卡号",
    "低保类别",
    "是否死亡",
    "地区",
]


def source(feed, rows):
    table = Table("名册.xlsx", "江南街道", "", feed, {"name": 0, "citizen_id": 1}, {}, rows)
    sheets = [Sheet("江南街道", [], [table]), Sheet("说明", [], remark="填表说明")]
    return SourceFile(Path("名册.xlsx"), sheets, ["旧表"])


class NamedFeed:
    title = "持证残疾人名册"


@pytest.fixture(scope="module")
def result():
    problem = Problem("身份证号", "450803198607019790", "id_check", "校验码不对：450803198607019790", "请按身份证重填")
    rows = [Row(7, ("=甲", "450803198607019790"), problems=[problem], outcome=Outcome.REJECTED)]
    made = make_result(600)
    return replace(made, files=[source(NamedFeed(), rows), SourceFile(made.files[0].path, refusal="文件有密码")])


@pytest.fixture(scope="module")
def work(result, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "比对结果.xlsx"
    write_workbook(result, figures_of(result), path)
    return path


@pytest.fixture(scope="module")
def hand_over(result, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "移交民政.xlsx"
    write_hand_over(result, figures_of(result), path)
    return path


@pytest.mark.parametrize("name", ["work", "hand_over"])
def test_every_sheet_is_a_plain_table(name, request):
    path = request.getfixturevalue(name)
    book = open_book(path)
    for sheet in book:
        assert sheet.merged_cells.ranges == set()
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref or sheet.title == INDEX
        assert all(headings(sheet)), "a heading for every column"
        assert len(set(headings(sheet))) == len(headings(sheet))
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.oddFooter.center.text == "第 &P 页 / 共 &N 页"
        assert round(sheet.page_margins.left * 25.4) == 20
    assert formulas(path) == []


@pytest.mark.parametrize("name", ["work", "hand_over"])
def test_the_index_leads_everywhere_and_back(name, request):
    book = open_book(request.getfixturevalue(name))
    index = book[INDEX]
    assert book.sheetnames[0] == INDEX
    linked = {cell.value: cell.hyperlink.location for (cell,) in index["A2:A40"] if cell.value}
    assert list(linked) == book.sheetnames[1:]
    assert all(location == f"'{sheet}'!A1" for sheet, location in linked.items())
    for sheet in list(book)[1:]:
        back = sheet.cell(1, sheet.max_column)
        assert back.value == "回目录"
        assert back.hyperlink.location == "'目录'!A1"
    assert book.defined_names[INDEX].attr_text == "'目录'!$A$1"


def test_the_index_counts_what_the_sheets_hold(work):
    book = open_book(work)
    for name, _, count, *_ in list(book[INDEX].values)[1:]:
        assert book[name].max_row - 1 == count, name


def test_sums_are_numbers_in_yuan(work, result):
    book = open_book(work)
    sheet = book["应享未享"]
    place = headings(sheet).index("标准（元/月）")
    sums = [row[place] for row in list(sheet.values)[1:]]
    assert sum(sums) * 100 == figures_of(result).missed_number.fen
    assert {type(one) for one in sums} <= {int, float}


def test_the_workbook_masks_every_citizen_number(work, result):
    words = texts(open_book(work))
    assert [word for word in words if FULL_ID.search(word)] == []
    assert mask_id(figures_of(result).missed[0].person.citizen_id) in words


def test_masking():
    assert mask_id("450803198607019717") == "4508 03** **** **17"
    assert mask_id("") == ""
    assert mask_numbers("号码450803198607019717错") == "号码4508 03** **** **17错"
    assert mask_numbers("电话 13700000612") == "电话 13700000612"


def test_states_have_shape_and_word(work):
    book = open_book(work)
    for sheet, state in {"应享未享": "○ 应享未享", "疑似不应享": "! 疑似不应享", "待核实": "? 待核实"}.items():
        place = headings(book[sheet]).index("状态")
        assert {row[place] for row in list(book[sheet].values)[1:]} == {state}


def test_every_doubt_has_a_reason_and_every_unknown_a_question(work):
    book = open_book(work)
    for sheet, heading in {"疑似不应享": "原因", "待核实": "要问的问题", "应享未享": "原因"}.items():
        place = headings(book[sheet]).index(heading)
        assert all(row[place] for row in list(book[sheet].values)[1:])


def test_refused_rows_and_unread_sheets_are_named(work):
    book = open_book(work)
    ours = list(book["被拒绝的行"].values)[1]
    assert ours[:4] == ("名册.xlsx#江南街道", 7, "=甲", "身份证号")
    assert "4508 03** **** **90" in ours[5]
    states = {(row[0], row[1]): row[-2] for row in list(book["文件与工作表"].values)[1:]}
    assert states["名册.xlsx", "说明"] == "填表说明"
    assert states["名册.xlsx", "旧表"] == "隐藏的工作表，不作数据"
    assert "文件有密码" in states.values()


def test_presumptions_stand_beside_the_verdict(work):
    sheet = open_book(work)["应享未享"]
    place = headings(sheet).index("靠什么推定")
    assert "推定：未核对死亡人员名单" in {row[place] for row in list(sheet.values)[1:]}


def test_civil_affairs_gets_its_own_columns_with_full_numbers(hand_over, result):
    book = open_book(hand_over)
    assert book.sheetnames == [INDEX, "应补未补", "应退未退（疑似）", "发放差错", "名册外发放"]
    for name in book.sheetnames[1:4]:
        assert headings(book[name])[: len(UPLOAD)] == UPLOAD
        assert headings(book[name])[-4:] == ["处理意见", "处理人", "处理日期", "回目录"]
    first = figures_of(result).missed[0].person
    row = next(book["应补未补"].iter_rows(min_row=2))
    by_heading = dict(zip(headings(book["应补未补"]), row, strict=True))
    assert by_heading["身份证号码"].value == first.citizen_id
    assert by_heading["身份证号码"].data_type == "s"
    assert by_heading["银行卡号"].value == first.account
    assert by_heading["出生年月"].value == f"{first.citizen_id[6:10]}-{first.citizen_id[10:12]}"
    assert by_heading["性别"].value == ("男" if int(first.citizen_id[16]) % 2 else "女")
    assert (by_heading["民族"].value, by_heading["户口性质"].value) == (first.ethnic, first.hukou)
    assert by_heading["处理意见"].value is None
    assert book["应补未补"].max_row - 1 == figures_of(result).missed_number.lines


LIVE = st.sampled_from(["=", "+", "-", "@", "\t", "\r"]).flatmap(
    lambda start: st.text("1A(!\"'|,;", max_size=12).map(lambda rest: start + rest)
)


@settings(max_examples=15, deadline=None)
@given(LIVE)
def test_no_cell_is_live(tmp_path_factory, word):
    made = make_result(12, seed=3)
    people = {person.code: replace(person, name=word, guardian=word, village_name=word) for person in made.persons}
    lines = [
        replace(line, person=people[line.person.code], finding="missed", verdict="entitled", reason=word, question=word)
        for line in made.lines
    ]
    result = replace(made, persons=list(people.values()), lines=lines)
    folder = tmp_path_factory.mktemp("live")
    write_workbook(result, figures_of(result), folder / "a.xlsx")
    write_hand_over(result, figures_of(result), folder / "b.xlsx")
    for path in (folder / "a.xlsx", folder / "b.xlsx"):
        assert formulas(path) == []
        kinds = {cell.data_type for sheet in open_book(path) for row in sheet for cell in row}
        assert "f" not in kinds
