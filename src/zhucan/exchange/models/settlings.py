"""What was decided about findings, by whom, and what stood there before; and filters somebody gave a name."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from zhucan.exchange.enums import FindingVerdict


class Settling(models.Model):
    """One decision about one finding or about all a filter found. ``verdict`` empty: they were opened again.

    ``query`` is the filter as its address says it. ``left`` are the first lines that were left, and why: [number, uuid,
    why]. ``is_note``: something was written down about the finding and it stands where it stood. ``place`` is the top
    of the division of whoever decided. Undone as one, within seven days.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")
    place = models.BigIntegerField()
    verdict = models.CharField(max_length=10, choices=FindingVerdict, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    until = models.DateField(null=True)
    query = models.CharField(max_length=500, blank=True)
    done = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    left = models.JSONField(default=list)
    is_note = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["by", "-id"], name="settling_of_user"),)

    def __str__(self) -> str:
        return f"settling {self.id}"


class SettlingStep(models.Model):
    """What a settling did to one finding: what stood there before, and the moment that stands there after it."""

    settling = models.ForeignKey(Settling, models.PROTECT, related_name="steps")
    finding = models.ForeignKey("exchange.Finding", models.PROTECT, related_name="steps")
    before_at = models.DateTimeField(null=True)
    before_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")
    before_verdict = models.CharField(max_length=10, blank=True)
    before_answer = models.CharField(max_length=200, blank=True)
    before_until = models.DateField(null=True)
    before_evidence = models.BinaryField(max_length=16, null=True)
    after_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["settling", "finding"], name="settled_once_a_settling"),)

    def __str__(self) -> str:
        return f"{self.settling_id}/{self.finding_id}"


class SavedFilter(models.Model):
    """A filter of a list with a name, for one user: the part of the address after the question mark."""

    user = models.ForeignKey("base.User", models.CASCADE, related_name="+")
    page = models.CharField(max_length=20, default="findings")
    name = models.CharField(max_length=20)
    query = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "page", "name"], name="saved_filter_once"),)

    def __str__(self) -> str:
        return self.name
