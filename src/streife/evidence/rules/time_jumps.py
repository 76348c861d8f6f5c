"""Whether the clock of this machine may be believed: what is due by a wrong one is gone for good.

Nobody can set how long a machine has been running. As long as it runs, its clock and its course
have to go on together. After a start only the record says how long nothing happened; after a long
silence nobody here can tell a machine that was off from a clock that was put forward.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from streife.kernel.texts import german

STEP = timedelta(minutes=5)  # time servers correct less; a summer time is no step at all (UTC)
SILENCE = timedelta(hours=12)  # so long a machine may be off before somebody looks at its clock


class Doubt(StrEnum):
    """Why the clock is not believed."""

    FORWARD = "forward"
    SILENT = "silent"
    BACK = "back"


DOUBTS: Mapping[Doubt, str] = {
    Doubt.FORWARD: german("Die Uhr dieses Rechners ist vorgesprungen"),
    Doubt.SILENT: german("Dieser Rechner war aus, oder seine Uhr ist vorgesprungen"),
    Doubt.BACK: german("Die Uhr dieses Rechners wurde zurückgestellt"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """Clock and course of a machine, read together; `boot` names one start, empty if unknown."""

    at: datetime
    boot: str
    course: timedelta


@dataclass(frozen=True, slots=True)
class Jump:
    """By how much clock and course differ, or how long nothing was recorded."""

    doubt: Doubt
    by: timedelta


def jump_since(mark: Reading, reading: Reading) -> Jump | None:
    """Return by how much the clock was set since a reading of the same start; None if it was not.

    Against the first reading of this start, so that many small steps are one large one.
    """
    step = (reading.at - mark.at) - (reading.course - mark.course)
    if step > STEP:
        return Jump(Doubt.FORWARD, step)
    return Jump(Doubt.BACK, -step) if step < -STEP else None


def same_start(mark: Reading, reading: Reading) -> bool:
    """Say whether two readings are of one start of one machine."""
    return bool(mark.boot) and mark.boot == reading.boot and mark.course <= reading.course


def ahead_by(others: timedelta) -> Jump | None:
    """Return the jump that clocks elsewhere tell of; None if they and ours agree well enough."""
    return Jump(Doubt.FORWARD, others) if others > STEP else None


def silence_since(seen_at: datetime, silence: timedelta, reading: Reading) -> Jump | None:
    """Return why the clock after a start is not believed; None if it is.

    `seen_at` is the last moment anything here was done, `silence` the longest time since then in
    which nothing was.
    """
    if seen_at - reading.at > STEP:
        return Jump(Doubt.BACK, seen_at - reading.at)
    return Jump(Doubt.SILENT, silence) if silence > SILENCE else None
