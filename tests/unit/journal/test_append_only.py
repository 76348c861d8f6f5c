"""Tables that only grow: the database itself refuses, on SQLite and on PostgreSQL."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.state import ProjectState

from streife.db.append_only import AppendOnly, missing_triggers
from streife.journal import actions
from streife.journal.models import Body, Entry, Log
from tests.committed import TABLES, lift_protection
from tests.journal_making import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def _journal(now: datetime) -> None:
    write(3, now=now)
    actions.checkpoint(now=now)


@pytest.mark.usefixtures("_journal")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_entry SET act = 'x.y'",
        "UPDATE journal_entry SET number = number + 10",
        "UPDATE journal_entry SET leaf_hash = commitment",
        "DELETE FROM journal_entry",
        "UPDATE journal_body SET content = '{}'",
        "UPDATE journal_body SET salt = salt",
        "DELETE FROM journal_body",
        "UPDATE journal_checkpoint SET note = ''",
        "DELETE FROM journal_checkpoint",
        "UPDATE journal_log SET size = 0",
        "UPDATE journal_log SET size = size - 1",
        "UPDATE journal_log SET frontier = ''",
        "UPDATE journal_log SET year = 1999",
        "DELETE FROM journal_log",
        "INSERT INTO journal_verification (at, actor, entries, erased, duration_ms, defects) "
        "VALUES ('2026-01-01', 'x', 1, 0, 1, '[]'); DELETE FROM journal_verification",
    ],
)
def test_the_database_refuses_to_change_the_record(sql: str) -> None:
    *before, last = sql.split("; ")
    with connection.cursor() as cursor:
        for statement in before:
            cursor.execute(statement)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(last)
    assert Entry.objects.count() == 3
    assert Body.objects.count() == 3


@pytest.mark.usefixtures("_journal")
@pytest.mark.parametrize("table", ["journal_entry", "journal_body", "journal_log"])
def test_postgresql_refuses_to_truncate_the_record(table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with connection.cursor() as cursor:
        # Foreign keys are checked at once so that TRUNCATE meets our trigger and nothing else.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_the_record_is_protected(table: str) -> None:
    assert missing_triggers(connection, table) == []


def test_a_lifted_protection_is_noticed() -> None:
    lift_protection("journal_entry")
    assert {"UPDATE", "DELETE"} <= set(missing_triggers(connection, "journal_entry"))


def test_a_marked_year_takes_no_more_entries(now: datetime) -> None:
    write(1, now=now)
    Log.objects.update(dropped_at=now)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Log.objects.update(size=2)


@pytest.fixture
def note_table() -> str:
    """A table whose free text may be cleared and nothing else."""
    table = "test_append_only_note"
    operation = AppendOnly(table, clearable=["text"], columns=["id", "code", "text"])
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {table} (id integer, code text, text text)")
        for statement in operation.statements(connection.vendor):
            cursor.execute(statement)
        cursor.execute(f"INSERT INTO {table} VALUES (1, 'a', 'geheim'), (2, 'b', NULL)")  # noqa: S608 (our own name)
    return table


@pytest.mark.parametrize(
    ("change", "passes"),
    [
        ("text = NULL", True),
        ("text = NULL, code = code", True),
        ("text = 'anders'", False),
        ("code = 'z'", False),
        ("code = NULL", False),
        ("text = NULL, code = 'z'", False),
    ],
)
def test_a_named_column_may_be_cleared_and_nothing_else(
    note_table: str, change: str, passes: bool
) -> None:
    sql = f"UPDATE {note_table} SET {change} WHERE id = 1"  # noqa: S608 (our own name)
    with connection.cursor() as cursor:
        if passes:
            cursor.execute(sql)
        else:
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute(sql)


def test_the_operation_can_be_taken_back_and_written_down() -> None:
    operation = AppendOnly("journal_checkpoint")
    state = ProjectState()
    assert operation.deconstruct() == ("AppendOnly", ["journal_checkpoint"], {})
    assert "journal_checkpoint" in operation.describe()
    editor = connection.schema_editor()
    operation.database_backwards("journal", editor, state, state)
    assert missing_triggers(connection, "journal_checkpoint")
    operation.database_forwards("journal", editor, state, state)
    assert missing_triggers(connection, "journal_checkpoint") == []


def test_clearable_columns_need_the_whole_list() -> None:
    with pytest.raises(ValueError, match="clearable"):
        AppendOnly("x", clearable=["text"])
