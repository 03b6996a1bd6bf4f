"""Who is enrolled: pupils and students by stage of school, and residents in pension and medical insurance."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from zhucan.demo.office import Listed, Office
from zhucan.demo.sheets import INVENTED, Page, Row, write_book

_STAGES: tuple[tuple[str, range, tuple[str, ...]], ...] = (
    ("学前", range(5, 6), ("中心幼儿园",)),
    ("小学", range(6, 12), ("中心小学",)),
    ("初中", range(12, 15), ("初级中学",)),
    ("高中", range(15, 18), ("区第一高级中学", "区职业教育中心")),
    ("本科", range(18, 22), ("某大学", "某职业技术学院")),
)
"""Stage, ages, schools; the schools of younger children carry the township's name."""
_LOCAL = 3
_ENROLLED_SHARE = 0.9
_STRANGERS_PER_THOUSAND = 15
_PENSION, _MEDICAL = "城乡居民基本养老保险", "城乡居民基本医疗保险"
_PENSION_AGE, _DRAWING_AGE = 16, 60
_INSURED_SHARE = 0.92


def write_students(path: Path, office: Office) -> None:
    """在校学生名册, a sheet for each stage."""
    pages = []
    for place, (stage, ages, schools) in enumerate(_STAGES):
        known = [
            item for item in _everybody(office) if _age(item, office) in ages and _happens(office, _ENROLLED_SHARE)
        ]
        strangers = round(_STRANGERS_PER_THOUSAND * len(office.people) / 1000)
        pupils = known + [office.stranger((ages.start, ages.stop)) for _ in range(max(2, strangers))]
        rows: list[Row] = []
        for number, item in enumerate(pupils, start=1):
            school = office.dirt.random.choice(schools)
            name = item.village.township.removesuffix("街道").removesuffix("镇") + school if place < _LOCAL else school
            year = office.dirt.random.randint(1, 3)
            started = f"{office.as_of.year - year + 1}09"
            rows.append([number, name, stage, year, *office.who(item), "", started])
        title = f"{office.county}{office.as_of.year}年秋季学期{stage}在校(园)学生名册"
        headings = ("序号", "学校名称", "学段", "年级", "学生姓名", "学生身份证件号", "就读方式", "入学时间")
        pages.append(Page(stage, title, headings, rows, foot=[["合计", f"{len(rows)}人"]]))
    write_book(path, pages, office.as_of)


def write_insurance(path: Path, office: Office) -> None:
    """城乡居民养老医疗保险参保: UTF-8 with a byte order mark, a row for each person and insurance."""
    headings = ("姓名", "公民身份号码", "险种", "年度", "参保状态", "缴费金额", "是否政府代缴", "参保日期", "乡镇")
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([f"城乡居民养老医疗保险参保名单{INVENTED}"])
        writer.writerow(headings)
        for item in _everybody(office):
            age = _age(item, office)
            if age >= _PENSION_AGE and _happens(office, _INSURED_SHARE):
                state, paid = ("待遇领取", 0) if age >= _DRAWING_AGE else ("正常缴费", 200)
                writer.writerow(_insured(item, _PENSION, state, paid, office))
            if _happens(office, _INSURED_SHARE):
                writer.writerow(_insured(item, _MEDICAL, "正常参保", 400, office))


def _insured(item: Listed, kind: str, state: str, yuan: int, office: Office) -> Row:
    township = office.dirt.township(item.village.township)
    by_state = office.dirt.random.choice(("是", "否"))
    since = office.dirt.day(office.before(6), "iso")
    return [*office.who(item), kind, office.as_of.year, state, office.dirt.money(yuan), by_state, since, township]


def _everybody(office: Office) -> list[Listed]:
    """All certificate holders, by village."""
    listed = [Listed(person.identity, person.village) for person in office.people]
    return sorted(listed, key=lambda item: (item.village.code, item.identity.citizen_id))


def _age(item: Listed, office: Office) -> int:
    born, on = item.identity.born, office.as_of
    birthday = date(on.year, born.month, min(born.day, 28))
    return on.year - born.year - (on < birthday)


def _happens(office: Office, share: float) -> bool:
    return office.dirt.random.random() < share
