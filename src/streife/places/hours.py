"""Opening hours in OSM syntax, public holidays of one state included. No Django.

`opening-hours-py` knows Germany's holidays only as a whole, not those of one state (Corpus Christi
and All Saints' Day in NRW). So `PH` is replaced by the days that the `holidays` package names.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays
from opening_hours import OpeningHours, State, validate

from streife.kernel.clock import BERLIN

STATES = {  # first two digits of the Amtliche Gemeindeschlüssel
    "01": "SH", "02": "HH", "03": "NI", "04": "HB", "05": "NW", "06": "HE", "07": "RP", "08": "BW",
    "09": "BY", "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN", "15": "ST", "16": "TH",
}  # fmt: skip
_HOLIDAY_RULE = re.compile(r"^PH\b")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Opening:
    """What opening hours say at one moment; times in Berlin's wall clock."""

    open_now: bool
    until: datetime | None  # open: when it closes; None if it never does
    opens_at: datetime | None  # closed: when it opens next; None if it never does
    holiday: str  # name of today's public holiday, or empty


def check_hours(expression: str) -> str:
    """Return what is wrong with opening hours in OSM syntax (German), or an empty text."""
    if not expression:
        return ""
    if any("PH" in rule and not _HOLIDAY_RULE.match(rule) for rule in _rules(expression)):
        return "Öffnungszeiten: „PH“ nur allein am Anfang einer Regel, etwa „PH off“."
    if re.search(r"\bSH\b", expression):
        return "Öffnungszeiten: Schulferien („SH“) werden nicht unterstützt."
    if not validate(_with_holidays(expression, "NW", 2026)):
        return f"Öffnungszeiten nicht lesbar: {expression[:80]}"
    return ""


def opening_at(expression: str, moment: datetime, *, city_code: str) -> Opening:
    """Return whether something is open at a moment and when that changes.

    `city_code` (Amtlicher Gemeindeschlüssel) chooses the state whose public holidays count.
    """
    here = moment.astimezone(BERLIN)
    state = STATES.get(city_code[:2], "NW")
    hours = _parsed(expression, state, here.year)
    change = hours.next_change(here)
    is_open = bool(hours.is_open(here))
    if change is not None:
        change = change.astimezone(BERLIN)
    return Opening(
        open_now=is_open,
        until=change if is_open else None,
        opens_at=None if is_open else change,
        holiday=holiday_on(here.date(), city_code=city_code),
    )


def holiday_on(day: date, *, city_code: str) -> str:
    """Return the German name of the public holiday on a day in a city's state, or empty."""
    return _calendar(STATES.get(city_code[:2], "NW"), day.year).get(day, "")


@lru_cache(maxsize=64)
def _calendar(state: str, year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("DE", subdiv=state, years=year, language="de"))


@lru_cache(maxsize=256)
def _parsed(expression: str, state: str, year: int) -> OpeningHours:
    """Return the parsed hours, good for `year` and the next (the next opening may be there)."""
    return OpeningHours(_with_holidays(expression, state, year), timezone=BERLIN)


def _with_holidays(expression: str, state: str, year: int) -> str:
    days = ",".join(
        f"{day.year} {_MONTHS[day.month - 1]} {day.day:02d}"
        for count in (0, 1)
        for day in sorted(_calendar(state, year + count))
    )
    return "; ".join(_HOLIDAY_RULE.sub(days, rule) for rule in _rules(expression))


def _rules(expression: str) -> list[str]:
    return [rule.strip() for rule in expression.split(";") if rule.strip()]


def is_tomorrow(moment: datetime, now: datetime) -> bool:
    """Say whether a moment lies on the day after `now`, both by Berlin's calendar."""
    return moment.astimezone(BERLIN).date() == now.astimezone(BERLIN).date() + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Weekdays in a row with the same hours (0 = Monday); no hours means closed."""

    first: int
    last: int
    times: tuple[tuple[time, time], ...]


def week(expression: str, moment: datetime) -> list[DaySpan]:
    """Return the hours of the week around a moment, public holidays left aside."""
    plain = "; ".join(rule for rule in _rules(expression) if not _HOLIDAY_RULE.match(rule))
    if not plain:
        return []
    hours = OpeningHours(plain)
    today = moment.astimezone(BERLIN).date()
    monday = datetime.combine(today - timedelta(days=today.weekday()), time())  # wall clock
    spans: list[DaySpan] = []
    for weekday in range(7):
        start = monday + timedelta(days=weekday)
        times = tuple(
            (begin.time(), end.time())
            for begin, end, state, _ in hours.intervals(start, start + timedelta(days=1))
            if state == State.OPEN
        )
        if spans and spans[-1].times == times:
            spans[-1] = DaySpan(spans[-1].first, weekday, times)
        else:
            spans.append(DaySpan(weekday, weekday, times))
    return [span for span in spans if span.times]
