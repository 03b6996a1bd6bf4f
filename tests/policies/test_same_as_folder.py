"""A folder of files and the register they were imported into give the same lines, in the same words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.factories import people
from zhucan.base import jobs
from zhucan.base.operations.divisions import load_divisions
from zhucan.base.permissions import SYSTEM
from zhucan.demo.county import generate
from zhucan.exchange.enums import FindingKind
from zhucan.exchange.models import Finding
from zhucan.exchange.operations.folder import import_folder
from zhucan.match.outputs.figures import figures_of
from zhucan.match.result import Line, MatchResult, Person
from zhucan.match.run import run_match
from zhucan.policies.operations.matching import match_county
from zhucan.policies.operations.outputs import match_result
from zhucan.rules.content import shipped_content

AS_OF = date(2026, 11, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("county")
    generate(out, persons=400, seed=7, as_of=AS_OF)
    return out / "files"


def said(lines: list[Line]) -> dict[tuple[str, str], tuple[object, ...]]:
    return {
        (line.person.citizen_id, line.policy): (
            line.verdict, line.amount_fen, line.receiving, line.paid_fen, line.finding, line.reason, line.basis,
            line.question, line.missing, line.leans_on, line.months,
        )
        for line in lines
    }  # fmt: skip


def who(person: Person) -> tuple[object, ...]:
    return (
        person.name, person.phone, person.guardian, person.guardian_phone, person.township_name, person.village_name,
        person.certificate_number, person.certificate_until, person.category, person.level, person.deceased,
        person.ethnic, person.hukou, person.bank, person.account,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_register_says_what_the_folder_says(folder: Path, tmp_path: Path) -> None:
    _load_county(tmp_path)
    content = shipped_content()
    from_files = run_match(folder, people.COUNTY, AS_OF, content=[content])
    import_folder(folder, county=people.COUNTY, as_of=AS_OF, by=SYSTEM, confirm=True)
    while jobs.run_one(jobs.owner_name()):
        pass
    match_county(county=people.COUNTY, by=SYSTEM, on=AS_OF, as_of=AS_OF)
    result = match_result(people.COUNTY, by=SYSTEM)
    assert said(list(result.lines)) == said(list(from_files.lines))
    assert {each.citizen_id: who(each) for each in result.persons} == {
        each.citizen_id: who(each) for each in from_files.persons
    }
    strays = [
        sorted((each.policy, each.citizen_id, each.name, each.paid_fen) for each in r.strays)
        for r in (result, from_files)
    ]
    assert strays[0] == strays[1]
    assert [each.fact for each in result.presumptions] == [each.fact for each in from_files.presumptions]
    assert result.questions == from_files.questions
    _the_lists_hold_as_many(result)


def _load_county(folder: Path) -> None:
    """The county alone, with what lies above it: the whole country would take longer than the rest."""
    every = pl.read_parquet(shipped_content() / "divisions" / "divisions.parquet")
    above = pl.col("code").is_in([450000_000_000, 450800_000_000])
    own = every.filter(above | (pl.col("code") // 10**6 == people.COUNTY))
    own.write_parquet(folder / "divisions.parquet")
    load_divisions(folder / "divisions.parquet", by=SYSTEM)


def _the_lists_hold_as_many(result: MatchResult) -> None:
    """Every number opens a list of as many."""
    figures = figures_of(result)
    counted = {
        FindingKind.MISSED: len(figures.missed), FindingKind.DOUBTFUL: len(figures.doubtful),
        FindingKind.UNKNOWN: len(figures.unknown), FindingKind.PAYMENT: len(figures.faults),
        FindingKind.STRAY: len(figures.strays), FindingKind.EXPIRY: len(figures.expiring),
    }  # fmt: skip
    assert counted == {kind: Finding.objects.filter(kind=kind, gone_at=None).count() for kind in counted}
    assert min(counted.values()) > 0
