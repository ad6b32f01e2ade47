"""Passes 次卡: ten cups paid at once, fetched one by one.

"奶茶十次卡" costs 150.00 for 10 uses within 90 days. Each use is worth 15.00, so after three uses
45.00 are earned and 105.00 still belong to the guest. She gives it back: the rule that was promised
at the sale says what she gets. By list price (18.00 a cup) that is 150.00 − 3 × 18.00 = 96.00; pro
rata it is 105.00.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from regulars.domain.kernel.money import split
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.loyalty.pass_promise import USES_MAX, PassPromise, RefundRule

PASS_NOT_ACTIVE = refusal_code("pass.not_active", "state")
PASS_FROZEN = refusal_code("pass.frozen")
PASS_OVER = refusal_code("pass.over")
PASS_USED_UP = refusal_code("pass.used_up", "left")
PASS_COUNT_MALFORMED = refusal_code("pass.count_malformed")
PASS_NOT_FROZEN = refusal_code("pass.not_frozen")
PASS_FREEZE_OVER = refusal_code("pass.freeze_over", "days")


class PassState(StrEnum):
    """What can be done with a pass."""

    ACTIVE = "active"
    FROZEN = "frozen"
    EXPIRED = "expired"
    REFUNDED = "refunded"


def value_of_uses(price_minor: int, uses: int, *, used: int, count: int) -> int:
    """What the next uses of a pass earn; the last one ends its price exactly.

    Units: minor units. Source: `split`, cumulative, so no order of uses gains a cent.
    """
    return sum(split(price_minor, (1,) * uses)[used : used + count])


@dataclass(frozen=True, slots=True, kw_only=True)
class PassNow:
    """A pass as it stands on a day. Units: uses, days."""

    state: PassState
    uses: int
    used: int
    ends_on: date
    frozen_on: date | None
    frozen_days: int

    @property
    def left(self) -> int:
        """How many uses are left."""
        return self.uses - self.used


def check_use(now: PassNow, count: int, *, on: BusinessDay) -> None:
    """Whether so many uses may be taken on a day.

    Refuses: pass.count_malformed, pass.frozen, pass.not_active, pass.over, pass.used_up.
    """
    if not 1 <= count <= USES_MAX:
        raise PASS_COUNT_MALFORMED.because()
    if now.state is PassState.FROZEN:
        raise PASS_FROZEN.because()
    if now.state is not PassState.ACTIVE:
        raise PASS_NOT_ACTIVE.because(state=now.state.value)
    if on >= now.ends_on:
        raise PASS_OVER.because()
    if count > now.left:
        raise PASS_USED_UP.because(left=now.left)


def frozen_until(now: PassNow, promise: PassPromise, *, on: BusinessDay) -> date:
    """The day on which a pass that is frozen today runs again by itself.

    Refuses: pass.frozen, pass.not_active, pass.over, pass.freeze_over.
    """
    if now.state is PassState.FROZEN:
        raise PASS_FROZEN.because()
    if now.state is not PassState.ACTIVE:
        raise PASS_NOT_ACTIVE.because(state=now.state.value)
    if on >= now.ends_on:
        raise PASS_OVER.because()
    left = promise.freeze_days_max - now.frozen_days
    if left <= 0:
        raise PASS_FREEZE_OVER.because(days=promise.freeze_days_max)
    return on + timedelta(days=left)


def days_frozen(now: PassNow, promise: PassPromise, *, on: BusinessDay) -> int:
    """How many days a freeze has taken, as they are added to the pass's end.

    Never more than it may still be frozen. Units: days. Refuses: pass.not_frozen.
    """
    if now.state is not PassState.FROZEN or now.frozen_on is None:
        raise PASS_NOT_FROZEN.because()
    days = on.toordinal() - now.frozen_on.toordinal()
    return max(0, min(days, promise.freeze_days_max - now.frozen_days))


class RefundPart(StrEnum):
    """What one line of a refund is about."""

    PAID = "paid"
    USED = "used"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundLine:
    """One line: the price paid, then what the used uses count for. Units: uses, minor units.

    `each_minor`: what one use counts for; None where they differ by the cent that is left over.
    """

    part: RefundPart
    count: int
    each_minor: int | None
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRefund:
    """What a pass gives back. `kept_minor` stays with the shop for uses that were had."""

    rule: RefundRule
    lines: tuple[RefundLine, ...]
    amount_minor: int
    kept_minor: int


def refund_of(
    promise: PassPromise, *, price_minor: int, used: int, deferred_minor: int
) -> PassRefund:
    """What a guest gets back for a pass, by the rule promised at its sale, line by line.

    Units: minor units; `deferred_minor` is what of the price is not earned yet.
    """
    if promise.refund is RefundRule.BY_LIST_PRICE:
        each: int | None = promise.list_price_minor
        counted = min(price_minor, used * promise.list_price_minor)
    else:
        counted = value_of_uses(price_minor, promise.uses, used=0, count=used)
        each = counted // used if used and counted % used == 0 else None
    amount = min(price_minor - counted, deferred_minor)
    paid = RefundLine(
        part=RefundPart.PAID, count=promise.uses, each_minor=None, amount_minor=price_minor
    )
    had = RefundLine(
        part=RefundPart.USED, count=used, each_minor=each, amount_minor=amount - price_minor
    )
    return PassRefund(
        rule=promise.refund,
        lines=(paid, had),
        amount_minor=amount,
        kept_minor=deferred_minor - amount,
    )
