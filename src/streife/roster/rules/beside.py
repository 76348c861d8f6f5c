"""Duties planned by hand beside a plan: a special shift that is none of its kinds.

Whoever stands on one can do nothing else that day, has worked its minutes, and keeps the rest
before and after it. For no need and for no fair share does it count: it is none of the shifts that
the plan is asked for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from streife.roster.rules.basis import Basis
from streife.roster.rules.clock import minutes_between, span_on
from streife.roster.rules.terms import Done, KindTimes, Law, Member, Off
from streife.roster.solver.problem import Barred, PersonRule

ELSEWHERE = "elsewhere"


def with_besides(member: Member, duties: Iterable[Done]) -> Member:
    """Return somebody who is taken on the days of these duties."""
    found = tuple(duties)
    minutes: dict[date, int] = {}
    for one in found:
        minutes[one.day] = minutes.get(one.day, 0) + one.minutes
    days = sorted({one.day for one in found} - {off.day for off in member.offs if off.bars})
    offs = tuple(Off(day, ELSEWHERE, minutes[day], worked=True) for day in days)
    return replace(member, offs=(*member.offs, *offs), besides=found)


def rest_beside(law: Law, member: Member, basis: Basis) -> Iterator[PersonRule]:
    """§ 5 Abs. 1 ArbZG, § 5 AZVO, § 13 JArbSchG: from the day before to such a duty, and after."""
    if law.kind != "rest_minutes":
        return
    least = int(law.values["min"])
    for done in member.besides:
        number = (done.day - basis.first_day).days
        for day in {number - 1, number + 1} & set(range(len(basis.days))):
            kinds = frozenset(
                n
                for n, kind in enumerate(basis.kinds)
                if _apart(kind, basis.days[day], done) < least
            )
            if kinds:
                days = frozenset({day})
                yield Barred(id=f"{law.code}/beside", norm=law.norm, days=days, kinds=kinds)


def _apart(kind: KindTimes, day: date, done: Done) -> int:
    """Return the minutes between a shift of a day and a duty of another day."""
    start, end = span_on(kind, day)
    if day < done.day:
        return minutes_between(end, done.starts_at)
    return minutes_between(done.ends_at, start)
