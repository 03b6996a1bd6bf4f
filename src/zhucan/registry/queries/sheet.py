"""一人一档: all that is held of one person, as values a page draws. The number of queries never grows with the rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from zhucan.base.enums import FieldGroup
from zhucan.base.queries.divisions import full_names, names_of
from zhucan.exchange.terms import feed_book
from zhucan.match.facts import build_facts
from zhucan.registry.enums import PlaceKind
from zhucan.registry.models import BankReturn, Contact, Fact, FactEnding, Person, PersonPlace, Receipt
from zhucan.registry.queries.known import people_of
from zhucan.registry.values import decode
from zhucan.registry.vocabulary import vocabulary
from zhucan.rules.vocabulary import Fact as Meaning
from zhucan.rules.vocabulary import Value

_ABOUT_DISABILITY = "残联"
_ABOUT_IDENTITY = frozenset(
    {"birth_date", "age", "sex", "ethnic", "hukou", "urban_rural", "relationship", "township", "village", "marital"}
)
_MOST_RECEIPTS = 200


class Standing(Enum):
    """Whether a statement counts on the day; the value is said on the page."""

    USED = "采用"
    AGREES = "一致"
    OVERRULED = "未采用"
    NOT_NOW = "当天不适用"
    ENDED = "名单上不再有"
    WITHDRAWN = "已撤回"


@dataclass(frozen=True, slots=True)
class FactLine:
    """One statement, or (``id`` None) what lists say by not naming the person, or what is presumed.

    ``dispute`` says in words who contradicts whom; empty where nobody does.
    """

    id: int | None
    fact: str
    label: str
    value: str
    from_: date | None
    until: date | None
    observed: date | None
    source: str
    feed: str
    load: int | None
    recorded_at: datetime | None
    recorded_by: str
    standing: Standing
    dispute: str
    may_withdraw: bool


_PATH_OF: Mapping[str, int] = {"township": 10**3, "village": 1}
"""What makes a path of twelve digits of the code these facts hold."""


def group_of(fact: str) -> FieldGroup:
    """The group of fields a fact belongs to: it decides which offices see it."""
    if fact in _ABOUT_IDENTITY:
        return FieldGroup.IDENTITY
    meaning = vocabulary().find(fact)
    return FieldGroup.DISABILITY if meaning and meaning.owner == _ABOUT_DISABILITY else FieldGroup.HARDSHIP


@dataclass(frozen=True, slots=True)
class FactSheet:
    """What is known of a person on a day: the value of each fact in force, and the lines behind them."""

    values: Mapping[str, Value | None]
    lines: Sequence[FactLine]

    def seen_by(self, groups: Collection[FieldGroup]) -> FactSheet:
        """The same without the facts of groups that are not seen."""
        return FactSheet(
            {fact: value for fact, value in self.values.items() if group_of(fact) in groups},
            [line for line in self.lines if group_of(line.fact) in groups],
        )


def facts_of(person: Person, ids: Sequence[int], *, as_of: date) -> FactSheet:
    """Every statement about the files (``ids``) of a person, and what follows from them on a day. Seven queries."""
    words = vocabulary()
    people = people_of(person.county, as_of=as_of, book=feed_book(), vocabulary=words, only=[person.pk])
    table = build_facts(people.subjects, people.said, words, as_of) if people.ids else None
    values = dict(table.person(0)) if table else {}
    disputes = table.disputes.get(0, {}) if table else {}
    presumed = {fact for fact, places in table.presumed.items() if 0 in places} if table else set()
    rows = list(Fact.objects.filter(person_id__in=ids).select_related("recorded_by").order_by("-id"))
    ended = set(FactEnding.objects.filter(fact__person_id__in=ids, withdrawn_at=None).values_list("fact_id", flat=True))
    places = names_of(row.value * _PATH_OF[row.fact] for row in rows if row.value and row.fact in _PATH_OF)
    lines = [_line(row, row.id in ended, values, disputes, as_of, places) for row in rows if words.find(row.fact)]
    spoken = {line.fact for line in lines if line.standing in (Standing.USED, Standing.AGREES)}
    lines += [
        _silent(words.fact(fact), value, fact in presumed)
        for fact, value in values.items()
        if fact not in spoken and value is not None and not words.fact(fact).aggregate
    ]
    order = {fact: place for place, fact in enumerate(words.facts)}
    return FactSheet(values, sorted(lines, key=lambda line: order[line.fact]))


def _line(
    row: Fact,
    is_ended: bool,
    values: Mapping[str, Value | None],
    disputes: Mapping[str, str],
    as_of: date,
    places: Mapping[int, str],
) -> FactLine:
    meaning = vocabulary().fact(row.fact)
    value = None if row.value is None else decode(meaning, row.value)
    feed = next((feed.title for feed in feed_book() if feed.id == row.feed), row.feed)
    return FactLine(
        id=row.id, fact=row.fact, label=meaning.zh, value=_said(row, meaning, value, places),
        from_=row.from_, until=row.until, observed=row.observed, source=row.source, feed=feed, load=row.load_id,
        recorded_at=row.recorded_at, recorded_by=row.recorded_by.name if row.recorded_by else "",
        standing=_standing(row, is_ended, value, values.get(row.fact), as_of),
        dispute="" if row.withdrawn_at or is_ended else disputes.get(row.fact, ""),
        may_withdraw=row.load_id is None and row.withdrawn_at is None,
    )  # fmt: skip


def _said(row: Fact, meaning: Meaning, value: Value | None, places: Mapping[int, str]) -> str:
    """The value in words; a place by its name."""
    if value is None:
        return "名单上有，没有写明"
    path = (row.value or 0) * _PATH_OF.get(row.fact, 0)
    return places.get(path) or meaning.say(value)


def _standing(row: Fact, is_ended: bool, value: Value | None, used: Value | None, as_of: date) -> Standing:
    if row.withdrawn_at is not None:
        return Standing.WITHDRAWN
    if is_ended:
        return Standing.ENDED
    if (row.from_ and row.from_ > as_of) or (row.until and row.until <= as_of):
        return Standing.NOT_NOW
    return Standing.USED if value is not None and value == used else Standing.OVERRULED


def _silent(meaning: Meaning, value: Value, is_presumed: bool) -> FactLine:
    source = f"推定：{meaning.presumed_as}" if is_presumed else "名单已核对，名单上没有此人"
    return FactLine(
        id=None, fact=meaning.id, label=meaning.zh, value=meaning.say(value), from_=None, until=None, observed=None,
        source=source, feed="", load=None, recorded_at=None, recorded_by="", standing=Standing.USED, dispute="",
        may_withdraw=False,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One of the three divisions: its full name, and since when."""

    kind: PlaceKind
    name: str
    from_: date | None


def places_of(person: Person, *, on: date) -> list[PlaceLine]:
    """The three divisions of a person on a day; at most three queries. The 户籍地 is always there."""
    rows = PersonPlace.objects.filter(person=person, withdrawn_at=None).select_related("division").order_by("id")
    held = {
        PlaceKind(row.kind): (row.division.path, row.from_)
        for row in rows
        if (row.from_ is None or row.from_ <= on) and (row.until is None or row.until > on)
    }
    held.setdefault(PlaceKind.REGISTERED, (person.place, None))
    names = full_names(path for path, _ in held.values())
    return [PlaceLine(kind, names[held[kind][0]], held[kind][1]) for kind in PlaceKind if kind in held]


def contacts_of(person: Person) -> list[Contact]:
    """How to reach a person, himself first. One query."""
    order = {"self": 0, "guardian": 1, "contact": 2}
    return sorted(Contact.objects.filter(person=person), key=lambda contact: order.get(contact.kind, 3))


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What one payroll says, and what the bank returned: ``arrived`` None where no return file was loaded."""

    period: date
    policy: str
    amount_fen: int
    months: int
    payer: str
    place_name: str
    arrived: bool | None
    said: str


def receipts_of_person(ids: Sequence[int]) -> list[ReceiptLine]:
    """What was paid to the files of a person, latest month first. Two queries; at most 200 rows."""
    rows = list(
        Receipt.objects.filter(person_id__in=ids, withdrawn_at=None).order_by("-period", "policy", "id")[
            :_MOST_RECEIPTS
        ]
    )
    returned: dict[int, BankReturn] = {}
    for back in BankReturn.objects.filter(receipt_id__in=[row.pk for row in rows], withdrawn_at=None).order_by("id"):
        if back.receipt_id not in returned or back.arrived:
            returned[back.receipt_id] = back
    return [
        ReceiptLine(
            row.period, row.policy, row.amount_fen, row.months, row.payer, row.place_name,
            returned[row.pk].arrived if row.pk in returned else None,
            returned[row.pk].said if row.pk in returned else "",
        )
        for row in rows
    ]  # fmt: skip
