"""``zhucan match`` as typed: what it prints, what it leaves behind, and how it says that it cannot."""

from __future__ import annotations

import csv
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.command import typed
from zhucan.cli_words import NO_FILES, NO_OUTPUT, WRONG_COMMAND, WRONG_CONTENT

WHERE = ("--division", "450803", "--as-of", "2026-11-01")


@dataclass(frozen=True)
class Run:
    """A folder of files, the folder written, and what was said."""

    files: Path
    out: Path
    said: str


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("run")
    assert typed("demo", "--out", folder, "--persons", 300, "--seed", 3)[0] == 0
    code, said, errors = typed("match", folder / "files", *WHERE, "--out", folder / "result")
    assert (code, errors) == (0, "")
    return Run(folder / "files", folder / "result", said)


def test_every_file_has_an_account_that_adds_up(run: Run) -> None:
    words = ("采用", "无变化", "重复", "不在本名册", "拒绝")
    pattern = r"(\S+)\s+读入 ([\d,]+) = " + r" \+ ".join(rf"{word} ([\d,]+)" for word in words) + "$"
    accounts = re.findall(pattern, run.said, flags=re.MULTILINE)
    assert {name for name, *_ in accounts} == {path.name for path in run.files.iterdir()}
    for name, *texts in accounts:
        read, *parts = (int(text.replace(",", "")) for text in texts)
        assert read == sum(parts) > 0, name


def test_numbers_are_those_of_the_table_for_machines(run: Run) -> None:
    with (run.out / "determinations.csv").open(encoding="utf-8-sig", newline="") as lines:
        findings = [row["finding"] for row in csv.DictReader(lines)]
    missed = sum(finding in ("missed", "bank_failed") for finding in findings)
    unknown = sum(finding.startswith("unknown") for finding in findings)
    strays = findings.count("paid_not_on_roster")
    assert re.search(rf"应享未享\s+{missed} 人次（\d+ 人）\s+每月按标准 [\d,]+ 元", run.said)
    assert re.search(rf"名册外发放\s+{strays} 人次", run.said)
    assert re.search(rf"待核实\s+{unknown} 人次", run.said)
    assert re.search(r"六个月内到期\s+\d+ 证\s+已过期 \d+ 证", run.said)


def test_places_questions_and_presumptions_are_told(run: Run) -> None:
    assert "港南区（450803），按 2026年11月1日 的情况" in run.said
    assert "无。该核对的名单都已核对。" in run.said
    assert re.search(r"1\. .+？（.+）\n\s+可定 \d+ 人次，\d+ 人，每月 [\d,]+ 元", run.said)
    assert "隐藏的工作表“2019旧数据”没有读" in run.said
    for line in run.said.split("结果在这里\n")[1].splitlines():
        assert Path(line.strip()).exists()
    assert (run.out / "summary.html").is_file()


def test_steps_are_plain_lines_without_a_terminal(run: Run) -> None:
    assert "… 逐人判断政策\n" in run.said
    assert "\x1b" not in run.said


def test_no_citizen_number_on_the_screen_or_in_the_table_unless_asked_for(run: Run, tmp_path: Path) -> None:
    number = re.compile(r"\d{17}[\dX]")
    assert not number.search(run.said)
    assert not number.search((run.out / "determinations.csv").read_text(encoding="utf-8-sig"))
    code, _, _ = typed("match", run.files, *WHERE, "--out", tmp_path / "named", "--with-identity", "--plain")
    assert code == 0
    assert number.search((tmp_path / "named" / "determinations.csv").read_text(encoding="utf-8-sig"))


def test_three_lists_give_numbers_and_name_what_was_presumed(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "three"
    folder.mkdir()
    for path in run.files.iterdir():
        if path.name[:2] in ("01", "02", "05"):
            shutil.copy(path, folder)
    code, said, _ = typed("match", folder, *WHERE, "--out", tmp_path / "out")
    assert code == 0
    presumed = re.findall(r"未核对(.+?)（.+?）：([\d,]+) 个结论暂按“都.+?”推定", said)
    assert len(presumed) >= 4
    assert all(int(count.replace(",", "")) > 0 for _, count in presumed)
    assert "这次没有：" in said


def test_a_bank_return_in_which_nothing_succeeded_is_doubted(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "returned"
    shutil.copytree(run.files, folder)
    (returned,) = folder.glob("*回盘*")
    text = returned.read_bytes().decode("gb18030")
    returned.write_bytes(text.replace("|0000|", "|Z9|").replace("成功", "待查").encode("gb18030"))
    code, said, _ = typed("match", folder, *WHERE, "--out", tmp_path / "out")
    assert code == 0
    assert said.count("回盘里没有一笔是成功的，全部按未到账算") == 2
    assert "没有一笔是成功的" not in run.said


def test_a_second_run_replaces_an_untouched_first_and_refuses_a_changed_one(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert typed("match", run.files, *WHERE, "--out", out)[0] == 0
    assert typed("match", run.files, *WHERE, "--out", out)[0] == 0
    (out / "summary.html").write_text("改过", encoding="utf-8")
    code, _, errors = typed("match", run.files, *WHERE, "--out", out)
    assert code == NO_OUTPUT
    assert "summary.html" in errors
    assert (out / "summary.html").read_text(encoding="utf-8") == "改过"


def test_missing_folder_file_and_empty_folder(run: Run, tmp_path: Path) -> None:
    missing = typed("match", tmp_path / "nowhere", *WHERE, "--out", tmp_path / "out")
    assert missing[0] == WRONG_COMMAND
    assert "找不到文件夹" in missing[2]
    a_file = typed("match", run.files / "04_死亡人员信息.csv", *WHERE, "--out", tmp_path / "out")
    assert a_file[0] == WRONG_COMMAND
    assert "是一个文件" in a_file[2]
    (tmp_path / "empty").mkdir()
    empty = typed("match", tmp_path / "empty", *WHERE, "--out", tmp_path / "out")
    assert empty[0] == NO_FILES
    assert "里没有文件" in empty[2]
    assert not (tmp_path / "out").exists()


def test_nothing_recognised_names_each_file_and_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "会议记录.txt").write_text("今天开会\n讨论了三件事\n", encoding="utf-8")
    code, _, errors = typed("match", folder, *WHERE, "--out", tmp_path / "out")
    assert code == NO_FILES
    assert "没有一份名单能认出来" in errors
    assert "会议记录.txt" in errors
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("division", ["45080", "港南区", "４５０８０３", "450803001", "999999"])
def test_wrong_division(run: Run, tmp_path: Path, division: str) -> None:
    code, _, errors = typed(
        "match", run.files, "--division", division, "--as-of", "2026-11-01", "--out", tmp_path / "o"
    )
    assert code == WRONG_COMMAND
    assert "450803" in errors
    assert division in errors


@pytest.mark.parametrize("day", ["2026-11-31", "2026年11月1日", "明天"])
def test_wrong_day(run: Run, tmp_path: Path, day: str) -> None:
    code, _, errors = typed("match", run.files, "--division", "450803", "--as-of", day, "--out", tmp_path / "o")
    assert code == WRONG_COMMAND
    assert f"“{day}”，不是日期" in errors


def test_output_that_is_a_file_or_somebody_elses(run: Run, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("", encoding="utf-8")
    assert typed("match", run.files, *WHERE, "--out", taken)[0] == NO_OUTPUT
    full = tmp_path / "full"
    full.mkdir()
    (full / "我的文件.txt").write_text("留着", encoding="utf-8")
    code, _, errors = typed("match", run.files, *WHERE, "--out", full)
    assert code == NO_OUTPUT
    assert "不能覆盖" in errors
    assert [path.name for path in full.iterdir()] == ["我的文件.txt"]


def test_content_of_the_office_must_be_a_folder_and_right(run: Run, tmp_path: Path) -> None:
    absent = typed("match", run.files, *WHERE, "--out", tmp_path / "o", "--content", tmp_path / "none")
    assert absent[0] == WRONG_COMMAND
    assert "不是文件夹" in absent[2]
    feeds = tmp_path / "content" / "feeds"
    feeds.mkdir(parents=True)
    (feeds / "wrong.toml").write_text('id = "wrong"\n', encoding="utf-8")
    wrong = typed("match", run.files, *WHERE, "--out", tmp_path / "o", "--content", tmp_path / "content")
    assert wrong[0] == WRONG_CONTENT
    assert "wrong.toml" in wrong[2]
    assert not (tmp_path / "o").exists()


def test_without_a_roster_there_are_no_numbers_to_be_misread(run: Run, tmp_path: Path) -> None:
    files = shutil.copytree(run.files, tmp_path / "files")
    for path in files.iterdir():
        if "花名册" in path.name:
            path.unlink()
    code, said, errors = typed("match", files, *WHERE, "--out", tmp_path / "result")
    assert code == NO_FILES
    assert "没有残联的持证残疾人花名册" in errors
    assert "应享未享" not in said
    assert not (tmp_path / "result").exists()


def test_words_nobody_knows_are_said_on_the_screen(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    roster = "姓名,身份证号,残疾类别,残疾等级,有效期至\n古明东,450803198607015739,肢体,一级,2030-01-01\n"
    (files / "残疾人花名册.csv").write_text(roster, encoding="utf-8")
    listed = "姓名,身份证号,供养方式,状态\n古明东,450803198607015739,分散供养,已复核\n"
    (files / "特困人员名单.csv").write_text(listed, encoding="utf-8")
    code, said, _ = typed("match", files, *WHERE, "--out", tmp_path / "result")
    assert code == 0
    assert "“状态”里的“已复核”不认识，1 行按“不知道”处理" in said


def test_a_roster_of_which_no_row_can_be_used_is_said_above_the_numbers(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "残疾人花名册.csv").write_text(
        "姓名,身份证号,残疾类别,残疾等级\n古明东,待补,肢体,一级\n", encoding="utf-8"
    )
    code, said, _ = typed("match", files, *WHERE, "--out", tmp_path / "result")
    assert code == 0
    assert "花名册上没有一行能用，所以下面都是 0" in said


def test_a_fault_of_the_program_is_not_told_as_one_of_the_content(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("nobody")

    monkeypatch.setattr("zhucan.cli_match.match_files", broken)
    with pytest.raises(AssertionError, match=r"KeyError\('nobody'\)"):
        typed("match", run.files, *WHERE, "--out", tmp_path / "o")
