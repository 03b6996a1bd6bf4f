"""Facts: what a source said of a subject, append-only, in valid time and record time; no direct identifiers."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Fact(models.Model):
    """One typed statement. ``fact`` is its id in the vocabulary; ``value`` an integer as ``registry.values`` codes it.

    Yes and no are 1 and 0, days are proleptic ordinals, codes their numbers, money 分. ``value`` None: the source names
    the subject and does not tell (``untold``), so that being on the list is no silence. ``from_`` … ``until`` are days
    of validity (half-open, None unbounded), ``observed`` the day the source vouches for.

    Nothing of a row may ever change but ``withdrawn_at`` and ``withdrawn_by``, once: a trigger on both databases.
    """

    person = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="facts")
    household = models.ForeignKey("registry.Household", models.PROTECT, null=True, related_name="facts")
    organisation = models.ForeignKey("registry.Organisation", models.PROTECT, null=True, related_name="facts")
    fact = models.CharField(max_length=60)
    value = models.BigIntegerField(null=True)
    source = models.CharField(max_length=20)
    feed = models.CharField(max_length=40, blank=True)
    load = models.ForeignKey("exchange.Load", models.PROTECT, null=True, related_name="+")
    from_ = models.DateField(null=True)
    until = models.DateField(null=True)
    observed = models.DateField(null=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, household=None, organisation=None)
                | models.Q(person=None, household__isnull=False, organisation=None)
                | models.Q(person=None, household=None, organisation__isnull=False),
                name="fact_of_one_subject",
            ),
        )
        indexes = (models.Index(fields=["person", "fact"]), models.Index(fields=["load"], name="fact_load"))

    def __str__(self) -> str:
        return f"{self.id} {self.fact}"


class FactEnding(models.Model):
    """A later, complete list of the same feed no longer says this. Void once its own load is undone, so that the fact
    resurfaces as it was. The same trigger guards it.
    """

    fact = models.ForeignKey(Fact, models.PROTECT, related_name="endings")
    load = models.ForeignKey("exchange.Load", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["fact", "load"], name="ended_once_a_load"),)

    def __str__(self) -> str:
        return str(self.fact_id)


class Coverage(models.Model):
    """A list of this feed was loaded for this county: whoever it does not name has what the feed says absence means.

    ``observed`` is the earliest day its tables tell of. ``policy`` and ``period`` (first day of a month) are set for
    payrolls and bank returns: receiving is known only where a list of that policy and month was loaded.
    """

    load = models.ForeignKey("exchange.Load", models.PROTECT, related_name="+")
    county = models.IntegerField()
    feed = models.CharField(max_length=40)
    policy = models.CharField(max_length=60, blank=True)
    period = models.DateField(null=True)
    observed = models.DateField(null=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["county", "feed"]),)

    def __str__(self) -> str:
        return f"{self.county} {self.feed}"
