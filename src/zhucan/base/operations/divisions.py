"""Loading the country's divisions, with parents, paths and what became of old ones."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
from django.db import connection, transaction

from zhucan.base import audit
from zhucan.base.enums import DivisionLevel, SuccessionKind
from zhucan.base.errors import Refused
from zhucan.base.models import Division, DivisionSuccession
from zhucan.base.parentage import WIDTH, Parentage, parentage, read_parentage
from zhucan.base.permissions import Actor
from zhucan.base.queries.divisions import forget_names

_COLUMNS = ("code", "name", "level", "path", "last", "parent_id")
_CHUNK = 20_000


def load_divisions(parquet: Path, *, by: Actor) -> int:
    """Take over a table of divisions (``code`` 12 digits, ``name``, ``level`` 1–5) with its parents and paths.

    ``exceptions.toml`` and ``successions.csv`` beside it are read where they are there. Divisions the table no longer
    has stay; the successions say when they ended. Loading the same table again changes nothing.

    Returns:
        How many divisions were added or changed.

    Raises:
        Refused: a row finds no parent, or the file is no such table; nothing was changed.
    """
    beside = parquet.parent / "exceptions.toml"
    rows = placed(_read(parquet), read_parentage(beside) if beside.is_file() else parentage())
    with transaction.atomic():
        stored = _stored()
        fresh = rows.join(stored, on="code", how="anti").sort("level", "code")
        changed = rows.join(stored, on=list(_COLUMNS), how="anti", nulls_equal=True).join(fresh, on="code", how="anti")
        _insert(fresh)
        for row in changed.iter_rows(named=True):
            Division.objects.filter(code=row.pop("code")).update(**row)
        followed = _load_successions(parquet.parent / "successions.csv")
        count = fresh.height + changed.height
        if count or followed:
            details = {"added": fresh.height, "changed": changed.height, "successions": followed}
            audit.record(by=by, action="load_divisions", details=details)
    forget_names()
    return count


def placed(rows: pl.DataFrame, exceptions: Parentage) -> pl.DataFrame:
    """The rows with path, last and parent.

    Raises:
        Refused: a row finds no parent.
    """
    path = pl.col("code")
    for each in exceptions.moved:
        inside = pl.col("code").is_between(each.code, each.code + each.width - 1)
        path = pl.when(inside).then(pl.col("code") - each.code + each.path).otherwise(path)
    level, widths = pl.col("level"), {int(key): value for key, value in WIDTH.items()}
    direct = (level == DivisionLevel.TOWNSHIP) & (pl.col("path") // 10**6).is_in(sorted(exceptions.direct))
    above = pl.when(direct).then(int(DivisionLevel.PREFECTURE)).otherwise(level - 1)
    own = level.replace_strict(widths, return_dtype=pl.Int64)
    upper = above.replace_strict(widths, default=None, return_dtype=pl.Int64)
    table = rows.with_columns(path=path).with_columns(last=pl.col("path") + own - 1, up=pl.col("path") // upper * upper)
    parents = table.select(up="path", parent_id="code", parent_level="level")
    table = table.join(parents, on="up", how="left").sort("level", "code")
    lost = table.filter((level > 1) & (pl.col("parent_id").is_null() | (pl.col("parent_level") >= level)))
    if lost.height:
        raise Refused(
            f"有 {lost.height} 个区划找不到上级，例如 {lost['code'][0]}，没有载入。请核对代码表和 exceptions.toml。"
        )
    return table.select(_COLUMNS)


def _read(parquet: Path) -> pl.DataFrame:
    try:
        table = pl.read_parquet(parquet, columns=["code", "name", "level"])
    except (OSError, pl.exceptions.PolarsError):
        raise Refused("读不到区划代码表，没有载入。请核对文件：应有 code、name、level 三列。") from None
    if table["code"].is_duplicated().any():
        raise Refused("区划代码表里有重复的代码，没有载入。请核对文件。")
    return table.cast({"code": pl.Int64, "level": pl.Int64})


def _stored() -> pl.DataFrame:
    schema = {name: pl.String if name == "name" else pl.Int64 for name in _COLUMNS}
    return pl.DataFrame(list(Division.objects.values_list(*_COLUMNS)), schema=schema, orient="row")


def _insert(rows: pl.DataFrame) -> None:
    """Into an empty or filled table; PostgreSQL takes COPY, SQLite rows in chunks. Parents come before children."""
    if not rows.height:
        return
    quoted = connection.ops.quote_name(Division._meta.db_table)
    columns = ", ".join(_COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {quoted} ({columns}) FROM STDIN") as copy:
                for row in rows.iter_rows():
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(_COLUMNS))
        for chunk in _chunks(rows):
            cursor.executemany(f"INSERT INTO {quoted} ({columns}) VALUES ({marks})", chunk)


def _chunks(rows: pl.DataFrame) -> Iterator[list[tuple[int | str | None, ...]]]:
    for part in rows.iter_slices(_CHUNK):
        yield part.rows()


def _load_successions(file: Path) -> int:
    """Add the rows that are not there yet; an old division the table does not have is added as ended."""
    if not file.is_file():
        return 0
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return sum(_succeed(row) for row in rows)


def _succeed(row: dict[str, str]) -> bool:
    try:
        old, new, on = int(row["old"]), int(row["new"]), date.fromisoformat(row["on"])
        kind = SuccessionKind(row["kind"])
    except (KeyError, ValueError):
        raise Refused("successions.csv 里有一行读不懂，没有载入。请核对代码、种类和日期。") from None
    heir = Division.objects.filter(code=new).first()
    if heir is None:
        raise Refused(f"successions.csv 里的新区划 {new} 不在代码表里，没有载入。")
    if not Division.objects.filter(code=old).exists():
        Division.objects.create(
            code=old, name=row["old_name"], level=heir.level, path=old, last=old + WIDTH[DivisionLevel(heir.level)] - 1,
            parent=heir.parent, until=on,
        )  # fmt: skip
    _, made = DivisionSuccession.objects.get_or_create(
        old_id=old, new_id=new, on=on, defaults={"kind": kind, "basis": row.get("basis") or ""}
    )
    return made
