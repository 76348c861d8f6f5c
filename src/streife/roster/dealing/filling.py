"""What a search left open though somebody may lawfully do it: filled one by one."""

from streife.roster.rules.basis import Built
from streife.roster.rules.replacing import newly_broken_by
from streife.roster.solver.evaluate import demanded
from streife.roster.solver.problem import FREE, Demand, Problem, Roster

Row = tuple[int, ...]


def filled(built: Built, roster: Roster) -> Roster:
    """Return the roster with everybody who is free, able and allowed put where a need is missed.

    Those with the fewest duties first. What a person fixed stays, trainees count for no need. Only
    single steps: no need is met here for which others would have to move.
    """
    problem, rows = built.problem, list(roster)
    for demand in problem.demands:
        lacking = _lacking(problem, demand, tuple(rows))
        if lacking <= 0 or not demand.duties:
            continue
        for person in sorted(range(len(rows)), key=lambda one: (_worked(rows[one]), one)):
            row = rows[person]
            if lacking <= 0:
                break
            if not _able(problem, person, row, demand):
                continue
            after = (*row[: demand.day], demand.duties[0], *row[demand.day + 1 :])
            if not newly_broken_by(problem, person, row, after):
                rows[person] = after
                lacking -= 1
    return tuple(rows)


def _lacking(problem: Problem, demand: Demand, roster: Roster) -> int:
    words = (dict(one.words) for one in demanded(problem, [demand], roster) if one.hard)
    return sum(int(one["minimum"]) - int(one["is"]) for one in words)


def _worked(row: Row) -> int:
    return sum(1 for duty in row if duty != FREE)


def _able(problem: Problem, person: int, row: Row, demand: Demand) -> bool:
    someone = problem.people[person]
    skilled = demand.skill is None or demand.skill in someone.skills
    settled = any(one.day == demand.day for one in someone.fixed)
    return row[demand.day] == FREE and skilled and not settled and not someone.trainee
