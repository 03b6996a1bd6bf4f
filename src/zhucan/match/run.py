"""The main job: a folder of files becomes one result, from which every sheet and page is printed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

from zhucan.files.feeds import Feed, FeedBook, load_feeds
from zhucan.files.read import read_folder
from zhucan.files.tables import SourceFile, Table
from zhucan.match.assess import Assessed, assess, lines_of
from zhucan.match.facts import FactTable, Said, Stating, build_facts
from zhucan.match.link import Link, Linker
from zhucan.match.places import Places, load_places
from zhucan.match.receipts import Receipts, read_receipts, set_copies_aside
from zhucan.match.result import MatchResult, Person, PolicyTitle
from zhucan.match.roster import Holder, Roster, clean_roster
from zhucan.match.settings import Settings, load_settings
from zhucan.match.summing import (
    expiring,
    feed_states,
    list_presumptions,
    list_questions,
    oldest,
    rejected_classes,
    strays,
)
from zhucan.rules.library import load_library
from zhucan.rules.policy import Policy
from zhucan.rules.vocabulary import Vocabulary

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, in Chinese, and how many of how many steps are done."""

_STEPS = ("清理花名册", "核对各部门名单", "汇集每个人的情况", "逐人判断政策", "汇总")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a run goes by: the county, the day, and the content in force."""

    places: Places
    as_of: date
    settings: Settings
    book: FeedBook
    vocabulary: Vocabulary
    policies: Sequence[Policy]

    @property
    def month(self) -> str:
        """The month compared, ``2026-11``."""
        return f"{self.as_of:%Y-%m}"


def load_terms(division: int, as_of: date, content: Sequence[Path]) -> Terms:
    """Read the content folders (shipped first, the office's own after it) for one county and day.

    Raises:
        LookupError: there is no such county (six digits).
        ContentError, FeedError: the content has mistakes; all of them are named.
    """
    places = load_places(division, content)
    library = load_library(*content)
    return Terms(
        places=places,
        as_of=as_of,
        settings=load_settings(content),
        book=load_feeds(content),
        vocabulary=library.vocabulary,
        policies=library.matched_policies(division=division, as_of=as_of),
    )


def run_match(
    folder: Path, division: int, as_of: date, *, content: Sequence[Path], progress: Progress | None = None
) -> MatchResult:
    """Read every file of a folder and match: who is entitled and not receiving, who receives and should be looked at.

    ``division`` is a county, 6 digits. Every row of every recognised table ends with one outcome. Numbers are exact for
    what the lists say; where a list is missing, what was presumed instead is named and counted.

    Raises:
        LookupError: there is no such county.
        ValueError: the content has mistakes (``ContentError``, ``FeedError``).
    """
    tell = progress or (lambda what, done, total: None)
    terms = load_terms(division, as_of, content)
    return match_files(read_folder(folder, terms.book, progress=tell), terms, progress=tell)


def match_files(files: Sequence[SourceFile], terms: Terms, *, progress: Progress) -> MatchResult:
    """Match files already read; see ``run_match``."""
    tables = [table for source in files for table in source.tables]
    progress(_STEPS[0], 0, len(_STEPS))
    roster = clean_roster(_of_kind(tables, "roster"), terms.places, terms.settings.certificate_years)
    roster.holders = _in_order(roster.holders)
    progress(_STEPS[1], 1, len(_STEPS))
    linker = Linker(roster)
    links = {feed.id: linker.link(_to_link(tables, feed)) for feed in terms.book if feed.kind in ("facts", "receipts")}
    receipts = _receipts(tables, links, terms)
    progress(_STEPS[2], 2, len(_STEPS))
    table = build_facts(roster.holders, _said(tables, links, roster, terms), terms.vocabulary, terms.as_of)
    progress(_STEPS[3], 3, len(_STEPS))
    assessed = assess(terms.policies, table, receipts, terms.settings, terms.as_of)
    progress(_STEPS[4], 4, len(_STEPS))
    result = _result(files, terms, roster, linker, assessed)
    progress(_STEPS[4], len(_STEPS), len(_STEPS))
    return result


def _of_kind(tables: Iterable[Table], kind: str) -> list[Table]:
    return [table for table in tables if table.feed.kind == kind]


def _of_feed(tables: Iterable[Table], feed: Feed) -> list[Table]:
    return [table for table in tables if table.feed.id == feed.id]


def _to_link(tables: Iterable[Table], feed: Feed) -> list[Table]:
    own = _of_feed(tables, feed)
    return set_copies_aside(own) if feed.kind == "receipts" else own


def _in_order(holders: Sequence[Holder]) -> list[Holder]:
    """By division code, unknown places last; within a village as in the roster."""
    last = 10**12
    return sorted(holders, key=lambda holder: (holder.township or last, holder.village or last))


def _receipts(tables: Sequence[Table], links: Mapping[str, Sequence[Link]], terms: Terms) -> Receipts:
    paid = [link for feed in terms.book if feed.kind == "receipts" for link in links[feed.id]]
    returns = _of_kind(tables, "returns")
    return read_receipts(paid, returns, terms.places, terms.month, terms.settings.arrived)


def _said(tables: Sequence[Table], links: Mapping[str, Sequence[Link]], roster: Roster, terms: Terms) -> Said:
    """What the loaded lists state, the roster's own columns among them."""
    said = Said(terms.as_of)
    own = [Link(each.table, each.row, place, each.number) for place, each in enumerate(roster.holders)]
    for feed in terms.book:
        if feed.gives and _of_feed(tables, feed):
            about = own if feed.kind == "roster" else links.get(feed.id, ())
            Stating(feed, terms.vocabulary, terms.places).add(about, said, oldest(_of_feed(tables, feed)))
    return said


def _result(
    files: Sequence[SourceFile], terms: Terms, roster: Roster, linker: Linker, assessed: Assessed
) -> MatchResult:
    receipts, verdicts, found = assessed.receipts, assessed.verdicts, assessed.found
    persons = _persons(roster.holders, assessed.table, terms.places)
    until = [person.certificate_until for person in persons]
    soon = expiring(persons, terms.as_of, terms.settings.expiring_months)
    dead = assessed.table.column("deceased")
    return MatchResult(
        division=terms.places.county,
        division_name=terms.places.full_name,
        as_of=terms.as_of,
        month=terms.month,
        policies=[PolicyTitle(each.id, each.zh, each.decides) for each in assessed.policies],
        persons=persons,
        lines=lines_of(persons, assessed),
        strays=strays(receipts, roster, terms.places),
        expiring=soon,
        expired=sum(day is not None and day <= terms.as_of for day in until),
        alive=sum(value is not True for value in dead),
        feeds=feed_states(files, terms.book, terms.vocabulary, terms.as_of),
        files=files,
        presumptions=list_presumptions(verdicts, found, receipts, terms.book, terms.vocabulary),
        questions=list_questions(verdicts, found, receipts, terms.vocabulary),
        rejected_classes=rejected_classes(roster.classes, linker.classes),
    )


def _persons(holders: Sequence[Holder], table: FactTable, places: Places) -> list[Person]:
    codes = _codes(len(holders))
    return [
        Person(
            code=code,
            citizen_id=holder.number,
            name=holder.name,
            phone=holder.text("phone"),
            guardian=holder.text("guardian_name"),
            guardian_phone=holder.text("guardian_phone"),
            township=holder.township or 0,
            village=holder.village or 0,
            township_name=places.township_name(holder.township) or holder.text("township"),
            village_name=places.village_name(holder.village) or holder.text("village"),
            certificate_number=holder.certificate_number,
            certificate_until=_day(holder, "certificate_until"),
            category=_number(holder, "category"),
            level=_number(holder, "level"),
            deceased=bool(dead) if dead is not None else None,
            ethnic=holder.text("ethnic"),
            hukou=holder.text("hukou"),
            bank=holder.text("bank"),
            account=holder.text("account"),
            source_file=holder.table.source,
            source_row=holder.row.number,
        )
        for code, holder, dead in zip(codes, holders, table.column("deceased"), strict=True)
    ]


def _codes(size: int) -> list[str]:
    """Different random numbers of at least five digits: they must tell nothing about the person or the order."""
    low = 10 ** max(4, len(str(2 * size)) - 1)
    return [str(low + each) for each in secrets.SystemRandom().sample(range(9 * low), size)]


def _day(holder: Holder, fact: str) -> date | None:
    value = holder.facts.get(fact)
    return value if isinstance(value, date) else None


def _number(holder: Holder, fact: str) -> int | None:
    value = holder.facts.get(fact)
    return value if isinstance(value, int) else None
