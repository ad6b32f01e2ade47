"""Runs the fault tests at full length and writes what they found: `docs/evidence/faults.md`.

python -m tools.faults_evidence            # three quarters of an hour
python -m tools.faults_evidence --short    # the lengths of `make test`, to try the report
"""

import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from tests.postgres import server_binaries

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "evidence" / "faults.md"
SUITES = ("tests/faults", "tests/simulation")
# What each row of the report is about, in the order of the report.
ROWS = {
    "R1": "SIGKILL of server, jobs and database while guests buy, pay in and bring back",
    "R3": "A disk that is full, writes that fail",
    "R4": "Requests and answers lost, cut, doubled, late (one of five exchanges)",
    "R7": "Fifty tills, the last of something",
    "R8": "Every movement of value against a model worked out by hand",
    "R10": "Value moved between the same members in opposite order",
    "R11": "Clocks that jump, summer time, the ends of years",
    "R12": "Two schedulers that die, days without any",
    "R16": "A backup of an old server put on a young one",
    "R17": "An upgrade from version 0009, killed at random statements",
    "R18": "One old row changed behind the triggers; the chain written anew",
    "R19": "More tills than the shop can serve",
    "simulator": "Simulated shops: seeded time, chance and faults over the real use cases",
}

INTRODUCTION = (
    "Made by `make faults`; each figure is what a test counted, and the test fails on any other"
    " outcome than the one that is told here. SIGKILL leaves the system's page cache alone, so no"
    " row of this page is about a power cut."
)

Figures = dict[str, object]


def main(*, short: bool) -> int:
    """Run, write the report, and answer with the tests' own exit code."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "faults.jsonl"
        began = time.monotonic()
        environment = {**os.environ, "REGULARS_FAULTS_LOG": str(log)}
        if not short:
            environment["REGULARS_THOROUGH"] = "1"
        command = [sys.executable, "-m", "pytest", *SUITES]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        minutes = (time.monotonic() - began) / 60
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
    rows: defaultdict[str, list[Figures]] = defaultdict(list)
    for line in lines:
        figures: Figures = json.loads(line)
        rows[str(figures.pop("row"))].append(figures)
    if code == 0 and not short:
        REPORT.parent.mkdir(parents=True, exist_ok=True)
        REPORT.write_text(report(rows, minutes), encoding="utf-8")
        print(f"written: {REPORT.relative_to(ROOT)}")
    else:
        print(report(rows, minutes))
    return code


def report(rows: dict[str, list[Figures]], minutes: float) -> str:
    """The report as Markdown."""
    parts = [
        "# Evidence: faults",
        "",
        INTRODUCTION,
        "",
        *(f"- {name}: {value}" for name, value in surroundings(minutes)),
    ]
    for row, title in ROWS.items():
        parts += ["", f"## {row}: {title}", "", *table(rows.get(row, []))]
    return "\n".join(parts) + "\n"


def surroundings(minutes: float) -> list[tuple[str, str]]:
    """Where and when it ran."""
    return [
        ("Date", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {minutes:.0f} minutes"),
        ("Commit", said("git", "rev-parse", "--short", "HEAD")),
        ("Python", platform.python_version()),
        ("SQLite", sqlite3.sqlite_version),
        ("PostgreSQL", said(str(server_binaries() / "postgres"), "--version")),
        ("Cores", str(os.cpu_count())),
    ]


def said(*command: str) -> str:
    """What a program prints."""
    return subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


def table(found: list[Figures]) -> list[str]:
    """The figures of one row of the report, those with the same columns together."""
    if not found:
        return ["No test of this row ran."]
    by_columns: defaultdict[tuple[str, ...], list[Figures]] = defaultdict(list)
    for figures in found:
        by_columns[tuple(figures)].append(figures)
    lines: list[str] = []
    for columns, same in by_columns.items():
        if lines:
            lines.append("")
        lines.append("| " + " | ".join(name.replace("_", " ") for name in columns) + " |")
        lines.append("|" + " --- |" * len(columns))
        lines += ["| " + " | ".join(cell(one[name]) for name in columns) + " |" for one in same]
    return lines


def cell(value: object) -> str:
    """One figure as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


if __name__ == "__main__":
    raise SystemExit(main(short="--short" in sys.argv[1:]))
