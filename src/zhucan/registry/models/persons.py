"""Persons with their three dated places, how to reach them, their account, and the keys they are found by."""

from __future__ import annotations

import secrets
import uuid

from django.db import models
from django.utils import timezone

from zhucan.base.secrets import Sealed
from zhucan.registry.enums import ContactKind, PlaceKind

_NUMBER_BITS = 52


def new_number() -> int:
    """A random internal number: snapshots hold it, and it tells nothing, not even who came before whom."""
    return secrets.randbits(_NUMBER_BITS) | 1 << _NUMBER_BITS


class Person(models.Model):
    """One person. Outside the database he goes by ``uuid``, never by a number that says who he is.

    ``citizen_blind`` is the blind index of the citizen number; two rows may share it only while one is merged into the
    other (``merged_into``: a link, reversible, nothing is re-parented). ``place`` is the path of the division that
    counts for rights and lists: the 户籍地's most exact known division; ``county`` its county's code (6 digits).
    ``ethnic`` and ``hukou`` are the roster's own words. ``lost_at``: nobody finds him (失联).
    """

    id = models.BigIntegerField(primary_key=True, default=new_number)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    citizen_sealed = models.BinaryField()
    citizen_id = Sealed("citizen_sealed", family="person")
    citizen_blind = models.BinaryField(max_length=16, db_index=True)
    name_sealed = models.BinaryField()
    name = Sealed("name_sealed", family="person")
    address_sealed = models.BinaryField(default=b"")
    address = Sealed("address_sealed", family="person")
    ethnic = models.CharField(max_length=20, blank=True)
    hukou = models.CharField(max_length=20, blank=True)
    place = models.BigIntegerField()
    county = models.IntegerField()
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    created_at = models.DateTimeField(default=timezone.now)
    created_load = models.ForeignKey("exchange.Load", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    lost_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["citizen_blind"],
                condition=models.Q(merged_into=None, withdrawn_at=None),
                name="one_person_per_citizen_number",
            ),
        )
        indexes = (
            models.Index(fields=["place", "id"]),
            models.Index(fields=["county", "id"]),
            models.Index(fields=["county"], name="person_merged", condition=models.Q(merged_into__isnull=False)),
        )

    def __str__(self) -> str:
        return str(self.uuid)


class PersonPlace(models.Model):
    """One of a person's three divisions, from one day to another; ``from_`` None: since always."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="places")
    kind = models.CharField(max_length=10, choices=PlaceKind)
    division = models.ForeignKey("base.Division", models.PROTECT, related_name="+")
    from_ = models.DateField(null=True)
    until = models.DateField(null=True)
    load = models.ForeignKey("exchange.Load", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["person", "kind"]),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class Contact(models.Model):
    """A way to reach a person, and whose it is. ``relation`` in words: 父亲, 邻居."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=10, choices=ContactKind)
    relation = models.CharField(max_length=20, blank=True)
    name_sealed = models.BinaryField(default=b"")
    name = Sealed("name_sealed", family="person")
    phone_sealed = models.BinaryField(default=b"")
    phone = Sealed("phone_sealed", family="person")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "kind"], name="one_contact_of_a_kind"),)

    def __str__(self) -> str:
        return str(self.uuid)


class Account(models.Model):
    """The bank or social-security card account money goes to, and whose it is."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.OneToOneField(Person, models.PROTECT, related_name="account")
    bank = models.CharField(max_length=60, blank=True)
    number_sealed = models.BinaryField(default=b"")
    number = Sealed("number_sealed", family="person")
    holder_sealed = models.BinaryField(default=b"")
    holder = Sealed("holder_sealed", family="person")
    holder_relation = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return str(self.uuid)


class SearchKey(models.Model):
    """A blind index by which the one search box finds a person: name, pinyin readings, initials, number, its tail.

    ``place`` repeats the person's, so that a search within a division is one index range.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="search_keys")
    token = models.BinaryField(max_length=16)
    place = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["token", "place", "person"], name="search_token"),)

    def __str__(self) -> str:
        return str(self.person_id)
