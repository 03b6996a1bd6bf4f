"""Correcting what a load was read as: a heading, the kind of a list, the month of a payroll; then it is read anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhucan.base import audit
from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.base.permissions import Actor, demand
from zhucan.exchange.models import Load, LoadTable, RememberedColumn
from zhucan.exchange.operations.loads import read_again
from zhucan.exchange.terms import feed_book

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


@transaction.atomic
def correct_table(
    *, table: LoadTable, by: Actor, on: date, feed: str = "", month: str = "",
    headings: Mapping[str, str] | None = None,
) -> Load:  # fmt: skip
    """Say what a sheet is: its kind of list (feed id), its month (``2026-11``), and which column a heading means.

    Headings (heading → column id, empty: none of ours) are remembered for the actor's office; kind and month are of
    this load's sheet alone. The load is read anew.

    Raises:
        NotAllowed, NotHere: he may not, or not there.
        Refused: no such kind of list, column or month; or the load can no longer be read anew.
    """
    demand(by, Action.IMPORT, table.load.place)
    _check(feed, month, table.feed, headings or {})
    chosen = {key: value for key, value in (("feed", feed), ("month", month)) if value}
    siblings = [each for each in LoadTable.objects.filter(file=table.file) if each.sheet == table.sheet]
    LoadTable.objects.filter(pk__in=[each.pk for each in siblings]).update(chosen=chosen)
    for heading, column in (headings or {}).items():
        _remember(feed or table.feed, heading, column, by)
    audit.record(
        by=by, action="correct_load", subject="load", subject_id=table.load_id, place=table.load.place,
        details={"headings": len(headings or {}), "feed": feed, "month": month},
    )  # fmt: skip
    return read_again(load=table.load, by=by, on=on)


def _check(feed: str, month: str, read_as: str, headings: Mapping[str, str]) -> None:
    kinds = {each.id: each for each in feed_book()}
    if feed and feed not in kinds:
        raise Refused("没有改：没有这一种名单。请从列表里选。")
    if month and not _MONTH.fullmatch(month):
        raise Refused("没有改：月份要写成 2026-11 这样。")
    if headings:
        own = kinds.get(feed or read_as)
        columns = {column.id for column in own.columns} if own else set()
        if any(column and column not in columns for column in headings.values()):
            raise Refused("没有改：这一种名单里没有这一列。请从列表里选。")


def _remember(feed: str, heading: str, column: str, by: Actor) -> None:
    if by.organ_id is None:
        raise Refused("没有改：列的叫法是按单位记住的，请用单位的岗位登录后再改。")
    RememberedColumn.objects.update_or_create(
        organ_id=by.organ_id,
        feed=feed,
        heading=heading[:80],
        defaults={"column": column, "at": timezone.now(), "by_id": by.user_id},
    )
