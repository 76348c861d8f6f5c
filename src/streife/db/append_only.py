"""Tables that only grow: a migration operation that installs refusing triggers.

What must never be changed is refused by the database itself, so a slip in code, in a shell or in
a migration fails loudly. Triggers are no defence against somebody who may drop them; whoever does
leaves a tree that no longer fits its signed checkpoints (`streife.journal`).

Three things to know:

* SQLite rebuilds a table to alter it and drops its triggers on the way. A migration that alters an
  append-only table must repeat the operation as its last step; `tests/unit/journal` looks.
* PostgreSQL also refuses TRUNCATE, by a statement trigger, unless the table is empty.
* Tests that need real commits end with a flush of all tables, which is refused as well: they lift
  the protection first (`tests/committed.py`). Tests that are rolled back notice nothing.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_TEXT = "append-only table {table}: {verb} refused"


class AppendOnly(Operation):
    """Refuse UPDATE, DELETE and TRUNCATE on one table.

    `update_when` and `delete_when` are SQL conditions over OLD (and NEW) under which a row may be
    changed or go: the one defined path. They must read the same on SQLite and PostgreSQL.
    `clearable` names columns that may be set to NULL, and to nothing else.
    """

    reversible = True

    def __init__(
        self,
        table: str,
        *,
        update_when: str = "",
        delete_when: str = "",
        clearable: Sequence[str] = (),
        columns: Sequence[str] = (),
    ) -> None:
        if clearable and (update_when or not columns):
            raise ValueError("clearable needs all columns and replaces update_when")
        self.table = table
        self.delete_when = delete_when
        self.update_when = update_when or _only_cleared(clearable, columns)
        self._arguments = {
            "update_when": update_when,
            "delete_when": delete_when,
            "clearable": tuple(clearable),
            "columns": tuple(columns),
        }

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return how a migration file writes this operation."""
        return (
            type(self).__name__,
            [self.table],
            {name: value for name, value in self._arguments.items() if value},
        )

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: models do not know about triggers."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Install the triggers (replacing those that are there)."""
        for statement in self.statements(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the triggers."""
        for statement in drop_statements(self.table, schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """Return the line that `migrate --plan` shows."""
        return f"Make {self.table} append-only"

    def statements(self, vendor: str) -> list[str]:
        """Return the SQL that installs the triggers on this kind of database."""
        build = _postgresql if vendor == "postgresql" else _sqlite
        return [
            *drop_statements(self.table, vendor),
            *build(self.table, {"UPDATE": self.update_when, "DELETE": self.delete_when}),
        ]


def trigger_names(table: str) -> dict[str, str]:
    """Return verb → trigger name for one append-only table."""
    return {verb: f"{table}_no_{verb.lower()}" for verb in ("UPDATE", "DELETE", "TRUNCATE")}


def missing_triggers(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    """Return the verbs that nothing refuses on this table any more."""
    if connection.vendor == "postgresql":
        found = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O'"
    else:
        found = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    with connection.cursor() as cursor:
        cursor.execute(found, [table])
        names = {row[0] for row in cursor.fetchall()}
    return [
        verb
        for verb, name in trigger_names(table).items()
        if name not in names and (verb != "TRUNCATE" or connection.vendor == "postgresql")
    ]


def drop_statements(table: str, vendor: str) -> list[str]:
    """Return the SQL that lifts the protection of one table."""
    if vendor == "postgresql":
        return [
            f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
            for name in trigger_names(table).values()
        ]
    return [f'DROP TRIGGER IF EXISTS "{name}"' for name in trigger_names(table).values()]


def _only_cleared(clearable: Sequence[str], columns: Sequence[str]) -> str:
    """Return the condition that an UPDATE clears named columns and leaves all others."""
    if not clearable:
        return ""
    same = [f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in columns]
    cleared = [
        f'(NEW."{name}" IS NULL OR NEW."{name}" IS NOT DISTINCT FROM OLD."{name}")'
        for name in clearable
    ]
    kept = [text for name, text in zip(columns, same, strict=True) if name not in clearable]
    return " AND ".join(kept + cleared)


def _sqlite(table: str, allowed: dict[str, str]) -> list[str]:
    names = trigger_names(table)
    return [
        f'CREATE TRIGGER "{names[verb]}" BEFORE {verb} ON "{table}" FOR EACH ROW '
        + (f"WHEN NOT ({condition}) " if condition else "")
        + f"BEGIN SELECT RAISE(ABORT, '{_TEXT.format(table=table, verb=verb)}'); END"
        for verb, condition in allowed.items()
    ]


def _postgresql(table: str, allowed: dict[str, str]) -> list[str]:
    names = trigger_names(table)
    statements = []
    for verb in ("UPDATE", "DELETE", "TRUNCATE"):
        condition = allowed.get(verb, "")
        row = {"UPDATE": "NEW", "DELETE": "OLD", "TRUNCATE": "NULL"}[verb]
        if verb == "TRUNCATE":
            # Nothing is lost with an empty table, and test suites truncate all tables they know.
            condition = f'NOT EXISTS (SELECT 1 FROM "{table}")'  # noqa: S608 (our own name)
        passing = f"IF {condition} THEN RETURN {row}; END IF; " if condition else ""
        # A function of its own: WHEN of a PostgreSQL trigger may not look into other tables.
        statements += [
            f'CREATE OR REPLACE FUNCTION "{names[verb]}"() RETURNS trigger LANGUAGE plpgsql AS '
            f"$$ BEGIN {passing}"
            f"RAISE EXCEPTION '{_TEXT.format(table=table, verb=verb)}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$",
            f'CREATE TRIGGER "{names[verb]}" BEFORE {verb} ON "{table}" '
            f"FOR EACH {'STATEMENT' if verb == 'TRUNCATE' else 'ROW'} "
            f'EXECUTE FUNCTION "{names[verb]}"()',
        ]
    return statements
