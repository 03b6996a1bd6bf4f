"""Policy texts that were law here, by fingerprint, and rates sheets waiting for a second person."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from zhucan.policies.enums import ProposalState


class AdoptedPolicy(models.Model):
    """A flattened policy text that a matching or a decision went by, content-addressed; never changed."""

    fingerprint = models.CharField(max_length=64, primary_key=True)
    policy = models.CharField(max_length=60)
    division = models.IntegerField()
    as_of = models.DateField()
    text = models.TextField()
    first_used_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.policy} {self.fingerprint[:12]}"


class RatesProposal(models.Model):
    """A dated rates sheet from Excel: proposed by one person, adopted by another, in force from its day.

    ``rows`` is the sheet as read (a list of row objects by column id); empty: it takes back what was adopted for that
    day.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    policy = models.CharField(max_length=60)
    division = models.ForeignKey("base.Division", models.PROTECT, related_name="+")
    on = models.DateField()
    source = models.CharField(max_length=200)
    rows = models.JSONField()
    stored = models.ForeignKey("base.StoredFile", models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    proposed_by = models.ForeignKey("base.User", models.PROTECT, related_name="+")
    adopted_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                # nobody at all (NULL) would pass a mere "not the same"
                condition=models.Q(adopted_at=None)
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("proposed_by"))),
                name="adopted_by_a_second_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.policy} {self.on}"

    @property
    def state(self) -> ProposalState:
        """Where it stands."""
        if self.adopted_at:
            return ProposalState.ADOPTED
        if self.refused_at:
            return ProposalState.REFUSED
        return ProposalState.WITHDRAWN if self.withdrawn_at else ProposalState.WAITING
