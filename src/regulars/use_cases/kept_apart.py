"""Two records that look like one person's and are not 不是同一人: said once, and taken back.

Mother and daughter have one old number and one birthday. The manager says so, and nobody is asked
about the two again, whichever other record either of them becomes part of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.member import MEMBER_CLOSED, MEMBER_UNKNOWN, MemberState
from regulars.domain.members.merge import MERGE_WITH_SELF
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, kept_apart, merge_moves
from regulars.storage.engine import Read, Write
from regulars.storage.kept_apart import ApartRow, ordered
from regulars.storage.tables.merging import member_apart
from regulars.storage.vault import Vault
from regulars.use_cases.moment import Moment
from regulars.use_cases.named_member import shown_name
from regulars.use_cases.runner import use_case
from regulars.use_cases.top_up_refunds import reason_of

APART_UNKNOWN = refusal_code("apart.unknown")
APART_ALREADY = refusal_code("apart.already")
APART_UNDONE = refusal_code("apart.undone_already")

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepApart:
    """Say that two records are two people's."""

    member_id: UUID
    other_id: UUID
    store_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoApart:
    """Say that they may be one person's after all."""

    apart_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApartNow:
    """Two records, and whether they are kept apart now."""

    id: UUID
    member_id: UUID
    other_id: UUID
    apart: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApartSeen:
    """A pair that is kept apart: under whom each answers today, masked; when, by whom and why."""

    id: UUID
    member_id: UUID
    shown: str
    other_id: UUID
    other_shown: str
    at: Instant
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApartPage:
    """Some of them, newest first, and where the next page begins: also when this one is short."""

    pairs: tuple[ApartSeen, ...]
    next_cursor: UUID | None


@use_case
def keep_apart(tx: Write, command: KeepApart, moment: Moment) -> ApartNow:
    """Remember that two records are two people's: they are no longer shown as one person's.

    Refuses: permission.missing, scope.outside, merge.with_self, member.unknown, member.closed,
    apart.already, value.reason_missing.
    """
    moment.actor.need(Permission.VALUE_MOVE)
    moment.actor.need(Permission.MEMBER_WRITE)
    moment.actor.scope.check(command.store_id)
    reason = reason_of(command.reason)
    if command.member_id == command.other_id:
        raise MERGE_WITH_SELF.because()
    one, other = ordered(command.member_id, command.other_id)
    states = {row.id: row.state for row in tx.all(merge_moves.BOTH_LOCKED, members=[one, other])}
    if len(states) < len((one, other)):
        raise MEMBER_UNKNOWN.because()
    if not {MemberState.CLOSED, MemberState.ERASED}.isdisjoint(states.values()):
        raise MEMBER_CLOSED.because()
    if (one, other) in kept_apart.apart_among(tx, [one, other]):
        raise APART_ALREADY.because()
    row = ApartRow(
        id=moment.new_id(),
        one_member_id=one,
        other_member_id=other,
        store_id=command.store_id,
        at=moment.now,
        by=moment.actor.name,
        reason=reason,
        undoes=None,
    )
    return _remembered(tx, row, moment)


@use_case
def undo_apart(tx: Write, command: UndoApart, moment: Moment) -> ApartNow:
    """Take it back: the two may be shown as one person's again.

    Refuses: permission.missing, scope.outside, apart.unknown, apart.undone_already,
    value.reason_missing.
    """
    moment.actor.need(Permission.VALUE_MOVE)
    moment.actor.need(Permission.MEMBER_WRITE)
    reason = reason_of(command.reason)
    known = tx.one(kept_apart.APART, apart=command.apart_id)
    if known is None or known.undoes is not None:
        raise APART_UNKNOWN.because()
    moment.actor.scope.check(known.store_id)
    # Two who take it back at once meet here.
    tx.all(merge_moves.BOTH_LOCKED, members=[known.one_member_id, known.other_member_id])
    if tx.one(kept_apart.UNDONE, apart=known.id) is not None:
        raise APART_UNDONE.because()
    row = known._replace(
        id=moment.new_id(),
        at=moment.now,
        by=moment.actor.name,
        reason=reason,
        undoes=known.id,
    )
    return _remembered(tx, row, moment)


def _remembered(tx: Write, row: ApartRow, moment: Moment) -> ApartNow:
    tx.add_rows(member_apart, [row])
    audit.record(
        tx,
        moment,
        action="member.kept_apart" if row.undoes is None else "member.apart_undone",
        subject=f"member:{row.one_member_id}",
        store_id=row.store_id,
        after={"other": str(row.other_member_id)},
        reason=row.reason,
    )
    return ApartNow(
        id=row.undoes or row.id,
        member_id=row.one_member_id,
        other_id=row.other_member_id,
        apart=row.undoes is None,
    )


def apart_page(read: Read, vault: Vault, *, before_id: UUID) -> ApartPage:
    """The pairs that are kept apart, newest first.

    A pair says nothing any more once both are one record, or one of them was erased: it is left out,
    and what somebody wrote about her with it.
    """
    rows = read.all(kept_apart.STANDING, before_id=before_id, rows=PAGE_ROWS)
    meant = {one for row in rows for one in (row.one_member_id, row.other_member_id)}
    answers = kept_apart.surviving_of(read, meant)
    states = read.all(kept_apart.STATES, members=sorted(set(answers.values())))
    erased = {row.id for row in states if row.state == MemberState.ERASED}
    pairs = [_seen(read, vault, row, answers) for row in rows if _tells(row, answers, erased)]
    more = len(rows) == PAGE_ROWS
    return ApartPage(pairs=tuple(pairs), next_cursor=rows[-1].id if more else None)


def _tells(row: ApartRow, answers: Mapping[UUID, UUID], erased: set[UUID]) -> bool:
    both = {answers[row.one_member_id], answers[row.other_member_id]}
    return len(both) > 1 and erased.isdisjoint(both)


def _seen(read: Read, vault: Vault, row: ApartRow, answers: Mapping[UUID, UUID]) -> ApartSeen:
    one, other = answers[row.one_member_id], answers[row.other_member_id]
    return ApartSeen(
        id=row.id,
        member_id=one,
        shown=shown_name(read, vault, one),
        other_id=other,
        other_shown=shown_name(read, vault, other),
        at=row.at,
        by=row.by,
        reason=row.reason,
    )
