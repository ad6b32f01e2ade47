"""The best bill: codes, holds, limits, back-tests; what a refund that prices anew reads.

Why: a promise may have an end (so many uses, so much money), a coupon may change hands, a batch of
a million codes is one row, and an order keeps what its price was decided on.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "backtest",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("definition", columns.Document(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("done", columns.Whole(), nullable=False),
        sa.Column("total", columns.Whole(), nullable=False),
        sa.Column("result", columns.Document(), nullable=True),
        sa.Column("error", columns.Words(), nullable=True),
        sa.Column("asked_by", columns.Words(), nullable=False),
        sa.Column("asked_at", columns.At(), nullable=False),
        sa.Column("finished_at", columns.At(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backtest")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "limit_take",
        sa.Column("order_id", columns.Id(), nullable=False),
        sa.Column("offer_id", columns.Id(), nullable=False),
        sa.Column("scope", columns.Words(), nullable=False),
        sa.Column("period", columns.Words(), nullable=False),
        sa.Column("uses", columns.Whole(), nullable=False),
        sa.Column("amount_minor", columns.Whole(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.PrimaryKeyConstraint(
            "order_id", "offer_id", "scope", "period", name=op.f("pk_limit_take")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "limit_use",
        sa.Column("offer_id", columns.Id(), nullable=False),
        sa.Column("scope", columns.Words(), nullable=False),
        sa.Column("period", columns.Words(), nullable=False),
        sa.Column("used", columns.Whole(), nullable=False),
        sa.Column("used_minor", columns.Whole(), nullable=False),
        sa.CheckConstraint(
            "used >= 0 AND used_minor >= 0", name=op.f("ck_limit_use_never_negative")
        ),
        sa.PrimaryKeyConstraint("offer_id", "scope", "period", name=op.f("pk_limit_use")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "order_hold",
        sa.Column("order_id", columns.Id(), nullable=False),
        sa.Column("made_at", columns.At(), nullable=False),
        sa.Column("expires_at", columns.At(), nullable=False),
        sa.Column("fingerprint", columns.Words(), nullable=False),
        sa.Column("choices", columns.Document(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_hold")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("order_hold_by_expiry", "order_hold", ["state", "expires_at"], unique=False)
    op.create_table(
        "coupon_batch",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("type_id", columns.Id(), nullable=False),
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("channel", columns.Words(), nullable=False),
        sa.Column("length", columns.Whole(), nullable=False),
        sa.Column("serial_from", columns.Whole(), nullable=False),
        sa.Column("size", columns.Whole(), nullable=False),
        sa.Column("made", columns.Whole(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("valid_from", columns.At(), nullable=False),
        sa.Column("valid_until", columns.At(), nullable=False),
        sa.Column("created_at", columns.At(), nullable=False),
        sa.Column("created_by", columns.Words(), nullable=False),
        sa.CheckConstraint("made BETWEEN 0 AND size", name=op.f("ck_coupon_batch_made_within")),
        sa.CheckConstraint("size BETWEEN 1 AND 1000000", name=op.f("ck_coupon_batch_size_bounded")),
        sa.ForeignKeyConstraint(
            ["type_id"], ["coupon_type.id"], name=op.f("fk_coupon_batch_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_batch")),
        sa.UniqueConstraint("serial_from", name=op.f("uq_coupon_batch_serial_from")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "coupon_code",
        sa.Column("batch_id", columns.Id(), nullable=False),
        sa.Column("serial", columns.Whole(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("order_id", columns.Id(), nullable=True),
        sa.Column("held_until", columns.At(), nullable=True),
        sa.CheckConstraint(
            "state <> 'used' OR order_id IS NOT NULL", name=op.f("ck_coupon_code_used_has_order")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["coupon_batch.id"], name=op.f("fk_coupon_code_batch_id")
        ),
        sa.PrimaryKeyConstraint("batch_id", "serial", name=op.f("pk_coupon_code")),
        sa.UniqueConstraint("id", name=op.f("uq_coupon_code_id")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("coupon_code_by_order", "coupon_code", ["order_id"], unique=False)
    op.create_table(
        "member_tag",
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("tag", columns.Words(), nullable=False),
        sa.Column("since", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_member_tag_member_id")),
        sa.PrimaryKeyConstraint("member_id", "tag", name=op.f("pk_member_tag")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "coupon_event",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("coupon_id", columns.Id(), nullable=False),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("from_member_id", columns.Id(), nullable=True),
        sa.Column("to_member_id", columns.Id(), nullable=True),
        sa.Column("reason", columns.Words(), nullable=True),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupon.id"], name=op.f("fk_coupon_event_coupon_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_event")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("coupon_event_by_coupon", "coupon_event", ["coupon_id", "at"], unique=False)
    op.create_table(
        "coupon_share",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("coupon_id", columns.Id(), nullable=False),
        sa.Column("from_member_id", columns.Id(), nullable=False),
        sa.Column("token_hash", columns.Bytes(), nullable=False),
        sa.Column("made_at", columns.At(), nullable=False),
        sa.Column("expires_at", columns.At(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("taken_by", columns.Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupon.id"], name=op.f("fk_coupon_share_coupon_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_member_id"], ["member.id"], name=op.f("fk_coupon_share_from_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_share")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_coupon_share_token_hash")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("coupon_share_by_coupon", "coupon_share", ["coupon_id", "state"], unique=False)
    op.create_table(
        "order_share",
        sa.Column("order_id", columns.Id(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("position", columns.Whole(), nullable=False),
        sa.Column("unit", columns.Whole(), nullable=False),
        sa.Column("net_minor", columns.Whole(), nullable=False),
        sa.Column("tax_minor", columns.Whole(), nullable=False),
        sa.Column("due_minor", columns.Whole(), nullable=False),
        sa.Column("points_minor", columns.Whole(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_share_order_id")),
        sa.PrimaryKeyConstraint(
            "order_id", "version", "position", "unit", name=op.f("pk_order_share")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.add_column("coupon", sa.Column("held_by", columns.Id(), nullable=True))
    op.add_column("coupon", sa.Column("held_until", columns.At(), nullable=True))
    op.add_column("coupon", sa.Column("batch_id", columns.Id(), nullable=True))
    op.add_column("coupon", sa.Column("serial", columns.Whole(), nullable=True))
    op.add_column("coupon", sa.Column("reissue_of", columns.Id(), nullable=True))
    op.add_column("coupon_type", sa.Column("rules", columns.Document(), nullable=True))
    op.add_column(
        "order_line", sa.Column("kind", columns.Words(), server_default="goods", nullable=False)
    )
    op.add_column("order_line", sa.Column("cost_minor", columns.Whole(), nullable=True))
    op.add_column("orders", sa.Column("priced_with", columns.Document(), nullable=True))
    op.add_column(
        "refund", sa.Column("plan", columns.Words(), server_default="return_share", nullable=False)
    )
    op.add_column("refund", sa.Column("approved_by", columns.Words(), nullable=True))
    op.add_column("variant", sa.Column("cost_minor", columns.Whole(), nullable=True))
    triggers.run_files(op.get_bind(), "best_bill")
