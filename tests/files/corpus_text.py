"""The text files of the corpus, and files that are not what their names say."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.files.corpus import SHELF, TABLE, rows_of_text
from tests.files.people import HEADINGS, citizen_id, name, people
from tests.files.specimens import ROSTER, save, save_xls, text_of

put = SHELF.put
CSV = f"{ROSTER}.csv"


@put(CSV, rows=5)
def text_in_utf8(path: Path) -> None:
    path.write_text(rows_of_text(), encoding="utf-8")


@put(CSV, rows=5)
def text_in_utf8_with_mark(path: Path) -> None:
    path.write_text(rows_of_text(newline="\r\n"), encoding="utf-8-sig", newline="")


@put(CSV, rows=5)
def text_in_gb18030(path: Path) -> None:
    path.write_text(rows_of_text().replace("测文", "测𬭎"), encoding="gb18030")


@put(f"{ROSTER}.txt", rows=5)
def text_in_utf16(path: Path) -> None:
    path.write_text(rows_of_text("\t"), encoding="utf-16")


@put(CSV, rows=5)
def text_in_utf16_big_end_first(path: Path) -> None:
    path.write_bytes(b"\xfe\xff" + rows_of_text(";").encode("utf-16-be"))


@put(CSV, rows=5)
def lines_ended_the_old_way(path: Path) -> None:
    path.write_bytes(rows_of_text(newline="\r").encode())


@put(CSV, rows=5)
def semicolons(path: Path) -> None:
    path.write_text(rows_of_text(";"), encoding="utf-8")


@put(f"{ROSTER}.txt", rows=5)
def tabs(path: Path) -> None:
    path.write_text(rows_of_text("\t"), encoding="gb18030")


@put(CSV, rows=5)
def chinese_commas(path: Path) -> None:
    path.write_text(rows_of_text("，"), encoding="utf-8")


@put(f"{ROSTER}.tsv", rows=5)
def extension_of_tabs(path: Path) -> None:
    path.write_text(rows_of_text("\t"), encoding="utf-8")


@put(CSV, rows=5)
def title_above_the_heading(path: Path) -> None:
    path.write_text("某县残疾人花名册\n填报单位：某镇\n\n" + rows_of_text(), encoding="utf-8")


@put(CSV, rows=5)
def quoted_cells(path: Path) -> None:
    lines = [",".join(f'"{"" if cell is None else cell}"' for cell in line) for line in TABLE]
    path.write_text("\n".join(lines), encoding="utf-8")


@put(CSV, rows=5)
def quoted_cells_over_lines(path: Path) -> None:
    lines = text_of(TABLE).splitlines()
    lines[2] = lines[2] + '"甲\n乙,丙\n丁"'
    path.write_text("\n".join(lines), encoding="utf-8")


@put(CSV, rows=5)
def quote_never_closed(path: Path) -> None:
    lines = text_of(TABLE).splitlines()
    lines[2] = lines[2].replace(",测", ',"测')
    path.write_text("\n".join(lines), encoding="utf-8")


@put(CSV, rows=5)
def two_quotes_never_closed(path: Path) -> None:
    lines = text_of(TABLE).splitlines()
    lines[2] = lines[2].replace(",测", ',"测')
    lines[4] = lines[4].replace(",测", ',"测')
    path.write_text("\n".join(lines), encoding="utf-8")


@put(CSV, rows=3000)
def thousands_of_quotes_never_closed(path: Path) -> None:
    lines = text_of([HEADINGS, *people(3000)]).replace(",测", ',"测')
    path.write_text(lines, encoding="utf-8")


@put(CSV, rows=5)
def ragged_rows(path: Path) -> None:
    lines = text_of(TABLE).splitlines()
    lines[1] = ",".join(lines[1].split(",")[:4])
    lines[3] += ",多,出,来,的"
    path.write_text("\n".join(lines), encoding="utf-8")


@put(CSV, rows=5, rules=["undecodable"])
def bytes_without_character(path: Path) -> None:
    raw = rows_of_text().encode("gb18030").split(b"\n")
    raw[2] = raw[2] + b"\xff\xfe\x81"
    path.write_bytes(b"\n".join(raw))


@put(CSV, rows=5, rules=["undecodable"])
def nul_bytes(path: Path) -> None:
    path.write_bytes(rows_of_text().encode().replace("肢体".encode(), "肢\0体".encode(), 1))


@put(CSV, rows=5)
def two_encodings_in_one_file(path: Path) -> None:
    lines = rows_of_text().splitlines(keepends=True)
    path.write_bytes("".join(lines[:3]).encode() + "".join(lines[3:]).encode("gb18030"))


@put("死亡人员.csv", rows=0)
def heading_of_text_without_rows(path: Path) -> None:
    path.write_text("姓名,身份证号码,死亡日期\n", encoding="utf-8")


@put("数据.csv", remark="没有找到表头")
def text_without_heading(path: Path) -> None:
    path.write_text(text_of(people(5)), encoding="utf-8")


@put("数据.csv", remark="空表")
def only_line_ends(path: Path) -> None:
    path.write_text("\n\r\n\n", encoding="utf-8")


@put("数据.csv", refusal="空的")
def nothing_at_all(path: Path) -> None:
    path.write_bytes(b"")


@put("说明.txt", remark="没有找到表头")
def prose(path: Path) -> None:
    path.write_text("请各乡镇于本月底前报送。\n联系人：某某\n", encoding="utf-8")


BANK = "序号|户名|账号|金额|返回码|返回信息|交易日期\n"


def _payments(count: int) -> str:
    return "".join(f"{n:06}|{name(n)}|62999{n:014}|90.00|0000|交易成功|20261105\n" for n in range(1, count + 1))


@put("银行回盘.txt", rows=7, skipped=["汇总行"])
def bank_return_of_two_sections(path: Path) -> None:
    first = f"H|A1SH|困难残疾人生活补贴|3|270.00|20261105\n{BANK}{_payments(3)}T|A1SH|3|0\n"
    second = f"H|A1HL|重度残疾人护理补贴|4|360.00|20261105\n{BANK}{_payments(4)}T|A1HL|4|0\n"
    path.write_text(first + second, encoding="gb18030")


@put("银行回盘.txt", rows=7)
def bank_return_without_ends_and_second_heading(path: Path) -> None:
    first = f"H|A1SH|困难残疾人生活补贴|3\n{BANK}{_payments(3)}"
    path.write_text(f"{first}H|A1HL|重度残疾人护理补贴|4\n{_payments(4)}", encoding="gb18030")


@put("银行回盘.txt", rows=3)
def bank_return_cut_off(path: Path) -> None:
    whole = f"H|A1SH|困难残疾人生活补贴|3\n{BANK}{_payments(3)}"
    path.write_text(whole[:-20], encoding="gb18030")


# --- not what the name says ---


@put(f"{ROSTER}.xlsx", refusal="没有下载完")
def workbook_cut_off(path: Path) -> None:
    save(path, TABLE)
    path.write_bytes(path.read_bytes()[:-200])


@put(f"{ROSTER}.xlsx", refusal="已损坏")
def workbook_with_a_damaged_byte(path: Path) -> None:
    save(path, [HEADINGS, *people(200)])
    raw = bytearray(path.read_bytes())
    at = raw.find(b"xl/worksheets/sheet1.xml") + 400
    raw[at : at + 8] = b"\xaa" * 8
    path.write_bytes(bytes(raw))


@put(f"{ROSTER}.xlsx", refusal="网页")
def web_page_named_xlsx(path: Path) -> None:
    path.write_text("<html><table><tr><td>姓名</td></tr></table></html>", encoding="utf-8")


@put(f"{ROSTER}.xls", refusal="网页")
def web_page_named_xls(path: Path) -> None:
    path.write_text('\ufeff<?xml version="1.0"?><Workbook/>', encoding="utf-8")


@put(f"{ROSTER}.csv", refusal="网页")
def web_page_named_csv(path: Path) -> None:
    path.write_text("<!DOCTYPE html><table></table>", encoding="utf-8")


@put(f"{ROSTER}.xls", refusal="扩展名改成 .xlsx")
def new_workbook_named_xls(path: Path) -> None:
    save(path.with_suffix(".xlsx"), TABLE)
    path.with_suffix(".xlsx").rename(path)


@put(f"{ROSTER}.xlsx", refusal="旧版工作簿")
def legacy_workbook_named_xlsx(path: Path) -> None:
    save_xls(path, [("名册", TABLE, 0)])


@put(f"{ROSTER}.xls", refusal="文本表格")
def text_named_xls(path: Path) -> None:
    path.write_text(rows_of_text("\t"), encoding="gb18030")


@put(CSV, refusal="旧版 Office")
def legacy_workbook_named_csv(path: Path) -> None:
    save_xls(path, [("名册", TABLE, 0)])


@put(CSV, refusal="xlsx 工作簿")
def workbook_named_csv(path: Path) -> None:
    save(path.with_suffix(".xlsx"), TABLE)
    path.with_suffix(".xlsx").rename(path)


@put(f"{ROSTER}.xlsx", refusal="里面没有工作簿")
def another_archive_named_xlsx(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")


@put(f"{ROSTER}.xlsx", refusal="已损坏")
def workbook_whose_sheet_is_no_markup(path: Path) -> None:
    save(path, TABLE)
    with zipfile.ZipFile(path) as archive:
        content = {each: archive.read(each) for each in archive.namelist()}
    content["xl/workbook.xml"] = b"this is no markup <<<"
    with zipfile.ZipFile(path, "w") as archive:
        for each, raw in content.items():
            archive.writestr(each, raw)


@put(f"{ROSTER}.et", refusal="WPS 表格")
def table_of_wps(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


@put(f"{ROSTER}.ods", refusal="开放文档")
def open_document(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04")


@put("民政.zip", refusal="先解压")
def zipped(path: Path) -> None:
    save(path.with_suffix(".xlsx"), TABLE)
    path.with_suffix(".xlsx").rename(path)


@put("通知.pdf", refusal="不是表格文件")
def document(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n")


@put(f"{ROSTER}.xls", refusal="已损坏")
def legacy_workbook_cut_off(path: Path) -> None:
    save_xls(path, [("名册", [HEADINGS, *people(300)], 0)])
    path.write_bytes(path.read_bytes()[:2000])


@put("学生名册.xlsx", rows=2, rules=["code_unknown"])
def words_outside_the_code_table(path: Path) -> None:
    head = ["学校名称", "学段", "学生姓名", "身份证件号"]
    save(path, [head, ["某小学", "小学", name(1), citizen_id(1)], ["某校", "火星班", name(2), citizen_id(2)]])
