"""How long a coupon lasts and what its holder may do with it, in its stored form.

    {"validity": {"kind": "days", "days": 30, "begins_after_days": 1}, "transferable": true}
    {"validity": {"kind": "fixed", "from": "2026-06-01", "until": "2026-06-18"}}   端午节
    {"validity": {"kind": "end_of_month"}, "shareable": true, "restore_days": 14}

A welcome coupon counts from tomorrow for 30 days; the 端午节 coupon is good on its 18 days whoever
gets it when; a coupon that a refund gives back is good for 14 days at least.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from regulars.domain.kernel.period import (
    BusinessDay,
    Instant,
    Period,
    business_day_of,
    months_after,
    start_of,
)
from regulars.domain.kernel.refusal import refusal_code

COUPON_RULES_MALFORMED = refusal_code("coupon_type.rules_malformed", "part")

DAYS_MAX = 3_660
PER_ORDER_MAX = 3
# The calendar itself ends in 9999: nobody's "for ever" may run into it.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
RESTORE_DAYS = 7
RESTORE_DAYS_MAX = 366
_PARTS = frozenset({"validity", "transferable", "shareable", "per_order_max", "restore_days"})


@dataclass(frozen=True, slots=True)
class ForDays:
    """So many business days, the first of them so many days after it was handed out."""

    days: int
    begins_after_days: int = 0


@dataclass(frozen=True, slots=True)
class OnDates:
    """From one business day to another, both included, whenever it was handed out."""

    first_on: BusinessDay
    last_on: BusinessDay


@dataclass(frozen=True, slots=True)
class ToEndOfMonth:
    """To the last business day of the month in which it was handed out."""


Validity = ForDays | OnDates | ToEndOfMonth


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponRules:
    """What holds for every copy of a coupon type.

    Units: business days; coupons of this type on one order, None is up to the Terms. `validity`
    None: the type's days. `restore_days`: how long a coupon is good at least that a refund gives back.
    """

    validity: Validity | None = None
    transferable: bool = False
    shareable: bool = False
    per_order_max: int | None = None
    restore_days: int = RESTORE_DAYS


PLAIN = CouponRules()


def coupon_rules_from(data: object) -> CouponRules:
    """The rules that a stored document spells; none is the plain rules.

    Refuses: coupon_type.rules_malformed.
    """
    if data is None:
        return PLAIN
    if not isinstance(data, Mapping):
        raise COUPON_RULES_MALFORMED.because(part="rules")
    _only(data, _PARTS)
    validity = data.get("validity")
    return CouponRules(
        validity=None if validity is None else _validity_from(validity),
        transferable=_flag(data, "transferable"),
        shareable=_flag(data, "shareable"),
        per_order_max=(
            None
            if data.get("per_order_max") is None
            else _whole(data, "per_order_max", 1, PER_ORDER_MAX)
        ),
        restore_days=_whole(
            {"restore_days": RESTORE_DAYS, **data}, "restore_days", 0, RESTORE_DAYS_MAX
        ),
    )


def coupon_rules_data(rules: CouponRules) -> dict[str, object]:
    """The stored document of rules; `coupon_rules_from` reads it back to equal ones."""
    return {
        "validity": None if rules.validity is None else _validity_data(rules.validity),
        "transferable": rules.transferable,
        "shareable": rules.shareable,
        "per_order_max": rules.per_order_max,
        "restore_days": rules.restore_days,
    }


def valid_period(
    validity: Validity, *, issued_at: Instant, zone: str, cut_off_minutes: int
) -> Period | None:
    """How long a coupon handed out now lasts; None where its time is over already.

    Units: minutes after local midnight.
    """
    today = business_day_of(issued_at, zone=zone, cut_off_minutes=cut_off_minutes)
    first, last = _days(validity, today)

    def begin(day: date) -> Instant:
        return start_of(BusinessDay(day), zone=zone, cut_off_minutes=cut_off_minutes)

    starts = issued_at if first <= today else begin(first)
    ends = begin(last + timedelta(days=1))
    return Period(starts, ends) if starts < ends else None


def _days(validity: Validity, today: BusinessDay) -> tuple[date, date]:
    match validity:
        case ForDays(days, begins_after_days):
            first = today + timedelta(days=begins_after_days)
            return first, first + timedelta(days=max(days, 1) - 1)
        case OnDates(first_on, last_on):
            return first_on, last_on
        case ToEndOfMonth():
            return today, months_after(today.replace(day=1), 1) - timedelta(days=1)
        case _:
            assert_never(validity)


def _validity_from(data: object) -> Validity:
    if not isinstance(data, Mapping):
        raise COUPON_RULES_MALFORMED.because(part="validity")
    match data.get("kind"):
        case "days":
            _only(data, frozenset({"kind", "days", "begins_after_days"}))
            later = {"begins_after_days": 0, **data}
            return ForDays(
                _whole(data, "days", 1, DAYS_MAX), _whole(later, "begins_after_days", 0, DAYS_MAX)
            )
        case "fixed":
            _only(data, frozenset({"kind", "from", "until"}))
            first, last = _day(data, "from"), _day(data, "until")
            if last < first:
                raise COUPON_RULES_MALFORMED.because(part="until")
            return OnDates(first, last)
        case "end_of_month":
            _only(data, frozenset({"kind"}))
            return ToEndOfMonth()
        case _:
            raise COUPON_RULES_MALFORMED.because(part="kind")


def _validity_data(validity: Validity) -> dict[str, object]:
    match validity:
        case ForDays(days, begins_after_days):
            return {"kind": "days", "days": days, "begins_after_days": begins_after_days}
        case OnDates(first_on, last_on):
            return {"kind": "fixed", "from": first_on.isoformat(), "until": last_on.isoformat()}
        case ToEndOfMonth():
            return {"kind": "end_of_month"}
        case _:
            assert_never(validity)


def _only(data: Mapping[str, object], allowed: frozenset[str]) -> None:
    for part in data:
        if part not in allowed:
            raise COUPON_RULES_MALFORMED.because(part=part)


def _whole(data: Mapping[str, object], part: str, low: int, high: int) -> int:
    value = data.get(part)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise COUPON_RULES_MALFORMED.because(part=part)
    return value


def _flag(data: Mapping[str, object], part: str) -> bool:
    value = data.get(part, False)
    if not isinstance(value, bool):
        raise COUPON_RULES_MALFORMED.because(part=part)
    return value


def _day(data: Mapping[str, object], part: str) -> BusinessDay:
    value = data.get(part)
    try:
        day = date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise COUPON_RULES_MALFORMED.because(part=part) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise COUPON_RULES_MALFORMED.because(part=part)
    return BusinessDay(day)
