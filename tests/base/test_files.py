"""Stored files: encrypted, whole or refused, private, and gone after their day."""

from __future__ import annotations

import os
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from zhucan.base import files
from zhucan.base.errors import Refused
from zhucan.base.models import AuditEvent, StoredFile
from zhucan.base.permissions import SYSTEM, Actor
from zhucan.base.secrets import SealError

pytestmark = pytest.mark.django_db
NAME = "港南区张三残疾人名单.xlsx"
MIB = 1 << 20


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path: Path) -> None:
    settings.ZHUCAN_DATA = tmp_path


def body(stored: StoredFile) -> bytes:
    return files.path_of(stored.uuid).read_bytes()


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 7])
def test_a_file_comes_back_as_it_was(actor: Actor, size: int) -> None:
    data = os.urandom(size)
    stored = files.store_file(name=NAME, data=data, by=actor)
    again = StoredFile.objects.get(pk=stored.pk)
    assert (files.read_stored(again), again.name, again.size) == (data, NAME, size)
    assert again.created_by_id == actor.user_id
    assert AuditEvent.objects.filter(action="store_file", subject_id=stored.pk).count() == 1


def test_neither_name_nor_content_lie_open_on_the_disk(tmp_path: Path) -> None:
    stored = files.store_file(name=NAME, data="张三 450803199001011234".encode() * 50, by=SYSTEM)
    path = files.path_of(stored.uuid)
    assert path.parent.parent == tmp_path / "files"
    assert (path.stat().st_mode & 0o777, path.parent.name) == (0o600, stored.uuid.hex[:2])
    assert "张三".encode() not in path.read_bytes() + str(path).encode()
    assert b"450803199001011234" not in path.read_bytes()
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [path]
    other = files.store_file(name=NAME, data=b"x", by=SYSTEM)
    assert stored.digest != other.digest


STEP = MIB + 28
DAMAGES = {
    "cut within a chunk": lambda data: data[:-5],
    "last chunk cut off": lambda data: data[: 7 + 2 * STEP],
    "all chunks cut off": lambda data: data[:7],
    "chunks swapped": lambda data: data[:7] + data[7 + STEP : 7 + 2 * STEP] + data[7 : 7 + STEP] + data[7 + 2 * STEP :],
    "a byte changed": lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:],
    "something added": lambda data: data + b"x",
    "emptied": lambda data: b"",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_does_not_open(damage: str) -> None:
    stored = files.store_file(name=NAME, data=b"a" * (2 * MIB + 50), by=SYSTEM)
    files.path_of(stored.uuid).write_bytes(DAMAGES[damage](body(stored)))
    with pytest.raises(SealError):
        files.read_stored(stored)


def test_another_files_bytes_do_not_open_and_missing_ones_are_said() -> None:
    one, two = (files.store_file(name=NAME, data=b"same", by=SYSTEM) for _ in range(2))
    files.path_of(one.uuid).write_bytes(body(two))
    with pytest.raises(SealError):
        files.read_stored(one)
    files.path_of(one.uuid).unlink()
    with pytest.raises(SealError, match="备份"):
        files.read_stored(one)


def test_after_its_day_the_bytes_are_gone_and_the_row_says_so() -> None:
    short = files.store_file(name=NAME, data=b"x", by=SYSTEM, keep_days=10)
    long = files.store_file(name=NAME, data=b"y", by=SYSTEM)
    today = timezone.localdate()
    assert files.purge_files(on=today + timedelta(days=9)) == 0
    assert files.purge_files(on=today + timedelta(days=10)) == 1
    assert files.purge_files(on=today + timedelta(days=10)) == 0
    assert not files.path_of(short.uuid).exists()
    with pytest.raises(Refused, match="保存期"):
        files.read_stored(StoredFile.objects.get(pk=short.pk))
    assert files.read_stored(long) == b"y"


def test_bytes_nobody_knows_are_purged_once_they_are_old() -> None:
    kept = files.store_file(name=NAME, data=b"x", by=SYSTEM)
    stray, fresh = files.path_of(uuid.uuid4()), files.path_of(uuid.uuid4())
    draft = files.path_of(kept.uuid).with_name(f".{kept.uuid}.abcd")
    old = time.time() - 2 * 24 * 3600
    for path in (stray, fresh, draft):
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(b"x")
    for path in (stray, draft, files.path_of(kept.uuid)):
        os.utime(path, (old, old))
    files.purge_files(on=timezone.localdate())
    assert [path.exists() for path in (stray, fresh, draft)] == [False, True, False]
    assert files.read_stored(kept) == b"x"
