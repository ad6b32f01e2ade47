"""Reports of a day, a month and a year, without a look at every bill that there ever was.

Why: figures are added up by store and business day from an index alone; refunds and value that moved are
found by their day, so that the home page costs the same after years as on the first evening.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_index(
        "orders_counted",
        "orders",
        [
            "store_id",
            "business_day",
            "member_id",
            "state",
            "settled_at",
            "source",
            "settled_by",
            "due_minor",
            "discount_minor",
        ],
        unique=False,
        sqlite_where=sa.text("settled_at IS NOT NULL"),
        postgresql_where=sa.text("settled_at IS NOT NULL"),
    )
    op.create_index(
        "payment_given_back",
        "payment",
        ["store_id", "business_day"],
        unique=False,
        sqlite_where=sa.text("refund_id IS NOT NULL"),
        postgresql_where=sa.text("refund_id IS NOT NULL"),
    )
    op.create_index("entry_by_day", "entry", ["business_day", "store_id"], unique=False)
