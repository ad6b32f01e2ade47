"""Runs the simulated shop of one seed and proves its books: `simulate(7, 60, folder)`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from regulars.domain.kernel.refusal import Refusal
from regulars.storage.verify import verify
from tests.simulation import invariants
from tests.simulation.operation import Operation
from tests.simulation.operations import duplicates, groups, members, rewards, time, trade, value
from tests.simulation.world import World, opened

OPERATIONS: tuple[Operation, ...] = (
    *members.OPERATIONS,
    *value.OPERATIONS,
    *trade.OPERATIONS,
    *rewards.OPERATIONS,
    *groups.OPERATIONS,
    *duplicates.OPERATIONS,
    *time.OPERATIONS,
)
ALWAYS = {"join", "sell", "wait"}
CHECK_EVERY = 7
LINES_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a seed left behind. `books` names every row of its ledger in one word."""

    books: str
    entries: int
    said: Counter[str]
    gifts: Counter[str]
    told: tuple[str, ...]


class SimulationError(Exception):
    """A seed broke a promise; the message says how to see it again."""

    def __init__(self, seed: int, steps: int, world: World, error: Exception) -> None:
        last = "\n".join(world.told[-LINES_SHOWN:])
        super().__init__(
            f"{type(error).__name__}: {error}\n{last}\nmake simulate SEED={seed} STEPS={steps}"
        )
        self.told = tuple(world.told)


def simulate(
    seed: int, steps: int, folder: Path, *, operations: Sequence[Operation] = OPERATIONS
) -> Outcome:
    """Let the shop of a seed run for so many steps. Raises SimulationError."""
    world = opened(seed, folder)
    try:
        _run(world, steps, operations)
    except Exception as error:
        raise SimulationError(seed, steps, world, error) from error
    finally:
        world.database.close()
    books, entries = invariants.fingerprint(world.path)
    return Outcome(
        books=books,
        entries=entries,
        said=world.said,
        gifts=invariants.gifts(world.path),
        told=tuple(world.told),
    )


def _run(world: World, steps: int, operations: Sequence[Operation]) -> None:
    weights = [_weight(world, operation) for operation in operations]
    for step in range(steps):
        operation = world.chance.choices(operations, weights)[0]
        world.tell(f"#{step} {operation.name}")
        world.said[operation.name] += 1
        try:
            operation.act(world)
        except Refusal as refused:
            world.refused(operation.name, refused)
        if step % CHECK_EVERY == 0:
            invariants.check(world)
    # In a real shop the jobs never rest: what is due now is done before the books are proved.
    time.work(world)
    invariants.check(world)
    with world.database.read() as read:
        report = verify(read, lambda _: None)
    assert report.differences == 0, [
        (check.name, check.differences[:3]) for check in report.checks if check.differences
    ]


def _weight(world: World, operation: Operation) -> int:
    # Each seed leaves some operations out and does others more often: a mix that is the same for
    # all would never come to some corners.
    times = world.chance.choice((0, 1, 1, 3))
    return operation.weight * (max(times, 1) if operation.name in ALWAYS else times)
