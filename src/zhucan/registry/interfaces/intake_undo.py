"""Taking back what a load wrote: nothing is deleted but search keys; withdrawn rows say so, earlier facts resurface."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TypeAlias

from django.db.models import Exists, Max, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from zhucan.exchange.intake import LoadFacts
from zhucan.registry.models import (
    BankReturn,
    Coverage,
    Fact,
    FactEnding,
    Person,
    PersonPlace,
    Receipt,
    SearchKey,
)

Obstacle: TypeAlias = "tuple[int | None, str]"
_PARTS: Sequence[type[Model]] = (BankReturn, Receipt, FactEnding, Fact, PersonPlace)


def undo(load: LoadFacts, *, limit: int) -> Callable[[], int]:
    """Withdraw the next rows of a load, most dependent first; the answer does it and says how many (0: none left)."""
    for model in _PARTS:
        ids = list(_open(model, load).order_by("pk").values_list("pk", flat=True)[:limit])
        if ids:
            return partial(_withdraw, model, ids, load)
    people = Person.objects.filter(created_load_id=load.id, withdrawn_at=None)
    persons = list(people.order_by("id").values_list("id", flat=True)[: max(1, limit // 10)])
    if persons:
        return partial(_withdraw_people, persons)
    return partial(_withdraw_coverage, load)


def remaining(load: LoadFacts) -> int:
    """How many rows an undo has to withdraw."""
    rows = sum(_open(model, load).count() for model in _PARTS)
    return rows + Person.objects.filter(created_load_id=load.id, withdrawn_at=None).count()


def _open(model: type[Model], load: LoadFacts) -> QuerySet[Model]:
    return model._default_manager.filter(load_id=load.id, withdrawn_at=None)


def _withdraw(model: type[Model], ids: Sequence[int], load: LoadFacts) -> int:
    values: dict[str, datetime | int | None] = {"withdrawn_at": timezone.now()}
    if model is not PersonPlace:
        values["withdrawn_by_id"] = load.by.user_id
    model._default_manager.filter(pk__in=ids).update(**values)
    return len(ids)


def _withdraw_people(ids: Sequence[int]) -> int:
    SearchKey.objects.filter(person_id__in=ids).delete()
    Person.objects.filter(pk__in=ids).update(withdrawn_at=timezone.now())
    return len(ids)


def _withdraw_coverage(load: LoadFacts) -> int:
    rows = Coverage.objects.filter(load_id=load.id, withdrawn_at=None)
    rows.update(withdrawn_at=timezone.now(), withdrawn_by_id=load.by.user_id)
    return 0


def in_the_way(load: LoadFacts) -> Iterator[Obstacle]:
    """What rests on a load: later lists of the same kind, lists and records about people it brought, returns."""
    found: dict[int | None, str] = {}
    for other in _later_lists(load):
        found.setdefault(other, "之后又导入了同一种名单，那一份是在这一份的基础上比较的")
    for someone in _about_its_people(load):
        words = "之后登记或导入的内容写在这次新增的人员上"
        found.setdefault(someone, words)
    returns = BankReturn.objects.filter(receipt__load_id=load.id, withdrawn_at=None).exclude(load_id=load.id)
    for other in returns.values_list("load_id", flat=True).distinct():
        found.setdefault(other, "之后导入的银行回盘对应着这次的发放表")
    yield from found.items()


def _later_lists(load: LoadFacts) -> Iterator[int]:
    mine = Coverage.objects.filter(load_id=load.id, withdrawn_at=None)
    for feed, policy, period, latest in mine.values_list("feed", "policy", "period").annotate(latest=Max("id")):
        later = Coverage.objects.filter(
            county=load.county, feed=feed, policy=policy, period=period, withdrawn_at=None, id__gt=latest
        )
        yield from later.exclude(load_id=load.id).values_list("load_id", flat=True).distinct()


def _about_its_people(load: LoadFacts) -> Iterator[int | None]:
    others = Q(load=None) | ~Q(load_id=load.id)
    people = {"person__created_load_id": load.id, "person__withdrawn_at": None, "withdrawn_at": None}
    yield from Fact.objects.filter(others, **people).values_list("load_id", flat=True).distinct()
    yield from Receipt.objects.filter(others, **people).values_list("load_id", flat=True).distinct()
    merged = Person.objects.filter(merged_into=OuterRef("pk"))
    made = Person.objects.filter(created_load_id=load.id, withdrawn_at=None)
    if made.filter(Q(merged_into__isnull=False) | Exists(merged)).exists():
        yield None
