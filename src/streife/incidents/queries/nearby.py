"""Incidents that may be the same matter: near and recent, a bounded number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from streife.incidents.models import Incident, IncidentReport, SearchEntry
from streife.kernel.geo import Point, distance_metres, nearby_ranges

MOST = 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """An incident near a report; `metres` away."""

    incident_id: int
    number: str
    title: str
    category_code: str
    field_code: str
    status: str
    opened_at: datetime
    metres: float


def candidates(
    point: Point, *, radius_metres: float, since: datetime, until: datetime
) -> list[Candidate]:
    """Return at most 60 incidents opened in the time and within the radius (one query).

    Incidents that went into another are left out; closed ones are in.
    """
    cells = Q()
    for low, high in nearby_ranges(point, radius_metres=radius_metres):
        cells |= Q(cell__range=(low, high))
    rows = (
        Incident.objects.filter(
            cells, opened_at__gte=since, opened_at__lte=until, merged_into__isnull=True
        )
        .order_by("-opened_at", "-id")
        .values_list(
            "id", "number", "title", "category_code", "field__code", "status", "opened_at",
            "latitude", "longitude",
        )[:MOST]
    )  # fmt: skip
    found = [
        Candidate(*row[:7], metres=distance_metres(point, Point(row[7], row[8]))) for row in rows
    ]
    return [candidate for candidate in found if candidate.metres <= radius_metres]


MOST_LINKS = 200


def stems_of(incident_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """Return the stems of the reports about incidents, from the search (two queries)."""
    links = dict(
        IncidentReport.objects.filter(incident_id__in=incident_ids)
        .order_by("-id")
        .values_list("report_id", "incident_id")[:MOST_LINKS]
    )
    found: dict[int, frozenset[str]] = {}
    entries = SearchEntry.objects.filter(kind="report", target_id__in=list(links))
    for report_id, tokens in entries.values_list("target_id", "tokens"):
        incident_id = links[report_id]
        found[incident_id] = found.get(incident_id, frozenset()) | frozenset(tokens.split())
    return found
