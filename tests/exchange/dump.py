"""What the register says, logically: everything a person would see, whatever the ids and the moments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

from zhucan.registry.models import (
    Account,
    Certificate,
    Contact,
    Coverage,
    Fact,
    Person,
    PersonPlace,
    Receipt,
    SearchKey,
)

Dump: TypeAlias = Mapping[str, Counter[tuple[object, ...]]]


def dump() -> Dump:
    """Everything in force, table by table; equal rows are counted."""
    people = {person.id: person for person in Person.objects.filter(withdrawn_at=None)}
    number = {id_: person.citizen_id for id_, person in people.items()}
    facts = Fact.objects.filter(withdrawn_at=None, person__in=people)
    in_force = [one for one in facts.prefetch_related("endings") if _open(one)]
    receipts = Receipt.objects.filter(withdrawn_at=None).prefetch_related("returns")
    return {
        "persons": Counter(
            (one.citizen_id, one.name, one.ethnic, one.hukou, one.place, one.county) for one in people.values()
        ),
        "places": Counter(
            (number[one.person_id], one.kind, one.division_id, one.from_, one.until)
            for one in PersonPlace.objects.filter(withdrawn_at=None, person__in=people)
        ),
        "certificates": Counter(
            (number[one.person_id], one.number, one.category, one.level, one.components, one.issued, one.until)
            for one in Certificate.objects.filter(person__in=people)
        ),
        "contacts": Counter(
            (number[one.person_id], one.kind, one.name, one.phone, one.relation)
            for one in Contact.objects.filter(person__in=people)
        ),
        "accounts": Counter(
            (number[one.person_id], one.bank, one.number) for one in Account.objects.filter(person__in=people)
        ),
        "keys": Counter((number[one.person_id], bytes(one.token), one.place) for one in SearchKey.objects.all()),
        "facts": Counter(
            (number[one.person_id or 0], one.fact, one.value, one.source, one.feed, one.from_, one.until, one.observed)
            for one in in_force
        ),
        "receipts": Counter(
            (number.get(one.person_id or 0), one.payee, one.policy, one.period, one.amount_fen, one.months, one.place,
             tuple(sorted((back.arrived, back.said) for back in one.returns.all() if back.withdrawn_at is None)))
            for one in receipts
        ),
        "coverage": Counter(
            Coverage.objects.filter(withdrawn_at=None).values_list("county", "feed", "policy", "period", "observed")
        ),
    }  # fmt: skip


def _open(fact: Fact) -> bool:
    return all(ending.withdrawn_at is not None for ending in fact.endings.all())
