"""Persons of a division: one by his uuid, and lists that are filtered by what is no name and no number."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from zhucan.base.permissions import Actor, NotHere, scope
from zhucan.base.queries.divisions import range_of
from zhucan.exchange.enums import FindingKind
from zhucan.registry.enums import CertificateState
from zhucan.registry.models import Person
from zhucan.rules.months import add_months

MOST_COUNTED = 50_000
"""Longer lists are counted this far only: nobody reads further, and counting a million takes a second."""
MOST_COUNTED_WIDELY = 2_000
"""On SQLite a filter over more than one county is counted this far: it looks certificates up one by one."""
_COUNTY = 10**6 - 1
_STATES = {
    "lost": CertificateState.LOST,
    "frozen": CertificateState.FROZEN,
    "moved": CertificateState.MOVED,
    "cancelled": CertificateState.CANCELLED,
}
CERTIFICATES: Mapping[str, str] = {
    "valid": "有效", "expired": "已过期", "soon3": "三个月内到期", "soon6": "六个月内到期", "unknown": "有效期未知",
    **{key: state.label for key, state in _STATES.items()}, "none": "没有残疾人证",
}  # fmt: skip
"""The choices of the filter on certificates, as the page says them."""


class BadFilterError(ValueError):
    """A filter says something there is not."""


@dataclass(frozen=True, slots=True)
class PersonFilters:
    """What a list of persons shows; empty means everybody. Holds codes and places only, never a name or a number.

    ``place``: a division path, it and all below. ``certificate``: a key of ``CERTIFICATES``. ``order``: ``place``, or
    ``until`` (the day the certificate ends).
    """

    place: int | None = None
    category: int | None = None
    level: int | None = None
    certificate: str = ""
    disputed: bool = False
    lost: bool = False
    order: str = "place"

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """The filter of a query string; names it does not know are left alone.

        Raises:
            BadFilterError: a value there is not.
        """
        certificate, order = given.get("certificate", ""), given.get("sort") or "place"
        if (certificate and certificate not in CERTIFICATES) or order not in ("place", "until"):
            raise BadFilterError
        place = _number(given.get("village") or given.get("township") or "", 12)
        category, level = _number(given.get("category", ""), 1), _number(given.get("level", ""), 1)
        flags = {name: given.get(name) == "1" for name in ("disputed", "lost")}
        return cls(place, category, level, certificate, order=order, **flags)

    @property
    def is_empty(self) -> bool:
        """Whether everybody is shown."""
        return self == PersonFilters(order=self.order)


def _number(text: str, digits: int) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) == digits):
        raise BadFilterError
    return int(text)


@dataclass(frozen=True, slots=True)
class PersonsPage:
    """A page of a list, and the person after whom the next one begins (None: there is no more)."""

    persons: Sequence[Person]
    after: UUID | None


def person_by_uuid(actor: Actor, uuid: UUID) -> Person:
    """The person of this uuid, with certificate, account and whom he was merged into. One query.

    Raises:
        NotHere: there is none, or he is outside the actor's division.
    """
    rows = scope(actor, Person.objects.filter(uuid=uuid, withdrawn_at=None))
    person = rows.select_related("certificate", "account", "merged_into").first()
    if person is None:
        raise NotHere
    return person


def merged_ids(person: Person) -> list[int]:
    """The ids of all files that are this person: his own first, then those merged into it. One query."""
    rows = Person.objects.filter(merged_into=person, withdrawn_at=None).order_by("id")
    return [person.pk, *rows.values_list("id", flat=True)]


def persons_in(actor: Actor, filters: PersonFilters | None = None, *, on: date) -> QuerySet[Person]:
    """The persons of the actor's division that the filter asks for, in its order, certificates loaded with them."""
    given = filters or PersonFilters()
    rows = Person.objects.filter(merged_into=None, withdrawn_at=None)
    if given.order == "until" and _is_slow(actor, given, than=_COUNTY):
        # told not to go by place: it would look at everybody and sort them, instead of walking along the days
        rows = rows.annotate(at=F("place") + 0).filter(at__range=_range(actor, given))
    else:
        rows = rows.filter(place__range=_range(actor, given))
    exact = {"certificate__category": given.category, "certificate__level": given.level}
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    if given.certificate:
        rows = rows.filter(_certificate(given.certificate, on))
    if given.lost:
        rows = rows.filter(lost_at__isnull=False)
    if given.disputed:
        disputed = Person.objects.filter(findings__kind=FindingKind.DISPUTE, findings__gone_at=None)
        rows = rows.filter(pk__in=scope(actor, disputed).values("pk"))
    if given.order == "until":
        rows = rows.filter(certificate__until__isnull=False).order_by("certificate__until", "id")
    else:
        rows = rows.order_by("place", "id")
    return rows.select_related("certificate")


def page_of(
    actor: Actor, filters: PersonFilters, *, on: date, limit: int = 50, after: UUID | None = None
) -> PersonsPage:
    """A page of ``persons_in``, after the person of this uuid. Two queries at most, whatever the length of the list."""
    rows = persons_in(actor, filters, on=on)
    if after is not None:
        last = scope(actor, Person.objects.filter(uuid=after)).values_list("place", "certificate__until", "id").first()
        rows = _beyond(rows, filters, last) if last else rows
    found = list(rows[: limit + 1])
    return PersonsPage(found[:limit], found[limit - 1].uuid if len(found) > limit else None)


def _beyond(rows: QuerySet[Person], filters: PersonFilters, last: tuple[int, date | None, int]) -> QuerySet[Person]:
    place, until, id_ = last
    if filters.order == "until":
        return rows.filter(Q(certificate__until__gt=until) | Q(certificate__until=until, id__gt=id_))
    return rows.filter(Q(place__gt=place) | Q(place=place, id__gt=id_), place__gte=place)


def count_in(actor: Actor, filters: PersonFilters, *, on: date, most: int | None = None) -> tuple[int, bool]:
    """How many the filter finds, and whether there are more than were counted (``most``, else ``MOST_COUNTED``)."""
    is_slow = _is_slow(actor, filters) and not filters.is_empty
    most = most or (MOST_COUNTED_WIDELY if is_slow else MOST_COUNTED)
    found = persons_in(actor, filters, on=on).order_by().values("id")[: most + 1].count()
    return min(found, most), found > most


def _is_slow(actor: Actor, filters: PersonFilters, *, than: int = _COUNTY + 1) -> bool:
    """Whether this is SQLite and a range so wide: it has no other plan than one row after the other."""
    low, last = _range(actor, filters)
    return connection.vendor == "sqlite" and last - low >= than


def _certificate(choice: str, on: date) -> Q:
    until, state = "certificate__until", {"certificate__state": CertificateState.ISSUED}
    if choice == "none":
        return Q(certificate=None)
    if choice in _STATES:
        return Q(certificate__state=_STATES[choice])
    if choice == "unknown":
        return Q(certificate__until=None, **state)
    if choice == "valid":
        return Q(**{f"{until}__gt": on}, **state)
    if choice == "expired":
        return Q(**{f"{until}__lte": on}, **state)
    return Q(**{f"{until}__gt": on, f"{until}__lte": add_months(on, int(choice[-1]))}, **state)


def certificate_words(state: str, until: date | None, on: date) -> str:
    """How a certificate stands on a day, in words: 有效, 已过期, 挂失 …"""
    if state != CertificateState.ISSUED:
        return CertificateState(state).label
    if until is None:
        return CERTIFICATES["unknown"]
    return CERTIFICATES["expired"] if until <= on else CERTIFICATES["valid"]


def persons_of(actor: Actor, ids: Collection[int]) -> dict[int, Person]:
    """These persons by id, those outside the actor's division left out. One query."""
    rows = scope(actor, Person.objects.filter(pk__in=list(ids), withdrawn_at=None))
    return rows.select_related("certificate").in_bulk()


def _range(actor: Actor, filters: PersonFilters) -> tuple[int, int]:
    """The places that are both the actor's and the filter's; none where they do not meet."""
    if filters.place is None:
        return actor.low, actor.last
    low, last = range_of(filters.place)
    return max(actor.low, low), min(actor.last, last)
