"""Points: warnings ahead of their end, and what a refund let a guest keep.

Why: a guest hears of points that end before they do, once; what a refund could not take back and
forgave is counted, so that later refunds of the order do not ask for it again; due lots are read
in one order, so that a pass over them goes on where the last one ended.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "expiry_warning",
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("expires_on", columns.Day(), nullable=False),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("points", columns.Whole(), nullable=False),
        sa.Column("warned_at", columns.At(), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_expiry_warning_points_positive")),
        sa.PrimaryKeyConstraint("member_id", "expires_on", "kind", name=op.f("pk_expiry_warning")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.add_column(
        "refund",
        sa.Column("points_forgiven", columns.Whole(), nullable=False, server_default="0"),
    )
    op.drop_index("lot_ending", table_name="lot")
    op.create_index(
        "lot_ending",
        "lot",
        ["expires_on", "store_id", "id"],
        unique=False,
        sqlite_where=sa.text("remaining > 0 AND expires_on IS NOT NULL"),
        postgresql_where=sa.text("remaining > 0 AND expires_on IS NOT NULL"),
    )
    triggers.run_files(op.get_bind(), "points")
