"""A legacy .xls: its storages are listed and its first records looked at, before a parser sees it.

Formats: [MS-CFB] for the compound file, [MS-XLS] for the records. Only what is needed to say no.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from zhucan.files.limits import Refused

_FREE = 0xFFFFFFFA
_HEADER = 512
_ENTRY = 128
_MOST_SECTORS = 50_000
_MOST_RECORDS = 200_000
_STREAM, _ROOT = 2, 5
_BOUNDSHEET, _FILEPASS, _SUPBOOK, _EOF = 0x0085, 0x002F, 0x01AE, 0x000A
_SELF, _ADD_IN = 0x0401, 0x3A01
_SHEET_KINDS_WITH_CODE = frozenset({1, 6})
_ZIP_END = b"PK\x05\x06"
_SAVE_AGAIN = "请用 Excel 或 WPS 打开，新建一个空白工作簿，只把表格内容粘贴进去，另存为 .xlsx 再提交。"


def check_legacy(path: Path) -> None:
    """Refuse an .xls with macros, a password, links to other programs or files, or another format pasted behind it.

    Raises:
        Refused: with the reason and what to do.
    """
    raw = path.read_bytes()
    try:
        compound = _Compound(raw)
        entries = compound.entries()
        _check_names({name.upper() for name, *_ in entries})
        book = next((entry for entry in entries if entry[0].upper() in ("WORKBOOK", "BOOK")), None)
        if book is None:
            raise Refused(
                "扩展名是 .xls，里面却没有工作簿（可能是 Word 文档或邮件）。请找到原来的表格，另存为 .xlsx 再提交。"
            )
        _check_records(compound.stream(book))
    except (struct.error, IndexError, ValueError) as problem:
        raise Refused(
            "这个 .xls 文件已损坏，读不出表格。"
            "请用 Excel 或 WPS 打开并修复后另存为 .xlsx；打不开时请向来文单位重新要一份。"
        ) from problem
    if _hides_archive(raw):
        raise Refused(f"这个文件后面还夹带着一个压缩包，不是正常保存的文件。{_SAVE_AGAIN}")


def _check_names(names: set[str]) -> None:
    if {"ENCRYPTEDPACKAGE", "ENCRYPTIONINFO"} & names:
        raise Refused("这个文件加了密码，无法读取。请打开后取消密码（文件→信息→保护工作簿），另存为 .xlsx 再提交。")
    if any(name.startswith("_VBA_PROJECT") or name in ("VBA", "MACROS") for name in names):
        raise Refused("这个工作簿带宏，出于安全不读取。请打开后另存为不带宏的 .xlsx 再提交。")


def _hides_archive(raw: bytes) -> bool:
    at = raw.rfind(_ZIP_END, max(0, len(raw) - 65_557))
    if at < 0 or len(raw) - at < 22:
        return False
    comment: int = struct.unpack("<H", raw[at + 20 : at + 22])[0]
    return at + 22 + comment == len(raw)


class _Compound:
    """The directory and streams of a compound file, with every chain bounded."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        shift, small_shift = struct.unpack("<HH", raw[30:34])
        if shift not in (9, 12) or small_shift != 6:
            raise ValueError("sector size")
        self._sector = 1 << shift
        self._directory_start, self._small_limit = struct.unpack("<I4xI", raw[48:60])
        self._small_table_start: int = struct.unpack("<I", raw[60:64])[0]
        self._table = self._read_table()

    def entries(self) -> list[tuple[str, int, int, int]]:
        """Name, kind, first sector and size of every directory entry."""
        directory = self._chain(self._directory_start)
        found = []
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            entry = directory[at : at + _ENTRY]
            length: int = struct.unpack("<H", entry[64:66])[0]
            if entry[66] and 2 <= length <= 64:
                name = entry[: length - 2].decode("utf-16-le", errors="replace")
                start, size = struct.unpack("<II", entry[116:124])
                found.append((name, entry[66], start, size))
        return found

    def stream(self, entry: tuple[str, int, int, int]) -> bytes:
        """The bytes of a stream; small ones lie in the root's own stream."""
        _, _, start, size = entry
        if size >= self._small_limit:
            return self._chain(start)[:size]
        root = next(each for each in self.entries() if each[1] == _ROOT)
        small = self._chain(root[2])
        small_table = self._numbers(self._chain(self._small_table_start))
        parts = [small[at * 64 : at * 64 + 64] for at in self._follow(start, small_table)]
        return b"".join(parts)[:size]

    def _read_table(self) -> list[int]:
        first, count = struct.unpack("<II", self._raw[68:76])
        sectors = [each for each in struct.unpack("<109I", self._raw[76:_HEADER]) if each < _FREE]
        for _ in range(min(count, _MOST_SECTORS)):
            if first >= _FREE:
                break
            *more, first = self._numbers(self._at(first))
            sectors.extend(each for each in more if each < _FREE)
        return [number for each in sectors[:_MOST_SECTORS] for number in self._numbers(self._at(each))]

    def _chain(self, start: int) -> bytes:
        return b"".join(self._at(each) for each in self._follow(start, self._table))

    def _follow(self, start: int, table: list[int]) -> Iterator[int]:
        seen = 0
        while start < _FREE:
            if seen > len(table):
                raise ValueError("a chain that runs in a circle")
            yield start
            start = table[start]
            seen += 1

    def _at(self, sector: int) -> bytes:
        begin = (sector + 1) * self._sector
        if begin >= len(self._raw):
            raise ValueError("a sector outside the file")
        return self._raw[begin : begin + self._sector]

    @staticmethod
    def _numbers(raw: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))


def _check_records(book: bytes) -> None:
    """Look at the records before the first sheet: password, macro sheets, links."""
    at = 0
    for _ in range(_MOST_RECORDS):
        if at + 4 > len(book):
            return
        kind, length = struct.unpack("<HH", book[at : at + 4])
        body = book[at + 4 : at + 4 + length]
        if kind == _EOF:
            return
        _check_record(kind, body)
        at += 4 + length


def _check_record(kind: int, body: bytes) -> None:
    if kind == _FILEPASS:
        raise Refused("这个文件加了密码，无法读取。请打开后取消密码，另存为 .xlsx 再提交。")
    if kind == _BOUNDSHEET and len(body) > 5 and body[5] in _SHEET_KINDS_WITH_CODE:
        raise Refused("这个工作簿带宏表，出于安全不读取。请打开后删除宏表，另存为 .xlsx 再提交。")
    if kind == _SUPBOOK and len(body) >= 4 and struct.unpack("<H", body[2:4])[0] not in (_SELF, _ADD_IN):
        raise Refused(
            "这个工作簿连着别的文件或程序，出于安全不读取。请打开后在“数据→编辑链接”里断开链接，另存为 .xlsx 再提交。"
        )
