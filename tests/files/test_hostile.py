"""Hostile files are refused in plain Chinese within two seconds and 256 MB; a child that dies is a plain message."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.files import hostile
from tests.files.corpus import TABLE
from tests.files.people import HEADINGS, people
from tests.files.specimens import ROSTER, Specimen, save
from zhucan.files import child
from zhucan.files.explained import write_explained
from zhucan.files.limits import LIMITS, MEBIBYTE, Limits
from zhucan.files.tables import SourceFile

SECONDS, MEMORY = 2.0, 256 * MEBIBYTE
CHINESE = re.compile("[一-鿿]")
SPECIMENS = hostile.SHELF.specimens


def test_there_are_enough_specimens() -> None:
    assert len(SPECIMENS) >= 40


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda each: each.name)
def test_refused_quickly_and_in_little_memory(specimen: Specimen, tmp_path: Path) -> None:
    path = tmp_path / specimen.file
    specimen.make(path)
    refusal, seconds = _refusal_in(path, replace(LIMITS, memory=MEMORY))
    assert specimen.refusal in refusal
    assert CHINESE.search(refusal)
    assert refusal.endswith("。")
    assert "请" in refusal
    assert seconds <= SECONDS


def _refusal_in(path: Path, limits: Limits) -> tuple[str, float]:
    """The refusal within these limits and the child's processor time; the machine's other work is not counted.

    The limit of memory is set on the child itself: had it needed more, the answer would be another one.
    """
    process = child.start(path, limits)
    assert process.stdout is not None
    answer = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    raw = child.outcome(process.returncode, answer, limits)
    assert raw.sheets == []
    return raw.refusal, used.ru_utime + used.ru_stime


def test_a_refused_file_becomes_a_copy_that_says_why(tmp_path: Path) -> None:
    source = SourceFile(tmp_path / "坏.xlsx", refusal="这个文件是空的。请重新导出。")
    write_explained(source, tmp_path / "copy.xlsx")
    raw = child.read_in_child(tmp_path / "copy.xlsx", LIMITS)
    assert [sheet.name for sheet in raw.sheets] == ["处理说明"]
    assert any(source.refusal in str(row[0]) for row in raw.sheets[0].grid)


def test_a_child_that_runs_out_of_memory_is_a_plain_message(tmp_path: Path) -> None:
    path = tmp_path / f"{ROSTER}.csv"
    path.write_text("姓名,身份证号\n" + "测某,450803\n" * 900_000, encoding="utf-8")
    raw = child.read_in_child(path, replace(LIMITS, memory=120 * MEBIBYTE))
    assert "内存" in raw.refusal
    assert raw.refusal.endswith("。")


def test_a_child_that_takes_too_long_is_a_plain_message(tmp_path: Path) -> None:
    path = tmp_path / f"{ROSTER}.xlsx"
    save(path, [HEADINGS, *people(3000)])
    raw = child.read_in_child(path, replace(LIMITS, seconds=0.02))
    assert "超过 0.02 秒" in raw.refusal


def test_children_killed_at_any_moment_are_plain_messages(tmp_path: Path) -> None:
    path = tmp_path / f"{ROSTER}.xlsx"
    save(path, [HEADINGS, *people(4000)])
    for delay in (0.0, 0.02, 0.05, 0.1, 0.15, 0.2):
        process = child.start(path, LIMITS)
        killer = threading.Timer(delay, process.kill)
        killer.start()
        answer, _ = process.communicate()
        killer.cancel()
        raw = child.outcome(process.returncode, answer, LIMITS)
        if process.returncode == -signal.SIGKILL:
            assert "意外中断" in raw.refusal
        else:
            assert len(raw.sheets[0].grid) == 4001


def test_an_answer_that_is_no_plain_data_is_not_taken() -> None:
    evil = b"cos\nsystem\n(S'true'\ntR."
    assert "意外中断" in child.outcome(0, evil, LIMITS).refusal


def test_the_child_does_not_look_for_modules_where_the_files_are(tmp_path: Path) -> None:
    (tmp_path / "python_calamine.py").write_text("raise SystemExit(3)")
    path = tmp_path / f"{ROSTER}.xlsx"
    save(path, TABLE)
    script = (
        "import sys; from pathlib import Path; from zhucan.files.child import read_in_child; "
        "from zhucan.files.limits import LIMITS; print(read_in_child(Path(sys.argv[1]), LIMITS).refusal or 'read')"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, path.name],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "read"
