"""The staged search: legal, then cover, fairness, wishes, stability, each held once it is reached.

It chooses neighbourhoods, hands them to workers (HiGHS and CP-SAT, one each) and takes over what
the independent evaluator finds to be no worse in the order of the stages.
"""

import time
from dataclasses import dataclass, field

import numpy as np

from streife.roster.solver.building import Cell, Task
from streife.roster.solver.crew import Crew
from streife.roster.solver.evaluate import (
    alone,
    burdens,
    changed,
    demanded,
    evaluate,
    stocked,
    supervised,
    verdict_of,
    wished,
)
from streife.roster.solver.neighbours import Chooser
from streife.roster.solver.personal import findings_of
from streife.roster.solver.problem import FREE, Limit, Problem, Roster, Stage, Verdict

UNTIL = {Stage.LEGAL: 0.3, Stage.COVER: 0.5, Stage.FAIRNESS: 0.75, Stage.WISHES: 0.92}
"""Which share of the time may be used up at the end of each stage."""
TRIES = 16
"""So many neighbourhoods without anything better end a stage."""
SECONDS = 2.5
"""For one neighbourhood."""
BACK_ENDS = ("highs", "cpsat")


@dataclass(slots=True)
class StagedSearch:
    """One run. `roster` is the best so far, `verdict` what the evaluator says of it."""

    problem: Problem
    limit: Limit
    seed: int
    roster: Roster
    chooser: Chooser = field(init=False)
    verdict: Verdict = field(init=False)
    stage: Stage = Stage.LEGAL
    vain: int = 0
    rounds: int = 0
    cpu: float = 0.0
    passes: int = 0
    began: float = field(default_factory=time.monotonic)
    began_cpu: float = field(default_factory=time.process_time)

    def __post_init__(self) -> None:
        self.verdict = evaluate(self.problem, self.roster)
        self.chooser = Chooser(self.problem, np.random.default_rng(self.seed))

    def run(self) -> None:
        """Search until the limit, or until nothing better is found in any stage."""
        count = max(1, self.limit.workers)
        names = [BACK_ENDS[at % len(BACK_ENDS)] for at in range(count)]
        given = [(self.problem, name, self.seed + at) for at, name in enumerate(names)]
        asked: dict[int, tuple[str, Roster, frozenset[Cell]]] = {}
        with Crew("task_worker", given) as crew:
            while not self.over(crew) and not crew.is_gone:
                for number, news in crew.news(min(1.0, self.left())):
                    if number in asked:
                        self.hear(asked.pop(number), news.roster, news.proven)
                    elif news.done:
                        return  # The worker has gone.
                    if crew.has(number) and not self.over(crew) and not self.finished():
                        asked[number] = self.ask(crew, number)
                if not asked and self.finished():
                    return
            self.cpu = sum(crew.cpu)

    def ask(self, crew: Crew, number: int) -> tuple[str, Roster, frozenset[Cell]]:
        """Give a worker its next neighbourhood."""
        stage = max(self.stage, Stage.COVER) if self.chooser.queue else self.stage
        name, free = self.chooser.next(self.roster, self.verdict, stage)
        seconds = max(0.2, min(SECONDS, self.left() * 0.8))
        caps = caps_of(self.problem, self.roster, free)
        task = Task(free, stage, caps, seconds, self.limit.wall_seconds is None)
        crew.tell(number, (self.roster, task))
        return name, self.roster, free

    def hear(
        self, asked: tuple[str, Roster, frozenset[Cell]], found: Roster | None, proven: bool
    ) -> None:
        """Take over what a worker found, put into the present roster, if that is no worse."""
        name, _before, free = asked
        self.rounds += 1
        better = False
        if found is not None:
            rows = [list(row) for row in self.roster]
            for person, day in free:
                rows[person][day] = found[person][day]
            roster = tuple(tuple(row) for row in rows)
            verdict = evaluate(self.problem, roster)
            now, before = self._score(roster, verdict), self._score(self.roster, self.verdict)
            better = now < before
            if now <= before:
                self.roster, self.verdict = roster, verdict
        self.chooser.learn(name, better, proven)
        self.vain = 0 if better else self.vain + 1
        self._next_stage()

    def _score(self, roster: Roster, verdict: Verdict) -> tuple[float, ...]:
        """Return the costs in their order; a spread falls in steps, so on the way to it fairness
        also counts how far all burdens are from their shares (thousandths beyond a half duty)."""
        if self.stage != Stage.FAIRNESS or not verdict.costs[Stage.FAIRNESS]:
            return verdict.costs
        beyond = sum(
            max(0.0, abs(one) - 0.5)
            for share in self.problem.fairness
            for one in burdens(self.problem, share, roster)
        )
        until = Stage.FAIRNESS + 1
        return *verdict.costs[:until], round(beyond, 3), *verdict.costs[until:]

    def _next_stage(self) -> None:
        if self.chooser.queue:
            return
        while self.stage <= Stage.STABILITY:
            settled = self.verdict.costs[self.stage] == 0 or self.vain >= TRIES
            late = self.passes == 0 and self.done() > UNTIL.get(self.stage, 1.0)
            if not settled and not late:
                return
            self.vain = 0
            if self.stage == Stage.STABILITY:
                self.passes += 1
                self.stage = Stage.LEGAL
                return
            self.stage = Stage(self.stage + 1)

    def finished(self) -> bool:
        """Whether all stages were gone through so often that more would be in vain."""
        return not self.chooser.queue and (not any(self.verdict.costs) or self.passes >= 3)

    def done(self) -> float:
        """Return how much of the limit is used up."""
        parts = [0.0]
        if self.limit.wall_seconds is not None:
            parts.append((time.monotonic() - self.began) / max(1e-9, self.limit.wall_seconds))
        if self.limit.cpu_seconds is not None:
            parts.append(self.cpu / max(1e-9, self.limit.cpu_seconds))
        if self.limit.rounds is not None:
            parts.append(self.rounds / max(1, self.limit.rounds))
        return max(parts)

    def left(self) -> float:
        """Return about how many seconds are left."""
        seconds = [60.0]
        if self.limit.wall_seconds is not None:
            seconds.append(self.limit.wall_seconds - (time.monotonic() - self.began))
        if self.limit.cpu_seconds is not None:
            seconds.append((self.limit.cpu_seconds - self.cpu) / max(1, self.limit.workers))
        return max(0.05, min(seconds))

    def over(self, crew: Crew) -> bool:
        """Whether the limit is reached."""
        self.cpu = sum(crew.cpu) + time.process_time() - self.began_cpu
        return self.done() >= 1.0


def caps_of(problem: Problem, roster: Roster, free: frozenset[Cell]) -> tuple[int, ...]:
    """Return what the roster costs by stage in what a neighbourhood can touch."""
    people, days = {person for person, _ in free}, {day for _, day in free}
    found = [one for person in people for one in findings_of(problem, person, roster[person])]
    found += demanded(problem, (one for one in problem.demands if one.day in days), roster)
    for day in days:
        found += supervised(problem, day, roster)
        found += alone(problem, day, roster)
    stocks = (one for one in problem.stocks if any(use.day in days for use in one.uses))
    found += stocked(problem, stocks, roster)
    wishes = [one for one in problem.wishes if (one.person, one.day) in free]
    costs = list(verdict_of(found).costs)
    costs[Stage.WISHES] += sum(one.cost for one in wished(problem, wishes, roster))
    for person in people:
        now = (one for one in changed(problem, person, roster[person]))
        costs[Stage.STABILITY] += sum(one.cost for one in now if (person, one.day) in free)
    return tuple(costs)


def first_roster(problem: Problem, start: Roster | None) -> Roster:
    """Return a start: the given or published roster, else nothing but what is fixed."""
    rows = []
    base = start or problem.published
    for index, person in enumerate(problem.people):
        row = list(base[index]) if base else [FREE] * problem.days
        for absence in person.absences:
            row[absence.day] = FREE
        for fixed in person.fixed:
            row[fixed.day] = fixed.duty
        rows.append(tuple(row))
    return tuple(rows)
