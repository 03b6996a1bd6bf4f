"""The list of persons as a table, and as a workbook of exactly the same rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from zhucan.base.enums import FieldGroup
from zhucan.base.permissions import Actor
from zhucan.base.queries.divisions import full_names
from zhucan.web.table import Cell, Column, Row, Table
from zhucan.web.words import mask_id, table_date
from zhucan.web.workbench.persons_words import (
    age_of,
    category_words,
    certificate_state,
    groups_of,
    last_day,
    level_words,
    name_for,
    person_url,
    sex_of,
)
from zhucan.web.workbooks import workbook

if TYPE_CHECKING:
    from zhucan.registry.models import Person


@dataclass(frozen=True, slots=True)
class _Shown:
    """One column: which group of fields it belongs to, and what it says of a person."""

    column: Column
    group: FieldGroup
    say: Callable[[Person], str]


def _columns(actor: Actor, names: dict[int, str], on: date) -> list[_Shown]:
    identity, disability = FieldGroup.IDENTITY, FieldGroup.DISABILITY
    every = [
        _Shown(Column("name", "姓名"), identity, lambda one: name_for(actor, one)),
        _Shown(Column("number", "身份证号"), identity, lambda one: mask_id(one.citizen_id)),
        _Shown(Column("sex", "性别"), identity, lambda one: sex_of(one.citizen_id)),
        _Shown(Column("age", "年龄", unit="岁", numeric=True), identity, lambda one: _age(one, on)),
        _Shown(Column("place", "户籍地"), identity, lambda one: names.get(one.place, "")),
        _Shown(Column("category", "残疾类别"), disability, lambda one: _category(one)),
        _Shown(Column("level", "等级"), disability, lambda one: _level(one)),
        _Shown(Column("until", "有效期至"), disability, lambda one: _until(one)),
        _Shown(Column("state", "残疾人证"), disability, lambda one: certificate_state(one, on)),
        _Shown(Column("remark", "备注"), identity, lambda one: "失联" if one.lost_at else ""),
    ]
    groups = groups_of(actor)
    return [shown for shown in every if shown.group in groups]


def _age(person: Person, on: date) -> str:
    age = age_of(person.citizen_id, on)
    return "" if age is None else str(age)


def _category(person: Person) -> str:
    certificate = getattr(person, "certificate", None)
    return category_words(certificate.category) if certificate else ""


def _level(person: Person) -> str:
    certificate = getattr(person, "certificate", None)
    return level_words(certificate.level) if certificate else ""


def _until(person: Person) -> str:
    certificate = getattr(person, "certificate", None)
    return table_date(last_day(certificate.until)) if certificate and certificate.until else ""


def persons_table(actor: Actor, persons: Sequence[Person], *, on: date, empty: str) -> Table:
    """A page of persons; the name leads to the person. One query for the names of places."""
    columns = _columns(actor, full_names(person.place for person in persons), on)
    rows = [
        Row([
            Cell(shown.say(person), url=person_url(person) if shown.column.key == "name" else "",
                 is_header=shown.column.key == "name")
            for shown in columns
        ], key=str(person.uuid))
        for person in persons
    ]  # fmt: skip
    return Table(
        "人员", [shown.column for shown in columns], rows, empty=empty, id="persons", keys=True, show_caption=False
    )


def persons_workbook(actor: Actor, persons: Iterable[Person], places: Iterable[int], *, title: str, on: date) -> bytes:
    """The rows of a list as a workbook: masked as on the page, every cell a text, none of them a formula."""
    columns = _columns(actor, full_names(places), on)
    widths = [22 if shown.column.key in ("number", "place") else 12 for shown in columns]
    rows = ([shown.say(person) for shown in columns] for person in persons)
    return workbook(title, [shown.column.heading for shown in columns], rows, widths=widths)
