"""How often, and for how much money, a promise holds: 限量, 每人每天一次, 预算 5,000 元.

    Limit(whose=MEMBER, span=DAY, uses=1): each member once on a business day.
    Limit(whose=ALL, span=EVER, amount_minor=500_000): 5,000.00 in all; the last order takes less.

A limit is a promise, not a count of past orders: what an order takes is taken with it, in one
conditional change, and comes back with its refund.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, assert_never
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.pricing.kinds.fields import (
    AMOUNT_MINOR_MAX,
    OFFER_MALFORMED,
    only,
    whole_or_none,
    word,
)

LIMITS_MAX = 6
USES_MAX = 1_000_000_000
BUDGET_MINOR_MAX = 1_000 * AMOUNT_MINOR_MAX
PARTS = frozenset({"whose", "span", "uses", "amount_minor", "on_last"})


class Whose(StrEnum):
    """Whose uses count together."""

    ALL = "all"
    STORE = "store"
    MEMBER = "member"


class Span(StrEnum):
    """Over which time they count together; days are business days, weeks are ISO weeks."""

    EVER = "ever"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class OnLast(StrEnum):
    """What happens when an order would take more money than is left."""

    CLIP = "clip"
    REFUSE = "refuse"
    HONOUR = "honour"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit of an offer. Units: uses (an order is one use), minor units; None is no limit."""

    whose: Whose
    span: Span = Span.EVER
    uses: int | None = None
    amount_minor: int | None = None
    on_last: OnLast = OnLast.REFUSE


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of an offer for this guest, here and now: the tightest of its limits.

    Units: uses, minor units; None is no limit. `whose` names the limit that leaves least. An
    offer whose money is gone has no use left either, whatever happens with the last order.
    """

    uses: int | None
    amount_minor: int | None
    whose: Whose
    on_last: OnLast = OnLast.REFUSE


class LimitKey(NamedTuple):
    """Under which name the uses of one limit are counted; keys sort the same way everywhere."""

    offer_id: UUID
    scope: str
    period: str


class Used(NamedTuple):
    """How much of a limit is gone. Units: uses, minor units."""

    uses: int = 0
    amount_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """Who would use an offer: at which store, which member, on which business day."""

    store_id: UUID
    member_id: UUID | None
    day: BusinessDay

    @property
    def scopes(self) -> tuple[str, ...]:
        """Every scope that counts for this guest here."""
        named = (scope_key(one, self.store_id, self.member_id) for one in Whose)
        return tuple(scope for scope in named if scope is not None)

    @property
    def periods(self) -> tuple[str, ...]:
        """Every period that counts on this day."""
        return tuple(period_key(span, self.day) for span in Span)

    def key(self, offer_id: UUID, limit: Limit) -> LimitKey | None:
        """Where a use of this limit is counted; None: it is for members, and nobody is known."""
        scope = scope_key(limit.whose, self.store_id, self.member_id)
        return (
            None if scope is None else LimitKey(offer_id, scope, period_key(limit.span, self.day))
        )


def scope_key(whose: Whose, store_id: UUID, member_id: UUID | None) -> str | None:
    """The group that counts together; None where a member is needed and nobody is known."""
    match whose:
        case Whose.ALL:
            return "all"
        case Whose.STORE:
            return f"store:{store_id}"
        case Whose.MEMBER:
            return None if member_id is None else f"member:{member_id}"
        case _:
            assert_never(whose)


def period_key(span: Span, business_day: BusinessDay) -> str:
    """The stretch of time that counts together: ever, 2026-11-22, 2026-W47, 2026-11.

    Source: ISO 8601, where the week of 1 January may belong to the year before.
    """
    match span:
        case Span.EVER:
            return "ever"
        case Span.DAY:
            return business_day.isoformat()
        case Span.WEEK:
            year, week, _ = business_day.isocalendar()
            return f"{year}-W{week:02d}"
        case Span.MONTH:
            return f"{business_day.year}-{business_day.month:02d}"
        case _:
            assert_never(span)


def left_of(
    offer_id: UUID, limits: Sequence[Limit], taker: Taker, used: Mapping[LimitKey, Used]
) -> Left | None:
    """What is left of an offer for a guest: the tightest of its limits; None is no limit at all.

    Money that would be honoured counts only where no other limit of money binds it. A limit per
    member leaves nothing where no member is known.
    """
    uses: tuple[int, Whose] | None = None
    money: tuple[int, Limit] | None = None
    for limit in limits:
        key = taker.key(offer_id, limit)
        if key is None:
            return Left(0, None, limit.whose)
        gone = used.get(key, Used())
        if limit.uses is not None:
            rest = max(limit.uses - gone.uses, 0)
            if uses is None or rest < uses[0]:
                uses = rest, limit.whose
        if limit.amount_minor is not None:
            rest = max(limit.amount_minor - gone.amount_minor, 0)
            if not rest:
                return Left(0, 0, limit.whose, limit.on_last)
            if money is None or _binds(limit, rest) < _binds(money[1], money[0]):
                money = rest, limit
    if money is None:
        return None if uses is None else Left(uses[0], None, uses[1])
    amount_minor, limit = money
    if uses is None:
        return Left(None, amount_minor, limit.whose, limit.on_last)
    whose = uses[1] if not uses[0] else limit.whose
    return Left(uses[0], amount_minor, whose, limit.on_last)


def _binds(limit: Limit, rest_minor: int) -> tuple[bool, int]:
    return limit.on_last is OnLast.HONOUR, rest_minor


def limits_from(data: object) -> tuple[Limit, ...]:
    """The limits that stored data spell. Refuses: offer.malformed, offer.out_of_range."""
    if not isinstance(data, list | tuple) or len(data) > LIMITS_MAX:
        raise OFFER_MALFORMED.because(part="limits")
    limits = tuple(_limit_from(one) for one in data)
    if len({(one.whose, one.span) for one in limits}) != len(limits):
        raise OFFER_MALFORMED.because(part="limits")
    return limits


def limits_data(limits: Sequence[Limit]) -> list[dict[str, object]]:
    """The stored form; `limits_from` reads it back to equal ones."""
    return [
        {
            "whose": limit.whose.value,
            "span": limit.span.value,
            "uses": limit.uses,
            "amount_minor": limit.amount_minor,
            "on_last": limit.on_last.value,
        }
        for limit in limits
    ]


def _limit_from(data: object) -> Limit:
    if not isinstance(data, Mapping) or data.get("whose") is None:
        raise OFFER_MALFORMED.because(part="limits")
    only(data, PARTS)
    uses = whole_or_none(data, "uses", 1, USES_MAX)
    amount_minor = whole_or_none(data, "amount_minor", 1, BUDGET_MINOR_MAX)
    if uses is None and amount_minor is None:
        raise OFFER_MALFORMED.because(part="limits")
    return Limit(
        whose=word(data, "whose", Whose, Whose.ALL),
        span=word(data, "span", Span, Span.EVER),
        uses=uses,
        amount_minor=amount_minor,
        on_last=word(data, "on_last", OnLast, OnLast.REFUSE),
    )
