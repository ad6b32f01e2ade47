"""The offers of a shop: 38 of them hold for this guest here and now, whatever the others are.

Of 1,000 offers 38 are in force at this store on this Friday afternoon for a gold member; the others
are for other stores, days, hours or tiers. Of 10,000 offers the same 38 are. Every offer in force
has passed the checks that a merchant's offers pass when they are saved.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from bench.quotes.effects import DECK, Made
from bench.quotes.menu import Menu, id_of
from regulars.domain.kernel.condition import (
    ALWAYS,
    All,
    Compare,
    Comparison,
    Condition,
    Known,
    OneOf,
    Within,
    verdict,
)
from regulars.domain.kernel.ids import RegionId, StoreId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.kinds.acts import Way
from regulars.domain.pricing.offer import Offer, Stack
from regulars.domain.pricing.set_rules import (
    Placed,
    Shelf,
    check_after_item,
    check_bundle,
    check_overlapping,
)

NOW = instant_from_iso("2026-05-01T14:30:00+08:00")
WEEKDAY, MINUTE = 5, 14 * 60 + 30
STORES, TIERS = 12, ("silver", "gold", "platinum")
STORE, REGION, TIER = StoreId(id_of(5, 0)), RegionId(id_of(6, 0)), "gold"
IN_FORCE = 38
HERE_AND_NOW: Mapping[str, Known] = {
    "store": str(STORE),
    "weekday": WEEKDAY,
    "minute_of_day": MINUTE,
    "tier": TIER,
}
GROUPS = ("大促", "招牌", "午后")
# Most offers on the bill exclude each other (one 满减 at a time); most on goods do not.
BILL_GROUPED_SHARE, GOODS_GROUPED_SHARE, ALONE_SHARE = 0.85, 0.15, 0.03
TRIES_MAX = 10_000


def _of_stores(dice: Random) -> Condition:
    stores = dice.sample(range(STORES), dice.randint(1, 3))
    return OneOf("store", tuple(str(id_of(5, number)) for number in stores))


def _on_weekdays(dice: Random) -> Condition:
    return OneOf("weekday", tuple(sorted(dice.sample(range(1, 8), dice.randint(1, 3)))))


def _at_hours(dice: Random) -> Condition:
    starts = 60 * dice.randint(7, 20)
    return Within("minute_of_day", starts, starts + 60 * dice.randint(1, 4))


def _for_tier(dice: Random) -> Condition:
    return Compare("tier", Comparison.EQUAL, dice.choice(TIERS))


# How often a merchant says each of them.
_SAID: tuple[tuple[float, Callable[[Random], Condition]], ...] = (
    (0.6, _of_stores),
    (0.35, _on_weekdays),
    (0.35, _at_hours),
    (0.25, _for_tier),
)


def condition_of(dice: Random) -> Condition:
    """Where, when and for whom an offer is."""
    parts = tuple(said(dice) for share, said in _SAID if dice.random() < share)
    return All(parts) if parts else ALWAYS


def conditions(dice: Random, *, in_force: bool) -> Condition:
    """A condition that holds here and now, or one that does not."""
    for _ in range(TRIES_MAX):
        condition = condition_of(dice)
        if verdict(condition, HERE_AND_NOW).holds is in_force:
            return condition
    raise AssertionError("a merchant's conditions hold now and then")


def offers_of(menu: Menu, dice: Random, count: int) -> list[Offer]:
    """So many active offers, at most IN_FORCE of them in force; the same ones for every count."""
    shelf = Shelf(menu.shelf(), frozenset(), frozenset(), frozenset())
    held: list[Placed] = []
    for effect in _effects(menu, dice):
        if len(held) == min(count, IN_FORCE):
            break
        placed = Placed(_offer(len(held), effect, dice, in_force=True), None)
        if _admitted(placed, held, shelf):
            held.append(placed)
    rest = Random(dice.random())
    others = [
        _offer(number, effect, rest, in_force=False)
        for number, effect in zip(range(len(held), count), _effects(menu, rest), strict=False)
    ]
    # Ids, and with them the search's numbers, know nothing of who is in force.
    return [one.offer for one in held] + others


def _effects(menu: Menu, dice: Random) -> Iterator[Made]:
    while True:
        for make in dice.sample(DECK, len(DECK)):
            yield make(menu, dice)


def _admitted(placed: Placed, held: Sequence[Placed], shelf: Shelf) -> bool:
    try:
        check_bundle(placed.offer.effect, shelf)
        check_after_item(placed, held)
        check_overlapping(placed, held, shelf)
    except Refusal:
        return False
    return True


def _offer(number: int, made: Made, dice: Random, *, in_force: bool) -> Offer:
    effect, goods = made
    groups: tuple[str, ...] = ()
    share = BILL_GROUPED_SHARE if effect.way is Way.ORDER else GOODS_GROUPED_SHARE
    if dice.random() < share:
        groups = (dice.choice(GROUPS),)
    name = f"优惠{number}"
    return Offer(
        # The ids of a shop tell nothing: those in force stand anywhere among the others.
        id=id_of(7 + dice.randrange(1 << 20), number),
        version=1,
        name=Label(name, name),
        effect=effect,
        goods=goods,
        condition=conditions(dice, in_force=in_force),
        groups=groups,
        stack=Stack.ALONE if dice.random() < ALONE_SHARE else Stack.FREE,
    )
