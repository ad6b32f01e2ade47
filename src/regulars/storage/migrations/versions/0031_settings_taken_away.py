"""Settings with their reason, settings that are taken away, and where somebody agreed before.

Why: who reads the history of a rule months later wants to know why it was changed; and a region that
set a rule for one summer follows head office again afterwards, also where head office changes it later.
An old list says when and where its members agreed to be written to: that is kept as proof, sealed.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.add_column("setting", sa.Column("reason", columns.Words(), nullable=True))
    op.add_column(
        "setting",
        sa.Column("taken_away", columns.Flag(), nullable=False, server_default=sa.false()),
    )
    op.add_column("consent", sa.Column("evidence", columns.Bytes(), nullable=True))
