"""``zhucan backup`` and ``restore``: taken while others write, restored elsewhere, equal row by row, without keys."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.cli.office import Office, installed

WRITE = "INSERT INTO base_organ (uuid, kind, name, division_id) VALUES ({}, 'federation', '测试', 450803000000)"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    office = installed(folder)
    stored = office.data / "files" / "ab" / str(uuid.uuid4())
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"sealed" * 1000)
    return folder


@contextmanager
def writing(database: Path) -> Iterator[list[int]]:
    """Somebody who writes all the time; yields how often he did."""
    done, written = threading.Event(), [0]

    def write() -> None:
        connection = sqlite3.connect(database, timeout=20, isolation_level=None)
        while not done.is_set():
            connection.execute(WRITE.format(f"'{uuid.uuid4().hex}'"))
            written[0] += 1
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        done.set()
        thread.join()


def copied_keys(office: Office, elsewhere: Path, **settings: str) -> Office:
    elsewhere.mkdir()
    shutil.copy2(office.data / "keys.toml", elsewhere / "keys.toml")
    return Office(elsewhere, settings)


def test_a_backup_taken_while_others_write_is_restored_elsewhere_row_by_row(home: Path, tmp_path: Path) -> None:
    office, file = Office(home / "data"), tmp_path / "backup.zip"
    with writing(office.data / "zhucan.sqlite3") as written:
        done = office.run("backup", file)
    assert done.code == 0, done.said
    assert written[0] > 0
    assert file.stat().st_mode & 0o077 == 0

    drill = office.run("restore", file, "--drill")
    assert (drill.code, "完全一致" in drill.out) == (0, True), drill.said
    assert {path.name for path in office.data.glob(".*")} == set()

    elsewhere = copied_keys(office, tmp_path / "elsewhere")
    done = elsewhere.run("restore", file)
    assert (done.code, "完全一致" in done.out, "1 个" in done.out) == (0, True, True), done.said
    stored = [path.relative_to(office.data) for path in (office.data / "files").rglob("*") if path.is_file()]
    assert stored
    assert all((elsewhere.data / path).read_bytes() == (office.data / path).read_bytes() for path in stored)
    assert elsewhere.run("setup").code == 0

    again = elsewhere.run("restore", file)
    assert (again.code, "没有恢复" in again.said) == (4, True)


def test_no_key_and_nothing_half_written_is_in_a_backup(home: Path, tmp_path: Path) -> None:
    office, file = Office(home / "data"), tmp_path / "backup.zip"
    assert office.run("backup", file).code == 0
    with zipfile.ZipFile(file) as archive:
        assert not [name for name in archive.namelist() if "key" in name.lower()]
    assert office.run("backup", file).code == 4
    assert office.run("backup", tmp_path / "none" / "backup.zip").code == 4
    assert [path.name for path in tmp_path.iterdir()] == ["backup.zip"]


def test_restored_without_the_keys_it_says_so(home: Path, tmp_path: Path) -> None:
    office, file = Office(home / "data"), tmp_path / "backup.zip"
    assert office.run("backup", file).code == 0
    done = Office(tmp_path / "elsewhere").run("restore", file)
    assert (done.code, "密钥" in done.said) == (6, True)


@pytest.mark.parametrize("harm", ["cut", "flip", "other"])
def test_a_damaged_backup_restores_nothing(home: Path, tmp_path: Path, harm: str) -> None:
    office, file = Office(home / "data"), tmp_path / "backup.zip"
    assert office.run("backup", file).code == 0
    body = bytearray(file.read_bytes())
    if harm == "flip":
        body[len(body) // 2] ^= 1
    file.write_bytes(b"PK something else" if harm == "other" else body[: len(body) // 2] if harm == "cut" else body)
    done = Office(tmp_path / "elsewhere").run("restore", file)
    assert done.code in (3, 4), done.said
    assert "换一份备份" in done.said
    assert not list((tmp_path / "elsewhere").rglob("*.sqlite3"))


@pytest.mark.needs("postgres")
def test_postgresql_is_backed_up_and_restored_too(tmp_path: Path, postgres_url: str) -> None:
    base, names = postgres_url.rpartition("/")[0], [f"zhucan_kept_{uuid.uuid4().hex[:8]}" for _ in range(2)]
    with psycopg.connect(postgres_url, autocommit=True) as server:
        for name in names:
            server.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            office = installed(tmp_path, ZHUCAN_DATABASE=f"{base}/{names[0]}")
            file = tmp_path / "backup.zip"
            assert office.run("backup", file).code == 0
            drill = office.run("restore", file, "--drill")
            assert (drill.code, "完全一致" in drill.out) == (0, True), drill.said
            elsewhere = copied_keys(office, tmp_path / "elsewhere", ZHUCAN_DATABASE=f"{base}/{names[1]}")
            done = elsewhere.run("restore", file)
            assert (done.code, "完全一致" in done.out) == (0, True), done.said
            with psycopg.connect(f"{base}/{names[1]}") as session:
                assert session.execute("SELECT username FROM base_user").fetchall() == [("admin",)]
            assert elsewhere.run("restore", file).code == 4
        finally:
            for name in names:
                server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
