"""Figures of the fault tests, for `docs/evidence/faults.md`: one JSON line each.

note("R1", engine="sqlite", kills=200, sales=10_240, lost=0)
"""

import json
import os
from pathlib import Path


def note(row: str, **figures: object) -> None:
    """Keep the figures of one test, when somebody collects them."""
    log = os.environ.get("REGULARS_FAULTS_LOG")
    if log is not None:
        with Path(log).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"row": row, **figures}, ensure_ascii=False) + "\n")
