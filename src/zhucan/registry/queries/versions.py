"""What a form was filled in from: a keyed digest of the values shown, sent back with the form (S11)."""

from __future__ import annotations

from zhucan.base.secrets import blind
from zhucan.registry.models import Account, Contact, Fact, Person

NONE = "none"
"""The version of what is not there yet."""


def person_version(person: Person) -> str:
    """The version of a person's own fields."""
    return _digest(person.name, person.citizen_id, person.address, person.ethnic, person.hukou)


def contact_version(contact: Contact | None) -> str:
    """The version of one contact, or of there being none."""
    return _digest(contact.name, contact.relation, contact.phone) if contact else NONE


def account_version(account: Account | None) -> str:
    """The version of the account, or of there being none."""
    if account is None:
        return NONE
    return _digest(account.bank, account.number, account.holder, account.holder_relation)


def fact_version(person: Person, fact: str) -> str:
    """The version of what stands of one fact of a person. One query."""
    rows = Fact.objects.filter(person=person, fact=fact, withdrawn_at=None).order_by("id")
    return fact_version_of(rows.values_list("id", flat=True))


def fact_version_of(ids: object) -> str:
    """The same, from the ids of the statements that are not withdrawn."""
    return _digest(",".join(str(one) for one in sorted(ids))) if ids else NONE  # type: ignore[call-overload]


def masked_tail(number: str) -> str:
    """The last two characters of a number, the rest hidden; empty where there is none."""
    return f"尾号 {number[-2:]}" if number else "没有"


def _digest(*values: str) -> str:
    return blind("version", "\0".join(values)).hex()
