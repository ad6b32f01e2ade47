"""Limits in a sale: what is left is asked before pricing, and taken with the payment.

"First 100 cups" has one use left and two guests want it. Both quotes show it; the first payment
takes it in one conditional change, the second finds no room: nothing is charged, and its till
quotes again without the offer. A shop without limits asks and writes nothing of all this.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.orders.shop import Shop
from regulars.domain.pricing.limits import (
    Left,
    Limit,
    LimitKey,
    OnLast,
    Taker,
    Used,
    left_of,
)
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.quote_parts import Source
from regulars.storage import facts, limits
from regulars.storage.engine import Read, Write
from regulars.storage.facts import Fact
from regulars.storage.limits import NO_LIMIT, RETURNED, Change, TakeRow, UsedRow, Want
from regulars.use_cases.guest import Guest, Visit
from regulars.use_cases.keeping import back_change, claim_all_expired, summed

LIMIT_REACHED = refusal_code("offer.limit_reached", "offer_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is left for one guest, and what comes back in the transaction that takes it.

    `own`: what the order itself holds. `lapsed`: what holds that ran out give back.
    """

    taker: Taker
    left: Mapping[UUID, Left]
    own: tuple[TakeRow, ...] = ()
    lapsed: tuple[TakeRow, ...] = ()


def left_for(
    read: Read, shop: Shop, guest: Guest | None, now: Instant, *, order_id: UUID | None = None
) -> Mapping[UUID, Left]:
    """What is left of the limited offers of a shop, as a question sees it.

    What the order `order_id` holds itself, and what holds that ran out keep, is left too.
    """
    if not shop.limited:
        return {}
    taker = _taker(shop, guest, shop.store.business_day(now))
    return _left(shop, taker, _used(read, shop, taker, now, order_id=order_id))


def opened(
    tx: Write,
    visit: Visit,
    *,
    order_id: UUID,
    own: tuple[TakeRow, ...] = (),
    day: BusinessDay | None = None,
) -> Room:
    """The room of a command that will take: holds that ran out and stand in its way are ended.

    `day` is the business day that the uses count on, where it is not the visit's.
    """
    shop, now = visit.shop, visit.moment.now
    taker = _taker(shop, visit.guest, day or visit.day)
    if not shop.limited:
        return Room(taker=taker, left={}, own=own)
    used = _used(tx, shop, taker, now, order_id=order_id)
    lapsed = any(row.lapsed for row in used)
    freed = claim_all_expired(tx, now, but=order_id) if lapsed else ()
    return Room(taker=taker, left=_left(shop, taker, used), own=own, lapsed=tuple(freed))


def _taker(shop: Shop, guest: Guest | None, day: BusinessDay) -> Taker:
    return Taker(store_id=shop.store.id, member_id=guest.id if guest else None, day=day)


def _used(
    read: Read, shop: Shop, taker: Taker, now: Instant, *, order_id: UUID | None
) -> list[UsedRow]:
    return read.all(
        limits.USED,
        offer_ids=list(shop.limited),
        scopes=taker.scopes,
        periods=taker.periods,
        order_id=order_id,
        at=now,
    )


def _left(shop: Shop, taker: Taker, rows: Iterable[UsedRow]) -> dict[UUID, Left]:
    used = {row.key: row.used for row in rows}
    found = {
        offer.id: left_of(offer.id, offer.limits, taker, used) for offer in shop.limited.values()
    }
    return {offer_id: left for offer_id, left in found.items() if left is not None}


class _Wanted(NamedTuple):
    """One limit of an applied offer, with the money that the order takes. Units: minor units."""

    limit: Limit
    amount_minor: int


def take(tx: Write, room: Room, bill: Quote, visit: Visit, *, order_id: UUID, state: str) -> None:
    """Take what a bill uses of its limits, in the same change as what comes back.

    Refuses: offer.limit_reached (another till was faster: nothing is charged).
    """
    wanted = _wanted(bill, visit.shop, room.taker)
    if not wanted and not room.own and not room.lapsed:
        return
    own, lapsed = summed(room.own), summed(room.lapsed)
    changes = [
        _change(key, wanted.get(key), own=own.get(key, Used()), lapsed=lapsed.get(key, Used()))
        for key in {**own, **lapsed, **wanted}
    ]
    told = limits.change(tx, changes)
    rows = [
        TakeRow(order_id, *key, uses=1, amount_minor=one.amount_minor, state=state)
        for key, one in wanted.items()
    ]
    gone = [row for row in room.own if row.key not in wanted]
    limits.put_takes(tx, [*rows, *(row._replace(state=RETURNED) for row in (*gone, *room.lapsed))])
    _report(tx, {key: (wanted[key].limit, used) for key, used in told.items()}, visit, order_id)


def applied_of(bill: Quote) -> dict[UUID, int]:
    """What each offer and coupon type took off the bill. Units: minor units."""
    amounts: dict[UUID, int] = {}
    for part in bill.adjustments:
        if part.source in (Source.OFFER, Source.COUPON) and part.source_id is not None:
            amounts[part.source_id] = amounts.get(part.source_id, 0) + part.amount_minor
    return amounts


def _wanted(bill: Quote, shop: Shop, taker: Taker) -> dict[LimitKey, _Wanted]:
    wanted: dict[LimitKey, _Wanted] = {}
    if not shop.limited:
        return wanted
    for offer_id, amount_minor in applied_of(bill).items():
        offer = shop.limited.get(offer_id)
        for limit in offer.limits if offer is not None else ():
            key = taker.key(offer_id, limit)
            if key is None:
                raise LIMIT_REACHED.because(offer_id=str(offer_id))
            wanted[key] = _Wanted(limit, amount_minor)
    return wanted


def _change(key: LimitKey, wanted: _Wanted | None, *, own: Used, lapsed: Used) -> Change:
    back = Used(own.uses + lapsed.uses, own.amount_minor + lapsed.amount_minor)
    if wanted is None:
        return back_change(key, back)
    limit, amount_minor = wanted
    refusal = LIMIT_REACHED.because(offer_id=str(key.offer_id))
    # What the order holds already was promised to it, whatever became of the limit since.
    uses_max = NO_LIMIT if own.uses or limit.uses is None else limit.uses
    binds = limit.amount_minor is not None and amount_minor > own.amount_minor
    minor_max = limit.amount_minor if binds and limit.amount_minor is not None else NO_LIMIT
    honoured = binds and limit.on_last is OnLast.HONOUR
    room_minor = 1 if honoured else amount_minor
    if room_minor > minor_max:
        raise refusal  # not even an untouched budget holds it
    want = Want(key, amount_minor, uses_max, minor_max, room_minor)
    return Change(key, back, want, refusal, telling=honoured)


def _report(
    tx: Write, told: Mapping[LimitKey, tuple[Limit, int]], visit: Visit, order_id: UUID
) -> None:
    """Let the merchant know of a last order that was honoured beyond its budget."""
    moment = visit.moment
    for key, (limit, used_minor) in told.items():
        assert limit.amount_minor is not None
        if used_minor <= limit.amount_minor:
            continue
        fact = Fact(
            kind="offer.budget_overspent",
            at=moment.now,
            store_id=visit.shop.store.id,
            subject_id=key.offer_id,
            body={
                "order": str(order_id),
                "whose": limit.whose.value,
                "period": key.period,
                "over_minor": used_minor - limit.amount_minor,
            },
        )
        facts.append(tx, fact, id=moment.new_id())
