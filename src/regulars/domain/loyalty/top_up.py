"""Top-up 充值: principal that the guest pays, and what the shop adds: bonus, points, coupons.

充300送30: a guest who tops up 350.00 pays 350.00 and gets the bonus of the 300.00 step, 30.00.
A step may give 100 points, a coupon or a thermos flask beside it, or instead.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from regulars.domain.kernel.period import BusinessDay, months_after
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import Field, FieldValues, number, one_of, rows, whole
from regulars.domain.kernel.terms import TERMS_MALFORMED
from regulars.domain.ledger.pairs import ReturnOrder, SpendOrder
from regulars.domain.loyalty.gift import NOTHING, Gift, gift_from

TOP_UP_AMOUNT_OUT_OF_RANGE = refusal_code(
    "top_up.amount_out_of_range", "minimum_minor", "maximum_minor"
)
TOP_UP_BALANCE_OVER_LIMIT = refusal_code("top_up.balance_over_limit", "maximum_minor")


class Refundable(StrEnum):
    """Until when the shop gives a top-up back: always, or for seven days."""

    ALWAYS = "always"
    SEVEN_DAYS = "seven_days"


@dataclass(frozen=True, slots=True)
class TopUpOffer:
    """From this principal on, this bonus, and what is given beside it. Units: minor units."""

    principal_minor: int
    bonus_minor: int
    gift: Gift = NOTHING


NO_OFFER = TopUpOffer(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpTerms:
    """Terms for stored value. Units: minor units, months (0 is never).

    `balance_minor_max` is what one member may hold where no law says less. `gift_refunds_max`: how
    many top-ups of a calendar year a member may give back although a gift of them stays with her.
    """

    offers: tuple[TopUpOffer, ...] = ()
    minimum_minor: int = 100
    balance_minor_max: int = 500_000
    spend_order: SpendOrder = SpendOrder.PRO_RATA
    bonus_expiry_months: int = 0
    principal_expiry_months: int = 0
    refundable: Refundable = Refundable.ALWAYS
    return_order: ReturnOrder = ReturnOrder.PROPORTIONAL
    gift_refunds_max: int = 1

    def lures(self, offer: TopUpOffer) -> bool:
        """Whether a step gives what its guest keeps when the money goes back unused."""
        bonus_first = self.spend_order is SpendOrder.BONUS_FIRST and offer.bonus_minor > 0
        return bonus_first or bool(offer.gift.coupon_types) or offer.gift.item is not None


def _offers(field: str, value: object) -> tuple[TopUpOffer, ...]:
    offers = tuple(_offer(field, dict(row)) for row in rows(field, value, 20))
    steps = [offer.principal_minor for offer in offers]
    if len(set(steps)) != len(steps):
        raise TERMS_MALFORMED.because(field=field, part="principal_minor")
    return tuple(sorted(offers, key=lambda offer: offer.principal_minor))


def _offer(field: str, row: dict[str, object]) -> TopUpOffer:
    principal_minor = number(field, row, "principal_minor")
    del row["principal_minor"]
    # Growth value is earned on what is spent: paid in and spent, it would count twice.
    if "growth_value" in row:
        raise TERMS_MALFORMED.because(field=field, part="growth_value")
    gift = gift_from(field, row)
    if gift.empty and "bonus_minor" not in row:
        raise TERMS_MALFORMED.because(field=field, part="bonus_minor")
    return TopUpOffer(principal_minor, gift.bonus_minor, replace(gift, bonus_minor=0))


OFFERS = Field("top_up.offers", [], _offers)
MINIMUM = Field("top_up.minimum_minor", 100, whole(1, 10_000_000))
BALANCE_MAX = Field("top_up.balance_minor_max", 500_000, whole(1, 1_000_000_000))
SPEND_ORDER = Field("top_up.spend_order", SpendOrder.PRO_RATA.value, one_of(*SpendOrder))
BONUS_MONTHS = Field("top_up.bonus_expiry_months", 0, whole(0, 240))
PRINCIPAL_MONTHS = Field("top_up.principal_expiry_months", 0, whole(0, 240))
REFUNDABLE = Field("top_up.refundable", Refundable.ALWAYS.value, one_of(*Refundable))
RETURN_ORDER = Field("refund.stored_value", ReturnOrder.PROPORTIONAL.value, one_of(*ReturnOrder))
GIFT_REFUNDS_MAX = Field("top_up.gift_refunds_max", 1, whole(0, 1_000))
FIELDS: tuple[Field[object], ...] = (
    OFFERS,
    MINIMUM,
    BALANCE_MAX,
    SPEND_ORDER,
    BONUS_MONTHS,
    PRINCIPAL_MONTHS,
    REFUNDABLE,
    RETURN_ORDER,
    GIFT_REFUNDS_MAX,
)


def top_up_terms(values: FieldValues) -> TopUpTerms:
    """The Terms for stored value that these settings make."""
    return TopUpTerms(
        offers=values.of(OFFERS),
        minimum_minor=values.of(MINIMUM),
        balance_minor_max=values.of(BALANCE_MAX),
        spend_order=SpendOrder(values.of(SPEND_ORDER)),
        bonus_expiry_months=values.of(BONUS_MONTHS),
        principal_expiry_months=values.of(PRINCIPAL_MONTHS),
        refundable=Refundable(values.of(REFUNDABLE)),
        return_order=ReturnOrder(values.of(RETURN_ORDER)),
        gift_refunds_max=values.of(GIFT_REFUNDS_MAX),
    )


def offer_for(principal_minor: int, terms: TopUpTerms) -> TopUpOffer:
    """The highest step that the principal reaches; one that gives nothing when it reaches none."""
    reached = [offer for offer in terms.offers if offer.principal_minor <= principal_minor]
    return max(reached, key=lambda offer: offer.principal_minor, default=NO_OFFER)


def bonus_for(principal_minor: int, terms: TopUpTerms) -> int:
    """The bonus of the highest step that the principal reaches. Units: minor units."""
    return offer_for(principal_minor, terms).bonus_minor


def bonus_expires_on(day: BusinessDay, terms: TopUpTerms) -> date | None:
    """The first day on which bonus given today is gone; None is never."""
    months = terms.bonus_expiry_months
    return months_after(day, months) if months else None


def checked_principal(principal_minor: int, terms: TopUpTerms, *, held_minor: int) -> int:
    """The principal itself, if a guest with that balance may top it up.

    Refuses: top_up.amount_out_of_range, top_up.balance_over_limit.
    """
    if not terms.minimum_minor <= principal_minor <= terms.balance_minor_max:
        raise TOP_UP_AMOUNT_OUT_OF_RANGE.because(
            minimum_minor=terms.minimum_minor, maximum_minor=terms.balance_minor_max
        )
    if held_minor + principal_minor > terms.balance_minor_max:
        raise TOP_UP_BALANCE_OVER_LIMIT.because(maximum_minor=terms.balance_minor_max)
    return principal_minor
