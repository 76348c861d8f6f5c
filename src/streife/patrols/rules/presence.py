"""Presence in minutes per place and hour, from a tap on "Da" and a tap on "Weiter"."""

from collections.abc import Sequence
from datetime import datetime, timedelta

# Whoever forgets "Weiter" was not there all night: the rest does not count.
LONGEST_STAY = timedelta(minutes=45)
HOUR = timedelta(hours=1)


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour."""
    return moment.replace(minute=0, second=0, microsecond=0)


def left_at(arrived_at: datetime, told_at: datetime) -> datetime:
    """Return when a crew counts as gone: when it said so, at most 45 minutes after its arrival."""
    return max(arrived_at, min(told_at, arrived_at + LONGEST_STAY))


def minutes_by_hour(arrived_at: datetime, gone_at: datetime) -> dict[datetime, int]:
    """Return whole minutes of a stay for each hour it touches; their sum is the stay, rounded.

    Only the hour is kept, so nobody can read from it when somebody was where to the minute.

    >>> from datetime import UTC
    >>> start = datetime(2026, 1, 1, 10, 55, tzinfo=UTC)
    >>> [n for n in minutes_by_hour(start, start + timedelta(minutes=12)).values()]
    [5, 7]
    """
    found: dict[datetime, int] = {}
    told, at = 0, arrived_at
    while at < gone_at:
        end = min(hour_of(at) + HOUR, gone_at)
        total = round((end - arrived_at) / timedelta(minutes=1))
        found[hour_of(at)] = total - told
        told, at = total, end
    return found or {hour_of(arrived_at): 0}


def uncovered(
    arrived_at: datetime, gone_at: datetime, told: Sequence[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """Return what is left of a stay without the spans that another team told for the same stop.

    Two teams at a place together are presence once, as the plan counts it.
    """
    left = [(arrived_at, gone_at)]
    for begins, ends in told:
        left = [
            piece
            for start, stop in left
            for piece in ((start, min(stop, begins)), (max(start, ends), stop))
            if piece[0] < piece[1]
        ]
    return left
