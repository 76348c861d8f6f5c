"""From a problem to a solution: refuses what is contradictory, sets workers going, explains."""

import time
from dataclasses import replace

from streife.roster.solver.crew import Crew, News
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
    Stage,
    Succession,
)
from streife.roster.solver.releases import mended, releases
from streife.roster.solver.staged import StagedSearch, first_roster

DRAFT = 0.3
"""Share of the limit for the first roster of the staged search."""


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
        found = _Columns(problem, stop, seed, start)
        found.run()
        if found.best is not None:
            return found.solution()
    return _staged(problem, stop, seed, start)


def _staged(problem: Problem, stop: Limit, seed: int, start: Roster | None) -> Solution:
    """Draft a first roster by columns, then go through the stages."""
    used, rest = 0.0, stop
    first = first_roster(problem, start)
    bare = _bare(problem, first)
    if bare and problem.published is None:
        began = time.monotonic()
        draft = _Columns(problem, _share(stop, DRAFT), seed, None)
        draft.run()
        used = draft.cpu
        rest = _after(stop, used, time.monotonic() - began)
        other = first_roster(problem, draft.best)
        if evaluate(problem, other).costs < evaluate(problem, first).costs:
            first, bare = other, False
    search = StagedSearch(problem, rest, seed, first)
    if not bare:
        search.chooser.queue = search.chooser.trainees()
    search.run()
    roster = mended(problem, search.roster, search.verdict)
    verdict = evaluate(problem, roster)
    explained = releases(problem, roster, verdict)
    return Solution(roster, verdict, explained, None, search.rounds, search.cpu + used)


def _bare(problem: Problem, roster: Roster) -> bool:
    """Whether so much is missing that a draft is worth its time: a tenth of the demands."""
    missed = [one for one in evaluate(problem, roster).broken if one.stage == Stage.COVER]
    return len(missed) * 10 > len(problem.demands)


def _share(stop: Limit, share: float) -> Limit:
    """Return a part of a limit."""
    cpu = None if stop.cpu_seconds is None else stop.cpu_seconds * share
    wall = None if stop.wall_seconds is None else stop.wall_seconds * share
    rounds = None if stop.rounds is None else max(1, int(stop.rounds * share))
    return Limit(cpu, wall, rounds, stop.workers)


def _after(stop: Limit, cpu: float, wall: float) -> Limit:
    """Return what is left of a limit."""
    return replace(
        stop,
        cpu_seconds=None if stop.cpu_seconds is None else max(0.1, stop.cpu_seconds - cpu),
        wall_seconds=None if stop.wall_seconds is None else max(0.1, stop.wall_seconds - wall),
    )


class _Columns:
    """The column search with several seeds that tell each other what they found."""

    def __init__(self, problem: Problem, stop: Limit, seed: int, start: Roster | None) -> None:
        self.problem, self.count = problem, max(1, stop.workers)
        cpu = None if stop.cpu_seconds is None else stop.cpu_seconds / self.count
        limit = replace(stop, cpu_seconds=cpu)
        self.given = [
            (problem, seed + at, limit, start, at == 0 and not problem.staged)
            for at in range(self.count)
        ]
        self.best: Roster | None = None
        self.value = float("inf")
        self.bound, self.cpu = 0.0, 0.0
        self.rounds = [0] * self.count

    def run(self) -> None:
        """Search until the limit, or until the bound is reached."""
        working = set(range(self.count))
        wall = self.given[0][2].wall_seconds
        until = float("inf") if wall is None else time.monotonic() + wall
        with Crew("column_worker", self.given) as crew:
            while working and self.value > self.bound and time.monotonic() < until:
                for number, news in crew.news(0.5):
                    if news.done:
                        working.discard(number)
                    self._hear(crew, number, news, working)
            self.cpu = sum(crew.cpu)

    def _hear(self, crew: Crew, number: int, news: News, working: set[int]) -> None:
        self.rounds[number] = news.rounds
        if not self.problem.staged:
            self.bound = max(self.bound, news.bound)
        if news.roster is None or news.value >= self.value:
            return
        self.best, self.value = news.roster, news.value
        for other in working - {number}:
            crew.tell(other, self.best)

    def solution(self) -> Solution:
        """Return what was found, as the evaluator sees it."""
        roster = self.best or ()
        verdict = evaluate(self.problem, roster)
        explained = releases(self.problem, roster, verdict)
        return Solution(roster, verdict, explained, self.bound, sum(self.rounds), self.cpu)


def by_columns(problem: Problem) -> bool:
    """Whether all rules are of the sorts that the column search knows."""
    plain = not (problem.supervision or problem.fairness or problem.published or problem.staged)
    plain = plain and not (problem.stocks or problem.company)
    return plain and all(_simple(problem, person) for person in problem.people)


def _simple(problem: Problem, person: Person) -> bool:
    return not (person.absences or person.trainee) and all(
        _known(problem, rule) for rule in person.rules
    )


def _known(problem: Problem, rule: object) -> bool:
    if isinstance(rule, Minutes):
        return (rule.first, rule.last) == (0, problem.days - 1)
    if isinstance(rule, Count):
        plain = rule.days is None and not rule.touched
        return plain and (rule.kinds is None or len(rule.kinds) == 1)
    if isinstance(rule, Rest | Succession | Barred):
        return rule.weight is None
    return not isinstance(rule, FreeBlock)
