"""What a condition may ask of a basket: place, time, goods, money, member.

`spend` ≥ 3000 and `weekday` one of 1, 2: a bill of 30.00 on Monday or Tuesday, where Friday
01:30 still counts as Thursday's evening.
"""

from collections.abc import Iterator, Mapping

from regulars.domain.kernel.condition import Known
from regulars.domain.kernel.period import (
    BusinessDay,
    Instant,
    business_time_of,
)
from regulars.domain.pricing.basket import MemberView
from regulars.domain.pricing.units import Units

BASKET_FIELDS = frozenset(
    {
        "source",
        "store",
        "region",
        "weekday",
        "date",
        "minute_of_day",
        "products",
        "categories",
        "tags",
        "quantity",
        "spend",
        "spend_list",
        "member",
        "tier",
        "visits",
        "new_member",
        "points",
    }
)


class BasketView(Mapping[str, Known]):
    """One basket as a condition sees it; a field is worked out when it is first asked for.

    Units: minor units; `spend` is `base` of the goods that offers may touch, `spend_list` the same
    at list price; weekdays are 1 (Monday) to 7; a date is 20260501.
    """

    __slots__ = ("_known", "_member", "_now", "_time", "_units")

    def __init__(self, units: Units, member: MemberView | None, now: Instant) -> None:
        self._units = units
        self._member = member
        self._now = now
        self._time: tuple[BusinessDay, int] | None = None
        self._known: dict[str, Known] = {}

    def __getitem__(self, field: str) -> Known:
        known = self._known
        if field not in known:
            if field not in BASKET_FIELDS:
                raise KeyError(field)
            known[field] = self._value(field)
        return known[field]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(BASKET_FIELDS))

    def __len__(self) -> int:
        return len(BASKET_FIELDS)

    def _value(self, field: str) -> Known:
        if field in _OF_MEMBER:
            return self._of_member(field)
        if field in _OF_TIME:
            return self._of_time(field)
        units = self._units
        basket = units.basket
        match field:
            case "spend":
                return units.sum_of(units.base, units.open)
            case "spend_list":
                return units.sum_of(units.listed, units.open)
            case "quantity":
                return len(units.open)
            case "source":
                return basket.source
            case "store":
                return str(basket.store_id)
            case "region":
                return str(basket.region_id)
            case "products":
                return frozenset([str(basket.lines[at].product_id) for at in units.open_lines])
            case "categories":
                return frozenset([str(basket.lines[at].category_id) for at in units.open_lines])
            case _:
                return frozenset().union(*[basket.lines[at].tags for at in units.open_lines])

    def _of_member(self, field: str) -> Known:
        member = self._member
        if field == "member":
            return member is not None
        if member is None:
            return None
        match field:
            case "tier":
                return member.tier
            case "visits":
                return member.visits
            case "new_member":
                return member.visits == 0
            case _:
                return member.points_available

    def _of_time(self, field: str) -> Known:
        if self._time is None:
            basket = self._units.basket
            self._time = business_time_of(
                self._now, zone=basket.zone, cut_off_minutes=basket.cut_off_minutes
            )
        day, minute = self._time
        if field == "minute_of_day":
            return minute
        if field == "weekday":
            return day.isoweekday()
        return day.year * 10_000 + day.month * 100 + day.day


_OF_MEMBER = frozenset({"member", "tier", "visits", "new_member", "points"})
_OF_TIME = frozenset({"weekday", "date", "minute_of_day"})
