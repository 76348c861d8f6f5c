"""Reads of dispatch: the board, the jobs, the recommendation, the dated data."""

from streife.dispatch.queries.board import (
    JobRow,
    Position,
    UnitRow,
    assignments_of,
    jobs_of_incident,
    positions,
    unit_for,
    unit_id_of,
    unit_of,
    units_on_duty,
)
from streife.dispatch.queries.commands import open_job, read_command
from streife.dispatch.queries.proposing import proposal_for, recommend, recommend_for, way_to
from streife.dispatch.queries.scheme import limits_on, scheme_on
from streife.dispatch.queries.texts import notes_of
from streife.dispatch.queries.whereabouts import incidents_attended

__all__ = [
    "JobRow",
    "Position",
    "UnitRow",
    "assignments_of",
    "incidents_attended",
    "jobs_of_incident",
    "limits_on",
    "notes_of",
    "open_job",
    "positions",
    "proposal_for",
    "read_command",
    "recommend",
    "recommend_for",
    "scheme_on",
    "unit_for",
    "unit_id_of",
    "unit_of",
    "units_on_duty",
    "way_to",
]
