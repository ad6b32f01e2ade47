"""Members' requests about their own data: taken, answered by a day, and how each ended.

李敏 asks for a copy at the till. The shop has fifteen days; the list shows whose day comes first, and
the copy that she gets is noted without a word of what is in it.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.members import subject_request as rules
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.members.subject_request import RequestKind, RequestState
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, members, subject_requests, terms
from regulars.storage.engine import Write
from regulars.storage.subject_requests import RequestRow
from regulars.storage.tables.privacy import subject_request
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.top_up_refunds import reason_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRequest:
    """Remember what a member asks about her data, and by when it is due."""

    id: UUID
    member_id: UUID
    store_id: UUID
    kind: RequestKind


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRequest:
    """End a request without an erasure: answered, refused, or she changed her mind."""

    request_id: UUID
    state: RequestState
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCopy:
    """Note that a member's copy is handed out, which answers her request."""

    request_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestNow:
    """How far a request is."""

    id: UUID
    member_id: UUID
    kind: RequestKind
    state: RequestState
    due_on: str


@use_case
def take_request(tx: Write, command: TakeRequest, moment: Moment) -> RequestNow:
    """Remember a request and the day by which it is due.

    Refuses: permission.missing, scope.outside, member.unknown, member.closed,
    privacy.request_open.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    moment.actor.scope.check(command.store_id)
    member = tx.one(members.MEMBER_LOCKED, member_id=command.member_id)
    if member is None:
        raise MEMBER_UNKNOWN.because()
    member.changeable()
    for known in tx.all(subject_requests.OF_MEMBER, member=command.member_id):
        if (known.state, known.kind) == (RequestState.OPEN, command.kind):
            raise rules.REQUEST_OPEN.because()
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    days = terms.of_organisation(tx, rules.REQUEST_DAYS, at=moment.now)
    row = RequestRow(
        id=command.id,
        member_id=command.member_id,
        store_id=command.store_id,
        kind=command.kind.value,
        state=RequestState.OPEN.value,
        asked_at=moment.now,
        due_on=rules.due_on(shop.store.business_day(moment.now), days),
        taken_by=moment.actor.name,
        ended_at=None,
        ended_by=None,
        reason=None,
    )
    tx.add_rows(subject_request, [row])
    _noted(tx, row, moment, reason=None)
    return now_of(row)


@use_case
def end_request(tx: Write, command: EndRequest, moment: Moment) -> RequestNow:
    """End a request; an erasure is done by erasing alone, a copy by handing it out.

    Refuses: permission.missing, scope.outside, privacy.request_unknown, privacy.request_ended,
    privacy.kind_wrong, value.reason_missing.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    reason = reason_of(command.reason)
    row = open_request(tx, command.request_id, moment)
    done = command.state is RequestState.DONE
    if command.state is RequestState.OPEN or (done and row.kind != RequestKind.CORRECTION):
        raise rules.REQUEST_KIND_WRONG.because()
    return ended(tx, row, command.state, moment, reason=reason)


@use_case
def note_copy(tx: Write, command: NoteCopy, moment: Moment) -> RequestNow:
    """Note that a copy is handed out; the caller reads it afterwards. Asked again, it is noted again.

    Refuses: permission.missing, scope.outside, privacy.request_unknown, privacy.kind_wrong,
    privacy.request_ended.
    """
    moment.actor.need(Permission.MEMBER_REVEAL)
    row = tx.one(subject_requests.REQUEST_LOCKED, request=command.request_id)
    if row is None:
        raise rules.REQUEST_UNKNOWN.because()
    moment.actor.scope.check(row.store_id)
    if row.kind != RequestKind.COPY:
        raise rules.REQUEST_KIND_WRONG.because()
    if row.state == RequestState.OPEN:
        return ended(tx, row, RequestState.DONE, moment, reason=None)
    if row.state != RequestState.DONE:
        raise rules.REQUEST_ENDED.because()
    _noted(tx, row, moment, reason=None)
    return now_of(row)


def open_request(tx: Write, request_id: UUID, moment: Moment) -> RequestRow:
    """A request that is still open, locked, of a store that the actor may see.

    Refuses: scope.outside, privacy.request_unknown, privacy.request_ended.
    """
    row = tx.one(subject_requests.REQUEST_LOCKED, request=request_id)
    if row is None:
        raise rules.REQUEST_UNKNOWN.because()
    moment.actor.scope.check(row.store_id)
    if row.state != RequestState.OPEN:
        raise rules.REQUEST_ENDED.because()
    return row


def ended(
    tx: Write, row: RequestRow, state: RequestState, moment: Moment, *, reason: str | None
) -> RequestNow:
    """The request as it has ended. Refuses: privacy.request_ended."""
    tx.take(
        subject_requests.END,
        refusal=rules.REQUEST_ENDED.because(),
        request=row.id,
        new_state=state.value,
        at=moment.now,
        by=moment.actor.name,
        why=reason,
    )
    after = row._replace(state=state.value)
    _noted(tx, after, moment, reason=reason)
    return now_of(after)


def now_of(row: RequestRow) -> RequestNow:
    """How far a request is, as its callers read it."""
    return RequestNow(
        id=row.id,
        member_id=row.member_id,
        kind=RequestKind(row.kind),
        state=RequestState(row.state),
        due_on=row.due_on.isoformat(),
    )


def _noted(tx: Write, row: RequestRow, moment: Moment, *, reason: str | None) -> None:
    audit.record(
        tx,
        moment,
        action=f"privacy.{row.kind}_{row.state}",
        subject=f"member:{row.member_id}",
        store_id=row.store_id,
        after={"request": str(row.id), "due_on": row.due_on.isoformat()},
        reason=reason,
    )
