"""What a new store takes over from one that is there: its own prices, rules and what it does not sell.

正茶 opens 徐汇店 like 人民广场店: the same store prices from today, the same limit on discounts by hand,
no 芋圆 either. Nobody works there yet, no till is bound, and nothing is in its books.
"""

from collections.abc import Iterable
from uuid import UUID

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Permission
from regulars.storage import price_lists, store_copies, stores
from regulars.storage.engine import Write
from regulars.storage.price_lists import PriceListRow
from regulars.storage.shops import raise_revision
from regulars.storage.tables import catalog as catalog_tables
from regulars.storage.tables.stores import setting
from regulars.storage.terms import SettingRow
from regulars.use_cases.moment import Moment


def copy_store(
    tx: Write, template_id: UUID, store_id: UUID, *, moment: Moment
) -> dict[str, object]:
    """Give a store what another one has of its own, and answer with how much that is.

    Refuses: store.unknown, permission.missing.
    """
    moment.actor.need(Permission.TERMS_WRITE)
    moment.actor.need(Permission.CATALOG_WRITE)
    template = stores.store_known(tx, template_id)
    rules = _rules(tx.all(store_copies.SETTINGS_OF_STORE, store_id=template.id), moment)
    tx.add(setting, [_rule(row, store_id, moment) for row in rules])
    lists = tx.all(store_copies.PRICE_LISTS_OF_STORE, store_id=template.id, now=moment.now)
    for row in lists:
        _copy_list(tx, row, store_id, moment)
    missing = tx.all(store_copies.NOT_SOLD, store_id=template.id)
    tx.add(
        catalog_tables.sold_out,
        [
            {
                "store_id": store_id,
                "subject_id": subject,
                "since": moment.now,
                "until": None,
                "by": moment.actor.name,
            }
            for subject in missing
        ],
    )
    raise_revision(tx, "terms")
    raise_revision(tx, "catalog")
    return {
        "like": template.code,
        "rules": len(rules),
        "price_lists": len(lists),
        "not_sold": len(missing),
    }


def _rules(rows: Iterable[SettingRow], moment: Moment) -> list[SettingRow]:
    """What counts now or will, the versions of each field begun anew."""
    standing: dict[str, SettingRow] = {}
    coming: list[SettingRow] = []
    for row in rows:
        if row.effective_at > moment.now:
            coming.append(row)
            continue
        known = standing.get(row.field)
        if known is None or (row.effective_at, row.version) > (known.effective_at, known.version):
            standing[row.field] = row
    kept = [row for row in standing.values() if not row.taken_away]
    numbers: dict[str, int] = {}
    copied: list[SettingRow] = []
    for row in [*kept, *coming]:
        numbers[row.field] = numbers.get(row.field, 0) + 1
        begins = max(row.effective_at, moment.now)
        copied.append(row._replace(version=numbers[row.field], effective_at=begins))
    return copied


def _rule(row: SettingRow, store_id: UUID, moment: Moment) -> dict[str, object]:
    return {
        **row._asdict(),
        "id": moment.new_id(),
        "place_id": store_id,
        "recorded_at": moment.now,
        "recorded_by": moment.actor.name,
    }


def _copy_list(tx: Write, row: PriceListRow, store_id: UUID, moment: Moment) -> None:
    list_id = moment.new_id()
    begins = max(row.effective_at, moment.now)
    copied = row._replace(id=list_id, place_id=store_id, effective_at=begins)
    tx.add(catalog_tables.price_list, [{**copied._asdict(), "level": Level.STORE.value}])
    tx.add(
        catalog_tables.price,
        [
            {"price_list_id": list_id, **price._asdict()}
            for price in tx.all(price_lists.PRICES_OF, price_list_id=row.id)
        ],
    )
