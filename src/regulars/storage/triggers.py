"""The rules that the database itself keeps, as SQL files beside the migrations.

`migrations/sql/sqlite/ledger.sql` says in SQLite's words what `migrations/sql/postgresql/ledger.sql`
says in PostgreSQL's: an entry seals its postings. A migration runs these files; at start-up the
database's own triggers are compared with them, so a rule that somebody dropped is missed at once.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from regulars.storage.statement import Engine

SQL = Path(__file__).with_name("migrations") / "sql"
SEPARATOR = "-- next"

_TRIGGER = re.compile(r"^CREATE TRIGGER (\w+)\s.*?\sON (\w+)", re.DOTALL)
_DROPPED = re.compile(r"^DROP TRIGGER (?:IF EXISTS )?(\w+)")
_FUNCTION = re.compile(r"^CREATE (?:OR REPLACE )?FUNCTION (\w+)\s*\(.*?\$\$(.*)\$\$", re.DOTALL)


class Trigger(NamedTuple):
    """A trigger that must be there, and its text as the files have it."""

    name: str
    table: str
    text: str


def statements(engine: Engine, name: str) -> Iterator[str]:
    """The statements of one file, for a migration to run in order."""
    lines: list[str] = []
    for line in [*(SQL / engine / f"{name}.sql").read_text("utf-8").splitlines(), SEPARATOR]:
        if line.strip() != SEPARATOR:
            lines.append(line)
            continue
        text = "\n".join(lines).strip()
        lines.clear()
        if without_comments(text):
            yield text


def expected_triggers(engine: Engine) -> dict[str, Trigger]:
    """Every trigger that the files leave behind, by name."""
    found: dict[str, Trigger] = {}
    for text in _all_statements(engine):
        if created := _TRIGGER.match(text):
            found[created[1]] = Trigger(created[1], created[2], text)
        elif dropped := _DROPPED.match(text):
            found.pop(dropped[1], None)
    return found


def expected_functions() -> dict[str, str]:
    """The body of every function that PostgreSQL's triggers call, by name."""
    found: dict[str, str] = {}
    for text in _all_statements("postgresql"):
        if created := _FUNCTION.match(text):
            found[created[1]] = created[2]
    return found


def without_comments(text: str) -> str:
    """A statement without the lines that only explain it."""
    kept = [line for line in text.splitlines() if not line.lstrip().startswith("--")]
    return "\n".join(kept).strip()


def _all_statements(engine: Engine) -> Iterator[str]:
    for path in sorted((SQL / engine).glob("*.sql")):
        for text in statements(engine, path.stem):
            yield without_comments(text)


def run_files(connection: Connection, *names: str) -> None:
    """Run SQL files, for a migration."""
    engine: Engine = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    for name in names:
        for text in statements(engine, name):
            connection.exec_driver_sql(text, execution_options={"no_parameters": True})
