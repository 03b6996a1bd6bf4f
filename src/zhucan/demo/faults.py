"""Roster rows that must not become persons, by the class of their fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from zhucan.demo.dirt import Cell, Dirt
from zhucan.demo.people import Person, Registry, check_character
from zhucan.demo.roster import Entry, entry
from zhucan.demo.stories import Story

PER_THOUSAND = {
    "id_missing": 1.6,
    "id_check": 2.2,
    "id_destroyed": 1.8,
    "id_bad_date": 0.7,
    "id_shared": 0.8,
    "duplicate_exact": 3.0,
    "duplicate_conflict": 4.0,
}
"""Faulty rows (for ``id_shared`` pairs of rows) for a thousand good ones; at least one each."""
_NOTHING = ("", "无", "待补", "不详")
_NOBODY = Story("unusable_row", 0, care="否")
_UNCHANGED_LIVES = ("plain", "living", "nursing")


def faulty_entries(people: Sequence[Person], registry: Registry, dirt: Dirt) -> dict[str, list[Entry]]:
    """The rows by class; two rows for each shared number."""
    counts = {name: max(1, round(share * len(people) / 1000)) for name, share in PER_THOUSAND.items()}
    lives = [person for person in people if person.story.name in _UNCHANGED_LIVES and person.valid_through]
    twice = dirt.random.sample(lives, counts["duplicate_exact"] + counts["duplicate_conflict"])
    exact, older = twice[: counts["duplicate_exact"]], twice[counts["duplicate_exact"] :]
    rows = {
        name: [_unusable(registry, dirt, cell) for _ in range(counts[name])] for name, cell in _UNUSABLE_NUMBERS.items()
    }
    rows["id_shared"] = [row for _ in range(counts["id_shared"]) for row in _two_names(registry, dirt)]
    rows["duplicate_exact"] = [entry(person, dirt) for person in exact]
    rows["duplicate_conflict"] = [entry(_three_years_younger(person), dirt) for person in older]
    return rows


def wrong_check(number: str, dirt: Dirt) -> Cell:
    """The number with a wrong last character, and not one that looks like Excel's zeros."""
    return number[:17] + dirt.random.choice([mark for mark in "123456789X" if mark != number[17]])


def _unusable(registry: Registry, dirt: Dirt, cell: Callable[[Person, Dirt], Cell]) -> Entry:
    """Somebody who is on no other list, whose number is beyond repair."""
    person = registry.person(_NOBODY)
    return Entry(person, {**entry(person, dirt).cells, "citizen_id": cell(person, dirt), "certificate": ""})


def _impossible_birthday(person: Person, _: Dirt) -> Cell:
    stem = f"{person.citizen_id[:10]}0230{person.citizen_id[14:17]}"
    return stem + check_character(stem)


_UNUSABLE_NUMBERS: dict[str, Callable[[Person, Dirt], Cell]] = {
    "id_missing": lambda _, dirt: dirt.random.choice(_NOTHING),
    "id_check": lambda person, dirt: wrong_check(person.citizen_id, dirt),
    "id_destroyed": lambda person, dirt: dirt.destroyed(person.citizen_id),
    "id_bad_date": _impossible_birthday,
}


def _two_names(registry: Registry, dirt: Dirt) -> list[Entry]:
    person, other = registry.person(_NOBODY), registry.person(_NOBODY)
    cells = {**entry(person, dirt).cells, "citizen_id": person.citizen_id, "certificate": ""}
    return [Entry(person, cells), Entry(person, {**cells, "name": other.name})]


def _three_years_younger(person: Person) -> Person:
    """The row of an earlier certificate."""
    back = timedelta(days=3 * 365)
    issued, through = person.issued, person.valid_through
    return replace(person, issued=issued and issued - back, valid_through=through and through - back)
