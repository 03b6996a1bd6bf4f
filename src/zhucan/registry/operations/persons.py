"""Writing persons: their identity, places, contacts, account, certificate, and whether anybody finds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.base.permissions import Actor, demand
from zhucan.base.queries.divisions import county_of, division_at
from zhucan.files.citizen import birth_date, fault_of, is_male
from zhucan.registry.blinds import citizen_blind
from zhucan.registry.enums import CertificateState, ContactKind, PlaceKind
from zhucan.registry.errors import Change, ChangedMeanwhile
from zhucan.registry.models import Account, Certificate, Contact, Person, PersonPlace, SearchKey
from zhucan.registry.operations.facts import state
from zhucan.registry.operations.writing import locked, write_search_keys, wrote
from zhucan.registry.queries.versions import account_version, contact_version, masked_tail, person_version
from zhucan.registry.search_keys import fault_of_certificate, plain
from zhucan.rules.vocabulary import Value

_FAULTS = {
    "check": "最后一位校验码不对，请对照身份证重填",
    "destroyed": "后三位是 000，可能被表格软件改坏了，请对照身份证重填",
    "bad_date": "里面的出生日期不存在，请对照身份证重填",
    "shape": "应是 18 位，请对照身份证重填",
}
_STATE_CODES = {
    CertificateState.ISSUED: 1, CertificateState.LOST: 3, CertificateState.MOVED: 4,
    CertificateState.FROZEN: 5, CertificateState.CANCELLED: 6,
}  # fmt: skip


@transaction.atomic
def create_person(
    *, citizen_id: str, name: str, place: int, by: Actor, on: date, address: str = "", ethnic: str = "", hukou: str = ""
) -> Person:
    """A new person of a division (its path) from ``on``; birth date and sex are read off the citizen number.

    Raises:
        Refused: the number is faulty or somebody has it already, the name is empty, there is no such division.
    """
    demand(by, Action.CHANGE_PERSONS, place)
    number, division = _sound_number(citizen_id), division_at(place)
    if not name.strip() or division is None:
        raise Refused("没有登记：姓名要填，户籍地要选一个现有的村（社区）。")
    person = Person(citizen_blind=citizen_blind(number), place=place, county=county_of(place))
    person.citizen_id, person.name, person.address = number, name.strip(), address
    person.ethnic, person.hukou = ethnic, hukou
    _save_alone(person)
    PersonPlace.objects.create(person=person, kind=PlaceKind.REGISTERED, division=division, from_=on)
    _state_of_number(person, number, by, on)
    write_search_keys(person)
    wrote(person, "create_person", by)
    return person


@transaction.atomic
def change_person(
    *, person: Person, by: Actor, on: date, name: str | None = None, citizen_id: str | None = None,
    address: str | None = None, ethnic: str | None = None, hukou: str | None = None, seen: str = "",
) -> Person:  # fmt: skip
    """Correct what is given; None leaves a field as it is. ``seen``: ``person_version`` the form was filled in from.

    Raises:
        Refused: the number is faulty or another's, the name empty. ChangedMeanwhile: somebody else was quicker.
    """
    row = locked(person, by)
    if seen and seen != person_version(row):
        raise ChangedMeanwhile([Change("姓名", row.name), Change("身份证号", masked_tail(row.citizen_id))])
    given = {"name": name, "address": address, "ethnic": ethnic, "hukou": hukou}
    if name is not None and not name.strip():
        raise Refused("没有保存：姓名要填。")
    changed = [field for field, value in given.items() if value is not None and value != getattr(row, field)]
    for field in changed:
        setattr(row, field, given[field])
    if citizen_id is not None and plain(citizen_id) != row.citizen_id:
        number = _sound_number(citizen_id)
        row.citizen_id, row.citizen_blind = number, citizen_blind(number)
        _state_of_number(row, number, by, on)
        changed.append("citizen_id")
    _save_alone(row)
    write_search_keys(row)
    wrote(row, "change_person", by, details={"fields": " ".join(changed)})
    return row


@transaction.atomic
def set_place(*, person: Person, kind: PlaceKind, place: int, from_: date, by: Actor, on: date) -> PersonPlace:
    """From a day one of the three divisions is another (its path). 户籍地 also decides who looks after the person.

    Raises:
        Refused: there is no such division. NotHere: it lies outside the actor's own.
    """
    row = locked(person, by)
    demand(by, Action.CHANGE_PERSONS, place)
    division = division_at(place)
    if division is None:
        raise Refused("没有保存：区划里没有这个地方。请从列表里选。")
    left = {row.county}
    old = row.places.filter(kind=kind, withdrawn_at=None)
    old.filter(Q(until=None) | Q(until__gt=from_)).update(until=from_)
    made = PersonPlace.objects.create(person=row, kind=kind, division=division, from_=from_)
    if kind == PlaceKind.REGISTERED:
        row.place, row.county = place, county_of(place)
        row.save(update_fields=["place", "county"])
        SearchKey.objects.filter(person=row).update(place=place)
    wrote(row, "set_place", by, details={"kind": str(kind), "place": place}, counties=left)
    return made


@transaction.atomic
def set_contact(
    *,
    person: Person,
    kind: ContactKind,
    name: str,
    relation: str,
    phone: str | None,
    by: Actor,
    on: date,
    seen: str = "",
) -> Contact | None:
    """A contact of one kind; ``phone`` None keeps the one there is, all empty takes the contact away (returns None).

    ``seen``: ``contact_version`` the form was filled in from.

    Raises:
        ChangedMeanwhile: somebody else was quicker.
    """
    row = locked(person, by)
    contact = row.contacts.filter(kind=kind).first()
    if seen and seen != contact_version(contact):
        raise ChangedMeanwhile(_contact_now(contact))
    contact = contact or Contact(person=row, kind=kind)
    contact.name, contact.relation = name.strip(), relation.strip()
    contact.phone = contact.phone if phone is None else phone.strip()
    if contact.name or contact.relation or contact.phone:
        contact.save()
    elif contact.pk:
        contact.delete()
    write_search_keys(row)
    wrote(row, "set_contact", by, details={"kind": str(kind)})
    return contact if contact.pk else None


def _contact_now(contact: Contact | None) -> list[Change]:
    if contact is None:
        return [Change("联系方式", "已经删除")]
    return [Change("姓名", contact.name), Change("关系", contact.relation), Change("电话", masked_tail(contact.phone))]


@transaction.atomic
def set_account(
    *, person: Person, bank: str, number: str, holder: str, holder_relation: str, by: Actor, on: date, seen: str = ""
) -> Account:
    """The account money goes to, whose it is and how he is related. ``seen``: ``account_version`` before.

    Raises:
        Refused: number or holder is missing. ChangedMeanwhile: somebody else was quicker.
    """
    row = locked(person, by)
    if not number.strip() or not holder.strip():
        raise Refused("没有保存：账号和户名都要填。")
    account = Account.objects.filter(person=row).first()
    if seen and seen != account_version(account):
        now = "已经删除" if account is None else masked_tail(account.number)
        raise ChangedMeanwhile([Change("账号", now)])
    account = account or Account(person=row)
    account.bank, account.holder_relation = bank.strip(), holder_relation.strip()
    account.number, account.holder = plain(number), holder.strip()
    account.save()
    wrote(row, "set_account", by)
    return account


@dataclass(frozen=True, slots=True)
class CertificateEntry:
    """A certificate as the national platform shows it. ``until``: the first day it is no longer valid."""

    number: str
    category: int | None
    level: int | None
    components: str = ""
    issued: date | None = None
    until: date | None = None
    state: CertificateState = CertificateState.ISSUED


@transaction.atomic
def set_certificate(*, person: Person, entry: CertificateEntry, by: Actor, on: date) -> Certificate:
    """The certificate as the national platform shows it; what changed is stated as facts of the federation (残联).

    Raises:
        Refused: the number is no certificate number, or another person's.
    """
    row = locked(person, by)
    fault = fault_of_certificate(entry.number, row.citizen_id)
    if fault is not None or not entry.number:
        raise Refused(f"没有保存：{fault or '残疾人证号要填'}。请对照残疾人证重填。")
    held = Certificate.objects.filter(person=row).first()
    before = _certificate_facts(held) if held else {}
    certificate = held or Certificate(person=row)
    certificate.number = plain(entry.number)
    for field in ("category", "level", "components", "issued", "until", "state"):
        setattr(certificate, field, getattr(entry, field))
    certificate.save()
    row.certificate = certificate
    for fact, value in _certificate_facts(certificate).items():
        if value is not None and value != before.get(fact):
            state(row, fact, value, source="残联", observed=on, by=by)
    write_search_keys(row)
    wrote(row, "set_certificate", by, details={"state": str(entry.state)})
    return certificate


def _certificate_facts(certificate: Certificate) -> dict[str, Value | None]:
    return {
        "category": certificate.category,
        "level": certificate.level,
        "certificate_issued": certificate.issued,
        "certificate_until": certificate.until,
        "certificate_state": _STATE_CODES[CertificateState(certificate.state)],
    }


@transaction.atomic
def mark_lost(*, person: Person, is_lost: bool, by: Actor, on: date) -> Person:
    """Nobody finds the person (失联), or he has been found again. Saying it twice changes nothing."""
    row = locked(person, by)
    if is_lost != (row.lost_at is not None):
        row.lost_at = timezone.now() if is_lost else None
        row.save(update_fields=["lost_at"])
        wrote(row, "mark_lost" if is_lost else "mark_found", by)
    return row


def _sound_number(citizen_id: str) -> str:
    number = plain(citizen_id)
    fault = fault_of(number)
    if fault is not None:
        raise Refused(f"没有保存：身份证号{_FAULTS[fault]}。")
    return number


def _save_alone(person: Person) -> None:
    """Save; somebody else's citizen number is refused without saying whose: he may be outside the actor's division."""
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise Refused("没有保存：这个身份证号已经有一份档案。本辖区里搜不到时，请联系县残联。") from None


def _state_of_number(person: Person, number: str, by: Actor, on: date) -> None:
    born = birth_date(number)
    if born is not None:
        state(person, "birth_date", born, source="公安", observed=on, by=by)
    state(person, "sex", 1 if is_male(number) else 2, source="公安", observed=on, by=by)
