"""What a server pays at its first hard bill to import the engine, in a process of its own."""

import json
import subprocess
import sys

RUNS = 5
# As a server does: everything else first, then the engine, which brings numpy.
SCRIPT = """
import json, time
from pathlib import Path
import regulars.main
from regulars.settings import Solver
from regulars.domain.pricing.search.milp import Program

def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20

before, wall, cpu = resident_mb(), time.perf_counter(), time.process_time()
assert regulars.main.engine_of(Solver.HIGHS).solve(Program(), nodes_max=1)
print(json.dumps([
    1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu), resident_mb() - before
]))
"""


def imported() -> dict[str, object]:
    """The best of some fresh processes. Units: milliseconds, megabytes."""
    runs: list[list[float]] = []
    for _ in range(RUNS):
        told = subprocess.run(
            [sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, check=True, text=True
        )
        runs.append(json.loads(told.stdout))
    wall, cpu, memory = (min(column) for column in zip(*runs, strict=True))
    return {
        "import_ms": round(wall),
        "import_cpu_ms": round(cpu),
        "import_mb": round(memory, 1),
    }
