"""Points: warnings ahead of their end.

Why: a guest hears of points that end before they do, once.
"""

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
