"""What happened is kept: every table that says so has its triggers, on both engines."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from regulars.storage.columns import metadata
from regulars.storage.constraints import constraint_of
from regulars.storage.schema import import_tables
from regulars.storage.statement import Engine
from regulars.storage.triggers import expected_triggers
from tests import postgres
from tests.storage.intruder import REFUSED, Intruder, intruder

import_tables()
KEPT = sorted(table.name for table in metadata.sorted_tables if table.info.get("append_only"))
NEVER_DELETED = sorted(
    table.name for table in metadata.sorted_tables if table.info.get("no_delete")
)


def guarded(engine: Engine, table: str) -> set[str]:
    """Which verbs a trigger of the files stops, or looks at, on a table."""
    heads = [
        trigger.text.split(" ON ")[0]
        for trigger in expected_triggers(engine).values()
        if trigger.table == table
    ]
    return {verb for verb in ("UPDATE", "DELETE", "TRUNCATE") for head in heads if verb in head}


@pytest.mark.parametrize("table", KEPT + NEVER_DELETED)
def test_every_table_that_is_kept_has_its_triggers(table: str) -> None:
    assert guarded("sqlite", table) == {"UPDATE", "DELETE"}
    assert guarded("postgresql", table) == {"UPDATE", "DELETE", "TRUNCATE"}


@pytest.fixture
def owner(database_url: str) -> Iterator[Intruder]:
    """On PostgreSQL the owner, who has every right; on SQLite there is only one party."""
    with intruder(database_url.replace(postgres.APP, postgres.OWNER)) as hand:
        hand.sql(
            "INSERT INTO audit (id, at, actor, action) VALUES (?, 0, 'staff', 'price.changed')",
            UUID(int=1),
        )
        hand.sql(
            "INSERT INTO setting (id, field, level, value, effective_at, version, locked,"
            " recorded_at, recorded_by) VALUES (?, 'f', 'organisation', '1', 0, 1, false, 0, 's')",
            UUID(int=1),
        )
        yield hand


@pytest.mark.parametrize("table", ["audit", "setting"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_a_row_that_is_kept_is_not_edited(owner: Intruder, table: str, change: str) -> None:
    with pytest.raises(REFUSED) as refused:
        owner.sql(change.format(table))

    assert constraint_of(refused.value) == f"{table}_append_only"
    assert len(owner.sql(f"SELECT id FROM {table}")) == 1


def test_a_key_may_be_wrapped_anew_and_nothing_else(owner: Intruder) -> None:
    wrapped = "'x'" if owner.engine == "postgresql" else "x'01'"
    owner.sql(
        "INSERT INTO organisation_key (id, organisation_id, purpose, wrapped, created_at)"
        f" VALUES (?, ?, 'data', {wrapped}, 0)",
        UUID(int=1),
        UUID(int=2),
    )
    owner.sql(f"UPDATE organisation_key SET wrapped = {wrapped}")
    for change in (
        "UPDATE organisation_key SET purpose = 'index'",
        "UPDATE organisation_key SET organisation_id = id",
        "DELETE FROM organisation_key",
    ):
        with pytest.raises(REFUSED) as refused:
            owner.sql(change)
        assert constraint_of(refused.value) == "organisation_key_append_only"
