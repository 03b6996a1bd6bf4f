"""Households of three kinds with dated membership, and organisations."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from zhucan.base import audit
from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.base.permissions import Actor, demand
from zhucan.registry.enums import HouseholdKind
from zhucan.registry.models import Household, HouseholdMember, Organisation, Person
from zhucan.registry.operations.writing import locked, wrote


@transaction.atomic
def create_household(*, kind: HouseholdKind, place: int, by: Actor, on: date, address: str = "") -> Household:
    """A household of a division (its path), nobody in it yet.

    Raises:
        NotHere: the place lies outside the actor's division.
    """
    demand(by, Action.CHANGE_PERSONS, place)
    household = Household(kind=kind, place=place)
    household.address = address
    household.save()
    audit.record(by=by, action="create_household", subject="household", subject_id=household.pk, place=place)
    return household


@transaction.atomic
def add_member(
    *, household: Household, person: Person, by: Actor, on: date, relation: str = "", from_: date | None = None
) -> HouseholdMember:
    """The person belongs to the household from a day (None: since always). ``relation`` to the head, in words.

    Raises:
        Refused: he is in a household of this kind at that time.
    """
    demand(by, Action.CHANGE_PERSONS, household.place)
    row = locked(person, by)
    others = HouseholdMember.objects.filter(person=row, household__kind=household.kind)
    if others.filter(Q(until=None) | Q(until__gt=from_ or date.min)).exists():
        raise Refused(f"没有加入：这个人已经在另一个{HouseholdKind(household.kind).label}里。请先让他离开那一户。")
    made = HouseholdMember.objects.create(household=household, person=row, relation=relation, from_=from_)
    wrote(row, "add_member", by, subject="household", subject_id=household.pk)
    return made


@transaction.atomic
def end_membership(*, member: HouseholdMember, until: date, by: Actor, on: date) -> HouseholdMember:
    """The person belongs to the household no longer: ``until`` is the first day.

    Raises:
        Refused: the day is not after the first one, or the membership ended before.
    """
    person = locked(member.person, by)
    member.refresh_from_db()
    if member.until is not None:
        raise Refused("这个人已经离开这一户，没有再改动。")
    if member.from_ is not None and until <= member.from_:
        raise Refused("没有保存：离开的日期要晚于加入的日期。")
    member.until = until
    member.save(update_fields=["until"])
    wrote(person, "end_membership", by, subject="household", subject_id=member.household_id)
    return member


@transaction.atomic
def create_organisation(
    *, name: str, kind: str, place: int, by: Actor, on: date, credit_code: str = ""
) -> Organisation:
    """An employer, a school, a rehabilitation body of a division (its path).

    Raises:
        Refused: no name, or an organisation of this credit code is there already.
    """
    demand(by, Action.CHANGE_PERSONS, place)
    if not name.strip():
        raise Refused("没有登记：单位名称要填。")
    if credit_code and Organisation.objects.filter(credit_code=credit_code).exists():
        raise Refused("没有登记：这个统一社会信用代码已经登记过。")
    made = Organisation.objects.create(name=name.strip(), kind=kind, place=place, credit_code=credit_code)
    audit.record(by=by, action="create_organisation", subject="organisation", subject_id=made.pk, place=place)
    return made
