"""Stored value: holds, refunds of top-ups, transfers, identity of card holders.

Why: prepaid money is kept, given back and moved line by line, as the law asks.
"""

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
