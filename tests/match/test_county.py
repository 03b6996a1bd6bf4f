"""The main job on generated counties, messy as real ones are, against the two policies written out by hand."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.match.county import CARE, DEATHS, INJURY, MOVED, PAYROLL, REGISTER, RETURN, ROSTER, Writer
from tests.match.oracle import LIVING, NURSING, Truth, finding, verdict
from tests.match.people import AS_OF, COUNTY, draw_people
from zhucan.files.tables import account
from zhucan.match.places import load_places
from zhucan.match.result import Line, MatchResult
from zhucan.match.run import run_match
from zhucan.rules.content import shipped_content

ENTITLED = {"missed", "bank_failed", "duplicate_two", "duplicate_same", "wrong_amount", "ok"}
WRONG = {"deceased", "moved_out", "extreme_poverty", "work_injury", "cert_expired"}
ALL = ENTITLED | {"none", "unknown_receiving", "unknown_not_receiving"} | {f"wrong_{reason}" for reason in WRONG}
FINDINGS = {
    LIVING: ALL | {"wrong_orphan", "wrong_not_minimum_living"},
    NURSING: ALL | {"wrong_level", "wrong_no_care", "wrong_elderly"},
}


@dataclass
class County:
    people: dict[str, Truth]
    writer: Writer
    folder: Path
    result: MatchResult

    def lines(self, policy: str) -> dict[str, Line]:
        return {line.person.citizen_id: line for line in self.result.lines if line.policy == policy}


def make(folder: Path, seed: int, size: int = 900) -> County:
    draw = random.Random(seed)
    places = load_places(COUNTY, [shipped_content()])
    people = draw_people(draw, size, places)
    writer = Writer(people, places, draw)
    writer.write(folder)
    return County({truth.number: truth for truth in people}, writer, folder, run(folder))


def run(folder: Path) -> MatchResult:
    return run_match(folder, COUNTY, AS_OF, content=[shipped_content()])


@pytest.fixture(scope="module", params=[1, 2])
def county(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> County:
    return make(tmp_path_factory.mktemp("county"), request.param)


@pytest.mark.parametrize("policy", [LIVING, NURSING])
def test_every_verdict_and_finding_is_the_one_worked_out_by_hand(county: County, policy: str) -> None:
    lines = county.lines(policy)
    assert set(lines) == set(county.people)
    found = {number: (line.verdict, line.finding) for number, line in lines.items()}
    expected = {n: (verdict(t, policy, AS_OF), finding(t, policy, AS_OF)) for n, t in county.people.items()}
    assert found == expected
    assert FINDINGS[policy] - {line.finding for line in lines.values()} == set()


@pytest.mark.parametrize("policy", [LIVING, NURSING])
def test_money_is_what_arrived_and_what_is_due(county: County, policy: str) -> None:
    for number, line in county.lines(policy).items():
        arrived = [paid for paid in county.people[number].paid[policy] if paid.arrived and paid.fen]
        assert line.paid_fen == sum(paid.fen for paid in arrived)
        assert line.receiving is bool(arrived)
        assert line.amount_fen == (None if line.verdict == "not" else 9000)


def test_reasons_questions_and_months_are_in_words(county: County) -> None:
    for line in county.result.lines:
        if line.finding.startswith("wrong_") or line.finding in ("missed", "bank_failed"):
            assert line.reason
            assert line.basis
        if line.policy in (LIVING, NURSING) and line.verdict == "unknown":
            assert line.missing
            assert line.question.endswith("？")
        if line.verdict == "not":
            assert line.months is None
        elif line.months is not None:
            assert 0 <= line.months <= 12


def test_rows_that_are_no_persons_are_counted_by_class(county: County) -> None:
    found = county.result.rejected_classes
    assert {name: counts["roster"] for name, counts in found.items() if counts["roster"]} == {
        name: count for name, count in county.writer.classes.items() if count
    }
    assert found["id_destroyed"]["other"] == 1


def test_every_row_has_one_outcome(county: County) -> None:
    for source in county.result.files:
        counts = account(source.tables)
        assert counts.read > 0
        assert counts.balanced
    for state in county.result.feeds:
        assert state.account is None or state.account.balanced


def test_payments_to_others_are_strays(county: County) -> None:
    assert sorted(stray.citizen_id for stray in county.result.strays) == sorted(county.writer.strays)
    assert {stray.policy for stray in county.result.strays} == {LIVING, NURSING}
    assert all(stray.paid_fen == 9000 for stray in county.result.strays)


def test_certificates_that_end_are_counted(county: County) -> None:
    last = {truth.number: truth.until for truth in county.people.values() if truth.until}
    soon = {n for n, day in last.items() if AS_OF <= day <= AS_OF.replace(year=2027, month=5)}
    assert {person.citizen_id for person in county.result.expiring} == soon
    assert county.result.expired == sum(day < AS_OF for day in last.values())
    dead = sum(t.died is not None and t.died <= AS_OF for t in county.people.values())
    assert county.result.alive == len(county.people) - dead


def test_persons_stand_in_the_order_of_divisions_under_random_codes(county: County) -> None:
    persons = county.result.persons
    assert [(p.township, p.village) for p in persons] == sorted((p.township, p.village) for p in persons)
    assert len({person.code for person in persons}) == len(persons)
    assert [person.code for person in persons] != sorted(person.code for person in persons)
    assert all(person.village == county.people[person.citizen_id].village for person in persons)


def test_nothing_is_presumed_when_every_list_is_there(county: County) -> None:
    assert county.result.presumptions == []
    assert not any(line.leans_on for line in county.result.lines)


def test_questions_settle_every_open_verdict(county: County) -> None:
    unknown = [line for line in county.result.lines if line.finding.startswith("unknown_")]
    assert sum(question.settles for question in county.result.questions) == len(unknown)
    assert all(question.ask for question in county.result.questions)


def test_with_three_lists_every_presumption_is_named_and_counted(tmp_path: Path) -> None:
    county = make(tmp_path, 3, size=500)
    for file in (CARE, DEATHS, INJURY, MOVED, RETURN):
        (tmp_path / file).unlink()
    result = run(tmp_path)
    expected: Counter[str] = Counter()
    for truth in county.people.values():
        truth.extreme_poverty = truth.work_injury = truth.orphan = False
        truth.elderly_fen, truth.died, truth.moved = 0, None, None
        for policy in (LIVING, NURSING):
            if verdict(truth, policy, AS_OF) == "entitled":
                expected.update({"deceased", "moved_out", "extreme_poverty_support", "work_injury_nursing_fee"})
                expected["orphan" if policy == LIVING else "elderly_nursing_monthly"] += 1
            paid = [one for one in truth.paid[policy] if one.fen]
            expected["payment_arrived"] += bool(paid)
    assert {one.fact: one.verdicts for one in result.presumptions} == dict(expected)
    assert {one.list_title for one in result.presumptions} >= {"死亡人员信息", "户籍迁出名单", "银行代发回盘文件"}
    findings = Counter(line.finding for line in result.lines if line.policy in (LIVING, NURSING))
    assert findings["missed"] > 0
    assert findings["bank_failed"] == 0


def test_without_a_payroll_nobody_is_said_not_to_receive(tmp_path: Path) -> None:
    county = make(tmp_path, 4, size=300)
    (tmp_path / PAYROLL).unlink()
    result = run(tmp_path)
    assert {line.finding for line in result.lines} == {"not_compared"}
    assert {line.receiving for line in result.lines} == {None}
    assert {line.verdict for line in result.lines if line.policy == LIVING} == {"entitled", "not", "unknown"}
    assert result.strays == []
    assert len(result.persons) == len(county.people)


def test_without_a_roster_there_is_nobody_and_no_stray(tmp_path: Path) -> None:
    make(tmp_path, 5, size=300)
    (tmp_path / ROSTER).unlink()
    result = run(tmp_path)
    assert (len(result.persons), len(result.lines), len(result.strays)) == (0, 0, 0)
    assert all(account(source.tables).balanced for source in result.files)


def test_a_payroll_handed_in_twice_is_no_double_payment(tmp_path: Path) -> None:
    county = make(tmp_path, 6, size=300)
    (tmp_path / "05_发放表_202611副本.xlsx").write_bytes((tmp_path / PAYROLL).read_bytes())
    again = run(tmp_path)
    before = Counter((line.policy, line.finding) for line in county.result.lines)
    assert Counter((line.policy, line.finding) for line in again.lines) == before
    copy = next(source for source in again.files if "副本" in source.name)
    assert account(copy.tables).unchanged == account(copy.tables).read > 0


def test_a_payroll_of_another_month_is_left_aside(tmp_path: Path) -> None:
    county = make(tmp_path, 7, size=300)
    result = run_match(tmp_path, COUNTY, AS_OF.replace(month=12), content=[shipped_content()])
    assert {line.finding for line in result.lines if line.policy == LIVING} == {"not_compared"}
    paid = next(source for source in result.files if source.name == PAYROLL)
    assert account(paid.tables).unchanged == account(paid.tables).read
    assert len(county.people) == len(result.persons)


def test_the_register_alone_decides_hardship(tmp_path: Path) -> None:
    county = make(tmp_path, 8, size=300)
    (tmp_path / REGISTER).unlink()
    lines = [line for line in run(tmp_path).lines if line.policy == LIVING]
    assert {line.verdict for line in lines} == {"not", "unknown"}
    asked = {fact for line in lines for fact in line.missing}
    assert "minimum_living_allowance" in asked
    assert len(lines) == len(county.people)
