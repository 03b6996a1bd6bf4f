"""Two files of one person: a link that can be taken back. Nothing is moved from one to the other."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.base.permissions import Actor, NotHere, demand
from zhucan.registry.enums import MergeReason
from zhucan.registry.models import Person
from zhucan.registry.operations.writing import locked, wrote


@transaction.atomic
def merge_persons(*, kept: Person, other: Person, reason: MergeReason, by: Actor, on: date) -> Person:
    """``other`` is from now on read as ``kept``: whose page shows the facts and receipts of both. Returns ``kept``.

    Raises:
        Refused: they are one file, or one of them is part of a merger already.
        NotHere: one of them lies outside the actor's division.
    """
    if kept.pk == other.pk:
        raise Refused("没有合并：选中的是同一份档案。")
    first, second = sorted(
        (kept, other), key=lambda one: one.pk
    )  # in one order, so that two cannot wait for each other
    rows = {row.pk: row for row in (locked(first, by, Action.MERGE_PERSONS), locked(second, by, Action.MERGE_PERSONS))}
    kept, other = rows[kept.pk], rows[other.pk]
    if other.merged.exists():
        raise Refused("没有合并：要并入的这份档案名下已经并入了别的档案。请改为保留它，或先撤销那次合并。")
    other.merged_into = kept
    other.save(update_fields=["merged_into"])
    wrote(kept, "merge_persons", by, details={"other": other.pk, "reason": str(reason)}, also=[other])
    return kept


@transaction.atomic
def unmerge(*, other: Person, by: Actor, on: date) -> Person:
    """Take a merger back: both files stand as they did before. Returns ``other``.

    Raises:
        Refused: it is not merged, or both have the same citizen number.
    """
    row = Person.objects.select_for_update().filter(pk=other.pk, withdrawn_at=None).first()
    demand(by, Action.MERGE_PERSONS, row.place if row else None)
    if row is None:
        raise NotHere
    kept = row.merged_into
    if kept is None:
        raise Refused("这份档案没有并入别人，没有改动。")
    row.merged_into = None
    try:
        with transaction.atomic():
            row.save(update_fields=["merged_into"])
    except IntegrityError:
        raise Refused("没有分开：两份档案的身份证号相同。请先更正保留的那份的号码，再撤销合并。") from None
    wrote(row, "unmerge_persons", by, details={"kept": kept.pk}, also=[kept])
    return row
