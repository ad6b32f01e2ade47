"""What the application's role may do on PostgreSQL: never more than the tables say.

The owner's role migrates. The role that serves tills reads and adds; it changes only what a table
allows to change, deletes where nothing is kept for ever, and makes or drops nothing (rule 9).
"""

from collections.abc import Iterator

from sqlalchemy import Connection, Table

from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.columns import metadata

ROLE_UNKNOWN = refusal_code("database.role_unknown")

_ROLE = "SELECT 1 FROM pg_roles WHERE rolname = %(role)s"


def rights_of(table: Table) -> str:
    """The rights on one table, by its `info`."""
    rights = ["SELECT", "INSERT"]
    columns = table.info.get("update_columns")
    if isinstance(columns, tuple):
        rights.append(f"UPDATE ({', '.join(columns)})")
    elif not table.info.get("append_only"):
        rights.append("UPDATE")
    if not table.info.get("append_only") and not table.info.get("no_delete"):
        rights.append("DELETE")
    return ", ".join(rights)


def grant_rights(connection: Connection, role: str) -> None:
    """Give the application's role exactly its rights. Refuses: database.role_unknown."""
    if connection.exec_driver_sql(_ROLE, {"role": role}).first() is None:
        raise ROLE_UNKNOWN.because()
    quoted = connection.dialect.identifier_preparer.quote(role)
    for statement in _statements(connection, quoted):
        connection.exec_driver_sql(statement)


def _statements(connection: Connection, role: str) -> Iterator[str]:
    name_of = connection.dialect.identifier_preparer.format_table
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"
    yield f"GRANT SELECT ON alembic_version TO {role}"
    for table in metadata.sorted_tables:
        yield f"GRANT {rights_of(table)} ON {name_of(table)} TO {role}"
