"""The working lists of a run in one workbook, 比对结果.xlsx: an index, and one sheet for each list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhucan.files.tables import Account, Outcome, Row, SourceFile, Table, account
from zhucan.match.outputs.figures import Figures, TownshipFigures, township_of
from zhucan.match.outputs.tables import Book, Column, IndexEntry
from zhucan.match.outputs.words import (
    check_numbers,
    last_valid_day,
    long_month,
    mask_id,
    mask_numbers,
    policy_words,
    presumption_words,
    situation_of,
    state_of,
)
from zhucan.match.result import FeedState, Line, MatchResult, Person, Presumed, Question, Stray


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that could not be used: where it stands and what to do."""

    source: str
    row: int
    name: str
    columns: str
    values: str
    problems: str
    remedies: str


@dataclass(frozen=True, slots=True)
class SheetState:
    """One sheet (or one file that could not be read) and what became of its rows."""

    file: str
    sheet: str
    read_as: str
    account: Account | None
    remark: str


class _LineColumns:
    """The columns that several line sheets share, for one run."""

    def __init__(self, result: MatchResult) -> None:
        numbers, policies, presumed = check_numbers(result), policy_words(result), presumption_words(result)

        def leans_on(line: Line) -> str:
            return "；".join(presumed.get(fact, fact) for fact in line.leans_on)

        self.who: list[Column[Line]] = [
            Column("核查编号", 11, lambda line: numbers[line.person.code, line.policy]),
            Column("姓名", 9, lambda line: line.person.name, wrap=True),
            Column("身份证号", 21, lambda line: mask_id(line.person.citizen_id)),
            Column("乡镇", 10, lambda line: township_of(line.person)),
            Column("村（社区）", 14, lambda line: line.person.village_name),
            Column("补贴", 20, lambda line: policies[line.policy]),
            Column("状态", 14, state_of),
        ]
        self.reason: Column[Line] = Column("原因", 30, situation_of, wrap=True)
        self.basis: Column[Line] = Column("依据", 26, lambda line: line.basis, wrap=True)
        self.rate: Column[Line] = Column("标准（元/月）", 14, lambda line: line.amount_fen, money=True)
        self.paid: Column[Line] = Column("本月已发（元）", 17, lambda line: line.paid_fen, money=True)
        self.rest: list[Column[Line]] = [
            Column("靠什么推定", 26, leans_on, wrap=True),
            Column("电话", 14, lambda line: line.person.phone),
            Column("监护人", 10, lambda line: line.person.guardian),
            Column("监护人电话", 14, lambda line: line.person.guardian_phone),
            Column("名册出处", 34, lambda line: line.person.source_file),
            Column("行号", 8, lambda line: line.person.source_row, number=True),
            Column("备注", 24, lambda line: line.remark, wrap=True),
        ]


def write_workbook(result: MatchResult, figures: Figures, path: Path) -> None:
    """Write 比对结果.xlsx: citizen numbers masked, sums as numbers in 元, every list linked from the index."""
    refused, states = list(_refused(result.files)), list(_sheet_states(result.files))
    with Book(path, f"{result.division_name}残疾人联合会", result.as_of.isoformat()) as book:
        book.add_index(_index(result, figures, refused, states))
        _add_line_sheets(book, result, figures)
        book.add("名册外发放", _stray_columns(result), figures.strays)
        book.add("六个月内到期", _expiring_columns(result), figures.expiring)
        book.add("被拒绝的行", _REFUSED_COLUMNS, refused)
        book.add("各乡镇汇总", _TOWNSHIP_COLUMNS, figures.townships)
        book.add("核对了哪些名单", _FEED_COLUMNS, result.feeds)
        book.add("推定", _PRESUMED_COLUMNS, result.presumptions)
        book.add("先问什么", _QUESTION_COLUMNS, result.questions)
        book.add("文件与工作表", _STATE_COLUMNS, states)


def _add_line_sheets(book: Book, result: MatchResult, figures: Figures) -> None:
    columns = _LineColumns(result)
    months: Column[Line] = Column("连续符合月数（月）", 12, lambda line: line.months, number=True)
    difference: Column[Line] = Column("多发为正、少发为负（元）", 16, _difference, money=True)
    receiving: Column[Line] = Column("本月在领", 11, lambda line: _RECEIVING[line.receiving])
    question: Column[Line] = Column("要问的问题", 40, lambda line: line.question, wrap=True)
    why = [columns.reason, columns.basis]
    sheets: list[tuple[str, list[Column[Line]], Sequence[Line]]] = [
        ("应享未享", [*columns.who, *why, columns.rate, months], figures.missed),
        ("疑似不应享", [*columns.who, *why, columns.paid], figures.doubtful),
        ("待核实", [*columns.who, question, *why, receiving, columns.paid], figures.unknown),
        ("发放差错", [*columns.who, *why, columns.rate, columns.paid, difference], figures.faults),
    ]
    if figures.not_compared:
        sheets.append(("未核对发放", [*columns.who, question, *why, columns.rate], figures.not_compared))
    for name, printed, lines in sheets:
        book.add(name, [*printed, *columns.rest], lines, printed=len(printed))


def _difference(line: Line) -> int | None:
    return None if line.amount_fen is None else line.paid_fen - line.amount_fen


_RECEIVING = {True: "在领", False: "未领", None: "未核对"}


def _index(
    result: MatchResult, figures: Figures, refused: Sequence[Refused], states: Sequence[SheetState]
) -> list[IndexEntry]:
    month = long_month(result.month)
    paid, by_rate = f"{month}已发", "按标准每月应发"
    receiving = f"其中 {figures.unknown_receiving:,} 人次{month}在领。每行写明还缺什么、该问什么。"
    expiring = len(figures.expiring)
    apart = [
        IndexEntry.of(
            "未核对发放", "没有发放表可核对的补贴：谁符合，谁只差一个问题。", figures.not_compared_number, by_rate
        )
    ]
    return [
        IndexEntry.of("应享未享", f"符合条件，{month}没有领到。", figures.missed_number, by_rate),
        IndexEntry.of("疑似不应享", f"{month}在领，但有条件不符合。", figures.doubtful_number, paid),
        IndexEntry.of("待核实", receiving, figures.unknown_number, ""),
        IndexEntry.of("发放差错", "该领也领到了，但重复或金额不对。", figures.faults_number, paid),
        *(apart if figures.not_compared else ()),
        IndexEntry.of("名册外发放", "发放表上有，持证人名册上没有。", figures.strays_number, paid),
        IndexEntry("六个月内到期", "残疾人证六个月内到期，到期后补贴会停。", expiring, "证", expiring),
        IndexEntry("被拒绝的行", "没有用上的行，每行写明哪里不对、怎么改。", len(refused), "行"),
        IndexEntry("各乡镇汇总", "每个乡镇上面几项各有多少。", len(figures.townships), "乡镇"),
        IndexEntry("核对了哪些名单", "读入行数 = 采用 + 无变化 + 重复 + 不在本名册 + 拒绝。", len(result.feeds), "种"),
        IndexEntry("推定", "没有名单可核对、暂按少数人才有的情况推定的事项。", len(result.presumptions), "项"),
        IndexEntry("先问什么", "问清哪些事，能定下最多的待核实。", len(result.questions), "个"),
        IndexEntry("文件与工作表", "每个文件、每张工作表读成了什么。", len(states), "张"),
    ]


def _stray_columns(result: MatchResult) -> list[Column[Stray]]:
    policies = policy_words(result)
    return [
        Column("姓名", 10, lambda stray: stray.name, wrap=True),
        Column("身份证号", 21, lambda stray: mask_id(stray.citizen_id)),
        Column("发放乡镇", 12, lambda stray: stray.township_name),
        Column("补贴", 20, lambda stray: policies.get(stray.policy, stray.policy)),
        Column("原因", 34, lambda stray: stray.reason, wrap=True),
        Column("本月已发（元）", 17, lambda stray: stray.paid_fen, money=True),
        Column("发放表出处", 40, lambda stray: stray.source_file),
        Column("行号", 8, lambda stray: stray.source_row, number=True),
    ]


def _expiring_columns(result: MatchResult) -> list[Column[Person]]:
    return [
        Column("核查编号", 11, lambda person: person.code),
        Column("姓名", 10, lambda person: person.name, wrap=True),
        Column("身份证号", 21, lambda person: mask_id(person.citizen_id)),
        Column("乡镇", 12, township_of),
        Column("村（社区）", 16, lambda person: person.village_name),
        Column("有效期至", 12, lambda person: last_valid_day(person.certificate_until)),
        Column("还剩（天）", 11, lambda person: _days_left(result, person), number=True),
        Column("电话", 14, lambda person: person.phone),
        Column("监护人", 10, lambda person: person.guardian),
        Column("监护人电话", 14, lambda person: person.guardian_phone),
        Column("名册出处", 34, lambda person: person.source_file),
        Column("行号", 8, lambda person: person.source_row, number=True),
    ]


def _days_left(result: MatchResult, person: Person) -> int | None:
    return (person.certificate_until - result.as_of).days if person.certificate_until else None


_REFUSED_COLUMNS: Sequence[Column[Refused]] = (
    Column("文件与工作表", 40, lambda row: row.source),
    Column("行号", 8, lambda row: row.row, number=True),
    Column("姓名", 10, lambda row: row.name, wrap=True),
    Column("哪一列", 16, lambda row: row.columns, wrap=True),
    Column("原来的内容", 26, lambda row: row.values, wrap=True),
    Column("哪里不对", 44, lambda row: row.problems, wrap=True),
    Column("怎么改", 44, lambda row: row.remedies, wrap=True),
)

_TOWNSHIP_COLUMNS: Sequence[Column[TownshipFigures]] = (
    Column("乡镇", 14, lambda one: one.name),
    Column("应享未享（人次）", 12, lambda one: one.missed, number=True),
    Column("应享未享（元/月）", 15, lambda one: one.missed_fen, money=True),
    Column("疑似不应享（人次）", 12, lambda one: one.doubtful, number=True),
    Column("疑似不应享本月已发（元）", 17, lambda one: one.doubtful_fen, money=True),
    Column("待核实（人次）", 12, lambda one: one.unknown, number=True),
    Column("六个月内到期（证）", 12, lambda one: one.expiring, number=True),
    Column("发放差错（人次）", 12, lambda one: one.faults, number=True),
    Column("名册外发放（人次）", 12, lambda one: one.strays, number=True),
)

_FEED_COLUMNS: Sequence[Column[FeedState]] = (
    Column("名单", 28, lambda feed: feed.title),
    Column("来自", 12, lambda feed: feed.office),
    Column("核对了没有", 12, lambda feed: "已核对" if feed.account else "没有这份名单"),
    Column("文件", 40, lambda feed: "；".join(feed.files), wrap=True),
    Column("数据时间", 12, lambda feed: feed.observed.isoformat() if feed.observed else ""),
    Column("已过时、按未知算的情况", 24, lambda feed: "、".join(feed.stale), wrap=True),
    Column("读入（行）", 11, lambda feed: feed.account.read if feed.account else None, number=True),
    Column("采用（行）", 11, lambda feed: feed.account.accepted if feed.account else None, number=True),
    Column("无变化（行）", 11, lambda feed: feed.account.unchanged if feed.account else None, number=True),
    Column("重复（行）", 11, lambda feed: feed.account.duplicate if feed.account else None, number=True),
    Column("不在本名册（行）", 11, lambda feed: feed.account.not_ours if feed.account else None, number=True),
    Column("拒绝（行）", 11, lambda feed: feed.account.rejected if feed.account else None, number=True),
    Column("对账", 16, lambda feed: balance_words(feed.account)),
)

_PRESUMED_COLUMNS: Sequence[Column[Presumed]] = (
    Column("现在怎么推定", 28, lambda one: f"暂按{one.presumed_as}"),
    Column("没有核对的名单", 28, lambda one: one.list_title),
    Column("向谁要", 12, lambda one: one.office),
    Column("靠它的结论（人次）", 12, lambda one: one.verdicts, number=True),
    Column("涉及金额（元/月）", 15, lambda one: one.fen, money=True),
)

_QUESTION_COLUMNS: Sequence[Column[Question]] = (
    Column("要知道的事", 24, lambda one: one.zh),
    Column("怎么问", 52, lambda one: one.ask, wrap=True),
    Column("可定下（人次）", 12, lambda one: one.settles, number=True),
    Column("要问（人）", 11, lambda one: one.persons, number=True),
    Column("涉及金额（元/月）", 15, lambda one: one.fen, money=True),
)

_STATE_COLUMNS: Sequence[Column[SheetState]] = (
    Column("文件", 36, lambda one: one.file),
    Column("工作表", 18, lambda one: one.sheet),
    Column("读成", 28, lambda one: one.read_as),
    Column("读入（行）", 11, lambda one: one.account.read if one.account else None, number=True),
    Column("采用（行）", 11, lambda one: one.account.accepted if one.account else None, number=True),
    Column("拒绝（行）", 11, lambda one: one.account.rejected if one.account else None, number=True),
    Column("对账", 16, lambda one: balance_words(one.account)),
    Column("说明", 52, lambda one: one.remark, wrap=True),
)


def balance_words(counted: Account | None) -> str:
    """Whether every row read has one outcome, in words; empty where nothing was read."""
    if counted is None:
        return ""
    return "相符" if counted.balanced else "不相符，请报修"


def _refused(files: Sequence[SourceFile]) -> Iterator[Refused]:
    for table in (table for source in files for table in source.tables):
        for row in table.rows:
            if row.outcome is Outcome.REJECTED:
                yield _refused_row(table, row)


def _refused_row(table: Table, row: Row) -> Refused:
    place = table.columns.get("name")
    name = row.cells[place] if place is not None and place < len(row.cells) else None
    problems = [problem for problem in row.problems if problem.rejects] or row.problems
    return Refused(
        source=table.source,
        row=row.number,
        name=name.strip() if isinstance(name, str) else "",
        columns="；".join(problem.column for problem in problems),
        values="；".join(mask_numbers(problem.value) for problem in problems),
        problems="；".join(mask_numbers(problem.message) for problem in problems) or row.note,
        remedies="；".join(problem.remedy for problem in problems),
    )


def _sheet_states(files: Sequence[SourceFile]) -> Iterator[SheetState]:
    for source in files:
        if source.refusal:
            yield SheetState(source.name, "", "没有读", None, source.refusal)
        for sheet in source.sheets:
            for table in sheet.tables:
                yield SheetState(source.name, sheet.name, table.feed.title, account([table]), "")
            if not sheet.tables:
                yield SheetState(source.name, sheet.name, "没有读成数据", None, sheet.remark)
        for hidden in source.hidden_sheets:
            yield SheetState(source.name, hidden, "没有读", None, "隐藏的工作表，不作数据")
