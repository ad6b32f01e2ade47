"""Journeys at full speed, however many stand still beside them.

Why: who is due is found by journey, so that a paused one with a hundred thousand members keeps no other
waiting; and what happens to a regular is held against the runs that she is on, not against all of years.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.drop_index("journey_run_due", table_name="journey_run")
    op.create_index(
        "journey_run_due",
        "journey_run",
        ["journey_id", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "journey_run_on_the_way",
        "journey_run",
        ["member_id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
