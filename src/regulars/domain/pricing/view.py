"""What a condition may ask of a basket: place, time, goods, money, member.

`spend` ≥ 3000 and `weekday` one of 1, 2: a bill of 30.00 on Monday or Tuesday, where Friday
01:30 still counts as Thursday's evening. `own_quantity` ≥ 3 asks for three of the offer's own
goods, whatever else is in the basket.
"""

from collections.abc import Iterator, Mapping, Sequence

from regulars.domain.kernel.condition import Known
from regulars.domain.kernel.period import (
    BusinessDay,
    Instant,
    business_time_of,
)
from regulars.domain.pricing.basket import MemberView
from regulars.domain.pricing.units import Units

_OF_MEMBER = frozenset(
    {
        "member",
        "tier",
        "visits",
        "visit_number",
        "new_member",
        "points",
        "member_tags",
        "birthday_offset",
    }
)
_OF_TIME = frozenset({"weekday", "date", "minute_of_day"})
# What is asked of the offer's own goods: its view is made with `BasketView.of`.
OWN_FIELDS = frozenset({"own_quantity", "own_spend", "own_spend_list", "first_purchase"})
# What a price may not depend on, since it makes these figures itself.
MONEY_AND_COUNT_FIELDS = frozenset(
    {"spend", "spend_list", "quantity", "own_spend", "own_spend_list", "own_quantity"}
)
BASKET_FIELDS = (
    frozenset(
        {
            "source",
            "store",
            "region",
            "flags",
            "party",
            "tender",
            "products",
            "categories",
            "tags",
            "quantity",
            "spend",
            "spend_list",
        }
    )
    | _OF_TIME
    | _OF_MEMBER
    | OWN_FIELDS
)


class BasketView(Mapping[str, Known]):
    """One basket as a condition sees it; a field is worked out when it is first asked for.

    Units: minor units; `spend` is `base` of the goods that offers may touch, `spend_list` the same
    at list price; weekdays are 1 (Monday) to 7; a date is 20260501; `birthday_offset` is days
    since the nearest birthday, -3 is three days before it. What nobody knows is None, and compares
    with nothing: the tender before the guest named one, anything of a member where there is none.
    """

    __slots__ = ("_known", "_member", "_now", "_time", "_units")

    def __init__(self, units: Units, member: MemberView | None, now: Instant) -> None:
        self._units = units
        self._member = member
        self._now = now
        self._time: tuple[BusinessDay, int] | None = None
        self._known: dict[str, Known] = {}

    def of(self, chosen: Sequence[int]) -> "OwnView":
        """The same for one offer: `own_…` and `first_purchase` are of the units it touches."""
        return OwnView(self, chosen)

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
        if field in OWN_FIELDS:
            return self.own(field, self._units.open)
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
            case "flags":
                return basket.flags
            case "party":
                return basket.party
            case "tender":
                return basket.tender
            case "products":
                return frozenset([str(basket.lines[at].product_id) for at in units.open_lines])
            case "categories":
                return frozenset([str(basket.lines[at].category_id) for at in units.open_lines])
            case _:
                return frozenset().union(*[basket.lines[at].tags for at in units.open_lines])

    def own(self, field: str, chosen: Sequence[int]) -> Known:
        """A field of OWN_FIELDS for the units that an offer touches."""
        units = self._units
        match field:
            case "own_quantity":
                return len(chosen)
            case "own_spend":
                return sum([units.base[unit] for unit in chosen])
            case "own_spend_list":
                return sum([units.listed[unit] for unit in chosen])
            case _:
                bought = self._member.bought if self._member is not None else None
                if bought is None:
                    return None
                lines, position = units.basket.lines, units.position
                return any(lines[position[unit]].product_id not in bought for unit in chosen)

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
            case "visit_number":
                return member.visits + 1
            case "new_member":
                return member.visits == 0
            case "member_tags":
                return member.tags
            case "birthday_offset":
                return member.birthday_offset
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


class OwnView(Mapping[str, Known]):
    """A basket as the condition of one offer sees it: its own goods apart from the others."""

    __slots__ = ("_basket", "_chosen")

    def __init__(self, basket: BasketView, chosen: Sequence[int]) -> None:
        self._basket = basket
        self._chosen = chosen

    def __getitem__(self, field: str) -> Known:
        if field in OWN_FIELDS:
            return self._basket.own(field, self._chosen)
        return self._basket[field]

    def __iter__(self) -> Iterator[str]:
        return iter(self._basket)

    def __len__(self) -> int:
        return len(self._basket)
