"""Files that may be of one person, and numbers that contradict each other: candidates, never conclusions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zhucan.base.secrets import blind
from zhucan.registry.models import Certificate, Contact, Fact, Person
from zhucan.registry.search_keys import fault_of_certificate, plain, plain_name

PHONE_SHARED_BY = 4
"""So many of a village on one phone are worth a look: a household shares one, a clerk stands in forty files."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One thing to look at. ``key`` is the business key within the county; ``others`` are the other files it is about.

    ``reason`` is in words and holds no personal data. ``evidence`` changes when what it rests on changes.
    """

    code: str
    key: str
    person: int
    place: int
    others: tuple[int, ...]
    reason: str
    evidence: bytes


@dataclass(frozen=True, slots=True)
class _File:
    id: int
    place: int
    name: str
    number: str
    born: int | None


def suspicions(county: int) -> list[Suspicion]:
    """Everything suspicious in a county (6 digits): same name, birth date and village; one phone for many of a village;
    a certificate number that is not its holder's. Names and numbers are opened in memory only. Four queries.

    Each is about one village, so that nobody learns from it of people he does not look after.
    """
    files = _files(county)
    return [*_same_names(files.values()), *_shared_phones(county, files), *_wrong_certificates(county, files)]


def _files(county: int) -> dict[int, _File]:
    born = dict(
        Fact.objects.filter(person__county=county, fact="birth_date", withdrawn_at=None, value__isnull=False)
        .order_by("id")
        .values_list("person_id", "value")
    )
    rows = Person.objects.filter(county=county, merged_into=None, withdrawn_at=None)
    return {
        row.pk: _File(row.pk, row.place, plain_name(row.name), row.citizen_id, born.get(row.pk))
        for row in rows.iterator(chunk_size=2_000)
    }


def _same_names(files: Iterable[_File]) -> Iterator[Suspicion]:
    alike: dict[tuple[str, int, int | None], list[_File]] = defaultdict(list)
    for file in files:
        if file.born is not None:
            alike[file.name, file.place, file.born].append(file)
    for group in alike.values():
        for first, other in _pairs(sorted(group, key=lambda file: file.id)):
            yield Suspicion(
                "same_name", f"duplicate:{first.id}:{other.id}", first.id, first.place, (other.id,),
                "同村有一份同名、同出生日期的档案，身份证号不同", _evidence(first.number, other.number, first.name),
            )  # fmt: skip


def _pairs(group: list[_File]) -> Iterator[tuple[_File, _File]]:
    """The first of a group with each other: twenty of one name are nineteen questions, not a hundred and ninety."""
    return ((group[0], other) for other in group[1:])


def _shared_phones(county: int, files: dict[int, _File]) -> Iterator[Suspicion]:
    holders: dict[tuple[str, int], dict[int, _File]] = defaultdict(dict)
    for contact in Contact.objects.filter(person__county=county).order_by("person_id").iterator(chunk_size=2_000):
        file, phone = files.get(contact.person_id), plain(contact.phone)
        if file is not None and phone:
            holders[phone, file.place][file.id] = file
    for (phone, place), group in holders.items():
        if len(group) >= PHONE_SHARED_BY:
            first, *others = group
            yield Suspicion(
                "shared_phone", f"phone:{first}", first, place, tuple(others),
                f"本村 {len(group)} 份档案留的是同一个电话，请核对电话是谁的", _evidence(phone, *map(str, group)),
            )  # fmt: skip


def _wrong_certificates(county: int, files: dict[int, _File]) -> Iterator[Suspicion]:
    rows = Certificate.objects.filter(person__county=county).order_by("person_id")
    for certificate in rows.iterator(chunk_size=2_000):
        file = files.get(certificate.person_id)
        number = certificate.number if file is not None else ""
        fault = fault_of_certificate(number, file.number) if file is not None else None
        if file is not None and fault is not None:
            yield Suspicion(
                "certificate_number", f"certificate:{file.id}", file.id, file.place, (), fault,
                _evidence(number, file.number),
            )  # fmt: skip


def _evidence(*parts: str) -> bytes:
    return blind("evidence", "\0".join(parts))


def other_of(key: str) -> int | None:
    """The other file of a ``same_name`` suspicion, by its key; None for other kinds."""
    kind, *ids = key.split(":")
    return int(ids[1]) if kind == "duplicate" and len(ids) == 2 else None
