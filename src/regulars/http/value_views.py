"""What a member's stored value looks like from outside: by top-up, never as one average.

充300送30 of 4 May: 200.00 and 20.00 are left, spent in proportion, 200.00 may go back by the law
until 11 May; 18.00 are held for a group.
"""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from pydantic import AwareDatetime

from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import MONEY_KINDS, AccountKind
from regulars.domain.ledger.lots import Lot
from regulars.domain.ledger.pairs import Pair, pairs_of
from regulars.domain.loyalty.law import balance_matter, law_in_force, refund_due_rule
from regulars.domain.loyalty.top_up_refund import RefundRules, in_time
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.orders.shop import Shop
from regulars.http.schemas import Answer
from regulars.storage import ledger, members, top_ups, value_holds, value_moves
from regulars.storage.engine import Read
from regulars.storage.shops import Shops
from regulars.storage.top_ups import TopUpRow


class PairView(Answer):
    """What is left of one top-up, or of a part that came from another member.

    `refundable_minor` may go back to who paid; `refund_rule` is the law's rule that says so.
    Units: minor units.
    """

    top_up_id: UUID | None
    acquired_at: AwareDatetime
    store_id: UUID | None
    tender: str | None
    paid_minor: int
    bonus_given_minor: int
    principal_left_minor: int
    bonus_left_minor: int
    principal_expires_on: date | None
    bonus_expires_on: date | None
    spend_order: str
    refundable_minor: int
    refund_rule: str | None


class OpenHoldView(Answer):
    """Value that is held for something. Units: minor units, points."""

    id: UUID
    purpose: str
    subject_id: UUID | None
    made_at: AwareDatetime
    expires_at: AwareDatetime
    principal_minor: int
    bonus_minor: int
    points: int


class LapsedView(Answer):
    """Principal whose time was over; it may be brought back once. Units: minor units."""

    lot_id: UUID
    principal_minor: int
    expires_on: date | None
    reactivated_at: AwareDatetime | None


class TransferView(Answer):
    """Stored value that came or went. Units: minor units."""

    id: UUID
    from_member_id: UUID
    to_member_id: UUID
    at: AwareDatetime
    principal_minor: int
    bonus_minor: int


class CardEventView(Answer):
    """What happened to the member's cards."""

    kind: str
    at: AwareDatetime
    by: str
    reason: str


class StoredValueView(Answer):
    """A member's stored value: by top-up, held, lapsed, moved. Units: minor units.

    `named`: her identity is recorded; the record itself is never shown.
    """

    member_id: UUID
    principal_minor: int
    bonus_minor: int
    held_minor: int
    frozen: bool
    named: bool
    balance_minor_max: int
    refundable_minor: int
    pairs: list[PairView]
    holds: list[OpenHoldView]
    lapsed: list[LapsedView]
    transfers: list[TransferView]
    cards: list[CardEventView]


class _Rules(NamedTuple):
    rules: RefundRules
    refund_rule: str | None


def stored_value(read: Read, member_id: UUID, *, shops: Shops, now: Instant) -> dict[str, object]:
    """Everything that a guest may want to know of her stored value. Refuses: member.unknown."""
    member = read.one(members.MEMBER, member_id=member_id)
    if member is None:
        raise MEMBER_UNKNOWN.because()
    accounts, lots, holds, lapsed, transfers, cards, frozen = read.group(
        ledger.ACCOUNTS_OF_MEMBER_SEEN.ask(member=member_id),
        ledger.OPEN_LOTS_OF_MEMBER.ask(member=member_id),
        value_holds.OPEN_OF_MEMBER.ask(member=member_id),
        value_moves.LAPSED_OF_MEMBER.ask(member=member_id),
        top_ups.TRANSFERS.ask(member=member_id),
        top_ups.CARD_EVENTS.ask(member=member_id),
        top_ups.FROZEN_SINCE.ask(member=member_id),
    )
    money = [lot for lot in lots if lot.kind in MONEY_KINDS]
    rows = {row.id: row for row in read.all(top_ups.TOP_UPS, ids=_pair_ids(money))}
    pairs = [_pair_view(pair, rows, read=read, shops=shops, now=now) for pair in pairs_of(money)]
    named = top_ups.is_named(read, member_id)
    balances = {account.kind: account.balance for account in accounts}
    return {
        "member_id": member_id,
        "principal_minor": balances.get(AccountKind.PRINCIPAL, 0),
        "bonus_minor": balances.get(AccountKind.BONUS, 0),
        "held_minor": sum(hold.principal_minor + hold.bonus_minor for hold in holds),
        "frozen": bool(frozen),
        "named": named,
        "balance_minor_max": _balance_max(
            shops.in_force(read, member.joined_store_id, at=now), now, named=named
        ),
        "refundable_minor": sum(pair.refundable_minor for pair in pairs),
        "pairs": [pair.model_dump() for pair in pairs],
        "holds": [_shown(hold._asdict(), OpenHoldView) for hold in holds],
        "lapsed": [
            {
                "lot_id": one.id,
                "principal_minor": one.lapsed_minor,
                "expires_on": one.expires_on,
                "reactivated_at": one.reactivated_at,
            }
            for one in lapsed
        ],
        "transfers": [_shown(one._asdict(), TransferView) for one in transfers],
        "cards": [one._asdict() for one in cards],
    }


def _pair_ids(lots: list[Lot]) -> list[UUID]:
    return sorted({lot.pair_id for lot in lots if lot.pair_id is not None})


def _shown(row: dict[str, object], view: type[Answer]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name in view.model_fields}


def _balance_max(shop: Shop, now: Instant, *, named: bool) -> int:
    day = shop.store.business_day(now)
    law = law_in_force(shop.terms.law, currency=shop.store.currency, on=day)
    rule = law.of(balance_matter(named=named))
    own = shop.terms.top_up.balance_minor_max
    return min(own, rule.value) if rule else own


def _pair_view(
    pair: Pair, rows: dict[UUID, TopUpRow], *, read: Read, shops: Shops, now: Instant
) -> PairView:
    principal, bonus = pair.principal, pair.bonus
    pair_id = next((lot.pair_id for lot in (principal, bonus) if lot is not None), None)
    row = rows.get(pair_id) if pair_id is not None else None
    left_minor = principal.remaining if principal is not None else 0
    refundable_minor, rule = 0, None
    if row is not None and left_minor:
        found = _rules(row, shops.in_force(read, row.store_id, at=now), now)
        if in_time(row.business_day, found.rules):
            refundable_minor, rule = left_minor, found.refund_rule
    return PairView(
        top_up_id=row.id if row else None,
        acquired_at=pair.acquired_at,
        store_id=row.store_id if row else None,
        tender=row.tender if row else None,
        paid_minor=row.principal_minor if row else 0,
        bonus_given_minor=row.bonus_minor if row else 0,
        principal_left_minor=left_minor,
        bonus_left_minor=bonus.remaining if bonus is not None else 0,
        principal_expires_on=principal.expires_on if principal is not None else None,
        bonus_expires_on=bonus.expires_on if bonus is not None else None,
        spend_order=pair.spend_order.value,
        refundable_minor=refundable_minor,
        refund_rule=rule,
    )


def _rules(row: TopUpRow, shop: Shop, now: Instant) -> _Rules:
    day = shop.store.business_day(now)
    law = law_in_force(shop.terms.law, currency=shop.store.currency, on=day)
    rule = refund_due_rule(law, paid_on=row.business_day, on=day)
    rules = RefundRules(law=law, refundable=shop.terms.top_up.refundable, on=day)
    return _Rules(rules, rule.code if rule else None)
