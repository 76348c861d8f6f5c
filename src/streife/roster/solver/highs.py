"""Solves a model with HiGHS. Not in one process with `cpsat`: both bring the same library."""

import highspy
import numpy as np

from streife.roster.solver.model import INFINITE, Answer, Model


def solve(model: Model, seconds: float, seed: int) -> Answer:
    """Solve the model within `seconds` of one thread, starting from its hints."""
    if model.impossible:
        return Answer(None, False, 0.0)
    mip = highspy.Highs()  # type: ignore[no-untyped-call]
    mip.setOptionValue("output_flag", False)
    mip.setOptionValue("threads", 1)
    mip.setOptionValue("random_seed", seed)
    mip.setOptionValue("time_limit", max(0.05, seconds))
    mip.setOptionValue("mip_abs_gap", 0.99)
    mip.setOptionValue("mip_rel_gap", 0.0)
    mip.passModel(linear(model))
    if model.hints:
        index = np.array(list(model.hints), dtype=np.int32)
        present = np.array([model.hints[at] for at in index], dtype=np.float64)
        mip.setSolution(len(index), index, present)
    mip.run()
    info = mip.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Answer(None, False, 0.0)
    values = [round(one) for one in mip.getSolution().col_value]
    done = mip.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return Answer(values, done, info.mip_dual_bound)


def linear(model: Model) -> highspy.HighsLp:
    """Return the model as HiGHS reads it."""
    lp = highspy.HighsLp()
    count = len(model.lower)
    lp.num_col_, lp.num_row_ = count, len(model.rows)
    costs = np.zeros(count)
    for at, one in model.objective.items():
        costs[at] = one
    lp.col_cost_ = costs
    lp.offset_ = float(model.constant)
    lp.col_lower_ = np.array(model.lower, dtype=np.float64)
    lp.col_upper_ = _bounds(model.upper)
    lp.row_lower_ = _bounds([low for _, low, _ in model.rows])
    lp.row_upper_ = _bounds([high for _, _, high in model.rows])
    whole, free = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    lp.integrality_ = [whole if one else free for one in model.whole]
    lengths = [len(terms) for terms, _, _ in model.rows]
    matrix = lp.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    matrix.index_ = np.array([at for terms, _, _ in model.rows for at in terms], dtype=np.int32)
    values = [one for terms, _, _ in model.rows for one in terms.values()]
    matrix.value_ = np.array(values, dtype=np.float64)
    return lp


def _bounds(values: list[int]) -> np.ndarray:
    bounds = np.array(values, dtype=np.float64)
    bounds[bounds >= INFINITE] = highspy.kHighsInf
    bounds[bounds <= -INFINITE] = -highspy.kHighsInf
    return bounds
