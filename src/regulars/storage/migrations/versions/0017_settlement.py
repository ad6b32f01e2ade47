"""Settlement between stores.

Why: value sold in one store and used in another is cleared, once a period.
"""

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
