"""Almost there 凑单: a little more, and the bill gets better; worked out, not guessed.

35.60 of 满40减5: with 4.40 more the whole bill is searched again. 5.00 less than it would be without
the step: "再加 4.40，可减 5.00". A step whose offer would only displace a better one is not told.
"""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.ids import LineId, ProductId, VariantId
from regulars.domain.kernel.label import Label
from regulars.domain.pricing.candidates import Seen, candidates_of
from regulars.domain.pricing.choose import Question
from regulars.domain.pricing.explain import Bill, spent_of
from regulars.domain.pricing.kinds import SpendAndSave
from regulars.domain.pricing.offer import Offer
from regulars.domain.pricing.policies import chosen_by
from regulars.domain.pricing.prices import prices_in_force
from regulars.domain.pricing.quote_parts import Hint, Source
from regulars.domain.pricing.reason import ReasonCode
from regulars.domain.pricing.units import unrolled
from regulars.domain.pricing.view import BasketView

HINTS_MAX = 2
TRIED_MAX = 4

# Something that is on no menu and that no offer names.
NOTHING = UUID(int=0)


def hints_of(bill: Bill) -> tuple[Hint, ...]:
    """The nearest steps of spend-and-save offers that make the bill better, two at most."""
    if not bill.seen.units.open_lines:
        return ()
    near = sorted(set(_steps(bill)), key=lambda step: (step[1], step[0].id.int))
    hints: list[Hint] = []
    for offer, missing_minor in near[:TRIED_MAX]:
        saving_minor = _gain(bill, offer, missing_minor)
        if saving_minor > 0:
            hints.append(Hint(offer.id, offer.name, missing_minor, saving_minor))
    return tuple(hints[:HINTS_MAX])


def _steps(bill: Bill) -> Iterator[tuple[Offer, int]]:
    """Offers with the sum that is missing to their next step."""
    for candidate in bill.candidates:
        if candidate.source is Source.OFFER:
            spent_minor = spent_of(candidate, bill.units, bill.chosen.after_item)
            yield from _step(candidate.offer, spent_minor)
    for offer, source, _, reason in bill.rejected:
        if source is Source.OFFER and reason.code is ReasonCode.SPEND_SHORT:
            spent = reason.parameters["actual_minor"]
            assert isinstance(spent, int)
            yield from _step(offer, spent)


def _step(offer: Offer, spent_minor: int) -> Iterator[tuple[Offer, int]]:
    effect = offer.effect
    if isinstance(effect, SpendAndSave):
        following = effect.next_after(spent_minor)
        if following is not None:
            yield offer, following - spent_minor


def _gain(bill: Bill, offer: Offer, missing_minor: int) -> int:
    """How much better the best bill gets with goods of so much more; nothing where the offer is not
    on it. Units: minor units."""
    seen = bill.seen
    basket = seen.basket
    more = _anything(offer, missing_minor, like=basket.lines[seen.units.open_lines[0]])
    wider = replace(basket, lines=(*basket.lines, more))
    units = unrolled(wider, seen.member)
    again = Seen(units, seen.book, seen.member, seen.choices, seen.now, seen.view)
    again = replace(again, view=BasketView(units, seen.member, seen.now))
    prices = prices_in_force(again)
    if prices.offers:
        units = prices.units
        again = replace(again, units=units, view=BasketView(units, seen.member, seen.now))
    question = Question(
        prices.units, candidates_of(again, bill.coupons_max), bill.coupons_max, bill.terms.engine
    )
    after = chosen_by(bill.terms.policy, question)
    if not any(one.candidate.offer is offer for one in after.by_order):
        return 0
    return sum(bill.chosen.after_order) + missing_minor - sum(after.after_order)


def _anything(offer: Offer, price_minor: int, *, like: ChosenLine) -> ChosenLine:
    """A line of the offer's goods at a price, that is nothing in particular otherwise."""
    goods = offer.goods
    return ChosenLine(
        id=LineId(UUID(int=(1 << 128) - 1)),
        product_id=ProductId(min(goods.products, default=NOTHING)),
        variant_id=VariantId(min(goods.variants, default=NOTHING)),
        category_id=min(goods.categories, default=NOTHING),
        name=Label("", ""),
        quantity=1,
        unit_list_minor=price_minor,
        tax=like.tax,
        tags=goods.tags,
    )
