"""Which kinds of shift somebody may do on a day at all: breaks, length, windows, closed days.

Each function says one paragraph. `None` is "allowed"; a law is what forbids it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from streife.kernel.clock import local
from streife.roster.rules.clock import minutes_between, parse, span_on, work_minutes
from streife.roster.rules.terms import Done, KindTimes, Law, Member, Off, age_on, is_minor, laws_of

Holidays = Mapping[date, str]
Test = Callable[[Law, Member, KindTimes, date, Holidays], bool]


def break_needed(steps: list[list[int]], worked_minutes: int) -> int:
    """Return the break in minutes that a working time asks for (§ 4 ArbZG, § 11 JArbSchG).

    >>> [break_needed([[360, 30], [540, 45]], n) for n in (360, 361, 540, 541)]
    [0, 30, 30, 45]
    """
    return max((pause for more_than, pause in steps if worked_minutes > more_than), default=0)


def lawful_break(span: int, pause: int, member: Member, laws: tuple[Law, ...], day: date) -> int:
    """Return the break in a duty of `span` minutes: `pause`, or the longer lawful one.

    A minor in a shift of eight hours has 60 minutes where a grown-up has 30: the shift stays, the
    break grows. With the longer break less is worked, so it is asked again what is needed.
    """
    for law in laws_of(member, laws, day):
        if law.kind == "break":
            pause = max(pause, break_needed(law.values["steps"], span - pause))
    return pause


def as_worked(kind: KindTimes, member: Member, laws: tuple[Law, ...], day: date) -> KindTimes:
    """Return a kind of shift as somebody works it on a day: minors have the longer break in it."""
    kind = kind.on(day)
    if not is_minor(member, day):
        return kind
    start, end = span_on(kind, day)
    pause = lawful_break(minutes_between(start, end), kind.break_minutes, member, laws, day)
    return replace(kind, break_minutes=pause)


def rested(done: Done, member: Member, laws: tuple[Law, ...]) -> Done:
    """Return a duty with what was worked in it: of minors without the longer break."""
    if not is_minor(member, done.day):
        return done
    span = minutes_between(done.starts_at, done.ends_at)
    pause = lawful_break(span, span - done.minutes, member, laws, done.day)
    return replace(done, minutes=span - pause)


def with_own_breaks(member: Member, laws: tuple[Law, ...]) -> Member:
    """Return somebody with the minutes of duties outside the plan, and lost ones, as worked."""
    return replace(
        member,
        offs=tuple(_credited(one, member, laws) for one in member.offs),
        history=None
        if member.history is None
        else tuple(rested(one, member, laws) for one in member.history),
        later=tuple(rested(one, member, laws) for one in member.later),
    )


def _credited(off: Off, member: Member, laws: tuple[Law, ...]) -> Off:
    """§ 4 Abs. 1 EFZG, § 11 JArbSchG: an illness is worth what the lost duty would have been."""
    if off.took is None:
        return off
    return replace(off, minutes=rested(off.took, member, laws).minutes)


def _break_too_short(law: Law, member: Member, kind: KindTimes, day: date, _: Holidays) -> bool:
    """§ 4 ArbZG, § 4 AZVO, § 11 JArbSchG: the break does not reach for what is worked."""
    needed = break_needed(law.values["steps"], work_minutes(kind, day))
    return kind.break_minutes < needed


def _too_long(law: Law, member: Member, kind: KindTimes, day: date, _: Holidays) -> bool:
    """§ 3 ArbZG, § 2 Abs. 5 AZVO, § 8 JArbSchG: work in a day, breaks not counted."""
    return work_minutes(kind, day) > int(law.values["max"])


def _span_too_long(law: Law, member: Member, kind: KindTimes, day: date, _: Holidays) -> bool:
    """§ 12 JArbSchG: the shift with its breaks."""
    start, end = span_on(kind, day)
    return minutes_between(start, end) > int(law.values["max"])


def _outside_window(law: Law, member: Member, kind: KindTimes, day: date, _: Holidays) -> bool:
    """§ 14 JArbSchG: 6 to 20 o'clock; over 16 in shift work until 23 o'clock."""
    over_16 = member.born is not None and age_on(member.born, day) >= 16
    latest = parse(law.values["ends_over_16" if over_16 else "ends"])
    crosses = kind.ends <= kind.begins
    return kind.begins < parse(law.values["begins"]) or crosses or kind.ends > latest


def _closed_day(law: Law, member: Member, kind: KindTimes, day: date, holidays: Holidays) -> bool:
    """§§ 16 to 18 JArbSchG: no Saturday, Sunday, holiday, nor a shift that runs into one."""
    _, end = span_on(kind, day)
    touched = {day, local(end - timedelta(minutes=1)).date()}
    closed = set(law.values["weekdays"])
    return any(
        one.weekday() in closed or (law.values["holidays"] and one in holidays) for one in touched
    )


def _after_early_end(law: Law, member: Member, kind: KindTimes, day: date, _: Holidays) -> bool:
    """§ 18 Abs. 1 JArbSchG: on 24 and 31 December not after 14 o'clock."""
    if f"{day:%m-%d}" not in law.values["days"]:
        return False
    return kind.ends <= kind.begins or kind.ends > parse(law.values["latest"])


def _late_before_school(law: Law, member: Member, kind: KindTimes, day: date, _: Holidays) -> bool:
    """§ 14 Abs. 4 JArbSchG: not after 20 o'clock before a school day."""
    if day + timedelta(days=1) not in member.school_days:
        return False
    return kind.ends <= kind.begins or kind.ends > parse(law.values["latest"])


def _at_school(law: Law, member: Member, kind: KindTimes, day: date, _: Holidays) -> bool:
    """§ 9 JArbSchG, § 15 BBiG: free on a day of school."""
    return day in member.school_days


def _before_exam(law: Law, member: Member, kind: KindTimes, day: date, _: Holidays) -> bool:
    """§ 10 Abs. 1 Nr. 2 JArbSchG, § 15 Abs. 1 BBiG: free, and no night into the exam."""
    last = local(span_on(kind, day)[1] - timedelta(minutes=1)).date()
    return bool({day, last} & member.exam_eves)


def _other_kind(law: Law, member: Member, kind: KindTimes, day: date, _: Holidays) -> bool:
    """A local rule: only these kinds of shift."""
    return kind.code not in law.values["kinds"]


def _lacks(law: Law, member: Member, kind: KindTimes, day: date, _: Holidays) -> bool:
    """A local rule: whoever does this kind of shift has these qualifications."""
    return kind.code in law.values["kinds"] and not set(law.values["needs"]) <= member.skills


TESTS: Mapping[str, Test] = {
    "break": _break_too_short,
    "daily_minutes": _too_long,
    "span_minutes": _span_too_long,
    "window": _outside_window,
    "closed_days": _closed_day,
    "early_end": _after_early_end,
    "before_school": _late_before_school,
    "school_day": _at_school,
    "before_exam": _before_exam,
    "only_kinds": _other_kind,
    "kind_needs": _lacks,
}


def forbidding(
    member: Member, kind: KindTimes, day: date, laws: tuple[Law, ...], holidays: Holidays
) -> Law | None:
    """Return the first hard law that forbids somebody a kind of shift on a day, if any.

    Minors are looked at with the longer break they have in it.
    """
    kind = as_worked(kind, member, laws, day)
    for law in laws_of(member, laws, day):
        test = TESTS.get(law.kind)
        if test is not None and law.hard and test(law, member, kind, day, holidays):
            return law
    return None
