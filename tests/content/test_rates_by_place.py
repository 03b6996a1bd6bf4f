"""Amounts by place: Guangxi against an independent statement of its rule, percentages of what a county publishes."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path

import pytest

from zhucan.rules.determine import determine
from zhucan.rules.examples import read_examples, run_example
from zhucan.rules.library import Library, load_library
from zhucan.rules.vocabulary import Value

DAY = date(2026, 11, 1)
COUNTY = 450803
PLAIN: dict[str, Value | None] = {
    "deceased": False, "moved_out": False, "certificate_until": date(2030, 1, 1), "extreme_poverty_support": False,
    "work_injury_nursing_fee": False, "orphan": False, "elderly_nursing_monthly": 0,
}  # fmt: skip


def either(*values: bool | None) -> bool | None:
    return True if True in values else None if None in values else False


def both(*values: bool | None) -> bool | None:
    return False if False in values else None if None in values else True


def verdict(holds: bool | None) -> str:
    return {True: "entitled", False: "not", None: "unknown"}[holds]


def test_guangxi_nursing_is_severe_with_care_or_mental_three_and_four(library: Library) -> None:
    policy = library.policy("nursing-allowance", division=COUNTY, as_of=DAY)
    levels, mentals = (None, 1, 2, 3, 4), (None, 0, 1, 2, 3, 4)
    for level, mental, care, elderly in product(levels, mentals, (None, True, False), (None, 0, 8_999, 9_000)):
        severe = None if level is None else level <= 2
        added = None if mental is None else mental >= 3
        lesser = None if elderly is None else elderly < 9_000
        expected = verdict(both(either(both(severe, care), added), lesser))
        facts = PLAIN | {"level": level, "mental_level": mental, "needs_long_term_care": care}
        found = determine(policy, facts | {"elderly_nursing_monthly": elderly}, DAY)
        assert found.verdict.value == expected, (level, mental, care, elderly)
        assert found.amount_fen == (None if expected == "not" else 9_000)


def test_guangxi_living_is_covered_and_held_with_none_of_three_benefits(library: Library) -> None:
    policy = library.policy("living-allowance", division=COUNTY, as_of=DAY)
    names = ("minimum_living_allowance", "extreme_poverty_support", "work_injury_nursing_fee", "orphan")
    for values in product((None, True, False), repeat=4):
        covered, *others = values
        expected = verdict(both(covered, *(None if other is None else not other for other in others)))
        found = determine(policy, PLAIN | dict(zip(names, values, strict=True)), DAY)
        assert found.verdict.value == expected, values


@pytest.mark.parametrize(
    ("policy", "order"),
    [
        (
            "living-allowance",
            ["deceased", "moved_out", "extreme_poverty", "work_injury", "cert_expired", "orphan", "not_minimum_living"],
        ),
        (
            "nursing-allowance",
            ["deceased", "moved_out", "extreme_poverty", "work_injury", "cert_expired", "level", "no_care", "elderly"],
        ),
    ],
)
def test_reasons_come_in_the_order_of_the_finding(library: Library, policy: str, order: list[str]) -> None:
    facts = PLAIN | {
        "deceased": True, "moved_out": True, "extreme_poverty_support": True, "work_injury_nursing_fee": True,
        "certificate_until": date(2020, 1, 1), "orphan": True, "minimum_living_allowance": False, "level": 4,
        "mental_level": 0, "needs_long_term_care": False, "elderly_nursing_monthly": 9_000,
    }  # fmt: skip
    found = determine(library.policy(policy, division=COUNTY, as_of=DAY), facts, DAY)
    assert [condition.code for condition in found.failed] == order


@pytest.mark.parametrize(
    ("policy", "division", "facts", "fen"),
    [
        ("living-allowance", 510104, {}, 10_000),
        ("nursing-allowance", 510104, {"level": 2}, 8_000),
        ("nursing-allowance", 310101, {"level": 1}, 35_000),
        ("living-allowance", 610724, {"birth_date": date(2010, 1, 1)}, 10_000),
        ("living-allowance", 350502, {}, 12_100),
        ("nursing-allowance", 350502, {"level": 2, "minimum_living_allowance": False}, 8_500),
        ("living-allowance", 330106, {}, None),
        ("nursing-allowance", 110101, {"level": 1}, None),
    ],
)
def test_the_same_rule_pays_what_each_province_publishes(
    library: Library, policy: str, division: int, facts: dict[str, Value], fen: int | None
) -> None:
    known = PLAIN | {"minimum_living_allowance": True, "low_income_margin": False, "needs_long_term_care": True}
    found = determine(library.policy(policy, division=division, as_of=DAY), known | {"category": 4} | facts, DAY)
    assert found.verdict.value == "entitled"
    assert found.amount_fen == fen
    assert (found.amount_reason == "") == (fen is not None)


PUBLISHED: dict[int, tuple[tuple[int | None, ...], tuple[int | None, ...]]] = {
    # what is paid in November 2026 for levels 1 to 4 (living) and 1 to 2 (nursing), in yuan; None: not known
    120101: ((300, 300, 160, 160), (200, 200)), 130102: ((106,) * 4, (100, 100)), 130110: ((110,) * 4, (None, None)),
    140105: ((122,) * 4, (122, 122)), 210102: ((90,) * 4, (90, 90)), 220102: ((99,) * 4, (93, 93)),
    310101: ((450,) * 4, (350, 180)), 340102: ((94,) * 4, (94, 94)), 350112: ((None,) * 4, (145, 121)),
    350502: ((121,) * 4, (145, 121)), 360102: ((110,) * 4, (110, 110)), 370102: ((None,) * 4, (None, None)),
    370602: ((214, 214, 161, 161), (193, 161)), 410102: ((None,) * 4, (None, None)), 420102: ((110,) * 4, (125, 125)),
    430102: ((110,) * 4, (110, 110)), 440103: ((217,) * 4, (290, 290)), 450803: ((90,) * 4, (90, 90)),
    460107: ((None,) * 4, (None, None)), 469007: ((130,) * 4, (290, 190)), 500101: ((100,) * 4, (110, 100)),
    510104: ((100,) * 4, (110, 80)), 520102: ((None,) * 4, (110, 90)), 530102: ((100,) * 4, (110, 100)),
    540102: ((144,) * 4, (288, 288)), 610724: ((60,) * 4, (120, 80)), 630102: ((120, 120, 70, 70), (100, 100)),
    640104: ((240, 200, 120, 115), (130, 130)), 640202: ((None,) * 4, (None, None)), 650102: ((140,) * 4, (140, 140)),
    150102: ((None,) * 4, (None, None)), 230102: ((None,) * 4, (None, None)), 620102: ((None,) * 4, (None, None)),
}  # fmt: skip


@pytest.mark.parametrize("division", PUBLISHED)
def test_both_allowances_of_a_place_are_what_it_published(library: Library, division: int) -> None:
    facts = PLAIN | {
        "minimum_living_allowance": True, "needs_long_term_care": True, "category": 4, "mental_level": 0,
        "birth_date": date(1980, 1, 1),
    }  # fmt: skip
    for policy, sums in zip(("living-allowance", "nursing-allowance"), PUBLISHED[division], strict=True):
        for level, yuan in enumerate(sums, start=1):
            law = library.policy(policy, division=division, as_of=DAY)
            found = determine(law, facts | {"level": level}, DAY)
            assert found.verdict.value == "entitled"
            assert found.amount_fen == (None if yuan is None else yuan * 100), (policy, level)
            assert bool(found.amount_reason) == (yuan is None)


@pytest.mark.parametrize(
    ("division", "category", "level", "verdict"),
    [
        (140105, 6, 3, "entitled"), (140105, 5, 4, "entitled"), (140105, 4, 3, "not"), (140105, 7, 3, "unknown"),
        (440103, 6, 3, "unknown"), (440103, 6, 4, "not"), (440103, 4, 3, "not"), (330106, 6, 3, "not"),
    ],
)  # fmt: skip
def test_only_where_the_province_says_so_nursing_reaches_beyond_level_two(
    library: Library, division: int, category: int, level: int, verdict: str
) -> None:
    facts = PLAIN | {"needs_long_term_care": True, "category": category, "level": level}
    law = library.policy("nursing-allowance", division=division, as_of=DAY)
    assert determine(law, facts, DAY).verdict.value == verdict


def office(folder: Path, standard: str, row: str) -> Path:
    """An office's own content: one published standard of its place."""
    (folder / "standards").mkdir(parents=True)
    text = f"from,division,amount,unit,source\n{row}\n"
    (folder / "standards" / f"{standard}.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_county_that_pays_more_breaks_no_worked_example_of_its_province(content: Path, tmp_path: Path) -> None:
    for policy in ("living-allowance", "nursing-allowance"):
        folder = tmp_path / "packs" / "cn-450803" / policy
        folder.mkdir(parents=True)
        (folder / "policy.toml").write_text(
            f'extends = "cn/{policy}"\n[[basis]]\ntitle = "虚构的县文件"\nnumber = "虚构〔2026〕2号"\n',
            encoding="utf-8",
        )
        row = "name,from,amount,unit,source\nstandard,2026-07-01,110,元/月,虚构〔2026〕2号\n"
        (folder / "rates.csv").write_text(row, encoding="utf-8")
    library = load_library(content, tmp_path)
    own = library.policy("living-allowance", division=COUNTY, as_of=DAY)
    assert determine(own, PLAIN | {"minimum_living_allowance": True}, DAY).amount_fen == 11_000
    assert [e.id for e in read_examples(library, []) if not run_example(library, e).holds] == []


def test_a_county_adds_its_published_standard_and_the_percentage_is_known(content: Path, tmp_path: Path) -> None:
    own = office(tmp_path / "office", "minimum_living", "2026-01-01,330106,1234.50,元/月,虚构的公布标准")
    library = load_library(content, own)
    policy = library.policy("living-allowance", division=330106, as_of=DAY)
    found = determine(policy, PLAIN | {"minimum_living_allowance": True}, DAY)
    assert found.amount_fen == 37_035  # 30 % of 1,234.50 元
    elsewhere = library.policy("living-allowance", division=330203, as_of=DAY)
    assert determine(elsewhere, PLAIN | {"minimum_living_allowance": True}, DAY).amount_fen is None


def test_a_reward_in_minimum_wages_needs_the_minimum_wage(content: Path, tmp_path: Path) -> None:
    own = office(tmp_path / "office", "minimum_wage", "2026-01-01,64,2000,元/月,虚构的公布标准")
    facts = {"organisation_type": 3, "over_quota_staff": 150}  # 1.5 persons
    for contents, fen in (((content,), None), ((content, own), 1_500_000)):
        policy = load_library(*contents).policy("over-quota-reward", division=640104, as_of=DAY)
        assert determine(policy, facts, DAY).amount_fen == fen
