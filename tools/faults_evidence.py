"""Runs the fault tests at full length and writes what they found: `docs/evidence/faults.md`.

python -m tools.faults_evidence            # all of it, about an hour
python -m tools.faults_evidence kill clock # these parts anew; the page keeps what it has of the others
python -m tools.faults_evidence kill --engine sqlite # half of a part: the other half is kept
python -m tools.faults_evidence --short    # the lengths of `make test`, to try the report

Each part is a test file. What it counted is kept in `faults.jsonl` with its date and commit as soon
as it is through, so a run that is broken off goes on with the part at which it was.
"""

import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.postgres import server_binaries

ROOT = Path(__file__).resolve().parent.parent
EVIDENCE = ROOT / "docs" / "evidence"
REPORT, KEPT = EVIDENCE / "faults.md", EVIDENCE / "faults.jsonl"
SUITES = (ROOT / "tests" / "faults", ROOT / "tests" / "simulation")
ENGINES = ("sqlite", "postgresql")
# What each row of the report is about, in the order of the report.
ROWS = {
    "R1": "SIGKILL of server, jobs and database while guests buy, pay in and bring back",
    "R3": "A disk that is full, writes that fail",
    "R4": "Requests and answers lost, cut, doubled, late (one of five exchanges)",
    "R7": "Many tills, the last of something",
    "R8": "Every movement of value against a model worked out by hand",
    "R10": "Value moved between the same members in opposite order",
    "R11": "Clocks that jump, summer time, the ends of years",
    "R12": "Two schedulers that die, days without any",
    "R16": "A backup of an old server put on a young one",
    "R17": "An upgrade from version 0009, killed at random statements",
    "R18": "One old row changed behind the triggers; the chain written anew",
    "R19": "More tills than the shop can serve",
    "C5": "SIGKILL of server and worker while a campaign goes to 10,000 members",
    "simulator": "Simulated shops: seeded time, chance and faults over the real use cases",
}

INTRODUCTION = (
    "Made by `make faults`; each figure is what a test counted, and the test fails on any other"
    " outcome than the one that is told here. SIGKILL leaves the system's page cache alone, so no"
    " row of this page is about a power cut."
)

Figures = dict[str, object]


def parts() -> dict[str, Path]:
    """The test files by their short names: `kill` is tests/faults/test_kill.py."""
    found = sorted(file for suite in SUITES for file in suite.glob("test_*.py"))
    return {file.stem.removeprefix("test_"): file for file in found}


def run(part: str, file: Path, *, engine: str | None, short: bool) -> tuple[int, list[Figures]]:
    """Run one part: the tests' own exit code, and what they counted."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "faults.jsonl"
        began = time.monotonic()
        environment = {**os.environ, "REGULARS_FAULTS_LOG": str(log)}
        if not short:
            environment["REGULARS_THOROUGH"] = "1"
        command = [sys.executable, "-m", "pytest", str(file)]
        if engine is not None:
            command += ["-k", engine]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
    ran: Figures = {
        "part": part,
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        "commit": said("git", "rev-parse", "--short", "HEAD"),
        "minutes": round((time.monotonic() - began) / 60, 1),
    }
    return code, [{**ran, **json.loads(line)} for line in lines] or [ran]


def main() -> int:
    """Run what was asked for, and answer with the exit code of the first part that failed."""
    known = parts()
    parser = ArgumentParser(prog="tools.faults_evidence")
    parser.add_argument("part", nargs="*", choices=[*known, []], help="test files; all without one")
    parser.add_argument("--short", action="store_true", help="keep nothing, print the report")
    parser.add_argument("--engine", choices=ENGINES, help="what runs on this database alone")
    args = parser.parse_args()
    kept = [] if args.short else read()
    for part in args.part or known:
        code, found = run(part, known[part], engine=args.engine, short=args.short)
        if code:
            return code
        kept = [*(each for each in kept if not is_anew(each, part, args.engine)), *found]
        if not args.short:
            write(kept)
    if args.short:
        print(report(kept))
    return 0


def is_anew(each: Figures, part: str, engine: str | None) -> bool:
    """Whether what was kept is of what ran now."""
    return each["part"] == part and engine in (None, each.get("engine"))


def read() -> list[Figures]:
    """What earlier runs counted."""
    lines = KEPT.read_text("utf-8").splitlines() if KEPT.exists() else []
    return [json.loads(line) for line in lines]


def write(kept: Iterable[Figures]) -> None:
    """Keep it, and the page that tells it."""
    EVIDENCE.mkdir(parents=True, exist_ok=True)
    ordered = sorted(kept, key=lambda each: str(each["part"]))
    KEPT.write_text(
        "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in ordered), encoding="utf-8"
    )
    REPORT.write_text(report(ordered), encoding="utf-8")
    print(f"written: {REPORT.relative_to(ROOT)}", flush=True)


def report(kept: Iterable[Figures]) -> str:
    """The report as Markdown."""
    ran: dict[str, Figures] = {}
    rows: defaultdict[str, list[Figures]] = defaultdict(list)
    for each in kept:
        about = {name: each[name] for name in ("part", "date", "commit", "minutes")}
        ran[str(each["part"])] = about
        if "row" in each:
            counted = {name: value for name, value in each.items() if name not in about}
            rows[str(counted.pop("row"))].append(counted)
    return "\n".join(pages(ran.values(), rows)) + "\n"


def pages(ran: Iterable[Figures], rows: dict[str, list[Figures]]) -> Iterator[str]:
    """The report's lines."""
    yield from ("# Evidence: faults", "", INTRODUCTION, "")
    yield from (f"- {name}: {value}" for name, value in surroundings())
    for row, title in ROWS.items():
        yield from ("", f"## {row}: {title}", "", *table(rows.get(row, [])))
    yield from ("", "## What ran when (UTC)", "", *table(list(ran)))


def surroundings() -> list[tuple[str, str]]:
    """Where it ran."""
    return [
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
        return ["Not run yet."]
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
    raise SystemExit(main())
