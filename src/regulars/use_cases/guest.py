"""The member's side of a sale: loaded in one round trip, locked in one order.

王芳, 茶客, 800 points, 120.00 stored, five coupons: what pricing may know of her, and the accounts
and lots that the payment will move. No name or phone is read here: the sale never opens a key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.ids import CouponId, CouponTypeId, MemberId
from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import Account, AccountKind
from regulars.domain.ledger.lots import Lot
from regulars.domain.orders.shop import Shop
from regulars.domain.pricing.basket import HeldCoupon, MemberView
from regulars.domain.pricing.offer import CouponType
from regulars.domain.tiers.ladder import Tier
from regulars.storage import coupons, ledger, visits
from regulars.storage.coupons import CouponRow
from regulars.storage.engine import Read, Write
from regulars.storage.visits import VisitsRow
from regulars.use_cases.moment import Moment

MEMBER_UNKNOWN = refusal_code("order.member_unknown")
MEMBER_FROZEN = refusal_code("order.member_frozen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A member at the till, as of now."""

    id: UUID
    visits: VisitsRow
    tier: Tier
    view: MemberView
    accounts: tuple[Account, ...]
    lots: tuple[Lot, ...]
    day: BusinessDay

    def balance(self, kind: AccountKind) -> int:
        """What one of her accounts holds. Units: the account's."""
        return next((one.balance for one in self.accounts if one.kind is kind), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A guest, or nobody we know, at a shop in one moment; `house` is the shop's own accounts."""

    shop: Shop
    guest: Guest | None
    house: Sequence[Account]
    day: BusinessDay
    moment: Moment


def visit_of(
    tx: Write, member_id: UUID | None, shop: Shop, moment: Moment, *, points: int | None = None
) -> Visit:
    """The visit that a command acts in, the member locked; `points` is how many she spends.

    Refuses: order.member_unknown, order.member_frozen.
    """
    guest = None
    if member_id is not None:
        guest = locked(tx, member_id, shop, moment.now, points=points)
    return Visit(
        shop=shop,
        guest=guest,
        house=moment.shops.house(tx, shop),
        day=guest.day if guest is not None else shop.store.business_day(moment.now),
        moment=moment,
    )


def locked(
    tx: Read, member_id: UUID, shop: Shop, now: Instant, *, points: int | None = None
) -> Guest:
    """The member, with her coupons, accounts and lots locked for this command.

    A regular gathers a lot of points with every visit: they are read only to be spent.
    Refuses: order.member_unknown, order.member_frozen.
    """
    lots_asked = ledger.OPEN_LOTS_OF_MEMBER if points else ledger.MONEY_LOTS_OF_MEMBER
    day = shop.store.business_day(now)
    known, held, accounts, spendable, lots = tx.group(
        visits.VISITS_LOCKED.ask(member_id=member_id),
        coupons.HELD_LOCKED.ask(member_id=member_id, at=now),
        ledger.ACCOUNTS_OF_MEMBER.ask(member=member_id),
        ledger.SPENDABLE_POINTS.ask(member=member_id, day=day),
        lots_asked.ask(member=member_id),
    )
    view = _view(known, held, spendable[0], shop)
    return _guest(known[0], view, shop, day, accounts=accounts, lots=lots)


def seen(read: Read, member_id: UUID, shop: Shop, now: Instant) -> Guest:
    """The member as a question sees her: nothing is locked.

    Refuses: order.member_unknown, order.member_frozen.
    """
    day = shop.store.business_day(now)
    known, held, spendable = read.group(
        visits.VISITS.ask(member_id=member_id),
        coupons.HELD.ask(member_id=member_id, at=now),
        ledger.SPENDABLE_POINTS.ask(member=member_id, day=day),
    )
    view = _view(known, held, spendable[0], shop)
    return _guest(known[0], view, shop, day)


def _view(
    known: Sequence[VisitsRow], held: Sequence[CouponRow], points: int, shop: Shop
) -> MemberView:
    if not known:
        raise MEMBER_UNKNOWN.because()
    row = known[0]
    if row.state != "active":
        raise MEMBER_FROZEN.because()
    tier = shop.terms.ladder.named(row.tier)
    return MemberView(
        id=MemberId(row.member_id),
        tier=tier.code,
        tier_label=tier.label,
        tier_discount_basis_points=tier.discount_basis_points,
        points_available=points,
        coupons=_held(held, shop.coupon_types),
        visits=row.visits,
    )


def _guest(
    row: VisitsRow,
    view: MemberView,
    shop: Shop,
    day: BusinessDay,
    *,
    accounts: Sequence[Account] = (),
    lots: Sequence[Lot] = (),
) -> Guest:
    return Guest(
        id=row.member_id,
        visits=row,
        tier=shop.terms.ladder.named(row.tier),
        view=view,
        accounts=tuple(accounts),
        lots=tuple(lots),
        day=day,
    )


def _held(rows: Sequence[CouponRow], types: Mapping[UUID, CouponType]) -> tuple[HeldCoupon, ...]:
    return tuple(
        HeldCoupon(
            id=CouponId(row.id),
            type_id=CouponTypeId(row.type_id),
            offer=types[row.type_id].offer,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )
        for row in rows
        if row.type_id in types
    )
