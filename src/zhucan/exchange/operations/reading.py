"""Reading a load: files opened in a child, recognised, linked, compared with what is held; nothing is written there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from django.utils import timezone

from zhucan.base import audit
from zhucan.base.errors import Refused
from zhucan.base.files import read_stored, store_file
from zhucan.base.insertion import insert_objects
from zhucan.base.queries.divisions import county_of
from zhucan.base.queries.jobs import Job
from zhucan.exchange.enums import StagedKind
from zhucan.exchange.intake import Known, Payload, Planned, Reading, intake
from zhucan.exchange.models import Load, LoadFile, LoadTable, RememberedColumn, StagedRow
from zhucan.exchange.operations.steps import Step, Work
from zhucan.exchange.operations.work import actor_of_job, load_of
from zhucan.exchange.queries.revisions import revision
from zhucan.exchange.reading.background import Ticker, beside
from zhucan.exchange.reading.choices import IGNORED, Choices, Chosen
from zhucan.exchange.reading.linking import clean, month_told, read_tables
from zhucan.exchange.reading.sources import Given, private_folder, read_sources
from zhucan.exchange.terms import Terms, terms_of
from zhucan.files.explained import write_explained
from zhucan.files.tables import Outcome, Row, Sheet, SourceFile, Table, account
from zhucan.match.receipts import benefit_of
from zhucan.match.summing import oldest

_ROWS = 1500
"""Staged rows written in one transaction."""
_REJECTED = 50
_Told = Generator[None, None, None]


@dataclass(slots=True)
class _Desk:
    """Everything about the load being read."""

    load: Load
    job: Job
    terms: Terms
    ticker: Ticker
    files: Sequence[LoadFile]
    based_on: int = 0
    sources: list[SourceFile] = field(default_factory=list)
    table_rows: list[tuple[Table, LoadTable]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def tables(self) -> list[Table]:
        """All recognised tables."""
        return [table for source in self.sources for table in source.tables]


def read_load(job: Job, ticker: Ticker) -> Work:
    """The work of the job ``import_read``."""
    load = load_of(job)
    if load.read_at or load.discarded_at:
        yield Step(_nothing, last=True)
        return
    try:
        terms = terms_of(county_of(load.place))
    except (LookupError, ValueError) as problem:
        yield Step(partial(_failed, load, str(problem)), last=True)
        return
    files = list(load.files.select_related("stored").order_by("number"))
    desk = _Desk(load, job, terms, ticker, files, revision(county_of(load.place)))
    with private_folder() as folder:
        try:
            yield from _sources(desk, folder)
        except Refused as problem:
            yield Step(partial(_failed, load, str(problem)), last=True)
            return
        yield from _clear(desk)
        yield from _compare(desk)
        yield Step(partial(_ready, desk))
        yield from _explain(desk, folder)
    yield Step(_nothing, last=True)


def _nothing() -> None:
    return None


def _failed(load: Load, problem: str) -> None:
    Load.objects.filter(pk=load.pk).update(failed_at=timezone.now(), problem=problem[:500])


# --- the files


def _sources(desk: _Desk, folder: Path) -> _Told:
    given = []
    for file in desk.files:
        given.append(Given(file.number, file.stored.name, read_stored(file.stored)))
        yield
    choices = _choices(desk.load)
    work = partial(read_sources, given, folder, desk.terms.book, choices, desk.ticker)
    with closing(beside(work, desk.ticker)) as reading:
        desk.sources = yield from reading


def _choices(load: Load) -> Choices:
    """What the office taught us, and what was corrected of this load's sheets."""
    headings: dict[str, dict[str, str]] = {}
    for each in RememberedColumn.objects.filter(organ_id=load.organ_id) if load.organ_id else ():
        headings.setdefault(each.feed, {})[each.heading] = each.column
    sheets = {key: Chosen(chosen.get("feed", ""), chosen.get("month", "")) for key, chosen in _chosen(load).items()}
    return Choices(headings, sheets)


def _chosen(load: Load) -> Mapping[tuple[int, str], Mapping[str, str]]:
    tables = LoadTable.objects.filter(load=load).select_related("file")
    return {(table.file.number, table.sheet): table.chosen for table in tables if table.chosen}


# --- what is kept until it is confirmed


def _clear(desk: _Desk) -> Iterator[Step | None]:
    """Take away what an earlier reading kept, and write down which tables there are."""
    while ids := list(StagedRow.objects.filter(load=desk.load).values_list("pk", flat=True)[:_ROWS]):
        yield Step(partial(_delete_staged, ids))
    yield Step(partial(_tables, desk))


def _delete_staged(ids: Sequence[int]) -> None:
    StagedRow.objects.filter(pk__in=ids).delete()


def _tables(desk: _Desk) -> None:
    chosen = _chosen(desk.load)
    StagedRow.objects.filter(load=desk.load).delete()
    LoadTable.objects.filter(load=desk.load).delete()
    desk.table_rows.clear()
    for file, source in zip(desk.files, desk.sources, strict=True):
        file.refusal, file.hidden_sheets, file.explained = source.refusal[:500], len(source.hidden_sheets), None
        file.save(update_fields=["refusal", "hidden_sheets", "explained"])
        number = 0
        for sheet in source.sheets:
            picked = dict(chosen.get((file.number, sheet.name), {}))
            if not sheet.tables:
                row = LoadTable(load=desk.load, file=file, number=number, remark=sheet.remark[:300], chosen=picked)
                row.sheet = sheet.name
                row.save()
                number += 1
            for table in sheet.tables:
                row = _table_row(desk, file, number, table, picked)
                row.headings |= _all_headings(sheet, table)
                row.save()
                desk.table_rows.append((table, row))
                number += 1


def _table_row(desk: _Desk, file: LoadFile, number: int, table: Table, chosen: dict[str, str]) -> LoadTable:
    paid = table.feed.kind in ("receipts", "returns")
    row = LoadTable(
        load=desk.load,
        file=file,
        number=number,
        feed=table.feed.id,
        columns={key: at for key, at in table.columns.items() if key != IGNORED},
        headings={key: heading[:80] for key, heading in table.headings.items() if key != IGNORED},
        chosen=chosen,
        observed=table.observed,
        period=month_told(table, table.rows[0] if table.rows else None, desk.load.as_of) if paid else None,
        skipped=len(table.skipped),
    )
    row.sheet = table.sheet
    return row


def _all_headings(sheet: Sheet, table: Table) -> dict[str, str]:
    """Every heading of a table by its position (``#3``), those no column claims too: they can be corrected."""
    line = sheet.grid[table.header_row - 1] if 0 < table.header_row <= len(sheet.grid) else ()
    own = {at: table.headings[key] for key, at in table.columns.items() if key in table.headings}
    texts = {at: own.get(at) or ("" if cell is None else str(cell).strip()) for at, cell in enumerate(line)}
    return {f"#{at}": text[:80] for at, text in texts.items() if text}


def _compare(desk: _Desk) -> Work:
    """Link, state, compare; keep what confirming would do."""
    desk.ticker.at("核对花名册")
    with closing(beside(partial(clean, desk.tables, desk.terms, desk.ticker), desk.ticker)) as cleaning:
        roster = yield from cleaning
    known: list[Known] = []
    for part in intake().known(desk.terms.places.county):
        known += part
        desk.ticker.at("调出已有人员", len(known), 0)
        yield None
    taken = intake().elsewhere(desk.terms.places.county, [holder.number for holder in roster.holders])
    work = partial(read_tables, desk.tables, roster, desk.terms, desk.load.as_of, known, taken, desk.ticker)
    with closing(beside(work, desk.ticker)) as linking:
        reading = yield from linking
    reading.table_ids = {id(table): row.pk for table, row in desk.table_rows}
    ids = {each.number: each.id for each in known}
    if reading.has_roster:
        named = {holder.number for holder in reading.persons[: reading.from_roster]}
        desk.counts["missing"] = len({id_ for number, id_ in ids.items() if number not in named})
    yield from _stage(desk, reading, ids)
    yield from _stage_rejected(desk)


def _stage(desk: _Desk, reading: Reading, ids: Mapping[str, int]) -> Work:
    desk.ticker.at("与现有情况比较", 0, sum(len(table.rows) for table in reading.tables))
    kept: list[StagedRow] = []
    for planned in intake().plan(reading, ids):
        if planned is None:
            yield None
            continue
        kept.append(_staged(desk, reading, planned))
        desk.ticker.step()
        _count(desk.counts, planned)
        if len(kept) >= _ROWS:
            yield Step(partial(insert_objects, kept))
            kept = []
    yield Step(partial(insert_objects, kept))


def _staged(desk: _Desk, reading: Reading, planned: Planned) -> StagedRow:
    table = reading.table_ids[id(planned.table)] if planned.table is not None else None
    row = StagedRow(
        load=desk.load,
        table_id=table,
        kind=planned.kind,
        target=planned.target,
        row=planned.row,
        person_id=planned.person_id,
        weight=planned.weight,
    )
    row.payload = json.dumps(planned.payload, ensure_ascii=False, separators=(",", ":"))
    return row


def _count(counts: Counter[str], planned: Planned) -> None:
    counts[f"{planned.target}.{planned.kind.value}"] += 1
    if planned.kind is StagedKind.STRAY:
        counts["stray_fen"] += planned.weight
    for key in ("new", "ended"):
        rows = planned.payload.get(key)
        counts[f"statements.{key}"] += len(rows) if isinstance(rows, list) else 0


def _stage_rejected(desk: _Desk) -> Work:
    """The rows that cannot be used, each with what is wrong and how to mend it."""
    kept: list[StagedRow] = []
    for table, table_row in desk.table_rows:
        for row in table.rows:
            if any(not problem.rejects for problem in row.problems):
                desk.counts["warned"] += 1
            if row.outcome is Outcome.REJECTED:
                desk.ticker.errors += 1
                kept.append(_rejected(desk.load, table_row, row))
        if len(kept) >= _ROWS:
            yield Step(partial(insert_objects, kept))
            kept = []
    yield Step(partial(insert_objects, kept))


def _rejected(load: Load, table: LoadTable, row: Row) -> StagedRow:
    told = [[each.column, each.value[:60], each.message, each.remedy] for each in row.problems if each.rejects]
    payload: Payload = {"problems": told}
    staged = StagedRow(load=load, table=table, kind=StagedKind.REJECT, target="row", row=row.number, weight=_REJECTED)
    staged.payload = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return staged


# --- ready to be looked at


def _ready(desk: _Desk) -> None:
    for table, row in desk.table_rows:
        counted = account([table])
        row.read, row.accepted, row.unchanged = counted.read, counted.accepted, counted.unchanged
        row.duplicate, row.not_ours, row.rejected = counted.duplicate, counted.not_ours, counted.rejected
        row.save()
    load = desk.load
    load.based_on, load.read_at, load.problem = desk.based_on, timezone.now(), ""
    counts: dict[str, object] = {**desk.counts, "reads": load.counts.get("reads", 1), "covered": _covered(desk)}
    load.counts = counts
    load.save(update_fields=["based_on", "read_at", "problem", "counts"])
    details = dict(desk.counts)
    by = actor_of_job(desk.job)
    audit.record(by=by, action="read_load", subject="load", subject_id=load.pk, place=load.place, details=details)


def _covered(desk: _Desk) -> list[list[str | None]]:
    """The lists this load brings: feed, policy, month, the earliest day its tables tell of."""
    found: dict[tuple[str, str, str | None], str | None] = {}
    for feed in desk.terms.book:
        mine = [table for table in desk.tables if table.feed.id == feed.id]
        day = oldest(mine)
        observed = None if day is None else day.isoformat()
        if feed.kind in ("roster", "facts"):
            if mine:
                found[feed.id, "", None] = observed
            continue
        for table in mine:
            for row in table.rows:
                policy = benefit_of(table, row)
                if policy is not None:
                    month = month_told(table, row, desk.load.as_of) or desk.load.as_of.replace(day=1)
                    found[feed.id, policy, month.isoformat()] = observed
    return [[*key, observed] for key, observed in found.items()]


def _explain(desk: _Desk, folder: Path) -> Work:
    """Copies of the user's own files that say of every row what became of it. The preview does not wait for them."""
    total = len(desk.sources)
    for at, (file, source) in enumerate(zip(desk.files, desk.sources, strict=True)):
        desk.ticker.at("写出处理结果", at, total)
        path = folder / f"{file.number}.out.xlsx"
        with closing(beside(partial(write_explained, source, path), desk.ticker)) as writing:
            yield from writing
        data = path.read_bytes()
        path.unlink()
        yield Step(partial(_keep, desk, file, data))


def _keep(desk: _Desk, file: LoadFile, data: bytes) -> None:
    name = f"{Path(file.stored.name).stem}（处理结果）.xlsx"
    file.explained = store_file(name=name, data=data, by=actor_of_job(desk.job))
    file.save(update_fields=["explained"])
