"""Many rows into a table at once: COPY on PostgreSQL, executemany on SQLite."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models

_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.FloatField,
          models.BooleanField, models.ForeignKey)  # fmt: skip


def table(label: str) -> str:
    """Return the table of a model."""
    return str(apps.get_model(label)._meta.db_table)


def _converter(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    """Return what makes a value ready for the database; None when it is ready as it stands."""
    if isinstance(field, _PLAIN):
        return None
    if connection.vendor == "sqlite" and isinstance(field, models.DateTimeField):
        # What Django makes of a moment in UTC, without asking the settings half a million times.
        return lambda value: value and value.replace(tzinfo=None).isoformat(" ")
    if isinstance(field, models.DateTimeField):
        return None
    return lambda value: field.get_db_prep_save(value, connection)


def insert(label: str, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of one model; all have the same keys, other columns take the field's default."""
    if not rows:
        return
    every = [f for f in apps.get_model(label)._meta.concrete_fields if not f.generated]
    fields = [f for f in every if f.attname in rows[0]]
    defaulted = [f for f in every if f not in fields and not f.primary_key and not f.null]
    fixed = [f.get_db_prep_save(f.get_default(), connection) for f in defaulted]
    names = [(f.attname, _converter(f)) for f in fields]
    values = (
        [convert(row[name]) if convert else row[name] for name, convert in names] + fixed
        for row in rows
    )
    _write(table(label), [f.column for f in (*fields, *defaulted)], values)


def _write(into: str, columns: Sequence[str], values: Iterable[list[Any]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} ({names}) FROM STDIN") as copy:
                for value in values:
                    copy.write_row(value)
        else:
            marks = ", ".join("?" for _ in columns)
            raw = connection.connection  # Django's cursor would translate every row's marks
            raw.executemany(f"INSERT INTO {into} ({names}) VALUES ({marks})", values)  # noqa: S608 (own names)


@contextmanager
def search_index_later() -> Iterator[None]:
    """Leave the full-text index alone while rows come in and build it at the end, at once."""
    if connection.vendor == "postgresql":
        name = "incidents_search_document"
        before = [f"DROP INDEX IF EXISTS {name}"]
        after = [
            "SET maintenance_work_mem = '512MB'",
            f"CREATE INDEX {name} ON {table('incidents.SearchEntry')} USING gin (document)",
        ]
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'incidents_search_added'")
            (trigger,) = cursor.fetchone()
        # Rows come in at random places of the indexes: they had better be in memory.
        before = ["DROP TRIGGER incidents_search_added", "PRAGMA cache_size = -524288"]
        rebuild = "INSERT INTO incidents_search_fts (incidents_search_fts) VALUES ('rebuild')"
        after = [rebuild, trigger]
    _execute(before)
    try:
        yield
    finally:
        _execute(after)


def _execute(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def settle(labels: Iterable[str]) -> None:
    """Move the id sequences behind the bulk rows and let the planner know them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in map(table, labels):
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "  # noqa: S608 (own names)
                    f"(SELECT max(id) FROM {name}))"
                )
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")  # or writing the fill would count as serving
        else:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
