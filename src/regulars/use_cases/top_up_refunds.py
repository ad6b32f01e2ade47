"""Giving a top-up back: the plan that a guest is shown, and the refund that does just that.

王芳's 300.00 of 4 May: 200.00 are unspent on 8 May and go back in cash, 20.00 of the bonus are
forfeited, the coupon that came with it is void. Parts may go back one after the other, never more
than what is unspent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import Account, AccountKind
from regulars.domain.ledger.book import Book, OpenEntry
from regulars.domain.ledger.entries import (
    EntryDraft,
    EntryKind,
    UseKind,
    top_up_refund_of,
)
from regulars.domain.ledger.lots import Lot
from regulars.domain.loyalty.law import law_in_force
from regulars.domain.loyalty.top_up_refund import (
    PaidTopUp,
    RefundRules,
    TakenBack,
    TopUpRefundPlan,
    lots_of,
    plan_refund,
)
from regulars.domain.members.writing import checked_text
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, constraints, facts, ledger, merges, top_ups
from regulars.storage import coupon_wallet as wallet
from regulars.storage.engine import Read, Write
from regulars.storage.facts import Fact
from regulars.storage.shops import Shops
from regulars.storage.statement import Ask
from regulars.storage.tables.stored_value import top_up_refund
from regulars.storage.top_ups import CouponState, PointsGone, TopUpRefundRow, TopUpRow
from regulars.use_cases.gift_refunds import GiftRefunds, count_gift_refund, gift_refunds
from regulars.use_cases.growth_paid_in import PaidBack, count_paid_back, locked_for_growth
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.top_up import OUTSIDE, coupon_key

TOP_UP_UNKNOWN = refusal_code("top_up.unknown")
REASON_MISSING = refusal_code("value.reason_missing")
REASON_MAX = 200
_OPEN = ("issued", "frozen")
_POINTS_KINDS = (AccountKind.POINTS, AccountKind.POINTS_DEBT)

constraints.means(
    {
        "pk_top_up_refund": ledger.ALREADY_POSTED,
        "uq_top_up_refund_top_up_id_number": ledger.BALANCE_MOVED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTopUp:
    """Give unspent principal of a top-up back; None is all of it. Units: minor units.

    `member_id`: who holds it by now, where it was passed on; None is who paid it in.
    `item_returned`: the thing that came with it was brought back.
    """

    id: UUID
    top_up_id: UUID
    principal_minor: int | None
    reason: str
    member_id: UUID | None = None
    item_returned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpRefunded:
    """What went back and what was taken back. Units: minor units, points."""

    id: UUID
    top_up_id: UUID
    member_id: UUID
    number: int
    tender: str
    principal_minor: int
    bonus_forfeited_minor: int
    points_taken_back: int
    points_owed: int
    coupons_voided: int
    gifts_kept: bool
    law_rule: str | None
    principal_after_minor: int
    bonus_after_minor: int


class _Found(NamedTuple):
    """What there is of a top-up: with its holder, with who paid where she is another, unused."""

    lots: Sequence[Lot]
    elsewhere: Sequence[Lot] | None
    unused: Sequence[CouponState]
    gifts: GiftRefunds


class TopUpPlan(NamedTuple):
    """A plan with what it was worked out for."""

    row: TopUpRow
    holder: UUID
    plan: TopUpRefundPlan


def planned(read: Read, command: RefundTopUp, *, shops: Shops, now: Instant) -> TopUpPlan:
    """What a refund would do, for a guest to see before she says yes; nothing is locked.

    Refuses: top_up.unknown, top_up_refund.nothing_left, top_up_refund.over, top_up_refund.late,
    top_up_refund.gifts_kept.
    """
    row = _known(read, command.top_up_id)
    holder = command.member_id or row.member_id
    coupons, lots, elsewhere, gone = read.group(
        top_ups.COUPONS.ask(keys=_keys(row), at=now),
        ledger.OPEN_LOTS_OF_MEMBER.ask(member=holder),
        ledger.OPEN_LOTS_OF_MEMBER.ask(member=row.member_id),
        _points_gone(row),
    )
    gifts = gift_refunds(read, row)
    found = _Found(lots, elsewhere if holder != row.member_id else None, _unused(coupons), gifts)
    before = top_ups.taken_back(read, [row.id]).get(row.id, TakenBack())
    paid = top_ups.paid(row, before, gone[0])
    shop = shops.in_force(read, row.store_id, at=now)
    plan = _plan(paid, found, command, shop=shop, now=now)
    return TopUpPlan(row, holder, plan)


@use_case
def refund_top_up(tx: Write, command: RefundTopUp, moment: Moment) -> TopUpRefunded:
    """Give unspent principal back to where it came from.

    Refuses: permission.missing, scope.outside, top_up.unknown, top_up_refund.nothing_left,
    top_up_refund.over, top_up_refund.late, top_up_refund.gifts_kept, value.reason_missing,
    ledger.account_frozen, ledger.account_closed.
    """
    moment.actor.need(Permission.VALUE_REFUND)
    reason_of(command.reason)
    row = _known(tx, command.top_up_id)
    moment.actor.scope.check(row.store_id)
    holder = command.member_id or row.member_id
    shop = moment.shops.in_force(tx, row.store_id, at=moment.now)
    counted = locked_for_growth(tx, shop, member_id=row.member_id, top_up_id=row.id)
    coupons, accounts, lots, elsewhere, refunds, gone = tx.group(
        top_ups.COUPONS_LOCKED.ask(keys=_keys(row), at=moment.now),
        ledger.ACCOUNTS_OF_MEMBERS.ask(members=sorted({holder, row.member_id})),
        ledger.OPEN_LOTS_OF_MEMBER.ask(member=holder),
        ledger.OPEN_LOTS_OF_MEMBER.ask(member=row.member_id),
        top_ups.REFUNDS.ask(top_up_id=row.id),
        _points_gone(row),
    )
    gifts = gift_refunds(tx, row)
    found = _Found(lots, elsewhere if holder != row.member_id else None, _unused(coupons), gifts)
    before = _sum_of(refunds)
    plan = _plan(top_ups.paid(row, before, gone[0]), found, command, shop=shop, now=moment.now)
    number = len(refunds) + 1
    concerned = _concerned(accounts, holder, payer=row.member_id)
    if plan.points_owed and not any(one.kind is AccountKind.POINTS_DEBT for one in concerned):
        currency = shop.store.currency
        concerned.append(ledger.open_points_debt(tx, row.member_id, currency=currency))
    book = Book([*concerned, *moment.shops.house(tx, shop)])
    draft = EntryDraft(
        id=EntryId(moment.new_id()),
        business_id=top_up_refund_of(row.id, number),
        kind=EntryKind.TOP_UP_REFUND,
        occurred_at=moment.now,
        business_day=shop.store.business_day(moment.now),
        store_id=row.store_id,
        subject_id=row.id,
        reverses=EntryId(row.entry_id),
    )
    _post(book.entry(draft), plan)
    _void(tx, found.unused if plan.coupons_voided else [], moment, reason=command.reason)
    ledger.record(tx, moment, book.entries())
    refund = _row(command, draft, plan, number=number, holder=holder, moment=moment)
    _remember(tx, refund, plan, moment, item_returned=command.item_returned)
    if counted is not None:
        paid_back = PaidBack(
            top_up=row,
            business_id=draft.business_id,
            principal_minor=plan.principal_minor,
            before_minor=before.principal_minor,
        )
        count_paid_back(tx, moment, paid_back, shop=shop, counted=counted)
    count_gift_refund(tx, row, plan, gifts, maximum=shop.terms.top_up.gift_refunds_max)
    return _refunded(refund, plan, book)


def _post(entry: OpenEntry, plan: TopUpRefundPlan) -> None:
    outside = OUTSIDE[plan.tender]
    entry.spend(AccountKind.PRINCIPAL, outside, plan.principal, kind=UseKind.PAY_OUT)
    entry.spend(AccountKind.BONUS, AccountKind.BONUS_ISSUED, plan.bonus, kind=UseKind.FORFEIT)
    entry.spend(AccountKind.POINTS, AccountKind.POINTS_ISSUED, plan.points, kind=UseKind.CLAW_BACK)
    if plan.points_owed:
        entry.move(AccountKind.POINTS_DEBT, AccountKind.POINTS_ISSUED, plan.points_owed)


def _row(
    command: RefundTopUp,
    draft: EntryDraft,
    plan: TopUpRefundPlan,
    *,
    number: int,
    holder: UUID,
    moment: Moment,
) -> TopUpRefundRow:
    return TopUpRefundRow(
        id=command.id,
        top_up_id=command.top_up_id,
        number=number,
        member_id=holder,
        store_id=draft.store_id,
        business_day=draft.business_day,
        at=moment.now,
        by=moment.actor.name,
        reason=reason_of(command.reason),
        tender=plan.tender,
        principal_minor=plan.principal_minor,
        bonus_forfeited_minor=plan.bonus_minor,
        points_taken_back=plan.points_taken_back,
        coupons_voided=plan.coupons_voided,
        law_rule=plan.rule.code if plan.rule else None,
        entry_id=draft.id,
    )


def reason_of(text: str) -> str:
    """The reason as it is kept. Refuses: value.reason_missing, member.text_malformed, …"""
    reason = checked_text(text, field="reason", maximum=REASON_MAX)
    if not reason:
        raise REASON_MISSING.because()
    return reason


def _known(read: Read, top_up_id: UUID) -> TopUpRow:
    row = read.one(top_ups.TOP_UP, top_up_id=top_up_id)
    if row is None:
        raise TOP_UP_UNKNOWN.because()
    # What a record paid in that was merged since is the surviving one's.
    return row._replace(member_id=merges.surviving(read, row.member_id))


def _concerned(accounts: Sequence[Account], holder: UUID, *, payer: UUID) -> list[Account]:
    """The holder's accounts; the points that came with a top-up lie with who paid it in."""
    return [
        one for one in accounts if one.owner_id == (payer if one.kind in _POINTS_KINDS else holder)
    ]


def _plan(
    paid: PaidTopUp,
    found: _Found,
    command: RefundTopUp,
    *,
    shop: Shop,
    now: Instant,
) -> TopUpRefundPlan:
    day, terms = shop.store.business_day(now), shop.terms
    rules = RefundRules(
        law=law_in_force(terms.law, currency=shop.store.currency, on=day),
        refundable=terms.top_up.refundable,
        on=day,
        claw_back=terms.claw_back,
        gift_refunds=found.gifts.others,
        # What was counted for an earlier part of it is not asked again.
        gift_refunds_max=None if found.gifts.counted else terms.top_up.gift_refunds_max,
        item_returned=command.item_returned,
    )
    lots = lots_of(paid, found.lots, coupons=len(found.unused), elsewhere=found.elsewhere)
    return plan_refund(paid, lots, rules, command.principal_minor)


def _points_gone(row: TopUpRow) -> Ask[PointsGone]:
    return top_ups.POINTS_GONE.ask(member=row.member_id, entry=row.entry_id, top_up_id=row.id)


def _keys(row: TopUpRow) -> list[str]:
    return [coupon_key(row.id, code, number) for number, code in enumerate(row.coupons(), 1)]


def _unused(coupons: Sequence[CouponState]) -> list[CouponState]:
    return [one for one in coupons if one.state in _OPEN and not one.held]


def _sum_of(refunds: Sequence[TopUpRefundRow]) -> TakenBack:
    return TakenBack(
        principal_minor=sum(one.principal_minor for one in refunds),
        bonus_minor=sum(one.bonus_forfeited_minor for one in refunds),
        points=sum(one.points_taken_back for one in refunds),
        coupons=sum(one.coupons_voided for one in refunds),
    )


def _void(tx: Write, coupons: Sequence[CouponState], moment: Moment, *, reason: str) -> None:
    for one in coupons:
        moved = ledger.BALANCE_MOVED.because()
        tx.take(wallet.VOID, refusal=moved, coupon_id=one.id, at=moment.now)
        tx.send(wallet.WITHDRAW_SHARES, coupon_id=one.id)
    wallet.note_voided(tx, moment, [one.id for one in coupons], reason=reason_of(reason))


def _refunded(refund: TopUpRefundRow, plan: TopUpRefundPlan, book: Book) -> TopUpRefunded:
    return TopUpRefunded(
        id=refund.id,
        top_up_id=refund.top_up_id,
        member_id=refund.member_id,
        number=refund.number,
        tender=refund.tender,
        principal_minor=refund.principal_minor,
        bonus_forfeited_minor=refund.bonus_forfeited_minor,
        points_taken_back=refund.points_taken_back,
        points_owed=plan.points_owed,
        coupons_voided=refund.coupons_voided,
        gifts_kept=plan.gifts_kept,
        law_rule=refund.law_rule,
        principal_after_minor=book.balance(AccountKind.PRINCIPAL),
        bonus_after_minor=book.balance(AccountKind.BONUS),
    )


def _remember(
    tx: Write,
    refund: TopUpRefundRow,
    plan: TopUpRefundPlan,
    moment: Moment,
    *,
    item_returned: bool,
) -> None:
    tx.add_rows(top_up_refund, [refund])
    told: dict[str, object] = {
        "principal_minor": refund.principal_minor,
        "bonus_forfeited_minor": refund.bonus_forfeited_minor,
        "points_taken_back": refund.points_taken_back,
        "points_owed": plan.points_owed,
        "coupons_voided": refund.coupons_voided,
        "gifts_kept": plan.gifts_kept,
        "item_returned": item_returned,
        "tender": refund.tender,
        "law_rule": refund.law_rule,
    }
    audit.record(
        tx,
        moment,
        action="top_up.refunded",
        subject=f"top_up:{refund.top_up_id}",
        store_id=refund.store_id,
        after=told,
        reason=refund.reason,
    )
    happened = Fact(
        kind="value.top_up_refunded",
        at=moment.now,
        store_id=refund.store_id,
        member_id=refund.member_id,
        subject_id=refund.top_up_id,
        body=told,
    )
    facts.append(tx, happened, id=moment.new_id())
