"""Disability certificates as the national platform issued them."""

from __future__ import annotations

import uuid

from django.db import models

from zhucan.base.secrets import Sealed
from zhucan.registry.enums import CertificateState


class Certificate(models.Model):
    """One certificate. Its number is never a key: it embeds citizen number, category and level, and changes.

    ``category`` 1–7 and ``level`` 1–4 per GB/T 26341; ``components`` as ``11 42`` (category digit, level digit), empty
    where unknown. ``until`` is the first day it is no longer valid: the printed 有效期至 is one day earlier.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.OneToOneField("registry.Person", models.PROTECT, related_name="certificate")
    number_sealed = models.BinaryField(default=b"")
    number = Sealed("number_sealed", family="person")
    category = models.SmallIntegerField(null=True)
    level = models.SmallIntegerField(null=True)
    components = models.CharField(max_length=60, blank=True)
    issued = models.DateField(null=True)
    until = models.DateField(null=True, db_index=True)
    state = models.CharField(max_length=10, choices=CertificateState, default=CertificateState.ISSUED)

    def __str__(self) -> str:
        return str(self.uuid)
