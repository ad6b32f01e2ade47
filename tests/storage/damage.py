"""A shop whose books were damaged past the rules of the database, and which goes on with them.

damaged(database_url, "UPDATE lot SET remaining = amount WHERE id = …")
"""

import sqlite3

import psycopg

from regulars.storage.engine import SQLITE_SCHEME, sqlite_path
from tests import postgres

TRIGGERS = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"


def damaged(url: str, statement: str) -> None:
    """Change rows as no rule would allow; afterwards all rules hold again."""
    if url.startswith(SQLITE_SCHEME):
        _on_sqlite(url, statement)
        return
    owner = url.replace(postgres.APP, "postgres")
    with psycopg.connect(owner) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        assert connection.execute(statement.encode()).rowcount


def _on_sqlite(url: str, statement: str) -> None:
    connection = sqlite3.connect(sqlite_path(url), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    rules = connection.execute(TRIGGERS).fetchall()
    for name, _ in rules:
        connection.execute(f"DROP TRIGGER {name}")
    assert connection.execute(statement).rowcount
    for _, sql in rules:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.close()
