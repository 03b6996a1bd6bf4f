"""Writing persons: what is refused, what is recorded, what the apps above are told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.factories.people import (
    COUNTY,
    ELSEWHERE,
    GAOLING,
    HEPING,
    TODAY,
    citizen_id,
    make_actor,
    make_person,
)
from zhucan.base.enums import OrganKind, Role
from zhucan.base.errors import Refused
from zhucan.base.models import AuditEvent
from zhucan.base.permissions import NotAllowed, NotHere
from zhucan.exchange.queries.revisions import revision
from zhucan.registry import signals
from zhucan.registry.enums import (
    CertificateState,
    ContactKind,
    HouseholdKind,
    MergeReason,
    PlaceKind,
    RevealReason,
    SecretField,
)
from zhucan.registry.errors import ChangedMeanwhile
from zhucan.registry.models import Fact, Person
from zhucan.registry.operations import persons as writing
from zhucan.registry.operations.facts import record_fact, withdraw_fact
from zhucan.registry.operations.households import (
    add_member,
    create_household,
    create_organisation,
    end_membership,
)
from zhucan.registry.operations.merging import merge_persons, unmerge
from zhucan.registry.operations.reveals import reveal
from zhucan.registry.queries.households import memberships_of, organisations_in
from zhucan.registry.queries.versions import contact_version, fact_version, person_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(django_capture_on_commit_callbacks: Any) -> Any:
    """Runs an operation and returns what the apps above were told: (county, persons)."""
    heard: list[tuple[int, frozenset[int]]] = []

    def listen(sender: object, county: int, person_ids: frozenset[int], **_: object) -> None:
        heard.append((county, person_ids))

    def run(operation: Any, **given: Any) -> list[tuple[int, frozenset[int]]]:
        heard.clear()
        with django_capture_on_commit_callbacks(execute=True):
            operation(**given)
        return list(heard)

    signals.persons_changed.connect(listen)
    yield run
    signals.persons_changed.disconnect(listen)


def test_a_new_person_is_found_recorded_and_told(told: Any) -> None:
    actor, number = make_actor(), citizen_id(date(1980, 2, 3), 21)
    heard = told(writing.create_person, citizen_id=number, name="韦·小燕", place=GAOLING, by=actor, on=TODAY)
    person = Person.objects.get()
    assert (person.name, person.citizen_id, person.place, person.county) == ("韦·小燕", number, GAOLING, COUNTY)
    assert heard == [(COUNTY, frozenset({person.pk}))]
    assert revision(COUNTY) == 1
    event = AuditEvent.objects.get(person_id=person.pk)
    assert (event.action, event.person_id, event.user_id) == ("create_person", person.pk, actor.user_id)
    assert number not in str(event.details)
    known = dict(person.facts.values_list("fact", "value"))
    assert known == {"birth_date": date(1980, 2, 3).toordinal(), "sex": 1}


@pytest.mark.parametrize("number", ["45080319800203021", "450803198002300211", "110101199003070000", ""])
def test_a_number_that_cannot_be_is_refused_with_what_to_do(number: str) -> None:
    with pytest.raises(Refused, match="身份证"):
        writing.create_person(citizen_id=number, name="韦小燕", place=GAOLING, by=make_actor(), on=TODAY)
    assert not Person.objects.exists()


def test_a_number_somebody_has_is_refused_without_telling_whose() -> None:
    there = make_person("黄某人", village=ELSEWHERE)
    with pytest.raises(Refused) as refusal:
        writing.create_person(citizen_id=there.citizen_id, name="韦小燕", place=GAOLING, by=make_actor(), on=TODAY)
    assert "黄" not in str(refusal.value)
    assert "上渡" not in str(refusal.value)
    assert there.citizen_id not in str(refusal.value)


def test_nobody_writes_without_right_or_outside_his_division() -> None:
    person = make_person()
    with pytest.raises(NotAllowed):
        writing.mark_lost(person=person, is_lost=True, by=make_actor(Role.COMMISSIONER), on=TODAY)
    township = make_actor(Role.CLERK, OrganKind.TOWNSHIP, path=450803_100_000)
    with pytest.raises(NotHere):
        writing.mark_lost(person=person, is_lost=True, by=township, on=TODAY)
    with pytest.raises(NotHere):
        writing.set_place(
            person=person, kind=PlaceKind.REGISTERED, place=ELSEWHERE, from_=TODAY, by=make_actor(), on=TODAY
        )
    person.refresh_from_db()
    assert person.lost_at is None
    assert not AuditEvent.objects.exists()


def test_a_corrected_name_is_found_by_its_new_reading_only() -> None:
    person, actor = make_person("单小明"), make_actor()
    before = set(map(bytes, person.search_keys.values_list("token", flat=True)))
    writing.change_person(person=person, name="覃小明", by=actor, on=TODAY)
    after = set(map(bytes, person.search_keys.values_list("token", flat=True)))
    assert before - after
    assert after - before
    assert AuditEvent.objects.get(person_id=person.pk).details == {"fields": "name"}


def test_the_second_editor_is_told_what_changed_and_nothing_is_lost() -> None:
    person, actor = make_person(), make_actor()
    seen = person_version(person)
    writing.change_person(person=person, name="张大明", by=actor, on=TODAY, seen=seen)
    with pytest.raises(ChangedMeanwhile) as refusal:
        writing.change_person(person=person, name="张中明", by=actor, on=TODAY, seen=seen)
    assert refusal.value.changes[0].now == "张大明"
    person.refresh_from_db()
    assert person.name == "张大明"


def test_a_contact_keeps_its_phone_and_goes_when_emptied() -> None:
    person, actor = make_person(phone="13700138000"), make_actor()
    contact = person.contacts.get()
    kept = writing.set_contact(
        person=person, kind=ContactKind.SELF, name="", relation="本人", phone=None, by=actor, on=TODAY,
        seen=contact_version(contact),
    )  # fmt: skip
    assert kept is not None
    assert kept.phone == "13700138000"
    with pytest.raises(ChangedMeanwhile) as refusal:
        writing.set_contact(
            person=person, kind=ContactKind.SELF, name="", relation="", phone="139", by=actor, on=TODAY,
            seen=contact_version(contact),
        )  # fmt: skip
    assert "13700138000" not in str([change.now for change in refusal.value.changes])
    gone = writing.set_contact(person=person, kind=ContactKind.SELF, name="", relation="", phone="", by=actor, on=TODAY)
    assert gone is None
    assert not person.contacts.exists()


def test_moving_within_the_county_moves_the_search_keys_and_keeps_history() -> None:
    person, actor = make_person(), make_actor()
    writing.set_place(person=person, kind=PlaceKind.REGISTERED, place=HEPING, from_=TODAY, by=actor, on=TODAY)
    person.refresh_from_db()
    assert person.place == HEPING
    assert set(person.search_keys.values_list("place", flat=True)) == {HEPING}
    assert list(person.places.order_by("id").values_list("division_id", "until")) == [(GAOLING, TODAY), (HEPING, None)]
    writing.set_place(person=person, kind=PlaceKind.RESIDING, place=GAOLING, from_=TODAY, by=actor, on=TODAY)
    person.refresh_from_db()
    assert person.place == HEPING


def test_a_certificate_is_recorded_with_its_facts_and_refused_when_it_is_anothers() -> None:
    person, actor = make_person(with_certificate=False), make_actor()
    entry = writing.CertificateEntry(f"{person.citizen_id}42", 4, 2, until=date(2030, 1, 1))
    writing.set_certificate(person=person, entry=entry, by=actor, on=TODAY)
    facts = dict(person.facts.filter(fact__startswith="c").values_list("fact", "value"))
    assert facts == {"category": 4, "certificate_until": date(2030, 1, 1).toordinal(), "certificate_state": 1}
    lost = writing.CertificateEntry(f"{person.citizen_id}42", 4, 2, until=date(2030, 1, 1), state=CertificateState.LOST)
    writing.set_certificate(person=person, entry=lost, by=actor, on=TODAY)
    states = person.facts.filter(fact="certificate_state").order_by("id")
    assert list(states.values_list("value", flat=True)) == [1, 3]
    other = writing.CertificateEntry(f"{citizen_id(sequence=77)}42", 4, 2)
    with pytest.raises(Refused, match="不是同一个人"):
        writing.set_certificate(person=person, entry=other, by=actor, on=TODAY)


def test_an_account_needs_its_holder() -> None:
    person, actor = make_person(), make_actor()
    with pytest.raises(Refused):
        writing.set_account(
            person=person, bank="农村信用社", number="62 17", holder="", holder_relation="", by=actor, on=TODAY
        )
    account = writing.set_account(
        person=person, bank="农村信用社", number="6217 0033", holder="张大", holder_relation="父亲", by=actor, on=TODAY
    )
    assert account.number == "62170033"


def test_facts_are_added_never_changed_and_a_withdrawn_one_stays(told: Any) -> None:
    person, actor = make_person(facts={"minimum_living_allowance": True}), make_actor()
    given = {"person": person, "fact": "minimum_living_allowance", "value": False, "source": "入户"}
    heard = told(record_fact, **given, by=actor, on=TODAY)
    assert heard == [(COUNTY, frozenset({person.pk}))]
    rows = list(person.facts.filter(fact="minimum_living_allowance").order_by("id"))
    assert [row.value for row in rows] == [1, 0]
    assert rows[1].observed == TODAY
    assert rows[1].recorded_by_id == actor.user_id
    withdraw_fact(fact=rows[1], by=actor, on=TODAY)
    rows[1].refresh_from_db()
    assert rows[1].withdrawn_at is not None
    assert rows[1].value == 0
    with pytest.raises(Refused, match="已经撤回过"):
        withdraw_fact(fact=rows[1], by=actor, on=TODAY)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"fact": "level", "value": 5}, "残疾等级"),
        ({"fact": "nothing", "value": 1}, "词汇表里没有"),
        ({"fact": "age", "value": 30}, "不能直接填"),
        ({"source": "听说"}, "来源要选"),
        ({"from_": TODAY, "until": TODAY}, "晚于开始日期"),
        ({"observed": date(2027, 1, 1)}, "晚于今天"),
    ],
)
def test_a_fact_that_cannot_be_is_refused(given: dict[str, Any], says: str) -> None:
    person = make_person()
    before = Fact.objects.count()
    usual = {"fact": "minimum_living_allowance", "value": True, "source": "入户"}
    with pytest.raises(Refused, match=says):
        record_fact(person=person, by=make_actor(), on=TODAY, **{**usual, **given})
    assert Fact.objects.count() == before


def test_the_second_who_states_a_fact_is_told_of_the_first() -> None:
    person, actor = make_person(), make_actor()
    seen = fact_version(person, "needs_long_term_care")
    given = {"person": person, "fact": "needs_long_term_care", "source": "入户", "by": actor, "on": TODAY, "seen": seen}
    record_fact(value=True, **given)
    with pytest.raises(ChangedMeanwhile) as refusal:
        record_fact(value=False, **given)
    assert refusal.value.changes[0].now == "是（入户）"


def test_a_merger_is_a_link_and_can_be_taken_back(told: Any) -> None:
    kept, other = make_person(facts={"student": True}), make_person()
    actor = make_actor()
    facts = set(other.facts.values_list("id", flat=True))
    heard = told(merge_persons, kept=kept, other=other, reason=MergeReason.TWO_NUMBERS, by=actor, on=TODAY)
    assert heard == [(COUNTY, frozenset({kept.pk, other.pk}))]
    other.refresh_from_db()
    assert other.merged_into_id == kept.pk
    assert set(other.facts.values_list("id", flat=True)) == facts
    with pytest.raises(Refused, match="已经并入"):
        writing.mark_lost(person=other, is_lost=True, by=actor, on=TODAY)
    with pytest.raises(Refused, match="名下已经并入"):
        merge_persons(kept=make_person(), other=kept, reason=MergeReason.TWO_NUMBERS, by=actor, on=TODAY)
    unmerge(other=other, by=actor, on=TODAY)
    other.refresh_from_db()
    assert other.merged_into_id is None
    with pytest.raises(Refused):
        unmerge(other=other, by=actor, on=TODAY)


def test_a_clerk_may_not_merge() -> None:
    with pytest.raises(NotAllowed):
        merge_persons(
            kept=make_person(), other=make_person(), reason=MergeReason.TWO_NUMBERS, by=make_actor(Role.CLERK), on=TODAY
        )


def test_a_whole_number_is_shown_with_a_reason_recorded_and_so_often_only(settings: Any) -> None:
    person, actor = make_person(phone="13700138000"), make_actor()
    ask = {"person": person, "field": SecretField.CITIZEN, "by": actor, "on": TODAY}
    assert reveal(reason=RevealReason.CASE, note="", **ask) == person.citizen_id
    with pytest.raises(Refused, match="写明"):
        reveal(reason=RevealReason.OTHER, note=" ", **ask)
    reveal(reason=RevealReason.OTHER, note="张小明的女儿来问", **ask)
    events = AuditEvent.objects.filter(action="reveal", person_id=person.pk)
    assert events.count() == 2
    assert "张小明" not in str([event.details for event in events])
    settings.ZHUCAN_REVEALS_PER_HOUR = 2
    with pytest.raises(Refused, match="一小时内最多"):
        reveal(reason=RevealReason.CASE, note="", **ask)


def test_an_organ_cannot_reveal_what_it_does_not_see() -> None:
    person = make_person(account="6217003320001234567")
    village = make_actor(Role.CLERK, OrganKind.VILLAGE, path=GAOLING)
    with pytest.raises(NotAllowed):
        reveal(person=person, field=SecretField.ACCOUNT, reason=RevealReason.CASE, note="", by=village, on=TODAY)


def test_households_of_three_kinds_with_dated_membership() -> None:
    actor, mother, son = make_actor(), make_person("韦大姐"), make_person("韦小弟")
    home = create_household(kind=HouseholdKind.REGISTERED, place=GAOLING, by=actor, on=TODAY)
    living = create_household(kind=HouseholdKind.LIVING, place=GAOLING, by=actor, on=TODAY)
    first = add_member(household=home, person=mother, relation="户主", by=actor, on=TODAY)
    add_member(household=home, person=son, relation="子", from_=date(2020, 1, 1), by=actor, on=TODAY)
    add_member(household=living, person=mother, relation="本人", by=actor, on=TODAY)
    other = create_household(kind=HouseholdKind.REGISTERED, place=GAOLING, by=actor, on=TODAY)
    with pytest.raises(Refused, match="另一个户籍户"):
        add_member(household=other, person=son, by=actor, on=TODAY)
    mine = memberships_of([mother.pk], on=TODAY)
    assert [(one.kind, [person.name for person in one.others]) for one in mine] == [
        (HouseholdKind.REGISTERED, ["韦小弟"]),
        (HouseholdKind.LIVING, []),
    ]
    assert memberships_of([son.pk], on=date(2019, 1, 1)) == []
    end_membership(member=first, until=TODAY, by=actor, on=TODAY)
    assert [one.kind for one in memberships_of([mother.pk], on=TODAY)] == [HouseholdKind.LIVING]
    with pytest.raises(Refused):
        end_membership(member=first, until=TODAY, by=actor, on=TODAY)


def test_an_organisation_is_registered_once() -> None:
    actor = make_actor()
    given = {"kind": "employer", "place": GAOLING, "by": actor, "on": TODAY, "credit_code": "91450803MA5K000000"}
    made = create_organisation(name="港南区福利厂", **given)
    with pytest.raises(Refused, match="已经登记"):
        create_organisation(name="福利厂", **given)
    assert list(organisations_in(actor)) == [made]
    assert not organisations_in(make_actor(path=450821_000_000)).exists()
