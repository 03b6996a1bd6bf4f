"""The archive of an xlsx workbook: measured, its names and parts checked, before a parser sees a byte of it."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from zhucan.files.limits import MEBIBYTE, Limits, Refused

_END = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_COMMENT = 65_535
_LOCAL = b"PK\x03\x04"
_LOCAL_SIZE = 30
_UTF8_NAMES = 0x800
_PACKED_BLOCK = 64 * 1024
_BLOCK = 256 * 1024
_TAIL = 400
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ARCHIVES = (".zip", ".xlsx", ".xlsm", ".docx", ".pptx", ".rar", ".7z", ".gz", ".jar")
_EXECUTABLES = (".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".scr", ".hta")
_ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OUTSIDE = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
_MACRO = re.compile(rb"macroEnabled|vbaProject|macrosheet|intlMacrosheet", re.IGNORECASE)
_DDE = re.compile(rb"<(?:\w+:)?(?:ddeLink|oleLink)\b", re.IGNORECASE)
_DDE_FORMULA = re.compile(rb"<f\b[^>]*>(?:[^<\"]|\"[^\"<]*\")*?[\w.]+\|(?:'[^'<]*'|[\w.]+)!")
_WORKBOOK = re.compile(r"xl/workbook\d*\.xml")
_FAR_CELL = re.compile(
    rb"<c\b[^>]*?\br=\"(?:([A-Z]{3,}|[H-Z][A-Z]|G[S-Z])\d+|[A-Z]+(\d{6,}))\"[^>]*(?<!/)>\s*<(?:v|is|f)\b"
)
_SAVE_AGAIN = "请用 Excel 或 WPS 打开，新建一个空白工作簿，只把表格内容粘贴进去，另存为 .xlsx 再提交。"


def check_archive(path: Path, limits: Limits) -> None:
    """Refuse a workbook that is a bomb, hides another file, or holds macros, links, entities or encrypted parts.

    Raises:
        Refused: with the reason and what to do.
    """
    _check_end(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
        _check_directory(path, members, limits)
        counted = 0
        for member in members:
            counted += _check_member(path, member, counted, limits)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        struct.error,
        NotImplementedError,
        OSError,
        ValueError,
    ) as problem:
        raise Refused(
            "这个工作簿已损坏（压缩结构不完整），读不出表格。"
            "请用 Excel 或 WPS 打开并修复后另存为 .xlsx；打不开时请向来文单位重新要一份。"
        ) from problem


def _check_end(path: Path, limits: Limits) -> None:
    """The end record must close the file and its directory must be small, before ``zipfile`` reads the directory."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - _END_SIZE - _LONGEST_COMMENT))
        tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise Refused("这个工作簿不完整（可能没有下载完）。请重新下载或向来文单位重新要一份。")
    entries, directory, offset, comment = struct.unpack("<10xHIIH", tail[at : at + _END_SIZE])
    end_position = size - len(tail) + at
    if len(tail) - at != _END_SIZE + comment or comment or offset + directory != end_position:
        raise Refused(f"这个工作簿的前后还夹带着别的内容，不是正常保存的文件。{_SAVE_AGAIN}")
    if entries > limits.members or directory > limits.directory_size:
        raise Refused(f"这个工作簿里有 {entries} 个部件，超过上限 {limits.members} 个，不是正常的表格。{_SAVE_AGAIN}")


def _check_directory(path: Path, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    names = [member.filename for member in members]
    if len(names) > limits.members:
        raise Refused(
            f"这个工作簿里有 {len(names)} 个部件，超过上限 {limits.members} 个，不是正常的表格。{_SAVE_AGAIN}"
        )
    if len({name.lower() for name in names}) != len(names):
        raise Refused(f"这个工作簿里有重名的部件，不是正常保存的文件。{_SAVE_AGAIN}")
    for member in members:
        _check_entry(member)
    if "[Content_Types].xml" not in names or not any(map(_WORKBOOK.fullmatch, names)):
        raise Refused("扩展名是 .xlsx，内容却是别的压缩包，里面没有工作簿。请找到原来的表格，另存为 .xlsx 再提交。")
    if min(member.header_offset for member in members) != 0:
        raise Refused(f"这个工作簿的前面夹带着别的内容，不是正常保存的文件。{_SAVE_AGAIN}")
    claimed = sum(member.file_size for member in members)
    _check_unpacked(claimed, path.stat().st_size, limits)


def _check_entry(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in name or "\0" in name or "\\" in name:
        raise Refused(f"这个工作簿里有部件的路径指向文件之外，可能是恶意文件，已拒绝。{_SAVE_AGAIN}")
    if member.flag_bits & 0x1:
        raise Refused("这个工作簿加了密码，无法读取。请打开后取消密码，另存为 .xlsx 再提交。")
    if member.compress_type not in _METHODS:
        raise Refused(f"这个工作簿用了少见的压缩方式，无法读取。{_SAVE_AGAIN}")
    lower = name.lower()
    if "vbaproject" in lower or "/macrosheets/" in lower:
        raise Refused("这个工作簿带宏，出于安全不读取。请打开后另存为不带宏的 .xlsx 再提交。")
    if "/externallinks/" in lower:
        raise Refused(_LINKS)
    if lower.endswith(_ARCHIVES) or lower.endswith(_EXECUTABLES) or "/embeddings/" in lower:
        raise Refused(f"这个工作簿里还嵌着别的文件，出于安全不读取。{_SAVE_AGAIN}")


_LINKS = (
    "这个工作簿连着别的文件或外部数据，出于安全不读取。请打开后在“数据→编辑链接”里断开链接，"
    "或把内容按“值”粘贴到新工作簿，另存为 .xlsx 再提交。"
)


def _check_unpacked(unpacked: int, packed: int, limits: Limits) -> None:
    if unpacked > limits.unpacked_size or (unpacked > MEBIBYTE and unpacked > packed * limits.ratio):
        raise Refused(
            f"这个工作簿展开后有 {unpacked // MEBIBYTE} MB 以上，是原来大小的 {unpacked // max(packed, 1)} 倍以上，"
            "不是正常的表格，已拒绝。请删除多余的行、列和格式，或按乡镇拆成几个文件再提交。"
        )


def _check_member(path: Path, member: zipfile.ZipInfo, before: int, limits: Limits) -> int:
    """Count what really comes out of a member and look at it on the way."""
    packed = path.stat().st_size
    counted = 0
    lower = member.filename.lower()
    markup = lower.endswith((".xml", ".rels", ".vml"))
    tail = b""
    for block in _blocks(path, member):
        if counted == 0:
            _check_first_bytes(block, markup)
        counted += len(block)
        _check_unpacked(before + counted, packed, limits)
        if markup:
            _check_markup(lower, tail + block, limits)
            tail = block[-_TAIL:]
    return counted


def _blocks(path: Path, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """What really comes out of a member, a block at a time; ``zipfile`` would stop at the size the directory claims.

    Raises:
        zipfile.BadZipFile: local header, size or check sum differ from the directory.
    """
    with path.open("rb") as stream:
        stream.seek(member.header_offset)
        header = stream.read(_LOCAL_SIZE)
        if header[:4] != _LOCAL or len(header) < _LOCAL_SIZE:
            raise zipfile.BadZipFile("no local header")
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        if stream.read(name_length) != _raw_name(member):
            raise zipfile.BadZipFile("two names for one member")
        stream.seek(extra_length, 1)
        counted, crc = 0, 0
        for block in _inflate(stream, member):
            counted += len(block)
            crc = zlib.crc32(block, crc)
            yield block
        if counted != member.file_size or crc != member.CRC:
            raise zipfile.BadZipFile("size or check sum differ")


def _raw_name(member: zipfile.ZipInfo) -> bytes:
    return member.orig_filename.encode("utf-8" if member.flag_bits & _UTF8_NAMES else "cp437")


def _inflate(stream: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    left = member.compress_size
    stored = member.compress_type == zipfile.ZIP_STORED
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0:
        packed = stream.read(min(_PACKED_BLOCK, left))
        if not packed:
            raise zipfile.BadZipFile("member cut short")
        left -= len(packed)
        if stored:
            yield packed
            continue
        while packed:
            block = unpacker.decompress(packed, _BLOCK)
            packed = unpacker.unconsumed_tail
            if unpacker.unused_data:
                raise zipfile.BadZipFile("data after the end of a member")
            if block:
                yield block
    if not stored and not unpacker.eof:
        raise zipfile.BadZipFile("member cut short")


def _check_first_bytes(block: bytes, markup: bool) -> None:
    if block.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"MZ", b"\x7fELF", b"%PDF")):
        raise Refused(f"这个工作簿里还嵌着别的文件，出于安全不读取。{_SAVE_AGAIN}")
    if markup and (block.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in block[:64]):
        raise Refused(f"这个工作簿里的部件用了少见的编码，出于安全不读取。{_SAVE_AGAIN}")


def _check_markup(name: str, block: bytes, limits: Limits) -> None:
    if _ENTITY.search(block):
        raise Refused(f"这个工作簿里有 XML 实体声明（常见于攻击文件），出于安全不读取。{_SAVE_AGAIN}")
    if name == "[content_types].xml" and _MACRO.search(block):
        raise Refused("这个工作簿带宏，出于安全不读取。请打开后另存为不带宏的 .xlsx 再提交。")
    if name.endswith(".rels"):
        _check_relationships(block)
    elif name.startswith("xl/worksheets/"):
        _check_sheet(block, limits)
    elif _DDE.search(block):
        raise Refused(_LINKS)


def _check_relationships(block: bytes) -> None:
    for found in _OUTSIDE.finditer(block):
        if b"/hyperlink" not in found[0]:
            raise Refused(_LINKS)


def _check_sheet(block: bytes, limits: Limits) -> None:
    if b"|" in block and _DDE_FORMULA.search(block):
        raise Refused(f"这个工作簿里有会调用其他程序的公式（DDE），出于安全不读取。{_SAVE_AGAIN}")
    for found in _FAR_CELL.finditer(block):
        column, row = found.groups()
        if column is not None or int(row) > limits.rows:
            raise Refused(
                f"表格里有内容的范围超过上限（{limits.rows} 行、{limits.columns} 列）。"
                "请删除远处误填的内容和多余的行列，或按乡镇拆成几个文件再提交。"
            )
