"""Periods, comparisons, middle values and what may not be shown. No Django, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from streife.kernel.clock import BERLIN

FEWEST = 5  # no figure about fewer people than this, see the design: staff and reporters


class Span(StrEnum):
    """The periods that can be chosen by one click."""

    LAST_MONTH = "monat"
    THIS_MONTH = "laufend"
    THIRTY_DAYS = "30tage"
    YEAR = "jahr"
    FREE = "frei"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days by Berlin's calendar: the first is included, `end` is not."""

    start: date
    end: date

    @property
    def last_day(self) -> date:
        """The last day that counts."""
        return self.end - timedelta(days=1)

    def bounds(self) -> tuple[datetime, datetime]:
        """Return the two moments (UTC) between which things count, the second excluded."""
        return (
            datetime.combine(self.start, time(), BERLIN).astimezone(UTC),
            datetime.combine(self.end, time(), BERLIN).astimezone(UTC),
        )

    def year_before(self) -> "Period":
        """Return the same days one year earlier."""
        return Period(_year_earlier(self.start), _year_earlier(self.end))


def _year_earlier(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def month_start(day: date, *, months_back: int = 0) -> date:
    """Return the first day of a month, some months before that of `day`."""
    count = day.year * 12 + day.month - 1 - months_back
    return date(count // 12, count % 12 + 1, 1)


def period_of(span: Span, *, today: date, start: date | None, last: date | None) -> Period:
    """Return the days that a choice means today.

    :raises ValueError: a free period without both days, or the wrong way round
    """
    tomorrow = today + timedelta(days=1)
    if span is Span.FREE:
        if start is None or last is None or last < start:
            raise ValueError("a free period needs a first and a last day in this order")
        return Period(start, last + timedelta(days=1))
    return {
        Span.LAST_MONTH: Period(month_start(today, months_back=1), month_start(today)),
        Span.THIS_MONTH: Period(month_start(today), tomorrow),
        Span.THIRTY_DAYS: Period(tomorrow - timedelta(days=30), tomorrow),
        Span.YEAR: Period(_year_earlier(tomorrow), tomorrow),
    }[span]


def change_percent(count: int, before: int) -> int | None:
    """Return by how many percent a count changed, None where a percentage would mislead."""
    if before < FEWEST:
        return None
    return round((count - before) * 100 / before)


def share_percent(part: int, whole: int) -> int | None:
    """Return a share in whole percent, None of nothing."""
    return round(part * 100 / whole) if whole else None


def quantile(histogram: Mapping[int, int], share: float) -> int | None:
    """Return the value below or at which `share` of all counted values lie; None of nothing."""
    total = sum(histogram.values())
    seen = 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= share * total:
            return value
    return None


def suppressed(count: int) -> int | None:
    """Return a count of named people, or None for 1 to 4, so that nobody can be made out."""
    return None if 0 < count < FEWEST else count


def local_hour(stamp: str) -> datetime:
    """Return the wall-clock hour of a UTC hour written "2026-11-23 14"."""
    return datetime.fromisoformat(stamp).replace(tzinfo=UTC).astimezone(BERLIN)
