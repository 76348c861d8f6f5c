"""How a plan stands: the problem, the roster in it, and what the independent evaluator says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from streife.roster.models import Plan
from streife.roster.queries.gathering import basis_of, posts_of, spots_of
from streife.roster.rules.areas import Spot
from streife.roster.rules.basis import Basis, Built, Key
from streife.roster.rules.building import build
from streife.roster.rules.outfitting import short_in_areas
from streife.roster.rules.pairs import alone_in_areas
from streife.roster.solver.evaluate import evaluate, verdict_of
from streife.roster.solver.problem import FREE, Roster, Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan with everything it stands on, judged."""

    built: Built
    roster: Roster
    verdict: Verdict


def standing_of(plan: Plan, now: datetime) -> Standing:
    """Return how a plan stands now."""
    return stand(judged_on(plan, now), posts_of(plan), spots_of(plan))


def judged_on(plan: Plan, now: datetime) -> Basis:
    """Return what a plan is judged by; absent history is taken as free and said on the page."""
    return basis_of(plan, now, assume_history=True, hold=False)


def stand(basis: Basis, posts: Mapping[Key, int], areas: Mapping[Key, Spot]) -> Standing:
    """Return how who stands where does on a basis; `areas`: the area each goes to."""
    return standing_on(build(basis), posts, areas)


def standing_on(built: Built, posts: Mapping[Key, int], areas: Mapping[Key, Spot]) -> Standing:
    """Return how who stands where does, where the problem is known already.

    The evaluator knows shifts; what is said about areas comes on top.
    """
    roster = roster_of(built, posts)
    verdict = evaluate(built.problem, roster)
    found = (
        *alone_in_areas(built, posts, areas),
        *short_in_areas(built, roster, areas, verdict),
    )
    if found:
        verdict = verdict_of((*verdict.findings, *found))
    return Standing(built, roster, verdict)


def roster_of(built: Built, posts: Mapping[Key, int]) -> Roster:
    """Return the rows of the solver for who stands where; whoever cannot be planned is left out."""
    rows = [[FREE] * built.problem.days for _ in built.problem.people]
    first, last = built.basis.first_day, built.basis.last_day
    for (officer, day), kind in posts.items():
        if officer in built.row_of and kind in built.duty_of and first <= day <= last:
            rows[built.row_of[officer]][(day - first).days] = built.duty_of[kind]
    return tuple(tuple(row) for row in rows)


def posts_in(built: Built, roster: Roster) -> dict[Key, int]:
    """Return officer and day → kind for the rows of the solver."""
    return {
        (built.officer_at(person), built.basis.days[day]): built.kind_at(duty).pk
        for person, row in enumerate(roster)
        for day, duty in enumerate(row)
        if duty != FREE
    }
