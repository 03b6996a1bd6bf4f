"""How loads are called in sentences, and what stands in the way of undoing one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from zhucan.exchange.models import Load, LoadTable
from zhucan.exchange.terms import feed_book


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that rests on a load: the later load (None: something else), and a sentence about it."""

    load_id: int | None
    sentence: str


def load_kinds(ids: Sequence[int]) -> dict[int, str]:
    """The kinds of lists each load holds: 花名册、低保名单."""
    titles = {feed.id: feed.title for feed in feed_book()}
    found: dict[int, dict[str, None]] = {}
    rows = LoadTable.objects.filter(load_id__in=ids).exclude(feed="").order_by("load_id", "file_id", "number")
    for load, feed in rows.values_list("load_id", "feed"):
        found.setdefault(load, {})[titles.get(feed, feed)] = None
    return {load: "、".join(kinds) for load, kinds in found.items()}


def load_words(ids: Sequence[int]) -> dict[int, str]:
    """A load in words, without the names of its files: ``11月21日 10:05 导入的低保名单、死亡名单``."""
    kinds, found = load_kinds(ids), {}
    for load in Load.objects.filter(pk__in=ids):
        at = timezone.localtime(load.applied_at or load.created_at)
        found[load.pk] = f"{at.month}月{at.day}日 {at:%H:%M} 导入的{kinds.get(load.pk) or '名单'}"
    return found
