"""Value: lots that are pending at first, gifts remembered, programmes by version.

Why: points may wait for the refund window, a gift is given once also where no points move, and what
members are invited to is a promise like an offer.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "gift",
        sa.Column("business_id", columns.Words(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("occasion", columns.Words(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("points", columns.Whole(), nullable=False),
        sa.Column("growth_value", columns.Whole(), nullable=False),
        sa.Column("bonus_minor", columns.Whole(), nullable=False),
        sa.Column("coupon_types", columns.Document(), nullable=False),
        sa.Column("item_zh", columns.Words(), nullable=True),
        sa.Column("item_en", columns.Words(), nullable=True),
        sa.PrimaryKeyConstraint("business_id", name=op.f("pk_gift")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("gift_by_member", "gift", ["member_id", "at"], unique=False)
    op.create_table(
        "programme",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("level", columns.Words(), nullable=False),
        sa.Column("place_id", columns.Id(), nullable=True),
        sa.Column("definition", columns.Document(), nullable=False),
        sa.Column("effective_at", columns.At(), nullable=False),
        sa.Column("ends_at", columns.At(), nullable=True),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("recorded_at", columns.At(), nullable=False),
        sa.Column("recorded_by", columns.Words(), nullable=False),
        sa.CheckConstraint(
            "ends_at IS NULL OR ends_at > effective_at", name=op.f("ck_programme_ends_after_begin")
        ),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_programme")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("programme_by_kind", "programme", ["kind", "id"], unique=False)
    op.add_column("lot", sa.Column("usable_on", columns.Day(), nullable=True))
    op.add_column("lot", sa.Column("spend_order", columns.Words(), nullable=True))
    op.create_index(
        "lot_ending",
        "lot",
        ["expires_on", "store_id"],
        unique=False,
        sqlite_where=sa.text("remaining > 0 AND expires_on IS NOT NULL"),
        postgresql_where=sa.text("remaining > 0 AND expires_on IS NOT NULL"),
    )
    triggers.run_files(op.get_bind(), "value")
