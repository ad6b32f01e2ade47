"""${message}.

Why: 
"""

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}
from regulars.storage import columns

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    ${upgrades if upgrades else "pass"}
