"""How a new definition comes to serve, in small steps while the tills go on.

A marketer narrows "近30天未消费" to the gold tier. The old definition serves while the shop is asked
who meets the new one; then, in one change, those who no longer do leave, with the reason
`definition_changed`, which starts nobody's journey. At last each member's next instant is planned.
"""

from enum import StrEnum


class Phase(StrEnum):
    """How far it is. What a step needs is in the row: a crash repeats one step at most."""

    RESTARTING = "restarting"
    STAGING = "staging"
    SWITCHING = "switching"
    CLEARING = "clearing"
    TAGGING = "tagging"
    PLANNING = "planning"
    CATCHING_UP = "catching_up"


class SegmentState(StrEnum):
    """Whether a segment is being tried out, at work or stopped."""

    DRAFT = "draft"
    ACTIVE = "active"
    STOPPED = "stopped"


DEFINITION_CHANGED = "definition_changed"
STOPPED = "stopped"
