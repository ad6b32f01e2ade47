"""Top-up 充值: principal that the guest pays, and the bonus that the shop adds.

充300送30: a guest who tops up 350.00 pays 350.00 and gets the bonus of the 300.00 step, 30.00.
"""

from dataclasses import dataclass

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import Field, FieldValues, number, rows, whole
from regulars.domain.kernel.terms import TERMS_MALFORMED

TOP_UP_AMOUNT_OUT_OF_RANGE = refusal_code(
    "top_up.amount_out_of_range", "minimum_minor", "maximum_minor"
)
TOP_UP_BALANCE_OVER_LIMIT = refusal_code("top_up.balance_over_limit", "maximum_minor")


@dataclass(frozen=True, slots=True)
class TopUpOffer:
    """From this principal on, this bonus. Units: minor units."""

    principal_minor: int
    bonus_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpTerms:
    """Terms for stored value. Units: minor units.

    `balance_minor_max` is what one named card may hold; the shipped value follows the PRC rule
    for prepaid cards (MOFCOM Order 9/2012, amended by Order 2/2016).
    """

    offers: tuple[TopUpOffer, ...] = ()
    minimum_minor: int = 100
    balance_minor_max: int = 500_000


def _offers(field: str, value: object) -> tuple[TopUpOffer, ...]:
    offers = tuple(
        TopUpOffer(number(field, row, "principal_minor"), number(field, row, "bonus_minor"))
        for row in rows(field, value, 20)
    )
    steps = [offer.principal_minor for offer in offers]
    if len(set(steps)) != len(steps):
        raise TERMS_MALFORMED.because(field=field, part="principal_minor")
    return tuple(sorted(offers, key=lambda offer: offer.principal_minor))


OFFERS = Field("top_up.offers", [], _offers)
MINIMUM = Field("top_up.minimum_minor", 100, whole(1, 10_000_000))
BALANCE_MAX = Field("top_up.balance_minor_max", 500_000, whole(1, 1_000_000_000))
FIELDS = (OFFERS, MINIMUM, BALANCE_MAX)


def top_up_terms(values: FieldValues) -> TopUpTerms:
    """The Terms for stored value that these settings make."""
    return TopUpTerms(
        offers=values.of(OFFERS),
        minimum_minor=values.of(MINIMUM),
        balance_minor_max=values.of(BALANCE_MAX),
    )


def bonus_for(principal_minor: int, terms: TopUpTerms) -> int:
    """The bonus of the highest step that the principal reaches. Units: minor units."""
    reached = [offer for offer in terms.offers if offer.principal_minor <= principal_minor]
    return max(reached, key=lambda offer: offer.principal_minor).bonus_minor if reached else 0


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
