"""Who did and saw what: events that nothing may change, and the chain a sealer puts over them."""

from __future__ import annotations

from django.db import models


class AuditEvent(models.Model):
    """One write, or one view of a person. Holds ids, counts and codes, never values of personal data.

    Written in the transaction of what it tells of. Triggers on both databases abort UPDATE and DELETE.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    user = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey("base.Post", models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=30, blank=True)
    subject_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    place = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)
    request = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["person_id", "-id"]),
            models.Index(fields=["user", "-id"]),
            models.Index(fields=["subject_kind", "subject_id", "-id"]),
        )

    def __str__(self) -> str:
        return f"{self.id} {self.action}"


class AuditLink(models.Model):
    """The chain: one link per event, in the order of sealing; ``digest`` covers the event and the link before it.

    Triggers on both databases abort UPDATE and DELETE.
    """

    id = models.BigAutoField(primary_key=True)
    event = models.OneToOneField(AuditEvent, models.PROTECT, related_name="link")
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)
