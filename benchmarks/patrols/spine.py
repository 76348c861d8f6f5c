"""Instances in the planner's own words, and customers of routes as a plan the checker can read."""

import numpy as np

from benchmarks.patrols.found import Routes
from benchmarks.patrols.instances import Instance
from streife.patrols.solver.check import check
from streife.patrols.solver.problem import (
    Dwell,
    Plan,
    Problem,
    Route,
    Stop,
    Team,
    Travel,
    Visit,
)


def problem(instance: Instance, routes: int) -> Problem:
    """Return the cell as a planning problem: stop i - 1 is customer i, a second is 1/scale unit."""
    stops = tuple(
        Stop(
            code=str(i),
            location=i,
            windows=((int(instance.opens[i]), int(instance.closes[i])),),
            dwells=(Dwell(int(instance.service[i]), int(instance.profit[i])),),
        )
        for i in range(1, instance.size + 1)
    )
    teams = tuple(
        Team(str(k), 0, 0, int(instance.opens[0]), instance.budget) for k in range(routes)
    )
    return Problem((Travel.constant(instance.distance.astype(np.int32)),), teams, stops)


def plan(instance: Instance, teams: int, routes: Routes) -> Plan:
    """Return the routes as a plan with every visit as early as the way before it allows."""
    made = [_timed(instance, route) for route in routes]
    made += [Route()] * (teams - len(made))
    return Plan(tuple(made), sum(int(instance.profit[i]) for route in routes for i in route))


def _timed(instance: Instance, customers: tuple[int, ...]) -> Route:
    visits, free, here = [], int(instance.opens[0]), 0
    for i in customers:
        begins = max(free + int(instance.distance[here, i]), int(instance.opens[i]))
        visits.append(Visit(i - 1, begins, int(instance.service[i])))
        free, here = begins + int(instance.service[i]), i
    return Route(tuple(visits))


def customers(made: Plan) -> Routes:
    """Return the customers of each route of a plan."""
    return tuple(tuple(visit.stop + 1 for visit in route.visits) for route in made.routes)


def faults(instance: Instance, teams: int, routes: Routes, score: int) -> list[str]:
    """Return what the independent checker finds wrong with a solution said to have that score."""
    made = plan(instance, teams, routes)
    verdict = check(problem(instance, teams), made)
    found = [f"{one.code} {one.subject}: {one.detail}" for one in verdict.violations]
    if verdict.value != score:
        found.append(f"score {score} stated, {verdict.value} counted")
    return found
