"""The ledger of 低保 and 低保边缘 households: household cells on the first row of a household only, some merged."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from zhucan.demo.dirt import Cell
from zhucan.demo.faults import wrong_check
from zhucan.demo.office import Office
from zhucan.demo.people import Person
from zhucan.demo.sheets import Page, Row, exported_on, write_book

_HEADINGS = (
    *("序号", "乡镇", "村委会", "家庭编号", "户主姓名", "救助类别", "家庭人口", "保障人数", "月保障金额"),
    *("起保时间", "停保时间", "状态", "家庭成员姓名", "身份证号码", "与户主关系", "是否保障对象", "是否残疾", "备注"),
)
_SHEETS = ("农村低保", "城市低保", "低保边缘家庭")
_URBAN_SHARE = 0.15
_MONTHLY_YUAN = 320
_RELATIONS = ("10", "20", "30", "子", "女", "父", "母", "51")
_DAMAGED_SHARE = 0.02


@dataclass(slots=True)
class _Sheet:
    rows: list[Row] = field(default_factory=list)
    merges: list[tuple[int, int, int]] = field(default_factory=list)
    households: int = 0


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    number: Cell
    covered: str
    disabled: str


def write_hardship(path: Path, office: Office) -> Counter[str]:
    """Write the ledger; returns how many of its rows cannot be linked to anybody, by class."""
    faults: Counter[str] = Counter()
    sheets = {name: _Sheet() for name in _SHEETS}
    for person in sorted(office.people, key=lambda person: person.village.code):
        if person.story.hardship:
            kind = _kind(person, office)
            _add(sheets[kind], _household(person, kind, office), _members(person, office, faults), office)
    for number in range(max(3, len(office.people) // 40)):
        stranger = office.stranger()
        head = _Member(*office.who(stranger), "是", "否")
        kind = "低保边缘家庭" if number % 5 == 0 else "农村低保"
        cells = _household_cells(office.place(stranger.village), kind, None, office)
        _add(sheets[kind], cells, [head, *_relatives(office, faults)], office)
    pages = [
        Page(
            name=name,
            title=f"{office.county}{name}对象台账",
            headings=_HEADINGS,
            rows=sheet.rows,
            note=f"单位:{office.county}民政局      数据时间:{exported_on(office.as_of)}",
            foot=[["合计", "", "", f"{sheet.households}户"], ["制表:民政局社会救助股"]],
            merges=sheet.merges,
        )
        for name, sheet in sheets.items()
    ]
    write_book(path, pages, office.as_of)
    return faults


def _kind(person: Person, office: Office) -> str:
    if person.story.hardship == "margin":
        return "低保边缘家庭"
    return "城市低保" if office.dirt.random.random() < _URBAN_SHARE else "农村低保"


def _household(person: Person, kind: str, office: Office) -> list[Cell]:
    """The household's cells; what the story says about it decides the days and the state."""
    return _household_cells(office.place(person.village), kind, person.story.hardship, office)


def _household_cells(place: tuple[str, str], kind: str, hardship: str | None, office: Office) -> list[Cell]:
    stopped = office.before(2, 40) if hardship == "stopped" else None
    start: date | None = office.before(9, 900)
    if hardship == "starts_later":
        start = date(office.as_of.year + 1, 1, 1)
    elif hardship == "in_force" and office.dirt.random.random() < 0.02:
        start = None  # nobody noted it; the state 在保 stands
    number = f"{office.registry.villages[0].code // 10**6}{office.dirt.random.randrange(10**6):06d}"
    return [
        *place,
        number,
        "",
        kind,
        "",
        "",
        "" if kind == "低保边缘家庭" else _MONTHLY_YUAN,
        office.dirt.month(start),
        office.dirt.month(stopped),
        "停保" if stopped else "在保",
    ]


def _members(person: Person, office: Office, faults: Counter[str]) -> list[_Member]:
    """The person and up to three relatives, in any order; sometimes Excel took the end of the number."""
    covered = "否" if person.story.hardship == "not_covered" else "是"
    damaged = office.dirt.random.random() < _DAMAGED_SHARE
    number = office.dirt.rounded(person.citizen_id) if damaged else office.dirt.number(person.citizen_id)
    name = person.name if damaged else office.dirt.name(person.name)
    members = [_Member(name, number, covered, "是"), *_relatives(office, faults)]
    office.dirt.random.shuffle(members)
    return members


def _relatives(office: Office, faults: Counter[str]) -> list[_Member]:
    members = []
    for _ in range(office.dirt.random.randrange(4)):
        stranger = office.stranger()
        name, number = office.who(stranger)
        cell: Cell = number
        lot = office.dirt.random.random()
        if lot < 0.01:
            cell, fault = office.dirt.destroyed(stranger.identity.citizen_id), "id_destroyed"
        elif lot < 0.015:
            cell, fault = "", "id_missing"
        elif lot < 0.02:
            cell, fault = wrong_check(stranger.identity.citizen_id, office.dirt), "id_check"
        else:
            fault = ""
        faults.update([fault] if fault else [])
        members.append(_Member(name, cell, "是", "否"))
    return members


def _add(sheet: _Sheet, household: list[Cell], members: list[_Member], office: Office) -> None:
    """Append a household: its cells on the first row, or merged over all its rows."""
    sheet.households += 1
    first = len(sheet.rows)
    household[3] = members[0].name
    household[5:7] = [len(members), sum(member.covered == "是" for member in members)]
    for place, member in enumerate(members):
        relation = "户主" if place == 0 else office.dirt.random.choice(_RELATIONS)
        group: list[Cell] = [sheet.households, *household] if place == 0 else [""] * (len(household) + 1)
        sheet.rows.append([*group, member.name, member.number, relation, member.covered, member.disabled, ""])
    if len(members) > 1 and office.dirt.random.random() < 0.3:
        sheet.merges += [(first, first + len(members) - 1, column) for column in (0, 1, 2, 5, 9, 11)]
