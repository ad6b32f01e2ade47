"""A past order as a replay needs it: what it was priced with, what it was given, its bill anew.

王芳's order of 4 May: two lemon teas and the coupon that she used, 7.50 off by 第二杯半价; asked again
with a draft among the offers, her bill is what her till would have shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from regulars.domain.catalog.catalogue import Catalogue
from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.ids import CouponId, CouponTypeId, VariantId
from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.orders.priced_with import PricedWith, SoldGoods
from regulars.domain.orders.rebuilt import OldLine, OldOrder
from regulars.domain.orders.shop import Promises, Shop
from regulars.domain.pricing.backtest import NAMELESS, Given, Occurred, given_by
from regulars.domain.pricing.basket import HeldCoupon
from regulars.domain.pricing.points import POINTS_NOT_ALLOWED, POINTS_SHORT
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.quote_parts import Source
from regulars.domain.pricing.quoting import quote
from regulars.storage.backtests import Page, PastCoupon, PastLine, PastOrder, PastSaving

GUEST, NEW_MEMBER, MEMBER = "guest", "new_member", "member"


def asked_anew(priced: PricedWith, promises: Promises, at: Instant) -> Quote:
    """The bill anew: with the coupons that are at hand, and with as many points as may be used."""
    choices, member = priced.choices, priced.member
    if choices.coupons is not None:
        held = (*(member.coupons if member else ()), *priced.basket.presented)
        mine = {one.id for one in held}
        choices = replace(choices, coupons=tuple(one for one in choices.coupons if one in mine))
    ask = partial(quote, priced.basket, member, promises.offers, terms=promises.pricing, now=at)
    try:
        return ask(choices=choices)
    except Refusal as refusal:
        if refusal.code not in (POINTS_NOT_ALLOWED.code, POINTS_SHORT.code):
            raise
    bill = ask(choices=replace(choices, points=None))
    terms = promises.pricing.points
    points = min(choices.points or 0, bill.points.usable_max)
    points -= points % terms.step
    if points and points >= terms.minimum:
        return ask(choices=replace(choices, points=points))
    return bill


def sold_goods(line: PastLine) -> SoldGoods:
    """A line as the goods of a paid order; a price needs no name."""
    return SoldGoods(
        id=line.id,
        product_id=line.product_id,
        variant_id=line.variant_id,
        name=NAMELESS,
        quantity=line.quantity,
        unit_list_minor=line.unit_list_minor,
        tax_code=line.tax_code,
        kind=line.kind,
    )


def old_order(
    order: PastOrder,
    lines: Sequence[PastLine],
    savings: Sequence[PastSaving],
    coupons: tuple[HeldCoupon, ...],
    visits: int,
) -> OldOrder:
    """An order from before anything was frozen, as its rows tell it."""
    of_members = {
        part.position: part.amount_minor for part in savings if part.source == Source.MEMBER_PRICE
    }
    return OldOrder(
        source=order.source,
        member_id=order.member_id,
        tier=order.tier,
        visits=visits,
        points=order.points_spent,
        lines=[
            OldLine(
                sold_goods(line), line.options, of_members.get(line.position, 0), line.cost_minor
            )
            for line in lines
        ],
        coupons=coupons,
    )


def coupons_used(
    savings: Sequence[PastSaving], rows: Mapping[UUID, PastCoupon], promises: Promises
) -> tuple[HeldCoupon, ...]:
    """The coupons of the wallet that an old order used."""
    used = dict.fromkeys(part.coupon_id for part in savings if part.coupon_id is not None)
    held = []
    for coupon_id in used:
        row = rows.get(coupon_id)
        kind = None if row is None else promises.coupon_types.get(row.type_id)
        if row is not None and kind is not None:
            held.append(
                HeldCoupon(
                    id=CouponId(row.id),
                    type_id=CouponTypeId(kind.id),
                    offer=kind.offer,
                    valid_from=row.valid_from,
                    valid_until=row.valid_until,
                )
            )
    return tuple(held)


def costs_of(
    chosen: Sequence[ChosenLine], lines: Sequence[PastLine], catalogue: Catalogue
) -> dict[UUID, int]:
    """What a unit of each line cost, as it was known then, else as it is known today.

    It is for the margin alone: what nobody knew then moved no price.
    """
    rows = {line.id: line.cost_minor for line in lines}
    costs: dict[UUID, int] = {}
    for line in chosen:
        cost = line.cost_minor if line.cost_minor is not None else rows.get(line.id)
        if cost is None:
            known = catalogue.variants.get(VariantId(line.variant_id))
            cost = None if known is None else known[1].cost_minor
        if cost is not None:
            costs[line.id] = cost
    return costs


def occurred(order: PastOrder, shop: Shop, priced: PricedWith) -> Occurred:
    """Where, when and for whom an order was."""
    member = priced.member
    segment = GUEST if member is None else NEW_MEMBER if member.visits == 0 else MEMBER
    return Occurred(
        order_id=order.id,
        store_id=shop.store.id,
        day=BusinessDay(order.business_day),
        member_id=order.member_id,
        tier=GUEST if member is None else member.tier,
        segment=segment,
    )


def given_of(
    order: PastOrder, page: Page, chosen: Sequence[ChosenLine], costs: Mapping[UUID, int]
) -> Given:
    """What an order was really given. Units: `costs` is minor units of one unit of a line."""
    inclusive: dict[UUID, bool] = {line.id: line.tax.inclusive for line in chosen}
    parts = page.savings[order.id]
    return Given(
        list_minor=order.list_minor,
        discount_minor=order.discount_minor,
        due_minor=order.due_minor - order.rounding_minor,
        by=given_by([(part.source, part.source_id, part.amount_minor) for part in parts]),
        revenue={
            line.id: line.net_minor - line.tax_minor if inclusive.get(line.id) else line.net_minor
            for line in page.lines[order.id]
        },
        costs=costs,
    )
