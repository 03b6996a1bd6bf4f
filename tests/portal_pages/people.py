"""Who visits the portal in these tests, by what each of them answers; the people are invented.

What is not written is answered 否, and a day or number that is not written with 不知道.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Answer = bool | int | date | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the portal. ``county``: where she belongs; ``answers`` by fact."""

    name: str
    county: int
    answers: Mapping[str, Answer] = field(default_factory=dict)
    needs: tuple[str, ...] = ()


MOTHER = Person(
    "mother", 450803,
    {"birth_date": date(2022, 3, 8), "child_diagnosis": True, "minimum_living_allowance": True,
     "assistive_device_need": True, "lasting_difficulty": True},
)  # fmt: skip
"""Answers for her deaf son of four: no certificate, but the hospital's diagnosis; the family has 低保."""
MAN = Person(
    "man", 450803,
    {"birth_date": date(1968, 5, 2), "certificate_held": True, "certificate_until": date(2026, 3, 31),
     "category": 4, "level": 2, "minimum_living_allowance": True, "lasting_difficulty": True},
)  # fmt: skip
"""58 years old, his certificate ran out in the spring, and he has 低保."""
NOBODY = Person("nobody", 450803, {"birth_date": date(1985, 11, 20), "lasting_difficulty": True})
"""Has no certificate, and never had one."""
UNSURE = Person("unsure", 450803, {}, ())
"""Knows nothing: every answer is 不知道 (see ``unknown`` in the office)."""
HOLDER = Person(
    "holder", 450803,
    {"birth_date": date(1970, 6, 1), "certificate_held": True, "certificate_until": date(2033, 6, 1), "category": 4,
     "level": 1, "minimum_living_allowance": True, "needs_long_term_care": True, "lasting_difficulty": True},
)  # fmt: skip
"""Has a certificate in force, of the first level, and 低保: gets both subsidies."""
PEOPLE = (MOTHER, MAN, NOBODY, UNSURE, HOLDER)
