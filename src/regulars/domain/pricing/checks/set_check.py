"""The check of a whole set of offers: dead rules, conflicts, loops, baskets below cost.

check(shelf, now=…): “周八特价”never on · “九折”always beaten by“八折”· 半价 + 满30减10 sell
抹茶拿铁 below cost (two cups, gold, next Tuesday 14:00).
"""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.earning import EarningTerms
from regulars.domain.loyalty.top_up import TopUpOffer
from regulars.domain.pricing.basket import Policy
from regulars.domain.pricing.checks.findings import Finding, FindingCode
from regulars.domain.pricing.checks.shelf import Shelf
from regulars.domain.pricing.checks.trial import (
    Tried,
    baskets_for,
    holds_on,
    occasions_of,
    tried,
    with_coupons,
    witness_of,
)
from regulars.domain.pricing.goods import EVERYTHING
from regulars.domain.pricing.kinds import FeeWaiver, PointsMultiplier
from regulars.domain.pricing.kinds.acts import Way
from regulars.domain.pricing.offer import Offer, Stack
from regulars.domain.pricing.quote_parts import Source
from regulars.domain.pricing.reason import ReasonCode

CLIFF_BASIS_POINTS = 2_000
# Each is tried in up to 48 bills against all the others: a few seconds for so many.
TRIED_MAX = 200
_BEATEN = frozenset(
    {
        ReasonCode.BEATEN,
        ReasonCode.UNITS_USED,
        ReasonCode.BLOCKED_BY_GROUP,
        ReasonCode.BLOCKED_BY_ALONE,
        ReasonCode.NOT_WITH,
    }
)


def check(
    shelf: Shelf,
    *,
    earning: EarningTerms,
    top_ups: Sequence[TopUpOffer],
    now: Instant,
    drafts: Collection[UUID] = (),
) -> list[Finding]:
    """Everything that somebody should look at before these offers start; `drafts` are tried first,
    and with a great many offers the last are not tried at all."""
    in_turn = sorted(shelf.offers.offers, key=lambda offer: offer.id not in drafts)
    offers, untried = in_turn[:TRIED_MAX], in_turn[TRIED_MAX:]
    found = [*_mints(shelf, earning, top_ups), *_clashes(offers, shelf)]
    worst: dict[tuple[FindingCode, UUID], Finding] = {}
    for offer in offers:
        trials = _trials(offer, shelf, now)
        if isinstance(trials, Finding):
            found.append(trials)
            continue
        found += _never_chosen(offer, trials)
        for one in trials:
            for finding in (*_below_cost(one), *_cliff(one, shelf)):
                _keep_worst(worst, finding)
    if untried:
        figures = {"offers": len(untried)}
        found.append(Finding(code=FindingCode.NOT_ALL_TRIED, offers=(), names=(), figures=figures))
    unknown = sum(line.cost_minor is None for line in shelf.goods)
    if unknown:
        figures = {"products": unknown}
        found.append(Finding(code=FindingCode.COST_UNKNOWN, offers=(), names=(), figures=figures))
    return [*found, *worst.values()]


def _trials(offer: Offer, shelf: Shelf, now: Instant) -> list[Tried] | Finding:
    """The offer tried out on its own goods, or why it cannot be."""
    names = (offer.name,)
    if isinstance(offer.effect, FeeWaiver):
        return []
    baskets = baskets_for(offer, shelf)
    if not baskets:
        return Finding(code=FindingCode.NO_SUCH_GOODS, offers=(offer.id,), names=names)
    for occasion in occasions_of(offer, shelf, now):
        fitting = [one for one in baskets if holds_on(offer, shelf.basket(one), occasion)]
        if fitting:
            richer = with_coupons(shelf, occasion)
            trials = [tried(shelf, shelf.offers, one, occasion) for one in fitting]
            if richer is not occasion:
                trials += [tried(shelf, shelf.offers, one, richer) for one in fitting]
            return trials
    return Finding(code=FindingCode.NEVER_ON, offers=(offer.id,), names=names)


def _never_chosen(offer: Offer, trials: Sequence[Tried]) -> Iterator[Finding]:
    """Whether an offer loses in every basket that it is about."""
    if isinstance(offer.effect, PointsMultiplier) or offer.effect.way is Way.PRICE or not trials:
        return
    beaten: Tried | None = None
    for one in trials:
        for verdict in one.bill.verdicts:
            if verdict.source_id != offer.id or verdict.source is not Source.OFFER:
                continue
            if verdict.saving_minor:
                return
            if verdict.reason.code in _BEATEN:
                beaten = one
    if beaten is not None:
        others = [
            one for one in beaten.bill.deductions() if one.source in (Source.OFFER, Source.COUPON)
        ]
        yield Finding(
            code=FindingCode.NEVER_CHOSEN,
            offers=(offer.id, *[one.source_id for one in others if one.source_id is not None]),
            names=(offer.name, *[one.name for one in others]),
            witness=witness_of(beaten),
        )


def _below_cost(one: Tried) -> Iterator[Finding]:
    names, offers = _on(one)
    if not offers:
        return
    for quoted in one.bill.lines:
        cost = quoted.line.cost_minor
        least = min(unit.net_minor for unit in quoted.units)
        if cost is not None and least < cost:
            yield Finding(
                code=FindingCode.BELOW_COST,
                offers=offers,
                names=names,
                witness=witness_of(one),
                figures={"net_minor": least, "cost_minor": cost, "drop_minor": cost - least},
            )


def _cliff(one: Tried, shelf: Shelf) -> Iterator[Finding]:
    """Whether one more of the cheapest item makes the bill much less."""
    before = one.bill.totals.due_minor
    on_sale = shelf.among(EVERYTHING)
    if not on_sale or not before:
        return
    more = on_sale[0]
    wanted = {**one.wanted, more.product_id: one.wanted.get(more.product_id, 0) + 1}
    after = tried(shelf, shelf.offers, wanted, one.occasion)
    drop = before - after.bill.totals.due_minor
    if drop * 10_000 > before * CLIFF_BASIS_POINTS:
        names, offers = _on(after)
        yield Finding(
            code=FindingCode.CLIFF,
            offers=offers,
            names=names,
            witness=witness_of(after),
            figures={"drop_minor": drop, "before_minor": before},
        )


def _on(one: Tried) -> tuple[tuple[Label, ...], tuple[UUID, ...]]:
    """The offers and coupons on a bill."""
    on = [
        part
        for part in one.bill.deductions()
        if part.source in (Source.OFFER, Source.COUPON) and part.source_id is not None
    ]
    return tuple(part.name for part in on), tuple(
        part.source_id for part in on if part.source_id is not None
    )


def _keep_worst(worst: dict[tuple[FindingCode, UUID], Finding], finding: Finding) -> None:
    """One finding for each first offer and code: the one with the largest figure."""
    if not finding.offers:
        return
    key = (finding.code, finding.offers[0])
    known = worst.get(key)
    if known is None or finding.figures["drop_minor"] > known.figures["drop_minor"]:
        worst[key] = finding


def _clashes(offers: Sequence[Offer], shelf: Shelf) -> Iterator[Finding]:
    """Offers that stand alone on the same goods, and ties of a fixed order."""
    alone = [offer for offer in offers if offer.stack is Stack.ALONE]
    for at, one in enumerate(alone):
        for other in alone[at + 1 :]:
            if any(one.goods.hold(line) and other.goods.hold(line) for line in shelf.goods):
                yield Finding(
                    code=FindingCode.BOTH_ALONE,
                    offers=(one.id, other.id),
                    names=(one.name, other.name),
                )
    if shelf.terms.policy is Policy.FIXED_ORDER:
        seen: dict[int, Offer] = {}
        for offer in offers:
            first = seen.setdefault(offer.priority, offer)
            if first is not offer:
                yield Finding(
                    code=FindingCode.SAME_PRIORITY,
                    offers=(first.id, offer.id),
                    names=(first.name, offer.name),
                )


def _mints(shelf: Shelf, earning: EarningTerms, top_ups: Sequence[TopUpOffer]) -> Iterator[Finding]:
    """Whether points and bonus together give back all that was paid.

    The worst case: the best tier, the highest multiplier, the richest top-up.
    """
    boosts = [offer for offer in shelf.offers.offers if isinstance(offer.effect, PointsMultiplier)]
    boost = max(boosts, key=_multiplier, default=None)
    tier = max([one.multiplier_basis_points for one in shelf.tiers], default=10_000)
    points = (
        earning.points_per_hundred_minor
        * tier
        * (_multiplier(boost) if boost is not None else 10_000)
    )
    per_money = shelf.terms.points.points_per_hundred_minor
    # Points for 1.00 paid, in money, as basis points of that 1.00.
    back = points // (10_000 * per_money) if per_money else 0
    bonus = max(
        [one.bonus_minor * 10_000 // one.principal_minor for one in top_ups if one.principal_minor],
        default=0,
    )
    if back + bonus >= 10_000:
        yield Finding(
            code=FindingCode.MINTS_VALUE,
            offers=(boost.id,) if boost is not None else (),
            names=(boost.name,) if boost is not None else (),
            figures={"back_basis_points": back + bonus},
        )


def _multiplier(offer: Offer) -> int:
    effect = offer.effect
    return effect.multiplier_basis_points if isinstance(effect, PointsMultiplier) else 10_000
