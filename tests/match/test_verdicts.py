"""Verdicts lean on what was presumed; findings and months follow from verdicts and payments."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.match.oracle import Paid, Truth, finding
from tests.match.people import AS_OF
from tests.match.tables import NUMBER, OTHER, PLACES, roster, table
from zhucan.match.facts import FactTable, Said, Stating, build_facts
from zhucan.match.findings import Finder, entitled_findings, yuan
from zhucan.match.link import Link
from zhucan.match.receipts import Payment, Receipts
from zhucan.match.settings import CountsFrom, Settings, load_settings
from zhucan.match.verdicts import Verdicts, judge, reads
from zhucan.rules.content import shipped_content
from zhucan.rules.determine import Verdict
from zhucan.rules.errors import ContentError
from zhucan.rules.library import Library, load_library

FACTS = """
[[fact]]
id = "{id}"
zh = "{zh}"
en = "{id}"
type = "yes_no"
{more}
"""
RULES = """
[[condition]]
id = "either"
when = "{when}"
basis = "某文件"
else = "不符合"

[outcome]
kind = "cash"
amount = 'yuan("50")'
rounding = "fen"
"""
POLICY = """
id = "small-aid"
zh = "小额补助"
en = "small aid"
subject = "person"
decides = "县级"
pays = "县级"
accepts = "乡镇"
rhythm = "month"
materials = []
fund_sources = []
notes = ""
deadline = ""

[[basis]]
title = "某文件"
number = "某号"
issued = "2020"
"""


def library(folder: Path, when: str) -> Library:
    """A vocabulary of three facts, two of them presumable, and one policy."""
    (folder / "vocabulary" / "codes").mkdir(parents=True)
    facts = [("first", "甲", "presume = false"), ("second", "乙", "presume = false"), ("third", "丙", "")]
    text = "".join(FACTS.format(id=id_, zh=zh, more=more) for id_, zh, more in facts)
    (folder / "vocabulary" / "person.toml").write_text(text, encoding="utf8")
    pack = folder / "packs" / "cn" / "small-aid"
    pack.mkdir(parents=True)
    (pack / "policy.toml").write_text(POLICY, encoding="utf8")
    (pack / "2020-01-01.toml").write_text(RULES.format(when=when), encoding="utf8")
    return load_library(folder)


@pytest.mark.parametrize(
    ("when", "verdict", "leaning"),
    [
        ("not first", Verdict.ENTITLED, ("first",)),
        ("not first and not second", Verdict.ENTITLED, ("first", "second")),
        ("not first or not second", Verdict.ENTITLED, ("first", "second")),
        ("not first and third", Verdict.UNKNOWN, ()),
        ("first", Verdict.NOT, ("first",)),
        ("third", Verdict.UNKNOWN, ()),
    ],
)
def test_a_verdict_leans_on_what_would_change_it(
    tmp_path: Path, when: str, verdict: Verdict, leaning: tuple[str, ...]
) -> None:
    made = library(tmp_path, when)
    known = FactTable(made.vocabulary, 1, {"first": [False], "second": [False]}, {"first": [0], "second": [0]})
    (found,) = judge(made.policies(division=450803, as_of=AS_OF), known, AS_OF)
    assert found.verdicts == [verdict]
    assert found.leaning.get(0, ()) == leaning
    assert reads(found.policy) == {word for word in ("first", "second", "third") if word in when}


def test_nobody_has_no_verdicts(tmp_path: Path) -> None:
    made = library(tmp_path, "first")
    (found,) = judge(made.policies(division=450803, as_of=AS_OF), FactTable(made.vocabulary, 0), AS_OF)
    assert (found.verdicts, found.amounts) == ((), ())


def payment(fen: int, place: str = "甲镇", months: int = 1, *, arrived: bool = True) -> Payment:
    made = table("payroll", [{"amount": fen / 100}])
    return Payment("small-aid", 0, NUMBER, "某", place, fen, months, arrived, "", made.source, made.rows[0].number)


def of_entitled(payments: list[Payment], rate_fen: int | None, folder: Path) -> str:
    """The finding on one entitled person with this rate and these payments."""
    (policy,) = library(folder, "first").policies(division=450803, as_of=AS_OF)
    verdicts = Verdicts(policy, (Verdict.ENTITLED,), (rate_fen,), {})
    return entitled_findings(verdicts, {0: payments} if payments else {})[0]


@pytest.mark.parametrize(
    ("payments", "found"),
    [
        ([], "missed"),
        ([payment(9000, arrived=False)], "bank_failed"),
        ([payment(9000), payment(9000, "乙镇", arrived=False)], "duplicate_two"),
        ([payment(9000), payment(9000)], "duplicate_same"),
        ([payment(8000)], "wrong_amount"),
        ([payment(27000, months=3)], "ok"),
        ([payment(9000)], "ok"),
    ],
)
def test_the_first_finding_that_fits(payments: list[Payment], found: str, tmp_path: Path) -> None:
    assert of_entitled(payments, 9000, tmp_path) == found
    truth = Truth(NUMBER, "某", 1, 1, 1, 1, None, AS_OF, AS_OF, care=True)
    truth.paid["nursing-allowance"] = [
        Paid(one.place, one.amount_fen, one.months, ("0000",) if one.arrived else ("1",)) for one in payments
    ]
    assert finding(truth, "nursing-allowance", AS_OF) == found


def test_an_unpublished_rate_makes_no_amount_wrong(tmp_path: Path) -> None:
    assert of_entitled([payment(8000)], None, tmp_path) == "ok"


@pytest.mark.parametrize(
    ("issued", "start", "months"),
    [
        ("2015-01-01", "2019.01", 12), ("2015-01-01", "2026.11", 1), ("2026-08-20", "2019.01", 4),
        ("", "2019.01", None),
        ("2015-01-01", "", None), ("2026-01-05", "2026.03", 9), ("2027-01-01", "2019.01", 0),
    ],
)  # fmt: skip
def test_months_count_from_the_latest_day(issued: str, start: str, months: int | None) -> None:
    made = load_library(shipped_content())
    found, _ = roster({"citizen_id": NUMBER, "issued": issued, "until": "2040-01-01"}, {"citizen_id": OTHER})
    register = table(
        "minimum_living_register",
        [{"citizen_id": NUMBER, "covered": "是", "aid_category": "农村低保", "state": "在保", "start": start}],
    )
    said = Said(AS_OF)
    links = [Link(register, register.rows[0], 0, NUMBER)]
    Stating(register.feed, made.vocabulary, PLACES).add(links, said)
    facts = build_facts(found.holders, said, made.vocabulary, AS_OF)
    (verdicts,) = judge([made.policy("living-allowance", division=450803, as_of=AS_OF)], facts, AS_OF)
    receipts = Receipts("2026-11", compared={"living-allowance"})
    first, second = Finder(facts, receipts, load_settings([shipped_content()]), AS_OF).findings(verdicts)
    assert first.months == months
    assert second.verdict is Verdict.NOT
    assert second.months is None


def test_settings_are_those_of_the_last_folder(tmp_path: Path) -> None:
    shipped = load_settings([shipped_content()])
    assert (shipped.certificate_years, shipped.expiring_months, shipped.most_months) == (10, 6, 12)
    own = tmp_path / "indicators"
    own.mkdir()
    text = 'certificate_years = 5\nexpiring_months = 3\nmost_months = 6\narrived = ["OK"]\n'
    text += '[[counts_from]]\nfact = "student"\nday = "birth_date"\n'
    (own / "matching.toml").write_text(text, encoding="utf8")
    expected = Settings(5, 3, 6, frozenset({"OK"}), (CountsFrom("student", "birth_date"),))
    assert load_settings([shipped_content(), tmp_path]) == expected
    with pytest.raises(FileNotFoundError):
        load_settings([tmp_path / "nothing"])


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("certificate_years = 5\n", "", 1, "certificate_years 应是 1 以上的整数"),
        ("most_months = 6", "most_months = 0", 3, "most_months 应是 1 以上的整数"),
        ("most_months = 6", 'most_months = "6"', 3, "most_months 应是整数"),
        ('arrived = ["OK"]', "arrived = []", 1, "没有写 arrived"),
        ("expiring_months", "expiring_month", 2, "不认识 expiring_month"),
        ("most_months = 6", "most_months = = 6", 3, ""),
    ],
)
def test_mistakes_in_settings_are_told_with_their_line(
    tmp_path: Path, old: str, new: str, line: int, what: str
) -> None:
    text = 'certificate_years = 5\nexpiring_months = 3\nmost_months = 6\narrived = ["OK"]\n'
    (tmp_path / "indicators").mkdir()
    (tmp_path / "indicators" / "matching.toml").write_text(text.replace(old, new), encoding="utf8")
    with pytest.raises(ContentError) as caught:
        load_settings([tmp_path])
    assert any(fault.line == line and what in fault.what and fault.remedy for fault in caught.value.faults)


def test_sums_are_written_in_yuan() -> None:
    assert (yuan(9000), yuan(9005), yuan(0)) == ("90", "90.05", "0")
    assert date(2026, 11, 1) == AS_OF
