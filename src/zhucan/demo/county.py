"""Write the whole sample: the offices' files, and beside them the truth."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from zhucan.demo.dirt import Dirt
from zhucan.demo.enrolments import write_insurance, write_students
from zhucan.demo.faults import faulty_entries
from zhucan.demo.hardship import write_hardship
from zhucan.demo.office import Office
from zhucan.demo.payments import draw_payroll, write_bank_return, write_payroll
from zhucan.demo.people import Person, Registry, villages_of
from zhucan.demo.registers import write_assistance, write_deaths, write_moves, write_wheelchairs, write_work_injuries
from zhucan.demo.roster import entry, write_roster
from zhucan.demo.sheets import write_book
from zhucan.demo.stories import LIVING, NURSING, STORIES, Story
from zhucan.rules.content import shipped_content

COUNTY, COUNTY_NAME = 450803, "港南区"
FEWEST = 200
STRAY = "paid_not_on_roster"
_NOTICE = """这里的人员、证号、电话、账号和发放记录全部是虚构的，由程序按种子生成，仅供演示和测试。
村（社区）和乡镇的名称与代码是真实的。证号的校验码正确,因此可能碰巧与真实号码相同,没有任何含义。
"""


@dataclass(frozen=True, slots=True)
class Demo:
    """What was written: the folder of files, the truth beside it, and the size."""

    files: Path
    truth: Path
    persons: int
    payments: int


@dataclass(frozen=True, slots=True)
class _Truth:
    """A line of the truth for each person and policy with a finding, and the totals a reader must arrive at."""

    findings: Sequence[tuple[str, str, str]]
    totals: Sequence[tuple[str, int]]


def generate(out: Path, *, persons: int, seed: int, as_of: date) -> Demo:
    """Write a sample county of so many certificate holders to ``out/files`` and its truth to ``out/truth``.

    The same arguments give the same bytes. ``truth/findings.csv`` holds citizen_id, policy, finding (every finding but
    ``none``); ``truth/totals.csv`` holds persons, rows of the roster, its unusable rows by class, certificates ending
    within six months. Files of the same names are overwritten. Raises ValueError for fewer than ``FEWEST`` persons.
    """
    if persons < FEWEST:
        raise ValueError(f"演示数据至少要 {FEWEST} 人，否则放不下每一种情形。")
    random = Random(seed)
    registry = Registry(random, villages_of(COUNTY, shipped_content() / "divisions" / "divisions.parquet"), as_of)
    dirt = Dirt(random)
    people = [registry.person(story) for story in _draw(persons)]
    office = Office(people, registry, dirt, COUNTY_NAME, as_of)
    files, truth = out / "files", out / "truth"
    files.mkdir(parents=True, exist_ok=True)
    truth.mkdir(parents=True, exist_ok=True)

    faults = faulty_entries(people, registry, dirt)
    entries = [entry(person, dirt) for person in people] + [row for rows in faults.values() for row in rows]
    write_book(files / "01_残疾人花名册.xlsx", write_roster(entries, registry, dirt), as_of)
    ledger_faults = write_hardship(files / "02_低保及低保边缘家庭台账.xlsx", office)
    write_assistance(files / "03_特困_孤儿_老年人补贴.xlsx", office)
    write_deaths(files / "04_死亡人员信息.csv", office)
    payroll = draw_payroll(office)
    write_payroll(files / f"05_两项补贴发放表_{as_of:%Y%m}.xlsx", payroll, office)
    write_work_injuries(files / "06_工伤生活护理费名单.xlsx", office)
    write_insurance(files / "07_城乡居民养老医疗保险参保.csv", office)
    write_students(files / "08_在校学生名册.xlsx", office)
    write_bank_return(files / f"09_银行代发回盘_{as_of:%Y%m}.txt", payroll, office)
    write_wheelchairs(files / "10_机动轮椅车登记.xlsx", office)
    write_moves(files / "11_户籍迁出名单.xlsx", office)
    (out / "说明.txt").write_text(_NOTICE, encoding="utf-8")

    strays = [(item.identity.citizen_id, policy, STRAY) for policy, items in payroll.strays.items() for item in items]
    counts = {f"roster_{name}": len(rows) for name, rows in faults.items()}
    totals = {"persons": persons, "roster_rows": len(entries), "expiring": _count(people, "expiring"), **counts}
    _write_truth(truth, _Truth([*_findings(people), *strays], [*totals.items(), *_prefixed(ledger_faults)]))
    return Demo(files, truth, persons, sum(map(len, payroll.payments.values())))


def _draw(persons: int) -> list[Story]:
    """Each story its share, at least one person; whoever is left over lives the first."""
    whole = sum(story.share for story in STORIES)
    drawn = [story for story in STORIES[1:] for _ in range(max(1, round(story.share * persons / whole)))]
    return [STORIES[0]] * (persons - len(drawn)) + drawn


def _count(people: Iterable[Person], event: str) -> int:
    return sum(person.story.event == event for person in people)


def _findings(people: Iterable[Person]) -> list[tuple[str, str, str]]:
    both = [
        (person.citizen_id, policy, finding)
        for person in people
        for policy, finding in ((LIVING, person.story.living), (NURSING, person.story.nursing))
    ]
    return [line for line in both if line[2] != "none"]


def _prefixed(faults: Counter[str]) -> list[tuple[str, int]]:
    return [(f"ledger_{name}", count) for name, count in sorted(faults.items())]


def _write_truth(folder: Path, truth: _Truth) -> None:
    for name, heading, rows in (
        ("findings.csv", ("citizen_id", "policy", "finding"), sorted(truth.findings)),
        ("totals.csv", ("what", "count"), truth.totals),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(heading)
            writer.writerows(rows)
