"""The rules that the database itself keeps: sealed entries, append-only tables.

Why: a fault in the program, or a hand at the database's prompt, must not edit what happened.
"""

from alembic import op

from regulars.storage import triggers

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL files of this engine."""
    triggers.run_files(op.get_bind(), "ledger", "append_only")
