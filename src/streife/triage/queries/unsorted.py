"""Reports for which no proposal is made yet: few, unless the background work stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from streife.accounts.rules import Actor
from streife.incidents.rules import Cursor, Filters, Priority
from streife.reports.queries import visible_to
from streife.reports.rules import Status as ReportStatus
from streife.triage.queries.catalogue import Day

if TYPE_CHECKING:
    from streife.reports.models import Report

USUAL = Priority.NORMAL  # of a report whose category nobody knows
_RANK = 10**16  # of `incidents.rules.queue_rank`: one priority above the next


def unsorted(actor: Actor) -> "QuerySet[Report]":
    """Return the reports that wait without a proposal."""
    return visible_to(actor).filter(
        status=ReportStatus.RECEIVED.value,
        answered_at__isnull=True,
        proposed_at__isnull=True,
        proposal__isnull=True,
    )


def unsorted_parts(
    actor: Actor, filters: Filters, cursor: Cursor | None, day: Day
) -> "Iterator[tuple[int, QuerySet[Report]]]":
    """Yield (priority, its reports behind the cursor, old first): together the order of the queue.

    Each is one walk along the index of what waits; usually there is nothing, which one look tells.
    """
    rows = unsorted(actor)
    if filters.category_codes:
        rows = rows.filter(category_code__in=filters.category_codes)
    if filters.district_ids:
        rows = rows.filter(district_id__in=filters.district_ids)
    if not rows.exists():
        return
    begin = cursor.rank // _RANK if cursor else 0
    for priority in Priority:
        if priority < begin:
            continue
        part = rows.filter(_of(priority, day)).order_by("received_at", "id")
        yield priority, _behind(part, cursor) if cursor and priority == begin else part


def _of(priority: Priority, day: Day) -> Q:
    codes: dict[Priority, list[str]] = {level: [] for level in Priority}
    for code, row in day.by_code.items():
        codes[Priority(row.priority)].append(code)
    if priority is not USUAL:
        return Q(category_code__in=codes[priority])
    others = [code for level in Priority if level is not USUAL for code in codes[level]]
    return ~Q(category_code__in=others)


def _behind(rows: "QuerySet[Report]", cursor: Cursor) -> "QuerySet[Report]":
    """Leave out what stands before the cursor in this priority."""
    if cursor.kind == "report":
        last = rows.model._default_manager.filter(pk=cursor.id).values_list("received_at")
        found = last.first()
        if found is not None:
            (moment,) = found
            return rows.filter(Q(received_at__gt=moment) | Q(received_at=moment, id__gt=cursor.id))
    # A rank is cut to the microsecond below; whoever sorts the rows looks at the ranks again.
    since = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=cursor.rank % _RANK)
    return rows.filter(received_at__gte=since)
