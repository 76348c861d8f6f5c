"""For tests that need real commits (threads, other processes): emptying append-only tables.

Django's transactional tests end with a flush of all tables, which our triggers refuse. A test that
commits journal entries takes the fixture `transactional_db` and calls `empty_journal()` when done,
best in a fixture of its own.
"""

from django.db import connection, transaction

from streife.db.append_only import drop_statements
from streife.journal.models import (
    Asked,
    Body,
    Checkpoint,
    Cosignature,
    Entry,
    Log,
    Stamp,
    Tile,
    Verification,
)

TABLES = [
    model._meta.db_table
    for model in (Body, Cosignature, Stamp, Checkpoint, Verification, Entry, Log)  # children first
]


def lift_protection(table: str) -> None:
    """Drop the triggers of one table, as an attacker with all rights would."""
    with connection.cursor() as cursor:
        for statement in drop_statements(table, connection.vendor):
            cursor.execute(statement)


@transaction.atomic
def empty_journal() -> None:
    """Delete all journal rows and leave the protection as it was."""
    for model in (Asked, Tile):  # never protected: computed, or told anew
        model.objects.all().delete()
    for table in TABLES:
        triggers = _triggers(table)
        lift_protection(table)
        with connection.cursor() as cursor:
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 (our own table names)
            for sql in triggers:
                cursor.execute(sql)


def _triggers(table: str) -> list[str]:
    """Return the SQL that installs the triggers a table has now."""
    if connection.vendor == "postgresql":
        query = (
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger "
            "WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgname LIKE %s"
        )
        values = [table, f"{table}\\_no\\_%"]
    else:
        query = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        values = [table]
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [row[0] for row in cursor.fetchall()]
