"""`regulars verify` on ledgers of two sizes: how fast, and how much memory its process takes."""

import json
import os
import subprocess
import time
from dataclasses import dataclass

from bench.scratch.servers import REGULARS, Place
from regulars.main import clock
from regulars.storage.engine import open_database
from regulars.use_cases.chaining import append_fresh


@dataclass(frozen=True, slots=True)
class Proof:
    """One run. Units: seconds, MB of resident memory at its peak."""

    postings: int
    seconds: float
    peak_mb: float

    @property
    def postings_per_minute(self) -> float:
        """How many postings it proves in a minute."""
        return 60 * self.postings / self.seconds


def chained(place: Place) -> None:
    """Put every entry into the chain, as the shop's own job does: the proof walks along it too."""
    database = open_database(place.url)
    try:
        while append_fresh(database, clock()):
            pass
    finally:
        database.close()


def proved(place: Place) -> Proof:
    """Prove the books of a place; a difference ends the bench."""
    environment = {**os.environ, "REGULARS_HOME": str(place.home), "REGULARS_DATABASE": place.url}
    told = place.home / "verify.json"
    begun = time.perf_counter()
    with told.open("wb") as report:
        process = subprocess.Popen(
            [REGULARS, "verify", "--json"],
            env=environment,
            stdout=report,
            stderr=subprocess.PIPE,
        )
        refused = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    if not told.stat().st_size:
        raise RuntimeError(f"nothing was proved: {refused.decode()[-2_000:]}")
    found = json.loads(told.read_text("utf-8"))
    if status or found["differences"]:
        differing = [check for check in found["checks"] if check["differences"]]
        raise RuntimeError(f"the books differ: {str(differing)[:2_000]}")
    checks = {check["name"]: check["rows_checked"] for check in found["checks"]}
    return Proof(checks["versions"], seconds, usage.ru_maxrss / 1_024)
