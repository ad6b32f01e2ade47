"""The end of a lucky draw: written down before its seed is shown, and final from then on.

"周年抽奖" ended on Sunday night. On Monday somebody asks for its seed: first it is written down that
the draw is closed, then the seed is shown. When the server's clock jumps back to Saturday, nobody
can draw with a seed that everybody knows.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, draws, programmes
from regulars.storage.engine import Write
from regulars.storage.facts import Fact, append
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDraw:
    """Close a draw for ever, if it is over."""

    programme_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawClosed:
    """Whether a draw is closed for ever."""

    programme_id: UUID
    closed: bool


@use_case
def close_draw(tx: Write, command: CloseDraw, moment: Moment) -> DrawClosed:
    """Write down that a draw is over, after every draw that has begun; nothing while it runs.

    Refuses: permission.missing, programme.unknown.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    draws.wait_for_draws(tx, command.programme_id)
    known = draws.newest_draw(tx, command.programme_id)
    if draws.is_closed(known) or not draws.is_over(known, moment.now):
        return DrawClosed(programme_id=known.id, closed=draws.is_closed(known))
    row = known._replace(
        version=known.version + 1,
        state="stopped",
        effective_at=moment.now,
        ends_at=None,
        recorded_at=moment.now,
        recorded_by=moment.actor.name,
    )
    programmes.add(tx, row)
    audit.record(
        tx,
        moment,
        action="draw.closed",
        subject=f"programme:{row.id}",
        before={"version": known.version, "state": known.state},
        after={"version": row.version, "state": row.state},
    )
    fact = Fact(
        kind="draw.closed",
        at=moment.now,
        subject_id=row.id,
        body={"version": row.version},
    )
    append(tx, fact, id=moment.new_id())
    return DrawClosed(programme_id=row.id, closed=True)
