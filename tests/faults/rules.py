"""What the scratch shop needs beside sales: its tills may refund, and rich members pay money in."""

from bench.scratch.servers import Place
from bench.scratch.shop import named
from regulars.domain.stores.permissions import Role
from regulars.main import clock
from regulars.storage.engine import Write, open_database
from regulars.storage.shops import raise_revision
from regulars.storage.tables import stores

# Members of the scratch shop hold more than the law lets a card hold: value for a long day.
TERMS: dict[str, object] = {"top_up.balance_minor_max": 1_000_000_000, "law.region": "none"}


def rich_members_and_a_manager(place: Place) -> None:
    """Lift the limits of top-ups, and make the cashier a store's manager."""
    now = clock()
    common = {"level": "organisation", "effective_at": now, "version": 1, "locked": False}
    who = {"recorded_at": now, "recorded_by": "test"}
    rows = [
        {"id": named(f"faults:{field}"), "field": field, "value": value, **common, **who}
        for field, value in TERMS.items()
    ]

    def save(tx: Write) -> None:
        tx.add(stores.setting, rows)
        raise_revision(tx, "terms")

    database = open_database(place.url)
    database.write(save).result()
    database.close()
    with place.adding() as bulk:
        bulk.run(f"UPDATE staff_role SET role = '{Role.STORE_MANAGER.value}'")
