"""New keys: a new data key for a family with all its cells sealed anew, and a new master key around the data keys."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from zhucan.base import audit, jobs, keyring
from zhucan.base.files import reseal_stored
from zhucan.base.models import DataKey, Job, StoredFile
from zhucan.base.permissions import SYSTEM, Actor, NotAllowed
from zhucan.base.secrets import Sealed, key_number, seal_with

KIND = "reseal"
_ROWS, _FILES = 500, 3
_SWEEP_DAYS = 3


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A model with its sealed texts of one family."""

    model: type[models.Model]
    texts: tuple[Sealed, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that hold the cells."""
        return tuple(text.column for text in self.texts)


def sealed_tables(family: str) -> list[SealedTable]:
    """Every table with sealed columns of a family, found by the ``Sealed`` texts of the models."""
    tables = []
    for model in apps.get_models():
        found = [text for text in vars(model).values() if isinstance(text, Sealed) and text.family == family]
        if found:
            tables.append(SealedTable(model, tuple(found)))
    return tables


def rotate(family: str, *, by: Actor) -> list[Job]:
    """Give a family a new data key, with the cipher of the settings, and let jobs seal all its cells anew.

    The old key stays: cells not yet sealed anew, and backups, open as before. Other processes seal with the new key
    within five minutes; what they seal until then is swept up by a daily chore.

    Returns:
        The jobs, one for each table; resumable, like all jobs.

    Raises:
        NotAllowed: only the program itself, at the command line, may do this.
        KeyFileError: the key file is not the one of this database, or there is no such family.
    """
    _demand_system(by)
    keyring.check()
    if family not in keyring.FAMILIES:
        raise keyring.KeyFileError("没有这一类数据密钥，没有更换。")
    with transaction.atomic():
        old = DataKey.objects.filter(family=family, retired_at=None)
        old.update(retired_at=timezone.now())
        number = keyring.new_key(family)
        audit.record(by=by, action="rotate_key", subject="key", subject_id=number, details={"family": family})
        queued = _enqueue(family, number, "")
    keyring.forget()
    return queued


def rewrap(new_master_file: Path, *, by: Actor) -> int:
    """Wrap all data keys with the master key of another file, and put that file in place of the one in use.

    The file comes from ``keyring.renew_master``: its other keys must be those in use. The old file is kept beside, as
    ``….old-<id>``: old backups need it. If the machine stops between the two steps the program says that the key file
    is not the database's; put the new one in its place by hand then.

    Returns:
        How many data keys were wrapped.

    Raises:
        NotAllowed: only the program itself, at the command line, may do this.
        KeyFileError: one of the files is not right; nothing was changed.
    """
    _demand_system(by)
    keyring.check()
    now, new = keyring.key_file(), keyring.read_key_file(new_master_file)
    if (new.index, new.signing, new.session) != (now.index, now.signing, now.session) or new.id == now.id:
        raise keyring.KeyFileError("新的密钥文件只应换主密钥和编号，别的要和原来的一样。没有更换。")
    with transaction.atomic():
        keys = list(DataKey.objects.select_for_update().exclude(family="index"))
        for key in keys:
            key.wrapped = keyring.wrap(keyring.unwrap(bytes(key.wrapped)), new.master)
            key.master = new.id
            key.save(update_fields=["wrapped", "master"])
        audit.record(by=by, action="rewrap_keys", details={"keys": len(keys)})
    _put_in_place(new_master_file, old=now.id)
    keyring.forget()
    return len(keys)


def _put_in_place(new: Path, *, old: str) -> None:
    used = Path(settings.ZHUCAN_KEYS)
    kept, draft = used.with_name(f"{used.name}.old-{old}"), used.with_name(f".{used.name}.{secrets.token_hex(4)}")
    for source, target in ((used, kept), (new, draft)):
        target.touch(mode=0o600)
        shutil.copyfile(source, target)
        with target.open("rb") as body:
            os.fsync(body.fileno())
    draft.replace(used)


def _demand_system(by: Actor) -> None:
    if not by.is_system:
        raise NotAllowed("更换密钥只能在服务器上用命令办理。")


def _enqueue(family: str, number: int, mark: str) -> list[Job]:
    return [
        jobs.enqueue(
            kind=KIND,
            key=f"{KIND}:{number}:{table.model._meta.label_lower}{mark}",
            arguments={"family": family, "number": number, "model": table.model._meta.label_lower},
            by=SYSTEM,
        )
        for table in sealed_tables(family)
    ]


def reseal(job: Job) -> Callable[[], bool]:
    """The job: the next rows of one table, each cell under another key sealed under this one."""
    arguments = job.arguments
    table = next(
        each for each in sealed_tables(arguments["family"]) if each.model._meta.label_lower == arguments["model"]
    )
    key = keyring.by_number(arguments["number"])
    manager, files = table.model._default_manager, table.model is StoredFile
    rows = list(manager.filter(pk__gt=job.cursor).order_by("pk")[: _FILES if files else _ROWS])
    cells = [cell for row in rows for cell in _resealed(row, table, key)]
    for row in rows:
        if isinstance(row, StoredFile):
            reseal_stored(row, key)

    def write() -> bool:
        if not rows:
            job.note = "已经全部换成新密钥。"
            return True
        if not job.total:
            job.total = manager.count()
        _update(table.model, cells)
        job.cursor, job.done, job.note = rows[-1].pk, job.done + len(rows), "正在换成新密钥。"
        return False

    return write


def _resealed(row: models.Model, table: SealedTable, key: keyring.Key) -> Iterator[tuple[str, bytes, int, bytes]]:
    """Column, new cell, row, old cell of each cell of a row under another key."""
    for text in table.texts:
        old = bytes(getattr(row, text.column))
        if old and key_number(old) != key.number:
            yield text.column, seal_with(key, text.where(row), text.text_of(row)), row.pk, old


def _update(model: type[models.Model], cells: list[tuple[str, bytes, int, bytes]]) -> None:
    """Write the cells, except where somebody wrote another meanwhile."""
    quote, meta = connection.ops.quote_name, model._meta
    table, pk = quote(meta.db_table), quote(str(meta.pk.column))
    with connection.cursor() as cursor:
        for column in sorted({cell[0] for cell in cells}):
            name = quote(column)
            statement = f"UPDATE {table} SET {name} = %s WHERE {pk} = %s AND {name} = %s"
            cursor.executemany(statement, [cell[1:] for cell in cells if cell[0] == column])


def sweep() -> None:
    """The daily chore: for a few days after a rotation go over the tables once more."""
    fresh = timezone.now() - timedelta(days=_SWEEP_DAYS)
    for key in DataKey.objects.filter(retired_at=None, created_at__gt=fresh, family__in=keyring.FAMILIES):
        if DataKey.objects.filter(family=key.family, number__lt=key.number).exists():
            _enqueue(key.family, key.number, f":{timezone.localdate().isoformat()}")
