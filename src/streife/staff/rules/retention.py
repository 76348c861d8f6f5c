"""How long what is known about people at work is kept once it has ended; the years are data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

MOST_YEARS = 50


class Kept(StrEnum):
    """What has a period of its own."""

    CONTRACT = "contract"
    OFFICER = "officer"  # who left: what says who it was
    QUALIFICATION = "qualification"
    HAND_OVER = "hand_over"  # of equipment
    PLAN = "plan"  # of the duty roster, with posts, changes, wishes, swaps, illnesses
    DUTY = "duty"  # what was worked


# § 16 Abs. 2 ArbZG (from memory, not read): working time beyond eight hours is kept two years.
FEWEST_YEARS: Mapping[Kept, int] = {Kept.PLAN: 2, Kept.DUTY: 2}


@dataclass(frozen=True, slots=True)
class Period:
    """Whole years from the end of the year in which something ended (as § 199 Abs. 1 BGB counts).

    `norm` is empty where the authority decides alone.
    """

    years: int
    norm: str
    reason: str


def periods_of(content: Mapping[str, Any]) -> dict[Kept, Period]:
    """Return what `retention.yaml` says: all periods, or it is refused.

    :raises KeyError, TypeError, ValueError: it says something impossible, or not enough
    """
    found = {}
    for kept in Kept:
        row = content["periods"][kept.value]
        years = int(row["years"])
        if not FEWEST_YEARS.get(kept, 0) <= years <= MOST_YEARS:
            raise ValueError(kept.value)
        found[kept] = Period(years, str(row["norm"]), str(row["reason"]))
    return found


def kept_since(period: Period, today: date) -> date:
    """Return the first day of which something is kept; what ended before it is erased.

    >>> kept_since(Period(3, "", ""), date(2026, 11, 26))
    datetime.date(2023, 1, 1)
    """
    return date(today.year - period.years, 1, 1)


def counted_from(day: date) -> date:
    """Return the first of a month on or after a day: as exact as counting by months needs it.

    Whoever came and left on such days served on the same firsts of months as before.

    >>> counted_from(date(2019, 9, 2)), counted_from(date(2019, 9, 1))
    (datetime.date(2019, 10, 1), datetime.date(2019, 9, 1))
    """
    if day.day == 1:
        return day
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
