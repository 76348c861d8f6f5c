"""Everything that lies in the database, for tests that look for what should not be there."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection


def cells() -> Iterator[tuple[str, str]]:
    """Yield every cell of every table, those of the full-text index included."""
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.values_list():
            yield model._meta.label, str(row)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE '%fts%' AND sql <> ''")
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (a name out of its own catalogue)
                yield table, str(cursor.fetchall())
