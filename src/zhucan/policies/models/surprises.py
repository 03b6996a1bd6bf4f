"""What people said who were surprised by a result on the portal, and what the county answered them."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from zhucan.base.secrets import Sealed
from zhucan.policies.enums import SurpriseKind, SurpriseState


class Surprise(models.Model):
    """One remark on one policy by somebody nobody knows; ``division`` is the county whose posts see it.

    ``code_blind`` is the blind index of the code she was given. ``told`` is the verdict with her answers, as
    ``policies.told`` writes it, where she allowed it to be sent along. ``answer`` is for her, ``note`` for the office.
    ``purged_at``: her text, her answers and how to reach her were deleted; what the office wrote stays.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code_blind = models.BinaryField(max_length=16, unique=True)
    policy = models.CharField(max_length=60)
    division = models.ForeignKey("base.Division", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=SurpriseKind)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    told_sealed = models.BinaryField(default=b"")
    told = Sealed("told_sealed", family="person")
    text_sealed = models.BinaryField(default=b"")
    text = Sealed("text_sealed", family="person")
    contact_sealed = models.BinaryField(default=b"")
    contact = Sealed("contact_sealed", family="person")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")
    answer_sealed = models.BinaryField(default=b"")
    answer = Sealed("answer_sealed", family="person")
    note_sealed = models.BinaryField(default=b"")
    note = Sealed("note_sealed", family="person")
    purged_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["division", "answered_at", "at"], name="surprise_queue"),)

    def __str__(self) -> str:
        return f"{self.policy} {self.kind}"

    @property
    def state(self) -> SurpriseState:
        """Where it stands."""
        if self.answered_at is None:
            return SurpriseState.OPEN
        return SurpriseState.ANSWERED if self.answer_sealed else SurpriseState.CLOSED
