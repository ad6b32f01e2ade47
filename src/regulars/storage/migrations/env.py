"""How Alembic runs here: from the program only, on a connection it is given."""

from typing import Literal

from alembic import context
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator

from regulars.storage import columns
from regulars.storage.columns import metadata


class BrokenReferenceError(Exception):
    """A migration left a row that points nowhere: it is undone."""


def rendered(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A type of ours as a drafted migration writes it."""
    if kind == "type" and isinstance(item, TypeDecorator):
        name = type(item).__name__
        if getattr(columns, name, None) is type(item):
            return f"columns.{name}()"
    return False


def compared(
    item: SchemaItem, name: str | None, kind: str, reflected: object, _other: object
) -> bool:
    """Whether a draft looks at it: what the ledger's SQL files add is theirs alone."""
    asked = context.config.attributes.get("tables")
    if kind == "table" and asked:
        return name in asked
    del item
    sealed = {"tx", "uq_entry_id_tx", "fk_posting_entry_id", "fk_posting_entry_id_tx"}
    return not (reflected and name in sealed and kind != "table")


def migrate(connection: Connection) -> None:
    """Run each migration in a transaction of its own."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        transaction_per_migration=True,
        render_as_batch=False,
        render_item=rendered,
        include_object=compared,
        compare_server_default=False,
        on_version_apply=check_references,
    )
    with context.begin_transaction():
        context.run_migrations()


def check_references(ctx: MigrationContext, step: object, heads: object, run_args: object) -> None:
    """SQLite checks no reference while tables are rebuilt, so each migration ends with all."""
    del step, heads, run_args
    if ctx.connection is not None and ctx.dialect.name == "sqlite":
        broken = ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise BrokenReferenceError(f"table {broken[0]}")


migrate(context.config.attributes["connection"])
