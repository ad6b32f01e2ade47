"""Holding value 冻结占用 and ending the hold: posted, wholly or in part, voided, or timed out.

王芳's seat in a group is held for a day: 18.00 of her stored value. Others call `hold_value`,
`post_hold` and `void_hold` inside their own transaction; what staff ask for by hand is in
`held_value`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger import holds as hold_rules
from regulars.domain.ledger.accounts import HELD_KINDS, AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryDraft, EntryKind, LotOrigin, NewLot
from regulars.domain.ledger.holds import Held, HoldOutcome, HoldPurpose, hold_end_of, hold_of
from regulars.domain.ledger.lots import total_of
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.orders.shop import Shop
from regulars.storage import facts, ledger, value_holds
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.tables import stored_value
from regulars.storage.value_holds import HoldEndRow, HoldRow, OpenHoldRow
from regulars.use_cases.moment import Moment
from regulars.use_cases.refund_value import GRACE

HOLD_UNKNOWN = refusal_code("value_hold.unknown")
HOLD_ENDED = refusal_code("value_hold.ended")
HOLD_EXPIRED = refusal_code("value_hold.expired")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueHeld:
    """A hold as it stands; `outcome` is None while it is open. Units: minor units, points."""

    id: UUID
    member_id: UUID
    principal_minor: int
    bonus_minor: int
    points: int
    expires_at: Instant
    outcome: HoldOutcome | None = None
    posted_principal_minor: int = 0
    posted_bonus_minor: int = 0
    posted_points: int = 0


class _Parts(NamedTuple):
    principal_minor: int
    bonus_minor: int
    points: int


def hold_value(  # noqa: PLR0913
    tx: Write,
    moment: Moment,
    *,
    hold_id: UUID,
    member_id: UUID,
    shop: Shop,
    amount_minor: int,
    purpose: HoldPurpose,
    subject_id: UUID | None,
    expires_at: Instant,
    points: int = 0,
) -> ValueHeld:
    """Move a part of a member's value out of what she can spend, until the hold ends.

    Units: minor units, points. Refuses: member.unknown, value_hold.empty, ledger.balance_short,
    ledger.points_short, ledger.account_frozen, ledger.account_closed, ledger.already_posted.
    """
    accounts, lots = tx.group(
        ledger.ACCOUNTS_OF_MEMBER.ask(member=member_id),
        ledger.OPEN_LOTS_OF_MEMBER.ask(member=member_id),
    )
    if not accounts:
        raise MEMBER_UNKNOWN.because()
    day = shop.store.business_day(moment.now)
    held = hold_rules.held_from(lots, amount_minor=amount_minor, points=points, on=day)
    known = {account.kind for account in accounts}
    missing = [HELD_KINDS[kind] for kind, shares in held.by_kind() if shares]
    missing = [kind for kind in missing if kind not in known]
    if missing:
        accounts = ledger.open_owned(tx, member_id, missing, currency=shop.store.currency)
    book = Book([*accounts, *moment.shops.house(tx, shop)])
    draft = EntryDraft(
        id=EntryId(moment.new_id()),
        business_id=hold_of(hold_id),
        kind=EntryKind.HOLD,
        occurred_at=moment.now,
        business_day=day,
        store_id=shop.store.id,
        subject_id=hold_id,
    )
    hold_rules.hold(book.entry(draft), held)
    ledger.record(tx, moment, book.entries())
    row = HoldRow(
        id=hold_id,
        member_id=member_id,
        store_id=shop.store.id,
        purpose=purpose.value,
        subject_id=subject_id,
        entry_id=draft.id,
        made_at=moment.now,
        made_by=moment.actor.name,
        expires_at=expires_at,
        **_parts(held)._asdict(),
    )
    tx.add_rows(stored_value.value_hold, [row])
    tx.add_rows(stored_value.value_hold_open, [OpenHoldRow(hold_id, member_id, expires_at)])
    _tell(tx, moment, row, kind="value.held", parts=_parts(held))
    return ValueHeld(
        id=hold_id, member_id=member_id, expires_at=expires_at, **_parts(held)._asdict()
    )


def lock_holds(tx: Write, hold_ids: Iterable[UUID]) -> None:
    """Lock holds, and then the accounts of their members, each in the order of its ids.

    Whoever ends several holds at once calls this first.
    """
    opened = tx.all(value_holds.OPEN_LOCKED, holds=list(hold_ids))
    tx.all(ledger.ACCOUNTS_OF_MEMBERS, members=sorted({one.member_id for one in opened}))


def post_hold(
    tx: Write,
    moment: Moment,
    hold_id: UUID,
    *,
    amount_minor: int | None = None,
    points: int | None = None,
) -> ValueHeld:
    """Pay with what is held, or with a part of it; the rest comes back in the same entry.

    Units: minor units, points. Refuses: value_hold.unknown, value_hold.ended, value_hold.over,
    ledger.account_closed.
    """
    hold, held = _locked(tx, hold_id)
    if hold.expires_at <= moment.now:
        raise HOLD_EXPIRED.because()
    shop = moment.shops.in_force(tx, hold.store_id, at=moment.now)
    posted = hold_rules.posted_part(
        held,
        amount_minor=held.money_minor if amount_minor is None else amount_minor,
        points=held.points_held if points is None else points,
        on=shop.store.business_day(moment.now),
    )
    return _ended(tx, moment, hold, (held, posted), outcome=HoldOutcome.POSTED)


def void_hold(
    tx: Write, moment: Moment, hold_id: UUID, *, outcome: HoldOutcome = HoldOutcome.VOIDED
) -> ValueHeld:
    """Give back what is held; what came from a lot that has ended is good for a week more.

    Refuses: value_hold.unknown, value_hold.ended, ledger.account_closed.
    """
    hold, held = _locked(tx, hold_id)
    return _ended(tx, moment, hold, (held, Held()), outcome=outcome)


def _locked(tx: Write, hold_id: UUID) -> tuple[HoldRow, Held]:
    opened, holds = tx.group(
        value_holds.OPEN_LOCKED.ask(holds=[hold_id]), value_holds.HOLD.ask(hold_id=hold_id)
    )
    if not holds:
        raise HOLD_UNKNOWN.because()
    if not opened:
        raise HOLD_ENDED.because()
    return holds[0], hold_rules.held_of(value_holds.held_shares(tx, holds[0]))


def _ended(
    tx: Write,
    moment: Moment,
    hold: HoldRow,
    parts: tuple[Held, Held],
    *,
    outcome: HoldOutcome,
) -> ValueHeld:
    held, posted = parts
    shop = moment.shops.in_force(tx, hold.store_id, at=moment.now)
    accounts = tx.all(ledger.ACCOUNTS_OF_MEMBER, member=hold.member_id)
    book = Book([*accounts, *moment.shops.house(tx, shop)])
    day = shop.store.business_day(moment.now)
    draft = EntryDraft(
        id=EntryId(moment.new_id()),
        business_id=hold_end_of(hold.id),
        kind=EntryKind.HOLD_END,
        occurred_at=moment.now,
        business_day=day,
        store_id=hold.store_id,
        # Not the bill it was made for: a refund of that bill gives back what the bill itself drew.
        subject_id=hold.id,
    )
    hold_rules.end(
        book.entry(draft),
        held,
        posted,
        purpose=HoldPurpose(hold.purpose),
        on=day,
        revived={kind: _revived(moment, shop) for kind in HELD_KINDS},
    )
    tx.take(value_holds.CLOSE, refusal=HOLD_ENDED.because(), hold_id=hold.id)
    ledger.record(tx, moment, book.entries())
    paid = _parts(posted)
    ended = HoldEndRow(
        hold_id=hold.id,
        entry_id=draft.id,
        outcome=outcome.value,
        posted_principal_minor=paid.principal_minor,
        posted_bonus_minor=paid.bonus_minor,
        posted_points=paid.points,
        at=moment.now,
        by=moment.actor.name,
    )
    tx.add_rows(stored_value.value_hold_end, [ended])
    _tell(tx, moment, hold, kind=f"value.hold_{outcome.value}", parts=paid)
    return held_view(hold, ended)


def held_view(hold: HoldRow, ended: HoldEndRow | None) -> ValueHeld:
    """A hold as it stands."""
    return ValueHeld(
        id=hold.id,
        member_id=hold.member_id,
        principal_minor=hold.principal_minor,
        bonus_minor=hold.bonus_minor,
        points=hold.points,
        expires_at=hold.expires_at,
        outcome=HoldOutcome(ended.outcome) if ended else None,
        posted_principal_minor=ended.posted_principal_minor if ended else 0,
        posted_bonus_minor=ended.posted_bonus_minor if ended else 0,
        posted_points=ended.posted_points if ended else 0,
    )


def _parts(held: Held) -> _Parts:
    sums = {kind: total_of(shares) for kind, shares in held.by_kind()}
    return _Parts(sums[AccountKind.PRINCIPAL], sums[AccountKind.BONUS], sums[AccountKind.POINTS])


def _revived(moment: Moment, shop: Shop) -> NewLot:
    return NewLot(
        id=moment.new_id(),
        acquired_at=moment.now,
        expires_on=shop.store.business_day(moment.now) + GRACE,
        origin=LotOrigin.REFUND,
        store_id=shop.store.id,
    )


def _tell(tx: Write, moment: Moment, hold: HoldRow, *, kind: str, parts: _Parts) -> None:
    happened = Fact(
        kind=kind,
        at=moment.now,
        store_id=hold.store_id,
        member_id=hold.member_id,
        subject_id=hold.id,
        body={"purpose": hold.purpose, **parts._asdict()},
    )
    facts.append(tx, happened, id=moment.new_id())
