"""The output folder: whole or not at all, never over a person's work; and the table for machines."""

from __future__ import annotations

import csv
import stat
from dataclasses import replace

import pytest

from tests.match.outputs.factory import make_result
from zhucan.match.outputs import OutputError, write, write_outputs
from zhucan.match.outputs.figures import figures_of
from zhucan.match.outputs.machine import HEADINGS, harmless, write_determinations


@pytest.fixture(scope="module")
def result():
    return replace(make_result(60), files=())


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_everything_is_there_and_listed(result, tmp_path):
    steps = []
    paths = write_outputs(result, tmp_path / "out", progress=lambda *step: steps.append(step))
    assert all(path.is_file() for path in paths)
    names = {path.relative_to(tmp_path / "out").as_posix() for path in paths}
    assert names == set(contents(tmp_path / "out"))
    assert {"summary.html", "比对结果.xlsx", "移交民政.xlsx", "determinations.csv", "文件清单.csv"} < names
    assert steps[0] == ("写汇总页", 0, 5)
    assert steps[-1] == ("写完了", 5, 5)
    with (tmp_path / "out" / "文件清单.csv").open(encoding="utf-8-sig", newline="") as lines:
        listed = {row["文件"]: row["含个人信息"] for row in csv.DictReader(lines)}
    assert set(listed) == names - {"文件清单.csv"}
    assert [name for name, personal in listed.items() if personal == "否"] == ["summary.html"]


def test_files_about_persons_are_their_owners_alone(result, tmp_path):
    paths = write_outputs(result, tmp_path / "out")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in paths}
    assert modes.pop("summary.html") == 0o644
    assert modes.pop("文件清单.csv") == 0o644
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_an_untouched_earlier_run_is_replaced(result, tmp_path):
    out = tmp_path / "out"
    write_outputs(result, out)
    write_outputs(replace(make_result(30, seed=5), files=()), out)
    with (out / "determinations.csv").open(encoding="utf-8") as lines:
        assert len(lines.readlines()) == 1 + 30 * 2 + 9
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_may_be_filled(result, tmp_path):
    (tmp_path / "out").mkdir()
    assert write_outputs(result, tmp_path / "out")


def test_a_filled_in_sheet_is_never_lost(result, tmp_path):
    out = tmp_path / "out"
    write_outputs(result, out)
    sheet = next((out / "入户核查表").iterdir())
    sheet.write_bytes(sheet.read_bytes() + b" ")
    before = contents(out)
    with pytest.raises(OutputError, match=f"{sheet.name}.*改动过.*换一个输出文件夹"):
        write_outputs(result, out)
    assert contents(out) == before


def test_a_file_somebody_added_is_never_lost(result, tmp_path):
    out = tmp_path / "out"
    write_outputs(result, out)
    (out / "我的笔记.txt").write_text("记一下", encoding="utf-8")
    with pytest.raises(OutputError, match=r"我的笔记\.txt"):
        write_outputs(result, out)
    assert (out / "我的笔记.txt").read_text(encoding="utf-8") == "记一下"


@pytest.mark.parametrize("mark", ["~$比对结果.xlsx", ".~lock.比对结果.xlsx#", ".~比对结果.xlsx"])
def test_an_open_file_is_named(result, tmp_path, mark):
    out = tmp_path / "out"
    write_outputs(result, out)
    (out / mark).write_bytes(b"")
    with pytest.raises(OutputError, match=r"“比对结果\.xlsx”正被打开.*关闭"):
        write_outputs(result, out)


def test_somebody_elses_folder_is_left_alone(result, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "重要.docx").write_bytes(b"x")
    with pytest.raises(OutputError, match="已有别的文件"):
        write_outputs(result, tmp_path / "out")
    assert contents(tmp_path) == {"out/重要.docx": b"x"}


def test_a_file_is_no_folder(result, tmp_path):
    (tmp_path / "out").write_bytes(b"x")
    with pytest.raises(OutputError, match="不是文件夹"):
        write_outputs(result, tmp_path / "out")


def test_a_failure_halfway_leaves_nothing_behind(result, tmp_path, monkeypatch):
    def full_disk(*_, **__):
        raise OSError(28, "No space left on device")

    out = tmp_path / "out"
    write_outputs(result, out)
    before = contents(tmp_path)
    monkeypatch.setattr(write, "write_determinations", full_disk)
    with pytest.raises(OutputError, match="什么都没有改动"):
        write_outputs(result, out)
    assert contents(tmp_path) == before


def test_a_locked_file_leaves_the_earlier_run_in_place(result, tmp_path, monkeypatch):
    def locked(*_):
        raise PermissionError(13, "in use")

    out = tmp_path / "out"
    write_outputs(result, out)
    before = contents(tmp_path)
    monkeypatch.setattr("zhucan.match.outputs.place.os.replace", locked)
    with pytest.raises(OutputError, match="请关闭 Excel"):
        write_outputs(result, out)
    assert contents(tmp_path) == before


def test_determinations_are_one_row_for_each_line_and_stray(result, tmp_path):
    write_determinations(result, tmp_path / "d.csv", with_identity=False)
    raw = (tmp_path / "d.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8").splitlines()))
    assert tuple(rows[0]) == HEADINGS
    assert len(rows) == len(result.lines) + len(result.strays)
    line = result.lines[0]
    assert rows[0] == {
        "source_file": line.person.source_file,
        "source_row": str(line.person.source_row),
        "policy": line.policy,
        "verdict": line.verdict,
        "amount_fen": "" if line.amount_fen is None else str(line.amount_fen),
        "receiving": str(int(line.receiving)),
        "finding": line.finding,
    }
    assert {row["finding"] for row in rows[-len(result.strays) :]} == {"paid_not_on_roster"}
    assert {row["verdict"] for row in rows} == {"entitled", "not", "unknown", ""}
    assert not any(person.citizen_id.encode() in raw for person in result.persons)


def test_identity_only_when_asked_for(result, tmp_path):
    write_determinations(result, tmp_path / "d.csv", with_identity=True)
    with (tmp_path / "d.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0])[-1] == "citizen_id"
    wanted = [line.person.citizen_id for line in result.lines] + [stray.citizen_id for stray in result.strays]
    assert [row["citizen_id"] for row in rows] == wanted


def test_not_compared_leaves_receiving_empty(result, tmp_path):
    lines = [replace(line, receiving=None, finding="not_compared") for line in result.lines]
    write_determinations(replace(result, lines=lines, strays=()), tmp_path / "d.csv", with_identity=False)
    with (tmp_path / "d.csv").open(encoding="utf-8", newline="") as rows:
        assert {row["receiving"] for row in csv.DictReader(rows)} == {""}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_the_table_is_live(start):
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    assert harmless(f"名册{start}1") == f"名册{start}1"


def test_figures_of_the_page_and_the_workbook_are_the_same(result):
    figures = figures_of(result)
    assert sum(one.missed for one in figures.townships) == figures.missed_number.lines
    assert sum(one.missed_fen for one in figures.townships) == figures.missed_number.fen
    assert sum(one.doubtful_fen for one in figures.townships) == figures.doubtful_number.fen
    assert sum(one.strays for one in figures.townships) == len(result.strays)
