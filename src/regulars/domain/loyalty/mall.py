"""The points mall 积分商城: points for coupons, bonus money or a thing from the shelf.

{"points": 500, "gives": {"item_zh": "马克杯"}, "stock": 20, "per_member": {"span": "month",
"uses": 1}}: 李敏 gives 500 points for a mug and fetches it with a code; what is no thing is given at
once. Until the mug is handed over, the order can be cancelled: the points go back where they came
from, and the mug to the stock. With "fetch_days": 30 a mug that nobody fetched within thirty days goes
back to the stock by itself; "unfetched" says whether the points come back too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import (
    TEXT_LETTERS_MAX,
    check_parts,
    codes,
    number,
    one_of,
    whole,
    whole_or_none,
)
from regulars.domain.loyalty.gift import Gift, gift_data, gift_from
from regulars.domain.loyalty.programme import PROGRAMME_MALFORMED, Definition

FIELD = "definition"
POINTS_MAX = 10_000_000
STOCK_MAX = 1_000_000
SPANS = ("ever", "day", "week", "month")
_PARTS = ("points", "gives", "stock", "per_member", "tiers", "image", "fetch_days", "unfetched")
FETCH_DAYS_MAX = 366

MALL_SOLD_OUT = refusal_code("mall.sold_out")
MALL_LIMIT_REACHED = refusal_code("mall.limit_reached", "uses")
MALL_TIER_NEEDED = refusal_code("mall.tier_needed", "tiers")
MALL_ORDER_EXISTS = refusal_code("mall.order_exists")
MALL_ORDER_UNKNOWN = refusal_code("mall.order_unknown")
MALL_NOT_WAITING = refusal_code("mall.not_waiting", "state")
MALL_NOT_CANCELLABLE = refusal_code("mall.not_cancellable", "state")


class MallOrderState(StrEnum):
    """What became of an order: given at once, or waiting until it is fetched or cancelled."""

    GIVEN = "given"
    WAITING = "waiting"
    HANDED_OVER = "handed_over"
    CANCELLED = "cancelled"


class Unfetched(StrEnum):
    """What becomes of the points for a thing that nobody fetched in time."""

    GIVE_BACK = "give_back"
    FORFEIT = "forfeit"


class PerMember(NamedTuple):
    """How many one member may have within a span of business days."""

    span: str
    uses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MallItem:
    """One thing of the mall. Units: points; `stock=None` never runs out; no tiers is everybody.

    `fetch_days`: within so many days after the order it is fetched; None waits for ever.
    """

    points: int
    gives: Gift
    stock: int | None = None
    per_member: PerMember | None = None
    tiers: tuple[str, ...] = ()
    image: str | None = None
    fetch_days: int | None = None
    unfetched: Unfetched = Unfetched.GIVE_BACK

    @property
    def fetched(self) -> bool:
        """Whether it is a thing that is handed over a counter."""
        return self.gives.item is not None

    def fetch_until(self, ordered_on: date) -> date | None:
        """The last day on which what was ordered on a day is fetched; None is any day."""
        return None if self.fetch_days is None else ordered_on + timedelta(days=self.fetch_days)

    def open_to(self, tier: str) -> bool:
        """Whether members of a tier may have it."""
        return not self.tiers or tier in self.tiers

    def check_tier(self, tier: str) -> None:
        """Refuses: mall.tier_needed."""
        if not self.open_to(tier):
            raise MALL_TIER_NEEDED.because(tiers=list(self.tiers))


def cancellable(item: MallItem, state: MallOrderState) -> bool:
    """Whether an order may still be cancelled: while it waits, or if it gave coupons alone."""
    given = item.gives
    coupons_alone = Gift(coupon_types=given.coupon_types) == given
    return state is MallOrderState.WAITING or (state is MallOrderState.GIVEN and coupons_alone)


def mall_item_from(data: Mapping[str, object]) -> MallItem:
    """The item that a definition spells. Refuses: terms.malformed, programme.malformed."""
    check_parts(FIELD, data, *_PARTS)
    image = data.get("image")
    if image is not None and not (isinstance(image, str) and 1 <= len(image) <= TEXT_LETTERS_MAX):
        raise PROGRAMME_MALFORMED.because(part="image")
    item = MallItem(
        points=whole(1, POINTS_MAX)(f"{FIELD}.points", data.get("points")),
        gives=gift_from(FIELD, data.get("gives")),
        stock=whole_or_none(1, STOCK_MAX)(f"{FIELD}.stock", data.get("stock")),
        per_member=_per_member(data.get("per_member")),
        tiers=codes(FIELD, data.get("tiers", [])),
        image=image,
        fetch_days=whole_or_none(1, FETCH_DAYS_MAX)(f"{FIELD}.fetch_days", data.get("fetch_days")),
        unfetched=Unfetched(
            one_of(*Unfetched)(f"{FIELD}.unfetched", data.get("unfetched", "give_back"))
        ),
    )
    if item.fetch_days is not None and not item.fetched:
        raise PROGRAMME_MALFORMED.because(part="fetch_days")
    # Points for points, or for growth value, would be a pump.
    if item.gives.empty or item.gives.points or item.gives.growth_value:
        raise PROGRAMME_MALFORMED.because(part="gives")
    return item


def _per_member(data: object) -> PerMember | None:
    if data is None:
        return None
    if not isinstance(data, Mapping):
        raise PROGRAMME_MALFORMED.because(part="per_member")
    check_parts(FIELD, data, "span", "uses")
    limit = PerMember(
        one_of(*SPANS)(f"{FIELD}.per_member.span", data.get("span")), number(FIELD, data, "uses")
    )
    if not limit.uses:
        raise PROGRAMME_MALFORMED.because(part="per_member")
    return limit


def mall_item_data(definition: Definition) -> dict[str, object]:
    """The stored form; `mall_item_from` reads it back."""
    assert isinstance(definition, MallItem)
    limit = definition.per_member
    return {
        "points": definition.points,
        "gives": gift_data(definition.gives),
        "stock": definition.stock,
        "per_member": None if limit is None else {"span": limit.span, "uses": limit.uses},
        "tiers": list(definition.tiers),
        "image": definition.image,
        "fetch_days": definition.fetch_days,
        "unfetched": definition.unfetched.value,
    }
