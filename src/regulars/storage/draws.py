"""Draws as rows: numbered without a gap, each with its roll and what it won."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.loyalty.draw import DRAW_NO_TICKET, DRAW_OVER, Draw
from regulars.domain.loyalty.draw_rolls import Drawn
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.storage import constraints
from regulars.storage.columns import At, Id, Whole
from regulars.storage.engine import Read, Write
from regulars.storage.programmes import (
    NEWEST,
    PROGRAMME_UNKNOWN,
    VERSIONS,
    ProgrammeRow,
    programme_of,
)
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.orders import orders
from regulars.storage.tables.rewards_done import draw, draw_counter, draw_seed

PAGE_ROWS = 200
DRAW_EXISTS = refusal_code("draw.exists")
constraints.means({"pk_draw": DRAW_EXISTS, "uq_draw_programme_id_ticket_order_id": DRAW_NO_TICKET})


class DrawRow(NamedTuple):
    """Table `draw`. Units: points."""

    id: UUID
    programme_id: UUID
    version: int
    number: int
    member_id: UUID
    store_id: UUID
    at: Instant
    by: str
    ticket: str
    ticket_order_id: UUID | None
    points: int
    roll: int
    drawn: str
    prize: str


class SeedRow(NamedTuple):
    """Table `draw_seed`: what was published of a seed before the first draw."""

    commitment: bytes
    made_at: Instant


_row = draw.c
_PROGRAMME = bindparam("programme_id", type_=Id())
_MEMBER = bindparam("member_id", type_=Id())
# One programme's draws take turns at this row: the next of them waits until this one is committed,
# and then sees its number and what it won.
_NEXT: Statement[int] = Statement(
    upsert(draw_counter)
    .values(programme_id=_PROGRAMME, last=1)
    .on_conflict_do_update(
        index_elements=[draw_counter.c.programme_id], set_={"last": draw_counter.c.last + 1}
    )
    .returning(draw_counter.c.last)
)
_TURN: Statement[int] = Statement(
    select(draw_counter.c.last).where(draw_counter.c.programme_id == _PROGRAMME).with_for_update()
)
# A very first draw just writes the row: whoever tries to write it too waits for that one.
_FIRST: Statement[int] = Statement(
    upsert(draw_counter)
    .values(programme_id=_PROGRAMME, last=1)
    .on_conflict_do_nothing(index_elements=[draw_counter.c.programme_id])
    .returning(draw_counter.c.last)
)
_NONE = Statement[object](delete(draw_counter).where(draw_counter.c.programme_id == _PROGRAMME))
SEED = Statement(
    select(draw_seed.c.commitment, draw_seed.c.made_at).where(
        draw_seed.c.programme_id == _PROGRAMME
    ),
    SeedRow,
)
PAGE = Statement(
    select(*_row)
    .where(_row.programme_id == _PROGRAMME, _row.number > bindparam("after", type_=Whole()))
    .order_by(_row.number)
    .limit(PAGE_ROWS),
    DrawRow,
)
OF_MEMBER = Statement(
    select(*_row)
    .where(_row.member_id == _MEMBER, _row.programme_id == _PROGRAMME)
    .order_by(_row.number.desc())
    .limit(PAGE_ROWS),
    DrawRow,
)
_ALL = Statement(
    select(_row.id, _row.version, _row.number, _row.member_id, _row.roll, _row.drawn, _row.prize)
    .where(_row.programme_id == _PROGRAMME)
    .order_by(_row.number),
    Drawn,
)
# An order is a ticket as long as it stands, for one draw.
_tickets = orders.outerjoin(
    draw, and_(_row.programme_id == _PROGRAMME, _row.ticket_order_id == orders.c.id)
)
_is_ticket = and_(
    orders.c.member_id == _MEMBER,
    one_of(orders.c.store_id, "stores", Id()),
    orders.c.state.in_(("paid", "part_refunded")),
    orders.c.settled_at >= bindparam("since", type_=At()),
    orders.c.due_minor - orders.c.refunded_minor >= bindparam("min_due_minor", type_=Whole()),
    _row.id.is_(None),
)
TICKET: Statement[UUID] = Statement(
    select(orders.c.id).select_from(_tickets).where(_is_ticket).order_by(orders.c.id).limit(1)
)
TICKETS: Statement[int] = Statement(
    select(func.count(orders.c.id)).select_from(_tickets).where(_is_ticket)
)


def publish(tx: Write, programme_id: UUID, commitment: bytes, *, at: Instant) -> None:
    """Publish what a seed will be held against."""
    row = {"programme_id": programme_id, "commitment": commitment, "made_at": at}
    tx.add(draw_seed, [row])


def next_number(tx: Write, programme_id: UUID) -> int:
    """The next number of a programme, ours once this transaction is committed."""
    return tx.all(_NEXT, programme_id=programme_id)[0]


def add(tx: Write, row: DrawRow) -> None:
    """Write one draw. Refuses: draw.exists, draw.no_ticket (when the writes are sent)."""
    tx.add_rows(draw, [row])


def all_drawn(read: Read, programme_id: UUID) -> Iterator[Drawn]:
    """Every draw of a programme in its order, in bounded memory."""
    return read.stream(_ALL, programme_id=programme_id)


def promised(read: Read, programme_id: UUID) -> dict[int, Draw]:
    """What each version of a draw promised."""
    known = [programme_of(row) for row in read.all(VERSIONS, programme_id=programme_id)]
    return {one.version: one.definition for one in known if isinstance(one.definition, Draw)}


def newest_draw(read: Read, programme_id: UUID) -> ProgrammeRow:
    """The newest version of a draw. Refuses: programme.unknown."""
    rows = read.all(VERSIONS, programme_id=programme_id)
    if not rows or rows[-1].kind != ProgrammeKind.DRAW:
        raise PROGRAMME_UNKNOWN.because()
    return rows[-1]


def seed_known(read: Read, programme_id: UUID) -> SeedRow:
    """What was published of a draw's seed. Refuses: programme.unknown."""
    row = read.one(SEED, programme_id=programme_id)
    if row is None:
        raise PROGRAMME_UNKNOWN.because()
    return row


def is_over(newest: ProgrammeRow, at: Instant) -> bool:
    """Whether nothing is to be drawn any more at a moment, so that the draw may be closed."""
    return is_closed(newest) or (newest.ends_at is not None and newest.ends_at <= at)


def is_closed(newest: ProgrammeRow) -> bool:
    """Whether a draw is closed for ever, whatever the clock says: its seed may be public."""
    return newest.state == "stopped"


def check_open(read: Read, programme_id: UUID) -> None:
    """Refuses: draw.over, of a draw that is closed; a clock that was set back opens none."""
    newest = read.one(NEWEST, programme_id=programme_id)
    if newest is not None and is_closed(newest):
        raise DRAW_OVER.because()


def wait_for_draws(tx: Write, programme_id: UUID) -> None:
    """Let every draw that has its number be committed before this transaction goes on."""
    if tx.all(_FIRST, programme_id=programme_id):
        tx.send(_NONE, programme_id=programme_id)
    else:
        tx.all(_TURN, programme_id=programme_id)
