"""What the rules say of whom, kept for lists; and the matchings that computed it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from zhucan.policies.enums import Answer


class Verdict(models.Model):
    """One person × one policy as last computed, except 不符合 of people who receive nothing: those have no row.

    Derived, and kept by changed persons. ``amount_fen`` 分 per rhythm; ``receiving`` None: nobody looked; ``finding``
    as in ``match.findings``. ``place`` and ``county`` repeat the person's. ``as_of`` is the day it holds for.
    """

    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="verdicts")
    policy = models.CharField(max_length=60)
    county = models.IntegerField()
    place = models.BigIntegerField()
    answer = models.SmallIntegerField(choices=Answer)
    amount_fen = models.BigIntegerField(null=True)
    receiving = models.BooleanField(null=True)
    paid_fen = models.BigIntegerField(default=0)
    finding = models.CharField(max_length=40)
    reason = models.CharField(max_length=300, blank=True)
    basis = models.CharField(max_length=300, blank=True)
    question = models.CharField(max_length=300, blank=True)
    missing = models.CharField(max_length=300, blank=True)
    leans_on = models.CharField(max_length=200, blank=True)
    months = models.SmallIntegerField(null=True)
    remark = models.CharField(max_length=300, blank=True)
    as_of = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "policy"], name="verdict_once"),)
        indexes = (
            models.Index(fields=["county", "policy", "finding", "place", "person"], name="verdict_list"),
            models.Index(fields=["place", "policy", "answer", "person"], name="verdict_place"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.policy}"


class Matching(models.Model):
    """One matching of a county: as of which day, for which month, against which revision, and what it counted.

    ``numbers`` holds counts, presumptions, questions and policy titles as ``policies.numbers`` writes them: no personal
    data. The latest finished one of a county is what pages show.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    county = models.IntegerField()
    division = models.ForeignKey("base.Division", models.PROTECT, related_name="+")
    as_of = models.DateField()
    revision = models.BigIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)
    persons = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    numbers = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["county", "-id"]),)

    def __str__(self) -> str:
        return f"{self.county} {self.as_of}"
