"""HiGHS solves the integer programs of the hard tail, and is imported by the first of them.

    Thirty cups under eleven overlapping offers: 90 columns, 50 rows, mostly solved in one node.

A shop whose bills our own search proves never pays the 20 MB that HiGHS and its arrays take.
"""

from regulars.domain.pricing.search.milp import Optimum, Program


class HighsEngine:
    """Answers the same program in the same way, whichever process asks and however often."""

    def solve(self, program: Program, *, nodes_max: int) -> Optimum | None:
        """The best found and its bound; None where nothing was found that keeps all rows."""
        from regulars.integrations.highs.solver import optimum_of  # noqa: PLC0415

        return optimum_of(program, nodes_max=nodes_max)
