"""What stands before every parser: a file is refused, with reason and remedy, before anything interprets its content.

Extension, first bytes and structure must agree. A workbook's archive is measured by its directory and by counting the
bytes that really come out of it, and its parts are searched for what has no business in a list of people.
"""

from __future__ import annotations

import os
from pathlib import Path

from zhucan.files.guard_archive import check_archive
from zhucan.files.guard_legacy import check_legacy
from zhucan.files.limits import MEBIBYTE, Limits, Refused

__all__ = ["check_text", "check_workbook", "kind_of"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_MAGICS = (
    (_OLE, "旧版 Office 文件（xls 或加密的 xlsx）"),
    (b"PK", "压缩包或 xlsx 工作簿"),
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"MZ", "Windows 程序"),
    (b"\x7fELF", "Linux 程序"),
    (b"SQLite format 3", "数据库文件"),
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta", b"<head")
_TEXT = frozenset({".csv", ".txt", ".tsv"})
_OTHER_SHEETS = {
    ".xlsm": "带宏的工作簿",
    ".xltm": "带宏的模板",
    ".xlsb": "二进制工作簿",
    ".xlam": "加载宏",
    ".et": "WPS 表格",
    ".ett": "WPS 模板",
    ".ods": "开放文档表格",
    ".numbers": "Numbers 表格",
}
_ARCHIVES = frozenset({".zip", ".rar", ".7z", ".gz", ".tar"})
SPREADSHEETS = frozenset({".xlsx", ".xls", *_TEXT, *_OTHER_SHEETS})
_HEAD = 8192


def kind_of(path: Path, limits: Limits) -> str:
    """``xlsx``, ``xls`` or ``text``: what the extension claims and the first bytes confirm.

    Raises:
        Refused: no spreadsheet, too big, empty, or its content is not what the name says.
    """
    suffix = path.suffix.lower()
    if suffix in _OTHER_SHEETS:
        raise Refused(
            f"这是{_OTHER_SHEETS[suffix]}（{suffix}），不能直接读取。请用 Excel 或 WPS 打开，另存为 .xlsx 再提交。"
        )
    if suffix in _ARCHIVES:
        raise Refused("这是压缩包，没有读取。请先解压，把里面的表格放进这个文件夹再运行。")
    if suffix not in SPREADSHEETS:
        raise Refused("这不是表格文件，没有读取。可以读取的有 .xlsx、.xls、.csv 和 .txt。")
    size = path.stat().st_size
    _check_size(suffix, size, limits)
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if suffix in _TEXT:
        _check_text_head(head)
        return "text"
    _check_workbook_head(suffix, head)
    return suffix[1:]


def check_workbook(path: Path, kind: str, limits: Limits) -> None:
    """Refuse a workbook that is not what ``kind`` says, or holds what no list needs. Raises: Refused."""
    if kind == "xlsx":
        check_archive(path, limits)
    else:
        check_legacy(path)


def check_text(path: Path, limits: Limits) -> None:
    """Refuse a text file with more lines than are read, before it is decoded. Raises: Refused."""
    lines = 0
    with path.open("rb") as stream:
        while block := stream.read(MEBIBYTE):
            lines += block.count(b"\n")
    if lines > limits.text_rows:
        raise Refused(f"这个文件有 {lines} 行，超过上限 {limits.text_rows} 行。请按乡镇或年份拆成几个文件再提交。")


def _check_size(suffix: str, size: int, limits: Limits) -> None:
    if size == 0:
        raise Refused("这个文件是空的（0 字节）。请重新导出或向来文单位重新要一份。")
    limit = limits.text_size if suffix in _TEXT else limits.xls_size if suffix == ".xls" else limits.workbook_size
    if size > limit:
        raise Refused(
            f"这个文件有 {_mebibytes(size)} MB，超过上限 {_mebibytes(limit)} MB。"
            "请删去图片和多余的工作表，或按乡镇拆成几个文件再提交。"
        )


def _mebibytes(size: int) -> str:
    return f"{size / MEBIBYTE:.0f}" if size >= MEBIBYTE else f"{size / MEBIBYTE:.2f}"


def _check_text_head(head: bytes) -> None:
    for magic, what in _MAGICS:
        if head.startswith(magic) and not _printable(head):
            raise Refused(f"扩展名说这是文本表格，内容却是{what}。请用 Excel 或 WPS 打开原文件，另存为 .xlsx 再提交。")
    if _is_markup(head):
        raise Refused("扩展名说这是文本表格，内容却是网页。请用 Excel 或 WPS 打开，另存为 .xlsx 再提交。")


def _printable(head: bytes) -> bool:
    """Whether the first bytes can be a line of text that merely begins like another format (``BM``, ``MZ`` …)."""
    return not any(byte < 9 or 13 < byte < 32 for byte in head[:512]) and not head.startswith((b"%PDF", b"PK\x03\x04"))


def _check_workbook_head(suffix: str, head: bytes) -> None:
    wanted = _ZIP if suffix == ".xlsx" else _OLE
    if head.startswith(wanted):
        return
    if suffix == ".xls" and head.startswith(_ZIP):
        raise Refused("扩展名是 .xls，内容却是新版工作簿。请把扩展名改成 .xlsx，或打开后另存为 .xlsx 再提交。")
    if suffix == ".xlsx" and head.startswith(_OLE):
        raise Refused(
            "扩展名是 .xlsx，内容却是旧版工作簿或加了密码的工作簿。"
            "请打开后取消密码（文件→信息→保护工作簿），另存为 .xlsx 再提交。"
        )
    if _is_markup(head):
        raise Refused(
            f"扩展名是 {suffix}，内容却是网页或 XML 表格（有些业务系统这样导出）。"
            "请用 Excel 或 WPS 打开，另存为 .xlsx 再提交。"
        )
    for magic, what in _MAGICS:
        if head.startswith(magic):
            raise Refused(f"扩展名是 {suffix}，内容却是{what}。请找到原来的表格，另存为 .xlsx 再提交。")
    raise Refused(
        f"扩展名是 {suffix}，内容却不是工作簿（可能是文本表格或已损坏）。请用 Excel 或 WPS 打开，另存为 .xlsx 再提交。"
    )


def _is_markup(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith(_MARKUP)


def is_regular(path: Path) -> bool:
    """Whether this is an ordinary file a person put there, no lock file of Excel (``~$``) and nothing hidden."""
    return path.is_file() and not path.name.startswith((".", "~$")) and os.access(path, os.R_OK)
