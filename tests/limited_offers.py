"""Offers with limits on the small tea shop, and what its books say of them.

offer_id = limited(shop, "egg_tart", 300, [{"whose": "all", "uses": 1}])
receipt = bought(shop, "egg_tart", due=500)
used(shop, offer_id)        # {("all", "ever"): (1, 300)}
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select

from regulars.domain.pricing.basket import Choices
from regulars.storage.columns import Id
from regulars.storage.engine import Write
from regulars.storage.shops import raise_revision
from regulars.storage.statement import Statement
from regulars.storage.tables.offers import limit_take, limit_use, offer
from regulars.storage.verify import verify
from regulars.use_cases.open_orders import OpenOrder
from regulars.use_cases.order_rows import OrderHead
from tests.shops import OPENING, ShopUnderTest, named

LimitData = dict[str, object]

_OFFER = bindparam("offer_id", type_=Id())
USED = Statement(
    select(limit_use.c.scope, limit_use.c.period, limit_use.c.used, limit_use.c.used_minor).where(
        limit_use.c.offer_id == _OFFER
    ),
    lambda scope, period, used, minor: ((scope, period), (used, minor)),
)
STATES = Statement[str](
    select(limit_take.c.state)
    .where(limit_take.c.offer_id == _OFFER)
    .order_by(limit_take.c.state, limit_take.c.order_id)
)


def limited(shop: ShopUnderTest, product: str, minor: int, limits: Sequence[LimitData]) -> UUID:
    """So much off each unit of a product, within limits."""
    offer_id = shop.new_id()
    definition = {
        "kind": "amount",
        "effect": {"amount_minor": minor, "per": "unit"},
        "goods": {"products": [str(named(f"product:{product}"))]},
        "limits": list(limits),
    }
    row = {"id": offer_id, "version": 1, "name_zh": "限量优惠", "name_en": "Limited offer"}
    when = {"effective_at": OPENING, "recorded_at": OPENING, "recorded_by": "test"}
    what = {"level": "organisation", "definition": definition, "state": "active"}

    def save(tx: Write) -> None:
        tx.add(offer, [{**row, **what, **when}])
        raise_revision(tx, "offers")

    shop.database.write(save).result()
    return offer_id


def bought(
    shop: ShopUnderTest,
    product: str,
    *,
    due: int,
    quantity: int = 1,
    member: UUID | None = None,
    choices: Choices | None = None,
) -> UUID:
    """A sale at exactly this price, in cash; answers its order."""
    lines = [shop.line(product, quantity=quantity)]
    sale = shop.sale(lines, member=member, cash=due, choices=choices)
    shop.run(sale)
    return sale.order_id


def waiting(shop: ShopUnderTest, product: str, *, member: UUID | None = None) -> UUID:
    """An order of one unit that waits to be paid."""
    head = OrderHead(
        order_id=shop.new_id(),
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        source="counter",
        note=None,
    )
    shop.run(OpenOrder(head=head, lines=(shop.line(product),), member_id=member))
    return head.order_id


def used(shop: ShopUnderTest, offer_id: UUID) -> dict[tuple[str, str], tuple[int, int]]:
    """The uses and the money that are gone of each limit of an offer."""
    with shop.database.read() as read:
        return dict(read.all(USED, offer_id=offer_id))


def states(shop: ShopUnderTest, offer_id: UUID) -> list[str]:
    """What became of each take of an offer."""
    with shop.database.read() as read:
        return read.all(STATES, offer_id=offer_id)


def differences(shop: ShopUnderTest) -> int:
    """How many differences the books have."""
    with shop.database.read() as read:
        return verify(read, lambda _: None).differences
