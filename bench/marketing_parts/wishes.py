"""Whom marketers ask for: the trade's own segments, and some eighty more of a shop that knows itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.marketing_parts.guests import TAG
from bench.scratch.shop import KEPT_COUPON_TYPE, SHELVES, named
from regulars.domain.kernel.condition import as_data
from regulars.domain.segments.templates import TEMPLATES

Data = dict[str, object]
ACTIVE = 100
TRIED = 20
# Everybody is in it here: nobody keeps such a segment.
LEFT_OUT = frozenset({"no_birthday_told"})


@dataclass(frozen=True, slots=True)
class Wish:
    """A condition under a name."""

    name: str
    condition: Data


def _at_least(field: str, value: int) -> Data:
    return {"kind": "compare", "field": field, "is": "at_least", "value": value}


def _is(field: str, value: str | int | bool) -> Data:
    return {"kind": "compare", "field": field, "is": "equal", "value": value}


def _yes(field: str) -> Data:
    return _is(field, value=True)


def _among(field: str, *values: str) -> Data:
    return {"kind": "one_of", "field": field, "values": list(values)}


def _all(*parts: Data) -> Data:
    return {"kind": "all", "parts": list(parts)}


AUDIENCE = Wish("audience", _among("tags", TAG))


def ready() -> list[Wish]:
    """The segments that come with the product."""
    return [Wish(one.code, dict(as_data(one.condition))) for one in TEMPLATES]


def made() -> list[Wish]:
    """Segments that a shop makes for itself."""
    found = [*_by_visits(), *_by_goods(), *_by_rhythm(), *_by_standing()]
    return [Wish(f"made_{number}", one) for number, one in enumerate(found)]


def tried() -> list[Wish]:
    """Twenty of every kind, to be previewed beside the ready ones."""
    found = made()
    return found[:: max(1, len(found) // TRIED)][:TRIED]


def active(count: int = ACTIVE) -> list[Wish]:
    """The segments that are active at once, the campaign's audience the first of them."""
    kept = [one for one in ready() if one.name not in LEFT_OUT]
    found = [AUDIENCE, *kept, *made()][:count]
    if len(found) < count:
        raise ValueError(f"{count} segments are wanted, {len(found)} are known")
    return found


def _by_visits() -> Iterator[Data]:
    for days in (7, 14, 30, 60):
        for visits in (2, 3, 4):
            yield _at_least(f"visits_in(days={days})", visits)
    for days in (30, 60, 90):
        for minor in (8_000, 15_000, 25_000):
            yield _at_least(f"spent_in(days={days})", minor)
    for days in (20, 40, 60, 80):
        yield _all(_at_least("days_since_visit", days), _at_least("visits", 3))
    for days in (30, 60):
        yield _at_least(f"ticket_avg_in(days={days})", 5_000)
        yield _at_least(f"ticket_max_in(days={days})", 20_000)


def _by_goods() -> Iterator[Data]:
    for shelf in SHELVES:
        for number in (0, 3):
            product = named(f"product:{shelf}-{number}")
            yield _at_least(f"bought(product={product},days=60)", 1)
        category = named(f"category:{shelf}")
        yield _at_least(f"bought(category={category},days=30)", 2)
        product = named(f"product:{shelf}-1")
        yield _at_least(f"days_since_bought(product={product})", 45)
        yield _yes(f"sequence(first=category:{category},then=visit,gap=14,days=60)")


def _by_rhythm() -> Iterator[Data]:
    for n, of in ((2, 4), (3, 4), (3, 6), (4, 6)):
        yield _yes(f"regularly(n={n},of={of})")
    for whole, recent in ((60, 20), (60, 30), (90, 30), (90, 45)):
        yield _yes(f"stopped(range={whole},recent={recent})")
    for whole in (30, 40, 50):
        yield _yes(f"resumed(range={whole},recent=7)")
    yield _at_least("visits_in(days=60,channel=delivery)", 2)
    yield _all(_among("channel_in(days=30)", "takeaway"), _at_least("visits", 2))
    yield _all(_yes("first_time(days=14)"), _is("tier", "gold"))


def _by_standing() -> Iterator[Data]:
    for tier in ("silver", "gold"):
        yield _all(_is("tier", tier), _at_least("visits_in(days=21)", 2))
        yield _all(_is("tier", tier), _at_least("days_since_visit", 35), _at_least("visits", 2))
        yield _all(_is("tier", tier), _at_least("spent", 30_000))
    for stage in ("at_risk", "lost", "first_timer"):
        yield _all(_is("stage", stage), _at_least("spent", 4_000))
    for rfm in ("high_value", "key_win_back", "newcomer"):
        yield _all(_among("rfm", rfm), _is("tier", "gold"))
    for days in (10, 20, 35):
        yield _all(_at_least("stored_value", 100_000), _at_least("visits_in(days=10)", days // 10))
    coupon = f"coupons_expiring(type={KEPT_COUPON_TYPE},days=40)"
    yield _all(_at_least(coupon, 1), _at_least("visits_in(days=14)", 2))
    yield _all(_at_least("points_expiring(days=250)", 100), _at_least("visits_in(days=14)", 3))
    for low, high in ((0, 7), (7, 14), (60, 75)):
        within: Data = {
            "kind": "within",
            "field": "days_since_joined",
            "low": low,
            "high": high,
        }
        yield _all(within, _at_least("visits", 1))
