"""Lets pytest empty tables that production cannot: the triggers are off only while a test database is flushed.

``transactional_db`` tests and the live server end with a flush, which the append-only triggers rightly abort. This
stands in the tests alone: nothing under ``src/`` can take the triggers off but a migration backwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django.db.models  # noqa: F401  # first: the next import goes round in a circle without it
from django.db import transaction
from django.db.backends.base.operations import BaseDatabaseOperations


def let_flush() -> None:
    """Take the triggers off around every flush of this process."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def without_triggers(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with transaction.atomic(using=self.connection.alias), triggers_off(self.connection):
            flush(self, sql_list)

    BaseDatabaseOperations.execute_sql_flush = without_triggers  # type: ignore[method-assign]


@contextmanager
def triggers_off(connection: Any) -> Iterator[None]:
    """The database without its triggers, for the time of the block; also for tests that tamper.

    Inside a transaction: after an exception its rollback puts them on again. On PostgreSQL the user of the
    tests is a superuser.
    """
    with connection.cursor() as cursor:
        off, on = ["SET LOCAL session_replication_role = replica"], ["SET LOCAL session_replication_role = origin"]
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            found = cursor.fetchall()
            off, on = [f'DROP TRIGGER "{name}"' for name, _ in found], [sql for _, sql in found]
        for statement in off:
            cursor.execute(statement)
    yield
    with connection.cursor() as cursor:
        for statement in on:
            cursor.execute(statement)
