"""Files people sent and files we made for them, encrypted on disk, purged after their day."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from zhucan.base.secrets import Sealed


class StoredFile(models.Model):
    """One file under the data directory, named by its uuid and encrypted. Its real name is sealed: it may name people.

    ``sha256`` is of the plain bytes, keyed (a plain digest of a short file could be guessed). ``purge_on`` is the day
    from which its bytes are deleted; the row stays.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name_sealed = models.BinaryField()
    name = Sealed("name_sealed", family="file")
    size = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")
    purge_on = models.DateField()
    purged_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.uuid)
