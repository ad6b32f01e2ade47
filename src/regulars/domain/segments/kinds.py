"""What a measure is: a name, its arguments, what it answers with, and its course over time.

`visits_in(days=30)` counts; its course over a quiet month falls by one each time that a visit
leaves the window, and at no other instant. That is what tells when a member enters or leaves a
segment without doing anything.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.condition import Known
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.segments.member_state import (
    Bought,
    Ground,
    MemberState,
    OrderSeen,
    Sought,
)

MEASURE_UNKNOWN = refusal_code("segment.measure_unknown", "name")
MEASURE_MALFORMED = refusal_code("segment.measure_malformed", "measure", "part")

ABOUT = ("product", "category", "tag", "store", "region", "channel")
MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)
DAYS_MAX = 3_660
EVER = 36_600


class Result(StrEnum):
    """What a measure answers with."""

    NUMBER = "number"
    WORD = "word"
    WORDS = "words"
    YES_NO = "yes_no"


class Unit(StrEnum):
    """What a number counts."""

    TIMES = "times"
    MINOR = "minor"
    DAYS = "days"
    POINTS = "points"
    PIECES = "pieces"


class Part(StrEnum):
    """What has to be loaded of a member beyond her own row."""

    ORDERS = "orders"
    LINES = "lines"
    TAGS = "tags"
    CONTACTS = "contacts"
    CONSENTS = "consents"
    BALANCES = "balances"
    LOTS = "lots"
    COUPONS = "coupons"
    PASSES = "passes"
    SEGMENTS = "segments"
    BIRTHDAY = "birthday"
    INSIGHT = "insight"


class Sort(StrEnum):
    """What an argument takes."""

    WHOLE = "whole"
    ID = "id"
    WORD = "word"
    STEP = "step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument: without a default it must be given; `low` and `high` are both allowed."""

    name: str
    sort: Sort = Sort.WHOLE
    default: str | int | None = None
    needed: bool = False
    low: int = 1
    high: int = DAYS_MAX
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure as one leaf asks it. Equal measures are equal values and have equal text.

    `about`: the goods, place and channel that it asks for.
    """

    name: str
    arguments: tuple[tuple[str, str | int], ...] = ()
    # What is asked of them for each member, found once.
    _given: dict[str, str | int] = field(init=False, repr=False, compare=False)
    about: tuple[object, ...] = field(init=False, repr=False, compare=False)
    _ids: dict[str, UUID] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        given = dict(self.arguments)
        object.__setattr__(self, "_given", given)
        object.__setattr__(self, "about", tuple(given.get(name) for name in ABOUT))

    def whole(self, name: str) -> int:
        """A whole number among its arguments."""
        found = self._given[name]
        assert isinstance(found, int)
        return found

    def word(self, name: str) -> str | None:
        """A word among its arguments; None where it was left out."""
        found = self._given.get(name)
        return None if found is None else str(found)

    def id(self, name: str) -> UUID | None:
        """An id among its arguments; None where it was left out."""
        found = self._ids.get(name)
        if found is None and name in self._given:
            found = self._ids[name] = UUID(str(self._given[name]))
        return found

    def days(self, name: str = "days") -> timedelta:
        """A number of days among its arguments."""
        return timedelta(days=self.whole(name))


class Ahead(NamedTuple):
    """The time that is looked over: after now, and before an instant if one is known already."""

    now: Instant
    before: Instant | None


class Course(NamedTuple):
    """A value over time while nothing happens: what it is at an instant, and when it may turn.

    `turns` takes the numbers that a leaf holds it against, an age turns nowhere else, and the time
    ahead: what lies outside it need not be told.
    """

    at: Callable[[Instant], Known]
    turns: Callable[[Iterable[int], Ahead], Iterable[Instant]]


def constant(value: Known) -> Course:
    """What only a fact can change."""
    return Course(lambda _: value, lambda _, __: ())


def never(_: Measure) -> int:
    """No order is needed."""
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureKind:
    """One measure of the language. `back`: how many days of orders it reads; `timed`: whether its
    value changes by the clock alone; `by_day`: with a business day of the home store; `falls`: it
    only ever gets less while nothing is bought; `alternatives`: of these arguments exactly one, or at most one."""

    name: str
    result: Result
    course: Callable[[Measure, MemberState, Ground], Course]
    unit: Unit = Unit.TIMES
    timed: bool = False
    by_day: bool = False
    falls: bool = False
    parts: frozenset[Part] = frozenset()
    back: Callable[[Measure], int] = never
    arguments: tuple[Argument, ...] = ()
    alternatives: tuple[str, ...] = ()
    alternative_needed: bool = False
    check: Callable[[Measure], str | None] | None = None


PRODUCT = Argument(name="product", sort=Sort.ID)
CATEGORY = Argument(name="category", sort=Sort.ID)
TAG = Argument(name="tag", sort=Sort.WORD)
GOODS = (PRODUCT, CATEGORY, TAG)
GOODS_NAMES = ("product", "category", "tag")
DAYS = Argument(name="days", needed=True)
STORE = Argument(name="store", sort=Sort.ID)
REGION = Argument(name="region", sort=Sort.ID)
CHANNELS = ("counter", "table", "takeaway", "delivery", "phone")
CHANNEL = Argument(name="channel", sort=Sort.WORD, choices=CHANNELS)
PLACES = (STORE, REGION, CHANNEL)
NOTHING: frozenset[Part] = frozenset()
ORDERS = frozenset({Part.ORDERS})
LINES = frozenset({Part.ORDERS, Part.LINES})


def goods_of(measure: Measure, ground: Ground) -> frozenset[UUID] | None:
    """The products that a measure is about; None: whatever was bought."""
    product, category, tag = measure.id("product"), measure.id("category"), measure.word("tag")
    if product is not None:
        return frozenset((product,))
    if category is not None:
        return ground.products_of(category)
    return None if tag is None else ground.products_tagged(tag)


def goods_of_step(step: str, ground: Ground) -> frozenset[UUID] | None:
    """The products that a step such as `tag:辣` is about; None: `visit`, whatever was bought."""
    kind, _, name = step.partition(":")
    match kind:
        case "product":
            return frozenset((UUID(name),))
        case "category":
            return ground.products_of(UUID(name))
        case "tag":
            return ground.products_tagged(name)
        case _:
            return None


def mark_of(measure: Measure, ground: Ground) -> str:
    """What the categories, tags and regions of a measure stand for at present; empty: it names none."""
    steps = [measure.word(name) or "" for name in ("first", "then", "third")]
    named = [goods_of_step(step, ground) for step in steps if step and step != "visit"]
    if measure.word("category") or measure.word("tag"):
        named.append(goods_of(measure, ground))
    if measure.word("region"):
        named.append(stores_of(measure, ground))
    if measure.name == "region":
        homes = (f"{one}:{seen.region_id}" for one, seen in ground.stores.items())
        return ",".join(sorted(homes))
    return "|".join(",".join(sorted(map(str, one))) for one in named if one is not None)


def stores_of(measure: Measure, ground: Ground) -> frozenset[UUID] | None:
    """The stores that a measure is about; None: all."""
    store, region = measure.id("store"), measure.id("region")
    if store is not None:
        return frozenset((store,))
    return None if region is None else ground.stores_of(region)


def orders_of(measure: Measure, state: MemberState, ground: Ground) -> Bought:
    """The orders that a measure is about, by goods, place and channel; the time is not asked."""
    about = measure.about
    return state.bought(about, lambda: ground.sought(about, lambda: _sought_by(measure, ground)))


def _sought_by(measure: Measure, ground: Ground) -> Sought:
    goods, stores = goods_of(measure, ground), stores_of(measure, ground)
    return Sought(numbers_of(goods), stores, measure.word("channel"))


def numbers_of(goods: frozenset[UUID] | None) -> frozenset[int] | None:
    """The numbers in the ids of products."""
    return None if goods is None else frozenset(one.int for one in goods)


def lately(moments: Sequence[Instant], now: Instant, span: timedelta) -> Sequence[Instant]:
    """Those of some moments, oldest first, that lie in the half-open window `[now - span, now)`."""
    return moments[bisect_left(moments, now - span) : bisect_left(moments, now)]


def edges(moments: Sequence[Instant], spans: Iterable[timedelta], ahead: Ahead) -> list[Instant]:
    """When any of some moments, oldest first, leaves a window so long, in the time ahead.

    One that lies after now, by another server's clock, enters all windows then.
    """
    now, before = ahead
    found = [Instant(one + MOMENT) for one in moments[bisect_left(moments, now) :]]
    for span in spans:
        first = bisect_left(moments, now - span)
        over = len(moments) if before is None else bisect_left(moments, before - span - MOMENT)
        if first < over:
            found += [Instant(one + span + MOMENT) for one in moments[first:over]]
    return found


def windowed(
    bought: Bought, span: timedelta, value: Callable[[Sequence[OrderSeen]], Known]
) -> Course:
    """The course of a value over the orders of a rolling window."""
    orders, moments = bought
    if not moments:
        return constant(value(()))

    def at(now: Instant) -> Known:
        return value(orders[bisect_left(moments, now - span) : bisect_left(moments, now)])

    return Course(at, lambda _, ahead: edges(moments, (span,), ahead))


def age(since: Instant | None) -> Course:
    """The course of the whole days since an instant: it turns at the wanted number of days alone."""
    if since is None:
        return constant(None)

    def at(now: Instant) -> Known:
        return (now - since) // DAY

    def turns(thresholds: Iterable[int], _: Ahead) -> Iterable[Instant]:
        return [Instant(since + threshold * DAY) for threshold in thresholds]

    return Course(at, turns)
