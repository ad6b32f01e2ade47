"""Two hundred simulated shops keep every promise, and a seed is the same shop each time."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.faults.evidence import note
from tests.simulation.operation import Operation
from tests.simulation.simulation import OPERATIONS, Outcome, SimulationError, simulate
from tests.simulation.world import World

THOROUGH = os.environ.get("REGULARS_THOROUGH") == "1"
SEEDS = 400 if THOROUGH else 200
STEPS = 200 if THOROUGH else 45


@contextmanager
def empty_shop(template: Path) -> Iterator[Path]:
    """A folder with a migrated, empty shop, in memory where the system has such a place."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="regulars-simulation-", dir=memory) as folder:
        for part in template.parent.glob(f"{template.name}*"):
            shutil.copyfile(part, Path(folder) / part.name.replace("template", "shop"))
        yield Path(folder)


def simulated(seed: int, steps: int, template: Path) -> Outcome:
    with empty_shop(template) as folder:
        return simulate(seed, steps, folder)


def test_simulated_shops_keep_every_promise(sqlite_template: Path) -> None:
    said: Counter[str] = Counter()
    gifts: Counter[str] = Counter()
    entries = 0
    for seed in range(SEEDS):
        outcome = simulated(seed, STEPS, sqlite_template)
        said.update(outcome.said)
        gifts.update(outcome.gifts)
        entries += outcome.entries
    note("simulator", seeds=SEEDS, steps=SEEDS * STEPS, entries=entries, broken=0)
    # What comes by itself: by a job, or with something else.
    assert {"birthday", "referral", "join"} <= set(gifts), gifts
    for operation in OPERATIONS:
        refusals = sum(
            count for name, count in said.items() if name.startswith(operation.name + ":")
        )
        assert said[operation.name] > refusals, f"{operation.name} never went through"


def test_a_seed_is_the_same_shop_each_time(sqlite_template: Path) -> None:
    here = simulated(3, 150, sqlite_template)
    assert simulated(3, 150, sqlite_template) == here
    assert simulated(4, 150, sqlite_template).books != here.books
    # Another process has another seed for its sets and dictionaries.
    command = [sys.executable, "-m", "tools.simulate", "3", "150"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert f"books {here.books}" in told


def steal(world: World) -> None:
    """Somebody edits a lot behind the shop's back."""
    with closing(sqlite3.connect(world.path, isolation_level=None)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'lot'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE lot SET remaining = remaining - 1 WHERE remaining > 1")


def pocket(world: World) -> None:
    """A cashier's slip says more than the books."""
    world.paid_in_minor += 1


@pytest.mark.parametrize(
    ("planted", "found"),
    [(Operation("steal", 2, steal), "lots hold"), (Operation("pocket", 2, pocket), "cash: booked")],
)
def test_a_planted_fault_is_found_and_told_how_to_see_again(
    sqlite_template: Path, planted: Operation, found: str
) -> None:
    with empty_shop(sqlite_template) as folder, pytest.raises(SimulationError) as broken:
        simulate(1, 200, folder, operations=(*OPERATIONS, planted, planted))
    assert found in str(broken.value)
    assert "make simulate SEED=1 STEPS=200" in str(broken.value)
