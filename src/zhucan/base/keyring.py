"""Keys: the master, index and signing keys from a file outside the database, and the data keys the master wraps.

The file (``ZHUCAN_KEYS``, mode 0600) is TOML: ``master``, ``index``, ``signing`` and ``session``, each 32 bytes in
base64, and ``id``, the name of this master key. Without the file nothing that is sealed can ever be opened again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import threading
import time
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol, Self, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from django.apps import apps
from django.conf import settings

_NAMES = ("master", "index", "signing", "session")
_BYTES = 32
_TAG = 16
FAMILIES = ("person", "exchange", "file", "staff")
"""The table families that have a data key of their own."""
VERSIONS = {"AES-256-GCM": 1, "SM4-GCM": 2}


class KeyFileError(Exception):
    """The key file is missing, readable by others, damaged, or not the one of this database; says what to do."""


class _Cipher(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Key:
    """An open data key: its number in the database, the version byte of its cells, and the cipher."""

    number: int
    version: int
    cipher: _Cipher


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The keys outside the database."""

    id: str
    master: bytes
    index: bytes
    signing: bytes
    session: bytes


class SM4Gcm:
    """SM4-GCM with the interface of ``AESGCM``; the tag stands behind the ciphertext."""

    def __init__(self, key: bytes) -> None:
        self._key = key[:16]

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Ciphertext and tag."""
        encryptor = Cipher(SM4(self._key), GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """The plain bytes.

        Raises:
            InvalidTag: not what was encrypted.
        """
        decryptor = Cipher(SM4(self._key), GCM(nonce, data[-_TAG:])).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        return decryptor.update(data[:-_TAG]) + decryptor.finalize()


def create_key_file(path: Path, *, id_: str = "1") -> None:
    """Write a new key file with mode 0600; never over an existing one.

    Raises:
        KeyFileError: there is a file already.
    """
    _write_key_file(path, KeyFile(id_, *(secrets.token_bytes(_BYTES) for _ in _NAMES)))


def renew_master(path: Path, *, id_: str) -> None:
    """Write a key file with a new master key beside the one in use; its other keys are the same. See ``rewrap``.

    Raises:
        KeyFileError: there is a file already, or the one in use cannot be read.
    """
    _write_key_file(path, replace(key_file(), id=id_, master=secrets.token_bytes(_BYTES)))


def _write_key_file(path: Path, keys: KeyFile) -> None:
    lines = [f'id = "{keys.id}"']
    lines += [f'{name} = "{base64.b64encode(getattr(keys, name)).decode()}"' for name in _NAMES]
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise KeyFileError("密钥文件已经有了，没有改动。") from None
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


@lru_cache(maxsize=4)
def read_key_file(path: Path) -> KeyFile:
    """The keys of a file.

    Raises:
        KeyFileError: it is missing, others may read it, or it is damaged.
    """
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise KeyFileError(
            "读不到密钥文件（设置 ZHUCAN_KEYS）。请从备份恢复它；新装的系统请先运行 zhucan setup。"
        ) from None
    if path.stat().st_mode & 0o077:
        raise KeyFileError("别的用户也能读密钥文件。请把它的权限改成 0600 再启动。")
    try:
        table = tomllib.loads(text)
        keys = {name: base64.b64decode(table[name], validate=True) for name in _NAMES}
        id_ = str(table["id"])
    except (ValueError, KeyError):
        raise KeyFileError("密钥文件损坏。请从备份恢复它。") from None
    if any(len(key) != _BYTES for key in keys.values()):
        raise KeyFileError("密钥文件损坏。请从备份恢复它。")
    return KeyFile(id_, **keys)


def key_file() -> KeyFile:
    """The key file of this installation; see ``read_key_file``."""
    return read_key_file(settings.ZHUCAN_KEYS)  # with every blind index: a new Path each time would be most of its cost


def index_key() -> bytes:
    """The key of the blind indexes."""
    return key_file().index


_SECONDS = 300.0
"""After how long a process notices that the current key of a family is another (``rotation`` waits for it)."""
_INDEX = "index"
_lock = threading.RLock()
_by_number: dict[int, Key] = {}
_current: dict[str, tuple[float, Key]] = {}
_checked: list[str] = []


def current(family: str) -> Key:
    """The key with which cells of a family are sealed now.

    Raises:
        KeyFileError: the database has none (``ensure_keys`` makes them at a migration), or the key file is not its.
    """
    now = time.monotonic()
    held = _current.get(family)
    if held is None or now - held[0] > _SECONDS:
        with _lock:
            held = _current[family] = (now, _load_current(family))
    return held[1]


def by_number(number: int) -> Key:
    """The data key of this number, retired ones too.

    Raises:
        KeyFileError: there is none, or this master key does not open it.
    """
    if number not in _by_number:
        row = _data_keys().filter(number=number).first()
        if row is None:
            raise KeyFileError("数据库里没有这个数据密钥。")
        with _lock:
            _by_number[number] = _open(row.number, row.algorithm, bytes(row.wrapped))
    return _by_number[number]


def check() -> None:
    """Nothing, where the key file is the one of this database: every data key opens, and the index key is the same.

    Run it before serving or working; a process that did not finds out when it first seals or opens.

    Raises:
        KeyFileError: says what to do.
    """
    _check_index()
    for row in _data_keys().exclude(family=_INDEX):
        unwrap(bytes(row.wrapped))


def _check_index() -> None:
    """With another index key nobody would be found any more, and everybody registered twice."""
    if _checked:
        return
    row = _data_keys().filter(family=_INDEX).first()
    if row is not None and not hmac.compare_digest(bytes(row.wrapped), _index_proof()):
        raise KeyFileError("密钥文件不是这个数据库的，已停止。请换回原来的密钥文件。")
    if row is not None:
        _checked.append(_INDEX)


def _index_proof() -> bytes:
    """Tells one index key from another, and nothing about it."""
    return hmac.new(index_key(), b"zhucan index key", hashlib.sha256).digest()


def forget() -> None:
    """Drop the open keys of this process (after a rotation, and between tests)."""
    _by_number.clear()
    _current.clear()
    _checked.clear()
    read_key_file.cache_clear()


def wrap(plain: bytes, master: bytes | None = None) -> bytes:
    """A data key, wrapped with the master key in use, or with another."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(master or key_file().master).encrypt(nonce, plain, b"zhucan data key")


def unwrap(wrapped: bytes) -> bytes:
    """The plain data key.

    Raises:
        KeyFileError: this master key does not open it.
    """
    try:
        return AESGCM(key_file().master).decrypt(wrapped[:12], wrapped[12:], b"zhucan data key")
    except InvalidTag:
        raise KeyFileError("密钥文件不是这个数据库的，已停止。请换回原来的密钥文件。") from None


class _DataKey(Protocol):
    number: int
    algorithm: str
    wrapped: bytes | memoryview


class _DataKeys(Protocol):
    def filter(self, **which: object) -> Self: ...
    def exclude(self, **which: object) -> Self: ...
    def order_by(self, name: str) -> Self: ...
    def first(self) -> _DataKey | None: ...
    def create(self, **values: object) -> _DataKey: ...
    def values_list(self, name: str, *, flat: bool) -> Iterable[str]: ...
    def __iter__(self) -> Iterator[_DataKey]: ...


def _data_keys() -> _DataKeys:
    """The table of data keys; by name, as the models use this module's cells."""
    return cast("_DataKeys", apps.get_model("base", "DataKey").objects.all())


def ensure_keys() -> None:
    """Make the data keys that are not there yet; run after every migration, never inside the transaction of a write.

    Raises:
        KeyFileError: the database has keys, and the key file is another's.
    """
    forget()
    check()
    there = set(_data_keys().filter(retired_at=None).values_list("family", flat=True))
    for family in FAMILIES:
        if family not in there:
            new_key(family)
    if _INDEX not in there:
        row = {"family": _INDEX, "algorithm": "HMAC-SHA-256", "wrapped": _index_proof(), "master": key_file().id}
        _data_keys().create(**row)


def new_key(family: str) -> int:
    """Make a data key for a family, with the cipher of the settings; its number. The others of the family stay."""
    wrapped = wrap(secrets.token_bytes(_BYTES))
    row = {"family": family, "algorithm": settings.ZHUCAN_CIPHER, "wrapped": wrapped, "master": key_file().id}
    return int(_data_keys().create(**row).number)


def _load_current(family: str) -> Key:
    row = _data_keys().filter(family=family, retired_at=None).order_by("-number").first()
    if row is None:
        raise KeyFileError("数据库里还没有数据密钥。请先运行 zhucan setup。")
    return _open(row.number, row.algorithm, bytes(row.wrapped))


def _open(number: int, algorithm: str, wrapped: bytes) -> Key:
    _check_index()
    plain = unwrap(wrapped)
    cipher: _Cipher = SM4Gcm(plain) if algorithm == "SM4-GCM" else AESGCM(plain)
    return Key(number, VERSIONS[algorithm], cipher)


def _after_fork() -> None:
    """A child may be forked while another thread holds the lock; the open keys themselves are safe to share."""
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
