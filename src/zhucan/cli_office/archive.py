"""A backup: one file with the database as of one instant, the stored files, and what a restored copy must add up to.

Never the keys: whoever finds the backup finds ciphertext. What is derived (snapshots, verdict files) is made anew.
``manifest.json`` holds for each table its rows and a digest of them that does not depend on their order.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from zhucan import __version__

if TYPE_CHECKING:
    import psycopg

FORMAT = 1
Sums = dict[str, list[int | str]]
"""For each table: how many rows, and their digest."""
_MANIFEST = "manifest.json"
_MEMBER = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
FOLDERS = ("files", "audit-heads")
"""The folders of the data directory that a backup holds."""
_FETCH = 5_000
_MODULUS = 2**128


class BackupError(Exception):
    """Nothing was changed; says why and what to do, in Chinese."""


def make_backup(target: Path, *, scratch: Path, files: Path, heads: Path) -> Mapping[str, int]:
    """Write the backup; ``scratch`` is a folder with room for a copy of the database, ``files`` the stored files,
    ``heads`` the signed ends of the audit chain.

    Others may write meanwhile: the database is the one of the instant the backup began. Returns how many rows and
    files it holds.

    Raises:
        BackupError: it could not be made; nothing is left behind.
    """
    from django.db import connection

    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    copy = scratch / f".backup.{secrets.token_hex(4)}"
    # before the database: a later head would speak of links the copy does not have yet
    ends = {f"audit-heads/{path.name}": path.read_bytes() for path in sorted(heads.glob("*.json"))}
    try:
        sums = _copy_postgres(copy) if connection.vendor == "postgresql" else _copy_sqlite(copy)
        stored = sorted(path for path in files.glob("*/*") if not path.name.startswith("."))
        manifest = {
            "format": FORMAT,
            "version": __version__,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "engine": connection.vendor,
            "tables": sums,
            "files": len(stored),
        }
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            _pack(out, manifest, copy, {f"files/{path.relative_to(files).as_posix()}": path for path in stored}, ends)
        draft.replace(target)
    except OSError as error:
        raise BackupError(f"备份没有写成：{error.strerror}。请检查位置和磁盘空间，或换一个位置。") from None
    finally:
        draft.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)
    return {"rows": sum(int(rows) for rows, _ in sums.values()), "files": len(stored)}


def _pack(
    out: object, manifest: Mapping[str, object], database: Path, files: Mapping[str, Path], small: Mapping[str, bytes]
) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:  # type: ignore[call-overload]
        archive.writestr(_MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
        for name, body in small.items():
            archive.writestr(name, body)
        archive.write(database, _MEMBER[str(manifest["engine"])])
        for name, path in files.items():
            try:
                archive.write(path, name, compress_type=zipfile.ZIP_STORED)  # encrypted: does not shrink
            except FileNotFoundError:  # purged since
                continue


def read_manifest(source: Path) -> dict[str, object]:
    """What a backup says of itself.

    Raises:
        BackupError: it is no backup of ours, damaged, or of a later version.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            complete = _MEMBER[manifest["engine"]] in archive.namelist()
    except (OSError, zipfile.BadZipFile, KeyError, ValueError):
        raise BackupError("这不是 zhucan 的备份，或者文件已经损坏。请换一份备份。") from None
    if manifest["format"] != FORMAT or not complete:
        raise BackupError("这份备份不完整，或是更新的版本做的。请用做备份时的版本恢复。")
    return dict(manifest)


def restore_sqlite(source: Path, folder: Path) -> Sums:
    """Unpack the database into a folder, as ``zhucan.sqlite3``; returns its sums.

    Raises:
        BackupError: the backup is damaged.
    """
    database = folder / "zhucan.sqlite3"
    _unpack(source, _MEMBER["sqlite"], database)
    try:
        with _opened_sqlite(database) as connection:
            return _sums_of_sqlite(connection)
    except sqlite3.DatabaseError:
        database.unlink()
        raise BackupError("备份里的数据库已经损坏。请换一份备份。") from None


def restore_postgres(source: Path, scratch: Path, database: str) -> Sums:
    """Load the dump into this empty database; returns its sums.

    Raises:
        BackupError: it is not empty, or cannot be loaded (then it is as empty as before).
    """
    dump = scratch / f".restore.{secrets.token_hex(4)}"
    try:
        _unpack(source, _MEMBER["postgresql"], dump)
        with postgres(database) as connection:
            if _tables_of_postgres(connection):
                raise BackupError(f"数据库“{database}”里已经有数据，没有恢复。请让 ZHUCAN_DATABASE 指向一个空库。")
        _run_postgres("pg_restore", database, "--no-owner", "--exit-on-error", "--single-transaction", str(dump))
    finally:
        dump.unlink(missing_ok=True)
    with postgres(database) as connection:
        return _sums_of_postgres(connection)


def restore_files(source: Path, folder: Path) -> int:
    """Unpack the stored files and the heads of the audit chain into a data directory; returns how many files.

    Raises:
        BackupError: a member lies outside ``FOLDERS``, or is damaged.
    """
    with zipfile.ZipFile(source) as archive:
        names = [name for name in archive.namelist() if name not in (_MANIFEST, *_MEMBER.values())]
    for name in names:
        parts = Path(name).parts
        if len(parts) not in (2, 3) or ".." in parts or parts[0] not in FOLDERS:
            raise BackupError("备份里有不该有的文件，没有恢复。请换一份备份。")
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _unpack(source, name, target)
    return sum(name.startswith("files/") for name in names)


def differences(held: object, found: Sums) -> list[str]:
    """The tables whose rows are not those of the backup, by name."""
    assert isinstance(held, dict)
    return sorted(name for name in {*held, *found} if list(held.get(name, ())) != list(found.get(name, ())))


def _unpack(source: Path, member: str, target: Path) -> None:
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out, zipfile.ZipFile(source) as archive, archive.open(member) as packed:
            shutil.copyfileobj(packed, out, 1 << 20)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError):
        target.unlink(missing_ok=True)
        raise BackupError("这份备份已经损坏，没有恢复。请换一份备份。") from None
    except FileExistsError:
        raise BackupError("目标位置已经有数据，没有恢复。请用 --data 指定一个新的数据目录。") from None
    except OSError as error:
        raise BackupError(f"没有恢复：{error.strerror}。请检查数据目录和磁盘空间。") from None


def _copy_sqlite(copy: Path) -> Sums:
    """All pages in one read transaction: SQLite's own online backup, while others write."""
    from django.db import connection

    name = Path(str(connection.settings_dict["NAME"]))
    try:
        with _opened_sqlite(name) as live, _opened_sqlite(copy) as snapshot:
            copy.chmod(0o600)
            live.backup(snapshot)
        with _opened_sqlite(copy) as snapshot:
            snapshot.execute("PRAGMA journal_mode=DELETE")
            return _sums_of_sqlite(snapshot)
    except sqlite3.DatabaseError:
        raise BackupError("数据库读不全，没有备份。请检查磁盘；先保留最近一份好的备份。") from None


@contextmanager
def _opened_sqlite(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=20)
    try:
        yield connection
    finally:
        connection.close()


def _sums_of_sqlite(connection: sqlite3.Connection) -> Sums:
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    ).fetchall()
    return {name: _digest(connection.execute(f'SELECT * FROM "{name}"')) for (name,) in names}


def _digest(rows: Iterable[object]) -> list[int | str]:
    """How many, and the sum of their digests: the same whatever order they come in."""
    count = total = 0
    for row in rows:
        count += 1
        total += int.from_bytes(hashlib.blake2b(repr(row).encode(), digest_size=16).digest(), "big")
    return [count, f"{total % _MODULUS:032x}"]


def _copy_postgres(copy: Path) -> Sums:
    """Dump and sums see one and the same snapshot."""
    from django.db import connection
    from psycopg import IsolationLevel

    name = str(connection.settings_dict["NAME"])
    with postgres(name) as session:
        session.isolation_level = IsolationLevel.REPEATABLE_READ
        session.read_only = True
        row = session.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        copy.touch(mode=0o600)
        options = ("--format=custom", "--compress=1", "--no-owner", "--no-privileges")
        _run_postgres("pg_dump", name, *options, f"--snapshot={row[0]}", f"--file={copy}")
        return _sums_of_postgres(session)


def _tables_of_postgres(session: psycopg.Connection) -> list[str]:
    found = session.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
    return [str(name) for (name,) in found]


def _sums_of_postgres(session: psycopg.Connection) -> Sums:
    from psycopg import sql

    session.execute("SET LOCAL timezone = 'UTC'")
    sums: Sums = {}
    for name in _tables_of_postgres(session):
        with session.cursor("sums") as cursor:
            cursor.itersize = _FETCH
            cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name)))
            sums[name] = _digest(cursor)
    return sums


@contextmanager
def postgres(database: str, *, autocommit: bool = False) -> Iterator[psycopg.Connection]:
    """A connection of its own to a database of the configured server.

    Raises:
        BackupError: the server does not let us in.
    """
    import psycopg
    from django.db import connection

    held = connection.settings_dict
    try:
        session = psycopg.connect(
            dbname=database,
            user=held["USER"] or None,
            password=held["PASSWORD"] or None,
            host=held["HOST"] or None,
            port=held["PORT"] or None,
            autocommit=autocommit,
        )
    except psycopg.OperationalError:
        raise BackupError(f"连不上数据库“{database}”。请检查 ZHUCAN_DATABASE，以及它是否存在。") from None
    with session:
        yield session


def _run_postgres(program: str, database: str, *options: str) -> None:
    from django.db import connection

    held = connection.settings_dict
    path = shutil.which(program)
    if path is None:
        raise BackupError(f"这台机器上没有 {program}。请安装 PostgreSQL 的客户端程序（Debian：postgresql-client）。")
    settings = {"PGUSER": held["USER"], "PGPASSWORD": held["PASSWORD"], "PGHOST": held["HOST"], "PGPORT": held["PORT"]}
    environment = {**os.environ, **{name: str(value) for name, value in settings.items() if value}}
    done = subprocess.run([path, f"--dbname={database}", *options], env=environment, capture_output=True, check=False)
    if done.returncode:  # its own words may quote rows
        raise BackupError(f"{program} 没有完成（退出码 {done.returncode}）。它的版本应不低于数据库的版本。")
