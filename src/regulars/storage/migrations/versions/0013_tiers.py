"""Tiers: periods with their measure and window, and when each is reviewed next.

Why: a tier that is kept or lost says by which figures.
"""

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
