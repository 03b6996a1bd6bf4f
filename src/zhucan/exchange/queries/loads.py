"""Loads as pages show them: how far they are, the account of their rows, what confirming would do, what is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from zhucan.base.permissions import Actor, NotHere, scope
from zhucan.base.queries.jobs import Job, job_of
from zhucan.exchange.enums import LoadState, StagedKind
from zhucan.exchange.models import Load, LoadFile, LoadTable, StagedRow
from zhucan.exchange.terms import feed_book

READ, APPLY, UNDO = "import_read", "import_apply", "import_undo"
UNDO_DAYS = 7
_JOB_OF = {LoadState.READING: READ, LoadState.APPLYING: APPLY, LoadState.UNDOING: UNDO}
OUTCOMES = {
    "accepted": "采用",
    "unchanged": "无变化",
    "duplicate": "重复",
    "not_ours": "不在本名册",
    "rejected": "拒绝",
}
"""What becomes of rows, and the words for it."""
_OUTCOMES = tuple(OUTCOMES)


def key_of(load: Load, kind: str) -> str:
    """The business key of a load's work: reading may be done anew, the rest once."""
    return f"{kind}:{load.pk}:{load.counts.get('reads', 1)}" if kind == READ else f"{kind}:{load.pk}"


def loads_in(actor: Actor) -> QuerySet[Load]:
    """The loads of the actor's division, newest first."""
    return scope(actor, Load.objects.all()).select_related("division", "created_by").order_by("-id")


def load_by_uuid(actor: Actor, uuid: UUID) -> Load:
    """A load of the actor's division.

    Raises:
        NotHere: there is none, or it lies outside.
    """
    found = loads_in(actor).filter(uuid=uuid).first()
    if found is None:
        raise NotHere
    return found


@dataclass(frozen=True, slots=True)
class Doing:
    """Long work on a load: what is being done and how far it is. ``problem``: it stopped, and why."""

    note: str
    done: int
    total: int
    errors: int
    remaining: str
    problem: str


def doing(load: Load) -> Doing | None:
    """The work on a load; None where nothing is being done."""
    kind = _JOB_OF.get(load.state)
    if kind is None:
        return None
    job = job_of(key_of(load, kind))
    if job is None:
        return Doing("排队中", 0, 0, 0, "", "")
    note = job.note or "排队中"
    problem = job.problem if job.failed_at else "这项工作被停止了。" if job.cancelled_at else ""
    return Doing(note, job.done, job.total, job.errors, _remaining(job), problem)


def _remaining(job: Job) -> str:
    """The time that is left, in words, from the pace since the start; nothing where no pace is known."""
    if not (job.started_at and job.done and job.total > job.done):
        return ""
    gone = (timezone.now() - job.started_at).total_seconds()
    left = gone * (job.total - job.done) / job.done
    return f"{max(1, round(left))} 秒" if left < 60 else f"{round(left / 60)} 分钟"


def can_be_undone(load: Load) -> bool:
    """Whether seven days have not passed since it was written."""
    return load.applied_at is not None and load.undo_asked_at is None and timezone.now() < undo_until(load)


def undo_until(load: Load) -> datetime:
    """Until when it can be undone."""
    assert load.applied_at is not None
    return load.applied_at + timedelta(days=UNDO_DAYS)


@dataclass(frozen=True, slots=True)
class TableShown:
    """One table of a file: what it was read as, and the account of its rows."""

    uuid: UUID
    file: str
    sheet: str
    feed: str
    title: str
    month: str
    remark: str
    account: Mapping[str, int]

    @property
    def sentence(self) -> str:
        """The account in one sentence; only outcomes that occur."""
        counts = self.account
        told = "，".join(f"{words} {counts[key]:,}" for key, words in OUTCOMES.items() if counts[key])
        return f"{counts['read']:,} 行：{told or '没有数据行'}"


def tables_of(load: Load) -> list[TableShown]:
    """The tables of a load in the order of its files, with their accounts."""
    titles = {feed.id: feed.title for feed in feed_book()}
    rows = LoadTable.objects.filter(load=load).select_related("file__stored").order_by("file__number", "number")
    return [
        TableShown(
            uuid=row.uuid,
            file=row.file.stored.name,
            sheet=row.sheet,
            feed=row.feed,
            title=titles.get(row.feed, "没有读取"),
            month=f"{row.period:%Y-%m}" if row.period else "",
            remark=row.remark,
            account={"read": row.read, **{each: getattr(row, each) for each in _OUTCOMES}},
        )
        for row in rows
    ]


def files_of(load: Load) -> list[LoadFile]:
    """The files of a load, with what is stored of them."""
    return list(load.files.select_related("stored", "explained").order_by("number"))


def table_of(load: Load, uuid: UUID) -> LoadTable:
    """One table of a load.

    Raises:
        NotHere: it has none such.
    """
    found = LoadTable.objects.filter(load=load, uuid=uuid).select_related("file__stored").first()
    if found is None:
        raise NotHere
    return found


def file_of(load: Load, uuid: UUID) -> LoadFile:
    """One file of a load.

    Raises:
        NotHere: it has none such.
    """
    found = load.files.filter(uuid=uuid).select_related("stored", "explained").first()
    if found is None:
        raise NotHere
    return found


def sums_of(load: Load) -> dict[str, int]:
    """All tables of a load together: rows read, and by outcome."""
    rows = LoadTable.objects.filter(load=load).values_list("read", *_OUTCOMES)
    totals = [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * 6
    return dict(zip(("read", *_OUTCOMES), totals, strict=True))


SHOWN: Mapping[str, tuple[StagedKind, str]] = {
    "person.change": (StagedKind.CHANGE, "人员信息变更"),
    "facts.end": (StagedKind.END, "名单上不再有"),
    "facts.change": (StagedKind.CHANGE, "情况变更"),
    "receipt.stray": (StagedKind.STRAY, "名册外发放"),
    "person.add": (StagedKind.ADD, "新增人员"),
    "facts.add": (StagedKind.ADD, "新增情况"),
    "receipt.add": (StagedKind.ADD, "新增发放记录"),
    "return.add": (StagedKind.ADD, "银行回盘结果"),
}
"""What the preview lists, worst first: code in ``Load.counts`` → kind and words."""


@dataclass(frozen=True, slots=True)
class StagedShown:
    """A staged row, opened."""

    payload: Mapping[str, object]
    row: int
    table: str
    person_id: int | None


def staged_of(load: Load, code: str, *, first: int, size: int) -> tuple[list[StagedShown], int]:
    """Some rows of one kind of change (a key of ``SHOWN``), heaviest first, and how many there are."""
    kind, _ = SHOWN[code]
    rows = StagedRow.objects.filter(load=load, kind=kind, target=code.partition(".")[0])
    return _opened(rows, first, size), rows.count()


def errors_of(load: Load, *, first: int, size: int) -> tuple[list[StagedShown], int]:
    """Some of the rejected rows in the order of files and rows, and how many there are."""
    rows = StagedRow.objects.filter(load=load, kind=StagedKind.REJECT)
    return _opened(rows, first, size), rows.count()


def _opened(rows: QuerySet[StagedRow], first: int, size: int) -> list[StagedShown]:
    found = list(rows.order_by("kind", "-weight", "id").select_related("table__file__stored")[first : first + size])
    return [StagedShown(json.loads(row.payload), row.row, _where(row.table), row.person_id) for row in found]


def _where(table: LoadTable | None) -> str:
    if table is None:
        return ""
    sheet = table.sheet
    return f"{table.file.stored.name}{f'（{sheet}）' if sheet else ''}"


def headings_of(table: LoadTable) -> Sequence[tuple[str, str]]:
    """The headings of a table as the user wrote them, from the left, each with the column id it is read as."""
    position = {at: column for column, at in table.columns.items()}
    texts = {int(key[1:]): text for key, text in table.headings.items() if key.startswith("#")}
    return [(text, position.get(at, "")) for at, text in sorted(texts.items())]
