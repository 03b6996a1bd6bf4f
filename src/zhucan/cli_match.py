"""``zhucan match``: a folder of files in, the lists of the county out, on the screen what one needs to know first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from zhucan.cli_report import account_line, report_numbers, report_presumptions, report_questions
from zhucan.cli_words import (
    NO_FILES,
    NO_OUTPUT,
    WRONG_COMMAND,
    WRONG_CONTENT,
    Screen,
    county_code,
    day,
    folder_of_files,
    give_up,
    padded,
    width_of,
)
from zhucan.files.read import read_folder
from zhucan.files.tables import SourceFile, account
from zhucan.match.facts import WORD_UNKNOWN
from zhucan.match.outputs import OutputError, write_outputs
from zhucan.match.outputs.words import long_date
from zhucan.match.result import MatchResult
from zhucan.match.run import Terms, load_terms, match_files
from zhucan.rules.content import shipped_content

_WORDS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Order:
    """What was asked for, checked."""

    folder: Path
    division: int
    as_of: date
    out: Path
    content: Sequence[Path]
    with_identity: bool


def match(
    folder: Annotated[Path, typer.Argument(help="放着各部门名单的文件夹。", metavar="文件夹", show_default=False)],
    division: Annotated[str, typer.Option("--division", help="县级区划代码，6 位。", metavar="代码")],
    out: Annotated[Path, typer.Option("--out", help="结果写到哪个文件夹。", metavar="文件夹")],
    as_of: Annotated[str | None, typer.Option("--as-of", help="按哪一天的情况，省略为今天。", metavar="日期")] = None,
    content: Annotated[
        list[Path] | None, typer.Option("--content", help="本单位自己的内容文件夹，可写多次。", metavar="文件夹")
    ] = None,
    with_identity: Annotated[
        bool, typer.Option("--with-identity", help="在 determinations.csv 里写上身份证号。")
    ] = False,
    plain: Annotated[bool, typer.Option("--plain", help="只用一行行的文字，不用进度条。")] = False,
) -> None:
    """比对一个文件夹里的名单：谁应享未享，谁疑似不应享，还要核实什么。"""
    order = _Order(
        folder=folder_of_files(folder),
        division=county_code(division),
        as_of=day(as_of, "--as-of"),
        out=out,
        content=[shipped_content(), *(_content(path) for path in content or ())],
        with_identity=with_identity,
    )
    screen = Screen(plain=plain)
    result = _run(order, screen)
    if not any(source.tables for source in result.files):
        give_up(_nothing_recognised(result), NO_FILES)
    if not any(table.feed.kind == "roster" for source in result.files for table in source.tables):
        give_up(_no_roster(result), NO_FILES)
    written = _write(order, result, screen)
    _report(screen, result, written, order.out)


def _content(path: Path) -> Path:
    if not path.is_dir():
        give_up(f"--content 写的“{path}”不是文件夹。请写放着词表、政策或名单说明的文件夹。", WRONG_COMMAND)
    return path


def _terms(order: _Order) -> Terms:
    try:
        return load_terms(order.division, order.as_of, order.content)
    except LookupError as error:
        give_up(str(error.args[0]), WRONG_COMMAND)
    except (ValueError, FileNotFoundError) as error:
        give_up(f"内容有错，没有开始比对：\n{error}", WRONG_CONTENT)


def _run(order: _Order, screen: Screen) -> MatchResult:
    """As ``run_match``; apart from the content, so that a fault of the program is never told as one of the content."""
    terms = _terms(order)
    with screen.steps("读取名单") as steps:
        return match_files(read_folder(order.folder, terms.book, progress=steps), terms, progress=steps)


def _write(order: _Order, result: MatchResult, screen: Screen) -> list[Path]:
    try:
        with screen.steps("写结果") as steps:
            return write_outputs(result, order.out, with_identity=order.with_identity, progress=steps)
    except OutputError as error:
        give_up(str(error), NO_OUTPUT)


def _nothing_recognised(result: MatchResult) -> str:
    lines = ["没有一份名单能认出来，没有写结果。"]
    lines += [f"  {source.name}：{_why_unread(source)}" for source in result.files]
    return "\n".join([*lines, "请检查表头是否有姓名、身份证号等列名，或为这种表写一份名单说明（content/feeds）。"])


def _no_roster(result: MatchResult) -> str:
    """Without a roster every number would be 0, and read as if all were well."""
    lines = ["没有残联的持证残疾人花名册，不知道该比对哪些人，没有写结果。"]
    for source in result.files:
        titles = "、".join(dict.fromkeys(table.feed.title for table in source.tables))
        lines.append(f"  {source.name}：{titles or _why_unread(source)}")
    return "\n".join([*lines, "请把花名册（有姓名、身份证号或残疾人证号、残疾类别、残疾等级）放进这个文件夹再运行。"])


def _why_unread(source: SourceFile) -> str:
    remarks = [sheet.remark for sheet in source.sheets if sheet.remark]
    return source.refusal or "；".join(dict.fromkeys(remarks)) or "没有认出表头"


def _report(screen: Screen, result: MatchResult, written: Sequence[Path], out: Path) -> None:
    screen.heading(f"{result.division_name}（{result.division}），按 {long_date(result.as_of)} 的情况")
    _report_files(screen, result)
    report_numbers(screen, result)
    report_presumptions(screen, result)
    report_questions(screen, result)
    screen.heading("结果在这里")
    top = dict.fromkeys(path.relative_to(out.absolute()).parts[0] for path in written)
    for name in top:
        screen.say(f"  {out / name}")


def _report_files(screen: Screen, result: MatchResult) -> None:
    screen.heading("读了哪些文件（行）")
    width = width_of([source.name for source in result.files])
    for source in result.files:
        said = account_line(account(source.tables)) if source.tables else f"没有用上：{_why_unread(source)}"
        screen.say(f"  {padded(source.name, width)}  {said}")
        for hidden in source.hidden_sheets:
            screen.say(f"  {padded('', width)}  隐藏的工作表“{hidden}”没有读")
        for strange in _strange_words(source):
            screen.say(f"  {padded('', width)}  {strange}")
    _report_doubts(screen, result)
    absent = [feed.title for feed in result.feeds if not feed.files]
    if absent:
        screen.say(f"  这次没有：{'、'.join(absent)}")


def _report_doubts(screen: Screen, result: MatchResult) -> None:
    """Lists that were read and still cannot be taken at their word."""
    for feed in result.feeds:
        if feed.stale:
            screen.say(
                f"  {feed.title}是 {feed.observed} 的，已经过时：{'、'.join(feed.stale)}按未知算。请换一份新的。"
            )
    for policy in result.policies:
        if _nothing_arrived(result, policy.id):
            screen.say(f"  {policy.zh}：回盘里没有一笔是成功的，全部按未到账算。请核对回盘文件的返回码和月份。")


def _nothing_arrived(result: MatchResult, policy: str) -> bool:
    """Whether people are on the payroll and the bank returned every one: rather a file misread than a bank's day."""
    own = [line for line in result.lines if line.policy == policy]
    return any(line.finding == "bank_failed" for line in own) and not any(line.receiving for line in own)


def _strange_words(source: SourceFile) -> list[str]:
    """The words that stand where a list says whether somebody has something, and that no feed knows."""
    problems = [problem for table in source.tables for row in table.rows for problem in row.problems]
    found = Counter((each.column, each.value) for each in problems if each.rule == WORD_UNKNOWN)
    lines = [
        f"“{column}”里的“{word}”不认识，{rows:,} 行按“不知道”处理，改法见原表说明"
        for (column, word), rows in found.most_common(_WORDS_SHOWN)
    ]
    rest = len(found) - _WORDS_SHOWN
    return [*lines, f"还有 {rest} 种写法不认识"] if rest > 0 else lines
