"""The time account of one person: what was planned, worked and credited, in minutes.

Figures for the person and the shift leader, never compared between people.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from streife.roster.rules.clock import minutes_on, minutes_within, parse
from streife.roster.rules.shifts_allowed import rested
from streife.roster.rules.terms import Done, Law, Member, Off
from streife.roster.rules.windows import target_minutes

SUNDAY = 6
NIGHT = ("21:00", "06:00")  # § 8 Abs. 1 TVöD, unverified; the data may say otherwise


@dataclass(frozen=True, slots=True)
class Account:
    """Minutes of a stretch of days. `balance` = planned + credited − target."""

    target: int
    planned: int
    worked: int
    credited: int
    night: int
    sunday: int
    holiday: int

    @property
    def balance(self) -> int:
        """Return what is over (or under, negative) at the end of the stretch."""
        return self.planned + self.credited - self.target


def night_window(laws: Iterable[Law]) -> tuple[str, str]:
    """Return the hours in which work earns a supplement for nights."""
    for law in laws:
        if law.kind == "supplement" and law.values.get("what") == "night":
            return str(law.values["begins"]), str(law.values["ends"])
    return NIGHT


def account_of(
    member: Member,
    days: tuple[date, ...],
    duties: Iterable[Done],
    offs: Iterable[Off],
    *,
    laws: Iterable[Law],
    holidays: Mapping[date, str],
    now: datetime,
) -> Account:
    """Return the account of a stretch of days; a duty that is over counts as worked.

    Minutes of night, Sunday and holiday are those of the clock, breaks included: where in the shift
    the break lies is not known (in favour of the person). A duty belongs to the day it begins on;
    `holidays` reach to the day after the last.
    """
    laws = tuple(laws)
    begins, ends = night_window(laws)
    inside = [rested(duty, member, laws) for duty in duties if days[0] <= duty.day <= days[-1]]
    # A shift of the last evening runs into the day after.
    touched = (*days, days[-1] + timedelta(days=1))
    sundays = [day for day in touched if day.weekday() == SUNDAY]
    return Account(
        target=target_minutes(member, days, holidays),
        planned=sum(duty.minutes for duty in inside),
        worked=sum(duty.minutes for duty in inside if duty.ends_at <= now),
        credited=sum(off.minutes for off in offs if days[0] <= off.day <= days[-1]),
        night=sum(
            minutes_within(duty.starts_at, duty.ends_at, parse(begins), parse(ends))
            for duty in inside
        ),
        sunday=sum(minutes_on(duty.starts_at, duty.ends_at, sundays) for duty in inside),
        holiday=sum(minutes_on(duty.starts_at, duty.ends_at, holidays) for duty in inside),
    )
