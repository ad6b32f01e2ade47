"""Group buying 拼团: a price that holds when enough buy together in time.

"三人团：奶茶 9.90": 王芳 opens a group and pays for the first seat; it is open for two hours. When
李敏 and 张伟 have taken the other two, the money becomes sales and each of the three gets a coupon
to fetch the tea with. If nobody comes, everybody has the money back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import check_parts, number, text
from regulars.domain.kernel.terms import TERMS_MALFORMED
from regulars.domain.loyalty.programme import Definition

GROUP_FULL = refusal_code("group.full")
GROUP_OVER = refusal_code("group.over")
GROUP_TENDER_REFUSED = refusal_code("group.tender_refused")

SEATS_MAX = 100
OPEN_MINUTES_MAX = 60 * 24 * 30
_FIELD = "group_buy"
_PARTS = (
    "deal_zh",
    "deal_en",
    "coupon_type",
    "price_minor",
    "seats",
    "open_minutes",
    "per_member_max",
    "tenders",
)


class SeatTender(StrEnum):
    """How a seat is paid."""

    CASH = "cash"
    EXTERNAL = "external"
    STORED_VALUE = "stored_value"


class GroupState(StrEnum):
    """Where a group stands."""

    OPEN = "open"
    FILLED = "filled"
    EXPIRED = "expired"


class SeatState(StrEnum):
    """Where a seat's money is: waiting, sold, back in stored value, owed to the guest, given.

    A seat that was sold may be refunded like any sale.
    """

    TAKEN = "taken"
    FILLED = "filled"
    REFUNDED = "refunded"
    RETURNED = "returned"
    REFUND_DUE = "refund_due"
    PAID_BACK = "paid_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDeal:
    """What a group promises. Units: minor units for each seat, minutes.

    `coupon_type`: what each member of a full group gets, to fetch the goods with a bill like any
    other. `per_member_max`: how many groups of this deal one member may be in; None is any number.
    """

    deal: Label
    coupon_type: str
    price_minor: int
    seats: int
    open_minutes: int
    per_member_max: int | None = None
    tenders: tuple[SeatTender, ...] = tuple(SeatTender)

    def ends_at(self, opened_at: Instant) -> Instant:
        """When a group opened at a moment is over."""
        return Instant(opened_at + timedelta(minutes=self.open_minutes))

    def check_tender(self, tender: str) -> SeatTender:
        """The way of paying, if seats of this deal take it. Refuses: group.tender_refused."""
        if tender not in set(self.tenders):
            raise GROUP_TENDER_REFUSED.because()
        return SeatTender(tender)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupNow:
    """A group as it stands."""

    state: GroupState
    seats: int
    seats_taken: int
    ends_at: Instant

    def check_join(self, now: Instant) -> None:
        """Whether one more seat may be taken. Refuses: group.full, group.over."""
        if self.state is GroupState.FILLED or self.seats_taken >= self.seats:
            raise GROUP_FULL.because()
        if self.state is GroupState.EXPIRED or now >= self.ends_at:
            raise GROUP_OVER.because()

    @property
    def fills_next(self) -> bool:
        """Whether the next seat is the last one."""
        return self.seats_taken + 1 == self.seats


def group_from(data: Mapping[str, object]) -> GroupDeal:
    """The deal that a definition spells. Refuses: terms.malformed."""
    check_parts(_FIELD, data, *_PARTS)
    most = data.get("per_member_max")
    return GroupDeal(
        deal=Label(
            text(_FIELD, data, "deal_zh"),
            text(_FIELD, data, "deal_en") if data.get("deal_en") else "",
        ),
        coupon_type=text(_FIELD, data, "coupon_type"),
        price_minor=_between(data, "price_minor", 1, 10_000_000),
        seats=_between(data, "seats", 2, SEATS_MAX),
        open_minutes=_between(data, "open_minutes", 1, OPEN_MINUTES_MAX),
        per_member_max=None if most is None else _between(data, "per_member_max", 1, 1_000),
        tenders=_tenders(data),
    )


def group_data(deal: Definition) -> dict[str, object]:
    """A deal as its definition spells it."""
    assert isinstance(deal, GroupDeal)
    return {
        "deal_zh": deal.deal.zh,
        "deal_en": deal.deal.en,
        "coupon_type": deal.coupon_type,
        "price_minor": deal.price_minor,
        "seats": deal.seats,
        "open_minutes": deal.open_minutes,
        "per_member_max": deal.per_member_max,
        "tenders": [tender.value for tender in deal.tenders],
    }


def _between(data: Mapping[str, object], part: str, low: int, high: int) -> int:
    value = number(_FIELD, data, part)
    if not low <= value <= high:
        raise TERMS_MALFORMED.because(field=f"{_FIELD}.{part}", part=f"{low}..{high}")
    return value


def _tenders(data: Mapping[str, object]) -> tuple[SeatTender, ...]:
    told = data.get("tenders", [tender.value for tender in SeatTender])
    if not isinstance(told, list):
        raise TERMS_MALFORMED.because(field=_FIELD, part="tenders")
    found = {text(_FIELD, {"tenders": one}, "tenders") for one in told[: len(SeatTender) + 1]}
    if not found or not found <= set(SeatTender):
        raise TERMS_MALFORMED.because(field=_FIELD, part="tenders")
    return tuple(tender for tender in SeatTender if tender.value in found)
