"""When a recording was really made: cameras' clocks are wrong, the dock's is not.

The two weeks of § 15c Abs. 4 PolG NRW run from the making. A camera's clock may stand in 1970, in
next year, or in the wrong hour after the change of the clocks; trusting it would delete evidence at
once or keep it for years. So the camera's time counts only inside what the dock knows for sure: not
after the moment of docking, and not before the camera was last empty. When in doubt the earlier
end counts, because the shorter period is the lawful one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)  # before that no camera of the service existed
# A shift with overtime and a weekend before docking: older than this the camera's clock is wrong.
MOST_UNDOCKED = timedelta(days=10)
# A camera never docked before may say so much; more would delete at once on the word of its clock.
MOST_BELIEVED = timedelta(days=14)
TOLERANCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Made:
    """When a recording was made, how wrong the camera's clock was, and whether we guessed."""

    started_at: datetime
    ended_at: datetime
    offset_ms: int
    estimated: bool


def made_at(
    *,
    camera_end: datetime | None,
    duration: timedelta,
    docked_at: datetime,
    camera_now: datetime | None = None,
    last_docked_at: datetime | None = None,
) -> Made:
    """Return the trusted time of a recording.

    `camera_end` is the end by the camera's own clock (or the file's), `camera_now` what that clock
    said at the moment of docking: their difference corrects every time of the camera (a constant
    offset: a year, an hour of summer time, 1970). Without it the camera's time stands if it lies
    between the last docking and this one. Else only that window is known, and the earliest end in
    it is taken: the last docking (or ten days ago) plus the recording's own length. A camera that
    was never docked before and says between ten and fourteen days ago is believed: that end is
    earlier still.

    :raises ValueError: a moment without a zone, or a negative duration
    """
    if duration < timedelta(0) or docked_at.tzinfo is None:
        raise ValueError("a recording has a length and the dock a zone")
    floor = max(last_docked_at or docked_at - MOST_UNDOCKED, EARLIEST)
    offset = timedelta(0)
    if camera_now is not None:
        offset = camera_now - docked_at
        if abs(offset) <= TOLERANCE:
            offset = timedelta(0)
    ended = camera_end - offset if camera_end is not None else None
    estimated = ended is None or not floor <= ended <= docked_at + TOLERANCE
    if ended is None or (estimated and not _believed(ended, docked_at, last_docked_at, floor)):
        # The earliest end keeps no recording longer than allowed; the window is one shift if the
        # camera is docked after every shift.
        ended = min(floor + duration, docked_at)
    ended = min(ended, docked_at)
    return Made(
        started_at=ended - duration,
        ended_at=ended,
        offset_ms=round(offset / timedelta(milliseconds=1)),
        estimated=estimated,
    )


def _believed(
    ended: datetime, docked_at: datetime, last_docked_at: datetime | None, floor: datetime
) -> bool:
    """Say whether a camera never docked before names an end that only shortens the keeping."""
    return last_docked_at is None and docked_at - MOST_BELIEVED <= ended < floor
