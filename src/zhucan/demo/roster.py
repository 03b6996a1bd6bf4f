"""The federation's own list: one sheet a township, each typed by somebody else, with rows nobody can use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhucan.demo.dirt import DATE_STYLES, Cell, Dirt
from zhucan.demo.people import Person, Registry
from zhucan.demo.sheets import Page, Row, exported_on
from zhucan.demo.stories import Story

_HEADINGS = {
    "sequence": ("序号",),
    "name": ("姓名", " 姓名", "姓\u3000名"),
    "sex": ("性别", "性\u3000别"),
    "born": ("出生日期", "出生年月日"),
    "citizen_id": ("身份证号", "身份证号码", "公民身份号码", "身份证号 ", "证件号码", "居民身份证号", "身份证"),
    "certificate": ("残疾人证号", "残疾证号"),
    "category": ("残疾类别", "残疾\n类别", "类别"),
    "level": ("残疾等级", "残疾\n等级", "等级"),
    "components": ("多重残疾类别及等级",),
    "issued": ("发证日期",),
    "until": ("有效期至", "证件有效期止"),
    "township": ("乡镇(街道)",),
    "village": ("村(社区)",),
    "phone": ("联系电话", "手机号码"),
    "guardian": ("监护人姓名",),
    "kinship": ("与监护人关系",),
    "bank": ("开户银行",),
    "account": ("银行账号", "一卡通账号"),
    "care": ("是否需要长期照护", "长期照护需求"),
    "remark": ("备注",),
}
_MOVED_FORWARD: tuple[tuple[str, ...], ...] = ((), (), ("township", "village"), (), ("phone", "account", "bank"))
"""Columns that a township puts right after the sequence number; townships take their turn."""
_BANDS = {
    "name": "基本信息",
    "certificate": "残疾人证信息",
    "township": "户籍信息",
    "phone": "联系方式",
    "bank": "发放账户",
}
_OLD_COPY = Story("old_copy", 0, care="否")
_OLD_COPY_ROWS = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """One data row of the list before it is laid out: whose, and the cells by column; days are still days."""

    person: Person
    cells: Mapping[str, Cell]


def entry(person: Person, dirt: Dirt) -> Entry:
    """This person's row as some clerk would type it."""
    cells: dict[str, Cell] = {
        "name": dirt.name(person.name),
        "sex": person.identity.sex,
        "born": person.identity.born,
        "citizen_id": dirt.number(person.citizen_id),
        "certificate": dirt.number(person.certificate),
        "category": dirt.category(person.category),
        "level": dirt.level(person.level),
        "components": person.components,
        "issued": person.issued or "",
        "until": person.valid_through or "",
        "township": "" if dirt.random.random() < 0.02 else dirt.township(person.village.township),
        "village": dirt.village(person.village.name),
        "phone": int(person.phone) if dirt.random.random() < 0.05 else person.phone,
        "guardian": person.guardian,
        "kinship": person.kinship,
        "bank": person.bank,
        "account": person.account,
        "care": person.story.care,
        "remark": "",
    }
    return Entry(person, cells | _repairable(person, dirt))


def write_roster(entries: Sequence[Entry], registry: Registry, dirt: Dirt) -> list[Page]:
    """The sheets: instructions, one a township, and a hidden old copy that must not be read."""
    by_township: dict[str, list[Entry]] = {}
    for item in sorted(entries, key=lambda item: (item.person.village.code, item.person.citizen_id)):
        by_township.setdefault(item.person.village.township, []).append(item)
    pages = [_instructions()]
    day = exported_on(registry.as_of)
    pages += [_sheet(township, number, own, dirt, day) for number, (township, own) in enumerate(by_township.items())]
    old = [entry(registry.person(_OLD_COPY), dirt) for _ in range(_OLD_COPY_ROWS)]
    pages.insert(2, Page("2019旧数据", "旧名册", *_table(list(_HEADINGS), 0, old, dirt, "slashes"), hidden=True))
    return pages


def _repairable(person: Person, dirt: Dirt) -> dict[str, Cell]:
    """Now and then a damaged number that the certificate number, or the rule for 15 digits, makes whole again."""
    lot = dirt.random.random()
    if lot < 0.006:
        return {"citizen_id": dirt.rounded(person.citizen_id), "certificate": person.certificate}
    if lot < 0.010:
        return {"citizen_id": person.certificate}
    if lot < 0.014 and person.identity.born.year < 2000:
        return {"citizen_id": person.citizen_id[:6] + person.citizen_id[8:17]}
    return {}


def _sheet(township: str, number: int, entries: Sequence[Entry], dirt: Dirt, exported: str) -> Page:
    """One township's sheet in that township's habits: order, words, style of days, heading in one line or two."""
    first = ("sequence", *_MOVED_FORWARD[number % len(_MOVED_FORWARD)])
    columns = [*first, *(column for column in _HEADINGS if column not in first)]
    headings, rows = _table(columns, number, entries, dirt, DATE_STYLES[number % len(DATE_STYLES)])
    bands = {columns.index(column): words for column, words in _BANDS.items()} if number % 4 == 0 else {}
    return Page(
        name=township,
        title=f"持证残疾人基本信息花名册({township})",
        headings=headings,
        rows=rows,
        note=f"填报单位:{township}残联          填报时间:{exported}" if number % 5 != 3 else "",
        blank_after_title=number % 3 == 1,
        bands=bands,
        foot=[["合计", f"{len(entries)}人"], ["制表人:某某某", "", "", "审核人:某某某"], ["注:本表一式两份。"]],
    )


def _table(
    columns: Sequence[str], number: int, entries: Sequence[Entry], dirt: Dirt, date_style: str
) -> tuple[list[str], list[Row]]:
    """Headings and rows in this order of columns; ``number`` picks the township's words for them."""
    headings = [_HEADINGS[column][number % len(_HEADINGS[column])] for column in columns]
    rows: list[Row] = []
    for sequence, item in enumerate(entries, start=1):
        cells = {"sequence": sequence, **item.cells}
        rows.append([_written(cells[column], dirt, date_style) for column in columns])
    return headings, rows


def _written(cell: Cell, dirt: Dirt, date_style: str) -> Cell:
    return dirt.day(cell, date_style) if isinstance(cell, date) else cell


def _instructions() -> Page:
    lines = (
        "一、本表由各乡镇(街道)残联按持证残疾人逐人填报。",
        "二、残疾类别:1视力 2听力 3言语 4肢体 5智力 6精神 7多重。",
        "三、残疾等级:一级最重,四级最轻。",
        "四、有效期为发证之日起十年。",
    )
    return Page("填表说明", "基本信息登记表填表说明", (), [[line] for line in lines])
