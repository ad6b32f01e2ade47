"""What the lines of what she did and won say: the rows behind some spots, and the programmes."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Id, Whole
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables import groups, passes, referrals, rewards, rewards_done

KEYS = "keys"


class CheckInRow(NamedTuple):
    """A check-in."""

    programme_id: UUID
    at: Instant
    version: int
    streak: int
    store_id: UUID


class ReferralRow(NamedTuple):
    """Who brought whom, and what became of it."""

    id: UUID
    programme_id: UUID
    programme_version: int
    inviter_id: UUID
    store_id: UUID
    state: str
    order_id: UUID | None
    ended_because: str | None


class DrawRow(NamedTuple):
    """A lucky draw."""

    id: UUID
    programme_id: UUID
    version: int
    store_id: UUID
    points: int
    prize: str
    ticket_order_id: UUID | None


class MallRow(NamedTuple):
    """An order of the points mall."""

    id: UUID
    programme_id: UUID
    version: int
    store_id: UUID
    points: int
    state: str
    ended_by: str | None


class SeatRow(NamedTuple):
    """A seat of a group buy."""

    id: UUID
    group_id: UUID
    store_id: UUID
    amount_minor: int
    state: str
    programme_id: UUID
    programme_version: int


class PassUseRow(NamedTuple):
    """A use of a pass, or one taken back."""

    id: UUID
    pass_id: UUID
    programme_id: UUID
    programme_version: int
    store_id: UUID
    uses: int


class PassEventRow(NamedTuple):
    """What else happened to a pass."""

    id: UUID
    pass_id: UUID
    programme_id: UUID
    programme_version: int
    store_id: UUID
    kind: str
    paid_back_minor: int
    reason: str | None
    price_minor: int
    uses: int


class ProgrammeRow(NamedTuple):
    """What a version of a programme is called, and what it promises."""

    id: UUID
    version: int
    kind: str
    name_zh: str
    name_en: str
    definition: object


_MEMBER = bindparam("member_id", type_=Id())
_in = rewards_done.check_in.c
CHECK_INS = Statement(
    select(_in.programme_id, _in.at, _in.version, _in.streak, _in.store_id).where(
        _in.member_id == _MEMBER,
        one_of(_in.at, "instants", At()),
        one_of(_in.programme_id, KEYS, Id()),
    ),
    CheckInRow,
)
_referral = referrals.referral.c
REFERRALS = Statement(
    select(*(_referral[name] for name in ReferralRow._fields)).where(
        one_of(_referral.id, KEYS, Id())
    ),
    ReferralRow,
)
_draw = rewards_done.draw.c
DRAWS = Statement(
    select(*(_draw[name] for name in DrawRow._fields)).where(one_of(_draw.id, KEYS, Id())),
    DrawRow,
)
_mall = rewards_done.mall_order.c
MALL_ORDERS = Statement(
    select(*(_mall[name] for name in MallRow._fields)).where(one_of(_mall.id, KEYS, Id())),
    MallRow,
)
_seat, _group = groups.group_seat.c, groups.buying_group.c
SEATS = Statement(
    select(
        _seat.id,
        _seat.group_id,
        _seat.store_id,
        _seat.amount_minor,
        _seat.state,
        _group.programme_id,
        _group.programme_version,
    )
    .select_from(groups.group_seat.join(groups.buying_group, _group.id == _seat.group_id))
    .where(one_of(_seat.id, KEYS, Id())),
    SeatRow,
)
_pass, _use, _happened = passes.member_pass.c, passes.pass_use.c, passes.pass_event.c
PASS_USES = Statement(
    select(
        _use.id,
        _use.pass_id,
        _pass.programme_id,
        _pass.programme_version,
        _use.store_id,
        _use.uses,
    )
    .select_from(passes.pass_use.join(passes.member_pass, _pass.id == _use.pass_id))
    .where(one_of(_use.id, KEYS, Id())),
    PassUseRow,
)
PASS_EVENTS = Statement(
    select(
        _happened.id,
        _happened.pass_id,
        _pass.programme_id,
        _pass.programme_version,
        _pass.store_id,
        _happened.kind,
        _happened.paid_back_minor,
        _happened.reason,
        _pass.price_minor,
        _pass.uses,
    )
    .select_from(passes.pass_event.join(passes.member_pass, _pass.id == _happened.pass_id))
    .where(one_of(_happened.id, KEYS, Id())),
    PassEventRow,
)
_programme = rewards.programme.c
# Ids and versions are asked apart: a few rows too many come, none too few.
PROGRAMMES = Statement(
    select(*(_programme[name] for name in ProgrammeRow._fields)).where(
        and_(
            one_of(_programme.id, "programmes", Id()),
            one_of(_programme.version, "versions", Whole()),
        )
    ),
    ProgrammeRow,
)
