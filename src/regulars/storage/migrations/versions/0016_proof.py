"""The chain over entries, its anchors, runs of jobs and of verify.

Why: a row that somebody altered is named, and a job that stood still is seen.
"""

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
