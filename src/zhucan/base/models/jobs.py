"""Long work that survives ``kill -9``: a leased job."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from zhucan.base.enums import JobState


class Job(models.Model):
    """A piece of long work, done in chunks. Whoever holds the lease does the next chunk; an expired lease is anybody's.

    ``arguments`` holds ids and codes only. ``cursor`` says how far it is; it advances in the transaction of the chunk.
    ``key`` is the business key: the same work is never queued twice. ``note`` is what is being done, in Chinese.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=120, unique=True)
    arguments = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey("base.Post", models.PROTECT, null=True, related_name="+")
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, db_index=True)
    attempt = models.IntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    errors = models.BigIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["id"],
                name="job_open",
                condition=models.Q(finished_at=None, failed_at=None, cancelled_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def state(self) -> JobState:
        """Where it stands."""
        if self.finished_at:
            return JobState.DONE
        if self.failed_at:
            return JobState.FAILED
        if self.cancelled_at:
            return JobState.CANCELLED
        return JobState.RUNNING if self.started_at else JobState.WAITING
