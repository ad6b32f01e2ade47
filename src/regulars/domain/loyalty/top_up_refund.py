"""What of a top-up goes back, worked out and explained line by line.

充300送30 on 4 May, two bills of 55.00 paid from it. On 8 May 王芳 wants her money back: of the
300.00 she paid, 100.00 are spent, 200.00 go back in cash; of the bonus 10.00 are spent and stay
hers, 20.00 are forfeited. The shop may not refuse: less than seven days have passed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.money import split
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.lots import Lot, LotShare, total_of
from regulars.domain.loyalty.law import Law, refund_due_rule
from regulars.domain.loyalty.law_rules import LawRule
from regulars.domain.loyalty.top_up import Refundable

TOP_UP_REFUND_NOTHING = refusal_code("top_up_refund.nothing_left")
TOP_UP_REFUND_OVER = refusal_code("top_up_refund.over", "refundable_minor")
TOP_UP_REFUND_LATE = refusal_code("top_up_refund.late", "last_day")

OWN_DAYS = 7


class RefundLineKind(StrEnum):
    """What one line of the explanation says; `points` lines count points, `coupons` coupons."""

    PAID = "paid"
    REFUNDED_BEFORE = "refunded_before"
    USED = "used"
    LEFT = "left"
    BACK = "back"
    BONUS_FORFEITED = "bonus_forfeited"
    BONUS_KEPT = "bonus_kept"
    POINTS_BACK = "points_back"
    POINTS_KEPT = "points_kept"
    COUPONS_VOIDED = "coupons_voided"
    COUPONS_KEPT = "coupons_kept"


@dataclass(frozen=True, slots=True)
class RefundLine:
    """One line of the explanation. Units: minor units, points or coupons, by its kind."""

    kind: RefundLineKind
    amount: int


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What earlier refunds of a top-up moved. Units: minor units, points, coupons."""

    principal_minor: int = 0
    bonus_minor: int = 0
    points: int = 0
    coupons: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidTopUp:
    """A top-up as it was paid, and what of it went back before. Units: minor units, points."""

    id: UUID
    entry_id: UUID
    paid_on: date
    tender: str
    principal_minor: int
    bonus_minor: int
    points: int
    coupons: int
    before: TakenBack = TakenBack()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpLots:
    """What a member still holds of a top-up, oldest first, and what came with it.

    The points and `coupons`, those still unused, are with who paid. `elsewhere_minor` is the
    principal that she has left, where somebody else asks. Units: minor units.
    """

    principal: tuple[Lot, ...] = ()
    bonus: tuple[Lot, ...] = ()
    points: tuple[Lot, ...] = ()
    coupons: int = 0
    elsewhere_minor: int = 0

    @property
    def principal_minor(self) -> int:
        """Principal that is unspent. Units: minor units."""
        return _left(self.principal)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpRefundPlan:
    """What a refund gives back and takes back, and why. Units: minor units."""

    principal: tuple[LotShare, ...]
    bonus: tuple[LotShare, ...]
    points: tuple[LotShare, ...]
    coupons_voided: int
    tender: str
    rule: LawRule | None
    refundable_minor: int
    lines: tuple[RefundLine, ...]

    @property
    def principal_minor(self) -> int:
        """Money that goes back. Units: minor units."""
        return total_of(self.principal)

    @property
    def bonus_minor(self) -> int:
        """Bonus that is forfeited. Units: minor units."""
        return total_of(self.bonus)

    @property
    def points_taken_back(self) -> int:
        """Units: points."""
        return total_of(self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRules:
    """Under which rules a top-up is refunded today."""

    law: Law
    refundable: Refundable
    on: BusinessDay


def lots_of(
    top_up: PaidTopUp, lots: Iterable[Lot], *, coupons: int, elsewhere: Iterable[Lot] = ()
) -> TopUpLots:
    """A member's open lots that belong to a top-up; `elsewhere` are those of who paid it in."""
    payers = list(elsewhere)
    points = [lot for lot in payers if lot.kind is AccountKind.POINTS]
    elsewhere_minor = _left(
        lot for lot in payers if lot.pair_id == top_up.id and lot.kind is AccountKind.PRINCIPAL
    )
    found: dict[AccountKind, list[Lot]] = {}
    for lot in sorted([*lots, *points], key=lambda lot: (lot.acquired_at, lot.id)):
        of_pair = lot.pair_id == top_up.id and lot.kind is not AccountKind.POINTS
        of_points = lot.entry_id == top_up.entry_id and lot.kind is AccountKind.POINTS
        if lot.remaining and (of_pair or of_points):
            found.setdefault(lot.kind, []).append(lot)
    return TopUpLots(
        principal=tuple(found.get(AccountKind.PRINCIPAL, ())),
        bonus=tuple(found.get(AccountKind.BONUS, ())),
        points=tuple(found.get(AccountKind.POINTS, ())),
        coupons=coupons,
        elsewhere_minor=elsewhere_minor,
    )


def plan_refund(
    top_up: PaidTopUp, lots: TopUpLots, rules: RefundRules, wanted_minor: int | None
) -> TopUpRefundPlan:
    """What refunding so much of a top-up does; None is all that is unspent.

    Unspent bonus and points go in proportion, and all of them with the last of the principal;
    what was spent of them stays the guest's. Units: minor units.
    Refuses: top_up_refund.nothing_left, top_up_refund.over, top_up_refund.late.
    """
    left_minor = lots.principal_minor
    if not left_minor:
        raise TOP_UP_REFUND_NOTHING.because()
    back_minor = left_minor if wanted_minor is None else wanted_minor
    if not 0 < back_minor <= left_minor:
        raise TOP_UP_REFUND_OVER.because(refundable_minor=left_minor)
    if not in_time(top_up.paid_on, rules):
        raise TOP_UP_REFUND_LATE.because(last_day=_last_day(top_up.paid_on).isoformat())
    whole = back_minor == left_minor and not lots.elsewhere_minor
    weights = (back_minor, left_minor - back_minor)
    points = min(_points_due(top_up, back_minor, whole=whole), _left(lots.points))
    plan = TopUpRefundPlan(
        principal=_oldest_first(lots.principal, back_minor),
        bonus=_oldest_first(lots.bonus, split(_left(lots.bonus), weights)[0]),
        points=_oldest_first(lots.points, points),
        coupons_voided=lots.coupons if whole else 0,
        tender=top_up.tender,
        rule=refund_due_rule(rules.law, paid_on=top_up.paid_on, on=rules.on),
        refundable_minor=left_minor,
        lines=(),
    )
    return _explained(plan, top_up, lots)


def in_time(paid_on: date, rules: RefundRules) -> bool:
    """Whether a top-up of that day may still be given back today, by the law or by the Terms."""
    if rules.refundable is Refundable.ALWAYS or rules.on <= _last_day(paid_on):
        return True
    return refund_due_rule(rules.law, paid_on=paid_on, on=rules.on) is not None


def _last_day(paid_on: date) -> date:
    return paid_on + timedelta(days=OWN_DAYS)


def _points_due(top_up: PaidTopUp, back_minor: int, *, whole: bool) -> int:
    """Points that go with this part of the money. Cumulative, so many small refunds keep none."""
    if whole:
        return top_up.points
    refunded_minor = top_up.before.principal_minor
    before = top_up.points * refunded_minor // top_up.principal_minor
    after = top_up.points * (refunded_minor + back_minor) // top_up.principal_minor
    return after - before


def _explained(plan: TopUpRefundPlan, top_up: PaidTopUp, lots: TopUpLots) -> TopUpRefundPlan:
    before = top_up.before
    used_minor = top_up.principal_minor - before.principal_minor - plan.refundable_minor
    coupons_kept = top_up.coupons - before.coupons - plan.coupons_voided
    told = (
        (RefundLineKind.PAID, top_up.principal_minor),
        (RefundLineKind.REFUNDED_BEFORE, before.principal_minor),
        (RefundLineKind.USED, used_minor),
        (RefundLineKind.LEFT, plan.refundable_minor),
        (RefundLineKind.BACK, plan.principal_minor),
        (RefundLineKind.BONUS_FORFEITED, plan.bonus_minor),
        (RefundLineKind.BONUS_KEPT, top_up.bonus_minor - before.bonus_minor - _left(lots.bonus)),
        (RefundLineKind.POINTS_BACK, plan.points_taken_back),
        (RefundLineKind.POINTS_KEPT, top_up.points - before.points - _left(lots.points)),
        (RefundLineKind.COUPONS_VOIDED, plan.coupons_voided),
        (RefundLineKind.COUPONS_KEPT, coupons_kept),
    )
    return replace(plan, lines=tuple(RefundLine(kind, amount) for kind, amount in told if amount))


def _left(lots: Iterable[Lot]) -> int:
    return sum([lot.remaining for lot in lots])


def _oldest_first(lots: Sequence[Lot], amount: int) -> tuple[LotShare, ...]:
    shares: list[LotShare] = []
    for lot in lots:
        part = min(amount, lot.remaining)
        if part:
            shares.append(LotShare(lot, part))
        amount -= part
    return tuple(shares)
