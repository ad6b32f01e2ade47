"""Rounding of the cash rest 抹零: its own line, untaxed, earns nothing.

12.38 down to 角 is 12.30; half up 12.40; down to 元 12.00. Exact coins are always accepted.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never


class RoundingMode(StrEnum):
    """Which way the cash rest goes."""

    DOWN = "down"
    HALF_UP = "half_up"
    UP = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class CashRounding:
    """Terms for the cash rest. Units: minor units; a step of 1 rounds nothing."""

    step_minor: int = 1
    mode: RoundingMode = RoundingMode.DOWN

    def rounded(self, rest_minor: int) -> int:
        """The cash that is asked for a rest. Units: minor units."""
        below = rest_minor - rest_minor % self.step_minor
        if below == rest_minor:
            return rest_minor
        match self.mode:
            case RoundingMode.DOWN:
                return below
            case RoundingMode.UP:
                return below + self.step_minor
            case RoundingMode.HALF_UP:
                up = 2 * (rest_minor - below) >= self.step_minor
                return below + self.step_minor if up else below
            case _:
                assert_never(self.mode)
