"""People of a shop who have not signed in yet."""

from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.stores.codes import code_hash
from regulars.domain.stores.permissions import Role
from regulars.storage.tables import stores
from tests.browser.running import CODE
from tests.shops import ShopUnderTest, named


def add_person(shop: ShopUnderTest, login: str, role: Role, place: tuple[str, UUID]) -> None:
    """Somebody who has not signed in yet."""
    person = {
        "id": named(f"staff:{login}"),
        "login": login,
        "name": login,
        "one_time_hash": code_hash(CODE),
        "one_time_until": Instant(shop.now + timedelta(hours=12)),
        "language": "zh-CN",
        "state": "active",
        "revision": 1,
    }
    level, place_id = place
    right = {"staff_id": person["id"], "role": role.value, "level": level, "place_id": place_id}
    shop.database.write(lambda tx: tx.add(stores.staff, [person])).result()
    shop.database.write(lambda tx: tx.add(stores.staff_role, [right])).result()
