"""Taking a merge back: two people after all, mother and daughter with one phone.

Everything that moved goes back as far as it is still there. Of 100.00 that moved, 30.00 are spent
since: 70.00 go back, the 30.00 stay where they were spent, and the manager is told so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.ledger.accounts import AccountKind, AccountState
from regulars.domain.members import merge as rules
from regulars.domain.members.consent import Channel, Choice, Purpose
from regulars.domain.members.member import MemberState
from regulars.domain.members.merge import Part
from regulars.domain.members.profile import ProfileField
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.storage import birthdays, consents, ledger, members, merge_moves, merges
from regulars.storage.consents import Given
from regulars.storage.engine import Write
from regulars.storage.merge_moves import BilledRow, StatsRow
from regulars.storage.merges import MergeRow, PartRow, UndoRow
from regulars.storage.visits import VisitsRow
from regulars.use_cases import merge_people as people
from regulars.use_cases import tier_moves
from regulars.use_cases.merge_people import Between
from regulars.use_cases.merge_profile import told_of, write_profile
from regulars.use_cases.merge_value import Carried, Load, Way, both_accounts, carry_over
from regulars.use_cases.merging import tell
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.top_up_refunds import reason_of

UNDO_SOURCE = "merge_undone"
_COUNTED = frozenset({"paid", "part_refunded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoMerge:
    """Make two records of one again."""

    merge_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeTakenBack:
    """What went back, and what had been spent and stays.

    Units: minor units, points, growth value.
    """

    id: UUID
    survivor_id: UUID
    absorbed_id: UUID
    principal_minor: int
    bonus_minor: int
    points: int
    growth_value: int
    principal_stayed_minor: int
    bonus_stayed_minor: int
    points_stayed: int
    growth_stayed: int


class _Locked:
    """Both records, locked in the order of a sale, and what each counts."""

    __slots__ = ("absorbed", "bills", "runs", "survivor")

    def __init__(self, tx: Write, row: MergeRow, parts: Sequence[PartRow]) -> None:
        both = [row.survivor_id, row.absorbed_id]
        moved = set(merges.ids_of(parts, Part.ORDER))
        bills = tx.all(merge_moves.ORDERS_LOCKED, member=row.survivor_id)
        known = set(merges.ids_of(parts, Part.JOURNEY_RUN))
        self.runs = [one for one in people.run_ids(tx, row.survivor_id) if one in known]
        states = {one.id: one.state for one in tx.all(merge_moves.BOTH_LOCKED, members=both)}
        if states[row.survivor_id] != MemberState.ACTIVE:
            raise rules.MERGE_NOT_ACTIVE.because()
        stats = {one.member_id: one for one in tx.all(merge_moves.STATS_LOCKED, members=both)}
        self.survivor: StatsRow = stats[row.survivor_id]
        self.absorbed: StatsRow = stats[row.absorbed_id]
        self.bills: tuple[list[BilledRow], list[BilledRow]] = (
            [one for one in bills if one.id not in moved],
            [one for one in bills if one.id in moved],
        )
        tx.all(merge_moves.COUPONS_LOCKED, member=row.survivor_id)


@use_case
def undo_merge(tx: Write, command: UndoMerge, moment: Moment) -> MergeTakenBack:
    """Give back to the merged record what of it is still there; it answers for itself again.

    Refuses: permission.missing, scope.outside, merge.unknown, merge.undone_already,
    merge.too_late, merge.merged_again, merge.not_active, value.reason_missing,
    ledger.account_frozen.
    """
    moment.actor.need(Permission.VALUE_MOVE)
    moment.actor.need(Permission.MEMBER_WRITE)
    reason = reason_of(command.reason)
    row = _known(tx, command.merge_id, moment)
    shop = moment.shops.in_force(tx, row.store_id, at=moment.now)
    parts = tx.all(merges.PARTS, merge=row.id)
    locked = _Locked(tx, row, parts)
    tx.send(merge_moves.ACCOUNTS_STATE, member=row.absorbed_id, new_state=AccountState.OPEN.value)
    tx.send(merge_moves.SET_STATE, member=row.absorbed_id, new_state=MemberState.ACTIVE.value)
    tx.send(merge_moves.SET_STATE, member=row.survivor_id, new_state=MemberState.ACTIVE.value)
    between = Between(
        giver=people.person_of(tx, moment.vault, row.survivor_id),
        taker=people.person_of(tx, moment.vault, row.absorbed_id),
        reason=reason,
    )
    _give_back(tx, between, parts, locked, moment)
    _restore_profile(tx, row, between, moment)
    _restore_consents(tx, row, between, parts, moment)
    carried = _value_back(tx, row, shop=shop, moment=moment)
    _count_back(tx, row, locked, carried, shop=shop, moment=moment)
    done = UndoRow(
        merge_id=row.id,
        at=moment.now,
        by=moment.actor.name,
        reason=reason,
        principal_minor=carried.principal_minor,
        bonus_minor=carried.bonus_minor,
        points=carried.points,
        growth_value=carried.growth_value,
    )
    merges.undo(tx, done)
    answer = _answer(row, done)
    told: dict[str, object] = {
        "principal_minor": done.principal_minor,
        "bonus_minor": done.bonus_minor,
        "points": done.points,
        "growth_value": done.growth_value,
    }
    tell(tx, moment, row, "member.merge_undone", after=told, reason=reason)
    return answer


def _known(tx: Write, merge_id: UUID, moment: Moment) -> MergeRow:
    row = tx.one(merges.MERGE, merge=merge_id)
    if row is None:
        raise rules.MERGE_UNKNOWN.because()
    moment.actor.scope.check(row.store_id)
    merged = tx.one(merges.MERGED, member=row.absorbed_id)
    if merged is None or merged.merge_id != row.id:
        raise rules.MERGE_UNDONE.because()
    if tx.one(merges.MERGED, member=row.survivor_id) is not None:
        raise rules.MERGE_BURIED.because()
    if moment.now > row.undo_until:
        raise rules.MERGE_TOO_LATE.because()
    return row


def _keys(parts: Sequence[PartRow], kind: Part) -> frozenset[str]:
    return frozenset(part.key for part in parts if part.kind == kind)


def _give_back(
    tx: Write, between: Between, parts: Sequence[PartRow], locked: _Locked, moment: Moment
) -> None:
    people.move_identities(tx, between, moment, only=_keys(parts, Part.IDENTITY))
    people.move_contacts(tx, between, moment, only=_keys(parts, Part.CONTACT))
    people.take_tags(tx, between.giver.id, _keys(parts, Part.TAG), moment)
    people.move_runs(tx, between, locked.runs)
    people.move_orders(tx, between, [bill.id for bill in locked.bills[1]])
    people.move_coupons(tx, between, _coupons_back(tx, between, parts, locked))
    people.move_passes(tx, between, moment, only=merges.ids_of(parts, Part.PASS))


def _coupons_back(
    tx: Write, between: Between, parts: Sequence[PartRow], locked: _Locked
) -> list[UUID]:
    """The coupons that came with the merge, but for those that a bill used that stays."""
    staying = {bill.id for bill in locked.bills[0]}
    used = tx.all(merge_moves.COUPONS_USED, member=between.giver.id)
    gone = {coupon_id for coupon_id, order_id in used if order_id in staying}
    return [one for one in merges.ids_of(parts, Part.COUPON) if one not in gone]


def _restore_profile(tx: Write, row: MergeRow, between: Between, moment: Moment) -> None:
    """What the merge wrote goes; what was corrected since stays."""
    shown, theirs = told_of(between.giver), told_of(between.taker)
    restored: dict[ProfileField, bytes | None] = {}
    for one in tx.all(merges.FIELDS, merge=row.id):
        field = ProfileField(one.field)
        if shown.get(field) == theirs.get(field):
            restored[field] = one.before
    write_profile(tx, between.giver, restored)
    if ProfileField.BIRTHDAY in restored:
        before = restored[ProfileField.BIRTHDAY]
        birthday = members.opened(between.giver.key, ProfileField.BIRTHDAY, before)
        birthdays.change(tx, moment.vault, between.giver.id, birthday)


def _restore_consents(
    tx: Write, row: MergeRow, between: Between, parts: Sequence[PartRow], moment: Moment
) -> None:
    """What only the merge had withdrawn is allowed again, unless she chose anew since."""
    chosen = consents.of_member(tx, between.giver.id)
    keys = [
        (Channel(channel), Purpose(purpose))
        for channel, _, purpose in (key.partition(":") for key in _keys(parts, Part.CONSENT))
    ]
    anew = {(one.choice.channel, one.choice.purpose) for one in chosen if one.at > row.at}
    back: list[Choice] = [
        one
        for one in rules.before_merge(chosen, until=row.at, keys=sorted(keys))
        if (one.channel, one.purpose) not in anew
    ]
    given = Given(
        member_id=between.giver.id,
        language=between.giver.profile.language,
        source=UNDO_SOURCE,
        at=moment.now,
        by=moment.actor.name,
    )
    consents.add(tx, given, back, new_id=moment.new_id)


def _value_back(tx: Write, row: MergeRow, *, shop: Shop, moment: Moment) -> Carried:
    way = Way(
        giver=row.survivor_id,
        taker=row.absorbed_id,
        name=f"merge:{row.id}:undo",
        subject_id=row.id,
    )
    balances: Mapping[AccountKind, int] = {
        one.kind: one.balance for one in both_accounts(tx, way) if one.owner_id == row.survivor_id
    }
    load = Load(
        lots=tx.all(merge_moves.LOTS_LEFT, merge=row.id, member=row.survivor_id),
        growth_value=min(row.growth_value, balances.get(AccountKind.GROWTH, 0)),
        points_debt=min(row.points_debt, -balances.get(AccountKind.POINTS_DEBT, 0)),
    )
    return carry_over(tx, way, load, shop=shop, moment=moment)


def _count_back(
    tx: Write, row: MergeRow, locked: _Locked, carried: Carried, *, shop: Shop, moment: Moment
) -> None:
    ours, theirs = locked.bills
    counted = [bill for bill in theirs if bill.state in _COUNTED]
    before = locked.survivor
    visits = min(len(counted), before.visits)
    spent_minor = sum(bill.due_minor - bill.refunded_minor for bill in counted)
    for stats, bills, sign in ((before, ours, -1), (locked.absorbed, theirs, 1)):
        settled = [bill.settled_at for bill in bills if bill.settled_at is not None]
        tx.send(
            merge_moves.ADD_VISITS,
            member=stats.member_id,
            more_visits=sign * visits,
            more_spent=sign * spent_minor,
            first_at=min(settled, default=None),
            last_at=max(settled, default=None),
        )
    taken = tier_moves.TakenBack(
        member_id=row.survivor_id,
        subject_id=row.id,
        sold_on=shop.store.business_day(row.at),
        known=VisitsRow(
            before.member_id,
            MemberState.ACTIVE.value,
            before.tier,
            before.visits,
            before.spent_minor,
        ),
        growth=tier_moves.Growth(
            growth_after=ledger.balances_of(tx, row.survivor_id).growth_value,
            growth=-carried.growth_value,
            spent_minor=-spent_minor,
            visits=-visits,
        ),
    )
    tier_moves.after_refund(tx, moment, taken, shop=shop)


def _answer(row: MergeRow, done: UndoRow) -> MergeTakenBack:
    return MergeTakenBack(
        id=row.id,
        survivor_id=row.survivor_id,
        absorbed_id=row.absorbed_id,
        principal_minor=done.principal_minor,
        bonus_minor=done.bonus_minor,
        points=done.points,
        growth_value=done.growth_value,
        principal_stayed_minor=max(row.principal_minor - done.principal_minor, 0),
        bonus_stayed_minor=max(row.bonus_minor - done.bonus_minor, 0),
        points_stayed=max(row.points - done.points, 0),
        growth_stayed=max(row.growth_value - done.growth_value, 0),
    )
