"""A copy of the user's own file that says of every row what became of it, and of every fault how to mend it.

All visible sheets, rows, columns and values in their order, as xlsx, with two columns added to the right of each sheet.
Texts are written as texts, never as formulas; a number stays the number the user typed; styles and merged cells are not
kept. Hidden sheets are named on the last sheet and not copied. A file that was refused becomes one sheet that says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zhucan.files.copies import CopyBook
from zhucan.files.tables import Account, Problem, Row, Sheet, SourceFile, Table, account

OUTCOME_HEADING = "处理结果"
PROBLEM_HEADING = "问题与改法"
NOTE_SHEET = "处理说明"
_UNDECIDED = "未处理"
_NOT_DATA = "不是数据"
_NOT_READ = "未读取"
_FORBIDDEN = re.compile("[\\[\\]:*?/\\\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_NAME = 31
_LONGEST_CELL = 32_767
_WIDTHS = (12, 80)
"""Of the two added columns, in characters."""
_WIDTH_OF_NOTES = 110


def write_explained(source: SourceFile, path: Path) -> None:
    """Write the explained copy of ``source`` to ``path`` (an xlsx); streams, so memory does not grow with the file.

    Raises:
        OSError: the file cannot be written.
    """
    names = _Names()
    with CopyBook(path) as book:
        for sheet in source.sheets:
            _write_sheet(book, sheet, names.of(sheet.name or source.path.stem))
        notes = book.sheet(names.of(NOTE_SHEET), [(0, _WIDTH_OF_NOTES)])
        for number, line in enumerate(_notes(source), 1):
            notes.row(number, (line,), wrapped=True)


def explain(problem: Problem) -> str:
    """A problem as one sentence: which column, what stands there, what is wrong, what to do."""
    shown = "（空）：" if not problem.value else "" if problem.value in problem.message else f"“{problem.value}”："
    where = f"【{problem.column}】{shown}" if problem.column else ""
    return f"{where}{problem.message}。改法：{problem.remedy}。".replace("。。", "。")


def account_words(total: Account) -> str:
    """The account of a table or a file in words, with its check."""
    sums = "账平" if total.balanced else "账不平"
    return (
        f"读入 {total.read} 行 = 采用 {total.accepted} + 无变化 {total.unchanged} + 重复 {total.duplicate}"
        f" + 不在本名册 {total.not_ours} + 拒绝 {total.rejected}（{sums}）"
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What the two added columns say of one row, and which of its cells are bad."""

    outcome: str
    problems: str
    bad: frozenset[int] = frozenset()


def _write_sheet(book: CopyBook, sheet: Sheet, name: str) -> None:
    width = max((len(row) for row in sheet.grid), default=0)
    told = dict(_told(sheet))
    page = book.sheet(name, [(width + at, wide) for at, wide in enumerate(_WIDTHS)])
    for number, cells in enumerate(sheet.grid, 1):
        if number in told:
            said = told[number]
            added = (*cells, *[None] * (width - len(cells)), said.outcome, said.problems[:_LONGEST_CELL] or None)
            page.row(number, added, said.bad)
        else:
            page.row(number, cells)
    if not sheet.grid and told:
        page.row(1, (told[1].outcome, told[1].problems))


def _told(sheet: Sheet) -> Iterator[tuple[int, _Told]]:
    if sheet.remark:
        yield 1, _Told(_NOT_READ, sheet.remark)
    for table in sheet.tables:
        yield table.header_row, _Told(OUTCOME_HEADING, PROBLEM_HEADING)
        positions = {table.headings[key]: at for key, at in table.columns.items()}
        for number, reason in table.skipped.items():
            yield number, _Told(_NOT_DATA, reason)
        for row in table.rows:
            yield row.number, _told_of(row, positions)


def _told_of(row: Row, positions: dict[str, int]) -> _Told:
    outcome = row.outcome.zh if row.outcome else _UNDECIDED
    if not row.problems:
        return _Told(outcome, row.note)
    said = [explain(problem) for problem in row.problems] + ([row.note] if row.note else [])
    bad = frozenset(positions[each.column] for each in row.problems if each.column in positions)
    return _Told(outcome, "".join(said), bad)


def _notes(source: SourceFile) -> list[str]:
    lines = [f"文件：{source.name}"]
    if source.refusal:
        return [*lines, f"这个文件没有读取：{source.refusal}"]
    lines.append(
        "原表的可见工作表、行、列和内容都照原样复制，右边加了“处理结果”和“问题与改法”两列；有问题的单元格加粗并加下划线。"
    )
    lines.append("请在这份文件里按“问题与改法”改正，保存后重新提交即可；加的两列可以留着，不影响读取。")
    for sheet in source.sheets:
        where = f"工作表“{sheet.name}”：" if sheet.name else ""
        lines.extend(f"{where}{_table_words(table)}" for table in sheet.tables)
        if sheet.remark:
            lines.append(f"{where}{sheet.remark}")
    lines.extend(
        f"隐藏的工作表“{name}”没有读取，也没有复制。如需读取，请取消隐藏后重新提交。" for name in source.hidden_sheets
    )
    return lines


def _table_words(table: Table) -> str:
    skipped = f"；另有 {len(table.skipped)} 行不是数据（表头、合计、制表等）" if table.skipped else ""
    return f"按“{table.feed.title}”读取。{account_words(account([table]))}{skipped}"


class _Names:
    """Gives every sheet a name that Excel accepts and that is not used yet, as near to the wanted one as can be."""

    def __init__(self) -> None:
        self._used = {"history"}

    def of(self, wanted: str) -> str:
        """The name for a sheet."""
        base = _FORBIDDEN.sub(" ", wanted).strip().strip("'")[:_LONGEST_NAME] or "Sheet"
        name, count = base, 1
        while name.lower() in self._used:
            count += 1
            ending = f"({count})"
            name = base[: _LONGEST_NAME - len(ending)] + ending
        self._used.add(name.lower())
        return name
