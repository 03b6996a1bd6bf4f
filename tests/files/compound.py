"""Writes compound files ([MS-CFB], version 3) with any streams: the shell of a legacy workbook, harmless or not."""

from __future__ import annotations

import struct
from collections.abc import Mapping

SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SMALL = 4096


def record(kind: int, body: bytes = b"") -> bytes:
    """One record of a workbook stream."""
    return struct.pack("<HH", kind, len(body)) + body


def bound_sheet(name: str, kind: int = 0) -> bytes:
    """The record that announces a sheet: 0 worksheet, 1 macro sheet, 6 module."""
    return record(0x0085, struct.pack("<IBBBB", 0, 0, kind, len(name), 0) + name.encode("latin-1"))


def workbook_stream(*records: bytes) -> bytes:
    """A workbook stream with these records in its globals."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    return begin + b"".join(records) + record(0x000A)


def compound_file(streams: Mapping[str, bytes], storages: tuple[str, ...] = ()) -> bytes:
    """A compound file holding these streams (each padded to 4096 bytes, so that none is small) and empty storages."""
    sectors: list[bytes] = []
    table: list[int] = []

    def add(content: bytes) -> int:
        start = len(sectors)
        parts = [content[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(content), SECTOR)] or [
            bytes(SECTOR)
        ]
        sectors.extend(parts)
        table.extend([*range(start + 1, start + len(parts)), _END])
        return start

    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    for name, content in streams.items():
        padded = content.ljust(_SMALL, b"\0")
        entries.append(_entry(name, 2, add(padded), len(padded)))
    entries += [_entry(name, 1, 0, 0) for name in storages]
    directory = add(b"".join(entries))
    first_table = len(sectors)
    table.append(_TABLE)
    table += [_FREE] * (SECTOR // 4 - len(table) % (SECTOR // 4))
    sectors.append(struct.pack(f"<{len(table)}I", *table)[:SECTOR])
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIIII", 1, directory, 0, _SMALL, _END, 0, _END, 0, first_table)
    return head.ljust(SECTOR, b"\xff") + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    entry = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, _FREE, _FREE, child)
    return entry + bytes(16) + bytes(20) + struct.pack("<III", start, size, 0)
