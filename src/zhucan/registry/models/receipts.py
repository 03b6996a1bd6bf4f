"""Receipts: what another office recorded as paid, and what the bank returned. Duplicates are allowed: to be found."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from zhucan.base.secrets import Sealed


class Receipt(models.Model):
    """One row of another office's payroll. ``amount_fen`` for ``months`` months, of ``period`` (first day of a month).

    Without ``person`` the payee is not on the register: his number and name stay sealed, ``payee_blind`` tells equal
    ones. ``place_name`` is the township that paid, as the list says it; ``place`` its path, the county's where unknown.
    ``row`` is the row number in the sheet, ``sequence`` its 序号, ``account_blind`` for joining with the bank's file.
    Only ``withdrawn_at`` and ``withdrawn_by`` may ever change, once: a trigger on both databases.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    county = models.IntegerField()
    person = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="receipts")
    payee_sealed = models.BinaryField(default=b"")
    payee = Sealed("payee_sealed", family="person")
    payee_blind = models.BinaryField(max_length=16)
    payer = models.CharField(max_length=20)
    policy = models.CharField(max_length=60)
    period = models.DateField()
    amount_fen = models.BigIntegerField()
    months = models.SmallIntegerField(default=1)
    place = models.BigIntegerField()
    place_name = models.CharField(max_length=40, blank=True)
    sequence = models.CharField(max_length=20, blank=True)
    account_blind = models.BinaryField(max_length=16, default=b"")
    table = models.ForeignKey("exchange.LoadTable", models.PROTECT, null=True, related_name="+")
    row = models.IntegerField(default=0)
    load = models.ForeignKey("exchange.Load", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = (
            models.Index(fields=["county", "period", "policy"]),
            models.Index(fields=["person", "-period"]),
            models.Index(fields=["load"], name="receipt_load"),
        )

    def __str__(self) -> str:
        return str(self.uuid)


class BankReturn(models.Model):
    """What the bank says of one payroll row; several lines of one row are several rows here. Guarded like receipts."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="returns")
    arrived = models.BooleanField()
    said = models.CharField(max_length=60, blank=True)
    load = models.ForeignKey("exchange.Load", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["load"], name="bank_return_load"),)

    def __str__(self) -> str:
        return str(self.receipt_id)
