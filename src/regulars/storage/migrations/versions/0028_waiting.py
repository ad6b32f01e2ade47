"""Why somebody said no to what waited, what was given up, and which rows of an old list were refused.

Why: whoever submitted a campaign reads who sent it back, when and why, and the next version goes out
better. A list of members that was taken over in parts is dealt with days later, at another desk: the
rows that were refused stay until somebody has seen to them.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    _declines()
    _given_up()
    _imports()
    triggers.run_files(op.get_bind(), "waiting")


def _declines() -> None:
    op.create_table(
        "journey_decline",
        sa.Column("journey_id", columns.Id(), nullable=False),
        sa.Column("version", columns.Whole(), autoincrement=False, nullable=False),
        sa.Column("declined_at", columns.At(), nullable=False),
        sa.Column("declined_by", columns.Words(), nullable=False),
        sa.Column("reason", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["journey.id"], name=op.f("fk_journey_decline_journey_id")
        ),
        sa.PrimaryKeyConstraint("journey_id", "version", name=op.f("pk_journey_decline")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _given_up() -> None:
    op.create_index(
        "journey_run_given_up",
        "journey_run",
        ["store_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )


def _imports() -> None:
    op.create_table(
        "member_import",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("file", columns.Words(), nullable=False),
        sa.Column("begun_at", columns.At(), nullable=False),
        sa.Column("last_at", columns.At(), nullable=False),
        sa.Column("last_by", columns.Words(), nullable=False),
        sa.Column("dealt_at", columns.At(), nullable=True),
        sa.Column("dealt_by", columns.Words(), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_member_import_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_import")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "member_import_open",
        "member_import",
        ["store_id", "last_at"],
        unique=False,
        sqlite_where=sa.text("dealt_at IS NULL"),
        postgresql_where=sa.text("dealt_at IS NULL"),
    )
    op.create_table(
        "member_import_refusal",
        sa.Column("import_id", columns.Id(), nullable=False),
        sa.Column("list_row", columns.Whole(), autoincrement=False, nullable=False),
        sa.Column("list_column", columns.Words(), nullable=True),
        sa.Column("code", columns.Words(), nullable=False),
        sa.Column("reason_zh", columns.Words(), nullable=False),
        sa.Column("reason_en", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["member_import.id"], name=op.f("fk_member_import_refusal_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "list_row", name=op.f("pk_member_import_refusal")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
