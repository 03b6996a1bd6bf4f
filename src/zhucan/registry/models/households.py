"""Households of three kinds with dated membership, and organisations."""

from __future__ import annotations

import uuid

from django.db import models

from zhucan.base.secrets import Sealed
from zhucan.registry.enums import HouseholdKind


class Household(models.Model):
    """People counted together for one purpose; the three kinds of one person may differ."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=HouseholdKind)
    place = models.BigIntegerField(db_index=True)
    address_sealed = models.BinaryField(default=b"")
    address = Sealed("address_sealed", family="person")

    def __str__(self) -> str:
        return str(self.uuid)


class HouseholdMember(models.Model):
    """A person's membership, from one day to another. ``relation`` to the head, in words."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="members")
    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="memberships")
    relation = models.CharField(max_length=20, blank=True)
    from_ = models.DateField(null=True)
    until = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.household_id}: {self.person_id}"


class Organisation(models.Model):
    """An employer, a rehabilitation body, a school: a subject of facts that is no person."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    credit_code = models.CharField(max_length=18, blank=True, db_index=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    place = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.name
