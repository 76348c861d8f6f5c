"""Where things stand in the vault's pictures, so that pages need no script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from streife.evidence import rules, sentences
from streife.evidence.models import Recording
from streife.evidence.redaction.project import Cover, Project
from streife.kernel.clock import BERLIN, local

DAYS = 15
COLUMN, SQUARE, STEP = 44, 30, 36
HEAD = 30
MOST_IN_COLUMN = 6


@dataclass(frozen=True, slots=True)
class Square:
    """One recording on the day it goes."""

    x: int
    y: int
    recording: Recording
    label: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar."""

    x: int
    middle: int
    weekday: str
    number: str
    count: int
    more_y: int
    today: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """What goes when; what is held goes on no day."""

    width: int
    height: int
    days: tuple[Day, ...]
    squares: tuple[Square, ...]


def end_of_calendar(now: datetime) -> datetime:
    """Return the first moment the calendar does not show."""
    return datetime.combine(local(now).date() + timedelta(days=DAYS), time(), BERLIN)


def calendar_of(rows: Iterable[Recording], now: datetime, weekdays: Sequence[str]) -> Calendar:
    """Return the two weeks ahead of what is held by nothing."""
    today = local(now).date()
    by_day: dict[date, list[Recording]] = {}
    for recording in rows:
        day = local(recording.delete_after).date()
        if today <= day < today + timedelta(days=DAYS):
            by_day.setdefault(day, []).append(recording)
    tallest = min(MOST_IN_COLUMN, max((len(found) for found in by_day.values()), default=1))
    height = HEAD + tallest * STEP + 18
    days, squares = [], []
    for number in range(DAYS):
        day = today + timedelta(days=number)
        x = number * COLUMN
        found = sorted(by_day.get(day, []), key=lambda one: one.delete_after)
        for at, recording in enumerate(found[:MOST_IN_COLUMN]):
            clock = local(recording.delete_after).strftime("%H:%M")
            squares.append(Square(x + (COLUMN - SQUARE) // 2, HEAD + at * STEP, recording, clock))
        more = len(found) - MOST_IN_COLUMN
        days.append(
            Day(
                x,
                x + COLUMN // 2,
                weekdays[day.weekday()],
                f"{day.day}.",
                max(0, more),
                height - 4,
                number == 0,
            )
        )
    return Calendar(DAYS * COLUMN, height, tuple(days), tuple(squares))


ROW = 62


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the custody of a recording."""

    y: int
    text_y: int
    what: str
    icon: str
    who: str
    at: datetime
    clock: str
    fingerprint: str
    number: str
    denied: bool


def custody_height(steps: Sequence[Step]) -> int:
    """Return the height of the picture in pixels."""
    return len(steps) * ROW + 20


TRACK_WIDTH, TRACK_ROW, TRACK_LEFT = 720, 30, 150


@dataclass(frozen=True, slots=True)
class Line:
    """A cover on the timeline of the editor."""

    cover: Cover
    y: int
    text_y: int
    x: float
    width: float
    name: str
    begin: str
    begin_ms: int
    doubts: tuple[tuple[float, float], ...]
    none: str  # what a person says who leaves it open


@dataclass(frozen=True, slots=True)
class Timeline:
    """The timeline of the editor: a row a cover, muted spans below."""

    width: int
    height: int
    lines: tuple[Line, ...]
    mutes: tuple[tuple[float, float], ...]
    mute_y: int
    ticks: tuple[tuple[float, str], ...]


def timeline_of(project: Project, duration_ms: int) -> Timeline:
    """Return where the covers of a project lie in time."""
    frames = max(1, project.frames)
    room = TRACK_WIDTH - TRACK_LEFT - 10

    def x(frame: float) -> float:
        return round(TRACK_LEFT + frame / frames * room, 1)

    lines = []
    for number, cover in enumerate(project.covers):
        doubts = tuple(
            (x(one.first), max(4.0, x(one.last + 1) - x(one.first)))
            for one in project.reviews
            if one.cover == cover.key and not one.settled
        )
        begin_ms = cover.first * duration_ms // frames
        lines.append(
            Line(
                cover,
                HEAD + number * TRACK_ROW,
                HEAD + number * TRACK_ROW + 19,
                x(cover.first),
                max(4.0, round(x(cover.last + 1) - x(cover.first), 1)),
                f"{sentences.word(sentences.COVERS, cover.kind.value)} {number + 1}",
                sentences.at_text(begin_ms),
                begin_ms,
                doubts,
                sentences.is_none(cover.kind.value),
            )
        )
    span = max(1, duration_ms)
    mutes = tuple(
        (x(first / span * frames), max(4.0, x(last / span * frames) - x(first / span * frames)))
        for first, last in project.mutes
    )
    ticks = tuple(
        (x(part / 4 * frames), sentences.at_text(duration_ms * part // 4)) for part in range(5)
    )
    mute_y = HEAD + len(lines) * TRACK_ROW + 4
    return Timeline(TRACK_WIDTH, mute_y + TRACK_ROW + 8, tuple(lines), mutes, mute_y, ticks)


def state_level(recording: Recording, held: bool) -> str:
    """Return the level of the badge of a recording."""
    return "ok" if held else sentences.STATE_LEVELS[rules.State(recording.state)]
