"""What the register holds of a county, as an import compares it: people, their identity columns, facts, receipts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeAlias

from django.db.models import Exists, OuterRef

from zhucan.base.parts import AT_ONCE, parts
from zhucan.exchange.intake import Known
from zhucan.registry.enums import ContactKind
from zhucan.registry.models import Account, BankReturn, Certificate, Contact, Fact, FactEnding, Person, Receipt

Text: TypeAlias = "str | int | None"
Told: TypeAlias = tuple["int | None", "str | None", "str | None"]
"""What one statement says: value as stored, first day, first day no longer; days in ISO."""


def known_people(county: int) -> Iterator[list[Known]]:
    """Everybody of the county; of somebody merged into another, the other's id under his own number."""
    rows = Person.objects.filter(county=county, withdrawn_at=None).order_by("id")
    merged = dict(rows.exclude(merged_into=None).values_list("id", "merged_into_id"))
    batch: list[Known] = []
    for person in rows.only("id", "uuid", "citizen_sealed", "name_sealed").iterator(chunk_size=2000):
        batch.append(Known(_root(person.id, merged), person.citizen_id, person.name))
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    yield batch


def _root(id_: int, merged: dict[int, int]) -> int:
    while id_ in merged:
        id_ = merged[id_]
    return id_


@dataclass(slots=True)
class Identity:
    """The identity columns of a person, by the names an import uses; days in ISO, numbers as numbers."""

    id: int
    values: dict[str, Text] = field(default_factory=dict)


def identities(ids: Sequence[int]) -> Iterator[Identity]:
    """The identity columns of these people, opened; in any order."""
    for part in parts(sorted(ids)):
        found = {person.id: _of_person(person) for person in Person.objects.filter(id__in=part)}
        for certificate in Certificate.objects.filter(person_id__in=part):
            found[certificate.person_id].values |= of_certificate(certificate)
        for contact in Contact.objects.filter(person_id__in=part):
            found[contact.person_id].values |= of_contact(contact)
        for account in Account.objects.filter(person_id__in=part):
            found[account.person_id].values |= {"bank": account.bank, "account": account.number}
        yield from found.values()


def _of_person(person: Person) -> Identity:
    values: dict[str, Text] = {
        "name": person.name, "ethnic": person.ethnic, "hukou": person.hukou, "place": person.place,
    }  # fmt: skip
    return Identity(person.id, values)


def of_certificate(certificate: Certificate) -> dict[str, Text]:
    """A certificate's columns."""
    return {
        "certificate": certificate.number,
        "category": certificate.category,
        "level": certificate.level,
        "components": certificate.components,
        "issued": iso(certificate.issued),
        "until": iso(certificate.until),
    }


def of_contact(contact: Contact) -> dict[str, Text]:
    """A contact's columns; of other kinds than his own phone and his guardian none."""
    if contact.kind == ContactKind.SELF:
        return {"phone": contact.phone}
    if contact.kind == ContactKind.GUARDIAN:
        return {
            "guardian": contact.name, "guardian_relation": contact.relation, "guardian_phone": contact.phone,
        }  # fmt: skip
    return {}


def iso(day: date | None) -> str | None:
    """A day as text; None stays None."""
    return None if day is None else day.isoformat()


class HeldFact(NamedTuple):
    """A fact in force: its id, its person (the one he is merged into), what it says."""

    id: int
    person: int
    fact: str
    told: Told


def facts_of_feed(county: int, feed: str) -> Iterator[HeldFact]:
    """The statements of one feed in force for people of the county."""
    ended = FactEnding.objects.filter(fact=OuterRef("pk"), withdrawn_at=None)
    rows = Fact.objects.filter(
        ~Exists(ended), person__county=county, person__withdrawn_at=None, feed=feed, withdrawn_at=None
    )
    merged = dict(Person.objects.filter(county=county).exclude(merged_into=None).values_list("id", "merged_into_id"))
    columns = ("id", "person_id", "fact", "value", "from_", "until")
    for id_, person, fact, value, from_, until in rows.values_list(*columns).iterator(chunk_size=5000):
        yield HeldFact(id_, _root(person, merged), fact, (value, iso(from_), iso(until)))


PaidKey: TypeAlias = tuple[bytes, int, int, str, bytes]
"""One payroll row for comparing: payee, 分, months, 序号, account."""


@dataclass(slots=True)
class HeldReceipts:
    """The receipts in force of one policy and month."""

    tables: dict[int | None, Counter[PaidKey]] = field(default_factory=dict)
    ids: dict[PaidKey, list[int]] = field(default_factory=dict)
    by_sequence: dict[str, list[tuple[int, bytes]]] = field(default_factory=dict)
    by_account: dict[bytes, list[tuple[int, bytes]]] = field(default_factory=dict)

    def due(self, by: str, sequence: str, account: bytes) -> list[tuple[int, bytes]]:
        """Receipts (id, account) that a bank line may be about."""
        if by == "sequence":
            return self.by_sequence.get(sequence, []) if sequence else []
        return self.by_account.get(account, []) if account else []


def receipts_held(county: int, policy: str, period: date) -> HeldReceipts:
    """The receipts of a policy and month, for finding copies and for joining what the bank says."""
    held = HeldReceipts()
    rows = Receipt.objects.filter(county=county, policy=policy, period=period, withdrawn_at=None).order_by("id")
    columns = ("id", "table_id", "payee_blind", "amount_fen", "months", "sequence", "account_blind")
    for id_, table, payee, amount, months, sequence, account in rows.values_list(*columns).iterator(chunk_size=5000):
        key = (bytes(payee), amount, months, sequence, bytes(account))
        held.tables.setdefault(table, Counter())[key] += 1
        held.ids.setdefault(key, []).append(id_)
        held.by_sequence.setdefault(sequence, []).append((id_, key[4]))
        if key[4]:
            held.by_account.setdefault(key[4], []).append((id_, key[4]))
    return held


def returns_held(county: int, policy: str, period: date) -> set[tuple[int, bool, str]]:
    """What banks said already: receipt, arrived, words."""
    rows = BankReturn.objects.filter(
        receipt__county=county, receipt__policy=policy, receipt__period=period, withdrawn_at=None
    )
    return set(rows.values_list("receipt_id", "arrived", "said"))
