"""A quick first roster for the staged search: the problem simplified for the column search.

Cover, soft rules, wishes and quotas of the shares in one sum; rules that the automaton does not
know (windows of minutes, blocks of free days) are left out of the pricing, and rows that break them
are thrown away by the evaluator (`legal`). Trainees, supervision, stocks and company come later.
What comes out is only a start: the stages decide.
"""

from collections.abc import Callable
from dataclasses import replace
from math import ceil, floor

from streife.roster.solver.personal import findings_of
from streife.roster.solver.problem import (
    FREE,
    Barred,
    Count,
    Demand,
    Fairness,
    Fixed,
    FreeBlock,
    Minutes,
    Person,
    PersonRule,
    Problem,
    Rest,
    Succession,
    Weekends,
)

COVER, QUOTA = 10, 200
"""How cover and a duty beside one's quota are weighed against wishes and soft rules."""
LONG = 35
"""Days up to which shares of single days are counted: longer plans would price slowly."""


def draft_of(problem: Problem) -> Problem:
    """Return the simplified problem, people in the same order."""
    people = tuple(_person(problem, index) for index in range(len(problem.people)))
    demands = tuple(
        replace(one, under=one.under * COVER, below=one.below * COVER, over=one.over * COVER)
        for one in problem.demands
    )
    return replace(
        problem,
        people=people,
        demands=demands,
        fairness=(),
        supervision=None,
        stocks=(),
        company=None,
        published=None,
        staged=False,
    )


def legal(problem: Problem) -> Callable[[int, tuple[int, ...]], bool]:
    """Return a test whether a row obeys all hard rules of its person."""

    def test(person: int, duties: tuple[int, ...]) -> bool:
        return not any(one.hard for one in findings_of(problem, person, duties))

    return test


def _person(problem: Problem, index: int) -> Person:
    person = problem.people[index]
    if person.trainee:
        fixed = {one.day: one.duty for one in person.fixed}
        stays = tuple(Fixed(day, fixed.get(day, FREE)) for day in range(problem.days))
        skills = frozenset(skill for duty in problem.duties for skill in duty.skills)
        return replace(person, rules=(), skills=skills, fixed=stays, absences=())
    rules = [rule for one in person.rules if (rule := _kept(problem, person, one)) is not None]
    rules += [
        _quota(problem, share, share.people.index(index))
        for share in problem.fairness
        if index in share.people and (share.days is None or problem.days <= LONG)
    ]
    away = tuple(Fixed(one.day, FREE, one.reason) for one in person.absences)
    return replace(person, rules=tuple(rules), fixed=(*person.fixed, *away), absences=())


def _kept(problem: Problem, person: Person, rule: PersonRule) -> PersonRule | None:
    """Return the rule as the automaton knows it, or nothing."""
    if isinstance(rule, Minutes):
        if (rule.first, rule.last) != (0, problem.days - 1):
            return None
        return replace(rule, carried=rule.carried + sum(one.minutes for one in person.absences))
    if isinstance(rule, Rest | Succession | Barred):
        return rule if rule.weight is None else None
    if isinstance(rule, Count):
        single = rule.kinds is None or len(rule.kinds) == 1
        return rule if rule.days is None and single and not rule.touched else None
    dear = isinstance(rule, Weekends) and rule.weight is not None
    return None if dear or isinstance(rule, FreeBlock) else rule


def _quota(problem: Problem, share: Fairness, place: int) -> Count:
    """Return a soft count around a person's quota of what the demands ask for."""
    wanted = sum(
        max(one.minimum, one.preferred) for one in problem.demands if _asks(problem, share, one)
    )
    everyone = wanted + sum(share.carried)
    quota = everyone * share.shares[place] / sum(share.shares)
    return Count(
        id=f"quota-{share.id}",
        weight=QUOTA * share.weight,
        days=share.days,
        kinds=share.kinds,
        minimum=floor(quota),
        maximum=ceil(quota),
        carried=share.carried[place] if share.carried else 0,
    )


def _asks(problem: Problem, share: Fairness, demand: Demand) -> bool:
    kinds = {problem.duties[duty].kind for duty in demand.duties}
    here = share.days is None or demand.day in share.days
    return here and demand.skill is None and (share.kinds is None or kinds <= share.kinds)
