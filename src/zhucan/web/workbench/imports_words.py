"""What the pages of imports say: states, accounts, changes before → after, what is wrong with a row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse

from zhucan.base.queries.divisions import full_names
from zhucan.exchange.enums import LoadState
from zhucan.exchange.queries.loads import StagedShown, TableShown
from zhucan.registry.values import decode
from zhucan.registry.vocabulary import vocabulary
from zhucan.web.table import Cell, Column, Row, Table
from zhucan.web.words import mask_id, mask_name, moment, money

if TYPE_CHECKING:
    from zhucan.exchange.models import Load

_FIELDS = {
    "name": "姓名", "ethnic": "民族", "hukou": "户口性质", "place": "户籍地", "certificate": "残疾人证号",
    "category": "残疾类别", "level": "残疾等级", "components": "多重残疾", "issued": "发证日期",
    "until": "证件不再有效之日",
    "phone": "本人电话", "guardian": "监护人", "guardian_relation": "与监护人关系", "guardian_phone": "监护人电话",
    "bank": "开户银行", "account": "银行账号",
}  # fmt: skip
_SECRET = frozenset({"certificate", "phone", "guardian_phone", "account"})
_NAMES = frozenset({"name", "guardian"})
_CODED = frozenset({"category", "level"})
_LONG_NUMBER = re.compile(r"\d(?:[\s-]?[\dXx]){5,}")
_NAMES_TOLD = re.compile(r"(不同姓名上|花名册的写法|花名册的姓名是)[：“].*")
_PLACES = {"township": 1000, "village": 1}
"""Facts that are divisions, and what makes their codes paths."""
_MOST = 6
"""Statements told of one person in one line of the preview."""


def load_url(load: Load, name: str = "import") -> str:
    """The address of a page about a load."""
    return reverse(f"workbench:{name}", args=[load.uuid])


def loads_table(loads: Sequence[Load], kinds: Mapping[int, str]) -> Table:
    """The loads, each with what became of it."""
    columns = [
        Column("at", "提交时间"), Column("kinds", "名单", wraps=True), Column("by", "提交人"),
        Column("as_of", "核对日"), Column("state", "状态"),
    ]  # fmt: skip
    rows = [
        Row([
            Cell(moment(load.created_at), url=load_url(load), is_header=True),
            Cell(kinds.get(load.pk) or "还没有读出"),
            Cell(load.created_by.name if load.created_by else "系统"),
            Cell(load.as_of.isoformat()), Cell(state_words(load)),
        ])
        for load in loads
    ]  # fmt: skip
    empty = "还没有导入过名单。把花名册、低保名单和发放表放进来，先看会改动什么，确认后才写入。"
    return Table("导入记录，新的在前", columns, rows, empty=empty, id="imports")


def state_words(load: Load) -> str:
    """Where a load stands, with the moment it came there."""
    at = {
        LoadState.APPLIED: load.applied_at, LoadState.UNDONE: load.undone_at, LoadState.DISCARDED: load.discarded_at,
    }.get(load.state)  # fmt: skip
    return f"{load.state.label}，{moment(at)}" if at else load.state.label


def tables_table(load: Load, tables: Sequence[TableShown], *, may_correct: bool) -> Table:
    """The tables of the files with the account of their rows in words."""
    columns = [
        Column("where", "文件和工作表"), Column("title", "按哪种名单读"), Column("month", "月份"),
        Column("account", "每行的结果", wraps=True),
    ]  # fmt: skip
    if may_correct:
        columns.append(Column("correct", "不对的话"))
    rows = []
    for one in tables:
        where = f"{one.file}（{one.sheet}）" if one.sheet else one.file
        cells = [Cell(where, is_header=True), Cell(one.title), Cell(one.month), Cell(one.remark or one.sentence)]
        if may_correct:
            url = reverse("workbench:import_correct", args=[load.uuid, one.uuid])
            cells.append(Cell("改列、种类或月份", url=url))
        rows.append(Row(cells))
    return Table("读出的名单", columns, rows, empty="没有读出名单。", id="tables")


def errors_table(errors: Sequence[StagedShown]) -> Table:
    """Rejected rows: where, what stands there (masked), what is wrong, what to do."""
    columns = [
        Column("where", "文件和工作表"), Column("row", "行", numeric=True), Column("column", "列"),
        Column("value", "内容"), Column("message", "哪里不对", wraps=True), Column("remedy", "怎么改"),
    ]  # fmt: skip
    rows = []
    for one in errors:
        problems = one.payload.get("problems")
        for column, value, message, remedy in problems if isinstance(problems, list) else ():
            rows.append(
                Row([
                    Cell(one.table), Cell(one.row, is_header=True), Cell(column), Cell(masked(column, value)),
                    Cell(_without_names(message)), Cell(remedy),
                ])
            )  # fmt: skip
    return Table("没有采用的行", columns, rows, empty="没有被拒绝的行。", id="errors")


def masked(column: str, value: str) -> str:
    """A cell as pages show it: numbers and names with their middle hidden."""
    if "姓名" in column or column.endswith("人"):
        return mask_name(value)
    return _LONG_NUMBER.sub(lambda found: mask_id(found.group()), value)


def _without_names(message: str) -> str:
    return _NAMES_TOLD.sub(r"\1", message)


def staged_table(caption: str, code: str, rows: Sequence[StagedShown]) -> Table:
    """Some of what confirming would do, one person or payment a row."""
    columns = [
        Column("name", "姓名"), Column("number", "身份证号"), Column("what", "改动", wraps=True),
        Column("where", "出处"),
    ]  # fmt: skip
    places = full_names(_places(rows))
    drawn = []
    for one in rows:
        name, number = str(one.payload.get("name") or ""), str(one.payload.get("number") or "")
        where = f"{one.table} 第 {one.row} 行" if one.row else one.table
        drawn.append(
            Row([
                Cell(mask_name(name) or "（没有姓名）", is_header=True), Cell(mask_id(number)),
                Cell(_what(code, one.payload, places)), Cell(where),
            ])
        )  # fmt: skip
    return Table(caption, columns, drawn, empty="没有这一类改动。", id="changes")


def _places(rows: Sequence[StagedShown]) -> set[int]:
    found: set[int] = set()
    for one in rows:
        for source in (one.payload, one.payload.get("before"), one.payload.get("after")):
            place = source.get("place") if isinstance(source, Mapping) else None
            if isinstance(place, int):
                found.add(place)
        for told in (one.payload.get("new"), one.payload.get("before")):
            paths = (_path(each[0], each[1]) for each in told) if isinstance(told, list) else ()
            found |= {path for path in paths if path is not None}
    return found


def _what(code: str, payload: Mapping[str, object], places: Mapping[int, str]) -> str:
    if code == "person.change":
        return _person_change(payload, places)
    if code == "person.add":
        place = payload.get("place")
        return f"新建档案，{places.get(place, '户籍地不详')}" if isinstance(place, int) else "新建档案"
    if code.startswith("facts."):
        return _facts_change(payload, places)
    if code.startswith("receipt."):
        month, fen = str(payload.get("period") or "")[:7], payload.get("fen")
        return f"{month} 发放 {money(fen if isinstance(fen, int) else None)}"
    return "已到账" if payload.get("arrived") else f"未到账：{payload.get('said') or '银行没有说明'}"


def _person_change(payload: Mapping[str, object], places: Mapping[int, str]) -> str:
    before, after = payload.get("before"), payload.get("after")
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return ""
    return "；".join(
        f"{_FIELDS.get(name, name)}：{_field(name, before.get(name), places)} → {_field(name, value, places)}"
        for name, value in after.items()
        if name != "components" or " " in str(value)  # of a single disability category and level say it all
    )


def _field(name: str, value: object, places: Mapping[int, str]) -> str:
    if value in (None, ""):
        return "空"
    if name == "place":
        return places.get(value, "未知") if isinstance(value, int) else "未知"
    if name in _CODED and isinstance(value, int):
        fact = vocabulary().fact(name)
        return fact.say(decode(fact, value))
    text = str(value)
    if name in _SECRET:
        return mask_id(text)
    return mask_name(text) if name in _NAMES else text


def _facts_change(payload: Mapping[str, object], places: Mapping[int, str]) -> str:
    """Before and after; a fact stated once on both sides in one breath: 需要长期照护：由“否”改为“是”."""
    new, before = (_told_facts(payload.get(side), places) for side in ("new", "before"))
    pairs = [name for name in before if len(before[name]) == len(new.get(name, ())) == 1]
    parts = [f"{name}：由“{before.pop(name)[0]}”改为“{new.pop(name)[0]}”" for name in pairs]
    for words_, left in (("不再有", before), ("现为", new)):
        if left:
            parts.append(f"{words_}：{_few([f'{name} {said}' for name, told in left.items() for said in told])}")
    return "；".join(parts)


def _told_facts(given: object, places: Mapping[int, str]) -> dict[str, list[str]]:
    """What is stated of each fact, by its name in Chinese."""
    told: dict[str, list[str]] = {}
    for each in given if isinstance(given, list) else ():
        name, _, said = _fact(each, places).partition(" ")
        told.setdefault(name, []).append(said)
    return told


def _few(told: Sequence[str]) -> str:
    more = f" 等 {len(told)} 项" if len(told) > _MOST else ""
    return "、".join(told[:_MOST]) + more


def _path(name: object, value: object) -> int | None:
    """The division a fact names; None where it names none."""
    width = _PLACES.get(str(name))
    return value * width if width and isinstance(value, int) else None


def _fact(each: Sequence[object], places: Mapping[int, str]) -> str:
    name, value, from_, until = each[:4]
    path = _path(name, value)
    if path is not None and path in places:
        return f"{vocabulary().fact(str(name)).zh} {places[path]}"
    fact = vocabulary().facts.get(str(name))
    if fact is None:
        return str(name)
    said = "名单上没有说明" if not isinstance(value, int) else fact.say(decode(fact, value))
    return f"{fact.zh} {said}{_days(from_, until)}"


def _days(from_: object, until: object) -> str:
    first = date.fromisoformat(from_) if isinstance(from_, str) else None
    last = date.fromisoformat(until) if isinstance(until, str) else None
    if first and last:
        return f"（{first} 起，{last} 起不再）"
    return f"（{first} 起）" if first else f"（{last} 起不再）" if last else ""
