"""Reads of dispatch's dated data."""

from datetime import date
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from streife.db.kept import Kept
from streife.dispatch.models import PoliceNeed, RecommendationLimits, UnitStatus
from streife.dispatch.rules import Availability, Limits, Scheme, Situation, StatusRow

_Row = TypeVar("_Row", bound=Model)


def _valid(rows: QuerySet[_Row], on: date) -> QuerySet[_Row]:
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)


def scheme_on(on: date) -> Scheme:
    """Return the status scheme valid on a day (kept in memory); empty where none was imported.

    With an empty scheme every status is unknown, so nobody is available.
    """
    return _schemes(on)


def _read_scheme(on: date) -> Scheme:
    rows = _valid(UnitStatus.objects.all(), on).order_by("order", "key")
    return Scheme(
        {
            row.key: StatusRow(
                row.key,
                row.name,
                row.short_name,
                Availability(row.availability),
                row.overlay,
                row.needs_reason,
                Situation(row.follows) if row.follows else None,
                row.on_job,
                tuple(row.words),
            )
            for row in rows
        }
    )


def limits_on(on: date) -> Limits | None:
    """Return the figures of the recommendation valid on a day, None where none were imported."""
    return _limits(on)


def _read_limits(on: date) -> Limits | None:
    row = _valid(RecommendationLimits.objects.all(), on).order_by("-valid_from").first()
    if row is None:
        return None
    return Limits(
        row.position_max_age_seconds,
        row.walking_kmh,
        row.driving_kmh,
        row.detour_factor,
        row.other_area_minutes,
        row.shift_end_minutes,
        row.min_crew,
    )


_schemes = Kept(_read_scheme)
_limits = Kept(_read_limits)


def police_need_of(category_code: str, *, on: date) -> PoliceNeed | None:
    """Return whether a category needs or prefers the police, None for neither."""
    return _police(on).get(category_code)


def _read_police(on: date) -> dict[str, PoliceNeed]:
    return {row.category_code: row for row in _valid(PoliceNeed.objects.all(), on)}


_police = Kept(_read_police)
