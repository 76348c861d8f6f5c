"""PyVRP with lexicographic prizes: a unit of profit outweighs every possible distance."""

import warnings

import pyvrp
from pyvrp import IteratedLocalSearchParams, SolveParams
from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks
from pyvrp.PenaltyManager import PenaltyBoundWarning

from benchmarks.patrols.found import Found, stopwatch
from benchmarks.patrols.instances import Instance


def solve(instance: Instance, routes: int, cpu_seconds: float, seed: int) -> list[Found]:
    """Return PyVRP's feasible incumbents in the order found."""
    passed = stopwatch()
    data = _model(instance, routes)
    found: list[Found] = []

    class Watch(IteratedLocalSearchCallbacks):
        def on_start(self, ils: pyvrp.IteratedLocalSearch) -> None:
            note(ils._init)

        def on_best(self, best: pyvrp.Solution) -> None:
            note(best)

    def note(best: pyvrp.Solution) -> None:
        if best.is_feasible():
            visits = tuple(tuple(_customers(route)) for route in best.routes())
            score = sum(int(instance.profit[i]) for route in visits for i in route)
            if not found or score > found[-1].score:
                found.append(Found(passed(), score, visits))

    params = SolveParams(ils=IteratedLocalSearchParams(callbacks=Watch()))
    with warnings.catch_warnings():
        # With prizes this large PyVRP reaches its largest penalty; the best feasible one counts.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        pyvrp.solve(
            data,
            lambda _cost: passed() >= cpu_seconds,
            seed=seed,
            collect_stats=False,
            params=params,
        )
    return found


def _customers(route: pyvrp.Route) -> list[int]:
    return [step.idx + 1 for step in route if step.is_client()]


def _model(instance: Instance, routes: int) -> pyvrp.ProblemData:
    weight = routes * instance.budget + 1
    model = pyvrp.Model()
    places = [
        model.add_location(float(x), float(y)) for x, y in zip(instance.x, instance.y, strict=True)
    ]
    depot = model.add_depot(places[0])
    model.add_vehicle_type(
        num_available=routes,
        start_depot=depot,
        end_depot=depot,
        tw_early=int(instance.opens[0]),
        tw_late=instance.budget,
    )
    for i in range(1, instance.size + 1):
        model.add_client(
            places[i],
            service_duration=int(instance.service[i]),
            tw_early=int(instance.opens[i]),
            tw_late=int(instance.closes[i]),
            prize=int(instance.profit[i]) * weight,
            required=False,
        )
    for a, origin in enumerate(places):
        for b, target in enumerate(places):
            length = int(instance.distance[a, b])
            model.add_edge(origin, target, distance=length, duration=length)
    return model.data()
