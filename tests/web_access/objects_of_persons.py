"""Persons, their facts and mergers."""

from __future__ import annotations

from tests.factories.people import make_person
from tests.web_access.objects import FIELDS, Values, builds, moves
from zhucan.base.enums import FieldGroup
from zhucan.registry.enums import ContactKind
from zhucan.registry.models import Person

FIELDS["workbench:person-contact"] = FieldGroup.CONTACT
FIELDS["workbench:fact-record"] = FieldGroup.HARDSHIP
FIELDS["workbench:fact-withdraw"] = FieldGroup.IDENTITY


def moved_person(before: int, now: int) -> Person:
    """A person who lived in the first division and lives in the second."""
    person = make_person(village=before)
    person.place, person.county = now, now // 10**6
    person.save()
    return person


def _all(person: Person, beside: int) -> dict[str, Values]:
    """What each address of this person names; ``beside`` is where the other one of a merger lives."""
    uuid = str(person.uuid)
    return {
        "workbench:person": {"uuid": uuid},
        "workbench:person-reveal": {"uuid": uuid, "secret": "citizen"},
        "workbench:fact-which": {"uuid": uuid},
        "workbench:fact-record": {"uuid": uuid, "fact": "minimum_living_allowance"},
        "workbench:fact-withdraw": {"uuid": uuid, "number": person.facts.filter(fact="birth_date").get().pk},
        "workbench:person-contact": {"uuid": uuid, "kind": str(next(iter(ContactKind)).value)},
        "workbench:person-lost": {"uuid": uuid},
        "workbench:person-merge": {"uuid": uuid, "other": str(make_person(village=beside).uuid)},
        "workbench:person-separate": {"uuid": uuid},
    }


_NAMES = (
    "workbench:person", "workbench:person-reveal", "workbench:fact-which", "workbench:fact-record",
    "workbench:fact-withdraw", "workbench:person-contact", "workbench:person-lost", "workbench:person-merge",
)  # fmt: skip


def _register(name: str) -> None:
    @builds(name)
    def _person(path: int) -> Values:
        return _all(make_person(village=path), path)[name]

    @moves(name)
    def _moved(before: int, now: int) -> Values:
        return _all(moved_person(before, now), before)[name]


for _name in _NAMES:
    _register(_name)


@builds("workbench:person-separate")
def _merged(path: int) -> Values:
    person = make_person(village=path)
    person.merged_into = make_person(village=path)
    person.save()
    return {"uuid": str(person.uuid)}
