"""Which price is in force: the nearest list, then the one that began last."""

from datetime import timedelta
from uuid import UUID

from regulars.domain.catalog.prices import (
    EVERYBODY,
    PriceList,
    VariantPrice,
    next_change_at,
    prices_in_force,
)
from regulars.domain.kernel.ids import VariantId
from regulars.domain.kernel.period import Instant, Period, instant, instant_from_iso
from regulars.domain.kernel.terms import Level, Place
from tests.domain.catalog.builders import MEDIUM, a_price_list, number

NOW = instant_from_iso("2026-05-01T00:00:00Z")
EAST, SHOP = number(1), number(2)
HERE = Place(region=EAST, store=SHOP)
SINCE_EVER = Period()


def days(count: int) -> Instant:
    return instant(NOW + timedelta(days=count))


def tea(amount: int, tier: str = EVERYBODY) -> dict[tuple[VariantId, str], int]:
    return {(MEDIUM, tier): amount}


def price_of(*lists: PriceList, at: Instant = NOW) -> VariantPrice | None:
    return prices_in_force(lists, place=HERE, at=at).get(MEDIUM)


def test_the_nearest_list_wins_and_the_rest_stays() -> None:
    head = a_price_list(1, Level.ORGANISATION, tea(1800) | tea(1600, "gold"), period=SINCE_EVER)
    east = a_price_list(2, Level.REGION, tea(1700), period=SINCE_EVER, place=EAST)
    assert price_of(head, east) == VariantPrice(1700, {"gold": 1600})
    store = a_price_list(3, Level.STORE, tea(1500), period=SINCE_EVER, place=SHOP)
    assert price_of(store, head, east) == VariantPrice(1500, {"gold": 1600})


def test_a_list_for_another_place_does_not_count() -> None:
    west = a_price_list(1, Level.REGION, tea(1700), period=SINCE_EVER, place=UUID(int=9))
    other = a_price_list(2, Level.STORE, tea(1700), period=SINCE_EVER, place=UUID(int=9))
    assert price_of(west, other) is None


def test_the_list_begun_last_wins_at_its_level_while_it_holds() -> None:
    old = a_price_list(1, Level.ORGANISATION, tea(1800), period=SINCE_EVER)
    festival = a_price_list(2, Level.ORGANISATION, tea(1000), period=Period(days(1), days(2)))
    found = [price_of(festival, old, at=days(day)) for day in range(3)]
    assert [price and price.amount_minor for price in found] == [1800, 1000, 1800]


def test_a_variant_without_a_price_for_everybody_is_not_sold() -> None:
    gold = a_price_list(1, Level.ORGANISATION, tea(1600, "gold"), period=SINCE_EVER)
    assert price_of(gold) is None


def test_the_next_change_is_the_next_beginning_or_end() -> None:
    festival = a_price_list(1, Level.ORGANISATION, tea(1000), period=Period(days(1), days(2)))
    elsewhere = a_price_list(
        2, Level.STORE, tea(1), period=Period(days(0), days(1)), place=UUID(int=9)
    )
    moments = [next_change_at([festival, elsewhere], place=HERE, at=days(day)) for day in range(3)]
    assert moments == [days(1), days(2), None]
