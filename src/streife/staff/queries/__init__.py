"""Reads about the people who serve; by name in alphabetical order, never ranked."""

from streife.staff.queries.officers import (
    apprentice_ids,
    names_of,
    officer_for,
    officer_of,
    officers_on,
    qualified,
    service_periods,
    serving_between,
    visible_to,
)
from streife.staff.queries.spans import (
    absences_between,
    absent_on,
    birth_dates,
    contracts_between,
    contracts_on,
    skills_between,
    skills_on,
    span_of,
)

__all__ = [
    "absences_between",
    "absent_on",
    "apprentice_ids",
    "birth_dates",
    "contracts_between",
    "contracts_on",
    "names_of",
    "officer_for",
    "officer_of",
    "officers_on",
    "qualified",
    "service_periods",
    "serving_between",
    "skills_between",
    "skills_on",
    "span_of",
    "visible_to",
]
