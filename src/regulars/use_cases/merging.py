"""Making two records of one person one 合并会员.

王芳 joined by phone and, later, by card. The manager looks at what would move, chooses whose texts
stay and merges: her card, 100.00, 320 points, coupons, passes and bills are the first record's from
then on, in one transaction, and the old id leads there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import Account, AccountState
from regulars.domain.members import merge as rules
from regulars.domain.members.identity import IDENTITIES_MAX, IDENTITIES_TOO_MANY
from regulars.domain.members.member import MEMBER_CLOSED, MEMBER_UNKNOWN, MemberState
from regulars.domain.members.merge import Part
from regulars.domain.stores.permissions import Permission
from regulars.storage import (
    audit,
    facts,
    identities,
    merge_moves,
    merges,
    terms,
)
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.merge_moves import BilledRow, StatsRow
from regulars.storage.merges import MergeRow
from regulars.use_cases import merge_people as people
from regulars.use_cases import tier_moves
from regulars.use_cases.merge_checks import check_finished, check_room
from regulars.use_cases.merge_people import Between, Moved
from regulars.use_cases.merge_profile import FieldChoice, keep_profile, withdraw_refused
from regulars.use_cases.merge_value import Carried, Way, both_accounts, carry_over, everything
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.top_up_refunds import reason_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeMembers:
    """Make one record part of another of the same person."""

    id: UUID
    survivor_id: UUID
    absorbed_id: UUID
    store_id: UUID
    reason: str
    choices: tuple[FieldChoice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersMerged:
    """What moved to whom, and until when it may be undone.

    Units: minor units, points, growth value; how many of each part.
    """

    id: UUID
    survivor_id: UUID
    absorbed_id: UUID
    undo_until: Instant
    principal_minor: int
    bonus_minor: int
    points: int
    points_debt: int
    growth_value: int
    parts: Mapping[str, int]


class _Locked:
    """Everything of both records that others might change meanwhile, in the order of a sale."""

    __slots__ = ("absorbed", "accounts", "bills", "coupons", "runs", "survivor")

    def __init__(self, tx: Write, command: MergeMembers, way: Way) -> None:
        both = [command.survivor_id, command.absorbed_id]
        tx.all(merge_moves.ORDERS_LOCKED, member=command.absorbed_id)
        self.runs = people.run_ids(tx, command.absorbed_id)
        _check_states(tx, both)
        stats = {row.member_id: row for row in tx.all(merge_moves.STATS_LOCKED, members=both)}
        self.survivor: StatsRow = stats[command.survivor_id]
        self.absorbed: StatsRow = stats[command.absorbed_id]
        # A sale that was on its way has written its bill by now.
        self.bills: list[BilledRow] = tx.all(merge_moves.ORDERS, member=command.absorbed_id)
        self.coupons: list[UUID] = tx.all(merge_moves.COUPONS_LOCKED, member=command.absorbed_id)
        self.accounts: list[Account] = both_accounts(tx, way)
        check_finished(tx, both, command.absorbed_id)


@use_case
def merge_members(tx: Write, command: MergeMembers, moment: Moment) -> MembersMerged:
    """Move everything of one record to another of the same person, who answers for it from now on.

    Refuses: permission.missing, scope.outside, merge.with_self, member.unknown, member.closed,
    merge.not_active, merge.unfinished, member.identities_too_many, value.reason_missing,
    ledger.account_frozen, top_up.balance_over_limit, law.forbids.
    """
    moment.actor.need(Permission.VALUE_MOVE)
    moment.actor.need(Permission.MEMBER_WRITE)
    moment.actor.scope.check(command.store_id)
    reason = reason_of(command.reason)
    if command.survivor_id == command.absorbed_id:
        raise rules.MERGE_WITH_SELF.because()
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    way = Way(
        giver=command.absorbed_id,
        taker=command.survivor_id,
        name=f"merge:{command.id}",
        subject_id=command.id,
    )
    locked = _Locked(tx, command, way)
    between = Between(
        giver=people.person_of(tx, moment.vault, command.absorbed_id),
        taker=people.person_of(tx, moment.vault, command.survivor_id),
        reason=reason,
    )
    check_room(tx, way, locked.accounts, shop=shop, now=moment.now)
    before = keep_profile(tx, between, command.choices, moment)
    parts = [
        *_moved_addresses(tx, between, moment),
        *withdraw_refused(tx, between, moment),
        *people.copy_tags(tx, between, moment),
        *people.move_runs(tx, between, locked.runs),
        *_moved_bills(tx, between, locked.bills),
        *people.move_coupons(tx, between, locked.coupons),
        *people.move_passes(tx, between, moment),
    ]
    carried = carry_over(tx, way, everything(tx, way, locked.accounts), shop=shop, moment=moment)
    _count_visits(tx, locked)
    tx.send(merge_moves.SET_STATE, member=command.absorbed_id, new_state=MemberState.CLOSED.value)
    tx.send(merge_moves.SET_STATE, member=command.survivor_id, new_state=MemberState.ACTIVE.value)
    tx.send(
        merge_moves.ACCOUNTS_STATE, member=command.absorbed_id, new_state=AccountState.CLOSED.value
    )
    row = _row(tx, command, carried, locked, reason=reason, moment=moment)
    merges.add(tx, row, parts, before)
    tier_moves.grown(
        tx, moment, member_id=row.survivor_id, shop=shop, growth_value=carried.growth_after
    )
    merged = _merged(row, parts)
    tell(tx, moment, row, "member.merged", after=_told(merged), reason=reason)
    return merged


def _check_states(tx: Write, both: Sequence[UUID]) -> None:
    states = {row.id: row.state for row in tx.all(merge_moves.BOTH_LOCKED, members=list(both))}
    if set(states) != set(both):
        raise MEMBER_UNKNOWN.because()
    if not {MemberState.CLOSED, MemberState.ERASED}.isdisjoint(states.values()):
        raise MEMBER_CLOSED.because()
    if set(states.values()) != {MemberState.ACTIVE.value}:
        raise rules.MERGE_NOT_ACTIVE.because()


def _moved_addresses(tx: Write, between: Between, moment: Moment) -> list[Moved]:
    known = len(tx.all(identities.IDENTITIES, member_id=between.taker.id))
    moved = people.move_identities(tx, between, moment)
    if known + len(moved) > IDENTITIES_MAX:
        raise IDENTITIES_TOO_MANY.because(maximum=IDENTITIES_MAX)
    return [*moved, *people.move_contacts(tx, between, moment)]


def _moved_bills(tx: Write, between: Between, bills: Sequence[BilledRow]) -> list[Moved]:
    """Her bills; one that waits is nobody's money yet, and stays with whoever pays it."""
    people.move_orders(tx, between, [bill.id for bill in bills if bill.settled_at is None])
    settled = [bill.id for bill in bills if bill.settled_at is not None]
    return people.move_orders(tx, between, settled)


def _count_visits(tx: Write, locked: _Locked) -> None:
    ours, theirs = locked.survivor, locked.absorbed
    firsts = [one for one in (ours.first_visit_at, theirs.first_visit_at) if one is not None]
    lasts = [one for one in (ours.last_visit_at, theirs.last_visit_at) if one is not None]
    tx.send(
        merge_moves.ADD_VISITS,
        member=ours.member_id,
        more_visits=theirs.visits,
        more_spent=theirs.spent_minor,
        first_at=min(firsts, default=None),
        last_at=max(lasts, default=None),
    )
    tx.send(
        merge_moves.ADD_VISITS,
        member=theirs.member_id,
        more_visits=-theirs.visits,
        more_spent=-theirs.spent_minor,
        first_at=None,
        last_at=None,
    )


def _row(
    tx: Write,
    command: MergeMembers,
    carried: Carried,
    locked: _Locked,
    *,
    reason: str,
    moment: Moment,
) -> MergeRow:
    days = terms.of_organisation(tx, rules.UNDO_DAYS, at=moment.now)
    return MergeRow(
        id=command.id,
        survivor_id=command.survivor_id,
        absorbed_id=command.absorbed_id,
        store_id=command.store_id,
        at=moment.now,
        by=moment.actor.name,
        reason=reason,
        undo_until=rules.undo_until(moment.now, days),
        principal_minor=carried.principal_minor,
        bonus_minor=carried.bonus_minor,
        points=carried.points,
        points_debt=carried.points_debt,
        growth_value=carried.growth_value,
        visits=locked.absorbed.visits,
        spent_minor=locked.absorbed.spent_minor,
    )


def _merged(row: MergeRow, parts: Sequence[Moved]) -> MembersMerged:
    counts = {part.value: 0 for part in Part}
    for kind, _ in parts:
        counts[kind.value] += 1
    return MembersMerged(
        id=row.id,
        survivor_id=row.survivor_id,
        absorbed_id=row.absorbed_id,
        undo_until=row.undo_until,
        principal_minor=row.principal_minor,
        bonus_minor=row.bonus_minor,
        points=row.points,
        points_debt=row.points_debt,
        growth_value=row.growth_value,
        parts=counts,
    )


def _told(merged: MembersMerged) -> dict[str, object]:
    return {
        "principal_minor": merged.principal_minor,
        "bonus_minor": merged.bonus_minor,
        "points": merged.points,
        "points_debt": merged.points_debt,
        "growth_value": merged.growth_value,
        "parts": dict(merged.parts),
    }


def tell(
    tx: Write,
    moment: Moment,
    row: MergeRow,
    kind: str,
    *,
    after: dict[str, object],
    reason: str,
) -> None:
    """Remember a merge or its undo, and let others look at both records anew."""
    audit.record(
        tx,
        moment,
        action=kind,
        subject=f"member:{row.survivor_id}",
        store_id=row.store_id,
        after={**after, "absorbed": str(row.absorbed_id)},
        reason=reason,
    )
    for member_id, other in (
        (row.survivor_id, row.absorbed_id),
        (row.absorbed_id, row.survivor_id),
    ):
        happened = Fact(
            kind=kind,
            at=moment.now,
            member_id=member_id,
            subject_id=row.id,
            body={"other": str(other)},
        )
        facts.append(tx, happened, id=moment.new_id())
