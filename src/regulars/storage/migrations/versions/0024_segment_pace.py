"""Segments at full speed: one due instant a member, and indexes that hold what a preview asks about.

Why: a sale moved one row for each segment that changes by the clock; the earliest of them is all that
the clock asks for, since whoever is due is judged by all. A preview reads no order, coupon, word or
account that it does not count.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    _one_due_instant()
    op.create_index("member_tag_by_tag", "member_tag", ["tag", "by", "member_id"], unique=False)
    stored = sa.text("kind IN ('principal', 'bonus') AND balance <> 0")
    op.create_index(
        "account_stored",
        "account",
        ["owner_id", "kind", "balance"],
        unique=False,
        sqlite_where=stored,
        postgresql_where=stored,
    )
    op.create_index(
        "order_line_by_product", "order_line", ["product_id", "state", "order_id"], unique=False
    )
    op.drop_index("orders_by_member", "orders")
    op.create_index(
        "orders_by_member",
        "orders",
        [
            *("member_id", "id", "settled_at", "state", "store_id", "source", "due_minor"),
            "refunded_minor",
        ],
        unique=False,
    )


def _one_due_instant() -> None:
    """Of a member's instants the earliest stays: she is judged by every segment then."""
    op.execute(
        "CREATE TEMPORARY TABLE due_kept AS"
        " SELECT member_id, min(due_at) AS due_at FROM segment_due GROUP BY member_id"
    )
    op.drop_table("segment_due")
    op.create_table(
        "segment_due",
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("due_at", columns.At(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_segment_due_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_segment_due")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("segment_due_by_time", "segment_due", ["due_at", "member_id"], unique=False)
    op.execute("INSERT INTO segment_due (member_id, due_at) SELECT member_id, due_at FROM due_kept")
    op.execute("DROP TABLE due_kept")
