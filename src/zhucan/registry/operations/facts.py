"""Stating and withdrawing facts: append-only; a lower source never overwrites a higher one, it makes a dispute."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.base.permissions import Actor, NotHere, demand
from zhucan.registry.enums import FactReason
from zhucan.registry.errors import Change, ChangedMeanwhile
from zhucan.registry.models import Fact, Person
from zhucan.registry.operations.writing import locked, wrote
from zhucan.registry.queries.versions import fact_version
from zhucan.registry.values import decode, encode
from zhucan.registry.vocabulary import vocabulary
from zhucan.rules.errors import UnknownName, ValueFault
from zhucan.rules.vocabulary import Fact as FactMeaning
from zhucan.rules.vocabulary import Value


@transaction.atomic
def record_fact(
    *, person: Person, fact: str, value: Value, source: str, by: Actor, on: date, from_: date | None = None,
    until: date | None = None, observed: date | None = None, reason: FactReason | None = None, seen: str = "",
) -> Fact:  # fmt: skip
    """State a fact of a person: what a source (民政, 入户, 本人 …) says, true ``from_`` … ``until`` (half-open).

    ``observed``: the day the source vouches for, ``on`` where not given. Nothing earlier is overwritten: the order of
    sources decides which statement counts. ``reason``: how he who writes knows.
    ``seen``: ``fact_version`` the form was filled in from.

    Raises:
        Refused: no such fact or it is computed, the value does not fit, the source may not say it, the days are wrong.
        ChangedMeanwhile: somebody else stated the same fact meanwhile.
    """
    meaning = meaning_of(fact)
    row = locked(person, by)
    _check(meaning, value, source, from_, until, observed, on)
    if seen and seen != fact_version(row, fact):
        raise ChangedMeanwhile(_latest(row, meaning))
    made = state(row, fact, value, source=source, from_=from_, until=until, observed=observed or on, by=by)
    details = {"fact": fact, "source": source, "reason": str(reason or "")}
    wrote(row, "record_fact", by, subject="fact", subject_id=made.pk, details=details)
    return made


@transaction.atomic
def withdraw_fact(*, fact: Fact, by: Actor, on: date) -> Fact:
    """Take a statement made by hand back; it stays in the record as withdrawn, and earlier ones count again.

    Raises:
        Refused: it came with a list (undo the import, or state what is right), or is withdrawn already.
    """
    person = Person.objects.filter(facts=fact).first()
    if person is None:
        demand(by, Action.CHANGE_PERSONS)
        raise NotHere
    demand(by, Action.CHANGE_PERSONS, person.place)
    if fact.load_id is not None:
        raise Refused("没有撤回：这一条来自导入的名单。名单错了请撤销那次导入，只有这一条错了请登记正确的情况。")
    done = Fact.objects.filter(pk=fact.pk, withdrawn_at=None).update(
        withdrawn_at=timezone.now(), withdrawn_by_id=by.user_id
    )
    if not done:
        raise Refused("这一条已经撤回过了，没有再改动。")
    wrote(person, "withdraw_fact", by, subject="fact", subject_id=fact.pk, details={"fact": fact.fact})
    fact.refresh_from_db()
    return fact


def state(
    person: Person, fact: str, value: Value, *, source: str, by: Actor, from_: date | None = None,
    until: date | None = None, observed: date | None = None,
) -> Fact:  # fmt: skip
    """Append one statement, within the transaction of an operation that checks rights and writes the audit event."""
    return Fact.objects.create(
        person=person, fact=fact, value=encode(value), source=source, from_=from_, until=until, observed=observed,
        recorded_by_id=by.user_id,
    )  # fmt: skip


def meaning_of(fact: str) -> FactMeaning:
    """The fact of the vocabulary that people may state.

    Raises:
        Refused: there is none of this name, or it is computed from others.
    """
    try:
        meaning = vocabulary().fact(fact)
    except UnknownName as problem:
        raise Refused(str(problem)) from None
    if meaning.subject != "person" or meaning.derive:
        raise Refused(f"没有登记：“{meaning.zh}”由系统算出或不是个人的事实，不能直接填。")
    return meaning


def _check(
    meaning: FactMeaning,
    value: Value,
    source: str,
    from_: date | None,
    until: date | None,
    observed: date | None,
    on: date,
) -> None:
    try:
        meaning.check(value)
    except ValueFault as fault:
        raise Refused(f"没有登记：{fault.what}，{fault.remedy}。") from None
    if meaning.authority and source not in meaning.authority:
        raise Refused(f"没有登记：“{meaning.zh}”的来源要选其中之一：{'、'.join(meaning.authority)}。")
    if from_ is not None and until is not None and until <= from_:
        raise Refused("没有登记：结束日期要晚于开始日期。")
    if observed is not None and observed > on:
        raise Refused("没有登记：核实日期不能晚于今天。")


def _latest(person: Person, meaning: FactMeaning) -> list[Change]:
    row = person.facts.filter(fact=meaning.id, withdrawn_at=None).order_by("-id").first()
    if row is None or row.value is None:
        return [Change(meaning.zh, "已经撤回")]
    return [Change(meaning.zh, f"{meaning.say(decode(meaning, row.value))}（{row.source}）")]
