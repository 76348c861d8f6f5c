"""OR-Tools routing: guided local search after parallel cheapest insertion.

A unit of profit is worth ten units of distance (W = 10): guided local search penalises arcs and
is blind when these weigh nothing beside the prizes. The incumbent is kept by profit, because the
last solution minimises the cost. The limit is CPU time, asked for by a CustomLimit.
"""

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from benchmarks.patrols.found import Found, stopwatch
from benchmarks.patrols.instances import Instance

WEIGHT = 10


def solve(instance: Instance, routes: int, cpu_seconds: float, seed: int) -> list[Found]:
    """Return the incumbents by profit in the order found; `seed` has no meaning here."""
    passed = stopwatch()
    manager = pywrapcp.RoutingIndexManager(instance.size + 1, routes, 0)
    model = pywrapcp.RoutingModel(manager)
    _describe(instance, routes, manager, model)
    found: list[Found] = []

    def note() -> None:
        visits = tuple(tuple(_walk(manager, model, vehicle)) for vehicle in range(routes))
        score = sum(int(instance.profit[i]) for route in visits for i in route)
        if not found or score > found[-1].score:
            found.append(Found(passed(), score, visits))

    model.AddAtSolutionCallback(note)
    model.CloseModel()
    limit = model.solver().CustomLimit(lambda: passed() >= cpu_seconds)
    model.AddSearchMonitor(limit)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    )
    parameters.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    parameters.time_limit.FromSeconds(3600)  # guided local search wants one; the CPU limit rules
    model.SolveWithParameters(parameters)
    return found


def _walk(
    manager: pywrapcp.RoutingIndexManager, model: pywrapcp.RoutingModel, vehicle: int
) -> list[int]:
    visits, index = [], model.NextVar(model.Start(vehicle)).Value()
    while not model.IsEnd(index):
        visits.append(manager.IndexToNode(index))
        index = model.NextVar(index).Value()
    return visits


def _describe(
    instance: Instance,
    routes: int,
    manager: pywrapcp.RoutingIndexManager,
    model: pywrapcp.RoutingModel,
) -> None:
    length = instance.distance.tolist()
    duration = (instance.distance + instance.service[:, None]).tolist()
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(length))
    model.AddDimension(
        model.RegisterTransitMatrix(duration), instance.budget, instance.budget, False, "time"
    )
    time = model.GetDimensionOrDie("time")
    for i in range(1, instance.size + 1):
        index = manager.NodeToIndex(i)
        time.CumulVar(index).SetRange(
            int(instance.opens[i]), min(int(instance.closes[i]), instance.budget)
        )
        # In units of distance: the instance's own unit is 1/scale of it.
        model.AddDisjunction([index], int(instance.profit[i]) * WEIGHT * instance.scale)
    for vehicle in range(routes):
        time.CumulVar(model.End(vehicle)).SetRange(0, instance.budget)
