"""Gifts past the shop's own jobs: by whatever rule a planted fault would have.

give(shop, wang, Gift(points=88), f"birthday:{shop.now:%Y-%m-%d}")
"""

from uuid import UUID

from regulars.domain.loyalty.gift import Gift
from regulars.storage.engine import Write
from regulars.use_cases import gifts
from regulars.use_cases.moment import Moment
from tests.shops import ShopUnderTest


def give(shop: ShopUnderTest, member_id: UUID, gift: Gift, occasion: str) -> None:
    """Give a member something for an occasion that never was."""
    moment = Moment(
        now=shop.now,
        actor=shop.actor,
        command_id=shop.new_id(),
        new_id=shop.new_id,
        vault=shop.vault,
        shops=shop.shops,
    )

    def work(tx: Write) -> None:
        known = shop.shops.in_force(tx, shop.store_id, at=shop.now)
        gifts.give(tx, moment, member_id=member_id, gift=gift, shop=known, occasion=occasion)

    shop.database.write(work).result()
