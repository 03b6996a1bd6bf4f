"""What the lists state about the persons of the roster on one day, resolved into one value per person and fact.

Sources have an order (the vocabulary's ``authority``), and a list may declare what not being named on it means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

import polars as pl

from zhucan.files.clean import clean
from zhucan.files.disability import Component
from zhucan.files.feeds import Feed, Gives
from zhucan.files.tables import Row, Table
from zhucan.match.identity import problem_at
from zhucan.match.link import Link
from zhucan.match.places import Places
from zhucan.rules.aggregate import Aggregation
from zhucan.rules.determine import Facts
from zhucan.rules.errors import ValueFault
from zhucan.rules.statements import ALWAYS, Coverage, Known, Statement, resolve
from zhucan.rules.vocabulary import Fact, FactType, Vocabulary
from zhucan.rules.vocabulary import Value as FactValue

WORD_UNKNOWN = "word_unknown"
"""The rule of a warning: a word says whether a row counts, and the feed does not know it."""
COMPONENTS = "disability_component"
"""The table of rows a roster gives: one row per disability, with category and level."""


class Subject(Protocol):
    """Whoever facts are built of: what his own row settles, and his disabilities (None: not known)."""

    @property
    def facts(self) -> Mapping[str, FactValue]:
        """The facts his own row settles; they stand above every list."""

    @property
    def components(self) -> tuple[Component, ...] | None:
        """His disabilities with their levels."""


@dataclass(slots=True)
class Said:
    """What the lists say of the persons of a roster, by place; ``untold``: facts a row bears on, not telling what."""

    as_of: date
    statements: list[tuple[int, Statement]] = field(default_factory=list)
    untold: dict[int, set[str]] = field(default_factory=dict)
    loaded: list[tuple[Feed, date | None]] = field(default_factory=list)

    def by_person(self) -> Mapping[int, Mapping[str, Sequence[Statement]]]:
        """The statements in force by person and fact; a fact of which nothing could be told has none."""
        found: dict[int, dict[str, list[Statement]]] = {
            place: {fact: [] for fact in facts} for place, facts in self.untold.items()
        }
        for place, statement in self.statements:
            if statement.holds(self.as_of, ALWAYS):
                found.setdefault(place, {}).setdefault(statement.fact, []).append(statement)
        return found


@dataclass(slots=True)
class FactTable:
    """One column per fact, one value per person in the roster's order; None is unknown.

    ``presumed`` names, per presumed fact, the persons (places) it was presumed of; ``disputes``, per person and fact on
    which sources contradict each other, who says what.
    """

    vocabulary: Vocabulary
    size: int
    columns: dict[str, list[FactValue | None]] = field(default_factory=dict)
    presumed: dict[str, list[int]] = field(default_factory=dict)
    disputes: dict[int, dict[str, str]] = field(default_factory=dict)

    def column(self, fact: str) -> list[FactValue | None]:
        """The column of a fact, made empty where nothing was said yet."""
        if fact not in self.columns:
            self.columns[fact] = [None] * self.size
        return self.columns[fact]

    def person(self, place: int) -> Mapping[str, FactValue | None]:
        """All known facts of one person."""
        return {fact: values[place] for fact, values in self.columns.items() if values[place] is not None}

    def frame(self) -> pl.DataFrame:
        """The table as the batch engine wants it: Boolean, Int64 and Date columns by fact id."""
        return pl.DataFrame(
            [pl.Series(fact, values, dtype=_dtype(self.vocabulary.fact(fact))) for fact, values in self.columns.items()]
        )


def _dtype(fact: Fact) -> type[pl.DataType]:
    if fact.type is FactType.YES_NO:
        return pl.Boolean
    return pl.Date if fact.type is FactType.DATE else pl.Int64


class Stating:
    """Reads what the rows of one feed state, by the feed's ``gives``."""

    def __init__(self, feed: Feed, vocabulary: Vocabulary, places: Places) -> None:
        self.feed, self.places = feed, places
        self.gives = [(gives, vocabulary.fact(gives.fact)) for gives in feed.gives]
        counting = {column.id: feed.words_that_count(column.id) for column in feed.columns}
        self.words = {column: words for column, words in counting.items() if words}

    def add(self, links: Iterable[Link], said: Said, observed: date | None = None) -> None:
        """Add what the rows about somebody of the roster state; ``observed``: the day the list as a whole tells of."""
        said.loaded.append((self.feed, observed))
        for link in links:
            if link.person is not None:
                strange = self._strange(link)
                for gives, fact in self.gives:
                    self._add(link, link.person, gives, fact, said, strange)

    def _strange(self, link: Link) -> frozenset[str]:
        """The columns in which this row says a word the feed does not know; each is told."""
        found = []
        for column, counting in self.words.items():
            word, others = _text(link.row, column), self.feed.column(column).other_words
            if word and word not in counting and word not in others:
                found.append(column)
                some = "、".join(f"“{each}”" for each in (*counting[:2], *others[:1]))
                link.row.problems.append(
                    problem_at(
                        link.table, link.row, column, WORD_UNKNOWN,
                        f"不认识“{word}”这种写法，这一行算不算数按“不知道”处理", f"请改成{some}这样的写法",
                        rejects=False,
                    )
                )  # fmt: skip
        return frozenset(found)

    def _add(self, link: Link, person: int, gives: Gives, fact: Fact, said: Said, strange: frozenset[str]) -> None:
        row = link.row
        if not _counts(row, gives, strange):
            return
        from_, until = _first_day(row, gives.from_), _first_day(row, gives.until)
        value = None if strange & gives.where.keys() else self._value(link.table, row, gives, fact)
        if value is None:
            in_force = (from_ is None or from_ <= said.as_of) and (until is None or said.as_of < until)
            if gives.absence is not None and in_force:
                said.untold.setdefault(person, set()).add(fact.id)
            return
        if gives.outside is not None:
            inside = self.places.is_inside(_text(row, gives.outside))
            if inside is None:
                said.untold.setdefault(person, set()).add(fact.id)
            if inside is not False:
                return
        if gives.year is not None:
            from_, until = _within_year(row, gives.year, from_, until)
        statement = Statement(fact.id, value, self.feed.office, self.feed.id, from_, until, link.table.observed)
        said.statements.append((person, statement))

    def _value(self, table: Table, row: Row, gives: Gives, fact: Fact) -> FactValue | None:
        raw = row.values.get(gives.column) if gives.column else gives.value
        if raw is None:
            return None
        try:
            if isinstance(raw, str):
                return fact.read(raw)
            return fact.check(raw) if isinstance(raw, bool | int | date) else None
        except ValueFault as fault:
            row.problems.append(
                problem_at(table, row, gives.column or "", "fact_unfit", fault.what, fault.remedy, rejects=False)
            )
            return None


def _counts(row: Row, gives: Gives, strange: frozenset[str]) -> bool:
    """Whether a row counts; one that does not say so in words the feed knows (``strange``) may."""
    return all(column in strange or _says(row, column, words) for column, words in gives.where.items()) and not any(
        _says(row, column, words) for column, words in gives.unless.items()
    )


def _says(row: Row, column: str, words: Sequence[str]) -> bool:
    return _text(row, column) in words


def _text(row: Row, column: str) -> str:
    value = row.values.get(column)
    if isinstance(value, bool):
        return "是" if value else "否"
    return clean(str(value)) if isinstance(value, str | int) else ""


def _first_day(row: Row, columns: Sequence[str]) -> date | None:
    days = (row.values.get(column) for column in columns)
    return next((day for day in days if isinstance(day, date)), None)


def _within_year(row: Row, column: str, from_: date | None, until: date | None) -> tuple[date | None, date | None]:
    year = row.values.get(column)
    if not isinstance(year, int) or not date.min.year <= year < date.max.year:
        return from_, until
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    return max(from_ or first, first), min(until or after, after)


def build_facts(holders: Sequence[Subject], said: Said, vocabulary: Vocabulary, as_of: date) -> FactTable:
    """Resolve everything known about the holders on a day, by the rules' order of sources, coverage and presumptions.

    What the holder's own row settles (birth date, category, certificate …) stands above every list.
    """
    table = FactTable(vocabulary, len(holders))
    single = _Single(vocabulary, _coverage(said.loaded, vocabulary), as_of)
    silent = resolve(vocabulary, (), single.coverage, as_of=as_of)
    for fact, value in silent.values.items():
        table.columns[fact] = [value] * table.size
    presumed = {fact: set(range(table.size)) for fact in sorted(silent.presumed)}
    for place, by_fact in said.by_person().items():
        untold = said.untold.get(place, ())
        for fact, statements in by_fact.items():
            known = single.known(fact, statements, untold=fact in untold)
            table.column(fact)[place] = known.values.get(fact)
            if fact not in known.presumed:
                presumed.get(fact, set()).discard(place)
            if known.contradictions:
                table.disputes.setdefault(place, {})[fact] = _dispute(vocabulary.fact(fact), known)
    table.presumed = {fact: sorted(places) for fact, places in presumed.items()}
    for place, holder in enumerate(holders):
        for fact, value in holder.facts.items():
            table.column(fact)[place] = value
    _aggregate(table, holders, as_of)
    return table


def _dispute(fact: Fact, known: Known) -> str:
    first = known.contradictions[0][0]
    said = [first, *(other for _, other in known.contradictions)]
    words = dict.fromkeys(f"{each.source}记为{fact.say(each.value)}" for each in said)
    return f"{fact.zh}：{'，'.join(words)}，现按{fact.say(first.value)}"


class _Single:
    """Resolves one fact of one person; people of whom the same was said share the answer."""

    def __init__(self, vocabulary: Vocabulary, coverage: Sequence[Coverage], as_of: date) -> None:
        self.vocabulary, self.coverage, self.as_of = vocabulary, coverage, as_of
        self._known: dict[tuple[str, tuple[Statement, ...], bool], Known] = {}

    def known(self, fact: str, statements: Sequence[Statement], *, untold: bool) -> Known:
        """What these statements in force say of the fact; ``untold``: being on a list is no silence then."""
        if len(statements) == 1 and (statements[0].from_ or statements[0].until):
            statements = [replace(statements[0], from_=None, until=None)]  # they matter only beside another statement
        key = (fact, tuple(statements), untold)
        if key not in self._known:
            covered = [each for each in self.coverage if each.fact == fact]
            covered = [replace(each, absence=None) for each in covered] if untold else covered
            self._known[key] = resolve(self.vocabulary, statements, covered, as_of=self.as_of)
        return self._known[key]


def _coverage(loaded: Iterable[tuple[Feed, date | None]], vocabulary: Vocabulary) -> list[Coverage]:
    """What the loaded lists say of those they do not name."""
    coverage = []
    for feed, observed in loaded:
        for gives in feed.gives:
            if gives.absence is not None:
                fact = vocabulary.fact(gives.fact)
                absence = fact.read(gives.absence) if isinstance(gives.absence, str) else fact.check(gives.absence)
                coverage.append(Coverage(fact.id, absence, feed.office, feed.id, observed))
    return coverage


def _aggregate(table: FactTable, holders: Sequence[Subject], as_of: date) -> None:
    """Fill the facts the vocabulary derives from the rows of a person's disabilities; equal rows are computed once."""
    for fact in table.vocabulary.facts.values():
        if fact.aggregate is not None and fact.aggregate.rows == COMPONENTS:
            aggregation = Aggregation(fact, table.vocabulary, as_of)
            known: dict[tuple[Component, ...] | None, FactValue | None] = {}
            column = table.column(fact.id)
            for place, holder in enumerate(holders):
                if holder.components not in known:
                    known[holder.components] = aggregation.value(_rows(holder.components))
                column[place] = known[holder.components]


def _rows(components: Sequence[Component] | None) -> list[Facts] | None:
    if components is None:
        return None
    return [{"category": each.category, "level": each.level} for each in components]
