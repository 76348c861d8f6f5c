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
    QUALIFICATION = "qualification"
    HAND_OVER = "hand_over"  # of equipment


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
        if not 0 <= years <= MOST_YEARS:
            raise ValueError(kept.value)
        found[kept] = Period(years, str(row["norm"]), str(row["reason"]))
    return found


def kept_since(period: Period, today: date) -> date:
    """Return the first day of which something is kept; what ended before it is erased.

    >>> kept_since(Period(3, "", ""), date(2026, 11, 26))
    datetime.date(2023, 1, 1)
    """
    return date(today.year - period.years, 1, 1)
