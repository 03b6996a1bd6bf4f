"""Invented findings: of one person and policy, or sixty of all kinds, spread over the villages."""

from __future__ import annotations

from itertools import count

from tests.factories.people import COUNTY, GAOLING, HEPING, SANBAN, XINQING, make_person
from zhucan.exchange.enums import FindingKind
from zhucan.exchange.models import Finding
from zhucan.registry.models import Person

LIVING, NURSING = "living-allowance", "nursing-allowance"
VILLAGES = (GAOLING, SANBAN, XINQING, HEPING)
NAMES = ("张桂英", "李秀兰", "覃国强", "韦小明", "黄世海", "梁丽", "欧阳春华", "陆有福")
WORDS = {
    FindingKind.MISSED: ("missed", "符合条件，当月发放表上没有", "国发〔2015〕52号 二（一）"),
    FindingKind.DOUBTFUL: ("wrong_level", "残疾等级是四级，护理补贴只给一级、二级", "国发〔2015〕52号 二（二）"),
    FindingKind.UNKNOWN: (
        "unknown_not_receiving",
        "还不能确定，需要知道：最低生活保障对象",
        "国发〔2015〕52号 二（一）",
    ),
    FindingKind.PAYMENT: ("duplicate_two", "当月在两个乡镇发放", "国发〔2015〕52号 三（二）"),
    FindingKind.EXPIRY: ("certificate_ends", "残疾人证有效期至 2027-01-31", "残联发〔2017〕34号 第十九条"),
    FindingKind.DUPLICATE: ("same_number", "姓名相同，身份证号只差一位", ""),
    FindingKind.DISPUTE: ("sources_differ", "残联说是二级，民政说是三级", ""),
    FindingKind.STRAY: ("paid_not_on_roster", "发放对象不在残疾人名册上", ""),
}
_number = count(10_000_001)


def make_finding(
    kind: FindingKind = FindingKind.MISSED,
    person: Person | None = None,
    *,
    village: int = GAOLING,
    policy: str = LIVING,
    fen: int | None = 9000,
    code: str = "",
    missing: str = "",
    leans_on: str = "",
    evidence: bytes = b"evidence-0000001",
    reason: str = "",
    question: str = "",
    county: int = COUNTY,
) -> Finding:
    """One finding; a person is made for it where none is given (not for a payment to a stranger)."""
    if person is None and kind != FindingKind.STRAY:
        person = make_person(village=village)
    number = next(_number)
    usual = WORDS[kind]
    return Finding.objects.create(
        number=str(number), kind=kind, code=code or usual[0], key=f"{kind}:{policy}:{number}", county=county,
        place=person.place if person else village, person=person, policy=policy, fen=fen, months=6,
        reason=reason or usual[1], basis=usual[2], missing=missing, leans_on=leans_on, evidence=evidence,
        question=question,
    )  # fmt: skip


def make_sixty() -> list[Finding]:
    """Sixty findings of all kinds of 48 people in four villages; every third leans on a presumption."""
    made: list[Finding] = []
    kinds = [
        *[FindingKind.MISSED] * 20, *[FindingKind.DOUBTFUL] * 12, *[FindingKind.UNKNOWN] * 12,
        *[FindingKind.EXPIRY] * 6, *[FindingKind.PAYMENT] * 4, *[FindingKind.DISPUTE] * 2, *[FindingKind.STRAY] * 4,
    ]  # fmt: skip
    for place, kind in enumerate(kinds):
        village = VILLAGES[place % len(VILLAGES)]
        person = None if kind == FindingKind.STRAY else make_person(NAMES[place % len(NAMES)], village=village)
        missing = ("minimum_living_allowance" if place % 3 else "minimum_living_allowance needs_long_term_care") * (
            kind == FindingKind.UNKNOWN
        )
        made.append(
            make_finding(
                kind, person, village=village if person else 450803_000_000,
                policy="" if kind in (FindingKind.EXPIRY, FindingKind.DISPUTE) else (LIVING, NURSING)[place % 2],
                fen=None if kind in (FindingKind.EXPIRY, FindingKind.UNKNOWN) else 8000 + 1000 * (place % 2),
                missing=missing, question="您本人现在吃低保吗？" if missing else "",
                leans_on="extreme_poverty_support" if place % 3 == 0 else "",
            )
        )  # fmt: skip
    return made
