"""Offers, coupon types and coupons.

Why: what the merchant promises, and each member's copies.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "coupon_type",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("code", columns.Words(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("definition", columns.Document(), nullable=False),
        sa.Column("valid_days", columns.Whole(), nullable=False),
        sa.Column("issue_max", columns.Whole(), nullable=True),
        sa.Column("issued", columns.Whole(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.CheckConstraint(
            "issue_max IS NULL OR issued <= issue_max", name=op.f("ck_coupon_type_issue_within_max")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_type")),
        sa.UniqueConstraint("code", name=op.f("uq_coupon_type_code")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "offer",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_offer")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "coupon",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("type_id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("valid_from", columns.At(), nullable=False),
        sa.Column("valid_until", columns.At(), nullable=False),
        sa.Column("issued_at", columns.At(), nullable=False),
        sa.Column("issue_key", columns.Words(), nullable=False),
        sa.Column("used_at", columns.At(), nullable=True),
        sa.Column("order_id", columns.Id(), nullable=True),
        sa.CheckConstraint(
            "(state = 'used') = (order_id IS NOT NULL)", name=op.f("ck_coupon_used_has_order")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_coupon_member_id")),
        sa.ForeignKeyConstraint(["type_id"], ["coupon_type.id"], name=op.f("fk_coupon_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon")),
        sa.UniqueConstraint("issue_key", name=op.f("uq_coupon_issue_key")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("coupon_by_member", "coupon", ["member_id", "state"], unique=False)
