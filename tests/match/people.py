"""Invented persons of one real county, drawn so that every finding happens."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from tests.match.oracle import LIVING, NURSING, RATE_FEN, Paid, Truth, verdict
from zhucan.files.citizen import check_character
from zhucan.match.places import Places

AS_OF = date(2026, 11, 1)
COUNTY = 450803
SURNAMES = "韦黄梁覃陈李莫农陆蒙罗谭甘卢周"
GIVEN = "春华丽英明强福贵兰芳世宇飞才琼莉梅庆达荣波志"
GOOD, BAD = ("0000",), ("2003",)


def number_of(draw: random.Random, born: date, taken: set[str]) -> str:
    """A citizen number nobody has yet."""
    while True:
        digits = f"{draw.choice([450803, 450802, 452525])}{born:%Y%m%d}{draw.randrange(1000):03d}"
        number = digits + check_character(digits)
        if number not in taken and not number.endswith("000"):
            taken.add(number)
            return number


def draw_people(draw: random.Random, size: int, places: Places) -> list[Truth]:
    """``size`` persons with different names and numbers."""
    names = [a + b + c for a in SURNAMES for b in GIVEN for c in GIVEN]
    taken: set[str] = set()
    return [draw_person(draw, name, places, taken) for name in draw.sample(names, size)]


def draw_person(draw: random.Random, name: str, places: Places, taken: set[str]) -> Truth:
    born = date(1938, 1, 1) + timedelta(days=draw.randrange(29_000))
    village = draw.choice(sorted(places.villages))
    category, level = draw.choice([1, 2, 4, 4, 5, 6, 6, 7, 7]), draw.randint(1, 4)
    parts = [(each, draw.randint(1, 4)) for each in draw.sample([1, 2, 4, 5, 6], 2)] if category == 7 else None
    if parts is not None:
        level = min(part[1] for part in parts)
    issued = date(2015, 1, 1) + timedelta(days=draw.randrange(4_200))
    truth = Truth(
        number=number_of(draw, born, taken),
        name=name,
        township=village // 1000,
        village=village,
        category=category,
        level=level,
        parts=parts if draw.random() < 0.7 else None,
        issued=issued,
        until=issued.replace(year=issued.year + 10, day=min(issued.day, 28)),
        care=draw.choice([True, True, False, None]),
        minimum_living=draw.random() < 0.5,
        extreme_poverty=draw.random() < 0.06,
        work_injury=draw.random() < 0.05,
        orphan=draw.random() < 0.05,
        elderly_fen=draw.choice([0, 0, 0, 0, 6000, 9000, 20000]),
        died=AS_OF + timedelta(days=draw.choice([-400, -31, 0, 3])) if draw.random() < 0.08 else None,
        moved=AS_OF - timedelta(days=draw.choice([300, 0])) if draw.random() < 0.06 else None,
    )
    if draw.random() < 0.06:
        truth.issued = truth.until = None
    for policy in (LIVING, NURSING):
        truth.paid[policy] = draw_payments(draw, truth, policy, places)
    return truth


def draw_payments(draw: random.Random, truth: Truth, policy: str, places: Places) -> list[Paid]:
    here = places.townships[truth.township]
    elsewhere = draw.choice([name for code, name in places.townships.items() if code != truth.township])
    if verdict(truth, policy, AS_OF) == "not" and draw.random() < 0.6:
        return []
    kinds: Sequence[list[Paid]] = (
        [],
        [Paid(here, 0)],
        [Paid(here, RATE_FEN)],
        [Paid(here, RATE_FEN)],
        [Paid(here, 3 * RATE_FEN, 3)],
        [Paid(here, RATE_FEN, codes=BAD)],
        [Paid(here, RATE_FEN, codes=(*BAD, *GOOD))],
        [Paid(here, RATE_FEN), Paid(elsewhere, RATE_FEN)],
        [Paid(here, RATE_FEN), Paid(here, RATE_FEN, codes=BAD)],
        [Paid(here, 8000)],
    )
    return list(draw.choice(kinds))
