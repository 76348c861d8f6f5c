"""What a manual edit breaks and costs, and who could stand in: answers in milliseconds.

Only what can change is judged again, with the evaluator's own functions: the days of the person,
the demands, the stocks and the supervision of the day, the shares the person is part of.
"""

from dataclasses import dataclass

from streife.roster.solver.building import allowed
from streife.roster.solver.evaluate import (
    THOUSAND,
    alone,
    burdens,
    changed,
    demanded,
    evaluate,
    shared,
    stocked,
    supervised,
    verdict_of,
    wished,
)
from streife.roster.solver.personal import findings_of
from streife.roster.solver.problem import (
    FREE,
    Change,
    Finding,
    Problem,
    Roster,
    Stage,
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a change does: findings that appear or go away, and the cost by stage (+ worse)."""

    appears: tuple[Finding, ...]
    vanishes: tuple[Finding, ...]
    costs: tuple[int, ...]

    @property
    def legal(self) -> bool:
        """Whether no hard rule is broken that was not broken before (missed demands aside)."""
        return not any(one.stage == Stage.LEGAL for one in self.appears)


@dataclass(frozen=True, slots=True)
class Replacement:
    """Somebody who could take a duty. `held`: ids of the hard rules that were looked at and hold.

    `eases`: ids of the shares (nights, weekends) of which the person has less than the group.
    `cost` is that of the whole change.
    """

    person: int
    duty: int
    held: tuple[str, ...]
    eases: tuple[str, ...]
    cost: Cost


def changed_roster(roster: Roster, change: Change) -> Roster:
    """Return the roster after a manual edit."""
    row = list(roster[change.person])
    row[change.day] = change.duty
    return (*roster[: change.person], tuple(row), *roster[change.person + 1 :])


def cost_of_change(problem: Problem, roster: Roster, change: Change) -> Cost:
    """Return which findings appear or vanish by a manual edit, and what it costs by stage."""
    before = _around(problem, roster, change)
    after = _around(problem, changed_roster(roster, change), change)
    was, now = set(before), set(after)
    costs = verdict_of(after).costs, verdict_of(before).costs
    return Cost(
        tuple(one for one in after if one not in was),
        tuple(one for one in before if one not in now),
        tuple(new - old for new, old in zip(*costs, strict=True)),
    )


def _around(problem: Problem, roster: Roster, change: Change) -> list[Finding]:
    """Return the findings that a change of this person's day can touch."""
    person, day = change.person, change.day
    found = findings_of(problem, person, roster[person])
    found += changed(problem, person, roster[person])
    found += demanded(problem, (one for one in problem.demands if one.day == day), roster)
    found += supervised(problem, day, roster)
    found += alone(problem, day, roster)
    stocks = (one for one in problem.stocks if any(use.day == day for use in one.uses))
    found += stocked(problem, stocks, roster)
    wishes = (one for one in problem.wishes if (one.person, one.day) == (person, day))
    found += wished(problem, wishes, roster)
    for share in problem.fairness:
        if person in share.people:
            found += shared(problem, share, roster)
    return found


def replacements(problem: Problem, roster: Roster, person: int, day: int) -> list[Replacement]:
    """Return who could legally take the duty of `person` on `day` (a sick call), with reasons.

    Free people only, who would break no hard rule and leave no minimum missed that was met. In
    order: what it costs in cover, then fairness, then the names; it says nothing about anybody's
    worth. Without a duty on that day there is nobody to replace: an empty list.
    """
    duty = roster[person][day]
    if duty == FREE:
        return []
    missing = changed_roster(roster, Change(person, day, FREE))
    shares = [(one, burdens(problem, one, missing)) for one in problem.fairness]
    found = []
    for other, who in enumerate(problem.people):
        same_sort = who.trainee == problem.people[person].trainee
        if other == person or missing[other][day] != FREE or not same_sort:
            continue
        if duty not in allowed(problem, other, day) or any(one.day == day for one in who.fixed):
            continue
        cost = cost_of_change(problem, missing, Change(other, day, duty))
        if not cost.legal:
            continue
        eases = tuple(
            share.id
            for share, carried in shares
            if other in share.people and carried[share.people.index(other)] < 0
        )
        held = tuple(dict.fromkeys(rule.id for rule in who.rules if rule.weight is None))
        found.append(Replacement(other, duty, held, eases, cost))
    return sorted(found, key=lambda one: _order(problem, one))


def _order(problem: Problem, one: Replacement) -> tuple[int, int, str]:
    """Sort by cover, then fairness in whole duties, then the name."""
    fairness = one.cost.costs[Stage.FAIRNESS] // THOUSAND
    return one.cost.costs[Stage.COVER], fairness, problem.people[one.person].code


def explain(problem: Problem, roster: Roster) -> tuple[Finding, ...]:
    """Return all findings of a roster: what is broken first, then what it costs, by stage."""
    return evaluate(problem, roster).findings
