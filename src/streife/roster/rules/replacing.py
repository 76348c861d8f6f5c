"""Who may do what somebody else cannot: rule checks for a swap, replacements for an illness."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from streife.roster.rules.basis import Built
from streife.roster.rules.planning import LOCAL
from streife.roster.rules.terms import Law
from streife.roster.rules.windows import target_minutes
from streife.roster.solver.evaluate import burdens, demanded, supervised
from streife.roster.solver.personal import findings_of
from streife.roster.solver.problem import FREE, Finding, Problem, Roster, Wish

THREE = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may take a duty without breaking a rule, with figures that say why.

    `rest_before` and `rest_after` in minutes (None: no duty near), `planned` and `target` minutes
    in the plan's stretch, `nights` and `mean_nights` tenths of duties, `wants` (1 wished for it, -1
    wished for something else), `lacks`: qualifications that the one who is missing has.
    """

    officer: int
    rest_before: int | None
    rest_after: int | None
    planned: int
    target: int
    nights: int
    wants: int
    lacks: tuple[str, ...]


def changed_roster(roster: Roster, changes: Mapping[tuple[int, int], int]) -> Roster:
    """Return the roster with other duties at (person, day)."""
    rows = [list(row) for row in roster]
    for (person, day), duty in changes.items():
        rows[person][day] = duty
    return tuple(tuple(row) for row in rows)


def newly_broken(built: Built, before: Roster, after: Roster) -> tuple[Finding, ...]:
    """Return the hard findings that a change would add and that make it illegal, the law first.

    About the people whose days change, and about trainees left without officers beside them. What
    it takes from the cover is `lost_cover`. What was agreed locally comes behind the law: whoever
    is refused is told the reason that nobody can lift.
    """
    problem = built.problem
    found: list[Finding] = []
    for person, (old, new) in enumerate(zip(before, after, strict=True)):
        if old != new:
            found += newly_broken_by(problem, person, old, new)
    found += _unattended(problem, before, after)
    return tuple(sorted(found, key=lambda one: _is_agreed(built.law_of(one.rule))))


def newly_broken_by(
    problem: Problem, person: int, old: tuple[int, ...], new: tuple[int, ...]
) -> list[Finding]:
    """Return the hard findings about one person that other days would add or make worse."""
    known = {_place(one): one.cost for one in findings_of(problem, person, old) if one.hard}
    return [
        one
        for one in findings_of(problem, person, new)
        if one.hard
        and not _too_few(one)
        and (_place(one) not in known or one.cost > known[_place(one)])
    ]


def _is_agreed(law: Law | None) -> bool:
    return law is not None and law.regime == LOCAL


def _unattended(problem: Problem, before: Roster, after: Roster) -> Iterator[Finding]:
    """Yield where a change leaves more trainees without officers beside them than before."""
    for day in _days_changed(before, after):
        known = sum(one.cost for one in supervised(problem, day, before))
        rows = tuple(supervised(problem, day, after))
        if sum(one.cost for one in rows) > known:
            yield from rows


def _days_changed(before: Roster, after: Roster) -> list[int]:
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    return sorted(
        {
            day
            for old, new in pairs
            for day, (one, two) in enumerate(zip(old, new, strict=True))
            if one != two
        }
    )


def lost_cover(problem: Problem, before: Roster, after: Roster) -> tuple[Finding, ...]:
    """Return the needs, of heads and of qualifications, that a change would miss or miss by more.

    No reason to refuse: a shift leader may want it so, but ought to know.
    """
    days = set(_days_changed(before, after))
    demands = [one for one in problem.demands if one.day in days]
    known = {_place(one): one.cost for one in demanded(problem, demands, before) if one.hard}
    return tuple(
        one
        for one in demanded(problem, demands, after)
        if one.hard and one.cost > known.get(_place(one), 0)
    )


def trainee_for_officer(problem: Problem, before: Roster, after: Roster, day: int) -> bool:
    """Say whether a change of a day puts more trainees and fewer officers into one duty.

    Trainees never stand in for an officer: they count for no need (§ 22 JArbSchG, and the local
    rule that an apprentice is never the second of a pair).
    """
    more: Counter[int] = Counter()  # trainees
    fewer: Counter[int] = Counter()  # officers
    for someone, old, new in zip(problem.people, before, after, strict=True):
        if old[day] != new[day]:
            gained, lost = (new[day], old[day]) if someone.trainee else (old[day], new[day])
            row = more if someone.trainee else fewer
            row[gained] += 1
            row[lost] -= 1
    return any(duty != FREE and count > 0 and fewer[duty] > 0 for duty, count in more.items())


def short_of_hours(problem: Problem, before: Roster, after: Roster) -> tuple[Finding, ...]:
    """Return the findings of those who would have fewer hours than agreed by a change.

    No reason to refuse, because it protects nobody; but whoever approves ought to know.
    """
    found: list[Finding] = []
    for person, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        known = {one.rule: one.cost for one in findings_of(problem, person, old) if _too_few(one)}
        found += [
            one
            for one in findings_of(problem, person, new)
            if _too_few(one) and one.cost > known.get(one.rule, 0)
        ]
    return tuple(found)


def _place(finding: Finding) -> tuple[str, int | None]:
    return finding.rule, finding.day


def _too_few(finding: Finding) -> bool:
    """Say whether hours are lacking: that protects nobody, so no swap fails because of it."""
    words = dict(finding.words)
    return finding.kind == "minutes" and int(words["is"]) < int(words["limit"])


def replacements(
    built: Built,
    roster: Roster,
    *,
    missing: int,
    day: int,
    duty: int,
    besides: Iterable[int] = (),
    limit: int = THREE,
) -> tuple[Candidate, ...]:
    """Return who could do a duty that somebody cannot, those with most reasons first.

    Only people who are free and allowed by every hard rule; apprentices never replace an officer.
    The order looks at what the gap needs, at wishes, and at who is furthest below what they owe: a
    proposal for one duty, not an order of people.
    """
    problem, without = built.problem, set(besides) | {missing}
    gone = problem.people[missing]
    found = []
    for person, row in enumerate(roster):
        someone = problem.people[person]
        if person in without or row[day] != FREE or (someone.trainee and not gone.trainee):
            continue
        after = changed_roster(roster, {(person, day): duty})
        if newly_broken(built, roster, after):
            continue
        found.append(_candidate(built, roster, person, day, duty, gone.skills))
    found.sort(key=_order)
    return tuple(found[:limit])


def _order(one: Candidate) -> tuple[int, int, int, int]:
    return len(one.lacks), -one.wants, one.planned - one.target, one.officer


def _candidate(
    built: Built, roster: Roster, person: int, day: int, duty: int, skills: frozenset[str]
) -> Candidate:
    problem, row = built.problem, roster[person]
    kind = problem.duties[duty].kind
    begins, ends = problem.times[day][kind]
    member = built.basis.members[person]
    planned = sum(
        problem.minutes_of(problem.people[person])[n][problem.duties[one].kind]
        for n, one in enumerate(row)
        if one != FREE
    )
    credited = sum(one.minutes for one in problem.people[person].absences)
    nights = next((one for one in problem.fairness if one.id == "fair/nights"), None)
    burden = 0.0
    if nights is not None and person in nights.people:
        burden = burdens(problem, nights, roster)[nights.people.index(person)]
    return Candidate(
        officer=member.pk,
        rest_before=_gap(_end_before(problem, row, day), begins),
        rest_after=_gap(ends, _begin_after(problem, row, day)),
        planned=planned + credited,
        target=target_minutes(member, built.basis.days, built.basis.holidays),
        nights=round(10 * burden),
        wants=_wants(problem.wishes, person, day, kind),
        lacks=tuple(sorted(needed_skills(problem, day, duty) & skills - member.skills)),
    )


def manned(problem: Problem, roster: Roster, day: int, duty: int) -> tuple[int, int]:
    """Return how many officers stand in a shift, and how many of them are needed at least."""
    present = sum(
        row[day] == duty and not someone.trainee
        for someone, row in zip(problem.people, roster, strict=True)
    )
    needs = [one for one in problem.demands if one.day == day and one.duties == (duty,)]
    return present, max((one.minimum for one in needs if not one.skill), default=0)


def needed_skills(problem: Problem, day: int, duty: int) -> frozenset[str]:
    """Return the qualifications that a shift of a day needs."""
    return frozenset(
        demand.skill
        for demand in problem.demands
        if demand.day == day and duty in demand.duties and demand.skill
    )


def _gap(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else after - before


def _end_before(problem: Problem, row: tuple[int, ...], day: int) -> int | None:
    worked = [n for n in range(day) if row[n] != FREE]
    return problem.times[worked[-1]][problem.duties[row[worked[-1]]].kind][1] if worked else None


def _begin_after(problem: Problem, row: tuple[int, ...], day: int) -> int | None:
    worked = [n for n in range(day + 1, problem.days) if row[n] != FREE]
    return problem.times[worked[0]][problem.duties[row[worked[0]]].kind][0] if worked else None


def _wants(wishes: Iterable[Wish], person: int, day: int, kind: int) -> int:
    for wish in wishes:
        if wish.person == person and wish.day == day:
            met = wish.kind in (None, kind)
            return 1 if wish.wanted == met else -1
    return 0
