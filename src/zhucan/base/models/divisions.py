"""Divisions of the country in five levels, and how they became others."""

from __future__ import annotations

from django.db import models

from zhucan.base.enums import DivisionLevel, SuccessionKind


class Division(models.Model):
    """One division. ``code`` is the 12-digit statistical code as an integer (450803000000 is a county).

    ``path`` places it in the tree: also 12 digits, the code of its true parent with a segment of its own, equal to the
    code where parentage follows the prefix (exceptions: 开发区, 兵团, cities without counties; listed in content).
    Everything below it lies in ``path`` … ``last``, both included: scope is a range test, never a prefix match.
    """

    code = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=80)
    level = models.SmallIntegerField(choices=DivisionLevel)
    path = models.BigIntegerField(db_index=True)
    last = models.BigIntegerField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    from_ = models.DateField(null=True)
    until = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name


class DivisionSuccession(models.Model):
    """From ``on``, what was ``old`` is ``new``: a merger, a rename, a split, a move. Rows, never edits of history."""

    old = models.ForeignKey(Division, models.PROTECT, related_name="successors")
    new = models.ForeignKey(Division, models.PROTECT, related_name="predecessors")
    kind = models.CharField(max_length=10, choices=SuccessionKind)
    on = models.DateField()
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["old", "new", "on"], name="succession_once"),)

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"
