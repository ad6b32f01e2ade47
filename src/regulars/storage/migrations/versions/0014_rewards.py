"""Rewards: check-ins, tasks, draws, orders of the points mall.

Why: what a member did and won is a row that can be counted again.
"""

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
