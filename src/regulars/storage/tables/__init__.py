"""Every table of the one database, by feature. One SQL, two engines."""

from regulars.storage.tables import (
    catalog,
    ledger,
    members,
    offers,
    orders,
    rewards,
    stores,
    system,
)

__all__ = ["catalog", "ledger", "members", "offers", "orders", "rewards", "stores", "system"]
