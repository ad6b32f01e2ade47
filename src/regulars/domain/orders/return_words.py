"""Which way of refunding the offers of a bill allow, and which one is taken unless told.

满40减5 says `choose`: the cashier may give back the share or price the rest anew. With a coupon
beside it that says `share`, the share it is: what a guest was promised is not narrowed by another
offer's word.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.orders.refund import PlanKind
from regulars.domain.pricing.offer import OnReturn

PLAN_NOT_ALLOWED = refusal_code("refund.plan_not_allowed")


class Why(StrEnum):
    """Why a way of refunding is the one that is taken."""

    WHOLE = "whole"
    NO_OFFER = "no_offer"
    SHARE = "share"
    REPRICE = "reprice"
    CHOOSE = "choose"
    NOT_KEPT = "not_kept"


@dataclass(frozen=True, slots=True)
class Ways:
    """The default, what else is allowed, and why. A fault of the house may always be named."""

    default: PlanKind
    allowed: frozenset[PlanKind]
    why: Why

    def chosen(self, wanted: PlanKind | None) -> PlanKind:
        """What was asked for, or the default. Refuses: refund.plan_not_allowed."""
        if wanted is None:
            return self.default
        if wanted not in self.allowed:
            raise PLAN_NOT_ALLOWED.because()
        return wanted


def ways_of(words: Collection[OnReturn], *, whole: bool, can_reprice: bool) -> Ways:
    """The ways that the offers concerned allow; `words` is what each of them says on returns.

    A whole refund gives everything back either way. What an older order was priced with may not
    be known: then there is only the share.
    """
    share = PlanKind.RETURN_SHARE
    only_share = frozenset({share, PlanKind.HOUSE_FAULT})
    if whole:
        return Ways(share, only_share, Why.WHOLE)
    if not words:
        return Ways(share, only_share, Why.NO_OFFER)
    if OnReturn.SHARE in words:
        return Ways(share, only_share, Why.SHARE)
    if not can_reprice:
        return Ways(share, only_share, Why.NOT_KEPT)
    if OnReturn.REPRICE in words:
        reprice = PlanKind.REPRICE_REST
        return Ways(reprice, frozenset({reprice, PlanKind.HOUSE_FAULT}), Why.REPRICE)
    return Ways(share, frozenset(PlanKind), Why.CHOOSE)
