"""Rates: dated, sourced tables an official keeps in a spreadsheet program.

A *sheet* is all rows of one name with the same ``from`` and ``division`` in one layer. The most specific place that
has a sheet in force decides, and there its newest sheet, as a whole. Key cells: blank = any, ``3``, ``1|2``,
``0..17``, ``18..``, labels of codes, 是/否; at most one row may fit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction
from math import lcm
from pathlib import Path
from unicodedata import normalize

from zhucan.rules.documents import Record, read_csv
from zhucan.rules.errors import ExpressionError, Fault, ValueFault
from zhucan.rules.language import fact_node
from zhucan.rules.nodes import OPEN_END, Coded, FactNode, KeyTest, Number, RateNode, RateRow, Truth
from zhucan.rules.policy import ROUNDING_STEPS, rounded
from zhucan.rules.vocabulary import FIRST_DAY, LAST_DAY, Fact, Vocabulary

RESERVED = ("name", "from", "until", "division", "amount", "percentage", "of", "unit", "rounding", "source", "note")
_RHYTHM_UNITS = {"month": "月", "year": "年"}
_LARGEST = 10**12
"""No rate comes near it; digits beyond would only be a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class RawRate:
    """One row of a rates or standards file: typed, but not yet joined with the standard it is a percentage of."""

    name: str
    from_: date
    until: date
    division: str
    tests: tuple[KeyTest, ...]
    amount: Fraction | None
    percentage: Fraction | None
    of: str
    step: int
    source: str
    note: str
    file: Path
    line: int


def read_rates(
    path: Path, vocabulary: Vocabulary, faults: list[Fault], *, place: str, rhythm: str, name: str = ""
) -> list[RawRate]:
    """The rows of a ``rates.csv``, or of a published standard when ``name`` is given; mistakes go to ``faults``."""
    required = ("from", "amount", "unit", "source") + (() if name else ("name",))
    headings, records = read_csv(path, faults, required=required)
    keys: list[tuple[str, FactNode]] = []
    for heading in headings:
        if heading and heading not in RESERVED:
            fact = vocabulary.find(heading)
            if fact is None:
                faults.append(Fault(path, 1, f"表头“{heading}”不是词汇表里的事实", _nearest(heading, vocabulary)))
                continue
            try:
                keys.append((heading, fact_node(fact, vocabulary)))
            except ExpressionError as error:
                faults.append(Fault(path, 1, error.what, error.remedy))
    rows = [_Row(path, record, faults, place, rhythm).read(keys, name) for record in records]
    found = [row for row in rows if row is not None]
    if len(keys) == sum(bool(heading) and heading not in RESERVED for heading in headings):
        _refuse_overlaps(found, faults)
    return found


def _nearest(heading: str, vocabulary: Vocabulary) -> str:
    near = get_close_matches(heading, RESERVED, n=1, cutoff=0.7)
    return f"可能要写 {near[0]}" if near else vocabulary.nearest(heading)


class _Row:
    """One CSV row being read."""

    def __init__(self, path: Path, record: Record, faults: list[Fault], place: str, rhythm: str) -> None:
        self.path, self.record, self.faults, self.place, self.rhythm = path, record, faults, place, rhythm

    def cell(self, name: str) -> str:
        """The text of a cell, empty where there is none."""
        return self.record.cells.get(name, "")

    def fault(self, what: str, remedy: str) -> None:
        """Record a mistake in this row."""
        self.faults.append(Fault(self.path, self.record.line, what, remedy))

    def read(self, keys: Sequence[tuple[str, FactNode]], name: str) -> RawRate | None:
        """The row, or None when something of it is wrong; every mistake is recorded."""
        before = len(self.faults)
        amount = self.decimal("amount", 100, 2)
        percentage = self.decimal("percentage", Fraction(1, 100), 6)
        if amount is not None and percentage is not None:
            self.fault("amount 和 percentage 都填了", "只填一个")
        if not any(map(self.cell, ("amount", "percentage", "note"))):
            self.fault("没有金额也没有说明", "填 amount 或 percentage；确实未公布的，在 note 写明原因")
        self.unit(amount)
        if not self.cell("source"):
            self.fault("没有写来源 source", "写文号或公布页面，例如 桂民发〔2025〕25号")
        rounding = self.cell("rounding") or "fen"
        if rounding not in ROUNDING_STEPS:
            self.fault(f"rounding 不能是“{rounding}”", "写 fen、jiao 或 yuan")
        tests = tuple(test for heading, key in keys if (test := self.test(heading, key)) is not None)
        row = RawRate(
            name or normalize("NFKC", self.cell("name")), self.day("from", FIRST_DAY), self.day("until", LAST_DAY),
            self.division(), tests, amount, percentage, self.cell("of"), ROUNDING_STEPS.get(rounding, 1),
            self.cell("source"), self.cell("note"), self.path, self.record.line,
        )  # fmt: skip
        if row.until <= row.from_:
            self.fault(f"until {row.until} 不晚于 from {row.from_}", "until 写不再适用的第一天，没有就留空")
        if not row.name:
            self.fault("没有写 name", "写标准的名称，例如 standard")
        return row if len(self.faults) == before else None

    def day(self, column: str, default: date) -> date:
        """A day, or the default where an empty cell is allowed."""
        text = self.cell(column)
        if not text and column == "until":
            return default
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.fault(f"{column} “{text}”不是日期", "写成 2025-01-01")
            return default

    def division(self) -> str:
        """The digits of the place the row is for, which must lie in its layer."""
        text = self.cell("division") or self.place
        if not text.isdecimal() and text:
            self.fault(f"division “{text}”应是区划代码", "写 45、4508 或 450803 这样的数字")
        elif not text.startswith(self.place):
            self.fault(f"division {text} 不在本层 {self.place} 之内", "移到所属地方的文件夹，或改正代码")
        return text

    def decimal(self, column: str, times: int | Fraction, places: int) -> Fraction | None:
        """An exact number times ``times``; None for an empty or a wrong cell."""
        text = self.cell(column).replace(",", "").removesuffix("%")
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            self.fault(f"{column} “{text}”不是数字", "只写数字，不带单位")
            return None
        exponent = value.as_tuple().exponent
        is_decimal = isinstance(exponent, int) and -exponent <= places
        if not is_decimal or not 0 <= value < _LARGEST:
            self.fault(f"{column} “{text}”不合适", f"写不小于零、最多 {places} 位小数、小于一万亿的数")
            return None
        return Fraction(value) * times

    def unit(self, amount: Fraction | None) -> None:
        """Check that the unit is one of money or shares, and of the policy's own rhythm."""
        unit = self.cell("unit")
        if not unit:
            self.fault("没有写单位 unit", "金额写 元/月、元/年…，比例写 %")
        elif amount is not None and not unit.startswith("元"):
            self.fault(f"金额的单位不能是“{unit}”", "写成 元/月、元/年…")
        wanted, end = _RHYTHM_UNITS.get(self.rhythm), unit.rsplit("/", 1)[-1]
        if amount is not None and wanted and end in ("月", "年", "季", "日") and end != wanted:
            self.fault(f"单位是“{unit}”，而这项政策按{wanted}计", f"换算成 元/{wanted} 再填")

    def test(self, heading: str, key: FactNode) -> KeyTest | None:
        """The test of a filled key cell; None where any value fits."""
        text = self.cell(heading)
        if not text:
            return None
        try:
            return KeyTest(key, tuple(_range(part.strip(), key) for part in text.split("|")))
        except ValueFault as error:
            self.fault(error.what, error.remedy)
            return None


def _range(text: str, key: FactNode) -> tuple[int, int]:
    fact = key.fact
    if isinstance(key.type, Truth | Coded):
        value = _whole(fact, text)
        return value, value
    if ".." in text:
        first, last = text.split("..", 1)
        low, high = (_whole(fact, first) if first else -OPEN_END), (_whole(fact, last) if last else OPEN_END)
        if low > high:
            raise ValueFault(f"范围“{text}”的前一个数大于后一个", f"写成 {last}..{first}")
        return low, high
    if found := re.fullmatch(r"(\d+)\s*[-~—–至到]+\s*(\d+)", text):
        raise ValueFault(f"范围“{text}”写法不对", f"写成 {found.group(1)}..{found.group(2)}")
    return _whole(fact, text), _whole(fact, text)


def _whole(fact: Fact, text: str) -> int:
    value = fact.read(text)
    if isinstance(value, int) and fact.decimals == 0:
        return int(value)
    raise ValueFault(f"“{fact.zh}”的键格不能是“{text}”", "写整数、代码名称、是/否，或 0..17 这样的范围")


def _refuse_overlaps(rows: Sequence[RawRate], faults: list[Fault]) -> None:
    sheets: dict[tuple[str, date, str], list[RawRate]] = {}
    for row in rows:
        sheets.setdefault((row.name, row.from_, row.division), []).append(row)
    for sheet in sheets.values():
        for index, row in enumerate(sheet):
            for other in sheet[:index]:
                if _overlap(row, other):
                    faults.append(
                        Fault(row.file, row.line, f"与第 {other.line} 行同时适用", "改键格，使任何人至多适用一行")
                    )
                    break


def _overlap(a: RawRate, b: RawRate) -> bool:
    """Whether one subject could fit both rows: every shared key can meet."""
    theirs = {test.key: test.ranges for test in b.tests}
    return all(
        any(low <= high2 and low2 <= high for low, high in test.ranges for low2, high2 in theirs[test.key])
        for test in a.tests
        if test.key in theirs
    )


def sheet_in_force(rows: Sequence[RawRate], name: str, division: str, as_of: date) -> list[RawRate]:
    """The rows of the sheet that decides for this name, place and day; rows past their ``until`` are left out."""
    here = [row for row in rows if row.name == name and division.startswith(row.division) and row.from_ <= as_of]
    if not here:
        return []
    place = max((row.division for row in here), key=len)
    newest = max(row.from_ for row in here if row.division == place)
    return [row for row in here if row.division == place and row.from_ == newest and as_of < row.until]


def rows_in_force(
    name: str, rows: Sequence[RawRate], standards: Mapping[str, Sequence[RawRate]], division: str, as_of: date
) -> list[tuple[RawRate, RateRow]]:
    """The rows that decide for one place and day, percentages multiplied out, each with the row it was written in."""
    sheet = sheet_in_force(rows, name, division, as_of)
    return [(row, made) for row in sheet for made in _joined(row, standards, division, as_of)]


def rate_node(
    name: str, rows: Sequence[RawRate], standards: Mapping[str, Sequence[RawRate]], division: str, as_of: date
) -> RateNode:
    """The rate of this name for one place and day, percentages multiplied out."""
    made = [found for _, found in rows_in_force(name, rows, standards, division, as_of)]
    money = all(row.percentage is None or row.of for row in rows if row.name == name)
    values = [row.value for row in made if row.value is not None]
    scale = lcm(*(value.denominator for value in values)) if values else 1
    numerators = [int(value * scale) for value in values] or [0]
    return RateNode(name, tuple(made), Number(scale, min(numerators), max(numerators), money))


def _joined(row: RawRate, standards: Mapping[str, Sequence[RawRate]], division: str, as_of: date) -> list[RateRow]:
    if not row.of or row.percentage is None:
        return [RateRow(row.tests, row.amount if row.percentage is None else row.percentage, row.note, row.source)]
    base = sheet_in_force(standards.get(row.of, ()), row.of, division, as_of)
    if not base:
        note = row.note or f"按“{row.of}”的比例计算，但本地这项标准还没有登记"
        return [RateRow(row.tests, None, note, row.source)]
    return [
        RateRow(
            (*row.tests, *(test for test in other.tests if test.key not in {mine.key for mine in row.tests})),
            None if other.amount is None else Fraction(rounded(row.percentage * other.amount, row.step)),
            row.note or other.note,
            f"{row.source}；{other.source}",
        )
        for other in base
        if _overlap(row, other)
    ]
