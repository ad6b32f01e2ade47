"""Forgetting a member who asked for it 注销并删除.

李敏 wants to be forgotten. Her 20.00 were paid out this morning; the 35 points she gives up. Her name
and numbers are gone, nothing is sent to her any more, and her bills still add up under an id that
leads nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.ledger.accounts import Account, AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryDraft, EntryKind, UseKind
from regulars.domain.ledger.lots import LotShare, of_kind
from regulars.domain.members import subject_request as rules
from regulars.domain.members.consent import Choice, standing
from regulars.domain.members.member import MEMBER_CLOSED, MEMBER_UNKNOWN, MemberState
from regulars.domain.members.subject_request import RequestKind, RequestState, ValueChoice
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.storage import (
    consents,
    coupon_wallet,
    erasures,
    facts,
    ledger,
    members,
    merge_moves,
    merges,
    terms,
)
from regulars.storage.consents import Given
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.subject_requests import RequestRow
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.subject_requests import RequestNow, ended, open_request
from regulars.use_cases.top_up_refunds import reason_of

SOURCE = "erasure"
# Where value that is given up goes: as value does whose time is over.
_GIVEN_UP = {
    AccountKind.PRINCIPAL: AccountKind.PRINCIPAL_LAPSED,
    AccountKind.BONUS: AccountKind.BONUS_EXPIRED,
    AccountKind.POINTS: AccountKind.POINTS_EXPIRED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseMember:
    """Forget the member of a request; `choice` says what becomes of value that she still holds."""

    request_id: UUID
    choice: ValueChoice
    reason: str


@use_case
def erase_member(tx: Write, command: EraseMember, moment: Moment) -> RequestNow:
    """Empty all that names a member, in every record of hers, and end the request.

    Refuses: permission.missing, scope.outside, privacy.request_unknown, privacy.request_ended,
    privacy.kind_wrong, privacy.on_hold, privacy.value_left, privacy.unfinished, member.closed,
    value.reason_missing, ledger.account_frozen.
    """
    moment.actor.need(Permission.VALUE_MOVE)
    moment.actor.need(Permission.MEMBER_WRITE)
    reason = reason_of(command.reason)
    request = open_request(tx, command.request_id, moment)
    if request.kind != RequestKind.ERASURE:
        raise rules.REQUEST_KIND_WRONG.because()
    shop = moment.shops.in_force(tx, request.store_id, at=moment.now)
    records = _locked(tx, request.member_id)
    _check(tx, records, shop=shop, moment=moment)
    _settle(tx, request, command.choice, shop=shop, moment=moment)
    for one in records:
        _withdraw_all(tx, one, moment)
        erasures.erase(tx, one, at=moment.now)
    gone = Fact(kind="member.erased", at=moment.now, member_id=request.member_id)
    facts.append(tx, gone, id=moment.new_id())
    return ended(tx, request, RequestState.DONE, moment, reason=reason)


def _locked(tx: Write, member_id: UUID) -> list[UUID]:
    """Every record that is this person's, locked in one order for everybody."""
    if merges.surviving(tx, member_id) != member_id:
        raise MEMBER_CLOSED.because()
    records = merges.whole_person(tx, member_id)
    states = {row.id: row.state for row in tx.all(merge_moves.BOTH_LOCKED, members=records)}
    if member_id not in states:
        raise MEMBER_UNKNOWN.because()
    if states[member_id] in {MemberState.CLOSED, MemberState.ERASED}:
        raise MEMBER_CLOSED.because()
    tx.all(merge_moves.STATS_LOCKED, members=records)
    return records


def _check(tx: Write, records: Sequence[UUID], *, shop: Shop, moment: Moment) -> None:
    days = terms.of_organisation(tx, rules.HOLD_DAYS, at=moment.now)
    today = shop.store.business_day(moment.now)
    for one in records:
        last = tx.one(erasures.LAST_BILL, member=one)
        last_on = None if last is None else shop.store.business_day(last)
        rules.check_hold(last_on, days, on=today)
        waiting = tx.one(merge_moves.UNFINISHED, members=[one], member=one)
        unfinished = waiting is not None and (waiting.holds or waiting.mall_orders)
        if unfinished or tx.one(erasures.BILLS_OPEN, member=one):
            raise rules.UNFINISHED.because()
        if tx.one(erasures.PASSES_LEFT, member=one):
            raise rules.VALUE_LEFT.because()


def _settle(
    tx: Write, request: RequestRow, choice: ValueChoice, *, shop: Shop, moment: Moment
) -> None:
    """See that no value is left, or give it up in her words; merged records hold none."""
    member_id = request.member_id
    accounts: list[Account] = tx.all(ledger.ACCOUNTS_OF_MEMBER, member=member_id)
    held = {one.kind.value: one.balance for one in accounts if one.kind in _GIVEN_UP}
    coupons = tx.one(erasures.COUPONS_HELD, member=member_id, at=moment.now)
    rules.check_value({**held, "coupons": coupons or 0}, choice)
    given_up = tx.all(erasures.COUPONS_USABLE, member=member_id, at=moment.now)
    tx.send(erasures.VOID_COUPONS, member=member_id)
    coupon_wallet.note_voided(tx, moment, given_up, reason=None)
    lots = tx.all(ledger.OPEN_LOTS_OF_MEMBER, member=member_id)
    book = Book([*accounts, *moment.shops.house(tx, shop)])
    entry = book.entry(
        EntryDraft(
            id=EntryId(moment.new_id()),
            business_id=f"erasure:{request.id}",
            kind=EntryKind.LAPSE,
            occurred_at=moment.now,
            business_day=shop.store.business_day(moment.now),
            store_id=shop.store.id,
            subject_id=request.id,
        )
    )
    for kind, target in _GIVEN_UP.items():
        shares = [LotShare(lot, lot.remaining) for lot in of_kind(lots, kind)]
        entry.spend(kind, target, shares, kind=UseKind.FORFEIT)
    ledger.record(tx, moment, book.entries())


def _withdraw_all(tx: Write, member_id: UUID, moment: Moment) -> None:
    profile = tx.one(members.PROFILE, member_id=member_id)
    allowed = standing(consents.of_member(tx, member_id)).values()
    given = Given(
        member_id=member_id,
        language="zh-CN" if profile is None else profile.language,
        source=SOURCE,
        at=moment.now,
        by=moment.actor.name,
    )
    refused = [
        Choice(
            channel=one.choice.channel,
            purpose=one.choice.purpose,
            granted=False,
            wording_version=one.choice.wording_version,
        )
        for one in allowed
        if one.choice.granted
    ]
    consents.add(tx, given, refused, new_id=moment.new_id)
