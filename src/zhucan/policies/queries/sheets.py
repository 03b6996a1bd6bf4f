"""A rates sheet as rows of texts by column: what Excel gave, what the database keeps, what a file of rates holds.

One shape for all three, so that what was previewed is what is adopted, to the letter.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from zhucan.rules.errors import Fault
from zhucan.rules.library import Library
from zhucan.rules.nodes import OPEN_END, FactNode, KeyTest, RateNode, RateRow, Truth
from zhucan.rules.policy import ROUNDING_STEPS, Policy
from zhucan.rules.printing import key_words, number_words, percent_words
from zhucan.rules.rates import RESERVED, RawRate, read_rates
from zhucan.rules.vocabulary import LAST_DAY, Vocabulary

Cells: TypeAlias = Mapping[str, str]
"""One row: texts by column id, as ``rates.csv`` has them; facts by their ids."""
HEADINGS: Mapping[str, str] = {
    "name": "标准名称", "from": "起算日期", "until": "截止日期", "division": "区划代码", "amount": "金额",
    "percentage": "比例", "of": "按哪项标准", "unit": "单位", "rounding": "取整", "source": "来源", "note": "说明",
}  # fmt: skip
"""The columns in an official's words."""
ROUNDINGS = {"fen": "分", "jiao": "角", "yuan": "元"}
UNITS = {"month": "元/月", "quarter": "元/季", "year": "元/年", "once": "元/次"}
_NATION = "cn"


@dataclass(frozen=True, slots=True)
class SheetFault:
    """One mistake: the row (0: the sheet as a whole), the column in the user's words, what is wrong, what to do."""

    row: int
    column: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class RateChange:
    """One row of the preview: for whom, the rate before and after in words; ``kind`` added removed changed same."""

    name: str
    keys: str
    before: str
    after: str
    kind: str


def place_of(division: int) -> str:
    """A division's folder among the packs: 450803000000 → ``cn-450803``."""
    digits = digits_of(division)
    return f"{_NATION}-{digits}" if digits else _NATION


def digits_of(division: int) -> str:
    """The digits of a division (2 to 12) without the zeros that only fill it; "" for the nation."""
    text = str(division)
    if len(text) != 12:
        return text if division else ""
    for length in (2, 4, 6, 9):
        if set(text[length:]) == {"0"}:
            return text[:length]
    return text


def typed(
    rows: Sequence[Cells], policy: Policy, library: Library, *, numbers: Sequence[int] = ()
) -> tuple[list[RawRate], list[SheetFault]]:
    """The rows as the rules read them for the policy's division, or every mistake in them.

    ``numbers`` are the rows' numbers in the user's own file (the place in ``rows`` from 1 where not given).
    """
    faults: list[Fault] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rates.csv"
        path.write_text(csv_of(rows), encoding="utf-8")
        place = digits_of(policy.division)
        raws = read_rates(path, library.vocabulary, faults, place=place, rhythm=policy.outcome.rhythm)
    lines = {at + 2: number for at, number in enumerate(numbers or range(1, len(rows) + 1))}
    told = [_told(fault, lines, library.vocabulary) for fault in faults]
    told += [fault for raw in raws for fault in _unknown(raw, policy, library, lines)]
    return raws, sorted(told, key=lambda fault: fault.row)


def csv_of(rows: Sequence[Cells]) -> str:
    """The text of a ``rates.csv`` with these rows."""
    facts = dict.fromkeys(key for row in rows for key in row if key not in RESERVED)
    names = ("name", "from", "until", "division", *facts, *RESERVED[4:])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([" ".join(row.get(name, "").split()) for name in names])
    return out.getvalue()


def _told(fault: Fault, lines: Mapping[int, int], vocabulary: Vocabulary) -> SheetFault:
    """A mistake of a CSV file in the words of the sheet: its row there, its column's heading."""
    what, remedy = fault.what, fault.remedy
    other = re.search(r"与第 (\d+) 行", what)
    if other:
        what = what.replace(other.group(), f"与第 {lines.get(int(other.group(1)), 0)} 行")
    heading = _column(what, vocabulary)
    return SheetFault(lines.get(fault.line, 0), heading, _in_words(what), _in_words(remedy))


def _column(what: str, vocabulary: Vocabulary) -> str:
    """The heading of the column a mistake speaks of first; "" where it speaks of none."""
    named = [(found.start(), HEADINGS[name]) for name in HEADINGS if (found := _mention(name).search(what))]
    if not named:
        named = [(what.index(f"“{fact.zh}”"), fact.zh) for fact in vocabulary.facts.values() if f"“{fact.zh}”" in what]
    if not named:
        named = [(what.index(heading), heading) for heading in HEADINGS.values() if heading in what]
    return min(named)[1] if named else ""


def _mention(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z]){name}(?![a-z])")


def _in_words(text: str) -> str:
    for name, heading in HEADINGS.items():
        text = text.replace(f"{heading} {name}", heading)
        text = _mention(name).sub(heading, text)
    for step, word in ROUNDINGS.items():
        text = _mention(step).sub(word, text)
    return text


def _unknown(raw: RawRate, policy: Policy, library: Library, lines: Mapping[int, int]) -> list[SheetFault]:
    """A name no policy reads, or a standard nobody published: typed alike, and never applied."""
    row, found = lines.get(raw.line, 0), []
    if raw.name not in policy.rates:
        known = "、".join(policy.rates) or "无"
        found.append(SheetFault(row, HEADINGS["name"], f"这项政策没有名为“{raw.name}”的标准", f"可写：{known}"))
    if raw.of and raw.of not in library.standards:
        known = "、".join(library.standards) or "无"
        found.append(SheetFault(row, HEADINGS["of"], f"没有公布的标准“{raw.of}”", f"可写：{known}"))
    elif policy.rates.get(raw.name) and policy.rates[raw.name].type.money and raw.percentage is not None and not raw.of:
        found.append(SheetFault(row, HEADINGS["of"], "只有比例，没有写按哪项标准计算", "写按哪项标准，或改填金额"))
    return found


def cells_of(raw: RawRate, rhythm: str, *, on: date, division: int) -> dict[str, str]:
    """A row in force as a row of a new sheet from a day on, in a division."""
    cells = {
        "name": raw.name, "from": on.isoformat(), "division": digits_of(division),
        "until": "" if raw.until == LAST_DAY else raw.until.isoformat(),
        "amount": "" if raw.amount is None else plain(raw.amount / 100),
        "percentage": "" if raw.percentage is None else plain(raw.percentage * 100),
        "of": raw.of, "unit": unit_of(raw.percentage is not None and not raw.of, rhythm),
        "rounding": next(name for name, step in ROUNDING_STEPS.items() if step == raw.step),
        "source": raw.source, "note": raw.note,
    }  # fmt: skip
    return cells | {test.key.fact.id: _key(test) for test in raw.tests if isinstance(test.key, FactNode)}


def unit_of(is_share: bool, rhythm: str) -> str:
    """The unit an amount of this rhythm is written in."""
    return "%" if is_share else UNITS.get(rhythm, "元")


def plain(value: Fraction) -> str:
    """An exact decimal without thousands: 90, 119.5."""
    return f"{(Decimal(value.numerator) / Decimal(value.denominator)).normalize():f}"


def _key(test: KeyTest) -> str:
    if isinstance(test.key.type, Truth):
        return "|".join("是" if low else "否" for low, _ in test.ranges)
    return "|".join(_range(low, high) for low, high in test.ranges)


def _range(low: int, high: int) -> str:
    if low == high:
        return str(low)
    return f"{'' if low <= -OPEN_END else low}..{'' if high >= OPEN_END else high}"


def keys_of(row: RateRow) -> str:
    """For whom a row is, in words; 不分情况 where for everybody."""
    return "，".join(key_words(test) for test in row.tests) or "不分情况"


def value_of(rate: RateNode, value: Fraction | None) -> str:
    """A rate in words: 90.00 元, 30%; 未公布 where it is known not to be published."""
    if value is None:
        return "未公布"
    return number_words(value, money=True) if rate.type.money else percent_words(value)


def rate_changes(before: Policy, after: Policy) -> list[RateChange]:
    """Old → new for every row of the rates; what changes first."""
    found = []
    for name in dict.fromkeys((*before.rates, *after.rates)):
        old, new = before.rates[name], after.rates[name]
        was, will = ({keys_of(row): row.value for row in rate.rows} for rate in (old, new))
        for keys in dict.fromkeys((*was, *will)):
            kind = "removed" if keys not in will else "added" if keys not in was else "changed"
            if kind == "changed" and was[keys] == will[keys]:
                kind = "same"
            found.append(RateChange(
                name, keys, value_of(old, was[keys]) if keys in was else "没有",
                value_of(new, will[keys]) if keys in will else "没有", kind,
            ))  # fmt: skip
    order = ("changed", "added", "removed", "same")
    return sorted(found, key=lambda change: order.index(change.kind))
