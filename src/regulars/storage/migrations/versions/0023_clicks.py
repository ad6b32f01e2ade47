"""Clicks.

Why: a shop sees which of its messages were opened by their links, by a short address of its own
that leads where the message said when it was sent.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "message_link",
        sa.Column("locator", columns.Bytes(), nullable=False),
        sa.Column("message_id", columns.Id(), nullable=False),
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("target", columns.Bytes(), nullable=False),
        sa.Column("valid_until", columns.At(), nullable=False),
        sa.Column("clicks", columns.Whole(), nullable=False),
        sa.Column("first_clicked_at", columns.At(), nullable=True),
        sa.Column("last_clicked_at", columns.At(), nullable=True),
        sa.CheckConstraint("clicks >= 0", name=op.f("ck_message_link_clicks_not_negative")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_link_message_id")
        ),
        sa.PrimaryKeyConstraint("locator", name=op.f("pk_message_link")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("message_link_by_message", "message_link", ["message_id"], unique=False)
