"""VROOM: profit as priority (0–100, lexicographic before time); several exploration levels.

One run is deterministic and ends by itself after 0.1 to 6 CPU seconds. To use the time it is
given, VROOM starts with levels 0 to 5 and goes on at level 5 with the customers in another order,
which breaks its ties differently; the best of all counts. A run that ends too late does not.
"""

import numpy as np
import vroom

from benchmarks.patrols.found import Found, stopwatch
from benchmarks.patrols.instances import Instance

DEEPEST = 5


def solve(instance: Instance, routes: int, cpu_seconds: float, seed: int) -> list[Found]:
    """Return the incumbents over all runs that fit into the time."""
    passed, generator = stopwatch(), np.random.default_rng(seed)
    order = np.arange(1, instance.size + 1)
    found: list[Found] = []
    level = 0
    while passed() < cpu_seconds:
        visits = _run(instance, routes, order, level)
        score = sum(int(instance.profit[i]) for route in visits for i in route)
        if not found or score > found[-1].score:
            found.append(Found(passed(), score, visits))
        if level == DEEPEST:
            generator.shuffle(order)
        level = min(level + 1, DEEPEST)
    return found


def _run(
    instance: Instance, routes: int, order: np.ndarray, level: int
) -> tuple[tuple[int, ...], ...]:
    problem = vroom.Input()
    problem.set_durations_matrix("car", instance.distance)
    day = vroom.TimeWindow(int(instance.opens[0]), instance.budget)
    problem.add_vehicle(
        [vroom.Vehicle(k, start=0, end=0, time_window=day) for k in range(1, routes + 1)]
    )
    problem.add_job(
        [
            vroom.Job(
                int(i),
                location=int(i),
                default_service=int(instance.service[i]),
                priority=int(instance.profit[i]),
                time_windows=[(int(instance.opens[i]), int(instance.closes[i]))],
            )
            for i in order
        ]
    )
    steps = problem.solve(exploration_level=level, nb_threads=1).routes
    jobs = steps[steps["type"] == "job"]
    return tuple(tuple(int(i) for i in route["id"]) for _, route in jobs.groupby("vehicle_id"))
