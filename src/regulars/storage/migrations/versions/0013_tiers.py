"""Tiers: periods with their measure and window, and when each is reviewed next.

Why: a tier that is kept or lost says by which figures, and a birthday is found without opening any.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.add_column("tier_period", sa.Column("measure", columns.Words(), nullable=True))
    op.add_column("tier_period", sa.Column("measured", columns.Whole(), nullable=True))
    op.add_column("tier_period", sa.Column("needed", columns.Whole(), nullable=True))
    op.add_column("tier_period", sa.Column("window_from", columns.Day(), nullable=True))
    op.add_column("tier_period", sa.Column("window_until", columns.Day(), nullable=True))
    op.add_column("tier_period", sa.Column("until", columns.Day(), nullable=True))
    op.add_column("tier_period", sa.Column("recorded_at", columns.At(), nullable=True))
    op.create_table(
        "tier_review",
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("from_on", columns.Day(), nullable=False),
        sa.Column("ends_on", columns.Day(), nullable=False),
        sa.Column("due_on", columns.Day(), nullable=False),
        sa.CheckConstraint(
            "state IN ('current','grace','manual')", name=op.f("ck_tier_review_state_known")
        ),
        sa.CheckConstraint(
            "ends_on > from_on AND due_on >= ends_on", name=op.f("ck_tier_review_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_tier_review_member_id")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_tier_review_store_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_tier_review")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "tier_review_due", "tier_review", ["store_id", "due_on", "member_id"], unique=False
    )
    op.create_table(
        "birthday_index",
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("blind_index", columns.Bytes(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_birthday_index_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_birthday_index")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "birthday_index_by_day", "birthday_index", ["blind_index", "member_id"], unique=False
    )
    op.create_table(
        "member_walk",
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("after_id", columns.Id(), nullable=False),
        sa.Column("finished", columns.Flag(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_member_walk")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
