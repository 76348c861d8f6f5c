"""Rules that add up days: averages, weeks, months, Sundays. What stands outside is carried.

Before the plan that is all there was; behind it what is published there already, and school.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, time, timedelta

from streife.roster.rules.basis import Basis
from streife.roster.rules.clock import days_touched, work_minutes
from streife.roster.rules.terms import Done, KindTimes, Law, Member
from streife.roster.solver.problem import Count, Minutes, PersonRule, Weekends

SUNDAY, SATURDAY = 6, 5
WEEK = 7
DAY = timedelta(days=1)


def _outside(member: Member) -> Iterator[Done]:
    """Yield the duties before the plan, then those that stand behind it."""
    yield from member.history or ()
    yield from member.later


def _worked_minutes(member: Member, days: set[date]) -> int:
    """Minutes of work on days outside the plan; school counts (§ 9 Abs. 2 JArbSchG, § 15 BBiG)."""
    duties = sum(done.minutes for done in _outside(member) if done.day in days)
    return duties + sum(off.minutes for off in member.offs if off.worked and off.day in days)


def _worked(member: Member, days: set[date]) -> set[date]:
    """Return which days have a duty that began on them outside the plan, or school."""
    duties = {done.day for done in _outside(member) if done.day in days}
    return duties | {off.day for off in member.offs if off.worked and off.day in days}


def _carried(before: int, behind: int, maximum: int) -> int:
    """Return what stands outside a plan; what is behind it leaves at least the way to do nothing.

    Where it is too much by itself, that plan is to blame: this one can only stay free.

    >>> _carried(1, 3, 5), _carried(1, 5, 5), _carried(6, 1, 5)
    (4, 5, 6)
    """
    return max(before, min(before + behind, maximum))


def _longest(basis: Basis) -> int:
    changed = {one.valid_from for kind in basis.kinds for one in kind.changes}
    days = {basis.first_day} | changed & set(basis.days)
    return max(work_minutes(kind, day) for kind in basis.kinds for day in days) + 60


def _lessons(member: Member, days: Iterable[date]) -> set[date]:
    """Days inside the plan with few lessons: they can be planned, and count as worked anyway."""
    return {off.day for off in member.offs if not off.bars} & set(days)


def _at_most(
    law: Law,
    name: str,
    member: Member,
    basis: Basis,
    days: Iterable[date],
    maximum: int,
    *,
    whole: Iterable[date] = (),
) -> Iterator[PersonRule]:
    """Yield that of some days, outside the plan and inside, so many are worked at most.

    `whole`: those that are worked as well if a duty of the day before runs into them (the day
    behind the plan is not asked about its last night). What cannot be missed, whatever is planned,
    is left out.
    """
    window, rest_days = set(days), set(whole)
    inside = window & set(basis.days)
    behind = {day for day in window if day > basis.last_day}
    known = window - inside - behind | _lessons(member, inside)
    known |= _touched(member, rest_days & inside)  # by the last night before the plan
    before, after = (
        len(_worked(member, one) | _touched(member, rest_days & one)) for one in (known, behind)
    )
    carried = _carried(before, after, maximum)
    open_days = frozenset((day - basis.first_day).days for day in inside - known)
    if open_days and carried + len(open_days) > maximum:
        yield Count(
            id=f"{law.code}/{name}",
            norm=law.norm,
            days=open_days,
            maximum=maximum,
            carried=carried,
            touched=frozenset(
                (day, kind)
                for day in open_days
                if day > 0 and basis.days[day] in rest_days
                for kind, one in enumerate(basis.kinds)
                if _runs_into(one.on(basis.days[day] - DAY))
            ),
        )


def _runs_into(kind: KindTimes) -> bool:
    """Say whether a shift has time on the day after it begins."""
    return time() < kind.ends <= kind.begins


def _touched(member: Member, days: set[date]) -> set[date]:
    """Return which days a duty outside the plan reaches that began on the day before them."""
    eves = {day - DAY for day in days}
    return {
        done.day + DAY
        for done in _outside(member)
        if done.day in eves and done.day + DAY in days_touched(done.starts_at, done.ends_at)
    }


def average(law: Law, member: Member, basis: Basis) -> Iterator[PersonRule]:
    """§ 3, § 6 Abs. 2 ArbZG, § 2 Abs. 5 AZVO: 48 hours a week on average, looking back.

    A window ends on every seventh day of the plan and on its last; one that cannot be missed,
    whatever is planned, is left out. § 3 ArbZG counts eight hours for each day from Monday to
    Saturday; those of leave and illness are taken out of the window and compensate for nothing
    (Art. 16 lit. b Directive 2003/88/EC; BVerwG 09.05.2018, 8 C 13.17; both nicht nachgelesen).
    Where the law counts by such days (`workdays`), a holiday is none of them and compensates for
    nothing either (the same judgement, nicht nachgelesen).
    """
    weeks, total, longest = int(law.values["weeks"]), len(basis.days), _longest(basis)
    away = {off.day: off for off in member.offs if off.neutral}
    none = set(away) | (set(basis.holidays) if law.values.get("workdays") else set())
    for end in sorted({*range(WEEK - 1, total, WEEK), total - 1}):
        start = end - weeks * WEEK + 1
        window = [basis.first_day + timedelta(days=n) for n in range(start, end + 1)]
        working = sum(day.weekday() != SUNDAY for day in window)
        off = sum(day.weekday() != SUNDAY for day in window if day in none)
        limit = int(law.values["max_minutes"]) * weeks * (working - off) // working
        inside = set(window) & set(basis.days)
        worked = _worked_minutes(member, set(window) - inside | _lessons(member, inside))
        school = {one.day: one.minutes for one in member.offs if one.worked and one.bars}
        known = sum(school.get(day, 0) for day in inside)
        open_days = sum(day not in away and day not in school for day in inside)
        if worked + known + open_days * longest > limit:
            yield Minutes(
                id=f"{law.code}/{end}",
                norm=law.norm,
                first=max(0, start),
                last=end,
                maximum=limit,
                # The solver adds what is credited for leave inside the plan: here it is no work.
                carried=worked - sum(away[day].minutes for day in inside if day in away),
            )


def _weeks(basis: Basis) -> Iterator[tuple[int, list[date]]]:
    """Yield number and days of each week from Monday of which the plan has a day."""
    monday = basis.first_day - timedelta(days=basis.first_day.weekday())
    number = 0
    while monday <= basis.last_day:
        yield number, [monday + timedelta(days=n) for n in range(WEEK)]
        number, monday = number + 1, monday + timedelta(days=WEEK)


def week_minutes(law: Law, member: Member, basis: Basis) -> Iterator[PersonRule]:
    """§ 8 Abs. 1 JArbSchG: 40 hours in a week from Monday, which counts in full.

    What it has before the plan and behind it, too, and its school days (§ 9 Abs. 2 JArbSchG).
    """
    for number, week in _weeks(basis):
        maximum, inside = int(law.values["max"]), set(week) & set(basis.days)
        before = {day for day in week if day < basis.first_day} | _lessons(member, inside)
        behind = {day for day in week if day > basis.last_day}
        yield Minutes(
            id=f"{law.code}/{number}",
            norm=law.norm,
            first=(min(inside) - basis.first_day).days,
            last=(max(inside) - basis.first_day).days,
            maximum=maximum,
            carried=_carried(
                _worked_minutes(member, before), _worked_minutes(member, behind), maximum
            ),
        )


def days_a_week(law: Law, member: Member, basis: Basis) -> Iterator[PersonRule]:
    """§ 15 JArbSchG: five days in a week; school counts."""
    for number, week in _weeks(basis):
        yield from _at_most(law, str(number), member, basis, week, int(law.values["max"]))


def substitute_rest(law: Law, member: Member, basis: Basis) -> Iterator[PersonRule]:
    """§ 11 Abs. 3 ArbZG: a free day for a Sunday in two weeks, for a holiday in eight weeks.

    Both stretches begin with the day itself. Each Sunday, and each holiday on a weekday, that lies
    in such a stretch is free or has another free day instead: so many days of it are free at least.
    What lies behind the plan counts as free where no duty stands yet. A Sunday or holiday into
    which a night runs is worked (§ 9 Abs. 1: 0 to 24 o'clock, nicht nachgelesen); the day instead
    may begin with the end of a night, 35 hours are kept by § 11 Abs. 4.
    """
    for name, key in (("", "sunday_days"), ("holiday", "holiday_days")):
        length = int(law.values[key])
        for offset in range(-length + 1, len(basis.days)):
            day = basis.first_day + timedelta(days=offset)
            if name == "" and day.weekday() != SUNDAY:
                continue
            if name and (day not in basis.holidays or day.weekday() == SUNDAY):
                continue
            yield from _enough_free(law, member, basis, offset, length, name)


def _enough_free(
    law: Law, member: Member, basis: Basis, offset: int, length: int, name: str
) -> Iterator[PersonRule]:
    """Yield that the days owed in a stretch are free, unless that cannot be missed."""
    window = [basis.first_day + timedelta(days=n) for n in range(offset, offset + length)]
    whole = [day for day in window if day.weekday() == SUNDAY or (name and day in basis.holidays)]
    owed = length // WEEK
    if name:
        owed += sum(day in basis.holidays and day.weekday() != SUNDAY for day in window)
    most = length - owed
    yield from _at_most(law, f"{name}{offset}", member, basis, window, most, whole=whole)


def free_sundays(law: Law, member: Member, basis: Basis) -> Iterator[PersonRule]:
    """§ 11 Abs. 1 ArbZG: fifteen Sundays of a calendar year are free.

    From 0 to 24 o'clock (§ 9 Abs. 1): a night that begins on Saturday takes the Sunday, too. To
    move the rest by six hours (§ 9 Abs. 2) takes a service that then stands still; this one never
    does (both nicht nachgelesen).
    """
    for year in sorted({day.year for day in basis.days}):
        first = date(year, 1, 1)
        all_sundays = [
            day
            for n in range(366)
            if (day := first + timedelta(days=n)).year == year and day.weekday() == SUNDAY
        ]
        allowed = len(all_sundays) - int(law.values["min"])
        yield from _at_most(law, str(year), member, basis, all_sundays, allowed, whole=all_sundays)


def free_weekends(law: Law, member: Member, basis: Basis) -> Iterator[PersonRule]:
    """A local rule: free weekends for each four weeks of the plan.

    Free is a weekend on whose Saturday and Sunday no duty begins: the night of Friday leaves it
    free though it ends on Saturday at six, the night of Sunday takes it. No law knows a weekend
    (the collected rules name none), so the agreement says by itself what it means, and it counts
    as "fair/weekends" does. What health needs is kept by laws that look at the hours: Sundays from
    0 to 24 o'clock (T8, T9), 35 hours on end (T10).
    """
    saturdays = sum(1 for day in basis.days if day.weekday() == SATURDAY)
    sundays_first = basis.first_day.weekday() == SUNDAY
    weekends = saturdays + sundays_first
    wanted = int(law.values["min"]) * (len(basis.days) // 28)
    if wanted and weekends > wanted:
        yield Weekends(id=law.code, norm=law.norm, maximum=weekends - wanted)


def target_minutes(member: Member, days: tuple[date, ...], holidays: Mapping[date, str]) -> int:
    """Return what a contract asks for in a stretch of days.

    A holiday on a weekday takes a fifth of a week off, unless leave and the like are credited for
    it: nobody gains a day by taking leave over Christmas.
    """
    credited = {off.day for off in member.offs if off.whole}
    off = sum(day in holidays and day.weekday() < SATURDAY and day not in credited for day in days)
    weekly = member.weekly_minutes
    return round(weekly * len(days) / WEEK - weekly / 5 * off)


def period_minutes(law: Law, member: Member, basis: Basis) -> Iterator[PersonRule]:
    """A local rule: how far a month may be from what the contract asks for."""
    target = target_minutes(member, basis.days, basis.holidays)
    yield Minutes(
        id=law.code,
        norm=law.norm,
        first=0,
        last=len(basis.days) - 1,
        minimum=max(0, target - int(law.values["under"])),
        maximum=target + int(law.values["over"]),
        carried=_worked_minutes(member, _lessons(member, basis.days)),
    )


WINDOWS: Mapping[str, Callable[[Law, Member, Basis], Iterator[PersonRule]]] = {
    "week_average": average,
    "week_minutes": week_minutes,
    "days_a_week": days_a_week,
    "substitute_rest": substitute_rest,
    "free_sundays": free_sundays,
    "free_weekends": free_weekends,
    "period_minutes": period_minutes,
}
