"""Storing reports that another city published."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction

from streife.accounts.rules import Actor
from streife.journal.actions import record_many
from streife.journal.rules import Line
from streife.kernel.clock import local
from streife.kernel.events import publish
from streife.places.queries import ground
from streife.reports import references
from streife.reports.events import ReportReceived
from streife.reports.importing.rows import ImportDraft
from streife.reports.models import Report
from streife.reports.rules import Channel, Kind, Status

STORED = "stored"


def import_reports(
    *, drafts: Sequence[ImportDraft], anywhere: bool, actor: Actor, now: datetime
) -> list[str]:
    """Store some hundred foreign reports in one transaction and return what became of each.

    The answers stand in the order of the drafts: `stored`, or `already-present` or `outside-city`.
    `anywhere` takes places outside the city too, without an area. Identifiers within one call are
    unique.
    """
    actor.require("reports.import")
    try:
        return _import(drafts, anywhere, actor, now)
    except IntegrityError:
        # Another import of the same source won the race; what it stored is found now.
        return _import(drafts, anywhere, actor, now)


@transaction.atomic
def _import(
    drafts: Sequence[ImportDraft], anywhere: bool, actor: Actor, now: datetime
) -> list[str]:
    known = set(
        Report.objects.filter(
            source__in={draft.source for draft in drafts},
            source_id__in=[draft.source_id for draft in drafts],
        ).values_list("source", "source_id")
    )
    city = ground(on=local(now).date())
    outcomes: list[str] = []
    fresh: list[Report] = []
    for draft in drafts:
        place = city.whereabouts(draft.point) if draft.point else None
        if (draft.source, draft.source_id) in known:
            outcomes.append("already-present")
        elif draft.point and place is None and not anywhere:
            outcomes.append("outside-city")
        else:
            report = _report(draft)
            report.quarter_id = place.quarter_id if place else None
            report.district_id = place.district_id if place else None
            fresh.append(report)
            outcomes.append(STORED)
    numbers = references.new_references(len(fresh), _taken)
    for report, reference in zip(fresh, numbers, strict=True):
        report.reference = reference
    Report.objects.bulk_create(fresh)
    record_many(_line(report, actor, now) for report in fresh)
    for report in fresh:
        if report.status == Status.RECEIVED:
            publish(ReportReceived(report.pk))
    return outcomes


def _taken(numbers: set[str]) -> Iterable[str]:
    return Report.objects.filter(reference__in=numbers).values_list("reference", flat=True)


def _report(draft: ImportDraft) -> Report:
    # Not made of what was published: anybody could send a report under that id before us, and no
    # import would ever get past it. What comes twice is known by its source.
    client_id = uuid4()
    return Report(
        client_id=client_id,
        secret_hash=references.hash_of(references.secret_of(client_id)),
        kind=Kind.HINT,
        channel=Channel.IMPORT,
        status=Status.ANSWERED if draft.done else Status.RECEIVED,
        category_code=draft.category_code,
        text=draft.text,
        latitude=draft.point.latitude if draft.point else None,
        longitude=draft.point.longitude if draft.point else None,
        cell=draft.point.cell if draft.point else None,
        address=draft.address,
        received_at=draft.received_at,
        answered_at=draft.answered_at,
        answer=draft.answer,
        source=draft.source,
        source_id=draft.source_id,
    )


def _line(report: Report, actor: Actor, now: datetime) -> Line:
    return Line(
        act="reports.imported",
        subject=f"report:{report.pk}",
        actor=actor.ref,
        now=now,
        body={"source": report.source, "category": report.category_code},
    )
