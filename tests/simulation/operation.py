"""An operation: something that somebody does in the simulated shop. A feature adds one entry."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.simulation.world import World


@dataclass(frozen=True, slots=True)
class Operation:
    """What is done, and how often beside the others; a refusal of the shop ends it."""

    name: str
    weight: int
    act: Callable[[World], None]
