"""Broken and untidy files as offices send them, made on the spot: each must be read without loss and explained."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

from openpyxl.cell.cell import MergedCell
from openpyxl.chart import BarChart
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.files.people import HEADINGS, citizen_id, name, people, person
from tests.files.specimens import ROSTER, Shelf, new_book, save, save_xls, sheet_of, text_of

SHELF = Shelf()
put = SHELF.put
TABLE = [HEADINGS, *people(5)]
TITLE = ["某县持证残疾人花名册"]


def changed(column: str, *cells: object) -> list[list[object]]:
    """The rows of as many people, one column replaced."""
    rows = people(len(cells))
    for row, cell in zip(rows, cells, strict=True):
        row[HEADINGS.index(column)] = cell
    return [HEADINGS, *rows]


# --- headings ---


@put(rows=5)
def titles_merged_over_the_heading(path: Path) -> None:
    book = new_book()
    sheet = sheet_of(book, "名册", [TITLE, ["填报单位：某镇　　　单位：人"], *TABLE])
    sheet.merge_cells("A1:K1")
    sheet.merge_cells("A2:K2")
    book.save(path)


@put(rows=5)
def heading_of_two_lines(path: Path) -> None:
    upper = ["序号", "基本信息", None, "残疾人证信息", None, None, None, None, "户籍", None, "备注"]
    lower = [None, *HEADINGS[1:10], None]
    book = new_book()
    sheet = sheet_of(book, "名册", [TITLE, upper, lower, *people(5)])
    for cells in ("A2:A3", "B2:C2", "D2:H2", "I2:J2", "K2:K3"):
        sheet.merge_cells(cells)
    book.save(path)


@put(rows=5)
def guardian_group_has_a_name_of_its_own(path: Path) -> None:
    upper = ["监护人", None, "残疾人", None, None, None]
    lower = ["姓名", "电话", "姓名", "身份证号", "残疾类别", "残疾等级"]
    rows = [["监护甲", "13800000000", name(n), citizen_id(n), "肢体", "二级"] for n in range(1, 6)]
    save(path, [upper, lower, *rows])


@put(rows=6, skipped=["重复的表头"])
def heading_repeated_on_every_page(path: Path) -> None:
    save(path, [HEADINGS, *people(3), HEADINGS, *people(3, 4)])


@put(rows=6, skipped=["重复的表头", "标题"])
def title_and_heading_repeated(path: Path) -> None:
    save(path, [TITLE, HEADINGS, *people(3), TITLE, HEADINGS, *people(3, 4)])


@put(rows=4, skipped=["重复的表头"])
def heading_of_two_lines_repeated(path: Path) -> None:
    upper = ["序号", "基本信息", None, "残疾人证信息", None, None, None, None, "户籍", None, "备注"]
    lower = [None, *HEADINGS[1:10], None]
    save(path, [upper, lower, *people(2), upper, lower, *people(2, 3)])


@put(rows=6)
def second_table_with_other_columns_below(path: Path) -> None:
    order = [0, 2, 1, 5, 4, 3, 6, 7, 8, 9, 10]
    second = [[row[at] for at in order] for row in [HEADINGS, *people(3, 4)]]
    save(path, [TITLE, HEADINGS, *people(3), [], ["第二批持证残疾人花名册"], *second])


@put(rows=5)
def headings_with_breaks_blanks_and_brackets(path: Path) -> None:
    odd = [
        "序 号",
        "姓　名",
        "*身份\n证号（18位）",
        "残疾人证号 ",
        "残疾\n类别",
        "残 疾 等 级",
        "发证日期(年月日)",
        "有效期至：",
        "乡镇（街道）",
        "村(社区)",
        "备注【选填】",
    ]
    save(path, [odd, *people(5)])


@put(rows=5)
def headings_in_full_width(path: Path) -> None:
    save(path, [["Ｎｏ．", "姓名", "公民身份号码", "残疾证号", "类别", "等级"], *[row[:6] for row in people(5)]])


@put(rows=5)
def columns_moved_and_unknown_ones_between(path: Path) -> None:
    head = ["网格员", "残疾等级", "残疾类别", "微信号", "公民身份号码", "姓名", "残疾人证号"]
    rows = [["甲", "二级", "肢体", "wx", citizen_id(n), name(n), citizen_id(n) + "42"] for n in range(1, 6)]
    save(path, [head, *rows])


@put(rows=5)
def table_begins_in_column_c_row_five(path: Path) -> None:
    save(path, [[], [], [], [], *[[None, None, *line] for line in TABLE]])


@put(rows=5)
def one_heading_twice(path: Path) -> None:
    save(path, [[*HEADINGS, "联系电话", "联系电话"], *[[*row, "13800000000", "0775-1234567"] for row in people(5)]])


@put("某表.xlsx", remark="缺少表头")
def heading_of_the_number_is_missing(path: Path) -> None:
    save(
        path, [["序号", "姓名", "残疾类别", "残疾等级", "村"], *[[n, name(n), "肢体", "二级", "村"] for n in range(5)]]
    )


@put("数据.xlsx", remark="没有找到表头")
def no_heading_at_all(path: Path) -> None:
    save(path, people(5))


@put("某表.xlsx", remark="请在工作表名、标题或文件名里写明")
def nothing_says_which_table_it_is(path: Path) -> None:
    save(path, [["姓名", "身份证号"], *[[name(n), citizen_id(n)] for n in range(5)]], "Sheet1")


@put("特困人员名单.xlsx", rows=5)
def the_file_name_says_which_table_it_is(path: Path) -> None:
    save(path, [["姓名", "身份证号"], *[[name(n), citizen_id(n)] for n in range(1, 6)]], "Sheet1")


@put(rows=0)
def heading_without_any_row(path: Path) -> None:
    save(path, [TITLE, HEADINGS])


# --- sheets ---


@put(rows=5, hidden=["旧数据", "更旧"])
def hidden_sheets(path: Path) -> None:
    book = new_book()
    sheet_of(book, "名册", TABLE)
    sheet_of(book, "旧数据", TABLE).sheet_state = "hidden"
    sheet_of(book, "更旧", TABLE).sheet_state = "veryHidden"
    book.save(path)


@put(rows=5, remark="说明性的工作表")
def sheet_of_instructions(path: Path) -> None:
    book = new_book()
    sheet_of(book, "填表说明", [["一、按人填报。"], HEADINGS, person(1)])
    sheet_of(book, "名册", TABLE)
    book.save(path)


@put(rows=5, remark="空表")
def empty_sheets_beside(path: Path) -> None:
    book = new_book()
    sheet_of(book, "名册", TABLE)
    sheet_of(book, "Sheet2", [])
    sheet_of(book, "Sheet3", [[" "], [None, "　"]])
    book.save(path)


@put(rows=5)
def chart_sheet_beside(path: Path) -> None:
    book = new_book()
    sheet_of(book, "名册", TABLE)
    book.create_chartsheet("图").add_chart(BarChart())
    book.save(path)


@put("台账.xlsx", rows=8)
def sheets_of_two_kinds(path: Path) -> None:
    book = new_book()
    sheet_of(book, "残疾人花名册", TABLE)
    rows = [[name(n), citizen_id(n), "在册"] for n in range(1, 4)]
    sheet_of(book, "特困人员", [["姓名", "身份证号", "状态"], *rows])
    book.save(path)


@put(rows=5)
def names_of_sheets_hard_to_write(path: Path) -> None:
    book = new_book()
    sheet_of(book, "“八塘”、(新)&<旧>", TABLE)
    book.save(path)


# --- cells ---


@put(rows=3)
def numbers_typed_as_numbers(path: Path) -> None:
    save(path, changed("身份证号", float(citizen_id(1)[:15] + "000"), 4.5e17, int(citizen_id(3)[:17] + "0")))


@put(rows=6)
def numbers_in_odd_writing(path: Path) -> None:
    odd = ["4.50803E+17", "'" + citizen_id(2), f'="{citizen_id(3)}"', f"{citizen_id(4)[:6]} {citizen_id(4)[6:]}\u00a0"]
    wide = "".join(chr(ord(char) + 0xFEE0) for char in citizen_id(5))
    save(path, changed("身份证号", *odd, wide, citizen_id(6)[:6] + citizen_id(6)[8:17]))


@put(rows=5)
def numbers_missing(path: Path) -> None:
    save(path, changed("身份证号", None, "无", "待补", " ", "不详"))


@put(rows=3)
def rows_with_nothing_but_a_name(path: Path) -> None:
    rows = [[None, "测某某"] + [None] * 9, [2, "测某"] + [None] * 9]
    save(path, [HEADINGS, person(1), *rows])


@put(rows=3)
def errors_instead_of_values(path: Path) -> None:
    book = new_book()
    sheet = sheet_of(book, "名册", [HEADINGS, *people(3)])
    for at, error in (("C2", "#N/A"), ("F3", "#REF!"), ("H4", "#VALUE!")):
        sheet[at] = error
        sheet[at].data_type = "e"
    book.save(path)


@put(rows=3)
def formulas_never_calculated(path: Path) -> None:
    save(path, changed("备注", "=A1&B1", '=IF(A1>1,"是","否")', "=SUM(A1:A2)"))


@put(rows=4)
def texts_that_look_like_formulas(path: Path) -> None:
    book = new_book()
    sheet = sheet_of(book, "名册", [HEADINGS, *people(4)])
    for at, text in enumerate(("=1+1", "+8613800000000", "-2", "@SUM(1+1)"), 2):
        sheet.cell(at, 11).value = text
        sheet.cell(at, 11).data_type = "s"
    book.save(path)


@put(rows=5, rules=["date_unreadable"])
def days_in_many_writings(path: Path) -> None:
    save(path, changed("发证日期", datetime.date(2020, 5, 6), 43957, "2020.5.6", "二〇二〇年", "2020-13-45"))


@put(rows=3)
def days_of_the_calendar_of_1904(path: Path) -> None:
    book = new_book()
    book.epoch = CALENDAR_MAC_1904
    sheet_of(book, "名册", changed("发证日期", *[datetime.date(2020, 5, 6)] * 3))
    book.save(path)


@put(rows=3, rules=["level_unreadable", "category_unreadable"])
def categories_and_levels_that_do_not_exist(path: Path) -> None:
    rows = changed("残疾等级", "五级", "重度", "二级")
    rows[3][HEADINGS.index("残疾类别")] = "内部"
    save(path, rows)


@put("两项补贴发放表（护理补贴）.xlsx", rows=4, rules=["money_unreadable"])
def sums_that_are_none(path: Path) -> None:
    head = ["序号", "姓名", "身份证号", "本次发放金额（元）"]
    save(
        path, [head, *[[n, name(n), citizen_id(n), sum_] for n, sum_ in enumerate((90, "９０元", "九十", "90.005"), 1)]]
    )


@put(rows=5)
def truth_values_times_and_durations(path: Path) -> None:
    cells = (True, False, datetime.time(8, 30), datetime.timedelta(hours=30), datetime.datetime(2026, 1, 2, 3, 4))
    save(path, changed("备注", *cells))


@put(rows=4)
def rare_characters(path: Path) -> None:
    save(path, changed("姓名", "测𬭎", "测\U0002a6d6", "测😀", "测\u200b某"))


@put(rows=2)
def control_characters(path: Path) -> None:
    save(path, changed("备注", "甲\t乙", "甲\n乙\r\n丙"))
    _replace_in(path, "xl/worksheets/sheet1.xml", "第一村".encode(), "第_x0001_一_x0041_村".encode())


@put(rows=2)
def longest_text_that_fits(path: Path) -> None:
    save(path, changed("备注", "长" * 32_767, "x"))


@put(refusal="超过 32767 个字")
def text_too_long_for_a_cell(path: Path) -> None:
    save(path, changed("备注", "短"))
    _replace_in(path, "xl/worksheets/sheet1.xml", "短".encode(), ("长" * 40_000).encode())


@put("低保台账.xlsx", rows=5)
def household_cells_merged(path: Path) -> None:
    head = ["序号", "乡镇", "家庭编号", "救助类别", "状态", "家庭成员姓名", "身份证号码", "是否保障对象"]
    first = [[1, "测试镇", "H1", "农村低保", "在保"], [2, "测试镇", "H2", "城市低保", "停保"]]
    rows = [[*(first[n // 3] if n % 3 == 0 else [None] * 5), name(n), citizen_id(n), "是"] for n in range(5)]
    book = new_book()
    sheet = sheet_of(book, "农村低保", [head, *rows])
    for column in "ABCDE":
        sheet.merge_cells(f"{column}2:{column}4")
    assert isinstance(sheet["A3"], MergedCell)
    book.save(path)


# --- rows that are no data ---


@put(rows=5, skipped=["小计、合计", "制表、审核或说明"])
def sums_signatures_and_notes(path: Path) -> None:
    end = [
        ["合计", "5人"],
        ["制表人：某某", None, None, "审核人：某某", None, None, "联系电话：0775-0000000"],
        ["注：本表一式两份，各存一份。"],
    ]
    save(path, [HEADINGS, *people(2), [None, "第一村小计", 2], *people(3, 3), [None, "小  计", "3人"], *end])


@put(rows=3, skipped=["制表、审核或说明"])
def telephone_of_the_signer_below_the_numbers(path: Path) -> None:
    save(path, [HEADINGS, *people(3), ["制表：某某", None, "联系电话：0775-00000000", None, "审核：某某"]])


@put(rows=3, skipped=["只有序号，没有内容"])
def rows_numbered_in_advance(path: Path) -> None:
    save(path, [HEADINGS, *people(3), *[[n] for n in range(4, 200)]])


@put(rows=4)
def empty_rows_between(path: Path) -> None:
    save(path, [HEADINGS, *people(2), [], [], [" "], *people(2, 3)])


@put(rows=3)
def only_formats_down_to_the_last_row(path: Path) -> None:
    book = new_book()
    sheet = sheet_of(book, "名册", [HEADINGS, *people(3)])
    for at in ("XFD1", "A1048576", "XFD1048576"):
        sheet[at].fill = PatternFill("solid", fgColor="FFFF00")
    book.save(path)


# --- legacy workbooks ---


@put(f"{ROSTER}.xls", rows=5, hidden=["去年"])
def legacy_workbook(path: Path) -> None:
    save_xls(path, [("名册", TABLE, 0), ("去年", TABLE, 1)])


@put(f"{ROSTER}.xls", rows=5_000)
def legacy_workbook_of_thousands(path: Path) -> None:
    row = ["测某某", citizen_id(1), "肢体", "二级"]
    save_xls(path, [("名册", [["姓名", "身份证号", "残疾类别", "残疾等级"], *[row] * 5_000], 0)])


@put(f"{ROSTER}.XLSX", rows=5)
def extension_in_capitals(path: Path) -> None:
    save(path.with_suffix(".xlsx"), TABLE)
    path.with_suffix(".xlsx").rename(path)


def _replace_in(path: Path, member: str, old: bytes, new: bytes) -> None:
    """Rewrite one member of a workbook; text stands in the shared strings when the sheet does not hold it."""
    with zipfile.ZipFile(path) as archive:
        content = {each: archive.read(each) for each in archive.namelist()}
    where = member if old in content[member] else "xl/sharedStrings.xml"
    assert old in content[where]
    content[where] = content[where].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, raw in content.items():
            archive.writestr(each, raw)


def rows_of_text(delimiter: str = ",", newline: str = "\n") -> str:
    """The usual five people as text."""
    return text_of(TABLE, delimiter, newline)
