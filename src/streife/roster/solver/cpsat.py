"""Solves a model with CP-SAT. Not in one process with `highs`: both bring the same library."""

from ortools.sat.python import cp_model

from streife.roster.solver.model import Answer, Model


def solve(model: Model, seconds: float, seed: int, workers: int = 1) -> Answer:
    """Solve the model within `seconds`, starting from its hints."""
    if model.impossible:
        return Answer(None, False, 0.0)
    sat, variables = written(model)
    for at, value in model.hints.items():
        sat.add_hint(variables[at], value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = max(0.05, seconds)
    status = solver.solve(sat)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(None, False, 0.0)
    values = [solver.value(one) for one in variables]
    return Answer(values, status == cp_model.OPTIMAL, solver.best_objective_bound)


def written(model: Model) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """Return the model as CP-SAT reads it, and its variables."""
    sat = cp_model.CpModel()
    variables = [
        sat.new_int_var(low, high, "") for low, high in zip(model.lower, model.upper, strict=True)
    ]
    for terms, low, high in model.rows:
        expr = cp_model.LinearExpr.weighted_sum([variables[at] for at in terms], [*terms.values()])
        sat.add_linear_constraint(expr, low, high)
    chosen = [variables[at] for at in model.objective]
    sat.minimize(
        cp_model.LinearExpr.weighted_sum(chosen, [*model.objective.values()]) + model.constant
    )
    return sat, variables
