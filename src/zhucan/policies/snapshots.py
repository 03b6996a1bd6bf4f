"""Snapshots: everybody's resolved facts on one day, a Parquet file for each county, refreshed by changed persons.

They hold random internal person numbers, places and rule facts: no name, number, phone, address or account. Mode 0600.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
from django.conf import settings

from zhucan.match.facts import FactTable, build_facts
from zhucan.policies.library import book, library, meaning
from zhucan.registry.queries.known import People, people_of
from zhucan.rules.vocabulary import Vocabulary

_PRESUMED, _DISPUTES = ":presumed", ":disputes"
"""Columns beside the facts; no fact is called so."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A county's people on one day. ``frame``: ``person``, ``place``, one column per fact id, and what was presumed.

    ``revision`` is the county's when it was made; a later one makes it stale. ``matching`` is the uuid of the matching
    it belongs to: the file of a database that was restored, or of another one, belongs to none.
    """

    county: int
    as_of: date
    revision: int
    frame: pl.DataFrame
    matching: str = ""

    @property
    def ids(self) -> Sequence[int]:
        """Person ids, in the order of the rows."""
        found: list[int] = self.frame["person"].to_list()
        return found

    def table(self, vocabulary: Vocabulary) -> FactTable:
        """The same as the matching wants it."""
        facts = [name for name in self.frame.columns if name in vocabulary.facts]
        table = FactTable(vocabulary, self.frame.height, {fact: self.frame[fact].to_list() for fact in facts})
        for name in self.frame.columns:
            if name.endswith(_PRESUMED):
                table.presumed[name.removesuffix(_PRESUMED)] = self.frame[name].arg_true().to_list()
        for place, text in enumerate(self.frame[_DISPUTES].to_list()):
            if text:
                table.disputes[place] = json.loads(text)
        return table


def snapshot_of(county: int, people: People, as_of: date, revision: int) -> Snapshot:
    """Resolve everything known about these people into one row each."""
    vocabulary = library().vocabulary
    table = build_facts(people.subjects, people.said, vocabulary, as_of)
    for fact in vocabulary.facts:
        table.column(fact)
    presumed = [
        pl.Series(fact.id + _PRESUMED, _flags(table.presumed.get(fact.id, ()), table.size), dtype=pl.Boolean)
        for fact in vocabulary.presumable
    ]
    disputes = [_json(table.disputes.get(place)) for place in range(table.size)]
    frame = table.frame().select(sorted(vocabulary.facts))
    frame = frame.select(
        pl.Series("person", people.ids, dtype=pl.Int64),
        pl.Series("place", people.places, dtype=pl.Int64),
        *frame.get_columns(),
        *presumed,
        pl.Series(_DISPUTES, disputes, dtype=pl.String),
    )
    return Snapshot(county, as_of, revision, frame)


def refresh(old: Snapshot, changed: Snapshot, ids: Collection[int]) -> Snapshot:
    """The snapshot with these persons' rows replaced, added, or, where ``changed`` has none of them, gone."""
    kept = old.frame.filter(~pl.col("person").is_in(list(ids)))
    frame = pl.concat([kept, changed.frame], how="vertical").sort("place", "person")
    return Snapshot(old.county, changed.as_of, changed.revision, frame, old.matching)


def build(county: int, as_of: date, revision: int, only: Collection[int] | None = None) -> Snapshot:
    """From the database: everybody of the county, or only these."""
    people = people_of(county, as_of=as_of, book=book(), vocabulary=library().vocabulary, only=only)
    return snapshot_of(county, people, as_of, revision)


def write_snapshot(snapshot: Snapshot) -> None:
    """Put the file in its place in one rename; readers see the old one or the new one."""
    path = _path(snapshot.county)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.touch(mode=0o600)
    told = {
        "as_of": snapshot.as_of.isoformat(), "revision": str(snapshot.revision), "meaning": meaning(),
        "matching": snapshot.matching,
    }  # fmt: skip
    snapshot.frame.write_parquet(part, metadata=told, compression="lz4")
    part.replace(path)


def read_snapshot(county: int) -> Snapshot | None:
    """The county's snapshot; None where none was made, or facts and lists meant something else when it was."""
    path = _path(county)
    try:
        told: Mapping[str, str] = pl.read_parquet_metadata(path)
        frame = pl.read_parquet(path)
        as_of, revision = date.fromisoformat(told["as_of"]), int(told["revision"])
    except (OSError, KeyError, ValueError, pl.exceptions.PolarsError):
        return None
    if told.get("meaning") != meaning():
        return None
    return Snapshot(county, as_of, revision, frame, told.get("matching", ""))


def _path(county: int) -> Path:
    return Path(settings.ZHUCAN_DATA) / "snapshots" / f"{county}.parquet"


def _flags(places: Sequence[int], size: int) -> list[bool]:
    flags = [False] * size
    for place in places:
        flags[place] = True
    return flags


def _json(disputes: Mapping[str, str] | None) -> str | None:
    return json.dumps(disputes, ensure_ascii=False) if disputes else None
