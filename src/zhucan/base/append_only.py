"""Tables nothing may change: triggers that abort UPDATE, DELETE and TRUNCATE on both databases.

``AppendOnly`` is a migration operation. SQLite loses a table's triggers when a later migration rebuilds the table, and
new columns must be guarded too, so the triggers are put on anew after every migration (``restore``).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

MESSAGE = "this table is append-only"
"""What the database says when it aborts."""
_FUNCTION = "zhucan_append_only"


class AppendOnly(Operation):
    """Guards a table. Rows are added and never deleted; of a row may change

    - ``may_set``: once, together, when the first of them goes from NULL to a value;
    - ``may_reseal``: sealed cells, to a cell of the same length under another key (rotation).

    Given twice for a table, the later one holds.
    """

    reversible = True
    elidable = False

    def __init__(self, table: str, *, may_set: Sequence[str] = (), may_reseal: Sequence[str] = ()) -> None:
        self.table, self.may_set, self.may_reseal = table, tuple(may_set), tuple(may_reseal)

    def deconstruct(self) -> tuple[str, Sequence[object], dict[str, object]]:
        """How it is written in a migration."""
        return "AppendOnly", [self.table], {"may_set": self.may_set, "may_reseal": self.may_reseal}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Models are as before."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, _: object, __: object) -> None:
        """Put the triggers on."""
        self.install(schema_editor.connection)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, _: object, __: object
    ) -> None:
        """Take the triggers off."""
        _drop(schema_editor.connection, self.table)

    def describe(self) -> str:
        """For the list of migrations."""
        return f"Let nothing be changed in {self.table}"

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Put the triggers on, in place of those there are."""
        _drop(connection, self.table)
        with connection.cursor() as cursor:
            for statement in _statements(connection, self):
                cursor.execute(statement)


def restore(connection: BaseDatabaseWrapper) -> int:
    """Put back the triggers of every migration applied; safe at any time.

    Returns:
        How many tables were guarded.
    """
    loader = MigrationLoader(connection)
    plan = loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True)
    guards: dict[str, AppendOnly] = {}
    for node in plan:
        if node in loader.applied_migrations:
            operations = loader.graph.nodes[node].operations
            guards |= {each.table: each for each in operations if isinstance(each, AppendOnly)}
    for guard in guards.values():
        guard.install(connection)
    return len(guards)


def missing(connection: BaseDatabaseWrapper, tables: Sequence[str]) -> list[str]:
    """Those of the tables that lack a trigger: they can be tampered with through the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        there = {row[0] for row in cursor.fetchall()}
    kinds = _kinds(connection)
    return [table for table in tables if not {f"{table}_no_{kind}" for kind in kinds} <= there]


def _kinds(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    return ("update", "delete", "replace") if connection.vendor == "sqlite" else ("update", "delete", "truncate")


def _drop(connection: BaseDatabaseWrapper, table: str) -> None:
    on = "" if connection.vendor == "sqlite" else f' ON "{table}"'
    with connection.cursor() as cursor:
        for kind in _kinds(connection):
            cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{kind}"{on}')


def _statements(connection: BaseDatabaseWrapper, guard: AppendOnly) -> list[str]:
    table, wrong = guard.table, f"NOT ({_allowed(connection, guard)})"
    if connection.vendor == "sqlite":
        body = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        known = f'EXISTS (SELECT 1 FROM "{table}" WHERE rowid = NEW.rowid)'  # INSERT OR REPLACE deletes silently
        return [
            f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" WHEN {wrong} {body}',
            f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" {body}',
            f'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}" WHEN {known} {body}',
        ]
    run = f"EXECUTE FUNCTION {_FUNCTION}()"
    return [
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN ({wrong}) {run}',
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" FOR EACH ROW {run}',
        f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT {run}',
    ]


def _allowed(connection: BaseDatabaseWrapper, guard: AppendOnly) -> str:
    """The condition under which an UPDATE of a row is let through; never NULL."""
    same = "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
    with connection.cursor() as cursor:
        columns = [each.name for each in connection.introspection.get_table_description(cursor, guard.table)]
    tests = [_resealed(name, same) for name in guard.may_reseal]
    loose = {*guard.may_set, *guard.may_reseal}
    tests += [f'NEW."{name}" {same} OLD."{name}"' for name in columns if name not in loose]
    if not guard.may_set and not guard.may_reseal:
        return "1 = 0"
    kept = " AND ".join(f'NEW."{name}" {same} OLD."{name}"' for name in guard.may_set)
    if guard.may_set:
        first = guard.may_set[0]
        tests.append(f'({kept} OR (OLD."{first}" IS NULL AND NEW."{first}" IS NOT NULL))')
    return " AND ".join(tests)


def _resealed(name: str, same: str) -> str:
    """The cell is the same, or has the same length and another head (version and number of the key)."""
    new, old = f'NEW."{name}"', f'OLD."{name}"'
    head = f"NOT (substr({new}, 1, 3) {same} substr({old}, 1, 3))"
    return f"({new} {same} {old} OR (length({new}) = length({old}) AND {head}))"
