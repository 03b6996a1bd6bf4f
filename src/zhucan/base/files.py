"""Files people sent and files we made: encrypted on disk in chunks, named by their uuid, purged after their day.

A file on disk is a header (mark, cipher version, key number) and chunks of 1 MiB, each ``nonce | ciphertext | tag``.
Each chunk is bound to the file, its place in it and whether it is the last, so that nothing can be cut off, swapped or
put in from another file without reading failing.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import struct
import uuid
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from zhucan.base import audit, keyring
from zhucan.base.errors import Refused
from zhucan.base.models import StoredFile
from zhucan.base.permissions import SYSTEM, Actor
from zhucan.base.secrets import SealError

_HEAD = struct.Struct(">4sBH")
_MARK = b"ZCF1"
_CHUNK = 1 << 20
_NONCE, _TAG = 12, 16


def store_file(*, name: str, data: bytes, by: Actor, keep_days: int = 90) -> StoredFile:
    """Keep the bytes encrypted for so many days from today; the name is sealed.

    The row is written in the transaction of the caller, where there is one; if that fails, the bytes are deleted by the
    next purge.
    """
    stored = StoredFile(
        uuid=uuid.uuid4(),
        size=len(data),
        digest=digest_of(data),
        created_by_id=by.user_id,
        purge_on=timezone.localdate() + timedelta(days=keep_days),
    )
    stored.name = name
    _write(path_of(stored.uuid), _sealed(stored.uuid, data, keyring.current("file")))
    with transaction.atomic():
        stored.save()
        details = {"size": len(data), "keep_days": keep_days}
        audit.record(by=by, action="store_file", subject="file", subject_id=stored.pk, details=details)
    return stored


def read_stored(stored: StoredFile) -> bytes:
    """The plain bytes.

    Raises:
        Refused: the file was purged.
        SealError: it is missing, damaged, cut off, or not the one written.
    """
    if stored.purged_at is not None:
        raise Refused("这份文件已经过了保存期，原文已删除。需要时请重新上传。")
    try:
        body = path_of(stored.uuid).read_bytes()
    except OSError:
        raise SealError("读不到保存的文件。请检查数据目录，或从备份恢复。") from None
    data = _opened(stored.uuid, body)
    if len(data) != stored.size or not hmac.compare_digest(digest_of(data), bytes(stored.digest)):
        raise SealError("保存的文件和登记的不一致，没有打开。请从备份恢复。")
    return data


def digest_of(data: bytes) -> bytes:
    """A keyed digest, 32 bytes: equal files have equal digests, and nobody without the key can guess a short file."""
    return hmac.new(keyring.index_key(), b"file\0" + data, hashlib.sha256).digest()


def reseal_stored(stored: StoredFile, key: keyring.Key) -> None:
    """Encrypt a file's bytes anew under another key; nothing where they are gone or under it already.

    Raises:
        SealError: the file is damaged.
    """
    path = path_of(stored.uuid)
    if stored.purged_at is not None or not path.exists():
        return
    body = path.read_bytes()
    if _HEAD.unpack_from(body)[2] != key.number:
        _write(path, _sealed(stored.uuid, _opened(stored.uuid, body), key))


def purge_files(*, on: date) -> int:
    """Delete the bytes of files whose day has come, and bytes older than a day that no row knows; the rows stay.

    Returns:
        How many files of the table were purged.
    """
    due = list(StoredFile.objects.filter(purged_at=None, purge_on__lte=on).order_by("id"))
    for stored in due:
        path_of(stored.uuid).unlink(missing_ok=True)
    if due:
        with transaction.atomic():
            StoredFile.objects.filter(pk__in=[each.pk for each in due]).update(purged_at=timezone.now())
            audit.record(by=SYSTEM, action="purge_files", details={"files": len(due)})
    _purge_strays()
    return len(due)


def path_of(uid: uuid.UUID) -> Path:
    """Where a file of this uuid lies."""
    return folder() / uid.hex[:2] / str(uid)


def folder() -> Path:
    """The folder of stored files."""
    return Path(settings.ZHUCAN_DATA) / "files"


def _sealed(uid: uuid.UUID, data: bytes, key: keyring.Key) -> bytes:
    parts = [_HEAD.pack(_MARK, key.version, key.number)]
    starts = range(0, max(len(data), 1), _CHUNK)
    for place, start in enumerate(starts):
        nonce = secrets.token_bytes(_NONCE)
        bound = _bound(uid, place, last=place == len(starts) - 1)
        parts += [nonce, key.cipher.encrypt(nonce, data[start : start + _CHUNK], bound)]
    return b"".join(parts)


def _opened(uid: uuid.UUID, body: bytes) -> bytes:
    try:
        mark, _, number = _HEAD.unpack_from(body)
        if mark != _MARK or len(body) == _HEAD.size:
            raise ValueError
        cipher = keyring.by_number(number).cipher
        step, parts = _NONCE + _CHUNK + _TAG, []
        starts = range(_HEAD.size, len(body), step)
        for place, start in enumerate(starts):
            chunk = body[start : start + step]
            bound = _bound(uid, place, last=place == len(starts) - 1)
            parts.append(cipher.decrypt(chunk[:_NONCE], chunk[_NONCE:], bound))
        return b"".join(parts)
    except keyring.KeyFileError:
        raise
    except Exception as problem:  # whatever it is: its words may hold bytes of the file
        raise SealError("保存的文件打不开：内容被改动过，或密钥不对。请检查密钥文件，或从备份恢复。") from problem


def _bound(uid: uuid.UUID, place: int, *, last: bool) -> bytes:
    return f"base_storedfile.{uid}.{place}.{int(last)}".encode()


def _write(path: Path, body: bytes) -> None:
    """To a temporary name, flushed to the disk, then renamed: a file is there wholly or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    if os.name == "nt":
        return  # Windows cannot open a folder; its rename is durable by itself
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _purge_strays() -> None:
    """Bytes whose row was never committed, or whose writing was broken off."""
    limit = timezone.now().timestamp() - 24 * 3600
    for path in folder().glob("*/*"):
        if path.stat().st_mtime < limit and not _known(path.name):
            path.unlink(missing_ok=True)


def _known(name: str) -> bool:
    try:
        uid = uuid.UUID(name)
    except ValueError:
        return False
    return StoredFile.objects.filter(uuid=uid, purged_at=None).exists()
