"""Reads of incidents; `visible_to` is the one read permission."""

from streife.incidents.queries.basics import (
    field_rows,
    hand_overs_of,
    incident_for,
    incidents_of_reports,
    joined_at,
    links_of,
    measures,
    own_incident,
    reports_of,
    visible_to,
)
from streife.incidents.queries.diary import diary
from streife.incidents.queries.mapping import clusters
from streife.incidents.queries.nearby import Candidate, candidates, stems_of
from streife.incidents.queries.queue import overdue_count, queue
from streife.incidents.queries.searching import search
from streife.incidents.queries.texts import texts_of

__all__ = [
    "Candidate",
    "candidates",
    "clusters",
    "diary",
    "field_rows",
    "hand_overs_of",
    "incident_for",
    "incidents_of_reports",
    "joined_at",
    "links_of",
    "measures",
    "overdue_count",
    "own_incident",
    "queue",
    "reports_of",
    "search",
    "stems_of",
    "texts_of",
    "visible_to",
]
