"""The days on which somebody cannot be planned, and what they are credited with."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from streife.roster.rules.clock import parse
from streife.roster.rules.keeping import WINDOW
from streife.roster.rules.lessons import LESSON_MINUTES
from streife.roster.rules.terms import Done, Off
from streife.staff.rules import COUNTS_AS_WORK, AbsenceKind, AbsenceSpan, ContractSpan
from streife.staff.rules.absences import Instead

if TYPE_CHECKING:
    from streife.staff.models import Officer

WORKDAYS = 5
"""Days of a working week: a day of school or of a course is credited with a fifth of it."""
NOT_IN_SERVICE = "not_in_service"
EARLY = parse("09:00")  # § 9 Abs. 1 Nr. 1 JArbSchG
LESSONS = 5  # more than five lessons of 45 minutes: the day is free, § 9 Abs. 1 Nr. 2 JArbSchG


def days_between(first_day: date, last_day: date) -> list[date]:
    """Return the days, both ends included."""
    return [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]


def offs_of(
    absences: Sequence[AbsenceSpan], weekly: int, lost: Mapping[date, Done | None]
) -> Iterable[Off]:
    """Yield each day of the absences; few lessons are credited as they are and leave the day open.

    § 9 Abs. 2 Nr. 1, 2 JArbSchG credit a day that school takes with the average daily working time
    (a fifth of the week) and a week of blocks with the week; courses are ordered and count alike.
    § 9 Abs. 2 Nr. 3 JArbSchG (and § 15 Abs. 2 BBiG, nicht nachgelesen) credit the time of lessons
    with the breaks; those are not in the data. `lost`: what days of illness took (`illness`).
    """
    working = _working_days(absences)
    for span in absences:
        for day in days_between(span.first_day, span.last_day):
            if span.kind == AbsenceKind.SCHOOL and not _takes_the_day(span):
                minutes = LESSON_MINUTES * (span.lessons or 0)
                yield Off(day, span.kind.value, minutes, worked=True, begins=span.begins)
                continue
            if span.kind in COUNTS_AS_WORK:
                worked = day in working
                minutes = round(weekly / WORKDAYS) if worked else 0
                yield Off(day, span.kind.value, minutes, worked=worked, whole=worked)
                continue
            # Of leave every calendar day counts, so that five of seven make a week in the mean.
            if span.kind == AbsenceKind.SICK:
                mean = round(weekly / WORKDAYS) if day in working else 0
                yield _ill(day, span.instead_on(day), (mean, round(weekly / 7)), lost)
            elif span.kind == AbsenceKind.TIME_OFF:
                yield Off(day, span.kind.value)
            else:
                yield Off(day, span.kind.value, round(weekly / 7), whole=True)


def _ill(
    day: date, instead: AbsenceKind | None, means: tuple[int, int], lost: Mapping[date, Done | None]
) -> Off:
    """Return a day of illness, credited with what it would have been.

    `means`: minutes of a working day and of any day of the week. In leave (§ 9 BUrlG), at school or
    on a course like those days, where no duty was lost: the plan had none, but they were not free.
    § 4 Abs. 1 EFZG, § 19 Abs. 1 Nr. 2 BBiG (both nicht nachgelesen).
    """
    reason = AbsenceKind.SICK.value
    took = lost.get(day)
    if took or (day in lost and instead in {None, AbsenceKind.TIME_OFF}):
        return Off(day, reason, took.minutes if took else 0, took=took)
    if instead == AbsenceKind.TIME_OFF:
        return Off(day, reason)
    minutes = means[0] if instead in COUNTS_AS_WORK else means[1]
    return Off(day, reason, minutes, whole=minutes > 0)


def _working_days(absences: Sequence[AbsenceSpan]) -> frozenset[date]:
    """Return the days of school, exams and courses that were work: five in a week at most.

    The first five; the weekend within a longer stretch is none of them. Those that gave way to an
    illness count as well.
    """
    weeks: dict[tuple[int, int], set[date]] = defaultdict(set)
    stretches: list[AbsenceSpan | Instead] = [*absences]
    stretches += [one for absence in absences for one in absence.instead]
    for span in stretches:
        if span.kind in COUNTS_AS_WORK:
            days = days_between(span.first_day, span.last_day)
            for day in days:
                if len(days) <= WORKDAYS or day.weekday() < WORKDAYS:
                    weeks[day.isocalendar()[:2]].add(day)
    return frozenset(day for days in weeks.values() for day in sorted(days)[:WORKDAYS])


def _takes_the_day(span: AbsenceSpan) -> bool:
    """§ 9 Abs. 1 JArbSchG: more than five lessons, or lessons before nine, leave no duty."""
    unknown = span.lessons is None or span.begins is None
    return unknown or (span.lessons or 0) > LESSONS or (span.begins or EARLY) < EARLY


def not_there(
    officer: "Officer", spans: list[ContractSpan], days: list[date], weekly: int
) -> Iterable[Off]:
    """Days before the entry, after the exit, or without a contract; credited like leave."""
    for day in days:
        serves = officer.entered_date <= day and (
            officer.left_date is None or day < officer.left_date
        )
        if not serves or not any(span.holds_on(day) for span in spans):
            yield Off(day, NOT_IN_SERVICE, round(weekly / 7), whole=True)


def not_yet(officer: "Officer", first_day: date) -> Iterable[Off]:
    """Days before the entry that averages look back on: nobody rested then for a later duty."""
    for day in days_between(first_day - WINDOW, first_day - timedelta(days=1)):
        if day < officer.entered_date:
            yield Off(day, NOT_IN_SERVICE)


def exam_eves(absences: Iterable[AbsenceSpan]) -> frozenset[date]:
    """§ 10 Abs. 1 Nr. 2 JArbSchG, § 15 Abs. 1 BBiG: the day before the written final exam is free.

    Which exam is the final and written one is not in the data: before every exam.
    """
    return frozenset(
        span.first_day - timedelta(days=1) for span in absences if span.kind == AbsenceKind.EXAM
    )


def free_eves(eves: frozenset[date], offs: Iterable[Off], weekly: int) -> Iterable[Off]:
    """Days before an exam, credited like it (§ 10 Abs. 2 JArbSchG, § 15 Abs. 2 BBiG)."""
    taken = {off.day for off in offs}
    for day in sorted(eves - taken):
        minutes = round(weekly / WORKDAYS) if day.weekday() < WORKDAYS else 0
        yield Off(day, AbsenceKind.EXAM.value, minutes, worked=minutes > 0, whole=minutes > 0)


def school_days(absences: Iterable[AbsenceSpan]) -> frozenset[date]:
    """Return the days that school or an exam takes; of a week of block lessons, all seven.

    § 9 Abs. 1 Nr. 3 JArbSchG, § 15 Abs. 1 Nr. 4 BBiG (nicht nachgelesen): 25 lessons on five days
    leave no work in that week. How many lessons a whole day has need not be noted: five days that
    school takes are such a week.
    """
    school, exams = set[date](), set[date]()
    for span in absences:
        days = days_between(span.first_day, span.last_day)
        if span.kind == AbsenceKind.SCHOOL and _takes_the_day(span):
            school.update(day for day in days if len(days) <= WORKDAYS or day.weekday() < WORKDAYS)
        elif span.kind == AbsenceKind.EXAM:
            exams.update(days)
    weeks = Counter(day - timedelta(days=day.weekday()) for day in school)
    blocks = (
        monday + timedelta(days=n)
        for monday, count in weeks.items()
        if count >= WORKDAYS
        for n in range(7)
    )
    return frozenset({*school, *exams, *blocks})
