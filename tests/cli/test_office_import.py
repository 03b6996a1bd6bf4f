"""``zhucan office-demo``, ``import``, ``results``: the database says what ``zhucan match`` says of the same files."""

from __future__ import annotations

import csv
import sqlite3
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.cli.office import COUNTY, Office

DAY = date.today().replace(day=1)
PERSONS = 300


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    done = Office(folder / "data").run("office-demo", "--data", folder / "data", "--persons", PERSONS, "--no-serve")
    assert done.code == 0, done.said
    (folder / "told.txt").write_text(done.out, encoding="utf-8")
    return folder


@pytest.fixture
def office(home: Path) -> Office:
    return Office(home / "data")


@pytest.fixture
def files(office: Office) -> Path:
    return office.data / "county" / "files"


def verdicts(folder: Path) -> Counter[tuple[str, ...]]:
    """Everybody's answers, however the rows are numbered."""
    with (folder / "determinations.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        return Counter(tuple(row[name] for name in rows.fieldnames or () if "source" not in name) for row in rows)


def counted(office: Office, table: str) -> int:
    connection = sqlite3.connect(office.data / "zhucan.sqlite3")
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    finally:
        connection.close()


def test_the_demo_tells_address_accounts_and_a_tour_of_pages_that_exist(home: Path) -> None:
    told = (home / "told.txt").read_text(encoding="utf-8")
    for words in ("应享未享", "疑似不应享", "待核实", "officer", "auditor", "commissioner", "全部虚构", "五分钟"):
        assert words in told, words


def test_the_pages_of_the_tour_open_for_whom_they_are_meant() -> None:
    from django.urls import resolve

    from zhucan.cli_office.sample import ACCOUNTS
    from zhucan.cli_office.tour import STOPS

    names = {account.username for account in ACCOUNTS}
    for who, page, _ in STOPS:
        assert not who or who in names
        resolve(page.partition("?")[0])


def test_the_database_says_what_the_folder_says(office: Office, files: Path, tmp_path: Path) -> None:
    options = ("--division", COUNTY, "--out")
    assert office.run("match", files, *options, tmp_path / "folder", "--as-of", DAY, "--plain").code == 0
    done = office.run("results", *options, tmp_path / "database")
    assert done.code == 0, done.said
    assert verdicts(tmp_path / "database") == verdicts(tmp_path / "folder")
    assert (tmp_path / "database" / "移交民政.xlsx").is_file()


def test_importing_the_same_files_again_shows_that_nothing_changes_and_waits_for_a_yes(
    office: Office, files: Path
) -> None:
    before = counted(office, "registry_fact")
    done = office.run("import", files, "--division", COUNTY, "--as-of", DAY, stdin="n\n")
    assert done.code == 0, done.said
    roster = next(line for line in done.out.splitlines() if "花名册" in line)
    assert f"采用 0 + 无变化 {PERSONS}" in roster
    assert "没有写入" in done.out
    assert counted(office, "registry_fact") == before


def test_wrong_places_and_folders_are_named(office: Office, files: Path, tmp_path: Path) -> None:
    assert "450899" in office.run("import", files, "--division", "450899").said
    assert office.run("import", tmp_path, "--division", COUNTY).code == 3
    assert office.run("results", "--division", "450802", "--out", tmp_path / "out").code == 3


def test_somebody_elses_directory_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    done = Office(tmp_path).run("office-demo", "--data", tmp_path, "--no-serve")
    assert (done.code, "没有动它" in done.said) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
