"""Many rows into one table at once: a county has a million of them, and a model object's way of being saved costs ten
times the row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import TypeAlias
from uuid import UUID

from django.db import connection
from django.db.models import Field, Model

Cell: TypeAlias = "int | str | bool | bytes | date | datetime | UUID | None"
_ROWS = 500
"""Rows of one statement, where statements hold several."""


def insert_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Insert rows of values in the order of the field attributes ``names``; in the caller's transaction."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    adapt = [_adapter(fields[name]) for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(fields[name].column)) for name in names)
    begin = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "
    one = f"({', '.join(['%s'] * len(names))})"
    adapted = ([each(value) for each, value in zip(adapt, row, strict=True)] for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(begin + one, list(adapted))
            return
        for part in _parts(adapted):
            cursor.execute(begin + ", ".join([one] * len(part)), [value for row in part for value in row])


def insert_objects(objects: Sequence[Model]) -> None:
    """Insert unsaved objects of one model; they do not learn their ids."""
    if not objects:
        return
    model = type(objects[0])
    names = [field.attname for field in model._meta.concrete_fields if not _is_automatic(field)]
    insert_rows(model, names, ([getattr(each, name) for name in names] for each in objects))


def _is_automatic(field: Field[object, object]) -> bool:
    return field.get_internal_type() in ("AutoField", "BigAutoField")


def _parts(rows: Iterable[list[Cell]]) -> Iterator[list[list[Cell]]]:
    source = iter(rows)
    while part := list(islice(source, _ROWS)):
        yield part


def _adapter(field: Field[object, object]) -> Callable[[Cell], Cell]:
    kind, ops = field.get_internal_type(), connection.ops
    # few different days among many rows: each is turned into text once
    if kind == "DateField":
        return lru_cache(maxsize=4096)(ops.adapt_datefield_value)
    if kind == "DateTimeField":
        return lru_cache(maxsize=64)(ops.adapt_datetimefield_value)
    if kind == "UUIDField" and not connection.features.has_native_uuid_field:
        return _hex
    return _same


def _same(value: Cell) -> Cell:
    return value


def _hex(value: Cell) -> Cell:
    return value.hex if isinstance(value, UUID) else value
