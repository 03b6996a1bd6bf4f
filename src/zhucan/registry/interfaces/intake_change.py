"""Writing over the identity columns of people already held, remembering what stood there; and putting it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from django.db.models import Model

from zhucan.exchange.intake import Json, LoadFacts, Payload, Staged, Wrote
from zhucan.registry.enums import ContactKind, PlaceKind
from zhucan.registry.interfaces.intake_rows import COUNTY, account, certificate, contacts, number, places_known
from zhucan.registry.models import Account, Certificate, Contact, Person, PersonPlace
from zhucan.registry.operations.writing import write_search_keys

_Row: TypeAlias = "Person | Certificate | Contact | Account | PersonPlace"
_MODELS: Mapping[str, type[_Row]] = {
    "person": Person, "certificate": Certificate, "contact": Contact, "account": Account, "place": PersonPlace,
}  # fmt: skip
_DAYS = frozenset({"issued", "until"})
_CERTIFICATE = {
    "certificate": "number", "category": "category", "level": "level", "components": "components", "issued": "issued",
    "until": "until",
}  # fmt: skip
_SELF = {"phone": "phone"}
_GUARDIAN = {"guardian": "name", "guardian_relation": "relation", "guardian_phone": "phone"}
_ACCOUNT = {"bank": "bank", "account": "number"}
_PERSON = {"name": "name", "ethnic": "ethnic", "hukou": "hukou", "place": "place"}


@dataclass(slots=True)
class PersonChanges:
    """The changes of some people, read before the transaction and written in it."""

    load: LoadFacts
    rows: Sequence[Staged]
    persons: dict[int, Person] = field(init=False)
    known: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        """Read everybody concerned, with what belongs to him."""
        ids = [row.person_id for row in self.rows if row.person_id is not None]
        people = Person.objects.filter(id__in=ids, withdrawn_at=None).select_related("certificate", "account")
        self.persons = {person.id: person for person in people.prefetch_related("contacts", "places")}
        places = {number(after, "place") for after in map(_after, self.rows)}
        self.known = places_known({place for place in places if place is not None})

    def write(self) -> Sequence[Wrote]:
        """Write, and tell what was written over."""
        found: list[Wrote] = []
        for row in self.rows:
            person = self.persons.get(row.person_id or 0)
            if person is not None:
                found += self._change(person, _after(row))
        return found

    def _change(self, person: Person, after: Payload) -> list[Wrote]:
        found: list[Wrote] = []
        values = _named(after, _PERSON)
        place = number(values, "place") or person.place
        if place != person.place:
            values["county"] = place // COUNTY
            found += self._move(person, place)
        found += _over("person", person, values, person.id)
        found += _part("certificate", person, getattr(person, "certificate", None), after, _CERTIFICATE)
        contact = {each.kind: each for each in person.contacts.all()}
        found += _part("contact", person, contact.get(ContactKind.SELF), after, _SELF)
        found += _part("contact", person, contact.get(ContactKind.GUARDIAN), after, _GUARDIAN)
        found += _part("account", person, getattr(person, "account", None), after, _ACCOUNT)
        write_search_keys(Person.objects.get(pk=person.pk))
        return found

    def _move(self, person: Person, place: int) -> list[Wrote]:
        found: list[Wrote] = []
        for old in person.places.all():
            if old.kind == PlaceKind.REGISTERED and old.withdrawn_at is None and old.until is None:
                found += _over("place", old, {"until": self.load.as_of.isoformat()}, person.id)
        PersonPlace.objects.create(
            person=person, kind=PlaceKind.REGISTERED, division_id=self.known[place], from_=self.load.as_of,
            load_id=self.load.id,
        )  # fmt: skip
        return found


def _after(row: Staged) -> Payload:
    after = row.payload.get("after")
    return dict(after) if isinstance(after, Mapping) else {}


def _named(after: Payload, names: Mapping[str, str]) -> Payload:
    return {names[each]: value for each, value in after.items() if each in names}


def _part(target: str, person: Person, row: _Row | None, after: Payload, names: Mapping[str, str]) -> list[Wrote]:
    """One of the rows that belong to a person: written over, or made where there is none yet."""
    values = _named(after, names)
    if not values:
        return []
    if row is not None:
        return _over(target, row, values, person.id)
    made: Iterable[_Row] = _MAKE[target](person, {key: value for key, value in after.items() if key in names})
    found = []
    for each in made:
        each.save()
        found.append(Wrote(target, each.pk, person.id, None, values))
    return found


def _make_certificate(person: Person, after: Payload) -> Iterable[_Row]:
    return [certificate(person.id, after)]


def _make_contacts(person: Person, after: Payload) -> Iterable[_Row]:
    return contacts(person.id, after)


def _make_account(person: Person, after: Payload) -> Iterable[_Row]:
    return [account(person.id, after, person.name)]


_MAKE: Mapping[str, Callable[[Person, Payload], Iterable[_Row]]] = {
    "certificate": _make_certificate, "contact": _make_contacts, "account": _make_account,
}  # fmt: skip


def _over(target: str, row: _Row, values: Payload, person: int) -> list[Wrote]:
    """Write over some columns of a row; nothing where they stand so already."""
    before = {name: _plain(getattr(row, name)) for name in values}
    values = {name: value for name, value in values.items() if before[name] != value}
    if not values:
        return []
    _set(row, values)
    return [Wrote(target, row.pk, person, {name: before[name] for name in values}, values)]


def _plain(value: object) -> Json:
    return value.isoformat() if isinstance(value, date) else value if isinstance(value, int | str) else None


def _set(row: Model, values: Payload) -> None:
    for name, value in values.items():
        stored = date.fromisoformat(value) if name in _DAYS and isinstance(value, str) else value
        setattr(row, name, stored)
    row.save()


def restore(rows: Sequence[Wrote]) -> Callable[[], None]:
    """What puts back what stood there before; the latest first. A row that was made is deleted."""

    def put_back() -> None:
        for wrote in rows:
            row = _MODELS[wrote.target]._default_manager.filter(pk=wrote.target_id).first()
            if row is not None and wrote.before is None:
                row.delete()
            elif row is not None:
                _set(row, wrote.before or {})
        for person in {wrote.person_id for wrote in rows if wrote.person_id is not None}:
            write_search_keys(Person.objects.get(pk=person))

    return put_back
