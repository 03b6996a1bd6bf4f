"""A load: files dropped together, read, previewed, confirmed, applied, and for seven days undoable."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from zhucan.base.secrets import Sealed
from zhucan.exchange.enums import LoadState


class Load(models.Model):
    """Files dropped together by one office for one county. What happened to it is stored; its state is derived.

    ``as_of`` is the day the lists are read for (it decides which words of a list are in force when previewing).
    ``based_on`` is the county's revision the preview was computed against: a later one makes the preview stale.
    ``problem`` says in plain Chinese why it failed. ``key`` is the client's own id of the drop: sent twice, it is one.
    ``counts`` are what the preview counted (persons added, facts changed …): numbers by code, nothing personal.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=64, unique=True)
    organ = models.ForeignKey("base.Organ", models.PROTECT, null=True, related_name="+")
    division = models.ForeignKey("base.Division", models.PROTECT, related_name="+")
    place = models.BigIntegerField(db_index=True)
    as_of = models.DateField()
    based_on = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)
    undo_asked_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")
    problem = models.CharField(max_length=500, blank=True)
    counts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"load {self.id}"

    @property
    def state(self) -> LoadState:
        """Where it stands."""
        happened = (
            (self.undone_at, LoadState.UNDONE),
            (self.undo_asked_at, LoadState.UNDOING),
            (self.discarded_at, LoadState.DISCARDED),
            (self.applied_at, LoadState.APPLIED),
            (self.failed_at, LoadState.FAILED),
            (self.confirmed_at, LoadState.APPLYING),
            (self.read_at, LoadState.READY),
        )
        return next((state for at, state in happened if at), LoadState.READING)


class LoadFile(models.Model):
    """One file of a load. ``refusal`` (plain Chinese) is set where nothing of it could be read.

    ``explained`` is the copy of the user's own file in which every row says what became of it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    load = models.ForeignKey(Load, models.PROTECT, related_name="files")
    number = models.SmallIntegerField()
    stored = models.ForeignKey("base.StoredFile", models.PROTECT, related_name="+")
    explained = models.ForeignKey("base.StoredFile", models.PROTECT, null=True, related_name="+")
    refusal = models.CharField(max_length=500, blank=True)
    hidden_sheets = models.SmallIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["load", "number"], name="load_file_once"),)

    def __str__(self) -> str:
        return f"{self.load_id}/{self.number}"


class LoadTable(models.Model):
    """One recognised table of a file, with the account of its rows: read = the sum of the five outcomes.

    ``columns`` maps the feed's column ids to 0-based positions, ``headings`` to the user's own words for them.
    ``chosen`` is what a person corrected of this sheet: its kind (``feed``) and its month (``month``).
    ``period`` is the month of a payroll (its first day). ``skipped`` rows are headings, totals and notes.
    A sheet no feed reads has a row as well: ``feed`` empty, ``remark`` says why.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    load = models.ForeignKey(Load, models.PROTECT, related_name="tables")
    file = models.ForeignKey(LoadFile, models.PROTECT, related_name="tables")
    number = models.SmallIntegerField()
    feed = models.CharField(max_length=40, blank=True)
    sheet_sealed = models.BinaryField()
    sheet = Sealed("sheet_sealed", family="exchange")
    columns = models.JSONField(default=dict)
    headings = models.JSONField(default=dict)
    chosen = models.JSONField(default=dict)
    observed = models.DateField(null=True)
    period = models.DateField(null=True)
    remark = models.CharField(max_length=300, blank=True)
    skipped = models.IntegerField(default=0)
    read = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    duplicate = models.IntegerField(default=0)
    not_ours = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["file", "number"], name="load_table_once"),
            models.CheckConstraint(
                condition=models.Q(
                    read=models.F("accepted") + models.F("unchanged") + models.F("duplicate")
                    + models.F("not_ours") + models.F("rejected")
                ),
                name="every_row_has_one_outcome",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.load_id}/{self.feed}"


class RememberedColumn(models.Model):
    """An office's correction: in its tables of this feed, this heading is that column (empty: none of ours)."""

    organ = models.ForeignKey("base.Organ", models.PROTECT, related_name="+")
    feed = models.CharField(max_length=40)
    heading = models.CharField(max_length=80)
    column = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("base.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["organ", "feed", "heading"], name="remembered_once"),)

    def __str__(self) -> str:
        return f"{self.feed}: {self.heading}"


class Revision(models.Model):
    """How often the persons, facts or receipts of a county changed; whoever computed from an earlier one is stale."""

    division = models.OneToOneField("base.Division", models.PROTECT, primary_key=True, related_name="+")
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.division_id}: {self.number}"
