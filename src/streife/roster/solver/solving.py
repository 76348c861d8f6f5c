"""From a problem to a solution: refuses what is contradictory, sets workers going, explains."""

from streife.roster.solver.crew import Crew
from streife.roster.solver.evaluate import evaluate
from streife.roster.solver.faults import InvalidProblem, faults_of
from streife.roster.solver.problem import (
    Barred,
    Count,
    FreeBlock,
    Limit,
    Minutes,
    Person,
    Problem,
    Rest,
    Roster,
    Solution,
    Succession,
)
from streife.roster.solver.releases import mended, releases
from streife.roster.solver.staged import StagedSearch, first_roster


def solve(problem: Problem, *, stop: Limit, seed: int, start: Roster | None = None) -> Solution:
    """Return the best roster found until `stop`, its verdict, and what would release conflicts.

    Raises `InvalidProblem` if the problem has errors. What cannot be legal or covered is still
    planned as far as it goes and explained. Without any limit it stops after 30 seconds.
    """
    faults = tuple(fault for fault in faults_of(problem) if fault.error)
    if faults:
        raise InvalidProblem(faults)
    if stop.cpu_seconds is None and stop.wall_seconds is None and stop.rounds is None:
        stop = Limit(wall_seconds=30.0, workers=stop.workers)
    if by_columns(problem):
        found = _by_columns(problem, stop, seed, start)
        if found is not None:
            return found
    search = StagedSearch(problem, stop, seed, first_roster(problem, start))
    search.run()
    roster = mended(problem, search.roster, search.verdict)
    verdict = evaluate(problem, roster)
    explained = releases(problem, roster, verdict)
    return Solution(roster, verdict, explained, None, search.rounds, search.cpu)


def _by_columns(problem: Problem, stop: Limit, seed: int, start: Roster | None) -> Solution | None:
    """Search by columns with several seeds that tell each other what they found."""
    count = max(1, stop.workers)
    cpu = None if stop.cpu_seconds is None else stop.cpu_seconds / count
    limit = Limit(cpu, stop.wall_seconds, stop.rounds)
    given = [(problem, seed + at, limit, start) for at in range(count)]
    best: Roster | None = None
    value, bound, rounds, working = float("inf"), 0.0, [0] * count, set(range(count))
    with Crew("column_worker", given) as crew:
        while working:
            for number, news in crew.news(5.0):
                bound, rounds[number] = max(bound, news.bound), news.rounds
                if news.done:
                    working.discard(number)
                if news.roster is None:
                    continue
                now = evaluate(problem, news.roster).total
                if now < value:
                    best, value = news.roster, now
                    for other in working - {number}:
                        crew.pipes[other].send(best)
            if value <= bound:
                break
        used = sum(crew.cpu)
    if best is None:
        return None
    verdict = evaluate(problem, best)
    explained = releases(problem, best, verdict)
    return Solution(best, verdict, explained, bound, sum(rounds), used)


def by_columns(problem: Problem) -> bool:
    """Whether all rules are of the sorts that the column search knows."""
    plain = not (problem.supervision or problem.fairness or problem.published or problem.staged)
    return plain and all(_simple(problem, person) for person in problem.people)


def _simple(problem: Problem, person: Person) -> bool:
    return not (person.absences or person.trainee) and all(
        _known(problem, rule) for rule in person.rules
    )


def _known(problem: Problem, rule: object) -> bool:
    if isinstance(rule, Minutes):
        return (rule.first, rule.last) == (0, problem.days - 1)
    if isinstance(rule, Count):
        return rule.days is None and (rule.kinds is None or len(rule.kinds) == 1)
    if isinstance(rule, Rest | Succession | Barred):
        return rule.weight is None
    return not isinstance(rule, FreeBlock)
