"""A lucky draw 抽奖: one ticket, one roll that was fixed before anybody could know it, one prize.

李敏 gives 100 points for draw 17 of "周年抽奖". Her roll follows from the seed that was published as a
hash before draw 1, from the number 17 and from who she is; it says "flask", the last flask is
taken by one conditional change, and the points, the draw and the prize are written together.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.loyalty.draw import (
    DRAW_END_FIXED,
    DRAW_NO_TICKET,
    DRAW_OVER,
    DRAW_SOLD_OUT,
    Draw,
    Minors,
    Prize,
    TicketKind,
)
from regulars.domain.loyalty.draw_rolls import DrawName, commitment_of, gone, roll_of
from regulars.domain.loyalty.gift import NOTHING
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.orders.shop import Shop
from regulars.domain.pricing.limits import LimitKey, Span
from regulars.domain.stores.permissions import Permission
from regulars.storage import draws, programmes
from regulars.storage.draws import DrawRow
from regulars.storage.engine import Read, Write
from regulars.storage.facts import Fact, append
from regulars.storage.limits import NO_LIMIT
from regulars.storage.programmes import ProgrammeRow
from regulars.storage.taken import taken
from regulars.storage.vault import Vault
from regulars.use_cases import gifts
from regulars.use_cases import guest as guests
from regulars.use_cases.coupons import COUPON_TYPE_EXHAUSTED
from regulars.use_cases.draw_tickets import check_age, pay, promise_of, ticket_key, ticket_of
from regulars.use_cases.gifts import Given
from regulars.use_cases.guest import Guest
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.taking import of_all, of_member, take_one

BLANK_LABEL = Label("谢谢参与", "Better luck next time")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawOnce:
    """A member draws once."""

    id: UUID
    programme_id: UUID
    member_id: UUID
    store_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Drew:
    """What a draw won. Units: points that it cost. `roll`: of as many as all weights together."""

    id: UUID
    programme_id: UUID
    member_id: UUID
    number: int
    ticket: str
    points: int
    roll: int
    prize: str
    name_zh: str
    name_en: str
    given: Given


def seed_of(vault: Vault, programme_id: UUID) -> bytes:
    """The secret seed of a draw: only this organisation's key can make it, and no table holds it.

    Units: 32 bytes.
    """
    return vault.keyed_digest("draw seed", programme_id.bytes)


def publish(tx: Write, moment: Moment, programme_id: UUID) -> None:
    """Publish the hash of a new draw's seed, before anybody can draw."""
    commitment = commitment_of(seed_of(moment.vault, programme_id))
    draws.publish(tx, programme_id, commitment, at=moment.now)


def check_change(known: ProgrammeRow, changed: ProgrammeRow) -> None:
    """A draw that is over never runs again, and its end never moves back: its seed is known then.

    Refuses: draw.over, draw.end_fixed.
    """
    if changed.state == "active" and draws.is_over(known, changed.recorded_at):
        raise DRAW_OVER.because()
    later = changed.ends_at is None or (
        known.ends_at is not None and changed.ends_at > known.ends_at
    )
    if changed.state == "active" and known.ends_at is not None and later:
        raise DRAW_END_FIXED.because()


@use_case
def draw_once(tx: Write, command: DrawOnce, moment: Moment) -> Drew:
    """Take a ticket, roll, and give what was won.

    Refuses: scope.outside, programme.unknown, programme.not_in_force, order.member_unknown,
    order.member_frozen, draw.too_young, draw.no_ticket, ledger.points_short, draw.over,
    draw.exists, coupon.type_exhausted.
    """
    moment.actor.need(Permission.ORDER_SELL)
    moment.actor.scope.check(command.store_id)
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    kind, programme_id = ProgrammeKind.DRAW, command.programme_id
    programme = programmes.running(tx, kind, programme_id, shop.store, at=moment.now)
    draw = promise_of(programme)
    price = draw.price_points or None
    guest = guests.locked(tx, command.member_id, shop, moment.now, points=price)
    if draw.minors is Minors.REFUSED:
        check_age(tx, guest, moment.vault)
    ticket = ticket_of(tx, programme, guest)
    pay(tx, moment, ticket, guest, shop, draw_id=command.id)
    number = draws.next_number(tx, programme.id)
    # Who closes it waits for this number, and who comes later sees that it is closed.
    draws.check_open(tx, programme.id)
    name = DrawName(programme.id, programme.version, number, guest.id, command.id)
    roll = roll_of(seed_of(moment.vault, programme.id), name, draw.total_weight)
    drawn = draw.at(roll)
    won = _won(tx, programme.id, draw, drawn, guest)
    row = DrawRow(
        id=command.id,
        programme_id=programme.id,
        version=programme.version,
        number=number,
        member_id=guest.id,
        store_id=shop.store.id,
        at=moment.now,
        by=moment.actor.name,
        ticket=ticket.kind.value,
        ticket_order_id=ticket.order_id,
        points=ticket.points,
        roll=roll,
        drawn=drawn,
        prize=won,
    )
    draws.add(tx, row)
    _take(tx, row, draw, guest.day)
    return _given(tx, moment, row, draw.prize(won), shop)


def prize_keys(
    programme_id: UUID, member_id: UUID, prize: Prize, day: BusinessDay
) -> tuple[LimitKey, LimitKey]:
    """Where the wins of a prize are counted: of everybody, and of a member."""
    part = f"prize:{prize.code}"
    own = of_member(programme_id, member_id, Span.EVER, day, part=part)
    return of_all(programme_id, part), own


def _won(read: Read, programme_id: UUID, draw: Draw, drawn: str, guest: Guest) -> str:
    """What was drawn, or what it becomes where that is gone; nobody else draws meanwhile."""
    keys = {
        prize.code: prize_keys(programme_id, guest.id, prize, guest.day) for prize in draw.prizes
    }
    counts = taken(read, [key for pair in keys.values() for key in pair])

    def is_gone(prize: Prize) -> bool:
        of_all_key, own_key = keys[prize.code]
        return gone(prize, of_all=counts[of_all_key], own=counts[own_key])

    return draw.became(drawn, is_gone)


def _take(tx: Write, row: DrawRow, draw: Draw, day: BusinessDay) -> None:
    """Take the prize and the free ticket, in the one order of limits."""
    prize = draw.prize(row.prize)
    if prize is not None:
        keys = prize_keys(row.programme_id, row.member_id, prize, day)
        for key, maximum in zip(keys, (prize.stock, prize.per_member_max), strict=True):
            refusal = DRAW_SOLD_OUT.because()
            take_one(tx, key, maximum or NO_LIMIT, taker=row.id, refusal=refusal)
    if row.ticket == TicketKind.DAILY:
        key = ticket_key(row.programme_id, row.member_id, day)
        take_one(tx, key, draw.tickets.free, taker=row.id, refusal=DRAW_NO_TICKET.because())


def _given(tx: Write, moment: Moment, row: DrawRow, prize: Prize | None, shop: Shop) -> Drew:
    """What was won, all of it: nobody draws a coupon that does not come.

    Refuses: coupon.type_exhausted.
    """
    gift = prize.gift if prize is not None else NOTHING
    given = gifts.give(
        tx, moment, member_id=row.member_id, gift=gift, shop=shop, occasion=f"draw:{row.id}"
    )
    if len(given.coupons) < len(gift.coupon_types):
        raise COUPON_TYPE_EXHAUSTED.because()
    happened = Fact(
        kind="draw.drawn",
        at=moment.now,
        store_id=row.store_id,
        member_id=row.member_id,
        subject_id=row.id,
        body={"programme": str(row.programme_id), "number": row.number, "prize": row.prize},
    )
    append(tx, happened, id=moment.new_id())
    label = prize.label if prize is not None else BLANK_LABEL
    return Drew(
        id=row.id,
        programme_id=row.programme_id,
        member_id=row.member_id,
        number=row.number,
        ticket=row.ticket,
        points=row.points,
        roll=row.roll,
        prize=row.prize,
        name_zh=label.in_language("zh-CN"),
        name_en=label.in_language("en"),
        given=given,
    )
