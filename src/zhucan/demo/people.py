"""Invented people: names, numbers, certificates, phones, accounts, in real villages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

import polars as pl

from zhucan.demo.stories import Story

_SURNAMES = "陆韦覃黄梁李陈吴杨农蒙卢罗莫林何苏谢宁甘古零岑粟容麦邓滕欧庞施闭区黎周唐蓝龚凌徐"
_GIVEN = "明东兰芳静杰华福花玉惠廖春建倩敏桂达荣飞锦光日碧彩文辉琼珍艳丽权海龙慧娟英强善云庆俊广涛颖爱昌"
_PREFIXES = ("450803", "450803", "450803", "450803", "450821", "450802", "450721", "452525")
"""Codes of birth places: today's county, its neighbours, and one abolished prefecture."""
_PHONES = ("137", "139", "150", "158", "182", "187")
_BANKS = ("农业银行", "农村信用社", "邮储银行", "农商银行")
_KIN = ("父母", "子女", "配偶", "兄弟姐妹")
_CERTIFICATE_YEARS = 10
CATEGORY_WORDS = ("", "视力", "听力", "言语", "肢体", "智力", "精神", "多重")
LEVEL_WORDS = ("", "一级", "二级", "三级", "四级")


@dataclass(frozen=True, slots=True)
class Village:
    """A real village or neighbourhood: 12-digit code, name, and the name of its township."""

    code: int
    name: str
    township: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A name with a citizen number whose check character is right."""

    citizen_id: str
    name: str
    sex: str
    born: date


@dataclass(frozen=True, slots=True)
class Person:
    """A certificate holder as the truth knows them; ``valid_through`` is the last valid day, None where not printed."""

    identity: Identity
    story: Story
    village: Village
    category: int
    level: int
    components: str
    certificate: str
    issued: date | None
    valid_through: date | None
    guardian: str
    kinship: str
    phone: str
    bank: str
    account: str

    @property
    def citizen_id(self) -> str:
        """The 18-character citizen number."""
        return self.identity.citizen_id

    @property
    def name(self) -> str:
        """The name as it should be written."""
        return self.identity.name


def villages_of(county: int, divisions: Path) -> list[Village]:
    """The villages of a county (6-digit code), from the shipped table of divisions.

    Raises ValueError where the table has none.
    """
    table = pl.read_parquet(divisions).filter(pl.col("code") // 10**6 == county).sort("code")
    townships = dict(table.filter(pl.col("level") == 4).select("code", "name").iter_rows())
    rows = table.filter(pl.col("level") == 5).select("code", "name").iter_rows()
    found = [Village(code, name, townships[code // 1000 * 1000]) for code, name in rows]
    if not found:
        raise ValueError(f"区划表里没有 {county} 的村（社区）。")
    return found


def check_character(seventeen: str) -> str:
    """MOD 11-2 of 17 digits (GB 11643); written anew here so that the sample can judge the reader."""
    return "10X98765432"[sum(int(digit) << (17 - place) for place, digit in enumerate(seventeen)) % 11]


class Registry:
    """Draws people, never two with the same number, nor two of the same name born on the same day."""

    def __init__(self, random: Random, villages: list[Village], as_of: date) -> None:
        self.random = random
        self.villages = villages
        self.as_of = as_of
        self._numbers: set[str] = set()
        self._born: set[tuple[str, date]] = set()
        self._accounts = 0

    def identity(self, ages: tuple[int, int]) -> Identity:
        """A new identity of an age, in years on the day, within both bounds."""
        while True:
            born = self._birthday(ages)
            sequence = self.random.randrange(900, 1000)
            stem = f"{self.random.choice(_PREFIXES)}{born:%Y%m%d}{sequence}"
            name = self.random.choice(_SURNAMES) + "".join(self.random.sample(_GIVEN, self.random.choice((1, 2, 2, 2))))
            if stem in self._numbers or (name, born) in self._born:
                continue
            self._numbers.add(stem)
            self._born.add((name, born))
            return Identity(stem + check_character(stem), name, "男" if sequence % 2 else "女", born)

    def person(self, story: Story) -> Person:
        """A new person living this story."""
        identity = self.identity(story.ages)
        category, level = self.random.choice(story.categories), self.random.choice(story.levels)
        issued, through = self._certificate_days(story.event, identity.born)
        reissued = "B1" if self.random.random() < 0.03 else ""
        guarded = category in (5, 6) or identity.born.year > self.as_of.year - 16
        return Person(
            identity=identity,
            story=story,
            village=self.random.choice(self.villages),
            category=category,
            level=level,
            components=self._components(story.event, level),
            certificate=f"{identity.citizen_id}{category}{level}{reissued}",
            issued=issued,
            valid_through=through,
            guardian=self.random.choice(_SURNAMES) + self.random.choice(_GIVEN) if guarded else "",
            kinship=self.random.choice(_KIN) if guarded else "",
            phone=self._phone(),
            bank=self.random.choice(_BANKS),
            account=self._account(),
        )

    def day_between(self, years_ago: int, days_ago: int = 1) -> date:
        """A day before the as-of day: at most so many years, at least so many days."""
        return self.as_of - timedelta(days=self.random.randint(days_ago, max(days_ago, years_ago * 365)))

    def _birthday(self, ages: tuple[int, int]) -> date:
        youngest, oldest = ages
        return self.as_of - timedelta(days=self.random.randint(youngest * 366, oldest * 365))

    def _certificate_days(self, event: str, born: date) -> tuple[date | None, date | None]:
        """Day of issue and last valid day, ten years later; the event decides when, and nobody is certified unborn."""
        if event == "no_dates":
            return None, None
        if event == "expired":
            through = self.day_between(3, days_ago=2)
        elif event == "expiring":
            through = self.as_of + timedelta(days=self.random.randint(1, 175))
        else:
            soonest = max(200, (born - self.as_of).days + (_CERTIFICATE_YEARS + 1) * 366)
            through = self.as_of + timedelta(days=self.random.randint(soonest, max(soonest, 3500)))
        issued = through.replace(year=through.year - _CERTIFICATE_YEARS, day=min(through.day, 28))
        printed = event != "" or self.random.random() > 0.02
        return issued, through if printed else None

    def _components(self, event: str, level: int) -> str:
        if event != "mental_component":
            return ""
        other = self.random.choice(("视力", "听力", "肢体"))
        return f"{other}{LEVEL_WORDS[4]}、精神{LEVEL_WORDS[level]}"

    def _phone(self) -> str:
        return f"{self.random.choice(_PHONES)}00000{self.random.randrange(1000):03d}"

    def _account(self) -> str:
        self._accounts += 1
        return f"629999{self._accounts:013d}"
