"""How far the rules look beyond a plan, and what may be erased without taking anything from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WINDOW = timedelta(weeks=24)  # § 3 ArbZG, § 2 Abs. 5 AZVO: averages; § 11 Abs. 3 ArbZG needs less
AHEAD = timedelta(weeks=8)  # § 11 Abs. 3 ArbZG: the longest stretch that begins with a day


def looks_back_to(first_day: date) -> date:
    """Return the first day that a plan from `first_day` on asks about.

    Averages look back 24 weeks, free Sundays to the first day of the calendar year (§ 11 Abs. 1
    ArbZG).

    >>> looks_back_to(date(2026, 12, 1)), looks_back_to(date(2026, 1, 1))
    (datetime.date(2026, 1, 1), datetime.date(2025, 7, 17))
    """
    return min(first_day - WINDOW, first_day.replace(month=1, day=1))


def looks_ahead_to(last_day: date) -> date:
    """Return the last day that a plan until `last_day` asks about, as far as duties stand there.

    A holiday is made up for within eight weeks (§ 11 Abs. 3 ArbZG), free Sundays are counted to the
    end of the calendar year (§ 11 Abs. 1 ArbZG).

    >>> looks_ahead_to(date(2026, 11, 30)), looks_ahead_to(date(2026, 3, 31))
    (datetime.date(2027, 1, 25), datetime.date(2026, 12, 31))
    """
    return max(last_day + AHEAD, last_day.replace(month=12, day=31))


@dataclass(frozen=True, slots=True)
class Cut:
    """The first days of which something is kept; what ended before them is erased."""

    plans: date
    requests: date  # wishes, illnesses
    duties: date


def cut_of(plans: date, duties: date, first_days: Iterable[date]) -> Cut:
    """Return what may be erased when plans and duties are kept from these days on.

    `first_days` of the plans that are kept. Such a plan keeps what it was made of, even where it
    began before, and the duties that its rules look back on: judged again, it stands as it stood.
    """
    earliest = min([plans, *first_days])
    return Cut(plans, earliest, min(duties, looks_back_to(earliest)))
