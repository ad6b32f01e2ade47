"""Money in whole minor units, and the only functions that divide it: a share, and a split.

>>> share_of(Money(1800, "CNY"), Rate(1200)).minor        # 12 % off an 18.00 tea
216
>>> split(299, [4300, 1400, 2300])                        # 2.99 over three cups
(161, 52, 86)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NewType

from regulars.domain.kernel.refusal import refusal_code

Currency = NewType("Currency", str)
CNY = Currency("CNY")

CURRENCY_UNKNOWN = refusal_code("money.currency_unknown", "currency")
AMOUNT_OUT_OF_RANGE = refusal_code("money.amount_out_of_range", "amount_minor", "maximum_minor")

# ISO 4217: digits after the point for the currencies shops of ours use.
SCALES: dict[str, int] = {
    "CNY": 2,
    "HKD": 2,
    "MOP": 2,
    "TWD": 2,
    "SGD": 2,
    "MYR": 2,
    "USD": 2,
    "CAD": 2,
    "AUD": 2,
    "EUR": 2,
    "GBP": 2,
    "JPY": 0,
    "KRW": 0,
}

# One amount never passes 10 thousand million minor units: sums of them stay far inside 64 bits.
MAXIMUM_MINOR = 10_000_000_000


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in the smallest unit of its currency. Units: minor units (分, cents)."""

    minor: int
    currency: Currency = CNY

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(self.minor * count, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return other.minor


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """A share in basis points: 1,200 is 12 %. Units: basis points."""

    basis_points: int

    def __post_init__(self) -> None:
        if not 0 <= self.basis_points <= 1_000_000:
            raise ValueError("a rate lies between 0 and 1,000,000 basis points")


WHOLE = Rate(10_000)


def scale_of(currency: str) -> int:
    """How many digits a currency shows after the point. Refuses: money.currency_unknown."""
    try:
        return SCALES[currency]
    except KeyError:
        raise CURRENCY_UNKNOWN.because(currency=currency) from None


def bounded(amount_minor: int) -> int:
    """The amount itself, if it is one that a shop can mean. Refuses: money.amount_out_of_range."""
    if not -MAXIMUM_MINOR <= amount_minor <= MAXIMUM_MINOR:
        raise AMOUNT_OUT_OF_RANGE.because(amount_minor=amount_minor, maximum_minor=MAXIMUM_MINOR)
    return amount_minor


def share_of_minor(amount_minor: int, basis_points: int) -> int:
    """The share of an amount, half a minor unit away from zero. Units: minor units."""
    doubled = 2 * abs(amount_minor) * basis_points + 10_000
    share = doubled // 20_000
    return share if amount_minor >= 0 else -share


def share_within_minor(amount_minor: int, basis_points: int) -> int:
    """The share that an amount already holds, as a price holds its tax: 0.60 of 10.60 at 6 %.

    Half a minor unit goes away from zero. Units: minor units.
    """
    whole = 10_000 + basis_points
    share = (2 * abs(amount_minor) * basis_points + whole) // (2 * whole)
    return share if amount_minor >= 0 else -share


def share_of(amount: Money, rate: Rate) -> Money:
    """The share of an amount, half a minor unit away from zero."""
    return Money(share_of_minor(amount.minor, rate.basis_points), amount.currency)


def split(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """A total cut by weights into whole parts that sum to it exactly, by largest remainder.

    All weights zero counts as equal weights; a negative total mirrors the positive one.
    Ties go to the earlier position. Units: whatever the total is in.
    """
    if not weights:
        if total:
            raise ValueError("nothing to split over")
        return ()
    if min(weights) < 0:
        raise ValueError("weights are never negative")
    if total < 0:
        return tuple(-part for part in split(-total, weights))
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    parts = [total * weight // whole for weight in weights]
    left = total - sum(parts)
    if left:
        remainders = [total * weight % whole for weight in weights]
        # A reversed sort is stable too: equal remainders keep their order.
        by_remainder = sorted(range(len(parts)), key=remainders.__getitem__, reverse=True)
        for at in by_remainder[:left]:
            parts[at] += 1
    return tuple(parts)


def split_capped(
    total: int, weights: Sequence[int], caps: Sequence[int]
) -> tuple[tuple[int, ...], int]:
    """A split in which no part passes its cap, and what could not be placed.

    Shares whose exact value passes their cap are fixed there and the rest is spread over the
    others, until none passes. Units: whatever the total is in.
    """
    if len(caps) != len(weights):
        raise ValueError("one cap for each weight")
    if total < 0:
        parts, rest = split_capped(-total, weights, caps)
        return tuple(-part for part in parts), -rest
    fixed: dict[int, int] = {}
    free = list(range(len(weights)))
    rest = total
    while free:
        open_weights = [weights[at] for at in free]
        if sum(open_weights) == 0:
            open_weights = [1] * len(free)
        whole = sum(open_weights)
        over = [
            at
            for at, weight in zip(free, open_weights, strict=True)
            if rest * weight > caps[at] * whole
        ]
        if not over:
            fixed.update(zip(free, split(rest, open_weights), strict=True))
            return tuple(fixed[at] for at in range(len(weights))), 0
        for at in over:
            fixed[at] = caps[at]
            rest -= caps[at]
        free = [at for at in free if at not in fixed]
    return tuple(fixed[at] for at in range(len(weights))), rest
