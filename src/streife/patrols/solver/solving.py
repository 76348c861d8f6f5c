"""From a problem to a solution: sets the search going, watches the clock, keeps what it finds."""

import time
from dataclasses import dataclass, field

import numpy as np

from streife.patrols.solver import search
from streife.patrols.solver.coverage import Watch, response_of, watch_for
from streife.patrols.solver.faults import InvalidProblem, faults_of
from streife.patrols.solver.labels import Board, board_for
from streife.patrols.solver.layout import Data, Floats, State, build, empty_state
from streife.patrols.solver.placing import Desk, desk_for
from streife.patrols.solver.plans import freeze, load, plan_of, snapshot
from streife.patrols.solver.pool import WITHIN, Pool, spread
from streife.patrols.solver.problem import Limit, Plan, Problem, Solution
from streife.patrols.solver.reasons import unplaced
from streife.patrols.solver.states import copy_state

POOL_SIZE = 8
HOT, WARM, COLD = 1.0, 0.5, 0.03
"""Temperatures at begin, at begin from an earlier plan, and at end, in values of a typical stop."""
SIZE = 0.4
"""Share of a route that may be taken out at once."""
COVER_FROM = 0.9
"""From this share of the time on, plans are sought that cover expected incidents better."""
CHUNK_SECONDS = 0.02
"""The clock is read about so often; it is what a limit may be exceeded by."""


def solve(problem: Problem, *, stop: Limit, seed: int, start: Plan | None = None) -> Solution:
    """The best plan found until `stop`, never worse than what of `start` still holds.

    With `stop.rounds` alone the same seed gives the same plan. Raises `InvalidProblem` if the
    problem has errors. Mandatory stops count before everything else; those that found no place are
    in `Solution.unplaced` with reasons.
    """
    clock = Clock(stop)
    faults = tuple(fault for fault in faults_of(problem) if fault.error)
    if faults:
        raise InvalidProblem(faults)
    if not problem.teams or not problem.stops:
        plan = plan_of(problem, tuple(() for _ in problem.teams))
        return Solution(plan, (plan,), unplaced(problem, plan), 0, clock.cpu())
    found = _Search.begin(problem, seed, start)
    while not clock.over():
        found.advance(clock)
    return found.solution(clock)


class Clock:
    """Counts rounds and seconds against a limit, and sizes the next chunk of rounds."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._cpu, self._wall = time.process_time(), time.monotonic()
        self._chunk = 1
        self.rounds = 0

    def cpu(self) -> float:
        """CPU seconds of this process since the start."""
        return time.process_time() - self._cpu

    def done(self) -> float:
        """How much of the limit is used up, from 0 to 1."""
        limit, parts = self._limit, [0.0]
        if limit.rounds is not None:
            parts.append(self.rounds / max(1, limit.rounds))
        if limit.cpu_seconds is not None:
            parts.append(self.cpu() / max(1e-9, limit.cpu_seconds))
        if limit.wall_seconds is not None:
            parts.append((time.monotonic() - self._wall) / max(1e-9, limit.wall_seconds))
        return min(1.0, max(parts))

    def over(self) -> bool:
        """Whether it is time to stop: after one round at least, so that no plan stays empty.

        Without any limit, or with no rounds allowed, it is at once.
        """
        limit = self._limit
        if limit.rounds is None and limit.cpu_seconds is None and limit.wall_seconds is None:
            return True
        if limit.rounds is not None and self.rounds >= limit.rounds:
            return True
        return self.rounds > 0 and self.done() >= 1.0

    def chunk(self) -> int:
        """How many rounds to do before looking at the clock again."""
        limit = self._limit
        if limit.cpu_seconds is None and limit.wall_seconds is None and limit.rounds is not None:
            return min(50, limit.rounds - self.rounds)  # The same chunks in every run.
        left = self._chunk if limit.rounds is None else limit.rounds - self.rounds
        return max(1, min(self._chunk, left))

    def count(self, rounds: int, seconds: float) -> None:
        """Note a chunk that was done and in how many CPU seconds."""
        self.rounds += rounds
        quicker = CHUNK_SECONDS / max(seconds, 1e-4)
        self._chunk = max(1, int(self._chunk * min(2.0, quicker)))


@dataclass
class _Search:
    problem: Problem
    data: Data
    work: State
    current: State
    best: State
    desk: Desk
    score: Floats
    watch: Watch
    board: Board
    unit: float = 1.0  # a typical value of a stop
    thrift: float = 0.0  # value of a second saved
    hot: float = HOT  # temperature at the begin
    response: Floats = field(default_factory=lambda: np.zeros(2))  # current, best; 0 not asked
    pool: Pool = field(default_factory=Pool)

    @classmethod
    def begin(cls, problem: Problem, seed: int, start: Plan | None) -> "_Search":
        data = build(problem)
        work, desk = empty_state(data), desk_for(data, seed)
        freeze(problem, work)
        search.reset(data, work, desk)
        if start is not None:
            load(problem, data, work, desk, start)
        current, best = empty_state(data), empty_state(data)
        copy_state(work, current)
        copy_state(work, best)
        worth, spent = search.worth_of(data, work, desk), search.spent_of(data, work)
        score = np.array([worth, spent, worth, spent], dtype=np.float64)
        found = cls(
            problem, data, work, current, best, desk, score, watch_for(problem), board_for(data)
        )
        found.unit = float(np.mean([max(stop.dwells[0].value, 1) for stop in problem.stops]))
        hours = float(np.mean([max(team.ends - team.begins, 1) for team in problem.teams]))
        found.thrift = 2.0 * found.unit / hours
        found.hot = HOT if start is None else WARM
        return found

    def advance(self, clock: Clock) -> None:
        """Do a chunk of rounds: for value, and near the end for coverage if there are calls."""
        rounds, before = clock.chunk(), time.process_time()
        plans = (self.work, self.current, self.best)
        if len(self.watch.place) and clock.done() > COVER_FROM:
            self._cover(rounds)
        else:
            heat = self.unit * self.hot * (COLD / self.hot) ** clock.done()
            search.run(
                self.data,
                *plans,
                self.desk,
                self.board,
                self.score,
                rounds,
                heat,
                SIZE,
                self.thrift,
            )
            if self.score[0] >= (1.0 - 2.0 * WITHIN) * self.score[2]:
                self.pool.add(int(self.score[0]), snapshot(self.data, self.current))
        clock.count(rounds, time.process_time() - before)

    def _cover(self, rounds: int) -> None:
        if not self.response[0]:
            copy_state(self.best, self.current)
            copy_state(self.best, self.work)
            self.response[:] = max(1e-9, response_of(self.data, self.best, self.watch))
        value = plan_of(self.problem, snapshot(self.data, self.best)).value
        floor = self.score[2] - self.problem.coverage_share * value
        plans = (self.work, self.current, self.best)
        asked = (self.desk, self.watch, self.response)
        search.cover(self.data, *plans, *asked, rounds, SIZE, floor)

    def solution(self, clock: Clock) -> Solution:
        """Everything found, as people read it."""
        taken = snapshot(self.data, self.best)
        first = plan_of(self.problem, taken)
        lowest = first.value * (1.0 - WITHIN)
        others = self.pool.within(self.score[2] - first.value * WITHIN)
        plans = [plan_of(self.problem, other) for other in spread(taken, others, POOL_SIZE)]
        pool = tuple(plan for plan in plans if plan.value >= lowest)
        return Solution(first, pool, unplaced(self.problem, first), clock.rounds, clock.cpu())
