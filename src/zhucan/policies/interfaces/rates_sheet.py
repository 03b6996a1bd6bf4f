"""A rates sheet in Excel: the present rates written out to be changed, and what comes back read with its mistakes.

Nothing of an uploaded file is interpreted in this process: guards, then the parser in its child.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

import xlsxwriter

from zhucan.files.cells import Cell
from zhucan.files.child import read_in_child
from zhucan.files.limits import Limits
from zhucan.policies.queries.sheets import HEADINGS, ROUNDINGS, Cells, SheetFault, cells_of, digits_of, unit_of
from zhucan.rules.library import Library
from zhucan.rules.policy import Policy
from zhucan.rules.printing import key_words
from zhucan.rules.rates import RESERVED
from zhucan.rules.vocabulary import FactType, Vocabulary

LARGEST = 2 * 1024 * 1024
"""Bytes of a sheet: a table of rates has a few dozen rows."""
SUFFIXES = (".xlsx", ".xls", ".csv")
_ROWS, _LOOK = 2_000, 20
_OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    "name": ("标准", "标准名", "名称"),
    "from": ("起始日期", "执行日期", "开始日期", "生效日期", "从哪天起"),
    "until": ("终止日期", "结束日期"),
    "division": ("区划", "地区代码", "行政区划代码"),
    "amount": ("月标准", "补贴标准", "标准金额", "数额", "补贴金额"),
    "percentage": ("百分比", "百分之几"),
    "of": ("依据标准", "按什么的比例"),
    "source": ("文号", "依据", "文件"),
    "note": ("备注",),
}
_COUNTED = ("amount", "percentage")
_DAY = re.compile(r"(\d{4})\s*[年/.\-]\s*(\d{1,2})\s*[月/.\-]\s*(\d{1,2})\s*日?")
_Found: TypeAlias = dict[int, str]


@dataclass(frozen=True, slots=True)
class SheetRead:
    """What a file holds: rows by column id with their numbers in it, mistakes of headings and cells.

    ``refusal`` (plain Chinese) is set when nothing of it could be read.
    """

    rows: tuple[Cells, ...] = ()
    numbers: tuple[int, ...] = ()
    faults: tuple[SheetFault, ...] = ()
    refusal: str = ""


def read_sheet(data: bytes, suffix: str, *, policy: Policy, on: date, source: str, vocabulary: Vocabulary) -> SheetRead:
    """Read an uploaded sheet of rates for a policy from a day on; never raises for what the file holds.

    ``suffix`` is that of the file's name, with its dot. Cells left empty that the form knows (name, day, place, unit,
    source) are filled in.
    """
    if suffix.lower() not in SUFFIXES:
        return SheetRead(refusal="标准表要用 .xlsx、.xls 或 .csv。请另存为 .xlsx 再上传。")
    if len(data) > LARGEST:
        return SheetRead(
            refusal=f"标准表大于 {LARGEST // 1024 // 1024} MB，没有读取。标准表只有几十行，请检查是不是传错了文件。"
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{suffix.lower()}"
        path.write_bytes(data)
        raw = read_in_child(path, Limits(seconds=20))
    if raw.refusal:
        return SheetRead(refusal=raw.refusal)
    for sheet in raw.sheets:
        head = _heading_row(sheet.grid, vocabulary)
        if head is not None:
            if len(sheet.grid) > _ROWS:
                return SheetRead(refusal=f"标准表超过 {_ROWS:,} 行，没有读取。请检查是不是传错了文件。")
            return _Reading(policy, on, source, vocabulary).read(sheet.grid, head)
    return SheetRead(refusal="没有找到表头：要有一列“金额”或“比例”。请下载现行标准的表，在上面改好再上传。")


def _heading_row(grid: Sequence[Sequence[Cell]], vocabulary: Vocabulary) -> int | None:
    for number, row in enumerate(grid[:_LOOK]):
        if any(_column(cell, vocabulary) in _COUNTED for cell in row):
            return number
    return None


def _column(cell: Cell, vocabulary: Vocabulary) -> str | None:
    """The column a heading names, by id, label or another usual word; a unit in brackets is left off."""
    text = re.sub(r"[（(].*?[）)]", "", str(cell or "")).strip()
    for name, heading in HEADINGS.items():
        if text in (name, heading, *_OTHER_WORDS.get(name, ())):
            return name
    fact = vocabulary.find(text) if text else None
    return fact.id if fact is not None else None


@dataclass(frozen=True, slots=True)
class _Reading:
    policy: Policy
    on: date
    source: str
    vocabulary: Vocabulary

    def read(self, grid: Sequence[Sequence[Cell]], head: int) -> SheetRead:
        """The rows under the headings, empty ones left out."""
        columns: _Found = {}
        faults: list[SheetFault] = []
        for at, cell in enumerate(grid[head]):
            name = _column(cell, self.vocabulary)
            if name in columns.values():
                faults.append(SheetFault(head + 1, str(cell), f"表头“{cell}”出现了两次", "只留一列"))
            elif name is not None:
                columns[at] = name
            elif str(cell or "").strip():
                what = f"不认识表头“{cell}”"
                faults.append(SheetFault(head + 1, str(cell), what, "删去这一列，或改成事实的名称，例如 残疾等级"))
        rows, numbers = [], []
        for number, row in enumerate(grid[head + 1 :], start=head + 2):
            cells = {name: row[at] for at, name in columns.items() if at < len(row)}
            if any(cell not in (None, "") for cell in cells.values()):
                rows.append(self._row(cells, number, faults))
                numbers.append(number)
        if not rows and not faults:
            faults.append(SheetFault(0, "", "表头下面没有内容", "每一种情况写一行，填金额或比例"))
        return SheetRead(tuple(rows), tuple(numbers), tuple(faults))

    def _row(self, cells: Mapping[str, Cell], number: int, faults: list[SheetFault]) -> Cells:
        row: dict[str, str] = {}
        for name, cell in cells.items():
            try:
                row[name] = self._text(name, cell)
            except ValueError as problem:
                faults.append(SheetFault(number, self._heading(name), str(problem.args[0]), str(problem.args[1])))
        return self._completed(row, number, faults)

    def _heading(self, name: str) -> str:
        return HEADINGS.get(name) or self.vocabulary.fact(name).zh

    def _text(self, name: str, cell: Cell) -> str:
        """A cell as ``rates.csv`` writes it. Raises ValueError(what, remedy)."""
        if isinstance(cell, bool):
            return "是" if cell else "否"
        if isinstance(cell, date):
            if name in ("from", "until"):
                return cell.isoformat()
            what = f"这一格被 Excel 变成了日期 {cell}"
            raise ValueError(what, "把这一列设为文本，再写 1..2 这样的范围")
        if isinstance(cell, float):
            return f"{Decimal(repr(cell)).normalize():f}"
        text = " ".join(str("" if cell is None else cell).split())
        if name in ("from", "until") and (found := _DAY.fullmatch(text)):
            return f"{found.group(1)}-{int(found.group(2)):02d}-{int(found.group(3)):02d}"
        if name == "rounding":
            return next((step for step, word in ROUNDINGS.items() if text in (word, f"到{word}")), text)
        if name == "amount":
            return text.removesuffix("元")
        return text

    def _completed(self, row: dict[str, str], number: int, faults: list[SheetFault]) -> Cells:
        """What the form said already stands in for empty cells; a day or place of its own must be the same."""
        day, place = self.on.isoformat(), digits_of(self.policy.division)
        if row.get("from", day) not in ("", day):
            what = f"起算日期是 {row['from']}，表单上填的是 {day}"
            faults.append(SheetFault(number, HEADINGS["from"], what, "一次只提一个日期的标准；改成同一天，或留空"))
        if row.get("division", place) not in ("", place):
            what = f"区划代码是 {row['division']}，您提的是 {place or '全国'} 的标准"
            faults.append(SheetFault(number, HEADINGS["division"], what, "一次只提本地的标准；改成本地代码，或留空"))
        only = next(iter(self.policy.rates), "") if len(self.policy.rates) == 1 else ""
        is_share = not row.get("amount") and not row.get("of") and bool(row.get("percentage"))
        usual = {
            "name": only, "from": day, "division": place, "source": self.source,
            "unit": unit_of(is_share, self.policy.outcome.rhythm),
        }  # fmt: skip
        return {**row, **{name: row.get(name) or value for name, value in usual.items()}}


def write_template(policy: Policy, library: Library, *, on: date) -> bytes:
    """The rates in force as an Excel sheet to be changed and uploaded: ids as Chinese headings, one row each."""
    raws = dict.fromkeys(raw for rows in library.written_rates(policy).values() for raw, _ in rows)
    rows = [cells_of(raw, policy.outcome.rhythm, on=on, division=policy.division) for raw in raws]
    facts = dict.fromkeys(key for row in rows for key in row if key not in RESERVED)
    words = [
        {
            test.key.fact.id: _cell_words(key_words(test), test.key.fact.zh)
            for test in raw.tests
            if hasattr(test.key, "fact")
        }
        for raw in raws
    ]
    names = ["name", *facts, "amount", "percentage", "of", "unit", "rounding", "from", "source", "note"]
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("标准")
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    for at, name in enumerate(names):
        sheet.set_column(at, at, 18, text)
        heading = HEADINGS.get(name) or library.vocabulary.fact(name).zh
        sheet.write_string(0, at, f"{heading}（元）" if name == "amount" else heading, bold)
    for line, (row, said) in enumerate(zip(rows, words, strict=True), start=1):
        for at, name in enumerate(names):
            value = row.get(name, "")
            fact = library.vocabulary.facts.get(name)
            if fact is not None and fact.type in (FactType.CODE,):
                value = said.get(name, value)
            sheet.write_string(line, at, ROUNDINGS.get(value, value) if name == "rounding" else value, text)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _cell_words(words: str, label: str) -> str:
    """A key in words without its label: 视力|肢体."""
    return words.removeprefix(f"{label} ").replace(" 或 ", "|")
