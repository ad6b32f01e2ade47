"""What of a top-up goes back, worked out and explained line by line.

充300送30 on 4 May, two bills of 55.00 paid from it. On 8 May 王芳 wants her money back: of the
300.00 she paid, 100.00 are spent, 200.00 go back in cash; of the bonus 10.00 are spent and stay
hers, 20.00 are forfeited. The shop may not refuse: less than seven days have passed. The coupon that
came with it is used: that stays hers as well, and is counted, so that it does not become a habit.
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
from regulars.domain.ledger.pairs import SpendOrder
from regulars.domain.loyalty.claw_back import ClawBack, Reach, taken_back
from regulars.domain.loyalty.claw_back import TakenBack as ClawedPoints
from regulars.domain.loyalty.law import Law, refund_due_rule
from regulars.domain.loyalty.law_rules import LawRule
from regulars.domain.loyalty.top_up import Refundable

TOP_UP_REFUND_NOTHING = refusal_code("top_up_refund.nothing_left")
TOP_UP_REFUND_OVER = refusal_code("top_up_refund.over", "refundable_minor")
TOP_UP_REFUND_LATE = refusal_code("top_up_refund.late", "last_day")
TOP_UP_REFUND_GIFTS_KEPT = refusal_code("top_up_refund.gifts_kept", "maximum")

OWN_DAYS = 7


class RefundLineKind(StrEnum):
    """What one line of the explanation says; `points` lines count points, `coupons` coupons.

    `item_kept` counts things; `gift_refunds` the member's top-ups of this calendar year that went
    back while a gift stayed with her, this one included.
    """

    PAID = "paid"
    REFUNDED_BEFORE = "refunded_before"
    USED = "used"
    LEFT = "left"
    BACK = "back"
    BONUS_FORFEITED = "bonus_forfeited"
    BONUS_KEPT = "bonus_kept"
    POINTS_BACK = "points_back"
    POINTS_OWED = "points_owed"
    POINTS_KEPT = "points_kept"
    COUPONS_VOIDED = "coupons_voided"
    COUPONS_KEPT = "coupons_kept"
    ITEM_KEPT = "item_kept"
    GIFT_REFUNDS = "gift_refunds"


@dataclass(frozen=True, slots=True)
class RefundLine:
    """One line of the explanation. Units: minor units, points or coupons, by its kind."""

    kind: RefundLineKind
    amount: int


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What earlier refunds of a top-up moved. Units: minor units, points, coupons.

    `points_owed`: what they could not take and noted as a debt.
    """

    principal_minor: int = 0
    bonus_minor: int = 0
    points: int = 0
    coupons: int = 0
    points_owed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidTopUp:
    """A top-up as it was paid, and what of it went back before. Units: minor units, points.

    `points_ended`: what of its points ran out unused; nobody takes or owes those. `item`: a thing
    was handed over with it.
    """

    id: UUID
    entry_id: UUID
    paid_on: date
    tender: str
    principal_minor: int
    bonus_minor: int
    points: int
    coupons: int
    points_ended: int = 0
    item: bool = False
    before: TakenBack = TakenBack()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpLots:
    """What a member still holds of a top-up, oldest first, and what came with it.

    The points and `coupons`, those still unused, are with who paid; `other_points` are the rest of
    her points. `elsewhere_minor` is the principal that she has left, where somebody else asks.
    Units: minor units.
    """

    principal: tuple[Lot, ...] = ()
    bonus: tuple[Lot, ...] = ()
    points: tuple[Lot, ...] = ()
    other_points: tuple[Lot, ...] = ()
    coupons: int = 0
    elsewhere_minor: int = 0

    @property
    def principal_minor(self) -> int:
        """Principal that is unspent. Units: minor units."""
        return _left(self.principal)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpRefundPlan:
    """What a refund gives back and takes back, and why. Units: minor units, points.

    `gifts_kept`: something that was given with the money stays while the money goes.
    """

    principal: tuple[LotShare, ...]
    bonus: tuple[LotShare, ...]
    points: tuple[LotShare, ...]
    points_owed: int
    coupons_voided: int
    gifts_kept: bool
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
    """Under which rules a top-up is refunded today.

    `gift_refunds`: how many of her top-ups went back this year while a gift stayed with her, this
    one not counted; `gift_refunds_max` how many may, None where this one was counted before.
    `item_returned`: the thing that came with it lies on the counter again.
    """

    law: Law
    refundable: Refundable
    on: BusinessDay
    claw_back: ClawBack = ClawBack.DEBT
    gift_refunds: int = 0
    gift_refunds_max: int | None = None
    item_returned: bool = False


def lots_of(
    top_up: PaidTopUp,
    lots: Iterable[Lot],
    *,
    coupons: int,
    elsewhere: Iterable[Lot] | None = None,
) -> TopUpLots:
    """A member's open lots that belong to a top-up.

    `elsewhere` are those of who paid it in; None: the member herself did.
    """
    own = list(lots)
    payers = own if elsewhere is None else list(elsewhere)
    points = [lot for lot in payers if lot.kind is AccountKind.POINTS]
    elsewhere_minor = 0
    if elsewhere is not None:
        elsewhere_minor = _left(
            lot for lot in payers if lot.pair_id == top_up.id and lot.kind is AccountKind.PRINCIPAL
        )
    found: dict[AccountKind, list[Lot]] = {}
    money = [lot for lot in own if lot.kind is not AccountKind.POINTS]
    for lot in sorted([*money, *points], key=lambda lot: (lot.acquired_at, lot.id)):
        of_pair = lot.pair_id == top_up.id and lot.kind is not AccountKind.POINTS
        of_points = lot.entry_id == top_up.entry_id and lot.kind is AccountKind.POINTS
        if lot.remaining and (of_pair or of_points):
            found.setdefault(lot.kind, []).append(lot)
    return TopUpLots(
        principal=tuple(found.get(AccountKind.PRINCIPAL, ())),
        bonus=tuple(found.get(AccountKind.BONUS, ())),
        points=tuple(found.get(AccountKind.POINTS, ())),
        other_points=tuple(lot for lot in points if lot.entry_id != top_up.entry_id),
        coupons=coupons,
        elsewhere_minor=elsewhere_minor,
    )


def plan_refund(
    top_up: PaidTopUp, lots: TopUpLots, rules: RefundRules, wanted_minor: int | None
) -> TopUpRefundPlan:
    """What refunding so much of a top-up does; None is all that is unspent.

    Unspent bonus and points go in proportion, and all of them with the last of the principal. Spent
    bonus stays the guest's; for spent points the Terms' claw back reaches, in proportion. Units:
    minor units.
    Refuses: top_up_refund.nothing_left, top_up_refund.over, top_up_refund.late,
    top_up_refund.gifts_kept.
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
    own_points = _oldest_first(
        lots.points, min(_points_due(top_up, back_minor, whole=whole), _left(lots.points))
    )
    clawed = _clawed(top_up, lots, rules, back_minor=back_minor, own=total_of(own_points))
    bonus = _oldest_first(lots.bonus, split(_left(lots.bonus), weights)[0])
    plan = TopUpRefundPlan(
        principal=_oldest_first(lots.principal, back_minor),
        bonus=bonus,
        points=(*own_points, *clawed.shares),
        points_owed=clawed.owed,
        coupons_voided=lots.coupons if whole else 0,
        gifts_kept=_gifts_kept(top_up, lots, rules, whole=whole),
        tender=top_up.tender,
        rule=refund_due_rule(rules.law, paid_on=top_up.paid_on, on=rules.on),
        refundable_minor=left_minor,
        lines=(),
    )
    _check_gifts(plan, rules)
    return _explained(plan, top_up, lots, rules)


def _check_gifts(plan: TopUpRefundPlan, rules: RefundRules) -> None:
    """Refuses: top_up_refund.gifts_kept, unless a rule of the law says that the money goes back."""
    most = rules.gift_refunds_max
    free = plan.rule is not None or most is None or rules.gift_refunds < most
    if plan.gifts_kept and not free:
        raise TOP_UP_REFUND_GIFTS_KEPT.because(maximum=most)


def _clawed(
    top_up: PaidTopUp, lots: TopUpLots, rules: RefundRules, *, back_minor: int, own: int
) -> ClawedPoints:
    """What the claw back of the shop takes or notes for spent points of this part of the money."""
    spent = _points_spent(top_up, lots)
    short = max(_points_due(top_up, back_minor, whole=False) - own, 0)
    reach = Reach(policy=rules.claw_back, own=frozenset(), day=rules.on)
    return taken_back(lots.other_points, min(short, spent), reach)


def _points_spent(top_up: PaidTopUp, lots: TopUpLots) -> int:
    """Points of the top-up that were used and that no refund has taken or noted yet."""
    before = top_up.before
    gone = top_up.points_ended + before.points + before.points_owed
    return max(top_up.points - gone - _left(lots.points), 0)


def _gifts_kept(top_up: PaidTopUp, lots: TopUpLots, rules: RefundRules, *, whole: bool) -> bool:
    """Whether a coupon, a thing or more than its share of bonus stays while the money goes.

    A coupon that is unused goes with the last part of the money; until then it stays too.
    """
    used_coupons = top_up.coupons - top_up.before.coupons - lots.coupons
    coupons_stay = used_coupons if whole else top_up.coupons
    return (
        coupons_stay > 0 or (top_up.item and not rules.item_returned) or _bonus_over(top_up, lots)
    )


def _bonus_over(top_up: PaidTopUp, lots: TopUpLots) -> bool:
    """Whether bonus was spent before the money that it came with, as `bonus_first` promises."""
    if all(lot.spend_order != SpendOrder.BONUS_FIRST for lot in lots.principal):
        return False
    before = top_up.before
    kept_minor = top_up.principal_minor - before.principal_minor - lots.principal_minor
    spent_minor = top_up.bonus_minor - before.bonus_minor - _left(lots.bonus)
    # A cent more than the share is rounding.
    return spent_minor > top_up.bonus_minor * kept_minor // top_up.principal_minor + 1


def in_time(paid_on: date, rules: RefundRules) -> bool:
    """Whether a top-up of that day may still be given back today, by the law or by the Terms."""
    if rules.refundable is Refundable.ALWAYS or rules.on <= _last_day(paid_on):
        return True
    return refund_due_rule(rules.law, paid_on=paid_on, on=rules.on) is not None


def _last_day(paid_on: date) -> date:
    return paid_on + timedelta(days=OWN_DAYS)


def _points_due(top_up: PaidTopUp, back_minor: int, *, whole: bool) -> int:
    """Points that go with this part of the money. Cumulative, so many small refunds keep none.

    Never more than no refund has taken or noted yet: spent ones may be back in their lot by now.
    """
    not_undone = max(top_up.points - top_up.before.points - top_up.before.points_owed, 0)
    if whole:
        return not_undone
    refunded_minor = top_up.before.principal_minor
    before = top_up.points * refunded_minor // top_up.principal_minor
    after = top_up.points * (refunded_minor + back_minor) // top_up.principal_minor
    return min(after - before, not_undone)


def _explained(
    plan: TopUpRefundPlan, top_up: PaidTopUp, lots: TopUpLots, rules: RefundRules
) -> TopUpRefundPlan:
    before = top_up.before
    used_minor = top_up.principal_minor - before.principal_minor - plan.refundable_minor
    coupons_kept = top_up.coupons - before.coupons - plan.coupons_voided
    others = {lot.id for lot in lots.other_points}
    clawed = sum([share.amount for share in plan.points if share.lot.id in others])
    points_kept = _points_spent(top_up, lots) - clawed - plan.points_owed
    told = (
        (RefundLineKind.PAID, top_up.principal_minor),
        (RefundLineKind.REFUNDED_BEFORE, before.principal_minor),
        (RefundLineKind.USED, used_minor),
        (RefundLineKind.LEFT, plan.refundable_minor),
        (RefundLineKind.BACK, plan.principal_minor),
        (RefundLineKind.BONUS_FORFEITED, plan.bonus_minor),
        (RefundLineKind.BONUS_KEPT, top_up.bonus_minor - before.bonus_minor - _left(lots.bonus)),
        (RefundLineKind.POINTS_BACK, plan.points_taken_back),
        (RefundLineKind.POINTS_OWED, plan.points_owed),
        (RefundLineKind.POINTS_KEPT, points_kept),
        (RefundLineKind.COUPONS_VOIDED, plan.coupons_voided),
        (RefundLineKind.COUPONS_KEPT, coupons_kept),
        (RefundLineKind.ITEM_KEPT, int(top_up.item and not rules.item_returned)),
        (RefundLineKind.GIFT_REFUNDS, rules.gift_refunds + 1 if plan.gifts_kept else 0),
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
