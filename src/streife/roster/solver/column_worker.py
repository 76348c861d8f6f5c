"""A worker process that searches by columns (`columns`) and takes over what others find."""

import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from streife.roster.solver.columns import ColumnSearch
from streife.roster.solver.crew import News
from streife.roster.solver.draft import draft_of, legal
from streife.roster.solver.problem import Limit, Problem, Roster


@dataclass(slots=True)
class _Clock:
    """What is left of a limit; CPU seconds are those of this process alone."""

    limit: Limit
    began: float = field(default_factory=time.monotonic)

    def left(self, slowed: float) -> float:
        """Return about how many CPU seconds are left; each takes `slowed` seconds."""
        parts = [float("inf")]
        if self.limit.cpu_seconds is not None:
            parts.append(self.limit.cpu_seconds - time.process_time())
        if self.limit.wall_seconds is not None:
            parts.append((self.limit.wall_seconds - (time.monotonic() - self.began)) / slowed)
        return min(parts)

    def over(self, rounds: int) -> bool:
        """Whether the limit is reached."""
        most = self.limit.rounds
        return self.left(1.0) <= 0.0 or (most is not None and rounds >= most)


def work(
    pipe: Connection,
    problem: Problem,
    seed: int,
    limit: Limit,
    start: Roster | None,
    bounds: bool,
) -> None:
    """Search until the limit and send each better roster.

    `bounds`: this worker solves the LP over everybody first; one is enough.
    """
    clock = _Clock(limit)
    search = ColumnSearch(
        draft_of(problem) if problem.staged else problem,
        seed,
        lambda: clock.over(search.rounds),
    )
    if problem.staged:
        search.rows.legal = legal(problem)

    def report(roster: Roster, value: float) -> None:
        pipe.send(News(roster, time.process_time(), value, search.bound, search.rounds))

    def hear() -> None:
        while pipe.poll():
            search.adopt(pipe.recv())

    search.report, search.hear = report, hear
    search.left = lambda: max(0.2, clock.left(search.slowed()))
    if search.begin(start):
        search.run(root=bounds, draft=problem.staged)
    pipe.send(News(None, time.process_time(), 0.0, search.bound, search.rounds, done=True))
