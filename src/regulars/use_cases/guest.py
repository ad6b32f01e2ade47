"""The member's side of a sale: loaded in one round trip, locked in one order.

王芳, 茶客, 800 points, 120.00 stored, five coupons: what pricing may know of her, and the accounts
and lots that the payment will move. No name or phone is read here: the sale never opens a key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from uuid import UUID

from regulars.domain.kernel.ids import CouponId, CouponTypeId, MemberId
from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import Account, AccountKind, AccountState
from regulars.domain.ledger.lots import Lot
from regulars.domain.orders.shop import Shop
from regulars.domain.pricing.basket import HeldCoupon, MemberView
from regulars.domain.pricing.offer import CouponType
from regulars.domain.tiers.ladder import Tier
from regulars.domain.tiers.windows import DayFigure
from regulars.storage import coupons, ledger, visits
from regulars.storage.coupons import CouponRow
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Ask
from regulars.storage.tiers import StandingRow
from regulars.storage.visits import VisitsRow
from regulars.use_cases import standing
from regulars.use_cases.moment import Moment
from regulars.use_cases.standing import Stand

A = TypeVar("A")

MEMBER_UNKNOWN = refusal_code("order.member_unknown")
MEMBER_FROZEN = refusal_code("order.member_frozen")
MEMBER_MERGED = refusal_code("order.member_merged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A member at the till, as of now; `stand` where her tier is measured by day."""

    id: UUID
    visits: VisitsRow
    tier: Tier
    view: MemberView
    accounts: tuple[Account, ...]
    lots: tuple[Lot, ...]
    day: BusinessDay
    stand: Stand | None = None

    def balance(self, kind: AccountKind) -> int:
        """What one of her accounts holds. Units: the account's.

        Only of a guest who is locked: who is merely seen has no accounts at hand.
        """
        if not self.accounts:
            raise ValueError("a guest who is only seen has no accounts at hand")
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
    tx: Write,
    member_id: UUID | None,
    shop: Shop,
    moment: Moment,
    *,
    points: int | None = None,
    order_id: UUID | None = None,
) -> Visit:
    """The visit that a command acts in, the member locked; `points` is how many she spends.

    `order_id`: what this order holds for her is hers to use.

    Refuses: order.member_unknown, order.member_frozen, order.member_merged.
    """
    guest = None
    if member_id is not None:
        asked = _asked(member_id, shop, moment.now, points, order_id)
        if shop.terms.tiers.reads_days:
            by_day = standing.asked(member_id, shop, moment.now)
            found = _Found(*tx.group(*asked, *by_day))
        else:
            found = _Found(*tx.group(*asked))
        guest = _guest(found, shop, moment.now)
    return _visit(tx, guest, shop, moment)


def visit_with(
    tx: Write,
    member_id: UUID | None,
    shop: Shop,
    moment: Moment,
    asked: Ask[A],
    *,
    points: int | None = None,
) -> tuple[Visit, A]:
    """The visit as `visit_of` says, and one more answer without a further round trip.

    Refuses: order.member_unknown, order.member_frozen, order.member_merged.
    """
    if member_id is None:
        (answer,) = tx.all(asked.statement, **asked.parameters)
        return _visit(tx, None, shop, moment), answer
    of_member = _asked(member_id, shop, moment.now, points, None)
    if shop.terms.tiers.reads_days:
        by_day = standing.asked(member_id, shop, moment.now)
        row, held, accounts, spendable, lots, stands, days, answers = tx.group(
            *of_member, *by_day, asked
        )
        found = _Found(row, held, accounts, spendable, lots, stands, days)
    else:
        row, held, accounts, spendable, lots, answers = tx.group(*of_member, asked)
        found = _Found(row, held, accounts, spendable, lots)
    return _visit(tx, _guest(found, shop, moment.now), shop, moment), answers[0]


def locked(
    tx: Read, member_id: UUID, shop: Shop, now: Instant, *, points: int | None = None
) -> Guest:
    """The member, with her coupons, accounts and lots locked for this command.

    Refuses: order.member_unknown, order.member_frozen, order.member_merged.
    """
    found = _Found(*tx.group(*_asked(member_id, shop, now, points, None)))
    return _guest(found, shop, now)


class _Found(NamedTuple):
    """What the database holds of a member, locked."""

    visits: Sequence[VisitsRow]
    coupons: Sequence[CouponRow]
    accounts: Sequence[Account]
    spendable: Sequence[int]
    lots: Sequence[Lot]
    standings: Sequence[StandingRow] = ()
    figures: Sequence[DayFigure] = ()


def _asked(
    member_id: UUID, shop: Shop, now: Instant, points: int | None, order_id: UUID | None
) -> tuple[Ask[VisitsRow], Ask[CouponRow], Ask[Account], Ask[int], Ask[Lot]]:
    # A regular gathers a lot of points with every visit: they are read only to be spent.
    lots = ledger.OPEN_LOTS_OF_MEMBER if points else ledger.MONEY_LOTS_OF_MEMBER
    return (
        visits.VISITS_LOCKED.ask(member_id=member_id),
        coupons.HELD_LOCKED.ask(member_id=member_id, at=now, order=order_id),
        ledger.ACCOUNTS_OF_MEMBER.ask(member=member_id),
        ledger.SPENDABLE_POINTS.ask(member=member_id, day=shop.store.business_day(now)),
        lots.ask(member=member_id),
    )


def _visit(tx: Write, guest: Guest | None, shop: Shop, moment: Moment) -> Visit:
    return Visit(
        shop=shop,
        guest=guest,
        house=moment.shops.house(tx, shop),
        day=guest.day if guest is not None else shop.store.business_day(moment.now),
        moment=moment,
    )


def seen(
    read: Read, member_id: UUID, shop: Shop, now: Instant, *, order_id: UUID | None = None
) -> Guest:
    """The member as a question sees her: nothing is locked.

    `order_id`: what this order holds for her is hers to use.

    Refuses: order.member_unknown, order.member_frozen, order.member_merged.
    """
    known, held, spendable = read.group(
        visits.VISITS.ask(member_id=member_id),
        coupons.HELD.ask(member_id=member_id, at=now, order=order_id),
        ledger.SPENDABLE_POINTS.ask(member=member_id, day=shop.store.business_day(now)),
    )
    return _guest(_Found(known, held, (), spendable, ()), shop, now)


def _guest(found: _Found, shop: Shop, now: Instant) -> Guest:
    if not found.visits:
        raise MEMBER_UNKNOWN.because()
    row = found.visits[0]
    # A merge that was faster than this sale has closed the accounts that were waited for.
    if row.state == "closed" or any(one.state is AccountState.CLOSED for one in found.accounts):
        raise MEMBER_MERGED.because()
    if row.state != "active":
        raise MEMBER_FROZEN.because()
    tier = shop.terms.ladder.named(row.tier)
    view = MemberView(
        id=MemberId(row.member_id),
        tier=tier.code,
        tier_label=tier.label,
        tier_discount_basis_points=tier.discount_basis_points,
        points_available=found.spendable[0],
        coupons=_held(found.coupons, shop.coupon_types),
        visits=row.visits,
    )
    return Guest(
        id=row.member_id,
        visits=row,
        tier=tier,
        view=view,
        accounts=tuple(found.accounts),
        lots=tuple(found.lots),
        stand=standing.stand_of(found.standings, found.figures, shop),
        day=shop.store.business_day(now),
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
