"""Settlement between stores.

Why: value sold in one store and used in another is cleared, once a period.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "clearing",
        sa.Column("number", columns.Whole(), autoincrement=False, nullable=False),
        sa.Column("from_on", columns.Day(), nullable=False),
        sa.Column("until_on", columns.Day(), nullable=False),
        sa.Column("recorded_at", columns.At(), nullable=False),
        sa.Column("recorded_by", columns.Words(), nullable=False),
        sa.CheckConstraint("until_on > from_on", name=op.f("ck_clearing_until_after_from")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_clearing")),
        sa.UniqueConstraint("from_on", name=op.f("uq_clearing_from_on")),
        sa.UniqueConstraint("until_on", name=op.f("uq_clearing_until_on")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "clearing_line",
        sa.Column("number", columns.Whole(), nullable=False),
        sa.Column("issuer_id", columns.Id(), nullable=False),
        sa.Column("redeemer_id", columns.Id(), nullable=False),
        sa.Column("unit", columns.Words(), nullable=False),
        sa.Column("amount", columns.Whole(), nullable=False),
        sa.Column("cost_minor", columns.Whole(), nullable=False),
        sa.Column("late", columns.Whole(), nullable=False),
        sa.Column("entry_id", columns.Id(), nullable=True),
        sa.CheckConstraint("issuer_id <> redeemer_id", name=op.f("ck_clearing_line_stores_differ")),
        sa.ForeignKeyConstraint(
            ["number"], ["clearing.number"], name=op.f("fk_clearing_line_number")
        ),
        sa.PrimaryKeyConstraint(
            "number", "issuer_id", "redeemer_id", "unit", name=op.f("pk_clearing_line")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    triggers.run_files(op.get_bind(), "settlement")
