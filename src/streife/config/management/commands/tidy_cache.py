"""`manage.py tidy_cache`: forgets what the shared cache no longer answers with; run it often."""

from typing import Any

from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.core.management.base import BaseCommand
from django.db import connection

from streife.kernel.clock import now


class Command(BaseCommand):
    """Deletes rows that are over: the throttle of sign-ins counts by network address.

    Django's cache in the database leaves them until it is full.
    """

    help = "Abgelaufene Zähler der Anmeldung löschen"

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete and print how many."""
        shared = caches["default"]
        if not isinstance(shared, DatabaseCache):
            return
        table = connection.ops.quote_name(shared._table)  # type: ignore[attr-defined]  # untyped
        moment = connection.ops.adapt_datetimefield_value(now())
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [moment])  # noqa: S608 (own name)
            self.stdout.write(f"{cursor.rowcount} abgelaufene Zähler gelöscht.")
