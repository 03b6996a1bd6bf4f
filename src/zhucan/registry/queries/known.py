"""What a determination reads of many people at once: their own facts, what was said of them, what was paid.

Reads go past the ORM: a county has 300,000 statements, and a model object for each would cost ten times the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TypeAlias

from django.db import connection

from zhucan.base.parts import parts
from zhucan.files.disability import MULTIPLE, Component
from zhucan.files.feeds import Feed, FeedBook
from zhucan.match.facts import Said
from zhucan.match.receipts import Payment, Receipts
from zhucan.match.roster import OWN_FACTS
from zhucan.registry.values import decode
from zhucan.rules.statements import Statement
from zhucan.rules.vocabulary import Value, Vocabulary

_FETCHED = 10_000
Cell: TypeAlias = "int | str | date | datetime | bytes | memoryview | bool | None"


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as the rules want him: what his own row settles, and his disabilities (None: not known)."""

    facts: Mapping[str, Value]
    components: tuple[Component, ...] | None


@dataclass(frozen=True, slots=True)
class People:
    """People in the order of their place, with what lists say of them; ``said`` counts by position in ``ids``."""

    ids: Sequence[int]
    places: Sequence[int]
    subjects: Sequence[Subject]
    said: Said

    @property
    def index(self) -> Mapping[int, int]:
        """Positions by person id."""
        return {id_: place for place, id_ in enumerate(self.ids)}


def people_of(
    county: int,
    *,
    as_of: date,
    book: FeedBook,
    vocabulary: Vocabulary,
    known_at: datetime | None = None,
    only: Collection[int] | None = None,
) -> People:
    """Everybody of a county (6 digits), or ``only`` these of it, with everything recorded by ``known_at`` (None: now).

    A person merged into another is not listed; what was said of him is said of the other.
    """
    rows = sorted(_persons(county, only), key=lambda row: (row[1], row[0]))
    kept = {id_: place for place, (id_, _) in enumerate(rows)}
    merged = dict(_merged(county))
    position = {**kept, **{id_: kept[into] for id_, into in merged.items() if into in kept}}
    wanted = None if only is None else list(position)
    coverage = _coverage(county, known_at)
    reading = _Reading(as_of, vocabulary, coverage)
    for row in _newest_first(_facts(county, wanted, known_at)):
        reading.add(position.get(_int(row[0])), row)
    said = reading.said
    said.loaded = [(feed, coverage[feed.id][1]) for feed in book if feed.gives and feed.id in coverage]
    components = {position[id_]: each for id_, each in _components(county, wanted) if id_ in kept}
    subjects = [_subject(reading.own.get(place, {}), components.get(place)) for place in range(len(rows))]
    return People([row[0] for row in rows], [row[1] for row in rows], subjects, said)


def _subject(own: Mapping[str, Value], components: tuple[Component, ...] | None) -> Subject:
    """Whoever has one disability has it with the level of his certificate."""
    category, level = own.get("category"), own.get("level")
    if components is None and isinstance(category, int) and category != MULTIPLE:
        components = (Component(category, level if isinstance(level, int) else None),)
    return Subject(own, components)


class _Reading:
    """Sorts rows of facts into people's own facts and statements."""

    def __init__(self, as_of: date, vocabulary: Vocabulary, coverage: Mapping[str, tuple[int, date | None]]) -> None:
        self.said, self.own = Said(as_of), dict[int, dict[str, Value]]()
        self._facts, self._coverage = vocabulary.facts, coverage
        self._newest: dict[tuple[int, str], int] = {}
        self._same: dict[tuple[Cell, ...], Statement] = {}

    def add(self, place: int | None, row: Sequence[Cell]) -> None:
        """Add one row: person, id, fact, value, source, feed, load, from, until, observed."""
        name, value = row[2], row[3]
        fact = self._facts.get(name) if isinstance(name, str) else None
        if place is None or fact is None:  # of somebody not asked for, or no longer in the vocabulary
            return
        if fact.id in OWN_FACTS:
            self._own(place, fact.id, row)
        elif value is None:
            self.said.untold.setdefault(place, set()).add(fact.id)
        else:
            self.said.statements.append((place, self._statement(row)))

    def _own(self, place: int, fact: str, row: Sequence[Cell]) -> None:
        """The row recorded last counts."""
        id_, value = row[1], row[3]
        if isinstance(id_, int) and isinstance(value, int) and id_ > self._newest.get((place, fact), 0):
            self._newest[place, fact] = id_
            self.own.setdefault(place, {})[fact] = decode(self._facts[fact], value)

    def _statement(self, row: Sequence[Cell]) -> Statement:
        """Equal rows share one statement: it is resolved once."""
        key = tuple(row[2:])
        if key not in self._same:
            _, _, name, value, source, feed, load, from_, until, observed = row
            assert isinstance(name, str)
            assert isinstance(value, int)
            assert isinstance(feed, str)
            latest = self._coverage.get(feed)
            seen = latest[1] if latest is not None and latest[0] != load else _day(observed)
            self._same[key] = Statement(
                name, decode(self._facts[name], value), str(source), feed, _day(from_), _day(until), seen
            )
        return self._same[key]


def _persons(county: int, only: Collection[int] | None) -> list[tuple[int, int]]:
    sql = "SELECT id, place FROM registry_person WHERE county = %s AND merged_into_id IS NULL AND withdrawn_at IS NULL"
    return [(_int(row[0]), _int(row[1])) for row in _rows(sql, [county], "id", only)]


def _merged(county: int) -> list[tuple[int, int]]:
    sql = "SELECT id, merged_into_id FROM registry_person WHERE county = %s AND merged_into_id IS NOT NULL"
    return [(_int(row[0]), _int(row[1])) for row in _rows(sql, [county])]


def _facts(county: int, only: Collection[int] | None, known_at: datetime | None) -> Iterator[Sequence[Cell]]:
    """person, id, fact, value, source, feed, load, from, until, observed of every fact in force."""
    sql = (
        "SELECT f.person_id, f.id, f.fact, f.value, f.source, f.feed, f.load_id, f.from_, f.until, f.observed "
        "FROM registry_fact f JOIN registry_person p ON p.id = f.person_id "
        "WHERE p.county = %s AND p.withdrawn_at IS NULL AND {fact} AND NOT EXISTS "
        "(SELECT 1 FROM registry_factending e WHERE e.fact_id = f.id AND {ending})"
    )
    fact, first = _in_force("f", known_at)
    ending, second = _in_force("e", known_at)
    return _rows(sql.format(fact=fact, ending=ending), [county, *first, *second], "f.person_id", only)


def _newest_first(rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    """What was stated by hand, newest first, then the lists: of equal sources and days the first one counts."""
    listed: list[Sequence[Cell]] = []
    by_hand: list[Sequence[Cell]] = []
    for row in rows:
        (by_hand if row[6] is None else listed).append(row)
    yield from sorted(by_hand, key=lambda row: -_int(row[1]))
    yield from listed


def _coverage(county: int, known_at: datetime | None) -> dict[str, tuple[int, date | None]]:
    """The latest load of each feed in force, and the day its lists tell of."""
    condition, parameters = _in_force("c", known_at)
    sql = (
        "SELECT c.feed, c.load_id, c.observed FROM registry_coverage c "
        f"WHERE c.county = %s AND {condition} ORDER BY c.id"
    )
    return {str(feed): (_int(load), _day(observed)) for feed, load, observed in _rows(sql, [county, *parameters])}


def _components(county: int, only: Collection[int] | None) -> Iterator[tuple[int, tuple[Component, ...]]]:
    sql = (
        "SELECT c.person_id, c.components FROM registry_certificate c JOIN registry_person p ON p.id = c.person_id "
        "WHERE p.county = %s AND c.components <> ''"
    )
    for person, text in _rows(sql, [county], "c.person_id", only):
        yield _int(person), components_of(str(text))


@lru_cache(maxsize=4096)
def components_of(text: str) -> tuple[Component, ...]:
    """``11 40`` as disabilities: category digit and level digit, level 0 where nobody stated it."""
    return tuple(Component(int(each[0]), int(each[1]) or None) for each in text.split())


def components_text(components: Iterable[Component] | None) -> str:
    """The other way; empty where they are not known."""
    return " ".join(f"{each.category}{each.level or 0}" for each in components or ())


def _in_force(alias: str, known_at: datetime | None) -> tuple[str, list[datetime]]:
    if known_at is None:
        return f"{alias}.withdrawn_at IS NULL", []
    condition = f"{alias}.recorded_at <= %s AND ({alias}.withdrawn_at IS NULL OR {alias}.withdrawn_at > %s)"
    return condition, [known_at, known_at]


def _rows(
    sql: str, parameters: Sequence[int | date | datetime], column: str = "", only: Collection[int] | None = None
) -> Iterator[Sequence[Cell]]:
    """The rows of a query; of some ids only where ``only`` is given, so many at a time."""
    ids = None if only is None else sorted(only)
    for part in [None] if ids is None else parts(ids):
        condition = "" if part is None else f" AND {column} IN ({', '.join(['%s'] * len(part))})"
        with connection.cursor() as cursor:
            cursor.execute(sql + condition, [*parameters, *(part or ())])
            while rows := cursor.fetchmany(_FETCHED):  # row by row, Django's cursor costs as much as the query
                yield from rows


@lru_cache(maxsize=100_000)
def _iso_day(text: str) -> date:
    return date.fromisoformat(text)


def _day(value: Cell) -> date | None:
    """A day as either database gives it."""
    if isinstance(value, str):
        return _iso_day(value)
    return value if isinstance(value, date) else None


def _int(value: Cell) -> int:
    assert isinstance(value, int)
    return value


def receipts_of(
    county: int,
    *,
    period: date,
    people: Mapping[int, int],
    returns: Iterable[Feed],
    only: Collection[int] | None = None,
) -> Receipts:
    """What was paid to whom in a month (its first day), and which policies lists of that month cover.

    ``people`` gives positions by person id; payees not among them keep no position. A payee that is nobody of the
    register goes by a digest of his number. ``returns`` are the feeds of banks' return files. ``only``: payments to
    these persons alone.
    """
    found = Receipts(f"{period:%Y-%m}")
    banks = {feed.id for feed in returns}
    sql = (
        "SELECT feed, policy FROM registry_coverage "
        "WHERE county = %s AND period = %s AND policy <> '' AND withdrawn_at IS NULL"
    )
    covered = [(str(feed), str(policy)) for feed, policy in _rows(sql, [county, period])]
    found.compared.update(policy for feed, policy in covered if feed not in banks)
    found.presumed.update(found.compared - {policy for feed, policy in covered if feed in banks})
    merged = dict(_merged(county))
    wanted = None if only is None else {*only, *(id_ for id_, into in merged.items() if into in only)}
    returned = _returned(county, period, wanted)
    sql = (
        "SELECT r.id, r.person_id, r.payee_blind, r.policy, r.place_name, r.amount_fen, r.months, r.row "
        "FROM registry_receipt r WHERE r.county = %s AND r.period = %s AND r.withdrawn_at IS NULL"
    )
    paid = sorted(_rows(sql, [county, period], "r.person_id", wanted), key=lambda row: _int(row[0]))
    for id_, person, blind, policy, place, amount, months, row in paid:
        arrived, said = returned.get(_int(id_), (str(policy) in found.presumed, ""))
        owner = merged.get(person, person) if isinstance(person, int) else None
        assert isinstance(blind, bytes | memoryview)
        payment = Payment(
            policy=str(policy),
            person=people.get(owner) if owner is not None else None,
            number=bytes(blind).hex() if owner is None else None,
            name="",
            place=str(place),
            amount_fen=_int(amount),
            months=_int(months),
            arrived=arrived,
            said=said,
            source=str(id_),
            source_row=_int(row),
        )
        if payment.amount_fen and (payment.person is not None or payment.number is not None):
            found.payments.append(payment)
    return found


def _returned(county: int, period: date, only: Collection[int] | None) -> dict[int, tuple[bool, str]]:
    """Per receipt whether any line of the bank says it arrived, and else what the bank says."""
    sql = (
        "SELECT b.receipt_id, b.arrived, b.said FROM registry_bankreturn b "
        "JOIN registry_receipt r ON r.id = b.receipt_id "
        "WHERE r.county = %s AND r.period = %s AND r.withdrawn_at IS NULL AND b.withdrawn_at IS NULL"
    )
    arrived: dict[int, bool] = {}
    words: dict[int, dict[str, None]] = {}
    for receipt, ok, said in _rows(sql, [county, period], "r.person_id", only):
        id_ = _int(receipt)
        arrived[id_] = arrived.get(id_, False) or bool(ok)
        if not ok and said:
            words.setdefault(id_, {})[str(said)] = None
    return {id_: (ok, "" if ok else "、".join(words.get(id_, ()))) for id_, ok in arrived.items()}


def paid_months(county: int) -> list[date]:
    """The months (first days) of which a payroll was loaded, latest first."""
    sql = (
        "SELECT DISTINCT period FROM registry_coverage "
        "WHERE county = %s AND period IS NOT NULL AND withdrawn_at IS NULL"
    )
    days = [_day(row[0]) for row in _rows(sql, [county])]
    return sorted((day for day in days if day is not None), reverse=True)


def loaded_feeds(county: int) -> dict[str, date | None]:
    """The feeds of which a list is in force, and the day the latest tells of (None: it does not say)."""
    return {feed: observed for feed, (_, observed) in _coverage(county, None).items()}
