"""Keeps the table of findings in step with what a matching found: the difference, row by row, nothing else touched."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from zhucan.base.parts import parts
from zhucan.exchange.enums import FindingKind
from zhucan.exchange.models import Finding
from zhucan.rules.difference import difference

_T = TypeVar("_T")
_CHUNK = 500
"""Rows written in one transaction: on SQLite nobody waits longer than a blink for the write lock."""
_NUMBERS = 10**8
_FIELDS = (
    "kind", "code", "place", "person_id", "receipt_id", "policy", "fen", "months", "reason", "basis", "question",
    "missing", "leans_on", "remark", "evidence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as it should stand, by its ``key`` within the county; fields as in the table. Lengths are cut there."""

    key: str
    kind: FindingKind
    code: str
    place: int
    person_id: int | None
    receipt_id: int | None
    policy: str
    fen: int | None
    months: int | None
    reason: str
    basis: str
    question: str
    missing: str
    leans_on: str
    remark: str
    evidence: bytes

    def values(self) -> tuple[object, ...]:
        """The fields in the order of the table's, texts cut to its lengths."""
        return tuple(
            value[: _LENGTHS.get(field, 300)] if isinstance(value, str) else value
            for field, value in zip(_FIELDS, _values_of(self), strict=True)
        )


_values_of = attrgetter(*_FIELDS)
_LENGTHS = {"leans_on": 200, "code": 40, "policy": 60}


def sync(
    county: int, kinds: Collection[FindingKind], wanted: Iterable[FindingRow], *, only: Collection[int] | None = None
) -> int:
    """Make the findings of these kinds in a county those ``wanted``; returns how many rows were written.

    With ``only``, of these persons alone. A finding that is gone keeps its row (``gone_at``) and its number; when it
    returns it is the same one. Whether somebody settled it is left alone: a settled finding with other evidence is open
    by definition.
    """
    new = {row.key: row for row in wanted}
    rows = Finding.objects.filter(county=county, kind__in=list(kinds))
    if only is not None:
        rows = rows.filter(person_id__in=list(only))
    old = {row[0]: row[1:] for row in rows.values_list("key", *_FIELDS, "gone_at")}
    found = difference(old, new, alike=_alike)
    gone = [key for key, row in found.removed.items() if row[-1] is None]
    _write_gone(county, gone)
    _write_changed(county, {key: pair[1] for key, pair in found.changed.items()})
    _write_new(county, list(found.added.values()))
    return len(gone) + len(found.changed) + len(found.added)


def _alike(old: Sequence[object], new: FindingRow) -> bool:
    stored = [bytes(each) if isinstance(each, memoryview) else each for each in old[:-1]]
    return old[-1] is None and stored == [*new.values()]


def _write_gone(county: int, keys: Sequence[str]) -> None:
    for part in parts(keys, _CHUNK):
        with transaction.atomic():
            Finding.objects.filter(county=county, key__in=part).update(gone_at=timezone.now())


def _write_changed(county: int, rows: Mapping[str, FindingRow]) -> None:
    for part in parts(list(rows), _CHUNK):
        with transaction.atomic():
            kept = list(Finding.objects.filter(county=county, key__in=part))
            for finding in kept:
                _fill(finding, rows[finding.key])
                finding.gone_at = None
            Finding.objects.bulk_update(kept, [*_FIELDS, "gone_at"], batch_size=100)


def _write_new(county: int, rows: Sequence[FindingRow]) -> None:
    numbers = _free_numbers(len(rows))
    made = [Finding(county=county, key=row.key, number=number) for row, number in zip(rows, numbers, strict=True)]
    for finding, row in zip(made, rows, strict=True):
        _fill(finding, row)
    for part in parts(made, _CHUNK):
        with transaction.atomic():
            Finding.objects.bulk_create(part, ignore_conflicts=False)


def _fill(finding: Finding, row: FindingRow) -> None:
    for field, value in zip(_FIELDS, row.values(), strict=True):
        setattr(finding, field, value)


def _free_numbers(count: int) -> list[str]:
    """Random numbers of eight digits that no finding has: they tell nothing of the person or the order."""
    found: set[str] = set()
    while len(found) < count:
        drawn = {f"{secrets.randbelow(_NUMBERS - _NUMBERS // 10) + _NUMBERS // 10}" for _ in range(count - len(found))}
        for part in parts(sorted(drawn), _CHUNK):
            drawn -= set(Finding.objects.filter(number__in=part).values_list("number", flat=True))
        found |= drawn
    return list(found)
