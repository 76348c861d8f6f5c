"""What waits for a person: reports to decide, and with the live incidents one list."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from streife.accounts.rules import Actor
from streife.incidents.queries import queue
from streife.incidents.queries.queue import behind, page_of
from streife.incidents.rules import Cursor, Filters, QueuePage, QueueRow, queue_rank
from streife.kernel.clock import local
from streife.kernel.texts import said
from streife.triage.models import Proposal
from streife.triage.queries.catalogue import Day, day_of
from streife.triage.queries.unsorted import unsorted, unsorted_parts
from streife.triage.rules import heading_of

MOST_COUNTED = 1000


def inbox(
    actor: Actor,
    filters: Filters,
    cursor: Cursor | None,
    *,
    now: datetime,
    size: int = 50,
    until: int | None = None,
) -> QueuePage:
    """Return reports nobody has decided on, urgent first, then old first (three queries).

    A report whose proposal is not made yet is in it too, with the priority of the category it came
    with: nothing is forgotten while the background work lags (up to five queries more). Statuses
    do not narrow it. Ranks behind `until` are left out: another list fills the page.
    """
    if not actor.may("reports.view"):
        return QueuePage((), None)
    day = day_of(local(now).date())
    waiting = behind(
        Proposal.objects.filter(queue_rank__isnull=False), cursor, "report", key="report_id"
    )
    if until is not None:
        waiting = waiting.filter(queue_rank__lte=until)
    if filters.category_codes:
        waiting = waiting.filter(category_code__in=filters.category_codes)
    if filters.district_ids:
        waiting = waiting.filter(report__district_id__in=filters.district_ids)
    found = waiting.annotate(**{k: F(f"report__{k}") for k in _REPORT[:-1]}).order_by(
        "queue_rank", "report_id"
    )
    rows = [
        _inbox_row(values, day, now)
        for values in found.annotate(district_name=F("report__district__name")).values(
            "report_id", "category_code", "priority", "queue_rank", *_REPORT
        )[: size + 1]
    ]
    rows += _without_proposal(actor, filters, cursor, day, now, size + 1)
    return page_of(sorted(rows, key=lambda row: (row.rank, row.id)), size)


_REPORT = (
    "reference",
    "text",
    "address",
    "latitude",
    "longitude",
    "received_at",
    "district_name",
)


def _without_proposal(
    actor: Actor,
    filters: Filters,
    cursor: Cursor | None,
    day: Day,
    now: datetime,
    size: int,
) -> list[QueueRow]:
    made: list[QueueRow] = []
    for priority, part in unsorted_parts(actor, filters, cursor, day):
        values = part.annotate(district_name=F("district__name")).values(
            "id", "category_code", *_REPORT
        )[:size]
        for row in values:
            rank = queue_rank(priority, row["received_at"])
            given = row | {"report_id": row["id"], "priority": priority, "queue_rank": rank}
            made.append(_inbox_row(given, day, now))
        if len(made) >= size:
            break
    if cursor is None:
        return made
    return [row for row in made if (row.rank, row.kind, row.id) > _key(cursor)]


def _key(cursor: Cursor) -> tuple[int, str, int]:
    return cursor.rank, cursor.kind, cursor.id


def _inbox_row(row: dict[str, Any], day: Day, now: datetime) -> QueueRow:
    matter = day.by_code.get(row["category_code"]) or day.by_code.get("other")
    received: datetime = row["received_at"]
    due = received + timedelta(minutes=matter.target_minutes if matter else 1440)
    return QueueRow(
        kind="report",
        id=row["report_id"],
        number=row["reference"],
        title=heading_of(row["text"]) or (said(matter.public_name) if matter else ""),
        category_code=row["category_code"],
        category=said(matter.name) if matter else "",
        field_code=matter.field_code if matter else "other",
        field=said(matter.field_name) if matter else "",
        icon=matter.icon if matter else "other",
        priority=row["priority"],
        status="received",
        status_text=said("neu, noch nicht entschieden"),
        address=row["address"],
        district=row["district_name"] or "",
        latitude=row["latitude"],
        longitude=row["longitude"],
        age_at=received,
        due_at=due,
        overdue=due < now,
        rank=row["queue_rank"],
    )


def worklist(
    actor: Actor, filters: Filters, cursor: Cursor | None, *, now: datetime, size: int = 50
) -> QueuePage:
    """Return reports to decide and live incidents as one list, named (five queries at most).

    A status filter leaves incidents only: a report has none of these statuses.
    """
    day = day_of(local(now).date())

    def named(code: str) -> tuple[str, str]:
        row = day.by_code.get(code)
        return (said(row.name), row.icon) if row else ("", "")

    cases = queue(actor, filters, cursor, now=now, size=size, named=named)
    rows = list(cases.rows)
    more = cases.next is not None
    if not filters.statuses:
        until = cases.rows[-1].rank if more else None
        new = inbox(actor, filters, cursor, now=now, size=size, until=until)
        rows += new.rows
        more = more or new.next is not None
    rows.sort(key=lambda row: (row.rank, row.kind, row.id))
    shown = tuple(rows[:size])
    return QueuePage(shown, shown[-1].cursor if shown and (more or len(rows) > size) else None)


def waiting_count(actor: Actor) -> int:
    """Return how many reports wait for a decision, counted up to a thousand (one query)."""
    if not actor.may("reports.view"):
        return 0
    proposed = Proposal.objects.filter(queue_rank__isnull=False).order_by().values("pk")
    waiting = proposed.union(unsorted(actor).order_by().values("pk"), all=True)
    return waiting[:MOST_COUNTED].count()
