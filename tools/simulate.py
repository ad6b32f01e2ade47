"""Replays one simulated shop and tells what happened there, line by line.

python -m tools.simulate 7 60     # seed, steps
"""

import sys
import tempfile
from pathlib import Path

from regulars.storage.migrate import upgrade
from tests.simulation.simulation import SimulationError, simulate

STEPS = 60


def main(seed: int, steps: int) -> int:
    """Run the shop of a seed; 1 when it breaks a promise."""
    with tempfile.TemporaryDirectory(prefix="regulars-simulation-") as folder:
        upgrade(f"sqlite:///{Path(folder) / 'shop.sqlite3'}")
        try:
            outcome = simulate(seed, steps, Path(folder))
        except SimulationError as broken:
            print("\n".join(broken.told))
            print(broken, file=sys.stderr)
            return 1
    print("\n".join(outcome.told))
    for name, count in sorted(outcome.said.items()):
        print(f"{count:6}  {name}")
    print(f"{outcome.entries} entries, 0 differences, books {outcome.books}")
    return 0


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    raise SystemExit(main(given[0], given[1] if len(given) > 1 else STEPS))
