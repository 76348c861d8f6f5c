"""What would release an impossible month: which rule, for whom, when, in the order of law.

For each missed minimum the people who are free that day are tried one by one with the independent
evaluator: which hard rules would be broken? The fewest and least binding are named (agreed locally
before tariff before law), so that each answer is verified: with exactly these rules softened the
demand is met and nothing else breaks. Nobody with the skill, or only absent people: that is named.
"""

import time
from collections.abc import Iterator
from dataclasses import replace

from streife.roster.solver.building import allowed
from streife.roster.solver.changes import changed_roster, cost_of_change
from streife.roster.solver.personal import findings_of
from streife.roster.solver.problem import (
    FREE,
    Change,
    Demand,
    Finding,
    Problem,
    Release,
    Roster,
    Stage,
    Verdict,
)

MENDING = 5.0
"""Seconds for filling what the search has left."""
MOST = 24
"""Conflicts that are looked at; a plan with more has one cause that the first ones show."""


def releases(problem: Problem, roster: Roster, verdict: Verdict) -> tuple[Release, ...]:
    """Return what would release what the roster breaks, conflict by conflict."""
    found: list[Release] = []
    demands = {one.id: one for one in problem.demands}
    for finding in verdict.broken[:MOST]:
        if finding.kind == "demand":
            found += _for_demand(problem, roster, demands[finding.rule])
        elif finding.person is not None:
            found.append(_softened(problem, roster, finding))
        else:
            found.append(_named(finding, verified=False))
    return tuple(dict.fromkeys(found))


def _named(finding: Finding, *, verified: bool, words: tuple[tuple[str, str], ...] = ()) -> Release:
    return Release(
        finding.rule,
        finding.kind,
        finding.norm,
        finding.person,
        finding.day,
        finding.words + words,
        verified,
    )


def _softened(problem: Problem, roster: Roster, finding: Finding) -> Release:
    """Return the softening of a rule that the roster breaks, verified by judging the row again."""
    person = finding.person or 0
    who = problem.people[person]
    softer = tuple(replace(one, weight=0) if one.id == finding.rule else one for one in who.rules)
    people = list(problem.people)
    people[person] = replace(who, rules=softer)
    left = findings_of(replace(problem, people=tuple(people)), person, roster[person])
    gone = not any(one.hard and one.rule == finding.rule for one in left)
    return _named(finding, verified=gone)


def _for_demand(problem: Problem, roster: Roster, demand: Demand) -> Iterator[Release]:
    """Yield what would let the missing people come, one after the other."""
    now = roster
    while _missing(problem, now, demand):
        tried = [
            (_rank(problem, broken), problem.people[change.person].code, change, broken)
            for change, broken in _candidates(problem, now, demand)
        ]
        if not tried:
            yield _nobody(problem, demand)
            return
        _, _, change, broken = min(tried, key=lambda one: one[:2])
        for finding in broken:
            yield _named(finding, verified=True, words=(("for", demand.id),))
        now = changed_roster(now, change)


def _missing(problem: Problem, roster: Roster, demand: Demand) -> bool:
    present = sum(
        row[demand.day] in demand.duties
        and not who.trainee
        and (demand.skill is None or demand.skill in who.skills)
        for who, row in zip(problem.people, roster, strict=True)
    )
    return present < demand.minimum


def _candidates(
    problem: Problem, roster: Roster, demand: Demand
) -> Iterator[tuple[Change, list[Finding]]]:
    """Yield the people free that day, and which hard rules of theirs would newly be broken."""
    for person, who in enumerate(problem.people):
        skilled = demand.skill is None or demand.skill in who.skills
        if who.trainee or not skilled or roster[person][demand.day] != FREE:
            continue
        before = {one for one in findings_of(problem, person, roster[person]) if one.hard}
        kinds: set[int] = set()
        for duty in allowed(problem, person, demand.day):
            if duty in demand.duties and problem.duties[duty].kind not in kinds:
                kinds.add(problem.duties[duty].kind)
                change = Change(person, demand.day, duty)
                after = findings_of(problem, person, changed_roster(roster, change)[person])
                yield change, [one for one in after if one.hard and one not in before]


def _rank(problem: Problem, broken: list[Finding]) -> tuple[int, int, int]:
    """Sort by the most binding rule broken, then how many, then by how much."""
    ranks = [_rank_of(problem, one) for one in broken]
    return max(ranks, default=-1), len(broken), sum(one.cost for one in broken)


def _rank_of(problem: Problem, finding: Finding) -> int:
    rules = () if finding.person is None else problem.people[finding.person].rules
    return next((one.rank for one in rules if one.id == finding.rule), 3)


def _nobody(problem: Problem, demand: Demand) -> Release:
    """Return that people are lacking: all of the skill are absent or on duty, or there is none."""
    able = [
        person
        for person in problem.people
        if not person.trainee
        and (demand.skill is None or demand.skill in person.skills)
        and any(problem.duties[duty].skills <= person.skills for duty in demand.duties)
    ]
    absent = sum(any(one.day == demand.day for one in person.absences) for person in able)
    words = (
        ("skill", demand.skill or ""),
        ("wanted", demand.minimum),
        ("able", len(able)),
        ("absent", absent),
    )
    return Release(demand.id, "people", demand.norm, None, demand.day, words, False)


def mended(problem: Problem, roster: Roster, verdict: Verdict) -> Roster:
    """Return the roster with missed minimums met where a free person can do it legally at once.

    Where the search had too little time for a long plan this fills what it left, for a few seconds.
    """
    demands, until = {one.id: one for one in problem.demands}, time.monotonic() + MENDING
    for finding in verdict.broken:
        if finding.kind != "demand" or time.monotonic() > until:
            continue
        demand = demands[finding.rule]
        for _ in range(demand.minimum):
            better = _legal_step(problem, roster, demand)
            if better is None:
                break
            roster = better
    return roster


def _legal_step(problem: Problem, roster: Roster, demand: Demand) -> Roster | None:
    """Return the roster with one more person for a demand who breaks nothing, if there is one."""
    for change, broken in _candidates(problem, roster, demand):
        if not broken:
            better = cost_of_change(problem, roster, change).costs < (0,) * len(Stage)
            return changed_roster(roster, change) if better else None
    return None
