"""Reads of the roster that other packages may use."""

from streife.roster.queries.shifts import (
    known_shift,
    officer_ids_at,
    officer_ids_on,
    shift_at,
    shift_for,
    shift_of,
    shifts_at,
    shifts_between,
    visible_to,
)

__all__ = [
    "known_shift",
    "officer_ids_at",
    "officer_ids_on",
    "shift_at",
    "shift_for",
    "shift_of",
    "shifts_at",
    "shifts_between",
    "visible_to",
]
