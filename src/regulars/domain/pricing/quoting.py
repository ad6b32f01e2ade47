"""The promotion engine: one pure function from basket to quote.

list → base (member price) → after_item (第二杯半价) → after_order (金卡 8.8 折, 满40减5, coupon)
→ after_points → tax → due. Every cup keeps its share of every step, to the cent.
"""

from collections.abc import Sequence
from uuid import UUID

from regulars.domain.kernel.ids import CouponId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.money import split
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.pricing.basket import (
    Basket,
    Choices,
    HeldCoupon,
    MemberView,
    Policy,
    PricingTerms,
)
from regulars.domain.pricing.book import OfferBook
from regulars.domain.pricing.boosts import boosts_of
from regulars.domain.pricing.candidates import Seen, candidates_of
from regulars.domain.pricing.choose import Question
from regulars.domain.pricing.explain import Bill, receipt_reason, spent_of
from regulars.domain.pricing.fingerprint import fingerprint_of
from regulars.domain.pricing.floors import floors_of, kept_above
from regulars.domain.pricing.manual import Given, given_by_hand
from regulars.domain.pricing.points import points_use
from regulars.domain.pricing.policies import chosen_by
from regulars.domain.pricing.prices import prices_in_force
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.quote_parts import (
    Adjustment,
    PointsUse,
    QuotedLine,
    QuotedUnit,
    Source,
    Step,
    Totals,
)
from regulars.domain.pricing.reason import Reason, ReasonCode
from regulars.domain.pricing.tax import tax_shares
from regulars.domain.pricing.units import Units, unrolled
from regulars.domain.pricing.view import BasketView

COUPON_NOT_USABLE = refusal_code("coupon.not_usable")
COUPON_EXPIRED = refusal_code("coupon.expired")
COUPON_TOO_MANY = refusal_code("coupon.too_many", "maximum")

MEMBER_PRICE = Label("会员价", "Member price")
POINTS = Label("积分抵扣", "Points")
MANUAL = Label("手动折扣", "Discount by hand")


def quote(
    basket: Basket,
    member: MemberView | None,
    offers: OfferBook,
    *,
    terms: PricingTerms,
    choices: Choices,
    now: Instant,
) -> Quote:
    """What a basket costs, with every share, verdict and reason; the same input, the same answer.

    Refuses: coupon.not_usable, coupon.expired, coupon.too_many, points.short, points.not_allowed.
    """
    if choices.coupons:
        held = (*(member.coupons if member is not None else ()), *basket.presented)
        _check_coupons(choices.coupons, held, terms.coupons_per_order_max, now)
    listed = unrolled(basket, member)
    seen = Seen(listed, offers, member, choices, now, BasketView(listed, member, now))
    prices = prices_in_force(seen)
    if prices.offers:
        units = prices.units
        seen = Seen(units, offers, member, choices, now, BasketView(units, member, now))
    units = prices.units
    candidates = candidates_of(seen, terms.coupons_per_order_max)
    question = Question(units, candidates, terms.coupons_per_order_max, terms.engine)
    chosen = chosen_by(terms.policy, question)
    if terms.floor_basis_points is not None:
        floors = floors_of(units, terms.floor_basis_points)
        chosen = kept_above(question, chosen, floors, terms.on_floor)
    by_hand: list[Given] = []
    after_order = chosen.after_order
    if choices.manual:
        by_hand, after_order = given_by_hand(choices.manual, after_order, units)
    points = points_use(
        choices.points or 0,
        terms.points,
        available=member.points_available if member is not None else 0,
        open_minor=units.sum_of(after_order, units.open),
    )
    net, points_shares = _after_points(after_order, points, units)
    tax = tax_shares(net, units, terms.tax_mode)
    lines = _lines(units, (chosen.after_item, after_order, net, tax))
    used = [one.candidate.offer for one in [*chosen.by_item, *chosen.by_order]]
    boosts = boosts_of(seen, used, net)
    bill = Bill(seen, prices, candidates, chosen, boosts, terms)
    return Quote(
        fingerprint=fingerprint_of(
            units, member, bill.applied, points, (units.listed, units.base, net, tax)
        ),
        lines=lines,
        adjustments=_adjustments(bill, by_hand, points_shares, points.spent),
        coupons_used=tuple([one.coupon.id for one in bill.applied if one.coupon is not None]),
        points=points,
        totals=_totals(units, lines, points, sum(after_order)),
        proved=chosen.choice.proved and terms.policy is Policy.GUEST,
        gap_minor=chosen.choice.total_minor - chosen.choice.bound_minor,
        nodes=chosen.choice.cases,
        bill=bill,
    )


def _check_coupons(
    chosen: Sequence[UUID], held: Sequence[HeldCoupon], maximum: int, now: Instant
) -> None:
    known = {coupon.id: coupon for coupon in held}
    for coupon_id in chosen:
        coupon = known.get(CouponId(coupon_id))
        if coupon is None or now < coupon.valid_from:
            raise COUPON_NOT_USABLE.because()
        if now >= coupon.valid_until:
            raise COUPON_EXPIRED.because()
    if len(set(chosen)) > maximum:
        raise COUPON_TOO_MANY.because(maximum=maximum)


def _after_points(
    after_order: list[int], points: PointsUse, units: Units
) -> tuple[list[int], list[int]]:
    """What each unit costs after points, and what points paid of it. Units: minor units."""
    shares = [0] * len(after_order)
    if not points.worth_minor:
        return after_order, shares
    net = list(after_order)
    parts = split(points.worth_minor, [after_order[unit] for unit in units.open])
    for unit, part in zip(units.open, parts, strict=True):
        shares[unit] = part
        net[unit] -= part
    return net, shares


def _lines(
    units: Units, prices: tuple[list[int], list[int], list[int], list[int]]
) -> tuple[QuotedLine, ...]:
    """The lines in the order of the basket, each unit with all its named prices."""
    after_item, after_order, net, tax = prices
    due = net
    if not all(line.tax.inclusive for line in units.basket.lines):
        due = list(net)
        for unit, at in enumerate(units.position):
            if not units.basket.lines[at].tax.inclusive:
                due[unit] += tax[unit]
    columns = (units.listed, units.base, after_item, after_order, net, tax, due)
    quoted = list(map(QuotedUnit, *columns))
    lines: list[QuotedLine] = []
    for at, line in enumerate(units.basket.lines):
        start, quantity = units.first[at], line.quantity
        if quantity == 1:
            one = quoted[start]
            lines.append(
                QuotedLine(
                    line,
                    (one,),
                    line.unit_list_minor,
                    one.net_minor,
                    one.tax_minor,
                    one.due_minor,
                )
            )
        else:
            end = start + quantity
            lines.append(
                QuotedLine(
                    line,
                    tuple(quoted[start:end]),
                    line.unit_list_minor * quantity,
                    sum(net[start:end]),
                    sum(tax[start:end]),
                    sum(due[start:end]),
                )
            )
    return tuple(lines)


class _Sheet:
    """The adjustments as they are written down: numbered, one for each source and line."""

    __slots__ = ("_units", "adjustments")

    def __init__(self, units: Units) -> None:
        self._units = units
        self.adjustments: list[Adjustment] = []

    def write(
        self,
        step: Step,
        origin: tuple[Source, UUID | None, UUID | None],
        name: Label,
        reason: Reason,
        shares: Sequence[int],
    ) -> None:
        """Note what a source took off each unit, line by line."""
        first, lines = self._units.first, self._units.basket.lines
        adjustments = self.adjustments
        for at in self._units.sequence:
            start, quantity = first[at], lines[at].quantity
            if quantity == 1:
                amount_minor = shares[start]
                part: tuple[int, ...] = (amount_minor,)
            else:
                part = tuple(shares[start : start + quantity])
                amount_minor = sum(part)
            if amount_minor:
                number = len(adjustments) + 1
                adjustments.append(
                    Adjustment(number, at, step, *origin, name, amount_minor, part, reason)
                )


def _adjustments(
    bill: Bill, by_hand: Sequence[Given], points_shares: Sequence[int], points_spent: int
) -> tuple[Adjustment, ...]:
    """Everything that came off, step by step in the order of computation."""
    units = bill.seen.units
    sheet = _Sheet(units)
    if bill.prices.member is not None:
        reason = Reason(ReasonCode.MEMBER_PRICE, {})
        sheet.write(
            Step.BASE, (Source.MEMBER_PRICE, None, None), MEMBER_PRICE, reason, bill.prices.member
        )
    for offer, shares in bill.prices.offers:
        sheet.write(
            Step.BASE, (Source.OFFER, offer.id, None), offer.name, offer.effect.reason, shares
        )
    chosen = bill.chosen
    for step, part in (
        (Step.AFTER_ITEM, chosen.by_item),
        (Step.AFTER_ORDER, chosen.by_order),
    ):
        for one in part:
            candidate = one.candidate
            coupon_id = None if one.coupon is None else one.coupon.id
            sheet.write(
                step,
                (candidate.source, candidate.source_id, coupon_id),
                candidate.offer.name,
                receipt_reason(candidate, spent_of(candidate, units, chosen.after_item)),
                one.shares,
            )
    for given in by_hand:
        discount = given.discount
        reason = Reason(ReasonCode.MANUAL, {"text": discount.reason, "by": discount.by})
        sheet.write(
            Step.AFTER_ORDER, (Source.MANUAL, discount.id, None), MANUAL, reason, given.shares
        )
    if points_spent:
        reason = Reason(ReasonCode.POINTS, {"points": points_spent})
        sheet.write(Step.AFTER_POINTS, (Source.POINTS, None, None), POINTS, reason, points_shares)
    return tuple(sheet.adjustments)


def _totals(
    units: Units, lines: Sequence[QuotedLine], points: PointsUse, after_order_minor: int
) -> Totals:
    list_minor = sum(units.listed)
    return Totals(
        list_minor=list_minor,
        discount_minor=list_minor - after_order_minor,
        points_minor=points.worth_minor,
        tax_minor=sum([line.tax_minor for line in lines]),
        due_minor=sum([line.due_minor for line in lines]),
    )
