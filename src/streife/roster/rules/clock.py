"""Times of shifts as they really are: wall clock in, elapsed minutes out, both nights of the year
when the clock is changed included (23 and 25 hours)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from streife.kernel.clock import BERLIN, local
from streife.roster.rules.terms import KindTimes, Law

MINUTE = timedelta(minutes=1)
NIGHT = ("23:00", "06:00", 120)  # § 2 Abs. 3, 4 ArbZG, where no rule says otherwise


def span_on(kind: KindTimes, day: date) -> tuple[datetime, datetime]:
    """Return when a shift that begins on a day really begins and ends, in UTC.

    Subtracting the two gives elapsed time: seven hours for 22 to 6 in the night to summer time.
    """
    kind = kind.on(day)
    last = day if kind.ends > kind.begins else day + timedelta(days=1)
    return moment_of(day, kind.begins), moment_of(last, kind.ends)


def moment_of(day: date, clock: time) -> datetime:
    """Return a time on the wall as a moment; one that occurs twice means the first."""
    return datetime.combine(day, clock, BERLIN).astimezone(UTC)


def minutes_between(start: datetime, end: datetime) -> int:
    """Return elapsed minutes, rounded down."""
    return int((end - start) / MINUTE)


def work_minutes(kind: KindTimes, day: date, pause: int | None = None) -> int:
    """Return minutes of work without the break (§ 2 Abs. 1 ArbZG)."""
    start, end = span_on(kind, day)
    return minutes_between(start, end) - (kind.on(day).break_minutes if pause is None else pause)


def parse(clock: str) -> time:
    """Return "22:30" as a time."""
    return time.fromisoformat(clock)


def minutes_within(start: datetime, end: datetime, begins: time, ends: time) -> int:
    """Return how many elapsed minutes of a span lie in a nightly window such as 23 to 6."""
    total = timedelta()
    day = local(start).date() - timedelta(days=1)
    while day <= local(end).date():
        last = day if ends > begins else day + timedelta(days=1)
        opens, closes = moment_of(day, begins), moment_of(last, ends)
        total += max(timedelta(), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return int(total / MINUTE)


def minutes_on(start: datetime, end: datetime, days: Iterable[date]) -> int:
    """Return how many elapsed minutes of a span lie on calendar days such as Sundays."""
    total = timedelta()
    for day in set(days):
        opens, closes = moment_of(day, time()), moment_of(day + timedelta(days=1), time())
        total += max(timedelta(), min(end, closes) - max(start, opens))
    return int(total / MINUTE)


def days_touched(start: datetime, end: datetime) -> list[date]:
    """Return the calendar days on which a span has time."""
    first, last = local(start).date(), local(end - MINUTE).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def night_of(laws: Iterable[Law]) -> tuple[time, time, int]:
    """Return when night is, and of how many minutes in it more makes a shift night work.

    The ArbZG says it for all: the night of the AZVO begins at 20 already. That of the supplements
    is another one.
    """
    tarif_first = sorted(laws, key=lambda law: law.regime != "tarif")
    values = next((law.values for law in tarif_first if law.kind == "night"), None)
    begins, ends, more = (
        (values["begins"], values["ends"], values["more_than_minutes"]) if values else NIGHT
    )
    return parse(begins), parse(ends), int(more)


def is_night(kind: KindTimes, day: date, begins: time, ends: time, more_than: int) -> bool:
    """Say whether a shift is night work: more than two hours in the night (§ 2 Abs. 4 ArbZG)."""
    start, end = span_on(kind, day)
    return minutes_within(start, end, begins, ends) > more_than
