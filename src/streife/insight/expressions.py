"""Two SQL expressions that both databases compute without calling Python."""

from typing import Any

from django.db.models import IntegerField, TextField
from django.db.models.expressions import Func


class UtcHour(Func):
    """The hour of a moment in UTC as text, "2026-11-23 14": groups by the hour, fast everywhere.

    Django's own extracts call Python once a row on SQLite; turning a few thousand groups into
    Berlin's clock afterwards gives the same result.
    """

    output_field = TextField()
    template = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """SQLite keeps moments as text in UTC."""
        return self.as_sql(compiler, connection, template="substr(%(expressions)s, 1, 13)", **extra)


class MinutesBetween(Func):
    """Whole minutes from the first moment to the second."""

    output_field = IntegerField()
    arg_joiner = " - "
    template = "floor(extract(epoch FROM (%(expressions)s)) / 60)::int"

    def __init__(self, earlier: Any, later: Any) -> None:
        super().__init__(later, earlier)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """SQLite counts in days."""
        later, earlier = (compiler.compile(part) for part in self.source_expressions)
        sql = f"CAST((julianday({later[0]}) - julianday({earlier[0]})) * 1440 AS INTEGER)"
        return sql, (*later[1], *earlier[1])
