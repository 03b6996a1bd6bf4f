"""Suspicions put on the list: same person twice, one phone for many, a certificate of somebody else."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.people import COUNTY, GAOLING, HEPING, TODAY, citizen_id, make_actor, make_person
from zhucan.base import jobs
from zhucan.base.models import Job
from zhucan.base.permissions import SYSTEM
from zhucan.exchange.models import Finding
from zhucan.registry import signals
from zhucan.registry.enums import MergeReason
from zhucan.registry.models import Person
from zhucan.registry.operations.duplicates import refresh_duplicates
from zhucan.registry.operations.merging import merge_persons
from zhucan.registry.queries.duplicates import suspicions
from zhucan.registry.queries.history import duplicates_of

pytestmark = pytest.mark.django_db
BORN = date(1970, 5, 6)


def twins(village: int = GAOLING) -> tuple[Person, Person]:
    return make_person("韦小燕", born=BORN), make_person("韦 小燕", born=BORN, village=village)


def standing() -> set[str]:
    return set(Finding.objects.filter(kind="duplicate", gone_at=None).values_list("code", flat=True))


def test_same_name_birth_date_and_village_is_suspicious_until_merged() -> None:
    first, second = twins()
    make_person("韦小燕", born=date(1971, 5, 6))
    assert refresh_duplicates(county=COUNTY) == 1
    finding = Finding.objects.get()
    assert (finding.code, finding.place) == ("same_name", GAOLING)
    assert "韦" not in finding.reason
    actor = make_actor()
    assert duplicates_of(actor, first) == [second]
    assert duplicates_of(actor, second) == [first]
    assert refresh_duplicates(county=COUNTY) == 0
    merge_persons(kept=first, other=second, reason=MergeReason.TWO_NUMBERS, by=actor, on=TODAY)
    refresh_duplicates(county=COUNTY)
    assert not standing()
    assert duplicates_of(actor, first) == []


def test_the_same_name_in_another_village_is_not_suspicious() -> None:
    twins(village=HEPING)
    assert not suspicions(COUNTY)


def test_many_of_one_village_on_one_phone_are_one_question() -> None:
    for number in range(5):
        make_person(f"韦{'甲乙丙丁戊'[number]}", born=date(1960 + number, 1, 1), phone="13700138046")
    for number in range(3):
        make_person(f"陆{'甲乙丙'[number]}", born=date(1960 + number, 1, 1), phone="13700138046", village=HEPING)
    refresh_duplicates(county=COUNTY)
    finding = Finding.objects.get()
    assert finding.code == "shared_phone"
    assert "本村 5 份档案" in finding.reason
    assert "137" not in finding.reason


def test_a_certificate_of_another_citizen_number_is_a_fault() -> None:
    person = make_person()
    certificate = person.certificate
    certificate.number = f"{citizen_id(sequence=333)}42"
    certificate.save()
    refresh_duplicates(county=COUNTY)
    assert standing() == {"certificate_number"}
    certificate.number = f"{person.citizen_id}42B1"
    certificate.save()
    refresh_duplicates(county=COUNTY)
    assert not standing()


def test_after_a_list_was_loaded_a_job_looks_for_them() -> None:
    twins()
    signals.persons_changed.send(sender=Person, county=COUNTY, person_ids=None, by=SYSTEM)
    job = Job.objects.get(kind="duplicates")
    assert job.arguments == {"county": COUNTY}
    while jobs.run_one("tests"):
        pass
    assert standing() == {"same_name"}
