"""Draft the next migration from what the tables say: `python -m tools.migration "adds a column"`.

The draft is a start: say why in its docstring, run the SQL files it needs, and read it. With
`--tables` only those tables are drafted.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from regulars.storage import migrate, schema

INFO = re.compile(r"\n\s*info=\{.*?\},?(?=\n)", re.DOTALL)
NOTES = re.compile(r"\n\s*# ### .*? ###")


def draft(message: str, *, number: str, tables: frozenset[str]) -> Path:
    """Write `versions/<number>_<message>.py` and tidy it."""
    schema.import_tables()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.sqlite3"
        if schema.numbers():
            migrate.upgrade(url)
        with migrate.connected(url) as connection:
            config = migrate.config_of(connection)
            config.attributes["tables"] = tables
            script = command.revision(config, message, autogenerate=True, rev_id=number)
    if script is None or isinstance(script, list):
        raise LookupError("no migration was drafted")
    path = Path(script.path)
    path.write_text(NOTES.sub("", INFO.sub("", path.read_text("utf-8"))), "utf-8")
    ruff = Path(sys.executable).with_name("ruff")
    subprocess.run([ruff, "check", "--fix", "--quiet", path], check=False)
    subprocess.run([ruff, "format", "--quiet", path], check=True)
    return path


def main() -> None:
    """Read the arguments and draft."""
    parser = argparse.ArgumentParser(description="Draft the next migration.")
    parser.add_argument("message", help="what it does, in a few words")
    parser.add_argument("--tables", nargs="*", default=[], help="only these tables")
    arguments = parser.parse_args()
    number = f"{len(schema.numbers()) + 1:04}"
    print(draft(arguments.message, number=number, tables=frozenset(arguments.tables)))


if __name__ == "__main__":
    main()
