"""A school day with few lessons stays a working day: what of it is left for a duty."""

from collections.abc import Mapping
from datetime import date, timedelta

from streife.roster.rules.clock import moment_of, span_on, work_minutes
from streife.roster.rules.shifts_allowed import as_worked
from streife.roster.rules.terms import KindTimes, Law, Member, Off, laws_of

LESSON_MINUTES = 45  # § 9 Abs. 1 Nr. 2 JArbSchG


def lessons_of(member: Member) -> Mapping[date, Off]:
    """Return the days with lessons on which somebody can still be planned."""
    return {off.day: off for off in member.offs if not off.bars}


def beside_lessons(
    member: Member, lessons: Off | None, kind: KindTimes, laws: tuple[Law, ...]
) -> Law | None:
    """Return the law that forbids a kind of shift on a day with few lessons, if any.

    § 9 Abs. 1 JArbSchG, § 15 Abs. 1 BBiG: free for the lessons; § 9 Abs. 2 Nr. 3 JArbSchG, § 15
    Abs. 2 BBiG: they are working time, so that both together stay within the limit of the day.
    """
    if lessons is None or lessons.begins is None:
        return None
    start, end = span_on(kind, lessons.day)
    begins = moment_of(lessons.day, lessons.begins)
    meets = start < begins + timedelta(minutes=lessons.minutes) and begins < end
    worked = work_minutes(as_worked(kind, member, laws, lessons.day), lessons.day) + lessons.minutes
    for law in laws_of(member, laws, lessons.day):
        too_long = law.kind == "daily_minutes" and worked > int(law.values["max"])
        if law.hard and (too_long or (law.kind == "school_day" and meets)):
            return law
    return None
