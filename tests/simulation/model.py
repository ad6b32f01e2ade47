"""What a member should own, worked out by hand: the other side of the model test.

The model knows pairs of stored value, sums of points and growth value, and what each sale moved.
It shares no code with the shop. Units: minor units, points, growth value.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from uuid import UUID

JOIN_POINTS = 50
BONUS_FROM, BONUS = 10_000, 1_000
GOLD_FROM = 100
POINTS_PER_STEP, STEP_MINOR = 100, 100


def portions(amount: int, weights: list[int]) -> list[int]:
    """An amount by weights; what rounding leaves goes to the largest fractions, the first first."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    exact = [Fraction(amount * weight, whole) for weight in weights]
    given = [int(part) for part in exact]
    order = sorted(range(len(weights)), key=lambda at: (given[at] - exact[at], at))
    for at in order[: amount - sum(given)]:
        given[at] += 1
    return given


@dataclass
class Pair:
    """One top-up: what it was and what is left of it."""

    principal: int
    bonus: int
    principal_left: int = field(init=False)
    bonus_left: int = field(init=False)

    def __post_init__(self) -> None:
        self.principal_left, self.bonus_left = self.principal, self.bonus

    @property
    def left(self) -> int:
        """What it can still pay."""
        return self.principal_left + self.bonus_left

    def pay(self, amount: int) -> tuple[int, int]:
        """Take from both sides so that what was used keeps the proportion of the top-up."""
        used = self.principal + self.bonus - self.left + amount
        bonus_due = portions(used, [self.principal, self.bonus])[1]
        bonus = bonus_due - (self.bonus - self.bonus_left)
        bonus = min(max(bonus, amount - self.principal_left, 0), self.bonus_left, amount)
        self.principal_left -= amount - bonus
        self.bonus_left -= bonus
        return amount - bonus, bonus


@dataclass
class Sold:
    """What one sale moved and no refund has given back."""

    order_id: UUID
    units: dict[UUID, int]
    drawn: list[tuple[Pair, list[int]]]  # of each pair: principal, bonus
    points_spent: int
    points_earned: int
    growth: int

    @property
    def principal(self) -> int:
        """Principal that may come back."""
        return sum(parts[0] for _, parts in self.drawn)

    @property
    def bonus(self) -> int:
        """Bonus that may come back."""
        return sum(parts[1] for _, parts in self.drawn)


@dataclass
class Back:
    """What a refund moved, as its slip told."""

    principal: int
    bonus: int
    points_returned: int
    points_taken: int
    growth: int


@dataclass
class Owned:
    """One member."""

    pairs: list[Pair] = field(default_factory=list)
    points: int = JOIN_POINTS
    debt: int = 0
    growth: int = 0
    gold: bool = False
    frozen: bool = False
    sold: list[Sold] = field(default_factory=list)

    @property
    def stored(self) -> int:
        """All that she can pay with."""
        return sum(pair.left for pair in self.pairs)

    @property
    def balances(self) -> tuple[int, int, int, int, int]:
        """Principal, bonus, points, debt and growth value."""
        principal = sum(pair.principal_left for pair in self.pairs)
        return principal, self.stored - principal, self.points, self.debt, self.growth

    def top_up(self, principal: int) -> None:
        """Money in, and the bonus of its step."""
        self.pairs.append(Pair(principal, BONUS if principal >= BONUS_FROM else 0))

    def buy(
        self, order_id: UUID, units: dict[UUID, int], *, due: int, stored: int, points: int
    ) -> Sold:
        """A sale: the oldest pairs pay; real money earns; points repay a debt first."""
        drawn: list[tuple[Pair, list[int]]] = []
        missing = stored
        for pair in self.pairs:
            part = min(missing, pair.left)
            if part:
                drawn.append((pair, list(pair.pay(part))))
                missing -= part
        assert not missing
        base = due - sum(parts[1] for _, parts in drawn)
        earned = base * (15 if self.gold else 10) // 1_000
        sale = Sold(order_id, units, drawn, points, earned, base // 100)
        repaid = min(self.debt, earned)
        self.debt -= repaid
        self.points += earned - repaid - points
        self.growth += sale.growth
        self.gold = self.gold or self.growth >= GOLD_FROM
        self.sold.append(sale)
        return sale

    def take_back(self, sale: Sold, back: Back) -> None:
        """A refund: to the pairs it came from; what is not there any more becomes a debt."""
        for side, amount in ((0, back.principal), (1, back.bonus)):
            shares = portions(amount, [parts[side] for _, parts in sale.drawn])
            for (pair, parts), share in zip(sale.drawn, shares, strict=True):
                assert 0 <= share <= parts[side]
                parts[side] -= share
                if side:
                    pair.bonus_left += share
                else:
                    pair.principal_left += share
        assert 0 <= back.points_returned <= sale.points_spent
        assert 0 <= back.points_taken <= sale.points_earned
        assert 0 <= back.growth <= sale.growth
        self.points += back.points_returned
        reached = 0 if self.frozen else min(back.points_taken, self.points)
        self.points -= reached
        self.debt += back.points_taken - reached
        self.growth -= back.growth
        sale.points_spent -= back.points_returned
        sale.points_earned -= back.points_taken
        sale.growth -= back.growth
        if back.growth:
            self.gold = self.growth >= GOLD_FROM
