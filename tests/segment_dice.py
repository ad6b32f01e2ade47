"""Random conditions of segments, as deep and as odd as anybody could save them."""

import random
from uuid import UUID

from regulars.domain.insights.lifecycle import Stage
from regulars.domain.insights.rfm import RfmClass
from regulars.domain.kernel.condition import (
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Not,
    OneOf,
    Within,
    as_data,
)
from regulars.domain.members.profile import ProfileField
from regulars.domain.segments.conditions import segment_condition_from
from tests.segment_things import (
    CATEGORIES,
    CHANNELS,
    CHILDREN,
    COUPON_TYPES,
    EDGES_DAYS,
    PASS_KINDS,
    PRODUCT_TAGS,
    PRODUCTS,
    REGIONS,
    STORES,
    TAGS,
)

WORDS: dict[str, tuple[object, ...]] = {
    "tags": (*TAGS, "没有"),
    "tier": ("leaf", "gold", "none"),
    "joined_via": ("till", "import", "api"),
    "language": ("zh-CN", "en"),
    "home_store": tuple(map(str, STORES)),
    "region": tuple(map(str, REGIONS)),
    "contacts": ("phone", "email", "card", "openid"),
    "consents": ("sms/marketing", "email/marketing", "sms/membership", "x"),
    "told": tuple(ProfileField),
    "stage": tuple(Stage),
    "rfm": tuple(RfmClass),
    "segments": tuple(map(str, CHILDREN)),
}
ONLY_SETS = frozenset({"tags", "contacts", "consents", "told", "segments"})


class Dice:
    """Conditions by chance from one seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def condition(self, depth: int = 4) -> Condition:
        """A condition that a marketer could have saved."""
        return segment_condition_from(as_data(self._tree(depth)))

    def _tree(self, depth: int) -> Condition:
        kind = self.dice.random()
        if depth == 0 or kind < 0.35:
            return self._leaf()
        if kind < 0.5:
            return Not(self._tree(depth - 1))
        parts = tuple(self._tree(depth - 1) for _ in range(self.dice.choice((0, 1, 2, 2, 3, 3))))
        return All(parts) if kind < 0.75 else AnyOf(parts)

    def _leaf(self) -> Condition:
        kind = self.dice.random()
        if kind < 0.5:
            return self._number_leaf()
        if kind < 0.75:
            return Compare(self._yes_no(), Comparison.EQUAL, self.dice.random() < 0.8)
        name = self.dice.choice((*WORDS, "channel_in"))
        known = CHANNELS if name == "channel_in" else WORDS[name]
        words = tuple(str(one) for one in self.dice.sample(known, self.dice.randrange(1, 3)))
        field = f"channel_in(days={self._days()})" if name == "channel_in" else name
        if name in ONLY_SETS or name == "channel_in" or self.dice.random() < 0.5:
            return OneOf(field, words)
        return Compare(field, Comparison.EQUAL, words[0])

    def _number_leaf(self) -> Condition:
        field, low, high = self._number()
        value = self.dice.randrange(low, high + 1)
        kind = self.dice.random()
        if kind < 0.6:
            return Compare(field, self.dice.choice(tuple(Comparison)), value)
        if kind < 0.8:
            bounds = (value, value + self.dice.randrange(1, high - low + 2))
            hole = self.dice.choice((0, 1, 2, 3))
            return Within(field, None if hole & 1 else bounds[0], None if hole & 2 else bounds[1])
        return OneOf(field, (value, value + 1, low))

    def _days(self) -> int:
        return self.dice.choice(EDGES_DAYS)

    def _number(self) -> tuple[str, int, int]:
        choice, days = self.dice.choice, self._days()
        where = choice(
            (
                "",
                f",store={choice(STORES)}",
                f",region={choice(REGIONS)}",
                f",channel={choice(CHANNELS)}",
            )
        )
        kind = choice(("", f"(type={choice(COUPON_TYPES)})"))
        return choice(
            (
                ("visits", 0, 9),
                ("spent", 0, 60_000),
                ("days_since_visit", 0, 100),
                ("days_since_first_visit", 0, 400),
                ("days_since_joined", 0, 400),
                (f"visits_in(days={days}{where})", 0, 4),
                (f"stores_in(days={days}{where})", 0, 3),
                (f"spent_in(days={days}{where})", 0, 30_000),
                (f"ticket_max_in(days={days}{where})", 0, 20_000),
                (f"ticket_min_in(days={days}{where})", 0, 20_000),
                (f"ticket_avg_in(days={days}{where})", 0, 20_000),
                (f"bought({self._goods()},days={choice((0, days))})", 0, 3),
                (f"days_since_bought({self._goods()})", 0, 100),
                ("points", 0, 80),
                ("stored_value", -1, 1),
                ("growth", -1, 1),
                (f"points_expiring(days={choice((1, 7, 30))})", 0, 100),
                (f"bonus_expiring(days={choice((1, 7, 30))})", 0, 100),
                (f"coupons_expiring(days={choice((1, 7, 30))})", 0, 2),
                (f"holds_coupon{kind}", 0, 2),
                (f"pass_uses_left(type={choice(PASS_KINDS)})", 0, 10),
                ("passes_expiring(days=7)", 0, 2),
            )
        )

    def _goods(self) -> str:
        return self.dice.choice(
            (
                f"product={self.dice.choice(PRODUCTS)}",
                f"category={self.dice.choice(CATEGORIES)}",
                f"tag={self.dice.choice(PRODUCT_TAGS)}",
            )
        )

    def _step(self) -> str:
        def named(kind: str, known: tuple[UUID, ...]) -> str:
            return f"{kind}:{self.dice.choice(known)}"

        steps = ("visit", named("product", PRODUCTS), named("category", CATEGORIES), "tag:辣")
        return self.dice.choice(steps)

    def _yes_no(self) -> str:
        choice = self.dice.choice
        recent = choice((7, 30))
        some = choice(("", f"{self._goods()},"))
        third = choice(("", f",third={self._step()}"))
        of = choice((2, 4, 6))
        steps = f"first={self._step()},then={self._step()}{third}"
        return choice(
            (
                "everyone",
                f"random(salt=s{choice((1, 2))},to={choice((2_000, 5_000))})",
                f"random(salt=s,from={choice((0, 3_000))},to=9000)",
                f"birthday(from={choice((-7, -3, 0))},to={choice((0, 3, 30))})",
                "birthday_this_month",
                f"first_time({some}days={self._days()})",
                f"regularly({some}n={choice((1, 2))},of={of},period={choice(('week', 'month'))})",
                f"stopped({some}range={choice((90, 180))},recent={recent})",
                f"resumed({some}range={choice((60, 90))},recent={recent})",
                f"sequence({steps},gap={choice((7, 30))},days={choice((90, 180))})",
            )
        )
