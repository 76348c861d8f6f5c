"""The desk's queue: a page costs the same with ten thousand incidents and with a million."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

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
    actor: Actor,
    filters: Filters,
    cursor: Cursor | None,
    *,
    now: datetime,
    size: int = 50,
    named: Callable[[str], tuple[str, str]] | None = None,
) -> QueuePage:
    """Return live incidents, urgent first, then old first (two queries).

    `named` gives name and icon of a category code; names belong to triage, so without it the
    rows have no category and the icon of their field: see `triage.queries.worklist`.
    """
    if not actor.may("incidents.view"):
        return QueuePage((), None)
    ids = _first_ids(filters, cursor, size + 1)
    found = Incident.objects.filter(pk__in=ids).values_list(*_COLUMNS, _REPORTS)
    naming = named or _unnamed
    rows = sorted((_row(values, naming, now) for values in found), key=lambda r: (r.rank, r.id))
    return page_of(rows, size)


def _unnamed(_code: str) -> tuple[str, str]:
    return "", ""


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


# Columns and not models: fifty rows of a page cost half as much.
_COLUMNS = (
    "id",
    "number",
    "title",
    "category_code",
    "field__code",
    "field__name",
    "field__icon",
    "priority",
    "status",
    "address",
    "district__name",
    "latitude",
    "longitude",
    "opened_at",
    "due_at",
    "queue_rank",
)
_LINKS = IncidentReport.objects.filter(incident_id=OuterRef("pk")).order_by().values("incident_id")
_REPORTS = Coalesce(Subquery(_LINKS.annotate(n=Count("pk")).values("n")), 0)


def _row(
    values: tuple[Any, ...], naming: Callable[[str], tuple[str, str]], now: datetime
) -> QueueRow:
    (
        pk, number, title, code, field_code, field, field_icon, priority, state, address, district,
        latitude, longitude, opened_at, due_at, rank, reports,
    ) = values  # fmt: skip
    status = Status(state)
    category, icon = naming(code)
    return QueueRow(
        kind="incident",
        id=pk,
        number=number,
        title=title,
        category_code=code,
        category=category,
        field_code=field_code,
        field=said(field),
        icon=icon or field_icon,
        priority=priority,
        status=state,
        status_text=said(STATUS_NAMES[status]),
        address=address,
        district=district or "",
        latitude=latitude,
        longitude=longitude,
        age_at=opened_at,
        due_at=due_at,
        overdue=is_overdue(status, due_at, now),
        rank=rank or 0,
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
