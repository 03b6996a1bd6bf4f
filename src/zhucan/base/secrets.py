"""Personal data at rest: sealed cells with a key outside the database, and blind indexes for exact search.

A cell is ``version | key number | nonce | ciphertext | tag``; it opens only in its own table, column and row (AAD).
Empty text is an empty cell. Version 1 is AES-256-GCM, version 2 SM4-GCM (GB/T 32907, 36624).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
from typing import Protocol, cast, overload
from uuid import UUID

from django.db.models import Model

from zhucan.base import keyring

_HEAD = struct.Struct(">BH")
_NONCE = 12
BLIND_BYTES = 16


class SealError(Exception):
    """A cell cannot be opened: the key is another, or the cell was moved or changed. Says so without its content."""


class _Row(Protocol):
    uuid: UUID


def seal(family: str, where: str, text: str) -> bytes:
    """The text as a cell that opens only with the same ``where`` (table.column.row)."""
    return seal_with(keyring.current(family), where, text) if text else b""


def seal_with(key: keyring.Key, where: str, text: str) -> bytes:
    """The text as a cell under this key."""
    nonce = secrets.token_bytes(_NONCE)
    body = key.cipher.encrypt(nonce, text.encode(), where.encode())
    return _HEAD.pack(key.version, key.number) + nonce + body


def key_number(cell: bytes | memoryview) -> int | None:
    """The number of the key a cell is sealed with; None for an empty cell."""
    return int(_HEAD.unpack_from(bytes(cell))[1]) if cell else None


def open_sealed(where: str, cell: bytes | memoryview) -> str:
    """The text of a cell.

    Raises:
        SealError: the cell is not the one written at this place.
        KeyFileError: the key file is not the one of this database.
    """
    cell = bytes(cell)
    if not cell:
        return ""
    try:
        _, number = _HEAD.unpack_from(cell)
        key = keyring.by_number(number)
        head = _HEAD.size
        return bytes(key.cipher.decrypt(cell[head : head + _NONCE], cell[head + _NONCE :], where.encode())).decode()
    except keyring.KeyFileError:
        raise
    except Exception as problem:  # whatever it is: a wrong key, a damaged cell; its words may hold bytes of the cell
        raise SealError(
            f"无法打开加密内容（{where.rsplit('.', 1)[0]}）。请检查密钥文件是否是这个数据库的。"
        ) from problem


def blind(kind: str, text: str) -> bytes:
    """A keyed index of a normalised text, 16 bytes: equal texts of one kind have equal indexes, nothing else shows."""
    return hmac.new(keyring.index_key(), f"{kind}\0{text}".encode(), hashlib.sha256).digest()[:BLIND_BYTES]


class Sealed:
    """A text attribute of a model kept in a sealed column: ``name = Sealed("name_sealed", family="person")``.

    The row must have its ``uuid`` before the text is set. Use ``bulk_create`` and ``save`` as with any column.
    """

    def __init__(self, column: str, *, family: str) -> None:
        self.column, self.family = column, family

    @overload
    def __get__(self, row: None, owner: type) -> Sealed: ...
    @overload
    def __get__(self, row: _Row, owner: type) -> str: ...
    def __get__(self, row: _Row | None, owner: type) -> Sealed | str:
        """The text, opened."""
        if row is None:
            return self
        return self.text_of(row)

    def __set__(self, row: _Row, text: str) -> None:
        """Seal a text into the column."""
        setattr(row, self.column, seal(self.family, self.where(row), text))

    def text_of(self, row: object) -> str:
        """The text of a row of whichever model, opened."""
        return open_sealed(self.where(row), getattr(row, self.column))

    def where(self, row: object) -> str:
        """The place the cell belongs to: table.column.row."""
        table = cast("Model", row)._meta.db_table
        return f"{table}.{self.column}.{cast('_Row', row).uuid}"
