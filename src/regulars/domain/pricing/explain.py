"""One verdict for every offer and coupon, so that a guest can be told why.

满80减12: 还差 34.00. 老友券: 本单已用满 1 张券. 下午茶: 14:00 开始.
"""

from collections.abc import Sequence
from typing import NamedTuple

from regulars.domain.kernel.ids import CouponId
from regulars.domain.pricing.candidates import (
    Candidate,
    Field,
    condition_failed,
    spend_short,
)
from regulars.domain.pricing.choose import Choice
from regulars.domain.pricing.kinds.spend_and_save import SpendAndSave, SpendBase
from regulars.domain.pricing.offer import Offer, Stack
from regulars.domain.pricing.quote_parts import CouponVerdict, Hint, Outcome, Source, Verdict
from regulars.domain.pricing.reason import Reason, ReasonCode
from regulars.domain.pricing.shares import Applied
from regulars.domain.pricing.units import Units

HINTS_MAX = 2

SAVES_NOTHING = Reason(ReasonCode.SAVES_NOTHING, {})
BEATEN = Reason(ReasonCode.BEATEN, {})


class Bill(NamedTuple):
    """What the search chose and what each chosen offer took. Units: minor units."""

    units: Units
    field: Field
    choice: Choice
    applied: Sequence[Applied]
    after_item: Sequence[int]
    coupons_max: int


def receipt_reason(candidate: Candidate, spent_minor: int) -> Reason:
    """What the receipt says about an amount that was taken. Units: minor units."""
    effect = candidate.offer.effect
    if isinstance(effect, SpendAndSave):
        return effect.reason_at(spent_minor)
    if candidate.source is Source.TIER:
        return Reason(ReasonCode.TIER_DISCOUNT, effect.reason.parameters)
    return effect.reason


def spent_of(candidate: Candidate, units: Units, after_item: Sequence[int]) -> int:
    """What the counting goods come to on the base that a threshold reads. Units: minor units."""
    effect = candidate.offer.effect
    if not isinstance(effect, SpendAndSave):
        return 0
    prices: Sequence[int]
    match effect.base:
        case SpendBase.LIST:
            prices = units.listed
        case SpendBase.BASE:
            prices = units.base
        case SpendBase.AFTER_ITEM:
            prices = after_item
    return sum([prices[unit] for unit in candidate.units])


def verdicts_of(bill: Bill) -> tuple[Verdict, ...]:
    """A verdict for each candidate and each one that was out before the search."""
    took = {id(one.candidate): one for one in bill.applied}
    verdicts: list[Verdict] = []
    for candidate in bill.field.candidates:
        name = candidate.offer.name
        origin = (candidate.source, candidate.source_id, candidate.coupon_id)
        one = took.get(id(candidate))
        if one is None:
            reason = _why_not(candidate, bill)
            verdicts.append(Verdict(*origin, name, Outcome.REJECTED, 0, reason))
        else:
            outcome, reason = _taken(one, bill)
            verdicts.append(Verdict(*origin, name, outcome, one.amount_minor, reason))
    for offer, source, coupon, known in bill.field.rejected:
        reason = known or condition_failed(offer, bill.field.view)
        coupon_id = None if coupon is None else coupon.id
        verdicts.append(
            Verdict(source, offer.id, coupon_id, offer.name, Outcome.REJECTED, 0, reason)
        )
    return tuple(verdicts)


def coupons_of(bill: Bill) -> tuple[CouponVerdict, ...]:
    """Each coupon of the member: used or not, and why."""
    named = [one.coupon for one in bill.field.candidates]
    named += [one.coupon for one in bill.field.rejected]
    held = {coupon.id: coupon for coupon in named if coupon is not None}
    return tuple(
        CouponVerdict(
            verdict.coupon_id,
            verdict.name,
            verdict.outcome is not Outcome.REJECTED,
            verdict.saving_minor,
            held[CouponId(verdict.coupon_id)].valid_until,
            verdict.reason,
        )
        for verdict in verdicts_of(bill)
        if verdict.coupon_id is not None
    )


def _taken(one: Applied, bill: Bill) -> tuple[Outcome, Reason]:
    if one.amount_minor < one.desired_minor:
        return Outcome.APPLIED_IN_PART, Reason(
            ReasonCode.APPLIED_IN_PART,
            {"desired_minor": one.desired_minor, "applied_minor": one.amount_minor},
        )
    spent_minor = spent_of(one.candidate, bill.units, bill.after_item)
    return Outcome.APPLIED, receipt_reason(one.candidate, spent_minor)


def _why_not(candidate: Candidate, bill: Bill) -> Reason:
    effect = candidate.offer.effect
    if isinstance(effect, SpendAndSave) and candidate.fixed_off_minor is None:
        spent_minor = spent_of(candidate, bill.units, bill.after_item)
        if spent_minor < effect.steps[0].threshold_minor:
            return spend_short(effect, spent_minor)
    selected = bill.choice.selected
    if any(one is candidate for one in selected):
        return _unused(candidate, bill)
    if len(selected) == 1 and selected[0].offer.stack is Stack.ALONE:
        return Reason(ReasonCode.BLOCKED_BY_ALONE, {"offer": selected[0].offer.name})
    if candidate.offer.stack is Stack.ALONE:
        return BEATEN
    for one in selected:
        for group in candidate.offer.groups:
            if group in one.offer.groups:
                return Reason(
                    ReasonCode.BLOCKED_BY_GROUP, {"group": group, "offer": one.offer.name}
                )
    if candidate.coupon is not None:
        if sum([one.coupon is not None for one in selected]) >= bill.coupons_max:
            return Reason(ReasonCode.COUPONS_FULL, {"maximum": bill.coupons_max})
        return SAVES_NOTHING
    return BEATEN


def _unused(candidate: Candidate, bill: Bill) -> Reason:
    """Why an offer that was allowed took nothing."""
    if candidate.is_item:
        own = set(candidate.units)
        for use in bill.choice.plan.uses:
            if not own.isdisjoint(use.units):
                return Reason(ReasonCode.UNITS_USED, {"offer": use.taker.candidate.offer.name})
        # It could have saved something, and taking it would have made the bill dearer.
        return BEATEN if any(bill.units.base[unit] for unit in own) else SAVES_NOTHING
    return SAVES_NOTHING


def hints_of(bill: Bill) -> tuple[Hint, ...]:
    """The nearest steps of spend-and-save offers that a little more would reach, two at most."""
    if any(one.offer.stack is Stack.ALONE for one in bill.choice.selected):
        return ()
    hints: list[Hint] = []
    for candidate in bill.choice.selected:
        if candidate.source is Source.OFFER:
            spent_minor = spent_of(candidate, bill.units, bill.after_item)
            _add_hint(hints, candidate.offer, spent_minor)
    busy = {group for one in bill.choice.selected for group in one.offer.groups}
    for offer, source, _, reason in bill.field.rejected:
        if (
            source is Source.OFFER
            and reason is not None
            and reason.code is ReasonCode.SPEND_SHORT
            and busy.isdisjoint(offer.groups)
        ):
            spent = reason.parameters["actual_minor"]
            assert isinstance(spent, int)
            _add_hint(hints, offer, spent)
    if len(hints) > 1:
        hints.sort(key=lambda hint: (hint.missing_minor, hint.source_id.int))
    return tuple(hints[:HINTS_MAX])


def _add_hint(hints: list[Hint], offer: Offer, spent_minor: int) -> None:
    effect = offer.effect
    if not isinstance(effect, SpendAndSave):
        return
    following = effect.next_after(spent_minor)
    if following is not None:
        saving_minor = effect.off_at(following) - effect.off_at(spent_minor)
        hints.append(Hint(offer.id, offer.name, following - spent_minor, saving_minor))
