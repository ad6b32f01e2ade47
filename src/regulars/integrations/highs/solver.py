"""HiGHS itself: one thread, one seed, counted nodes.

HiGHS reckons in floating point. Its columns are rounded and held against every row in whole numbers
before they leave this module, and its bound is rounded up to the next whole minor unit.
"""

import math
from collections.abc import Callable
from itertools import accumulate

import highspy

from regulars.domain.pricing.search.milp import Optimum, Program

# So little above a whole number is noise: every sum of a bill is a whole number.
BOUND_SLACK = 1e-6
# Values are whole, so nothing lies strictly between a plan and one that is half a unit better.
GAP_MINOR = 0.5
# The package leaves its constructor untyped.
_new: Callable[[], highspy.Highs] = highspy.Highs
NAME = f"highs {_new().version()}"


def optimum_of(program: Program, *, nodes_max: int) -> Optimum | None:
    """The best found and its bound; None where nothing was found that keeps all rows."""
    if not program.gains:
        return Optimum((), 0, True, 0, NAME)
    solver = _solver(nodes_max)
    if solver.passModel(_model(program)) == highspy.HighsStatus.kError:
        return None
    solver.run()
    info = solver.getInfo()
    if not math.isfinite(info.mip_dual_bound):
        return None
    found = solver.getSolution().col_value
    if not all(map(math.isfinite, found)):
        return None
    columns = tuple(map(round, found))
    if len(columns) != len(program.gains) or not kept(program, columns):
        return None
    value = sum(map(int.__mul__, program.gains, columns))
    bound = max(math.floor(info.mip_dual_bound + BOUND_SLACK), value)
    return Optimum(columns, bound, bound == value, info.mip_node_count, NAME)


def _solver(nodes_max: int) -> highspy.Highs:
    solver = _new()
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("parallel", "off"),
        ("random_seed", 1),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", GAP_MINOR),
        ("mip_max_nodes", nodes_max),
        # Few cuts close these programs near the root; looking for plans by chance took half the time.
        ("mip_pool_soft_limit", 100),
        ("mip_heuristic_run_feasibility_jump", False),
        ("mip_heuristic_run_rens", False),
        ("mip_heuristic_run_root_reduced_cost", False),
    ):
        if solver.setOptionValue(option, value) != highspy.HighsStatus.kOk:
            raise RuntimeError(f"HiGHS does not know the option {option}")
    return solver


def _model(program: Program) -> highspy.HighsLp:
    """The program as HiGHS wants it: rows one after the other."""
    width, rows = len(program.gains), program.rows
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = width, len(rows)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = [float(gain) for gain in program.gains]
    model.col_lower_ = [0.0] * width
    model.col_upper_ = [float(high) for high in program.highs]
    model.row_lower_ = [-highspy.kHighsInf if row.low is None else row.low for row in rows]
    model.row_upper_ = [highspy.kHighsInf if row.high is None else row.high for row in rows]
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = width, len(rows)
    matrix.start_ = [0, *accumulate(len(row.terms) for row in rows)]
    matrix.index_ = [column for row in rows for column, _ in row.terms]
    matrix.value_ = [float(by) for row in rows for _, by in row.terms]
    model.integrality_ = [highspy.HighsVarType.kInteger] * width
    return model


def kept(program: Program, columns: tuple[int, ...]) -> bool:
    """Whether whole numbers keep every row and limit of a program."""
    for column, high in zip(columns, program.highs, strict=True):
        if not 0 <= column <= high:
            return False
    for low, high_, terms in program.rows:
        total = sum([columns[column] * by for column, by in terms])
        if (low is not None and total < low) or (high_ is not None and total > high_):
            return False
    return True
