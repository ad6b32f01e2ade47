"""Referrals, groups of buyers, passes.

Why: value that depends on others, or on visits to come, has its state in one place.
"""

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
