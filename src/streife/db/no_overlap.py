"""Tables whose spans never overlap for one owner: a migration operation that installs triggers.

PostgreSQL knows exclusion constraints, SQLite does not; a trigger says the same on both. It looks
after the row is there, because SQLite gives a new row its id only then. Two transactions at once
could each not see the other's row: actions lock the owner first, so they wait for each other. Where
there is no owner (one span for all), the trigger itself makes them wait on PostgreSQL.

SQLite rebuilds a table to alter it and drops its triggers on the way: a migration that alters such
a table must repeat the operation as its last step.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class NoOverlap(Operation):
    """Refuse a row whose span shares a day with another row of the same owner, or of any.

    `inclusive`: the end is the last day of the span; otherwise the first day after it. An end of
    NULL is no end.
    """

    reversible = True

    def __init__(
        self, table: str, *, start: str, end: str, owner: str = "", inclusive: bool = False
    ) -> None:
        self.table = table
        self._arguments = {"start": start, "end": end, "inclusive": inclusive}
        self._arguments |= {"owner": owner} if owner else {}
        self.owner, self.columns = owner, (start, end)
        sign = "<=" if inclusive else "<"
        same = f'other."{owner}" = NEW."{owner}" AND ' if owner else ""
        self.clash = (
            f'SELECT 1 FROM "{table}" other WHERE {same}'  # noqa: S608 (our own names)
            f'other."id" <> NEW."id" '
            f'AND (NEW."{end}" IS NULL OR other."{start}" {sign} NEW."{end}") '
            f'AND (other."{end}" IS NULL OR NEW."{start}" {sign} other."{end}")'
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return how a migration file writes this operation."""
        return type(self).__name__, [self.table], dict(self._arguments)

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
        vendor = schema_editor.connection.vendor
        for statement in [*self._drop(vendor), *self._create(vendor)]:
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the triggers."""
        for statement in self._drop(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """Return the line that `migrate --plan` shows."""
        return f"Let spans in {self.table} never overlap"

    def _name(self, verb: str) -> str:
        return f"{self.table}_no_overlap_{verb.lower()}"

    def _drop(self, vendor: str) -> list[str]:
        on = f' ON "{self.table}"' if vendor == "postgresql" else ""
        return [f'DROP TRIGGER IF EXISTS "{self._name(verb)}"{on}' for verb in ("INSERT", "UPDATE")]

    def _moved(self, verb: str, vendor: str) -> str:
        """Return when a trigger without owner looks: other columns may change side by side."""
        if self.owner or verb == "INSERT":
            return ""
        differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
        return "(" + " OR ".join(f'NEW."{c}" {differs} OLD."{c}"' for c in self.columns) + ")"

    def _create(self, vendor: str) -> list[str]:
        text = f"overlapping spans in {self.table} refused"
        if vendor != "postgresql":
            return [
                f'CREATE TRIGGER "{self._name(verb)}" AFTER {verb} ON "{self.table}" FOR EACH ROW '
                f"WHEN {moved + ' AND ' if (moved := self._moved(verb, vendor)) else ''}"
                f"EXISTS ({self.clash}) BEGIN SELECT RAISE(ABORT, '{text}'); END"
                for verb in ("INSERT", "UPDATE")
            ]
        function = f"{self.table}_no_overlap"
        # After the lock the next statement sees what others have committed meanwhile.
        lock = f"PERFORM pg_advisory_xact_lock('{self.table}'::regclass::oid::bigint); "
        wait = "" if self.owner else lock
        return [
            f'CREATE OR REPLACE FUNCTION "{function}"() RETURNS trigger LANGUAGE plpgsql AS '
            f"$$ BEGIN {wait}IF EXISTS ({self.clash}) THEN RAISE EXCEPTION '{text}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
            *(
                f'CREATE TRIGGER "{self._name(verb)}" AFTER {verb} ON "{self.table}" '
                f"FOR EACH ROW {'WHEN ' + moved if (moved := self._moved(verb, vendor)) else ''} "
                f'EXECUTE FUNCTION "{function}"()'
                for verb in ("INSERT", "UPDATE")
            ),
        ]
