"""Matching from the register: what an officer sees after a list came in, a fact changed, or a finding was settled."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories import people
from zhucan.base.permissions import SYSTEM
from zhucan.exchange.models import Finding, Load
from zhucan.exchange.operations.revisions import bump
from zhucan.policies.library import library
from zhucan.policies.models import AdoptedPolicy, Matching, Verdict
from zhucan.policies.operations.listening import ask_for_matching
from zhucan.policies.operations.matching import match_county
from zhucan.policies.queries.matching import matrix
from zhucan.registry.models import BankReturn, Coverage, Fact, Person, Receipt
from zhucan.registry.operations.facts import record_fact
from zhucan.rules.determine import determine

pytestmark = pytest.mark.django_db

AS_OF, ON = date(2026, 11, 1), date(2026, 11, 21)
LIVING, NURSING = "living-allowance", "nursing-allowance"
LISTS = (
    "deaths",
    "moved_out",
    "extreme_poverty",
    "work_injury",
    "orphans",
    "elderly_subsidy",
    "minimum_living_register",
)
POOR = {"minimum_living_allowance": True}


@pytest.fixture
def load() -> Load:
    place = people.make_divisions()
    return Load.objects.create(key="test", division=place.county, place=place.county.path, as_of=AS_OF)


def cover(load: Load, *feeds: str) -> None:
    for feed in feeds:
        Coverage.objects.create(load=load, county=people.COUNTY, feed=feed)


def cover_payroll(load: Load, policy: str, feed: str = "payroll") -> None:
    Coverage.objects.create(load=load, county=people.COUNTY, feed=feed, policy=policy, period=AS_OF)


def pay(
    person: Person | None, policy: str, fen: int = 9000, *, place: str = "八塘街道", number: bytes = b""
) -> Receipt:
    return Receipt.objects.create(
        county=people.COUNTY, person=person, payee_blind=number or bytes(16), payer="民政", policy=policy, period=AS_OF,
        amount_fen=fen, place=people.COUNTY_PATH, place_name=place,
    )  # fmt: skip


def run(**more: object) -> Matching:
    bump(people.COUNTY)
    return match_county(county=people.COUNTY, by=SYSTEM, on=ON, as_of=AS_OF, **more)


def finding_of(person: Person, policy: str) -> str | None:
    return Finding.objects.filter(person=person, policy=policy, gone_at=None).values_list("code", flat=True).first()


def state_of(person: Person, policy: str) -> str:
    return next(row.state for row in matrix(person.pk, people.COUNTY, as_of=AS_OF) if row.policy == policy)


def test_who_is_entitled_and_not_on_the_payroll_is_missed_and_who_is_paid_is_not(load: Load) -> None:
    unpaid, paid = people.make_person("韦一"), people.make_person("韦二")
    for person in (unpaid, paid):
        people.add_facts(person, POOR, source="民政", feed="minimum_living_register")
    cover(load, "roster", *LISTS)
    cover_payroll(load, LIVING)
    pay(paid, LIVING)
    run()
    assert finding_of(unpaid, LIVING) == "missed"
    assert finding_of(paid, LIVING) is None
    assert (state_of(unpaid, LIVING), state_of(paid, LIVING)) == ("entitled_not_receiving", "entitled_receiving")
    found = Finding.objects.get(person=unpaid, policy=LIVING)
    assert (found.kind, found.fen, found.place) == ("missed", 9000, people.GAOLING)


def test_without_a_payroll_nobody_is_called_not_receiving(load: Load) -> None:
    person = people.make_person("韦一")
    people.add_facts(person, POOR, source="民政", feed="minimum_living_register")
    cover(load, "roster", *LISTS)
    run()
    assert finding_of(person, LIVING) is None
    assert state_of(person, LIVING) == "entitled_not_compared"
    assert Verdict.objects.get(person=person, policy=LIVING).receiving is None


def test_what_the_bank_returned_has_not_arrived(load: Load) -> None:
    person = people.make_person("韦一")
    people.add_facts(person, POOR, source="民政", feed="minimum_living_register")
    cover(load, "roster", *LISTS)
    cover_payroll(load, LIVING)
    receipt = pay(person, LIVING)
    run()
    assert finding_of(person, LIVING) is None  # presumed arrived, and said so
    assert "payment_arrived" in Verdict.objects.get(person=person, policy=LIVING).leans_on
    cover_payroll(load, LIVING, "bank_return")
    BankReturn.objects.create(receipt=receipt, arrived=False, said="账号不存在", load=load)
    run()
    assert finding_of(person, LIVING) == "bank_failed"
    assert "账号不存在" in Finding.objects.get(person=person, policy=LIVING).remark


def test_money_to_somebody_who_is_not_on_the_register_is_told(load: Load) -> None:
    people.make_person("韦一")
    cover(load, "roster", *LISTS)
    cover_payroll(load, LIVING)
    pay(None, LIVING, 9000, number=b"x" * 16)
    pay(None, LIVING, 9000, number=b"x" * 16)
    run()
    stray = Finding.objects.get(kind="stray")
    assert (stray.fen, stray.person_id, stray.policy) == (18000, None, LIVING)


def test_the_table_of_verdicts_says_what_the_reference_interpreter_says(load: Load) -> None:
    made = [
        people.make_person("甲", level=1),
        people.make_person("乙", level=3, category=6),
        people.make_person("丙", level=2, until=date(2026, 10, 1)),
        people.make_person("丁", level=None),
    ]
    care: list[bool | None] = [True, None, True, False]
    for person, needs in zip(made, care, strict=True):
        people.add_facts(person, {"needs_long_term_care": needs})
        if needs:
            people.add_facts(person, POOR, source="民政", feed="minimum_living_register")
    cover(load, "roster", *LISTS)
    cover_payroll(load, NURSING)
    run()
    policies = library().policies(division=people.COUNTY, as_of=AS_OF, subject="person")
    answers = {"entitled": 1, "not": 2, "unknown": 3}
    told = {each["id"] for each in Matching.objects.get().numbers["policies"]}
    for person in made:
        said = {row.policy: row for row in matrix(person.pk, people.COUNTY, as_of=AS_OF)}
        held = dict(Verdict.objects.filter(person=person).values_list("policy", "answer"))
        for policy in policies:
            if policy.id in told:
                facts = _facts_of(person)
                verdict = determine(policy, facts, AS_OF).verdict.value
                assert held.get(policy.id, 2) == answers[verdict]
                assert [row.holds for row in said[policy.id].conditions] == [
                    result.holds for result in determine(policy, facts, AS_OF).results
                ]


def _facts_of(person: Person) -> dict[str, object]:
    """The facts as a slow reader would gather them: what is stated, and what complete lists say by silence."""
    from zhucan.registry.values import decode

    vocabulary = library().vocabulary
    facts: dict[str, object] = {
        "deceased": False, "moved_out": False, "extreme_poverty_support": False, "work_injury_nursing_fee": False,
        "orphan": False, "unsupported_child": False, "elderly_nursing_monthly": 0, "minimum_living_allowance": False,
    }  # fmt: skip
    for row in Fact.objects.filter(person=person):
        if row.value is not None:
            facts[row.fact] = decode(vocabulary.fact(row.fact), row.value)
    category, level = facts.get("category"), facts.get("level")
    facts["mental_level"] = _aggregated("mental_level", category, level)
    facts["intellectual_level"] = _aggregated("intellectual_level", category, level)
    return {name: value for name, value in facts.items() if value is not None}


def _aggregated(fact: str, category: object, level: object) -> int | None:
    aggregate = library().vocabulary.fact(fact).aggregate
    assert aggregate is not None
    wanted = 6 if fact == "mental_level" else 5
    if category != wanted:
        return aggregate.none
    return level if isinstance(level, int) else None


def test_one_changed_fact_is_seen_on_the_list_and_in_the_matrix_at_once(
    load: Load, django_capture_on_commit_callbacks: object
) -> None:
    person, other = people.make_person("韦一", level=1), people.make_person("韦二", level=1)
    cover(load, "roster", *LISTS)
    cover_payroll(load, NURSING)
    run()
    assert finding_of(person, NURSING) == "unknown_not_receiving"
    number = Finding.objects.get(person=person, policy=NURSING).number
    with django_capture_on_commit_callbacks(execute=True):
        record_fact(
            person=person,
            fact="needs_long_term_care",
            value=True,
            source="入户",
            by=people.make_actor(),
            on=ON,
            observed=AS_OF,
        )
    assert finding_of(person, NURSING) == "missed"
    assert state_of(person, NURSING) == "entitled_not_receiving"
    assert finding_of(other, NURSING) == "unknown_not_receiving"
    assert Finding.objects.get(person=person, policy=NURSING).number == number


def test_a_settled_finding_stays_closed_until_a_fact_it_rests_on_changes(load: Load) -> None:
    person = people.make_person("韦一", level=1)
    cover(load, "roster", *LISTS)
    cover_payroll(load, NURSING)
    run()
    finding = Finding.objects.get(person=person, policy=NURSING)
    finding.settled_at, finding.verdict, finding.settled_evidence = finding.opened_at, "true", finding.evidence
    finding.save()
    people.add_facts(person, {"marital": 20})  # the policy does not read it
    run()
    finding.refresh_from_db()
    assert finding.state == "closed"
    people.add_facts(person, {"certificate_until": date(2031, 1, 1)})
    run()
    finding.refresh_from_db()
    assert finding.state == "open"


def test_matching_again_writes_nothing_and_a_rerun_after_undo_brings_back_the_same_finding(load: Load) -> None:
    person = people.make_person("韦一")
    people.add_facts(person, POOR, source="民政", feed="minimum_living_register")
    cover(load, "roster", *LISTS)
    cover_payroll(load, LIVING)
    first = run()
    before = list(Finding.objects.order_by("id").values_list("id", "number", "code", "evidence"))
    assert first.changed > 0
    assert run().changed == 0
    receipt = pay(person, LIVING)
    run()
    assert finding_of(person, LIVING) is None
    Receipt.objects.filter(pk=receipt.pk).update(withdrawn_at=first.started_at)
    run()
    assert list(Finding.objects.order_by("id").values_list("id", "number", "code", "evidence")) == before


def test_a_merged_person_speaks_through_the_one_he_is_merged_into(load: Load) -> None:
    kept, other = people.make_person("韦一"), people.make_person("韦一")
    people.add_facts(other, POOR, source="民政", feed="minimum_living_register")
    cover(load, "roster", *LISTS)
    cover_payroll(load, LIVING)
    pay(other, LIVING)
    Person.objects.filter(pk=other.pk).update(merged_into=kept)
    bump(people.COUNTY)
    run()
    assert state_of(kept, LIVING) == "entitled_receiving"
    assert not Verdict.objects.filter(person=other).exists()


def test_certificates_ending_within_six_months_are_listed_the_last_day_included(load: Load) -> None:
    ends = {"在内": date(2027, 5, 2), "太晚": date(2027, 5, 3), "已过期": date(2026, 11, 1)}
    made = {name: people.make_person("韦一", until=until) for name, until in ends.items()}
    cover(load, "roster")
    run()
    listed = set(Finding.objects.filter(kind="expiry", gone_at=None).values_list("person_id", flat=True))
    assert listed == {made["在内"].pk}


def test_what_was_law_is_kept_by_its_fingerprint(load: Load) -> None:
    people.make_person("韦一")
    cover(load, "roster")
    run()
    run()
    kept = dict(AdoptedPolicy.objects.values_list("fingerprint", "text"))
    policies = library().policies(division=people.COUNTY, as_of=AS_OF, subject="person")
    assert kept == {each.fingerprint: each.text for each in policies if each.fingerprint in kept}
    assert kept


def test_a_matching_that_failed_can_be_asked_for_again(load: Load) -> None:
    by = people.make_actor()
    first = ask_for_matching(county=people.COUNTY, by=by)
    assert ask_for_matching(county=people.COUNTY, by=by).pk == first.pk
    type(first).objects.filter(pk=first.pk).update(failed_at=first.created_at)
    assert ask_for_matching(county=people.COUNTY, by=by).pk != first.pk
