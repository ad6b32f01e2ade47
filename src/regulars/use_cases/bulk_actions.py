"""Proposing, agreeing to and ending one act for many members.

小陈 proposes a coupon for 812 members, at most 4,060.00; her manager agrees, and it begins. A proposal
for few members, as the shop allows it, begins at once.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members import bulk as rules
from regulars.domain.members.bulk import Act, BulkKind, BulkState, Chosen
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.members.writing import checked_text
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE, PERMISSION_MISSING
from regulars.storage import audit, bulk_actions, segments, terms
from regulars.storage.bulk_actions import BulkRow
from regulars.storage.engine import Read, Write
from regulars.use_cases.coupons import check_given
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import looks_first, use_case

BULK_SAME_PERSON = refusal_code("bulk.same_person")
BULK_NOT_WAITING = refusal_code("bulk.not_waiting")
BULK_OVER = refusal_code("bulk.over")
BULK_NO_FILE = refusal_code("bulk.no_file")
BULK_FILE_NOT_YOURS = refusal_code("bulk.file_not_yours")
BULK_FILE_OVER = refusal_code("bulk.file_over")

# Whoever has joined by now is meant, and nobody who joins later.
LATEST = b"\xff" * 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeBulkAction:
    """One act for many members, and why."""

    id: UUID
    chosen: Chosen
    act: Act
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveBulkAction:
    """A second person's word: it begins."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EndBulkAction:
    """It does not begin, or goes no further: withdrawn, declined or stopped, and why."""

    id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBulkFile:
    """The list is handed to whoever asked for it; the caller reads it afterwards."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkNow:
    """How far a bulk action is. Units: minor units."""

    id: UUID
    state: BulkState
    members: int
    cost_minor: int


@looks_first
def reached(read: Read, command: ProposeBulkAction, moment: Moment) -> int:
    """How many are meant, counted beside the tills."""
    chosen = rules.checked_chosen(command.chosen)
    upto_id = uuid7(moment.now, LATEST)
    return bulk_actions.number_of(read, chosen, upto_id=upto_id)


@use_case
def propose_bulk_action(tx: Write, command: ProposeBulkAction, moment: Moment) -> BulkNow:
    """Propose one act for many members; up to the shop's limit it begins at once.

    Refuses: permission.missing, scope.outside, bulk.malformed, bulk.nobody, bulk.too_many,
    bulk.reason_missing, segment.unknown, member.unknown, member.text_malformed,
    member.text_too_long, member.payment_card_refused, coupon.type_unknown, coupon.type_stopped,
    coupon.type_over.
    """
    moment.actor.need(Permission.SEGMENT_READ)
    act, chosen = rules.checked_act(command.act), rules.checked_chosen(command.chosen)
    moment.actor.need(act.right)
    reason = _reason_of(command.reason)
    _check_chosen(tx, chosen, moment)
    _check_coupon(tx, act, moment, in_scope=True)
    # The first question says whether it ran before: then nothing was looked at.
    alone_max = terms.of_organisation(tx, rules.ALONE_MAX, at=moment.now)
    members = moment.seen
    assert isinstance(members, int)
    if chosen.member_ids and members < len(chosen.member_ids):
        raise MEMBER_UNKNOWN.because()
    rules.check_number(members)
    alone = rules.decides_alone(members, alone_max=alone_max)
    row = BulkRow(
        id=command.id,
        chosen=rules.chosen_data(chosen),
        act=rules.act_data(act),
        reason=reason,
        members=members,
        cost_minor=act.cost_minor * members,
        upto_id=uuid7(moment.now, LATEST),
        made_at=moment.now,
        made_by=moment.actor.name,
        state=(BulkState.RUNNING if alone else BulkState.WAITING).value,
        after_id=bulk_actions.NOBODY,
        done=0,
        found={},
        decided_at=moment.now if alone else None,
        decided_by=None,
        ended_at=None,
        ended_by=None,
        end_reason=None,
        kept_until=None,
    )
    bulk_actions.add(tx, row)
    return noted(tx, moment, row, "proposed", reason=reason)


@use_case
def approve_bulk_action(tx: Write, command: ApproveBulkAction, moment: Moment) -> BulkNow:
    """Agree: it begins, for as many as were counted and at no more than it was said to cost.

    Refuses: permission.missing, scope.outside, bulk.unknown, bulk.not_waiting, bulk.same_person,
    coupon.type_unknown, coupon.type_stopped, coupon.type_over.
    """
    moment.actor.need(Permission.JOURNEY_APPROVE)
    if not moment.actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()
    row = bulk_actions.locked(tx, command.id)
    if row.state != BulkState.WAITING:
        raise BULK_NOT_WAITING.because()
    if row.made_by == moment.actor.name:
        raise BULK_SAME_PERSON.because()
    _check_coupon(tx, rules.act_from(row.act), moment, in_scope=False)
    tx.take(
        bulk_actions.DECIDE,
        refusal=BULK_NOT_WAITING.because(),
        this=row.id,
        at=moment.now,
        by=moment.actor.name,
    )
    return noted(tx, moment, row._replace(state=BulkState.RUNNING.value), "approved")


@use_case
def end_bulk_action(tx: Write, command: EndBulkAction, moment: Moment) -> BulkNow:
    """End it: by whoever proposed it, or by whoever may agree to it. What was done stays done.

    Refuses: permission.missing, scope.outside, bulk.unknown, bulk.over, bulk.reason_missing,
    member.text_malformed, member.text_too_long, member.payment_card_refused.
    """
    moment.actor.need(Permission.SEGMENT_READ)
    reason = _reason_of(command.reason)
    row = bulk_actions.locked(tx, command.id)
    own = row.made_by == moment.actor.name
    if not own and not moment.actor.may(Permission.JOURNEY_APPROVE):
        raise PERMISSION_MISSING.because(permission=Permission.JOURNEY_APPROVE.value)
    if not own and not moment.actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()
    if row.ended_at is not None:
        raise BULK_OVER.because()
    begun = row.state == BulkState.RUNNING
    waited = BulkState.WITHDRAWN if own else BulkState.DECLINED
    state = BulkState.STOPPED if begun else waited
    tx.take(
        bulk_actions.END,
        refusal=BULK_OVER.because(),
        this=row.id,
        new_state=state.value,
        at=moment.now,
        by=moment.actor.name,
        why=reason,
        until=moment.now + rules.KEPT if begun else None,
    )
    return noted(tx, moment, row._replace(state=state.value), state.value, reason=reason)


@use_case
def take_bulk_file(tx: Write, command: TakeBulkFile, moment: Moment) -> BulkNow:
    """Note that a list is handed out. Asked again, it is noted again.

    Refuses: permission.missing, bulk.unknown, bulk.no_file, bulk.file_not_yours, bulk.file_over.
    """
    moment.actor.need(Permission.SEGMENT_READ)
    row = bulk_actions.known(tx, command.id)
    act = rules.act_from(row.act)
    if act.kind is not BulkKind.EXPORT or row.state != BulkState.DONE:
        raise BULK_NO_FILE.because()
    if row.made_by != moment.actor.name:
        raise BULK_FILE_NOT_YOURS.because()
    if row.kept_until is None or row.kept_until <= moment.now:
        raise BULK_FILE_OVER.because()
    return noted(tx, moment, row, "file_taken")


def noted(
    tx: Write, moment: Moment, row: BulkRow, what: str, *, reason: str | None = None
) -> BulkNow:
    """Audit an act, without a word of a tag: it may say much about people."""
    after: dict[str, object] = {
        "kind": rules.act_from(row.act).kind.value,
        "state": row.state,
        "members": row.members,
    }
    if row.cost_minor:
        after["cost_minor"] = row.cost_minor
    if row.found:
        after["found"] = dict(row.found)
    subject = f"bulk_action:{row.id}"
    audit.record(
        tx, moment, action=f"bulk_action.{what}", subject=subject, after=after, reason=reason
    )
    return BulkNow(
        id=row.id, state=BulkState(row.state), members=row.members, cost_minor=row.cost_minor
    )


def _reason_of(text: str) -> str:
    reason = checked_text(text, field="reason", maximum=rules.REASON_MAX)
    if not reason:
        raise rules.BULK_REASON_MISSING.because()
    return reason


def _check_chosen(read: Read, chosen: Chosen, moment: Moment) -> None:
    for store_id in chosen.store_ids:
        moment.actor.scope.check(store_id)
    if chosen.segment_id is not None:
        segments.known(read, chosen.segment_id)


def _check_coupon(read: Read, act: Act, moment: Moment, *, in_scope: bool) -> None:
    if act.coupon_type_id is None or act.store_id is None:
        return
    if in_scope:
        moment.actor.scope.check(act.store_id)
    shop = moment.shops.in_force(read, act.store_id, at=moment.now)
    check_given(shop.coupon_types.get(act.coupon_type_id), shop.store, moment)
