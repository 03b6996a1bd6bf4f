"""What a load would change, sealed until confirmed; and what it did change, sealed, so that it can be undone."""

from __future__ import annotations

import uuid

from django.db import models

from zhucan.base.secrets import Sealed
from zhucan.exchange.enums import StagedKind


class StagedRow(models.Model):
    """One thing confirming would do. ``payload`` is JSON, sealed: what to write, before and after, problems.

    ``weight`` orders the preview, heaviest first. Deleted once the load is applied, discarded or purged.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    load = models.ForeignKey("exchange.Load", models.PROTECT, related_name="staged")
    table = models.ForeignKey("exchange.LoadTable", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=StagedKind)
    target = models.CharField(max_length=20)
    row = models.IntegerField(default=0)
    person_id = models.BigIntegerField(null=True)
    weight = models.BigIntegerField(default=0)
    payload_sealed = models.BinaryField()
    payload = Sealed("payload_sealed", family="exchange")

    class Meta:
        indexes = (models.Index(fields=["load", "kind", "-weight", "id"]), models.Index(fields=["load", "id"]))

    def __str__(self) -> str:
        return f"{self.load_id} {self.kind}"


class Change(models.Model):
    """One row of another app's table that a load wrote over: what stood there before (JSON, sealed), for the undo.

    ``before`` empty: the row was made by the load.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    load = models.ForeignKey("exchange.Load", models.PROTECT, related_name="changes")
    target = models.CharField(max_length=20)
    target_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True, db_index=True)
    before_sealed = models.BinaryField()
    before = Sealed("before_sealed", family="exchange")
    after_sealed = models.BinaryField()
    after = Sealed("after_sealed", family="exchange")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["load", "target", "target_id"], name="change_once_a_load"),)

    def __str__(self) -> str:
        return f"{self.load_id} {self.target}"
