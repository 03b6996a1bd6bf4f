"""``zhucan setup`` and ``zhucan serve``: what an office is told, what is refused, and that the worker stays."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.cli.command import typed
from tests.cli.office import COUNTY, Office, few_divisions, installed, password_told


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    installed(folder)
    return folder


@pytest.fixture
def office(home: Path) -> Office:
    return Office(home / "data")


def rows(office: Office, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(office.data / "zhucan.sqlite3")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status_of(port: int, path: str = "/sign-in/") -> int:
    """The answer of the server, once it answers."""
    for _ in range(150):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.2)
    pytest.fail("the server does not answer")


def test_setup_says_where_the_keys_are_and_that_a_copy_belongs_elsewhere(home: Path, office: Office) -> None:
    said = (home / "setup.txt").read_text(encoding="utf-8")
    assert str(office.data / "keys.toml") in said
    assert "另外的介质" in said
    assert "港南区残疾人联合会" in said
    assert (office.data / "keys.toml").stat().st_mode & 0o077 == 0
    assert office.data.stat().st_mode & 0o077 == 0


def test_the_one_time_password_is_told_once_and_stored_nowhere(home: Path, office: Office) -> None:
    password = password_told(home)
    assert len(password) == 16
    assert password.encode() not in (office.data / "zhucan.sqlite3").read_bytes()
    assert rows(office, "SELECT username, password_changed_at FROM base_user") == [("admin", None)]
    assert password not in office.run("setup").out


def test_setup_again_changes_nothing(office: Office) -> None:
    keys = (office.data / "keys.toml").read_bytes()
    before = rows(office, "SELECT count(*) FROM base_division UNION ALL SELECT count(*) FROM base_post")
    done = office.run("setup", "--divisions", office.data.parent / "divisions.parquet")
    assert done.code == 0, done.said
    assert (office.data / "keys.toml").read_bytes() == keys
    assert rows(office, "SELECT count(*) FROM base_division UNION ALL SELECT count(*) FROM base_post") == before
    assert "admin" in done.out


def test_lost_keys_are_asked_for_and_never_made_anew(office: Office, tmp_path: Path) -> None:
    done = office.run("setup", ZHUCAN_KEYS=str(tmp_path / "keys.toml"))
    assert done.code == 6
    assert "不要重新生成" in done.said
    assert not (tmp_path / "keys.toml").exists()
    assert office.run("serve", ZHUCAN_KEYS=str(tmp_path / "keys.toml")).code == 6


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--host", "0.0.0.0"), "HTTPS"),
        (("--host", "::"), "HTTPS"),
        (("--host", "0.0.0.0", "--plain-http"), "ZHUCAN_HOSTS"),
    ],
)
def test_other_machines_are_not_served_without_encryption_unless_told(arguments: tuple[str, ...], says: str) -> None:
    code, _, said = typed("serve", *arguments)
    assert (code, says in said) == (2, True), said


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"DEBUG": "1"}, "DEBUG"),
        ({"ZHUCAN_MODE": "demo"}, "第二重验证"),
        ({"ZHUCAN_MODE": "debug"}, "ZHUCAN_MODE"),
        ({"ZHUCAN_DATABASE": "postgresql://nobody:secret-word@127.0.0.1:1/none"}, "PostgreSQL 是否在运行"),
    ],
)
def test_what_is_not_safe_does_not_start(office: Office, settings: dict[str, str], says: str) -> None:
    done = office.run("serve", **settings)
    assert (done.code, says in done.said) == (6, True), done.said
    assert "secret-word" not in done.said


def test_an_empty_directory_is_told_to_be_set_up(tmp_path: Path) -> None:
    office = Office(tmp_path / "none")
    done = office.run("serve")
    assert done.code == 6
    assert "zhucan setup" in done.said
    assert not list(tmp_path.rglob("*.sqlite3"))


def test_a_division_that_is_missing_or_wrong_is_named_and_setup_can_be_run_again(tmp_path: Path) -> None:
    office, table = Office(tmp_path / "data"), few_divisions(tmp_path)
    assert "--division" in office.run("setup", "--divisions", table).said
    assert "450899" in office.run("setup", "--division", "450899", "--divisions", table).said
    assert office.run("setup", "--division", COUNTY, "--divisions", table).code == 0


def test_serving_answers_brings_its_worker_back_and_leaves_none_behind(office: Office) -> None:
    port = free_port()
    with office.running("serve", "--port", port) as server:
        assert status_of(port) in (200, 302, 404)
        first = worker_of(server.pid)
        os.kill(first, signal.SIGKILL)
        second = worker_of(server.pid, other_than=first)
        server.kill()
        assert ends(second), "the worker outlived its server"


def test_a_taken_port_is_named(office: Office) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        done = office.run("serve", "--port", holder.getsockname()[1])
    assert done.code == 6
    assert "--port" in done.said


def worker_of(server: int, other_than: int = 0) -> int:
    """The process number of the server's worker, once it is there."""
    for _ in range(150):
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                command = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if parent == server and b"work" in command.split(b"\0") and int(folder.name) != other_than:
                return int(folder.name)
        time.sleep(0.2)
    pytest.fail("no worker was started")


def ends(process: int) -> bool:
    for _ in range(100):
        try:
            if "Z" in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]:
                return True
        except OSError:
            return True
        time.sleep(0.2)
    return False
