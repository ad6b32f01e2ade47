"""The front end's own tests: money, baskets, scans, lost answers, texts in both languages."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_front_ends_own_rules_hold() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tools.web", "test"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout[-4_000:] + run.stderr[-2_000:]
