"""The coupons and top-ups of a day, found without a look at all that ever were.

Why: a report of one day of one store went through every coupon and every top-up of the shop, and so
did the list behind its figures. They grow with the years; the day does not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_index("coupon_by_issue", "coupon", ["issued_at"], unique=False)
    op.create_index(
        "coupon_by_order",
        "coupon",
        ["order_id"],
        unique=False,
        sqlite_where=sa.text("state = 'used'"),
        postgresql_where=sa.text("state = 'used'"),
    )
    op.create_index("top_up_by_day", "top_up", ["store_id", "business_day"], unique=False)
