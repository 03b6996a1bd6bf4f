"""The difference between what a load's files say and what the register holds: persons, facts, receipts, bank lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from zhucan.exchange.enums import StagedKind
from zhucan.exchange.intake import FACTS, PERSON, FeedSaid, Payload, Planned, Reading, Stated
from zhucan.files.tables import Outcome, Row, Table
from zhucan.match.roster import Holder
from zhucan.registry.interfaces.intake_held import Identity, Text, Told, facts_of_feed, identities, iso
from zhucan.registry.interfaces.intake_paid import PaidPlan
from zhucan.registry.models import Coverage
from zhucan.registry.models.persons import new_number
from zhucan.registry.queries.known import components_text
from zhucan.registry.values import encode
from zhucan.rules.difference import difference

ROSTER = "roster"
_EVERY = 500
_NEW_PERSON, _NEW_FACTS, _CHANGED, _ENDED, _FACTS_CHANGED = 20, 10, 1000, 800, 600
_GRAVE = {"name": 5000, "certificate": 3000, "place": 2000, "level": 1500, "category": 1500}
"""How far up a change stands in the preview."""
_TOWNSHIP, _COUNTY = 10**3, 10**6


@dataclass(slots=True)
class _Says:
    """One statement of the files: who vouches for which day, and the rows that make it."""

    observed: str | None
    rows: list[Stated] = field(default_factory=list)


_New = dict[tuple[int, str], dict[Told, _Says]]


class Plan:
    """Makes the plan of one reading."""

    def __init__(self, reading: Reading, known: Mapping[str, int]) -> None:
        self.reading, self._held = reading, known
        self.ids = [known.get(each.number) or new_number() for each in reading.persons]
        self._touched: set[int] = set()
        self._is_new = [each.number not in known for each in reading.persons[: reading.from_roster]]

    def steps(self) -> Iterator[Planned | None]:
        """Everything confirming would do, persons first; None between."""
        own = self._roster_facts()
        yield from self._persons(own)
        if self.reading.has_roster:
            made = {id_ for id_, is_new in zip(self.ids, self._is_new, strict=False) if is_new}
            held = {key: told for key, told in own.items() if key[0] not in made}  # others' come with the person
            yield from self._facts(ROSTER, "残联", held, complete=False, replaces=True)
        for said in self.reading.said:
            if said.feed.kind != ROSTER:
                new = self._said(said)
                yield from self._facts(said.feed.id, said.feed.office, new, complete=said.complete)
                self._settle(said)
        self._settle_roster()
        yield from PaidPlan(self.reading, self.ids).steps()

    # --- persons

    def _persons(self, own: _New) -> Iterator[Planned | None]:
        by_person: dict[int, list[tuple[str, Told, _Says]]] = {}
        for (person, fact), told in own.items():
            by_person.setdefault(person, []).extend((fact, each, says) for each, says in told.items())
        existing: dict[int, int] = {}
        for at, holder in enumerate(self.reading.persons[: self.reading.from_roster]):
            id_ = self.ids[at]
            if self._is_new[at]:
                self._touched.add(id(holder.row))
                payload: Payload = {"id": id_, **_named(holder), **self._identity(holder)}
                payload["facts"] = [_fact(fact, told, says, "残联") for fact, told, says in by_person.get(id_, ())]
                yield Planned(StagedKind.ADD, PERSON, payload, holder.table, holder.row.number, None, _NEW_PERSON)
            else:
                existing[id_] = at
            if at % _EVERY == 0:
                yield None
        for held in identities(list(existing)):
            planned = self._change(held, self.reading.persons[existing[held.id]])
            if planned is not None:
                yield planned
            elif held.id % _EVERY == 0:
                yield None

    def _identity(self, holder: Holder) -> dict[str, Text]:
        """The identity columns of a roster row, by name; a column it leaves empty is missing."""
        place = self.reading.county * _COUNTY
        if holder.village is not None:
            place = holder.village
        elif holder.township is not None:
            place = holder.township * _TOWNSHIP
        facts = holder.facts
        values: dict[str, Text] = {
            "place": place,
            "ethnic": holder.text("ethnic")[:20],
            "hukou": holder.text("hukou")[:20],
            "certificate": holder.certificate_number,
            "category": _number(facts.get("category")),
            "level": _number(facts.get("level")),
            "components": components_text(holder.components),
            "issued": _day(facts.get("certificate_issued")),
            "until": _day(facts.get("certificate_until")),
            "phone": holder.text("phone"),
            "guardian": holder.text("guardian_name"),
            "guardian_relation": holder.text("guardian_relation")[:20],
            "guardian_phone": holder.text("guardian_phone"),
            "bank": holder.text("bank")[:60],
            "account": holder.text("account"),
        }
        return {name: value for name, value in values.items() if value not in (None, "")}

    def _change(self, held: Identity, holder: Holder) -> Planned | None:
        new = self._identity(holder) | {"name": holder.name}
        if _contains(new["place"], held.values.get("place")):
            del new["place"]  # the list says it less exactly than we know it
        after = {name: value for name, value in new.items() if held.values.get(name) != value}
        if not after:
            return None
        self._touched.add(id(holder.row))
        before = {name: held.values.get(name) for name in after}
        changed: Payload = {"id": held.id, **_named(holder), "before": before, "after": after}
        weight = _CHANGED + sum(_GRAVE.get(name, 100) for name in after)
        return Planned(StagedKind.CHANGE, PERSON, changed, holder.table, holder.row.number, held.id, weight)

    # --- facts

    def _roster_facts(self) -> _New:
        new: _New = {}
        for at, holder in enumerate(self.reading.persons[: self.reading.from_roster]):
            for fact, value in holder.facts.items():
                told: Told = (encode(value), None, None)
                stated = Stated(at, holder.table, holder.row, (), frozenset())
                _add(new, self.ids[at], fact, told, iso(holder.table.observed), stated)
        for said in self.reading.said:
            if said.feed.kind == ROSTER:
                for key, says in self._said(said).items():
                    new.setdefault(key, {}).update(says)
        return new

    def _said(self, said: FeedSaid) -> _New:
        new: _New = {}
        for stated in said.stated:
            person = self.ids[stated.person]
            for each in stated.statements:
                told = (encode(each.value), iso(each.from_), iso(each.until))
                _add(new, person, each.fact, told, iso(each.observed), stated)
            for fact in sorted(stated.untold):
                _add(new, person, fact, (None, None, None), iso(stated.table.observed), stated)
        return new

    def _facts(
        self, feed: str, office: str, new: _New, *, complete: bool, replaces: bool = False
    ) -> Iterator[Planned | None]:
        """The changes of one feed's statements, one entry a person. ``replaces``: another value ends the old one."""
        old: dict[tuple[int, str], dict[Told, int]] = {}
        for held in facts_of_feed(self.reading.county, feed):
            old.setdefault((held.person, held.fact), {})[held.told] = held.id
        yield None
        people = _changes_of(old, new, complete=complete, replaces=replaces)
        number = {id_: at for at, id_ in enumerate(self.ids)}
        for at, (person, changes) in enumerate(people.items()):
            planned = self._planned(person, number.get(person), changes, feed, office)
            if planned is not None:
                yield planned
            if at % _EVERY == 0:
                yield None

    def _planned(self, person: int, at: int | None, changes: _FactChanges, feed: str, office: str) -> Planned | None:
        ended = changes.ended
        if not (changes.new or ended):
            return None
        kind = StagedKind.CHANGE if changes.new and ended else StagedKind.ADD if changes.new else StagedKind.END
        weight = {StagedKind.ADD: _NEW_FACTS, StagedKind.CHANGE: _FACTS_CHANGED}.get(kind, _ENDED)
        for _, _, says in changes.new:
            self._touched.update(id(each.row) for each in says.rows)
        holder = self.reading.persons[at] if at is not None else None
        payload: Payload = {"id": person, "feed": feed, **(_named(holder) if holder is not None else {})}
        payload["new"] = [_fact(fact, told, says, office) for fact, told, says in changes.new]
        payload["ended"] = [id_ for _, _, id_ in ended]
        payload["before"] = [[fact, *told] for fact, told, _ in ended]
        table, row = _where(changes)
        return Planned(kind, FACTS, payload, table, row, person, weight + len(ended))

    # --- what became of the rows

    def _settle(self, said: FeedSaid) -> None:
        """Accepted rows that say nothing new are unchanged."""
        loaded = Coverage.objects.filter(county=self.reading.county, feed=said.feed.id, withdrawn_at=None).exists()
        for stated in said.stated:
            says_something = bool(stated.statements or stated.untold)
            if (says_something or loaded) and id(stated.row) not in self._touched:
                _unchanged(stated.row)

    def _settle_roster(self) -> None:
        for holder in self.reading.persons[: self.reading.from_roster]:
            if id(holder.row) not in self._touched:
                _unchanged(holder.row)


@dataclass(slots=True)
class _FactChanges:
    """One person's changes within one feed."""

    new: list[tuple[str, Told, _Says]] = field(default_factory=list)
    ended: list[tuple[str, Told, int]] = field(default_factory=list)

    def add(self, fact: str, held: Mapping[Told, int], says: Mapping[Told, _Says]) -> None:
        """These are no longer said; these are new."""
        self.ended += [(fact, told, id_) for told, id_ in held.items()]
        self.new += [(fact, told, each) for told, each in says.items()]


def _changes_of(
    old: Mapping[tuple[int, str], Mapping[Told, int]], new: _New, *, complete: bool, replaces: bool
) -> dict[int, _FactChanges]:
    """What changes, person by person: of ``complete`` lists, what they no longer say ends; with ``replaces`` another
    value ends the old one.
    """
    found = difference(old, new, alike=lambda held, says: held.keys() == says.keys())
    people: dict[int, _FactChanges] = {}
    for (person, fact), told in found.added.items():
        people.setdefault(person, _FactChanges()).add(fact, {}, told)
    for (person, fact), (held, says) in found.changed.items():
        gone = {told: id_ for told, id_ in held.items() if told not in says and (complete or replaces)}
        fresh = {told: each for told, each in says.items() if told not in held}
        people.setdefault(person, _FactChanges()).add(fact, gone, fresh)
    for (person, fact), held in found.removed.items() if complete else ():
        people.setdefault(person, _FactChanges()).add(fact, held, {})
    return people


def _add(new: _New, person: int, fact: str, told: Told, observed: str | None, stated: Stated) -> None:
    new.setdefault((person, fact), {}).setdefault(told, _Says(observed)).rows.append(stated)


def _fact(fact: str, told: Told, says: _Says, office: str) -> list[Text]:
    """As it is staged: fact, value, from, until, source, observed."""
    return [fact, *told, office, says.observed]


def _named(holder: Holder) -> dict[str, str]:
    return {"name": holder.name, "number": holder.number}


def _where(changes: _FactChanges) -> tuple[Table | None, int]:
    for _, _, says in changes.new:
        for each in says.rows:
            return each.table, each.row.number
    return None, 0


def _unchanged(row: Row) -> None:
    if row.outcome is Outcome.ACCEPTED:
        row.outcome = Outcome.UNCHANGED


def _contains(place: Text, held: Text) -> bool:
    """Whether a place is a larger one that the place held lies in."""
    if not isinstance(place, int) or not isinstance(held, int) or place == held:
        return False
    if place % _COUNTY == 0:
        return held // _COUNTY == place // _COUNTY
    return place % _TOWNSHIP == 0 and held // _TOWNSHIP == place // _TOWNSHIP


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _day(value: object) -> str | None:
    return None if value is None else str(value)
