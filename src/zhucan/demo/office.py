"""What every list is written from: the people, strangers who stand on it as well, and the clerk's habits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from zhucan.demo.dirt import Dirt
from zhucan.demo.people import Identity, Person, Registry, Village

_ANY_AGE = (1, 95)


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on another office's list; ``event`` is empty for a stranger who holds no certificate."""

    identity: Identity
    village: Village
    event: str = ""
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """The people of the county as the offices know them, and how they write."""

    people: Sequence[Person]
    registry: Registry
    dirt: Dirt
    county: str
    as_of: date

    def listed(self, *events: str, strangers: float, ages: tuple[int, int] = _ANY_AGE) -> list[Listed]:
        """Everybody with one of these events, and strangers (for a thousand holders), by village."""
        known = [
            Listed(person.identity, person.village, person.story.event, person.certificate)
            for person in self.people
            if person.story.event in events
        ]
        unknown = [self.stranger(ages) for _ in range(max(3, round(strangers * len(self.people) / 1000)))]
        return sorted([*known, *unknown], key=lambda item: (item.village.code, item.identity.citizen_id))

    def stranger(self, ages: tuple[int, int] = _ANY_AGE) -> Listed:
        """Somebody new who holds no certificate."""
        return Listed(self.registry.identity(ages), self.dirt.random.choice(self.registry.villages))

    def who(self, item: Listed) -> tuple[str, str]:
        """Name and number as written here."""
        return self.dirt.name(item.identity.name), self.dirt.number(item.identity.citizen_id)

    def place(self, village: Village) -> tuple[str, str]:
        """Township and village as written here."""
        return self.dirt.township(village.township), self.dirt.village(village.name)

    def before(self, years: int, days: int = 20) -> date:
        """A day at most so many years and at least so many days before the as-of day."""
        return self.registry.day_between(years, days)

    def after(self, days: int = 8) -> date:
        """A day shortly after the as-of day, known because lists are exported later."""
        return self.as_of + timedelta(days=self.dirt.random.randint(2, days))
