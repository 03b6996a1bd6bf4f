"""移交民政: the findings in the columns of civil affairs' own county upload sheet, with full numbers as text.

Civil affairs decides and pays; the last columns are theirs to fill in and send back. Columns we know nothing of stay
empty, because the sheet is pasted into their system column by column.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from zhucan.files.citizen import birth_date, is_male
from zhucan.match.outputs.figures import Figures, township_of
from zhucan.match.outputs.tables import Book, Column, IndexEntry, Item
from zhucan.match.outputs.words import check_numbers, last_valid_day, long_month, policy_words, situation_of
from zhucan.match.result import Line, MatchResult, Stray
from zhucan.rules.content import shipped_content

_TO_RETURN = ("处理意见", 22), ("处理人", 10), ("处理日期", 12)


def write_hand_over(result: MatchResult, figures: Figures, path: Path) -> None:
    """Write 移交民政.xlsx: 应补未补, 应退未退（疑似）, 发放差错, 名册外发放, each with columns to return."""
    upload, ours = _upload_columns(result), _our_columns(result)
    paid: Column[Line] = Column("本月已发（元）", 17, lambda line: line.paid_fen, money=True)
    with Book(path, f"{result.division_name}残疾人联合会", result.as_of.isoformat()) as book:
        book.add_index(_index(result, figures))
        book.add("应补未补", [*upload, *ours, *_returned_columns(Line)], figures.missed, pages_wide=3)
        book.add("应退未退（疑似）", [*upload, *ours, paid, *_returned_columns(Line)], figures.doubtful, pages_wide=3)
        book.add("发放差错", [*upload, *ours, paid, *_returned_columns(Line)], figures.faults, pages_wide=3)
        book.add("名册外发放", [*_stray_columns(result), *_returned_columns(Stray)], figures.strays)


def _index(result: MatchResult, figures: Figures) -> list[IndexEntry]:
    month = long_month(result.month)
    paid, by_rate, ask = f"{month}已发", "按标准每月应发", "请填写处理意见后交回。"
    doubtful = f"{month}在领，但有条件不符合。这是线索，请核实后决定。{ask}"
    return [
        IndexEntry.of("应补未补", f"符合条件，{month}没有领到。{ask}", figures.missed_number, by_rate),
        IndexEntry.of("应退未退（疑似）", doubtful, figures.doubtful_number, paid),
        IndexEntry.of("发放差错", f"重复发放或金额不对。{ask}", figures.faults_number, paid),
        IndexEntry.of("名册外发放", f"发放表上有，持证人名册上没有。{ask}", figures.strays_number, paid),
    ]


def _upload_columns(result: MatchResult) -> list[Column[Line]]:
    """The columns of the county upload sheet, in its order and its words."""
    policies = policy_words(result)
    categories, levels = _labels("disability_category"), _labels("disability_level")
    county = result.division_name
    return [
        Column("乡镇", 12, lambda line: township_of(line.person)),
        Column("姓名", 10, lambda line: line.person.name, wrap=True),
        Column("身份证号码", 24, lambda line: line.person.citizen_id),
        Column("残疾人证号", 28, lambda line: line.person.certificate_number),
        Column("补贴类型", 22, lambda line: policies[line.policy]),
        Column("补贴对象类型", 13, lambda _: None),
        Column("补贴金额", 11, lambda line: line.amount_fen, money=True),
        Column("享受补贴起始月份", 17, lambda _: None),
        Column("续发月份", 10, lambda _: None),
        Column("性别", 7, lambda line: _sex(line.person.citizen_id)),
        Column("出生年月", 11, lambda line: _born(line.person.citizen_id)),
        Column("残疾等级", 10, lambda line: _label(levels, line.person.level)),
        Column("残疾类别", 10, lambda line: _label(categories, line.person.category)),
        Column("民族", 8, lambda line: line.person.ethnic),
        Column("户口性质", 10, lambda line: line.person.hukou),
        Column("户籍地址", 26, lambda line: f"{county}{line.person.township_name}{line.person.village_name}"),
        Column("家庭住址", 12, lambda _: None),
        Column("手机号码", 14, lambda line: line.person.phone),
        Column("联系人", 10, lambda line: line.person.guardian),
        Column("联系电话", 14, lambda line: line.person.guardian_phone),
        Column("开户银行", 18, lambda line: line.person.bank),
        Column("银行卡号", 26, lambda line: line.person.account),
        Column("低保类别", 10, lambda _: None),
        Column("是否死亡", 10, lambda line: _DEAD[line.person.deceased]),
        Column("地区", 16, lambda _: county),
    ]


_DEAD = {True: "是", False: "否", None: ""}


def _our_columns(result: MatchResult) -> list[Column[Line]]:
    numbers = check_numbers(result)
    return [
        Column("残疾人证有效期至", 17, lambda line: last_valid_day(line.person.certificate_until)),
        Column("核查编号", 11, lambda line: numbers[line.person.code, line.policy]),
        Column("原因", 34, situation_of, wrap=True),
        Column("依据", 30, lambda line: line.basis, wrap=True),
    ]


def _stray_columns(result: MatchResult) -> list[Column[Stray]]:
    policies = policy_words(result)
    return [
        Column("乡镇", 12, lambda stray: stray.township_name),
        Column("姓名", 10, lambda stray: stray.name, wrap=True),
        Column("身份证号码", 24, lambda stray: stray.citizen_id),
        Column("补贴类型", 22, lambda stray: policies.get(stray.policy, stray.policy)),
        Column("补贴金额", 11, lambda stray: stray.paid_fen, money=True),
        Column("原因", 34, lambda stray: stray.reason, wrap=True),
        Column("发放表出处", 40, lambda stray: stray.source_file),
        Column("行号", 8, lambda stray: stray.source_row, number=True),
    ]


def _returned_columns(_: type[Item]) -> list[Column[Item]]:
    return [Column(heading, width, lambda _: None) for heading, width in _TO_RETURN]


def _labels(table: str) -> Mapping[int, str]:
    path = shipped_content() / "vocabulary" / "codes" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {int(row["code"]): row["zh"] for row in csv.DictReader(lines)}


def _label(labels: Mapping[int, str], code: int | None) -> str:
    return labels.get(code, "") if code is not None else ""


def _sex(citizen_id: str) -> str:
    return ("男" if is_male(citizen_id) else "女") if citizen_id else ""


def _born(citizen_id: str) -> str:
    born = birth_date(citizen_id) if citizen_id else None
    return f"{born:%Y-%m}" if born else ""
