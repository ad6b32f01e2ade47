"""What a member brings from an old system: one opening entry, with lots that know their origin.

320 points, 180.00 principal and 20.00 bonus: the points expire as if earned today, principal and
bonus stay one pair as those of a top-up.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.ledger.accounts import Account, AccountKind
from regulars.domain.ledger.book import Book, OpenEntry
from regulars.domain.ledger.entries import EntryDraft, EntryKind, LotOrigin, NewLot
from regulars.domain.loyalty.expiry import points_expire_on
from regulars.domain.orders.shop import Shop
from regulars.storage import ledger
from regulars.storage.engine import Write
from regulars.use_cases.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The balances that a member brings. Units: minor units, points, growth value."""

    principal_minor: int
    bonus_minor: int
    points: int
    growth_value: int


def open_balances(
    tx: Write, opening: Opening, accounts: list[Account], *, shop: Shop, moment: Moment
) -> None:
    """Write what a member brings as one entry, once for each command.

    Refuses: ledger.already_posted.
    """
    store = shop.store
    book = Book([*accounts, *moment.shops.house(tx, shop)])
    day = store.business_day(moment.now)
    entry = book.entry(
        EntryDraft(
            id=EntryId(moment.new_id()),
            business_id=f"import:{moment.command_id}",
            kind=EntryKind.IMPORT,
            occurred_at=moment.now,
            business_day=day,
            store_id=store.id,
            subject_id=accounts[0].owner_id,
        )
    )
    _grant_value(entry, opening, shop=shop, moment=moment)
    entry.grant(
        AccountKind.POINTS_ISSUED,
        AccountKind.POINTS,
        opening.points,
        _lot(shop, moment, expires_on=points_expire_on(day, shop.terms.earning.expiry)),
    )
    entry.move(AccountKind.GROWTH_ISSUED, AccountKind.GROWTH, opening.growth_value)
    ledger.record(tx, moment, book.entries())


def _grant_value(entry: OpenEntry, opening: Opening, *, shop: Shop, moment: Moment) -> None:
    # Principal and bonus of one card stay one pair, as those of a top-up.
    pair = moment.new_id()
    for source, target, amount in (
        (AccountKind.OUTSIDE_EXTERNAL, AccountKind.PRINCIPAL, opening.principal_minor),
        (AccountKind.BONUS_ISSUED, AccountKind.BONUS, opening.bonus_minor),
    ):
        entry.grant(source, target, amount, _lot(shop, moment, pair_id=pair))


def _lot(
    shop: Shop, moment: Moment, *, expires_on: date | None = None, pair_id: UUID | None = None
) -> NewLot:
    return NewLot(
        id=moment.new_id(),
        acquired_at=moment.now,
        expires_on=expires_on,
        origin=LotOrigin.IMPORT,
        store_id=shop.store.id,
        pair_id=pair_id,
    )
