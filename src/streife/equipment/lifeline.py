"""The history of an item as a picture: one bar for each time somebody had it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from streife.equipment.models import Handover
from streife.kernel.clock import local

ROW = 38
HEAD = 24
MOST = 8  # holders in the picture; the table below has them all
LEAST = timedelta(days=7)
TICKS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One handover; x and width in percent of the picture."""

    x: float
    width: float
    text: str
    now: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One officer."""

    name: str
    y: int
    bar_y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Lifeline:
    """The picture; empty if nobody ever had the item."""

    height: int
    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, str, str], ...]  # x in percent, text, how the text is anchored
    left_out: int


def lifeline_of(history: Sequence[Handover], now: datetime) -> Lifeline:
    """Return the picture of handovers given newest first; the last holder stands on top."""
    officers = list(dict.fromkeys(row.officer_id for row in history))
    shown = officers[:MOST]
    rows = [row for row in history if row.officer_id in shown]
    if not rows:
        return Lifeline(0, (), (), 0)
    start = min(min(row.since_at for row in rows), now - LEAST)
    whole = (now - start) / timedelta(seconds=1)

    def x(moment: datetime) -> float:
        return round(100 * ((moment - start) / timedelta(seconds=1)) / whole, 2)

    lines = []
    for number, officer_id in enumerate(shown):
        own = [row for row in rows if row.officer_id == officer_id]
        top = HEAD + number * ROW
        bars = tuple(
            Bar(
                x=min(x(row.since_at), 99.4),
                # A shift within years would be no pixel wide.
                width=max(0.6, round(x(row.until_at or now) - x(row.since_at), 2)),
                text=_days(row),
                now=row.until_at is None,
            )
            for row in own
        )
        lines.append(Row(str(own[0].officer), top + 12, top + 18, bars))
    return Lifeline(
        HEAD + len(lines) * ROW,
        tuple(lines),
        tuple(_tick(start, now, step) for step in range(TICKS + 1)),
        len(officers) - len(shown),
    )


def _tick(start: datetime, now: datetime, step: int) -> tuple[float, str, str]:
    day = local(start + (now - start) * step / TICKS).date()
    anchor = "start" if step == 0 else "end" if step == TICKS else "middle"
    return 100 * step / TICKS, _short(day, (now - start).days), anchor


def _short(day: date, days: int) -> str:
    return f"{day.month:02}/{day.year % 100:02}" if days > 150 else f"{day.day}.{day.month}."


def _days(row: Handover) -> str:
    since = local(row.since_at)
    until = "" if row.until_at is None else f"{local(row.until_at):%d.%m.%Y %H:%M}"
    return f"{since:%d.%m.%Y %H:%M} – {until}".rstrip()
