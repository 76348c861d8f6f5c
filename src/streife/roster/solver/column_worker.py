"""A worker process that searches by columns (`columns`) and takes over what others find."""

import time
from multiprocessing.connection import Connection

from streife.roster.solver.columns import ColumnSearch
from streife.roster.solver.crew import News
from streife.roster.solver.draft import draft_of, legal
from streife.roster.solver.problem import Limit, Problem, Roster


def work(pipe: Connection, problem: Problem, seed: int, limit: Limit, start: Roster | None) -> None:
    """Search until the limit (CPU seconds of this process alone) and send each better roster."""
    began = time.monotonic()

    def over() -> bool:
        cpu, wall, rounds = limit.cpu_seconds, limit.wall_seconds, limit.rounds
        return (
            (cpu is not None and time.process_time() >= cpu)
            or (wall is not None and time.monotonic() - began >= wall)
            or (rounds is not None and search.rounds >= rounds)
        )

    search = ColumnSearch(draft_of(problem) if problem.staged else problem, seed, over)
    if problem.staged:
        search.legal = legal(problem)

    def report(roster: Roster, value: float) -> None:
        pipe.send(News(roster, time.process_time(), value, search.bound, search.rounds))

    def hear() -> None:
        while pipe.poll():
            search.adopt(pipe.recv())

    search.report, search.hear = report, hear
    if search.begin(start):
        search.run(root=not problem.staged)
    pipe.send(News(None, time.process_time(), 0.0, search.bound, search.rounds, done=True))
