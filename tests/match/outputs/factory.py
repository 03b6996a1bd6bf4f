"""An invented run: a few hundred persons who do not exist, in the real villages of one county.

Everything is drawn from one seed. Numbers of persons have a right check character; by chance one may equal a real
number, which means nothing.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars

from zhucan.files.citizen import check_character
from zhucan.files.tables import Account, SourceFile
from zhucan.match.result import (
    FeedState,
    Line,
    MatchResult,
    Person,
    PolicyTitle,
    Presumed,
    Question,
    Stray,
)
from zhucan.rules.content import shipped_content

COUNTY = 450803
AS_OF = date(2026, 11, 1)
LIVING, NURSING = "living-allowance", "nursing-allowance"
POLICIES = (
    PolicyTitle(LIVING, "困难残疾人生活补贴", "民政"),
    PolicyTitle(NURSING, "重度残疾人护理补贴", "民政"),
)
SURNAMES = "甘覃韦蒙黄梁陆农莫罗"
GIVEN = "测试样例虚构甲乙丙丁戊己庚辛"
RATE = 9000
CHANCES = (
    ("missed", 6),
    ("bank_failed", 2),
    ("duplicate_two", 1),
    ("duplicate_same", 1),
    ("wrong_amount", 1),
    ("wrong_deceased", 2),
    ("wrong_moved_out", 1),
    ("wrong_extreme_poverty", 1),
    ("wrong_cert_expired", 3),
    ("unknown_receiving", 5),
    ("unknown_not_receiving", 3),
    ("ok", 30),
    ("none", 44),
)
REASONS = {
    "wrong_deceased": ("死亡名单载明已经死亡", "桂民规〔2021〕6号 第九条"),
    "wrong_moved_out": ("户籍已迁出本县（市、区）", "桂民规〔2021〕6号 第九条"),
    "wrong_extreme_poverty": ("已纳入特困人员救助供养", "国发〔2015〕52号 二（三）"),
    "wrong_cert_expired": ("残疾人证已过有效期", "国发〔2015〕52号 三（一）"),
    "unknown_receiving": ("还不能确定，需要知道：是否需要长期照护", "国发〔2015〕52号 二（二）"),
    "unknown_not_receiving": ("还不能确定，需要知道：是否需要长期照护", "国发〔2015〕52号 二（二）"),
}


def villages() -> list[tuple[int, str, int, str]]:
    """The real villages of the county: township code, its name, village code, its name."""
    table = polars.read_parquet(shipped_content() / "divisions" / "divisions.parquet")
    inside = table.filter(polars.col("code") // 1_000_000 == COUNTY).sort("code")
    names = dict(inside.select("code", "name").iter_rows())
    return [
        (code // 1000, names[code // 1000 * 1000], code, name) for code, name, level in inside.iter_rows() if level == 5
    ]


def make_result(persons: int = 600, seed: int = 2026, folder: Path | None = None) -> MatchResult:
    """A whole run. ``folder``: where the input files of the run are taken to lie (they need not exist)."""
    draw = random.Random(seed)  # sample data, no secrets
    places = villages()
    people = sorted((_person(draw, number, places) for number in range(persons)), key=lambda one: one.village)
    lines = [_line(draw, person, policy.id) for person in people for policy in POLICIES]
    expiring = [one for one in people if one.certificate_until and AS_OF <= one.certificate_until <= date(2027, 5, 2)]
    files = [SourceFile((folder or Path()) / name) for name in ("01_残疾人花名册.xlsx", "05_两项补贴发放表_202611.xls")]
    return MatchResult(
        division=COUNTY,
        division_name="贵港市港南区",
        as_of=AS_OF,
        month="2026-11",
        policies=POLICIES,
        persons=people,
        lines=lines,
        strays=[_stray(draw, number, places) for number in range(9)],
        expiring=expiring,
        expired=sum(one.certificate_until is not None and one.certificate_until <= AS_OF for one in people),
        alive=max(0, persons - 12),
        feeds=_feeds(persons),
        files=files,
        presumptions=(
            Presumed("deceased", "都还健在", "死亡人员名单", "公安", 212, 1908000),
            Presumed("extreme_poverty_support", "都不是特困供养人员", "特困人员名单", "民政", 47, 423000),
        ),
        questions=_questions(lines),
    )


def without_presumptions(result: MatchResult) -> MatchResult:
    """The same run as if every list had been loaded."""
    lines = [replace(line, leans_on=()) for line in result.lines]
    return replace(result, presumptions=(), lines=lines)


def _person(draw: random.Random, number: int, places: list[tuple[int, str, int, str]]) -> Person:
    township, township_name, village, village_name = draw.choice(places)
    born = date(1940, 1, 1) + timedelta(days=draw.randrange(28000))
    digits = f"{draw.choice([450803, 452501])}{born:%Y%m%d}{draw.randrange(1000):03d}"
    citizen_id = digits + check_character(digits)
    category, level = draw.randint(1, 7), draw.randint(1, 4)
    guarded = draw.random() < 0.4
    return Person(
        code=f"{number:04d}{draw.choice('ABCDEFGHJKLMNPQRSTUVWXYZ')}",
        citizen_id=citizen_id,
        name=draw.choice(SURNAMES) + "".join(draw.sample(GIVEN, draw.randint(1, 2))),
        phone=f"1990000{number:04d}" if draw.random() < 0.9 else "",
        guardian=draw.choice(SURNAMES) + draw.choice(GIVEN) if guarded else "",
        guardian_phone=f"1990001{number:04d}" if guarded else "",
        township=township,
        village=village,
        township_name=township_name,
        village_name=village_name,
        certificate_number=f"{citizen_id}{category}{level}",
        certificate_until=AS_OF + timedelta(days=draw.randrange(-200, 3400)),
        category=category,
        level=level,
        deceased=False,
        ethnic="壮族" if number % 3 else "汉族",
        hukou="农业" if number % 4 else "非农业",
        bank="样例农村信用社",
        account=f"6200000000000{number:06d}",
        source_file=f"01_残疾人花名册.xlsx#{township_name}",
        source_row=number + 4,
    )


def _line(draw: random.Random, person: Person, policy: str) -> Line:
    finding = draw.choices([name for name, _ in CHANCES], [weight for _, weight in CHANCES])[0]
    verdict = _verdict(finding)
    receiving = finding not in ("missed", "bank_failed", "unknown_not_receiving", "none")
    reason, basis = REASONS.get(finding, ("", "国发〔2015〕52号 二（一）"))
    unknown = verdict == "unknown"
    paid = {"duplicate_two": 2 * RATE, "duplicate_same": 2 * RATE, "wrong_amount": 8000}.get(finding, RATE)
    return Line(
        person=person,
        policy=policy,
        verdict=verdict,
        amount_fen=RATE if verdict == "entitled" else None,
        receiving=receiving,
        paid_fen=paid if receiving else 0,
        finding=finding,
        reason=reason,
        basis=basis,
        question="平时吃饭、穿衣、上厕所，是否需要别人长期照护？" if unknown else "",
        missing=("needs_long_term_care",) if unknown else (),
        leans_on=("deceased",) if finding == "missed" and draw.random() < 0.3 else (),
        months=draw.choice([None, 3, 7, 12]) if verdict == "entitled" else None,
    )


def _verdict(finding: str) -> str:
    if finding.startswith("unknown"):
        return "unknown"
    if finding == "none" or (finding.startswith("wrong_") and finding != "wrong_amount"):
        return "not"
    return "entitled"


def _stray(draw: random.Random, number: int, places: list[tuple[int, str, int, str]]) -> Stray:
    digits = f"45080319{draw.randrange(40, 99)}0101{draw.randrange(1000):03d}"
    return Stray(
        policy=draw.choice(POLICIES).id,
        citizen_id=digits + check_character(digits),
        name=draw.choice(SURNAMES) + draw.choice(GIVEN),
        township_name=draw.choice(places)[1],
        paid_fen=RATE,
        source_file="05_两项补贴发放表_202611.xls#生活补贴",
        source_row=900 + number,
        reason="发放表上有，持证人名册上没有",
    )


def _feeds(persons: int) -> list[FeedState]:
    return [
        FeedState(
            "roster", "持证残疾人名册", "残联", ("01_残疾人花名册.xlsx",), Account(persons + 21, persons, 0, 9, 0, 12)
        ),
        FeedState(
            "minimum_living_register", "低保及低保边缘家庭台账", "民政", ("02.xlsx",), Account(900, 700, 0, 0, 191, 9)
        ),
        FeedState("payroll", "两项补贴发放表", "民政", ("05.xls",), Account(402, 390, 0, 0, 9, 3)),
        FeedState("deaths", "死亡人员名单", "公安", (), None),
        FeedState("extreme_poverty", "特困人员名单", "民政", (), None),
    ]


def _questions(lines: list[Line]) -> list[Question]:
    unknown = [line for line in lines if line.verdict == "unknown"]
    settled = max(0, len(unknown) - 7)
    people = len({line.person.code for line in unknown[:settled]})
    return [
        Question(
            "needs_long_term_care",
            "需要长期照护",
            "平时吃饭、穿衣、上厕所，是否需要别人长期照护？",
            settled,
            people,
            90 * 100 * settled,
        ),
        Question("mental_level", "精神残疾等级", "多重残疾中有没有精神残疾，几级？", len(unknown) - settled, 7, 63000),
    ]
