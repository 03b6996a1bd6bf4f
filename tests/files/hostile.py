"""Files made to harm: each must be refused in plain words within two seconds and 256 MB."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from tests.files.compound import bound_sheet, compound_file, record, workbook_stream
from tests.files.corpus import TABLE
from tests.files.specimens import ROSTER, Shelf, save, save_xls

SHELF = Shelf()
put = SHELF.put
SHEET = "xl/worksheets/sheet1.xml"
MEBIBYTE = 1024 * 1024
XLS = f"{ROSTER}.xls"


def parts_of() -> dict[str, bytes]:
    """The members of an honest workbook."""
    buffer = io.BytesIO()
    _honest(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _honest(buffer: io.BytesIO) -> None:
    from tests.files.specimens import new_book, sheet_of

    book = new_book()
    sheet_of(book, "名册", TABLE)
    book.save(buffer)


def pack(path: Path, parts: Mapping[str, bytes]) -> None:
    """Write members into an archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)


def with_part(path: Path, name: str, raw: bytes) -> None:
    """An honest workbook with one member added or replaced."""
    pack(path, parts_of() | {name: raw})


def in_part(path: Path, name: str, old: bytes, new: bytes) -> None:
    """An honest workbook with something replaced in one member."""
    parts = parts_of()
    assert old in parts[name]
    pack(path, parts | {name: parts[name].replace(old, new, 1)})


# --- bombs ---


def _big_sheet(path: Path, mebibytes: int) -> None:
    parts = parts_of()
    before, after = parts.pop(SHEET).split(b"<sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)
        with archive.open(SHEET, "w") as stream:
            stream.write(before + b"<sheetData>")
            for _ in range(mebibytes):
                stream.write(b" " * MEBIBYTE)
            stream.write(after)


@put(refusal="展开后")
def bomb_of_blanks(path: Path) -> None:
    _big_sheet(path, 300)


@put(refusal="展开后")
def bomb_of_cells(path: Path) -> None:
    row = b"<row>" + b"<c><v>1</v></c>" * 100 + b"</row>"
    in_part(path, SHEET, b"<sheetData>", b"<sheetData>" + row * 60_000)


@put(refusal="展开后")
def bomb_that_claims_to_be_small(path: Path) -> None:
    _big_sheet(path, 120)
    raw = bytearray(path.read_bytes())
    at = raw.rfind(SHEET.encode()) - 46
    assert raw[at : at + 4] == b"PK\x01\x02"
    raw[at + 24 : at + 28] = struct.pack("<I", 1000)
    path.write_bytes(bytes(raw))


@put(refusal="展开后")
def claim_of_ten_gigabytes(path: Path) -> None:
    save(path, TABLE)
    raw = bytearray(path.read_bytes())
    for name in (b"xl/workbook.xml", SHEET.encode(), b"xl/styles.xml"):
        at = raw.rfind(name) - 46
        raw[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    path.write_bytes(bytes(raw))


@put(refusal="部件")
def thousands_of_members(path: Path) -> None:
    pack(path, parts_of() | {f"xl/media/{n}.xml": b"x" for n in range(2500)})


@put(refusal="部件")
def hundreds_of_thousands_of_members_unsaid(path: Path) -> None:
    pack(path, parts_of() | {f"x/{n:040}": b"" for n in range(20_000)})
    raw = bytearray(path.read_bytes())
    at = raw.rfind(b"PK\x05\x06")
    raw[at + 8 : at + 12] = struct.pack("<HH", 9, 9)
    path.write_bytes(bytes(raw))


@put(refusal="展开后")
def members_that_share_their_bytes(path: Path) -> None:
    """Many directory entries for one packed megabyte of blanks."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b" " * MEBIBYTE) + packer.flush()
    parts = parts_of()
    pack(path, parts)
    raw = path.read_bytes()
    start, crc, name = raw.rfind(b"PK\x05\x06"), zlib.crc32(b" " * MEBIBYTE), b"xl/shared.xml"
    first = raw.find(b"PK\x01\x02")
    local = (
        struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 33, crc, len(packed), MEBIBYTE, len(name), 0) + name
    )
    entries = b"".join(
        struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            b"PK\x01\x02",
            20,
            20,
            0,
            8,
            0,
            33,
            crc,
            len(packed),
            MEBIBYTE,
            len(name),
            0,
            0,
            0,
            0,
            0,
            first,
        )
        + name[:-5]
        + b"%05d" % n
        for n in range(400)
    )
    directory = raw[first:start] + entries
    end = struct.pack(
        "<4sHHHHIIH",
        b"PK\x05\x06",
        0,
        0,
        400 + len(parts),
        400 + len(parts),
        len(directory),
        first + len(local) + len(packed),
        0,
    )
    path.write_bytes(raw[:first] + local + packed + directory + end)


@put(refusal="超过上限")
def one_cell_in_the_farthest_corner(path: Path) -> None:
    in_part(path, SHEET, b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


@put(refusal="超过上限")
def more_columns_than_a_list_has(path: Path) -> None:
    save(path, [[f"列{n}" for n in range(201)], list(range(201))])


@put(f"{ROSTER}.csv", refusal="列，超过上限")
def millions_of_columns(path: Path) -> None:
    path.write_bytes(b"," * 5_000_000)


@put(f"{ROSTER}.csv", refusal="行，超过上限")
def more_lines_than_are_read(path: Path) -> None:
    path.write_bytes(b"1\n" * 1_000_001)


@put(f"{ROSTER}.csv", refusal="个字")
def one_cell_of_megabytes(path: Path) -> None:
    path.write_bytes(b"a" * 20_000_000)


@put(refusal="超过上限 20 MB")
def workbook_too_big(path: Path) -> None:
    with path.open("wb") as stream:
        stream.write(b"PK\x03\x04")
        stream.truncate(21 * MEBIBYTE)


@put(f"{ROSTER}.csv", refusal="超过上限 200 MB")
def text_too_big(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(201 * MEBIBYTE)


# --- markup ---

_LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))


@put(refusal="实体声明")
def billion_laughs(path: Path) -> None:
    dtd = b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY l0 "lol">' + _LAUGHS + b"]><sst><si><t>&l9;</t></si></sst>"
    with_part(path, "xl/sharedStrings.xml", dtd)


@put(refusal="实体声明")
def entity_that_reads_a_file(path: Path) -> None:
    in_part(path, "xl/workbook.xml", b"<workbook", b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><workbook')


@put(refusal="实体声明")
def entity_behind_a_megabyte_of_blanks(path: Path) -> None:
    in_part(path, SHEET, b"<worksheet", b" " * 262_140 + b'<!DOCTYPE w SYSTEM "http://127.0.0.1/x"><worksheet')


@put(refusal="编码")
def entity_in_another_encoding(path: Path) -> None:
    with_part(path, "xl/sharedStrings.xml", '<!DOCTYPE w [<!ENTITY x "y">]><sst/>'.encode("utf-16"))


# --- archives ---


@put(refusal="嵌着别的文件")
def archive_inside(path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", "b")
    with_part(path, "xl/media/image1.png", buffer.getvalue())


@put(refusal="嵌着别的文件")
def workbook_embedded(path: Path) -> None:
    with_part(path, "xl/embeddings/Microsoft_Excel_Sheet1.xlsx", b"PK\x03\x04")


@put(refusal="嵌着别的文件")
def program_inside(path: Path) -> None:
    with_part(path, "xl/media/setup.exe", b"MZ")


@put(refusal="路径指向文件之外")
def path_upwards(path: Path) -> None:
    with_part(path, "../../etc/cron.d/x", b"x")


@put(refusal="路径指向文件之外")
def path_from_the_root(path: Path) -> None:
    with_part(path, "/etc/passwd", b"x")


@put(refusal="路径指向文件之外")
def path_with_a_drive(path: Path) -> None:
    with_part(path, "C:/x.xml", b"x")


@put(refusal="路径指向文件之外")
def path_with_backslashes(path: Path) -> None:
    with_part(path, "xl\\..\\..\\x.xml", b"x")


@put(refusal="重名")
def two_members_of_one_name(path: Path) -> None:
    with_part(path, "xl/WORKBOOK.xml", b"<workbook/>")


@put(refusal="已损坏")
def two_names_for_one_member(path: Path) -> None:
    save(path, TABLE)
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"xl/styles.xml", b"xl/stylos.xml", 1))


@put(refusal="加了密码")
def archive_with_a_password(path: Path) -> None:
    save(path, TABLE)
    raw = bytearray(path.read_bytes())
    at = raw.rfind(SHEET.encode()) - 46
    raw[at + 8] |= 1
    path.write_bytes(bytes(raw))


@put(refusal="压缩方式")
def rare_compression(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, raw in parts_of().items():
            archive.writestr(name, raw)


@put(refusal="夹带")
def something_before_the_archive(path: Path) -> None:
    save(path, TABLE)
    path.write_bytes(b"PK\x03\x04%PDF-1.7 \n" + path.read_bytes())


@put(refusal="夹带")
def something_behind_the_archive(path: Path) -> None:
    save(path, TABLE)
    path.write_bytes(path.read_bytes() + b"<script>1</script>")


@put(refusal="PDF")
def document_that_is_an_archive_too(path: Path) -> None:
    save(path, TABLE)
    path.write_bytes(b"%PDF-1.7\n" + path.read_bytes())


# --- programs and links ---


@put(refusal="带宏")
def macros(path: Path) -> None:
    with_part(path, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")


@put(refusal="带宏")
def macros_by_another_name(path: Path) -> None:
    in_part(
        path,
        "[Content_Types].xml",
        b"</Types>",
        b'<Override PartName="/xl/x.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
    )


@put(f"{ROSTER}.xlsm", refusal="带宏")
def macros_by_extension(path: Path) -> None:
    save(path, TABLE)


@put(refusal="连着别的文件")
def links_to_another_workbook(path: Path) -> None:
    with_part(path, "xl/externalLinks/externalLink1.xml", b"<externalLink/>")


@put(refusal="连着别的文件")
def link_to_another_program(path: Path) -> None:
    dde = b'<externalLink xmlns="x"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    with_part(path, "xl/linked.xml", dde)


@put(refusal="连着别的文件")
def relationship_to_the_outside(path: Path) -> None:
    in_part(
        path,
        "xl/_rels/workbook.xml.rels",
        b"</Relationships>",
        b'<Relationship Id="r9" Type="http://x/attachedTemplate" Target="http://127.0.0.1/x" TargetMode="External"/>'
        b"</Relationships>",
    )


@put(refusal="DDE")
def formula_that_calls_a_program(path: Path) -> None:
    cell = b'<row r="9"><c r="A9"><f>cmd|\'/c calc\'!A0</f><v>1</v></c></row></sheetData>'
    in_part(path, SHEET, b"</sheetData>", cell)


# --- legacy workbooks ---


def _legacy(path: Path, *records: bytes, storages: tuple[str, ...] = ()) -> None:
    path.write_bytes(compound_file({"Workbook": workbook_stream(*records)}, storages))


@put(XLS, refusal="带宏，")
def legacy_macros(path: Path) -> None:
    _legacy(path, bound_sheet("A"), storages=("_VBA_PROJECT_CUR",))


@put(XLS, refusal="宏表")
def legacy_macro_sheet(path: Path) -> None:
    _legacy(path, bound_sheet("Macro1", 1))


@put(XLS, refusal="加了密码")
def legacy_password(path: Path) -> None:
    _legacy(path, record(0x002F, bytes(54)))


@put(XLS, refusal="连着别的文件或程序")
def legacy_link_to_a_program(path: Path) -> None:
    _legacy(path, record(0x01AE, struct.pack("<HH", 1, 12) + b"\0cmd\x03/c calc"))


@put(refusal="加了密码")
def workbook_encrypted_in_a_compound_file(path: Path) -> None:
    path.write_bytes(compound_file({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(200)}))


@put(XLS, refusal="加了密码")
def encrypted_package_named_xls(path: Path) -> None:
    path.write_bytes(compound_file({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(200)}))


@put(XLS, refusal="里面却没有工作簿")
def letter_named_xls(path: Path) -> None:
    path.write_bytes(compound_file({"WordDocument": bytes(5000)}))


@put(XLS, refusal="已损坏")
def legacy_chain_in_a_circle(path: Path) -> None:
    raw = bytearray(compound_file({"Workbook": workbook_stream(bound_sheet("A"))}))
    table = (struct.unpack("<I", raw[76:80])[0] + 1) * 512
    raw[table : table + 8] = struct.pack("<II", 1, 0)
    path.write_bytes(bytes(raw))


@put(XLS, refusal="已损坏")
def legacy_noise(path: Path) -> None:
    noise = b"".join(zlib.crc32(bytes([n % 256, n // 256])).to_bytes(4, "little") for n in range(20_000))
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise)


@put(XLS, refusal="夹带着一个压缩包")
def legacy_with_an_archive_behind(path: Path) -> None:
    save_xls(path, [("名册", TABLE, 0)])
    buffer = io.BytesIO()
    pack_to(buffer)
    path.write_bytes(path.read_bytes() + buffer.getvalue())


def pack_to(buffer: io.BytesIO) -> None:
    """A small archive."""
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", "b")


@put(f"{ROSTER}.csv", refusal="gzip")
def packed_text_named_csv(path: Path) -> None:
    path.write_bytes(gzip.compress(b" " * 50 * MEBIBYTE))


@put(f"{ROSTER}.csv", refusal="程序")
def program_named_csv(path: Path) -> None:
    path.write_bytes(b"MZ\x90\0\x03\0\0\0" + bytes(600))
