"""The shift in blocks, and the ways to stay in whole points. Plain Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from streife.kernel.clock import local


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the shift: seconds from its start, and the hours of the week it touches."""

    begins: int
    ends: int
    hours: tuple[int, ...]


def hour_of_week(moment: datetime) -> int:
    """Return the hour of the week on the clock of Germany, 0 = Monday 0 to 1 o'clock."""
    clock = local(moment)
    return clock.weekday() * 24 + clock.hour


def blocks_of(starts_at: datetime, ends_at: datetime, seconds: int) -> list[Block]:
    """Return the shift in blocks; a rest shorter than half a block belongs to the last one."""
    total = round((ends_at - starts_at).total_seconds())
    count = max(1, round(total / seconds))
    edges = [min(total, number * seconds) for number in range(count)] + [total]
    found = []
    for begins, ends in pairwise(edges):
        hours = tuple(
            hour_of_week(starts_at + timedelta(seconds=second))
            for second in range(begins, ends, 3600)
        )
        found.append(Block(begins, ends, hours))
    return found


def dwell_points(shares: Sequence[tuple[int, float]], points: float) -> tuple[tuple[int, int], ...]:
    """Return (seconds, points) of the ways to stay, growing and concave in whole points too."""
    found: list[tuple[int, int]] = []
    for seconds, share in shares:
        value = max(1, int(points * share))
        # Rounding may make a later minute worth more than an earlier: leave out what is between.
        while found and not _concave(found, seconds, value):
            found.pop()
        if not found or value > found[-1][1]:
            found.append((seconds, value))
    return tuple(found)


def _concave(found: Sequence[tuple[int, int]], seconds: int, value: int) -> bool:
    (before, worth), (last, most) = [(0, 0), *found][-2:]
    return (value - most) * (last - before) <= (most - worth) * (seconds - last)
