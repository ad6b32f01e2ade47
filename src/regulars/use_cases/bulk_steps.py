"""Carrying out one act for many members, some at a time: never twice for anybody.

Of 812 members a hundred get their coupon, their rows and the place that was reached in one commit. The
server breaks down, and goes on behind the last who got hers.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members import bulk as rules
from regulars.domain.members.bulk import Act, BulkKind, BulkState, Outcome
from regulars.domain.members.member import MemberState
from regulars.domain.stores.permissions import Permission
from regulars.storage import bulk_actions, coupons, facts, member_tags
from regulars.storage.bulk_actions import BulkRow, OutcomeRow
from regulars.storage.coupons import NewCoupon
from regulars.storage.engine import Read, Write
from regulars.storage.facts import Fact
from regulars.use_cases.bulk_actions import noted
from regulars.use_cases.coupons import COUPON_TYPE_OVER, check_given
from regulars.use_cases.member_tags import TAGS_MAX
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import looks_first, use_case

FORGOTTEN_AT_ONCE = 500
_GONE = frozenset({MemberState.CLOSED.value, MemberState.ERASED.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOutSome:
    """The next members of a bulk action. `passes_over`: they failed before, and are passed over."""

    id: UUID
    seen: UUID
    most: int
    passes_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetOutcomes:
    """What became of whom is kept no longer."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOut:
    """How many were seen to just now, and how it is."""

    id: UUID
    number: int
    state: str


class Following(NamedTuple):
    """Who comes next, and whether there is anybody behind them."""

    member_ids: tuple[UUID, ...]
    more: bool


@looks_first
def following(read: Read, command: CarryOutSome, moment: Moment) -> Following:
    """Who comes next, looked for beside the tills; never more than were counted."""
    del moment
    row = bulk_actions.known(read, command.id)
    reach, named = bulk_actions.asked_for(rules.chosen_from(row.chosen))
    most = min(command.most, row.members - row.done)
    found = read.all(
        reach.following, **named, after_id=command.seen, upto_id=row.upto_id, rows=most + 1
    )
    return Following(tuple(found[:most]), row.done + most < row.members and len(found) > most)


@use_case
def carry_out_some(tx: Write, command: CarryOutSome, moment: Moment) -> CarriedOut:
    """Do it for the next members; the same step a second time changes nothing.

    Refuses: permission.missing, bulk.unknown.
    """
    moment.actor.need(Permission.JOURNEY_APPROVE)
    row = bulk_actions.locked(tx, command.id)
    if row.state != BulkState.RUNNING or row.after_id != command.seen:
        return CarriedOut(id=row.id, number=0, state=row.state)
    found = moment.seen
    assert isinstance(found, Following)
    if command.passes_over:
        outcomes = [OutcomeRow(one, Outcome.FAILED.value) for one in found.member_ids]
    else:
        outcomes = _outcomes(tx, row, found.member_ids, moment)
    bulk_actions.tell(tx, row.id, outcomes)
    after = _after(row, outcomes, found)
    over = after.state == BulkState.DONE
    tx.send(
        bulk_actions.ADVANCE,
        this=row.id,
        seen=command.seen,
        upto=after.after_id,
        so_far=after.done,
        told=after.found,
        now_state=after.state,
        over_at=moment.now if over else None,
        until=moment.now + rules.KEPT if over else None,
    )
    if over:
        noted(tx, moment, after, "done")
    return CarriedOut(id=row.id, number=len(outcomes), state=after.state)


@use_case
def forget_outcomes(tx: Write, command: ForgetOutcomes, moment: Moment) -> CarriedOut:
    """Forget some of what became of whom, once its days are over; the counts stay.

    Refuses: permission.missing, bulk.unknown.
    """
    moment.actor.need(Permission.JOURNEY_APPROVE)
    row = bulk_actions.locked(tx, command.id)
    if row.kept_until is None or moment.now < row.kept_until:
        return CarriedOut(id=row.id, number=0, state=row.state)
    number = tx.run(bulk_actions.FORGET, this=row.id, that=row.id, rows=FORGOTTEN_AT_ONCE)
    if number < FORGOTTEN_AT_ONCE:
        tx.send(bulk_actions.FORGOTTEN, this=row.id)
    return CarriedOut(id=row.id, number=number, state=row.state)


def _after(row: BulkRow, outcomes: Sequence[OutcomeRow], found: Following) -> BulkRow:
    counts = Counter(row.found)
    counts.update(one.outcome for one in outcomes)
    state = BulkState.RUNNING if found.more else BulkState.DONE
    return row._replace(
        after_id=found.member_ids[-1] if found.member_ids else row.after_id,
        done=row.done + len(outcomes),
        found=dict(counts),
        state=state.value,
    )


def _outcomes(
    tx: Write, row: BulkRow, member_ids: Sequence[UUID], moment: Moment
) -> list[OutcomeRow]:
    """What becomes of each: whose record is closed is refused whatever it is."""
    act = rules.act_from(row.act)
    meant = tx.all(bulk_actions.MEANT, members=list(member_ids))
    open_ids = [one.id for one in meant if one.state not in _GONE]
    match act.kind:
        case BulkKind.EXPORT:
            became = dict.fromkeys(open_ids, Outcome.DONE)
        case BulkKind.COUPON:
            became = _given(tx, row, act, open_ids, moment)
        case _:
            became = _tagged(tx, act, open_ids, moment)
    return [OutcomeRow(one, became.get(one, Outcome.CLOSED).value) for one in member_ids]


def _tagged(tx: Write, act: Act, member_ids: Sequence[UUID], moment: Moment) -> dict[UUID, Outcome]:
    words: dict[UUID, set[str]] = {one: set() for one in member_ids}
    for row in tx.all(bulk_actions.TAGS_OF, members=list(member_ids)):
        words[row.member_id].add(row.tag)
    on = act.kind is BulkKind.TAG
    became: dict[UUID, Outcome] = {}
    for member_id, known in words.items():
        if (act.tag in known) is on:
            became[member_id] = Outcome.UNCHANGED
        elif on and len(known) >= TAGS_MAX:
            became[member_id] = Outcome.TAGS_TOO_MANY
        else:
            became[member_id] = Outcome.DONE
    changed = [one for one, outcome in became.items() if outcome is Outcome.DONE]
    for member_id in changed:
        if on:
            member_tags.put_tag(tx, member_id, act.tag, at=moment.now, by=moment.actor.name)
        else:
            tx.send(member_tags.TAKE_TAG, member=member_id, gone=act.tag)
    body: dict[str, object] = {"added": int(on), "removed": int(not on), "by": "bulk"}
    _tell(tx, [(one, None) for one in changed], ("member.tags_changed", body), moment)
    return became


def _given(
    tx: Write, row: BulkRow, act: Act, member_ids: Sequence[UUID], moment: Moment
) -> dict[UUID, Outcome]:
    """A coupon for each, as long as the type is handed out and has any left."""
    assert act.coupon_type_id is not None
    assert act.store_id is not None
    shop = moment.shops.in_force(tx, act.store_id, at=moment.now)
    try:
        known = shop.coupon_types.get(act.coupon_type_id)
        coupon_type, lasts = check_given(known, shop.store, moment)
    except Refusal as refused:
        over = refused.code == COUPON_TYPE_OVER.code
        outcome = Outcome.TYPE_OVER if over else Outcome.TYPE_STOPPED
        return dict.fromkeys(member_ids, outcome)
    kind = tx.one(coupons.TYPE_LOCKED, type_id=coupon_type.id)
    keys = {one: f"bulk:{row.id}:{one}" for one in member_ids}
    had = coupons.known_issue_keys(tx, list(keys.values()))
    due = [one for one, key in keys.items() if key not in had]
    room = None if kind is None else kind.room
    chosen = due if room is None else due[: max(room, 0)]
    # Nobody stops the type meanwhile: its row is locked.
    if chosen and not coupons.taken_from_limit(tx, coupon_type.id, count=len(chosen)):
        return dict.fromkeys(member_ids, Outcome.TYPE_STOPPED)
    new = [
        NewCoupon(
            id=moment.new_id(),
            type_id=coupon_type.id,
            member_id=member_id,
            valid_from=lasts.begins,
            valid_until=lasts.ends,
            issued_at=moment.now,
            issue_key=keys[member_id],
        )
        for member_id in chosen
    ]
    coupons.add_all(tx, new)
    body: dict[str, object] = {"type": coupon_type.code}
    _tell(tx, [(one.member_id, one.id) for one in new], ("coupon.issued", body), moment)
    without = frozenset(due[len(chosen) :])
    return {one: Outcome.TYPE_EXHAUSTED if one in without else Outcome.DONE for one in member_ids}


def _tell(
    tx: Write,
    whom: Sequence[tuple[UUID, UUID | None]],
    what: tuple[str, dict[str, object]],
    moment: Moment,
) -> None:
    kind, body = what
    happened = [
        Fact(kind=kind, at=moment.now, member_id=member_id, subject_id=subject_id, body=body)
        for member_id, subject_id in whom
    ]
    facts.append_all(tx, [(moment.new_id(), fact) for fact in happened])
