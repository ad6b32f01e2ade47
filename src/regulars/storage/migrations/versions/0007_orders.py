"""Orders with lines and adjustments, payments, refunds and top-ups.

Why: a bill is frozen when it is paid; a refund reads only these rows.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "orders",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("terminal_id", columns.Id(), nullable=False),
        sa.Column("business_day", columns.Day(), nullable=False),
        sa.Column("number", columns.Words(), nullable=False),
        sa.Column("source", columns.Words(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=True),
        sa.Column("opened_by", columns.Words(), nullable=False),
        sa.Column("settled_by", columns.Words(), nullable=True),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("revision", columns.Whole(), nullable=False),
        sa.Column("opened_at", columns.At(), nullable=False),
        sa.Column("settled_at", columns.At(), nullable=True),
        sa.Column("list_minor", columns.Whole(), nullable=False),
        sa.Column("discount_minor", columns.Whole(), nullable=False),
        sa.Column("tax_minor", columns.Whole(), nullable=False),
        sa.Column("rounding_minor", columns.Whole(), nullable=False),
        sa.Column("due_minor", columns.Whole(), nullable=False),
        sa.Column("refunded_minor", columns.Whole(), nullable=False),
        sa.Column("points_earned", columns.Whole(), nullable=False),
        sa.Column("points_spent", columns.Whole(), nullable=False),
        sa.Column("growth_earned", columns.Whole(), nullable=False),
        sa.Column("tier", columns.Words(), nullable=True),
        sa.Column("note", columns.Words(), nullable=True),
        sa.CheckConstraint(
            "refunded_minor >= 0 AND refunded_minor <= due_minor",
            name=op.f("ck_orders_refund_within"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_orders_member_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_orders_store_id")),
        sa.ForeignKeyConstraint(
            ["terminal_id"], ["terminal.id"], name=op.f("fk_orders_terminal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint(
            "store_id",
            "business_day",
            "number",
            name=op.f("uq_orders_store_id_business_day_number"),
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("orders_by_day", "orders", ["store_id", "business_day", "id"], unique=False)
    op.create_index("orders_by_member", "orders", ["member_id", "id"], unique=False)
    op.create_index(
        "orders_waiting",
        "orders",
        ["store_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "top_up",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("terminal_id", columns.Id(), nullable=False),
        sa.Column("business_day", columns.Day(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("tender", columns.Words(), nullable=False),
        sa.Column("principal_minor", columns.Whole(), nullable=False),
        sa.Column("bonus_minor", columns.Whole(), nullable=False),
        sa.Column("entry_id", columns.Id(), nullable=False),
        sa.Column("terms_version", columns.Whole(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_top_up_member_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_top_up_store_id")),
        sa.ForeignKeyConstraint(
            ["terminal_id"], ["terminal.id"], name=op.f("fk_top_up_terminal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_top_up")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("top_up_by_member", "top_up", ["member_id", "at"], unique=False)
    op.create_table(
        "order_adjustment",
        sa.Column("order_id", columns.Id(), nullable=False),
        sa.Column("number", columns.Whole(), nullable=False),
        sa.Column("position", columns.Whole(), nullable=False),
        sa.Column("step", columns.Words(), nullable=False),
        sa.Column("source", columns.Words(), nullable=False),
        sa.Column("source_id", columns.Id(), nullable=True),
        sa.Column("coupon_id", columns.Id(), nullable=True),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("amount_minor", columns.Whole(), nullable=False),
        sa.Column("units", columns.Document(), nullable=False),
        sa.Column("reason", columns.Document(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_adjustment_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_order_adjustment")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "order_line",
        sa.Column("order_id", columns.Id(), nullable=False),
        sa.Column("position", columns.Whole(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("product_id", columns.Id(), nullable=False),
        sa.Column("variant_id", columns.Id(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("quantity", columns.Whole(), nullable=False),
        sa.Column("options", columns.Document(), nullable=False),
        sa.Column("unit_list_minor", columns.Whole(), nullable=False),
        sa.Column("net_minor", columns.Whole(), nullable=False),
        sa.Column("tax_code", columns.Words(), nullable=False),
        sa.Column("tax_minor", columns.Whole(), nullable=False),
        sa.Column("units", columns.Document(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("note", columns.Words(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity_positive")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_line_order_id")),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("pk_order_line")),
        sa.UniqueConstraint("id", name=op.f("uq_order_line_id")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refund",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("order_id", columns.Id(), nullable=False),
        sa.Column("number", columns.Whole(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("reason", columns.Words(), nullable=False),
        sa.Column("amount_minor", columns.Whole(), nullable=False),
        sa.Column("rounding_minor", columns.Whole(), nullable=False),
        sa.Column("points_returned", columns.Whole(), nullable=False),
        sa.Column("points_taken_back", columns.Whole(), nullable=False),
        sa.Column("points_short", columns.Whole(), nullable=False),
        sa.Column("growth_taken_back", columns.Whole(), nullable=False),
        sa.Column("coupons_returned", columns.Whole(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_refund_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_refund_order_id_number")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "payment",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("order_id", columns.Id(), nullable=False),
        sa.Column("refund_id", columns.Id(), nullable=True),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("amount_minor", columns.Whole(), nullable=False),
        sa.Column("principal_minor", columns.Whole(), nullable=False),
        sa.Column("bonus_minor", columns.Whole(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("business_day", columns.Day(), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_payment_amount_not_zero")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_payment_order_id")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_payment_refund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("payment_by_order", "payment", ["order_id"], unique=False)
    op.create_table(
        "refund_unit",
        sa.Column("order_id", columns.Id(), nullable=False),
        sa.Column("position", columns.Whole(), nullable=False),
        sa.Column("unit", columns.Whole(), nullable=False),
        sa.Column("refund_id", columns.Id(), nullable=False),
        sa.Column("amount_minor", columns.Whole(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_refund_unit_order_id")),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refund.id"], name=op.f("fk_refund_unit_refund_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "position", "unit", name=op.f("pk_refund_unit")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
