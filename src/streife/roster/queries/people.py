"""Everybody who can be planned in a stretch of days, with contract, skills, absences and past."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from streife.kernel.clock import local
from streife.roster.models import Duty
from streife.roster.rules.clock import minutes_between, moment_of, parse
from streife.roster.rules.keeping import WINDOW, looks_back_to
from streife.roster.rules.lessons import LESSON_MINUTES
from streife.roster.rules.shifts_allowed import break_needed
from streife.roster.rules.terms import Done, Member, Off
from streife.staff import queries as staff
from streife.staff.rules import (
    COUNTS_AS_WORK,
    AbsenceKind,
    AbsenceSpan,
    ContractGroup,
    ContractSpan,
    SkillSpan,
    age_on,
    owed_minutes,
)

if TYPE_CHECKING:
    from streife.staff.models import Officer

BREAKS = [[360, 30], [540, 45]]  # of duties before the plan, where no kind of shift is known
WORKDAYS = 5
"""Days of a working week: a day of school or of a course is credited with a fifth of it."""

NOT_IN_SERVICE = "not_in_service"
UNKNOWN_AGE = timedelta(days=15 * 366)  # the youngest who may begin, § 5 Abs. 1 JArbSchG
EARLY = parse("09:00")  # § 9 Abs. 1 Nr. 1 JArbSchG
LESSONS = 5  # more than five lessons of 45 minutes: the day is free, § 9 Abs. 1 Nr. 2 JArbSchG


def days_between(first_day: date, last_day: date) -> list[date]:
    """Return the days, both ends included."""
    return [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]


def members_between(
    first_day: date, last_day: date, *, assume_history: bool = False, only: int | None = None
) -> tuple[Member, ...]:
    """Return everybody to be planned, or `only` one of them.

    Under two contracts one after the other the stricter law and the mean of the hours count (two at
    once are refused by `staff`); without any contract nobody is planned. Whoever served before the
    plan without a trace of duty or absence has no known history, unless `assume_history`.
    """
    officers = [one for one in staff.serving_between(first_day, last_day) if only in (None, one.pk)]
    ids = [officer.pk for officer in officers]
    contracts = staff.contracts_between(ids, first_day, last_day)
    skills = staff.skills_between(ids, first_day, last_day)
    absences = staff.absences_between(ids, first_day - WINDOW, last_day)
    born = staff.birth_dates(ids)
    history = history_before(ids, first_day)
    days = days_between(first_day, last_day)
    found = []
    for officer in officers:
        spans = contracts[officer.pk]
        if not spans:
            continue
        known = history.get(officer.pk, ())
        lately = any(done.day >= first_day - WINDOW for done in known)
        trace = lately or absences[officer.pk] or officer.entered_date >= first_day
        weekly = _weekly(spans, days, born.get(officer.pk))
        offs = tuple(_offs(absences[officer.pk], weekly))
        found.append(
            Member(
                pk=officer.pk,
                regime=_regime(spans),
                share=round(100 * max(span.share for span in spans)),
                weekly_minutes=weekly,
                apprentice=any(span.group == ContractGroup.AZUBI for span in spans),
                born=_minor_birth(officer, spans, born.get(officer.pk), first_day),
                skills=_all_through(skills[officer.pk], days),
                offs=(
                    *_not_yet(officer, first_day),
                    *offs,
                    *_not_there(officer, spans, days, weekly),
                ),
                school_days=_school_days(absences[officer.pk]),
                history=known if trace or assume_history else None,
            )
        )
    return tuple(found)


def _weekly(spans: list[ContractSpan], days: list[date], born: date | None) -> int:
    """Return the mean of what is owed in a week over the days with a contract."""
    owed = [owed_minutes(span, born, day) for day in days for span in spans if span.holds_on(day)]
    return round(sum(owed) / len(owed)) if owed else spans[0].weekly_minutes


def _regime(spans: list[ContractSpan]) -> str:
    """Return the law; of two the ArbZG, which knows more limits than the AZVO."""
    groups = {span.group for span in spans}
    return "beamte" if groups == {ContractGroup.BEAMTE} else "tarif"


def _minor_birth(
    officer: "Officer", spans: list[ContractSpan], born: date | None, day: date
) -> date | None:
    """Return the birth date of whoever is under 18, or may be.

    In training and of unknown age: planned as somebody of 15 until seen to be of age.
    """
    if born is not None:
        return born if age_on(born, day) < 18 else None
    learning = any(span.group == ContractGroup.AZUBI for span in spans)
    return day - UNKNOWN_AGE if learning and not officer.of_age else None


def _all_through(spans: list[SkillSpan], days: list[date]) -> frozenset[str]:
    """Return what somebody may do on every day: what ends inside the plan is not counted on."""
    kinds = {span.kind for span in spans}
    ends = (days[0], days[-1])
    return frozenset(
        kind.value
        for kind in kinds
        if all(any(span.kind == kind and span.holds_on(day) for span in spans) for day in ends)
    )


def _offs(absences: Sequence[AbsenceSpan], weekly: int) -> Iterable[Off]:
    """Yield each day of the absences; few lessons are credited as they are and leave the day open.

    § 9 Abs. 2 Nr. 1, 2 JArbSchG credit a day that school takes with the average daily working time
    (a fifth of the week) and a week of blocks with the week; courses are ordered and count alike.
    § 9 Abs. 2 Nr. 3 JArbSchG (and § 15 Abs. 2 BBiG, nicht nachgelesen) credit the time of lessons
    with the breaks; those are not in the data.
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
                yield Off(day, span.kind.value, minutes, worked=worked)
                continue
            # Of leave every calendar day counts, so that five of seven make a week in the mean.
            minutes = 0 if span.kind == AbsenceKind.TIME_OFF else round(weekly / 7)
            yield Off(day, span.kind.value, minutes)


def _working_days(absences: Sequence[AbsenceSpan]) -> frozenset[date]:
    """Return the days of school, exams and courses that were work: five in a week at most.

    The first five; the weekend within a longer stretch is none of them.
    """
    weeks: dict[tuple[int, int], set[date]] = defaultdict(set)
    for span in absences:
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


def _not_there(
    officer: "Officer", spans: list[ContractSpan], days: list[date], weekly: int
) -> Iterable[Off]:
    """Days before the entry, after the exit, or without a contract; credited like leave."""
    for day in days:
        serves = officer.entered_date <= day and (
            officer.left_date is None or day < officer.left_date
        )
        if not serves or not any(span.holds_on(day) for span in spans):
            yield Off(day, NOT_IN_SERVICE, round(weekly / 7))


def _not_yet(officer: "Officer", first_day: date) -> Iterable[Off]:
    """Days before the entry that averages look back on: nobody rested then for a later duty."""
    for day in days_between(first_day - WINDOW, first_day - timedelta(days=1)):
        if day < officer.entered_date:
            yield Off(day, NOT_IN_SERVICE)


def _school_days(absences: Iterable[AbsenceSpan]) -> frozenset[date]:
    return frozenset(
        day
        for span in absences
        if span.kind == AbsenceKind.EXAM
        or (span.kind == AbsenceKind.SCHOOL and _takes_the_day(span))
        for day in days_between(span.first_day, span.last_day)
    )


def history_before(ids: list[int], first_day: date) -> Mapping[int, tuple[Done, ...]]:
    """Return the duties before a day that a rule asks about, by officer, earliest first."""
    midnight = parse("00:00")
    since, until = moment_of(looks_back_to(first_day), midnight), moment_of(first_day, midnight)
    return duties_of(ids, since, until)


def duties_of(
    ids: Iterable[int], since: datetime, until: datetime
) -> Mapping[int, tuple[Done, ...]]:
    """Return the duties that begin in a stretch of time, by officer, earliest first."""
    rows = Duty.objects.filter(
        officer_id__in=list(ids), shift__starts_at__gte=since, shift__starts_at__lt=until
    ).values_list(
        "officer_id",
        "shift__starts_at",
        "shift__ends_at",
        "shift__kind_id",
        "shift__kind__break_minutes",
    )
    found: dict[int, list[Done]] = defaultdict(list)
    days: dict[datetime, date] = {}  # a few hundred shifts, thousands of duties
    for officer, start, end, kind, pause in rows.order_by("shift__starts_at"):
        if start not in days:
            days[start] = local(start).date()
        span = minutes_between(start, end)
        taken = break_needed(BREAKS, span - 30) if pause is None else pause
        found[officer].append(Done(days[start], start, end, span - taken, kind))
    return {pk: tuple(rows) for pk, rows in found.items()}
