"""What confirmed rows of a load write: new people with all that belongs to them, facts, endings, receipts, returns."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.utils import timezone

from zhucan.base.insertion import Cell, insert_objects, insert_rows
from zhucan.exchange.enums import StagedKind
from zhucan.exchange.intake import FACTS, PERSON, RECEIPT, RETURN, LoadFacts, Payload, Staged, Write, Wrote
from zhucan.registry.blinds import account_blind, citizen_blind
from zhucan.registry.enums import PlaceKind
from zhucan.registry.interfaces.intake_change import PersonChanges
from zhucan.registry.interfaces.intake_rows import (
    COUNTY,
    account,
    certificate,
    contacts,
    day,
    number,
    places_known,
    text,
)
from zhucan.registry.models import (
    Account,
    BankReturn,
    Certificate,
    Contact,
    Fact,
    FactEnding,
    Person,
    PersonPlace,
    Receipt,
    SearchKey,
)
from zhucan.registry.search_keys import person_tokens

_FACT = (
    "person_id", "fact", "value", "source", "feed", "load_id", "from_", "until", "observed", "recorded_at",
    "recorded_by_id",
)  # fmt: skip


def prepare(load: LoadFacts, rows: Sequence[Staged]) -> Write:
    """What writes these rows, which are of one target; everything that takes time is done here."""
    if not rows:
        return tuple
    changes = [row for row in rows if row.target == PERSON and row.kind is StagedKind.CHANGE]
    if changes:
        return PersonChanges(load, changes).write if len(changes) == len(rows) else _both(load, rows, changes)
    return partial(_nothing_over, _WRITERS[rows[0].target](load, rows))


def _both(load: LoadFacts, rows: Sequence[Staged], changes: Sequence[Staged]) -> Write:
    made = _new_people(load, [row for row in rows if row.kind is not StagedKind.CHANGE])
    changed = PersonChanges(load, changes)

    def write() -> Sequence[Wrote]:
        made()
        return changed.write()

    return write


def _nothing_over(write: Callable[[], None]) -> Sequence[Wrote]:
    write()
    return ()


@dataclass(slots=True)
class _People:
    """The rows of new people, table by table."""

    persons: list[Person] = field(default_factory=list)
    places: list[PersonPlace] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    keys: list[tuple[int, bytes, int]] = field(default_factory=list)
    facts: list[tuple[Cell, ...]] = field(default_factory=list)

    def write(self) -> None:
        """All of them."""
        for objects in (self.persons, self.places, self.certificates, self.contacts, self.accounts):
            insert_objects(objects)
        insert_rows(SearchKey, ("person_id", "token", "place"), self.keys)
        insert_rows(Fact, _FACT, self.facts)


def _new_people(load: LoadFacts, rows: Sequence[Staged]) -> Callable[[], None]:
    now = timezone.now()
    known = places_known({number(row.payload, "place") or 0 for row in rows})
    people = _People()
    for row in rows:
        _add_person(people, load, row.payload, known, now)
    return people.write


def _add_person(people: _People, load: LoadFacts, payload: Payload, known: dict[int, int], now: datetime) -> None:
    id_, place = number(payload, "id") or 0, number(payload, "place") or 0
    person = Person(
        id=id_,
        citizen_blind=citizen_blind(text(payload, "number")),
        ethnic=text(payload, "ethnic"),
        hukou=text(payload, "hukou"),
        place=place,
        county=place // COUNTY,
        created_at=now,
        created_load_id=load.id,
    )
    person.citizen_id, person.name = text(payload, "number"), text(payload, "name")
    people.persons.append(person)
    people.places.append(
        PersonPlace(person_id=id_, kind=PlaceKind.REGISTERED, division_id=known[place], load_id=load.id)
    )
    people.certificates.append(certificate(id_, payload))
    people.contacts += contacts(id_, payload)
    if text(payload, "account"):
        people.accounts.append(account(id_, payload, person.name))
    phones = [text(payload, each) for each in ("phone", "guardian_phone")]
    tokens = person_tokens(person.name, person.citizen_id, text(payload, "certificate"), phones)
    people.keys += [(id_, token, place) for token in dict.fromkeys(tokens)]
    people.facts += facts_of(load, id_, "roster", payload.get("facts"), now)


def facts_of(load: LoadFacts, person: int, feed: str, staged: object, now: datetime) -> list[tuple[Cell, ...]]:
    """Staged statements as rows of the fact table."""
    rows: list[tuple[Cell, ...]] = []
    for fact, value, from_, until, source, observed in staged if isinstance(staged, list) else ():
        told = (value, source, feed, load.id, day(from_), day(until), day(observed))
        rows.append((person, fact, *told, now, load.by.user_id))
    return rows


def _facts(load: LoadFacts, rows: Sequence[Staged]) -> Callable[[], None]:
    now = timezone.now()
    made: list[tuple[Cell, ...]] = []
    endings: list[FactEnding] = []
    for row in rows:
        person = number(row.payload, "id") or 0
        made += facts_of(load, person, text(row.payload, "feed"), row.payload.get("new"), now)
        ended = row.payload.get("ended")
        for fact in ended if isinstance(ended, list) else ():
            endings.append(FactEnding(fact_id=fact, load_id=load.id, recorded_at=now))

    def write() -> None:
        insert_rows(Fact, _FACT, made)
        insert_objects(endings)

    return write


def _receipts(load: LoadFacts, rows: Sequence[Staged]) -> Callable[[], None]:
    now = timezone.now()
    made = [_receipt(load, row, now) for row in rows]
    return lambda: insert_objects(made)


def _receipt(load: LoadFacts, row: Staged, now: datetime) -> Receipt:
    payload = row.payload
    account_number = text(payload, "account")
    receipt = Receipt(
        county=load.county,
        person_id=number(payload, "person"),
        payee_blind=citizen_blind(text(payload, "number")),
        payer=text(payload, "payer")[:20],
        policy=text(payload, "policy"),
        period=day(payload.get("period")) or load.as_of,
        amount_fen=number(payload, "fen") or 0,
        months=number(payload, "months") or 1,
        place=number(payload, "place") or load.county * COUNTY,
        place_name=text(payload, "place_name"),
        sequence=text(payload, "sequence"),
        account_blind=account_blind(account_number) if account_number else b"",
        table_id=row.table_id,
        row=row.row,
        load_id=load.id,
        recorded_at=now,
    )
    if receipt.person_id is None:
        receipt.payee = json.dumps({"name": payload.get("name"), "number": payload.get("number")}, ensure_ascii=False)
    return receipt


def _returns(load: LoadFacts, rows: Sequence[Staged]) -> Callable[[], None]:
    now = timezone.now()
    wanted = {number(row.payload, "paid_in") for row in rows} - {None}
    numbers = {number(row.payload, "paid_row") or 0 for row in rows}
    between = (min(numbers, default=0), max(numbers, default=0))
    found = Receipt.objects.filter(load_id=load.id, table_id__in=wanted, row__range=between)
    new = {(table or 0, row): id_ for id_, table, row in found.values_list("id", "table_id", "row")}
    made = [
        BankReturn(
            receipt_id=number(row.payload, "receipt")
            or new[number(row.payload, "paid_in") or 0, number(row.payload, "paid_row") or 0],
            arrived=bool(row.payload.get("arrived")),
            said=text(row.payload, "said"),
            load_id=load.id,
            recorded_at=now,
        )
        for row in rows
    ]
    return lambda: insert_objects(made)


_WRITERS: dict[str, Callable[[LoadFacts, Sequence[Staged]], Callable[[], None]]] = {
    PERSON: _new_people,
    FACTS: _facts,
    RECEIPT: _receipts,
    RETURN: _returns,
}
