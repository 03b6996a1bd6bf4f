"""Findings: one difference to look at, settled by a person, and closed until a fact it rests on changes."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.utils import timezone

from zhucan.exchange.enums import FindingKind, FindingState, FindingVerdict


class Finding(models.Model):
    """One line of a list. ``number`` is the 核查编号 printed on visit sheets: random, telling nothing.

    ``key`` is the business key within a county (``policy:person``). ``evidence`` is a digest of everything the finding
    rests on; a settled one stays settled while it is the same (``settled_evidence``). ``gone_at``: the difference is no
    longer there. Money is 分 a month. ``reason`` is in the words of the letter, without personal data.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=10, choices=FindingKind)
    code = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    county = models.BigIntegerField()
    place = models.BigIntegerField()
    person = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="findings")
    receipt = models.ForeignKey("registry.Receipt", models.PROTECT, null=True, related_name="+")
    policy = models.CharField(max_length=60, blank=True)
    fen = models.BigIntegerField(null=True)
    months = models.SmallIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    basis = models.CharField(max_length=300, blank=True)
    question = models.CharField(max_length=300, blank=True)
    missing = models.CharField(max_length=300, blank=True)
    leans_on = models.CharField(max_length=200, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    evidence = models.BinaryField(max_length=16)
    opened_at = models.DateTimeField(default=timezone.now)
    gone_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")
    verdict = models.CharField(max_length=10, choices=FindingVerdict, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    postponed_until = models.DateField(null=True)
    settled_evidence = models.BinaryField(max_length=16, null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["county", "key"], name="finding_once"),)
        indexes = (
            models.Index(fields=["kind", "place", "id"], name="finding_list", condition=models.Q(gone_at=None)),
            models.Index(
                fields=["policy", "kind", "place", "id"], name="finding_policy", condition=models.Q(gone_at=None)
            ),
            models.Index(fields=["place", "id"], name="finding_place", condition=models.Q(gone_at=None)),
            # everything a count looks at: counting 200,000 lines reads this index alone
            models.Index(
                fields=[
                    "place",
                    "kind",
                    "policy",
                    "code",
                    "settled_at",
                    "settled_evidence",
                    "evidence",
                    "verdict",
                    "postponed_until",
                    "fen",
                    "person",
                    "missing",
                    "leans_on",
                    "gone_at",
                ],
                name="finding_counts",
                condition=models.Q(gone_at=None),
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> FindingState:
        """Where it stands today."""
        return self.state_on(timezone.localdate())

    def state_on(self, day: date) -> FindingState:
        """Where it stands on a day: what was postponed comes back by itself on the day it was postponed to.

        ``exchange.queries.findings.state_in_sql`` says the same to the database.
        """
        if self.gone_at:
            return FindingState.GONE
        if not self.settled_at or self.settled_evidence is None:
            return FindingState.OPEN
        if bytes(self.settled_evidence) != bytes(self.evidence):
            return FindingState.OPEN
        if self.verdict != FindingVerdict.POSTPONED:
            return FindingState.CLOSED
        is_over = self.postponed_until is not None and self.postponed_until <= day
        return FindingState.OPEN if is_over else FindingState.POSTPONED
