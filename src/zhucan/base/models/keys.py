"""Data keys, wrapped by a master key that lies outside the database."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class DataKey(models.Model):
    """The key of one family of tables. ``wrapped`` can be opened with the master key ``master`` only."""

    number = models.SmallAutoField(primary_key=True)
    family = models.CharField(max_length=20, db_index=True)
    algorithm = models.CharField(max_length=12)
    wrapped = models.BinaryField()
    master = models.CharField(max_length=20)
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.family} {self.number}"
