"""Journals for tests: written by the actions, attacked by plain SQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from streife.journal import actions, auditing
from streife.journal.models import Entry
from streife.journal.rules import Audit, DefectKind
from tests.committed import lift_protection

RETENTION_YEARS = 10


def write(count: int, *, now: datetime, body: dict[str, Any] | None = None) -> list[Entry]:
    """Append entries one minute apart and return them."""
    with transaction.atomic():
        return [
            actions.append(
                act="incidents.logged",
                subject=f"incident:{number}",
                actor="user:1",
                now=now + timedelta(minutes=number),
                body=body or {"line": number},
            )
            for number in range(count)
        ]


def audit(now: datetime) -> Audit:
    """Return a complete check."""
    return auditing.audit(now=now, retention_years=RETENTION_YEARS)


def kinds(found: Audit) -> set[DefectKind]:
    """Return what was found wrong, apart from the lifted triggers that every attack leaves."""
    return {defect.kind for defect in found.defects} - {DefectKind.UNPROTECTED}


def attack(table: str, sql: str, values: Sequence[Any] = ()) -> int:
    """Drop the table's triggers and run a statement, as somebody with all rights would."""
    lift_protection(table)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
