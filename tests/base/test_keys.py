"""Keys: rotation of both ciphers that can be broken off, a new master, and keys that are not this database's."""

from __future__ import annotations

import threading
import time
from datetime import date
from pathlib import Path

import pytest

from zhucan.base import files, jobs, keyring, rotation
from zhucan.base.models import DataKey, Job, StoredFile
from zhucan.base.permissions import SYSTEM, Actor, NotAllowed
from zhucan.base.secrets import SealError, key_number, open_sealed, seal
from zhucan.registry.models import Household, Receipt

pytestmark = pytest.mark.django_db
CIPHERS = ("AES-256-GCM", "SM4-GCM")
WRONG = "密钥文件不是这个数据库的"


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path: Path):
    """Keys, files and cells of the test's own."""
    settings.ZHUCAN_DATA = tmp_path
    settings.ZHUCAN_KEYS = tmp_path / "keys.toml"
    keyring.create_key_file(settings.ZHUCAN_KEYS)
    DataKey.objects.all().delete()
    keyring.ensure_keys()
    yield
    keyring.forget()


def households(count: int) -> list[Household]:
    rows = [Household(kind="registered", place=450803000000) for _ in range(count)]
    for number, row in enumerate(rows):
        row.address = f"幸福路 {number} 号" if number % 7 else ""
    return Household.objects.bulk_create(rows)


def numbers_in_use() -> set[int | None]:
    return {key_number(cell) for cell in Household.objects.values_list("address_sealed", flat=True)}


def work_off(limit: int = 200) -> None:
    for _ in range(limit):
        if not jobs.run_one("tester"):
            return
    pytest.fail("the jobs do not end")


@pytest.mark.parametrize("before", CIPHERS)
@pytest.mark.parametrize("after", CIPHERS)
def test_after_a_rotation_all_cells_are_under_the_new_key_and_say_the_same(settings, before: str, after: str) -> None:
    settings.ZHUCAN_CIPHER = before
    rotation.rotate("person", by=SYSTEM)
    work_off()
    old = keyring.current("person").number
    households(20)
    assert numbers_in_use() == {None, old}
    settings.ZHUCAN_CIPHER = after
    rotation.rotate("person", by=SYSTEM)
    new = keyring.current("person")
    assert (new.number != old, new.version) == (True, keyring.VERSIONS[after])
    work_off()
    assert numbers_in_use() == {None, new.number}
    texts = [row.address for row in Household.objects.order_by("id")]
    assert texts == [f"幸福路 {number} 号" if number % 7 else "" for number in range(20)]
    assert not Job.objects.exclude(failed_at=None).exists()


def test_a_rotation_broken_off_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    households(30)
    monkeypatch.setattr(rotation, "_ROWS", 4)
    rotation.rotate("person", by=SYSTEM)
    job = Job.objects.get(key__endswith="registry.household")
    broken = iter([False, False, True])
    real = rotation._update

    def update(*args: object) -> None:
        if next(broken, False):
            raise MemoryError
        real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(rotation, "_update", update)
    while not (job := Job.objects.get(pk=job.pk)).cursor:
        jobs.run_one("tester")
    assert (job.done, job.state) == (8, "running")
    assert len(numbers_in_use()) == 3
    Job.objects.filter(pk=job.pk).update(lease_until=None)
    work_off()
    assert numbers_in_use() == {None, keyring.current("person").number}
    assert Job.objects.get(pk=job.pk).done == 30


def test_receipts_are_sealed_anew_though_they_are_append_only() -> None:
    receipt = Receipt(county=450803, payee_blind=b"x" * 16, payer="town", policy="p", period=date(2026, 1, 1),
                      amount_fen=1, place=450803000000)  # fmt: skip
    receipt.payee = "某人"
    receipt.save()
    rotation.rotate("person", by=SYSTEM)
    work_off()
    receipt.refresh_from_db()
    assert receipt.payee == "某人"
    assert key_number(receipt.payee_sealed) == keyring.current("person").number


def test_stored_files_are_encrypted_anew() -> None:
    stored = files.store_file(name="名单.xlsx", data=b"x" * 3_000_000, by=SYSTEM)
    before = files.path_of(stored.uuid).read_bytes()
    rotation.rotate("file", by=SYSTEM)
    work_off()
    after = files.path_of(stored.uuid).read_bytes()
    assert (len(before), before[:7]) != (len(after), after[:7])
    stored = StoredFile.objects.get(pk=stored.pk)
    assert (stored.name, files.read_stored(stored)) == ("名单.xlsx", b"x" * 3_000_000)


def test_what_another_process_still_sealed_with_the_old_key_is_swept_up() -> None:
    rotation.rotate("person", by=SYSTEM)
    work_off()
    old = DataKey.objects.filter(family="person").order_by("number")[0].number
    keyring._current["person"] = (time.monotonic(), keyring.by_number(old))
    households(3)
    assert old in numbers_in_use()
    keyring.forget()
    rotation.sweep()
    rotation.sweep()
    work_off()
    assert old not in numbers_in_use()


def test_every_sealed_column_of_the_models_is_known() -> None:
    found = {
        (table.model._meta.db_table, column)
        for family in keyring.FAMILIES
        for table in rotation.sealed_tables(family)
        for column in table.columns
    }
    assert {("registry_person", "citizen_sealed"), ("base_storedfile", "name_sealed")} <= found
    assert len(found) >= 14


def test_only_the_command_line_changes_keys(actor: Actor, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        rotation.rotate("person", by=actor)
    with pytest.raises(NotAllowed):
        rotation.rewrap(tmp_path / "x.toml", by=actor)


def test_a_new_master_opens_everything_and_the_old_one_nothing(settings, tmp_path: Path) -> None:
    cell = seal("person", "t.c.1", "某人")
    rotation.rotate("person", by=SYSTEM)
    keyring.renew_master(tmp_path / "new.toml", id_="2")
    assert rotation.rewrap(tmp_path / "new.toml", by=SYSTEM) == len(keyring.FAMILIES) + 1
    assert open_sealed("t.c.1", cell) == "某人"
    assert keyring.key_file().id == "2"
    assert set(DataKey.objects.exclude(family="index").values_list("master", flat=True)) == {"2"}
    settings.ZHUCAN_KEYS = tmp_path / "keys.toml.old-1"
    assert settings.ZHUCAN_KEYS.stat().st_mode & 0o077 == 0
    keyring.forget()
    with pytest.raises(keyring.KeyFileError, match=WRONG):
        open_sealed("t.c.1", cell)


def test_a_file_with_other_keys_than_the_master_is_refused(tmp_path: Path) -> None:
    keyring.create_key_file(tmp_path / "foreign.toml", id_="2")
    with pytest.raises(keyring.KeyFileError, match="没有更换"):
        rotation.rewrap(tmp_path / "foreign.toml", by=SYSTEM)
    keyring.check()


@pytest.mark.parametrize("changed", ["master", "index"])
def test_a_key_file_of_another_database_stops_everything(settings, tmp_path: Path, changed: str) -> None:
    cell = seal("person", "t.c.1", "某人")
    lines = settings.ZHUCAN_KEYS.read_text().splitlines()
    keyring.create_key_file(tmp_path / "other.toml")
    other = {line.split(" ")[0]: line for line in (tmp_path / "other.toml").read_text().splitlines()}
    lines = [other[changed] if line.startswith(changed) else line for line in lines]
    settings.ZHUCAN_KEYS.write_text("\n".join(lines))
    for act in (
        keyring.check,
        keyring.ensure_keys,
        lambda: open_sealed("t.c.1", cell),
        lambda: seal("person", "t.c.1", "x"),
        jobs.run_forever,
    ):
        keyring.forget()
        with pytest.raises(keyring.KeyFileError, match=WRONG):
            act()


def test_without_a_key_file_it_says_where_one_belongs(settings, tmp_path: Path) -> None:
    settings.ZHUCAN_KEYS = tmp_path / "none.toml"
    keyring.forget()
    with pytest.raises(keyring.KeyFileError, match="ZHUCAN_KEYS"):
        keyring.check()


def test_a_key_file_others_may_read_is_refused(settings) -> None:
    settings.ZHUCAN_KEYS.chmod(0o640)
    keyring.forget()
    with pytest.raises(keyring.KeyFileError, match="0600"):
        keyring.check()


def test_a_cell_moved_to_another_place_does_not_open() -> None:
    cell = seal("person", "t.c.1", "某人")
    with pytest.raises(SealError):
        open_sealed("t.c.2", cell)
    with pytest.raises(SealError):
        open_sealed("t.c.1", cell[:-1] + bytes([cell[-1] ^ 1]))


@pytest.mark.parametrize("cipher", CIPHERS)
def test_many_threads_seal_and_open_with_one_key(settings, cipher: str) -> None:
    settings.ZHUCAN_CIPHER = cipher
    rotation.rotate("person", by=SYSTEM)
    keyring.current("person")
    keyring.by_number(keyring.current("person").number)
    wrong: list[str] = []

    def turn(number: int) -> None:
        for each in range(300):
            text = f"{number} {each}" * 20
            if open_sealed("t.c.1", seal("person", "t.c.1", text)) != text:
                wrong.append(text)

    threads = [threading.Thread(target=turn, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
