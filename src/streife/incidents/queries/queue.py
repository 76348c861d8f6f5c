"""The desk's queue: a page costs the same with ten thousand incidents and with a million."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from streife.accounts.rules import Actor
from streife.incidents.models import Incident, IncidentReport
from streife.incidents.queries.basics import visible_to
from streife.incidents.rules import (
    STATUS_NAMES,
    WAITING,
    Cursor,
    Filters,
    QueuePage,
    QueueRow,
    Status,
    is_overdue,
)
from streife.kernel.texts import said

MAX_BRANCHES = 16
COUNT_LIMIT = 1000


def queue(
    actor: Actor, filters: Filters, cursor: Cursor | None, *, now: datetime, size: int = 50
) -> QueuePage:
    """Return live incidents, urgent first, then old first (three queries).

    `category` of the rows is empty: names belong to triage, see `triage.queries.worklist`.
    """
    if not actor.may("incidents.view"):
        return QueuePage((), None)
    ids = _first_ids(filters, cursor, size + 1)
    counts = dict(
        IncidentReport.objects.filter(incident_id__in=ids)
        .values_list("incident_id")
        .annotate(Count("pk"))
    )
    found = Incident.objects.filter(pk__in=ids).select_related("field", "district")
    # The district's geometry is big; only its name is wanted.
    found = found.only(*_COLUMNS, "field__code", "field__name", "field__icon", "district__name")
    rows = sorted((_row(i, counts.get(i.pk, 0), now) for i in found), key=lambda r: (r.rank, r.id))
    return page_of(rows, size)


def page_of(rows: list[QueueRow], size: int) -> QueuePage:
    """Return the first `size` rows and the cursor behind them, if more follow."""
    shown = tuple(rows[:size])
    return QueuePage(shown, shown[-1].cursor if len(rows) > size else None)


def overdue_count(actor: Actor, *, now: datetime) -> int:
    """Return how many matters wait longer than agreed, counted up to `COUNT_LIMIT`."""
    late = visible_to(actor).filter(
        queue_rank__isnull=False, due_at__lt=now, status__in=sorted(WAITING)
    )
    return late[:COUNT_LIMIT].count()


_COLUMNS = (
    "number",
    "title",
    "category_code",
    "priority",
    "status",
    "address",
    "latitude",
    "longitude",
    "opened_at",
    "due_at",
    "queue_rank",
)


def _row(incident: Incident, reports: int, now: datetime) -> QueueRow:
    status = Status(incident.status)
    return QueueRow(
        kind="incident",
        id=incident.pk,
        number=incident.number,
        title=incident.title,
        category_code=incident.category_code,
        category="",
        field_code=incident.field.code,
        field=said(incident.field.name),
        icon=incident.field.icon,
        priority=incident.priority,
        status=status.value,
        status_text=said(STATUS_NAMES[status]),
        address=incident.address,
        district=incident.district.name if incident.district else "",
        latitude=incident.latitude,
        longitude=incident.longitude,
        age_at=incident.opened_at,
        due_at=incident.due_at,
        overdue=is_overdue(status, incident.due_at, now),
        rank=incident.queue_rank or 0,
        reports=reports,
    )


def _first_ids(filters: Filters, cursor: Cursor | None, size: int) -> list[int]:
    """Return the ids of the next rows: one ordered index walk per branch, cut to `size` each."""
    live = behind(Incident.objects.filter(queue_rank__isnull=False), cursor, "incident")
    parts: list[str] = []
    values: list[Any] = []
    for branch in _branches(live, filters):
        rows = branch.order_by("queue_rank", "id").values_list("queue_rank", "id")[:size]
        sql, given = rows.query.sql_with_params()
        parts.append(f"SELECT * FROM ({sql}) AS part")  # noqa: S608 (own text)
        values.extend(given)
    statement = " UNION ALL ".join(parts) + " ORDER BY 1, 2 LIMIT %s"
    with connection.cursor() as db:
        db.execute(statement, [*values, size])
        return [row[1] for row in db.fetchall()]


def behind(rows: QuerySet[Any], cursor: Cursor | None, kind: str, key: str = "id") -> QuerySet[Any]:
    """Return the rows behind a cursor; kinds follow each other alphabetically at equal rank."""
    if cursor is None:
        return rows
    rows = rows.filter(queue_rank__gte=cursor.rank)  # lets the index start here
    if kind < cursor.kind:
        return rows.filter(queue_rank__gt=cursor.rank)
    if kind > cursor.kind:
        return rows
    return rows.filter(
        Q(queue_rank__gt=cursor.rank) | Q(**{f"{key}__gt": cursor.id}, queue_rank=cursor.rank)
    )


def _branches(live: QuerySet[Incident], filters: Filters) -> Iterator[QuerySet[Incident]]:
    """Yield one query per value of the narrowest filter, the other filters applied to each."""
    lists: list[tuple[str, tuple[Any, ...]]] = [
        ("category_code", filters.category_codes),
        ("district_id", filters.district_ids),
        ("status", tuple(status.value for status in filters.statuses)),
    ]
    given = [(name, values) for name, values in lists if values]
    lead = next((pair for pair in given if len(pair[1]) <= MAX_BRANCHES), None)
    for name, values in given:
        if lead is None or name != lead[0]:
            live = live.filter(**{f"{name}__in": values})
    if lead is None:
        yield live
        return
    for value in dict.fromkeys(lead[1]):
        yield live.filter(**{lead[0]: value})
