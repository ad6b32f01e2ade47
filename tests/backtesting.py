"""Back-tests on the small tea shop: drafts, and a replay of everything that was sold.

found = replayed(shop, [draft("tenth", TENTH)])
found.whole.draft_minor
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.pricing.backtest import Backtest
from regulars.domain.pricing.set_rules import Placed
from regulars.domain.pricing.stored import OfferHead, offer_from
from regulars.use_cases.replay import OffersOf, Plan, Replay
from tests.shops import ShopUnderTest, named

SINCE, UNTIL = date(2026, 5, 1), date(2026, 6, 1)
TENTH: dict[str, object] = {
    "kind": "percent",
    "effect": {"basis_points": 1_000, "per": "order"},
}


def off_each(product: str, minor: int) -> dict[str, object]:
    """So much off each unit of a product."""
    return {
        "kind": "amount",
        "effect": {"amount_minor": minor, "per": "unit"},
        "goods": {"products": [str(named(f"product:{product}"))]},
    }


def draft(
    name: str,
    definition: dict[str, object],
    *,
    offer_id: UUID | None = None,
    stores: frozenset[UUID] | None = None,
) -> Placed:
    """A draft offer."""
    head = OfferHead(offer_id or named(f"draft:{name}"), 1, Label(name))
    return Placed(offer_from(head, definition), stores)


def plan_of(
    shop: ShopUnderTest,
    drafts: Sequence[Placed] = (),
    *,
    without: frozenset[UUID] = frozenset(),
    offers: OffersOf = OffersOf.THEN,
) -> Plan:
    """May, in both stores."""
    return Plan(
        since=SINCE,
        until=UNTIL,
        store_ids=(named("store:S1"), named("store:S2")),
        drafts=tuple(drafts),
        without=without,
        offers=offers,
        now=shop.now,
    )


def run_through(shop: ShopUnderTest, plan: Plan) -> Backtest:
    """A plan, replayed to its end."""
    replay = Replay(shop.database, shop.shops, plan)
    assert len(list(replay.orders())) == replay.total()
    return replay.found


def replayed(
    shop: ShopUnderTest,
    drafts: Sequence[Placed] = (),
    *,
    without: frozenset[UUID] = frozenset(),
    offers: OffersOf = OffersOf.THEN,
) -> Backtest:
    """Everything that was sold, replayed."""
    return run_through(shop, plan_of(shop, drafts, without=without, offers=offers))
