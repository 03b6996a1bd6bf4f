"""Who people are, opened for many at once: for sheets that name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhucan.base.parts import parts
from zhucan.base.secrets import open_sealed
from zhucan.registry.enums import ContactKind
from zhucan.registry.models import Account, Certificate, Contact, Person


@dataclass(frozen=True, slots=True)
class Identity:
    """One person in clear. ``uuid`` is the number he goes by outside; the rest as the register has it, empty if not."""

    uuid: str
    citizen_id: str
    name: str
    ethnic: str
    hukou: str
    phone: str = ""
    guardian: str = ""
    guardian_phone: str = ""
    certificate_number: str = ""
    certificate_until: date | None = None
    category: int | None = None
    level: int | None = None
    bank: str = ""
    account: str = ""


def identities(ids: Sequence[int]) -> Mapping[int, Identity]:
    """Everybody of these ids, by id. Whoever calls this records that he did."""
    found: dict[int, Identity] = {}
    for part in parts(ids):
        found.update(_identities(part))
    return found


def names(ids: Iterable[int]) -> Mapping[int, str]:
    """Only the names, by id."""
    where = f"{Person._meta.db_table}.name_sealed."
    rows = Person.objects.filter(id__in=list(ids)).values_list("id", "uuid", "name_sealed")
    return {id_: open_sealed(f"{where}{uuid}", cell) for id_, uuid, cell in rows}


def _identities(ids: Sequence[int]) -> Mapping[int, Identity]:
    made: dict[int, dict[str, object]] = {
        person.pk: {
            "uuid": str(person.uuid), "citizen_id": person.citizen_id, "name": person.name, "ethnic": person.ethnic,
            "hukou": person.hukou,
        }
        for person in Person.objects.filter(id__in=ids)
    }  # fmt: skip
    for certificate in Certificate.objects.filter(person_id__in=ids):
        made[certificate.person_id] |= {
            "certificate_number": certificate.number, "certificate_until": certificate.until,
            "category": certificate.category, "level": certificate.level,
        }  # fmt: skip
    for contact in Contact.objects.filter(person_id__in=ids):
        if contact.kind == ContactKind.SELF:
            made[contact.person_id] |= {"phone": contact.phone}
        elif contact.kind == ContactKind.GUARDIAN:
            made[contact.person_id] |= {"guardian": contact.name, "guardian_phone": contact.phone}
    for account in Account.objects.filter(person_id__in=ids):
        made[account.person_id] |= {"bank": account.bank, "account": account.number}
    return {id_: Identity(**values) for id_, values in made.items()}  # type: ignore[arg-type]  # by the names above
