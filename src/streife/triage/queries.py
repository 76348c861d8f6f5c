"""Reads of the catalogue (kept in memory per process), of proposals and of the inbox."""

import threading
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Q

from streife.accounts.rules import Actor
from streife.db.kept import Kept
from streife.incidents.queries import queue
from streife.incidents.queries.queue import behind, page_of
from streife.incidents.rules import Cursor, Filters, QueuePage, QueueRow, queue_rank
from streife.kernel.clock import local
from streife.kernel.errors import NotFound
from streife.kernel.texts import said
from streife.reports.queries import visible_to
from streife.reports.rules import Status as ReportStatus
from streife.triage.models import (
    CatalogueVersion,
    Category,
    DuplicateSuggestion,
    Proposal,
    Responsibility,
)
from streife.triage.rules import BodyRow, CategoryRow, DuplicateView, Guess, ProposalView


@dataclass
class _Day:
    """The catalogue valid on one day."""

    rows: list[CategoryRow]
    by_code: dict[str, CategoryRow]
    bodies: dict[str, BodyRow]
    # category → area (None = the city) → body code, reason
    responsible: dict[str, dict[int | None, tuple[str, str]]]


@dataclass
class _Kept:
    version: UUID | None
    days: dict[date, _Day] = field(default_factory=dict)


_lock = threading.Lock()
_kept = _Kept(None)
MOST_DAYS = 16


_version = Kept[int, "UUID | None"](
    lambda pk: CatalogueVersion.objects.filter(pk=pk).values_list("token", flat=True).first()
)


def _day(on: date) -> _Day:
    """Return the catalogue of a day; now and then a query to see whether it is still the same."""
    global _kept
    version = _version(1)
    if version is None:
        return _read(on)  # rows that no import made have no token to be kept under
    with _lock:
        if _kept.version != version or len(_kept.days) >= MOST_DAYS:
            _kept = _Kept(version)
        if on not in _kept.days:
            _kept.days[on] = _read(on)
        return _kept.days[on]


def _read(on: date) -> _Day:
    valid = Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    bodies: dict[str, BodyRow] = {}
    responsible: dict[str, dict[int | None, tuple[str, str]]] = {}
    for row in Responsibility.objects.filter(valid).select_related("body"):
        body = row.body
        bodies[body.code] = BodyRow(
            body.code, body.name, body.short_name, body.own, body.contact, "", body.verified
        )
        responsible.setdefault(row.category_code, {})[row.area_id] = (body.code, row.reason)
    rows = [
        CategoryRow(
            code=row.code,
            name=row.name,
            public_name=row.public_name,
            help_text=row.help_text,
            parent_code=row.parent_code,
            field_code=row.field.code,
            field_name=row.field.name,
            icon=row.icon,
            priority=row.priority,
            target_minutes=row.target_minutes,
            body_code=responsible.get(row.code, {}).get(None, ("", ""))[0],
            keywords=tuple(row.keywords),
            public=row.public,
        )
        for row in Category.objects.filter(valid).select_related("field").order_by("order", "code")
    ]
    return _Day(rows, {row.code: row for row in rows}, bodies, responsible)


def categories(*, on: date, public_only: bool = False) -> list[CategoryRow]:
    """Return groups and leaves valid on a day, each group before its leaves (one query)."""
    return [row for row in _day(on).rows if row.public or not public_only]


def category(code: str, *, on: date) -> CategoryRow:
    """Return one category.

    :raises NotFound: none of this code is valid on the day
    """
    row = _day(on).by_code.get(code)
    if row is None:
        raise NotFound("Diesen Anlass gibt es nicht (mehr).", "no-such-category")
    return row


def category_names(*, on: date) -> dict[str, str]:
    """Return the names of all categories by code."""
    return {row.code: row.name for row in _day(on).rows}


def bodies(*, on: date) -> list[BodyRow]:
    """Return every body that answers for something, the service itself first."""
    return sorted(_day(on).bodies.values(), key=lambda row: (not row.own, row.short_name))


def body_names(*, on: date) -> dict[str, str]:
    """Return the short names of all bodies by code."""
    return {row.code: row.short_name for row in _day(on).bodies.values()}


def body(code: str, *, on: date) -> BodyRow:
    """Return one body.

    :raises NotFound: none of this code is valid on the day
    """
    row = _day(on).bodies.get(code)
    if row is None:
        raise NotFound("Diese Stelle gibt es nicht (mehr).", "no-such-body")
    return row


def responsible_body(code: str, *, area_ids: Collection[int], on: date) -> BodyRow:
    """Return who answers for a category at a place in these areas; the nearer row wins.

    :raises NotFound: the category is unknown, or nobody answers for it
    """
    day = _day(on)
    rows = day.responsible.get(code, {})
    found = next((rows[area] for area in area_ids if area in rows), rows.get(None))
    if found is None:
        raise NotFound("Für diesen Anlass ist niemand eingetragen.", "nobody-responsible")
    return replace(day.bodies[found[0]], reason=found[1])


def proposal_of(report_id: int) -> ProposalView | None:
    """Return the proposal for a report with names people read, None before it was made."""
    row = Proposal.objects.filter(pk=report_id).first()
    if row is None:
        return None
    day = _day(local(row.made_at).date())
    matter = day.by_code.get(row.category_code)
    answering = day.bodies.get(row.body_code)
    if matter is None or answering is None:
        return None
    return ProposalView(
        report_id=report_id,
        category=matter,
        score=row.category_score,
        unsure=row.unsure,
        alternatives=tuple(
            Guess(a["code"], a["score"], tuple(a["words"])) for a in row.alternatives
        ),
        priority=row.priority,
        body=answering,
        reasons=tuple(row.reasons),
        made_at=row.made_at,
        decided=row.queue_rank is None,
    )


def duplicates_of(report_id: int) -> list[DuplicateView]:
    """Return the incidents that are likely the same matter, likeliest first."""
    rows = (
        DuplicateSuggestion.objects.filter(report_id=report_id)
        .select_related("incident")
        .order_by("-score", "incident_id")
    )
    return [
        DuplicateView(
            row.incident_id, row.incident.number, row.incident.title, row.score, tuple(row.reasons)
        )
        for row in rows
    ]


def inbox(
    actor: Actor, filters: Filters, cursor: Cursor | None, *, now: datetime, size: int = 50
) -> QueuePage:
    """Return reports nobody has decided on, urgent first, then old first (three queries).

    A report whose proposal is not made yet is in it too, with normal priority: nothing is
    forgotten while the background work lags. Statuses do not narrow it.
    """
    if not actor.may("reports.view"):
        return QueuePage((), None)
    day = _day(local(now).date())
    waiting = behind(
        Proposal.objects.filter(queue_rank__isnull=False), cursor, "report", key="report_id"
    )
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
    day: _Day,
    now: datetime,
    size: int,
) -> list[QueueRow]:
    rows = visible_to(actor).filter(
        status=ReportStatus.RECEIVED.value, answered_at__isnull=True, proposal__isnull=True
    )
    if filters.category_codes:
        rows = rows.filter(category_code__in=filters.category_codes)
    if filters.district_ids:
        rows = rows.filter(district_id__in=filters.district_ids)
    values = (
        rows.annotate(district_name=F("district__name"))
        .order_by("received_at", "id")
        .values("id", "category_code", *_REPORT)[:size]
    )
    made = []
    for row in values:
        known = day.by_code.get(row["category_code"])
        priority = known.priority if known else 3
        rank = queue_rank(priority, row["received_at"])
        given = row | {"report_id": row["id"], "priority": priority, "queue_rank": rank}
        made.append(_inbox_row(given, day, now))
    if cursor is None:
        return made
    return [row for row in made if (row.rank, row.kind, row.id) > _key(cursor)]


def _key(cursor: Cursor) -> tuple[int, str, int]:
    return cursor.rank, cursor.kind, cursor.id


def _inbox_row(row: dict[str, object], day: _Day, now: datetime) -> QueueRow:
    matter = day.by_code.get(str(row["category_code"])) or day.by_code.get("other")
    text = " ".join(str(row["text"]).split())
    received = row["received_at"]
    assert isinstance(received, datetime)  # noqa: S101 (narrows the type)
    due = received + timedelta(minutes=matter.target_minutes if matter else 1440)
    return QueueRow(
        kind="report",
        id=int(str(row["report_id"])),
        number=str(row["reference"]),
        title=text[:160] or (said(matter.public_name) if matter else ""),
        category_code=str(row["category_code"]),
        category=said(matter.name) if matter else "",
        field_code=matter.field_code if matter else "other",
        field=said(matter.field_name) if matter else "",
        icon=matter.icon if matter else "other",
        priority=int(str(row["priority"])),
        status="received",
        status_text=said("neu, noch nicht entschieden"),
        address=str(row["address"]),
        district=str(row["district_name"] or ""),
        latitude=row["latitude"],  # type: ignore[arg-type]  # float or None, from the table
        longitude=row["longitude"],  # type: ignore[arg-type]
        age_at=received,
        due_at=due,
        overdue=due < now,
        rank=int(str(row["queue_rank"])),
    )


def worklist(
    actor: Actor, filters: Filters, cursor: Cursor | None, *, now: datetime, size: int = 50
) -> QueuePage:
    """Return reports to decide and live incidents as one list, named (five queries at most).

    A status filter leaves incidents only: a report has none of these statuses.
    """
    day = _day(local(now).date())

    def named(code: str) -> tuple[str, str]:
        row = day.by_code.get(code)
        return (said(row.name), row.icon) if row else ("", "")

    cases = queue(actor, filters, cursor, now=now, size=size, named=named)
    rows = list(cases.rows)
    more = cases.next is not None
    if not filters.statuses:
        new = inbox(actor, filters, cursor, now=now, size=size)
        rows += new.rows
        more = more or new.next is not None
    rows.sort(key=lambda row: (row.rank, row.kind, row.id))
    shown = tuple(rows[:size])
    return QueuePage(shown, shown[-1].cursor if shown and (more or len(rows) > size) else None)


def waiting_count(actor: Actor) -> int:
    """Return how many reports wait for a decision, counted up to a thousand (one query)."""
    if not actor.may("reports.view"):
        return 0
    return Proposal.objects.filter(queue_rank__isnull=False)[:1000].count()
