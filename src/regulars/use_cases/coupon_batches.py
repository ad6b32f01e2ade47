"""Batches of coupon codes: made, exported, frozen, voided; single codes likewise.

The marketer makes 500,000 codes for the flyers of 开学季 and 20,000 for a delivery platform: two
batches, so a leak shows where it came from and one of them can be stopped alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.period import Instant, Period
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.terms import Level
from regulars.domain.members.writing import checked_text
from regulars.domain.pricing.coupon_codes import LENGTHS, CodeCipher, coupon_id_of
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, coupons, facts
from regulars.storage import coupon_batches as batches
from regulars.storage.coupon_batches import BatchRow
from regulars.storage.engine import Statement, Write
from regulars.storage.facts import Fact
from regulars.storage.places import check_place
from regulars.use_cases.coupons import COUPON_TYPE_EXHAUSTED, REASON_MAX
from regulars.use_cases.moment import Moment
from regulars.use_cases.presented import CODE_UNKNOWN, FoundCode, found_code
from regulars.use_cases.runner import use_case

BATCH_SIZE_WRONG = refusal_code("coupon_batch.size_wrong", "maximum")
BATCH_LENGTH_WRONG = refusal_code("coupon_batch.length_wrong")
BATCH_OVER = refusal_code("coupon_batch.over")
BATCH_UNKNOWN = refusal_code("coupon_batch.unknown")
BATCH_STATE_WRONG = refusal_code("coupon_batch.state_wrong")
CODE_STATE_WRONG = refusal_code("coupon.code_state_wrong")

SIZE_MAX = 1_000_000
NAME_MAX = 80
# After how many codes an export says how far it is.
STEP = 50_000


class CodeAct(StrEnum):
    """What is done to codes by hand."""

    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    VOID = "void"


_STATE_AFTER = {CodeAct.FREEZE: "frozen", CodeAct.UNFREEZE: "free", CodeAct.VOID: "void"}
_BATCH_CHANGES: dict[CodeAct, Statement[object]] = {
    CodeAct.FREEZE: batches.FREEZE,
    CodeAct.UNFREEZE: batches.UNFREEZE,
    CodeAct.VOID: batches.VOID,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeBatch:
    """So many codes of a coupon type for one channel, printer or partner."""

    id: UUID
    type_id: UUID
    name: str
    channel: str
    size: int
    length: int
    valid_from: Instant | None
    valid_until: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBatch:
    """Freeze, unfreeze or void all codes of a batch that nobody has used."""

    id: UUID
    act: CodeAct
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCode:
    """Freeze, unfreeze or void one code."""

    code: str
    act: CodeAct
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginExport:
    """Take the codes of a batch out of the shop, to a printer or partner."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchState:
    """A batch after a change."""

    id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeState:
    """One code after a change, by the id that orders call it."""

    id: UUID
    batch_id: UUID
    serial: int
    state: str


@use_case
def make_batch(tx: Write, command: MakeBatch, moment: Moment) -> BatchState:
    """Make a batch of codes; all of them count as handed out.

    Refuses: scope.outside, coupon_batch.size_wrong, coupon_batch.length_wrong, coupon_batch.over,
    period.reversed, coupon.type_unknown, coupon.type_stopped, coupon.type_exhausted.
    """
    _check_head_office(tx, moment)
    if not 1 <= command.size <= SIZE_MAX:
        raise BATCH_SIZE_WRONG.because(maximum=SIZE_MAX)
    if command.length not in LENGTHS:
        raise BATCH_LENGTH_WRONG.because()
    begins = command.valid_from or moment.now
    Period(begins, command.valid_until)
    if command.valid_until <= moment.now:
        raise BATCH_OVER.because()
    kind = tx.one(coupons.TYPE_LOCKED, type_id=command.type_id)
    if kind is None:
        raise coupons.COUPON_TYPE_UNKNOWN.because()
    if kind.state != "active":
        raise coupons.COUPON_TYPE_STOPPED.because()
    if not coupons.taken_from_limit(tx, kind.id, count=command.size):
        raise COUPON_TYPE_EXHAUSTED.because()
    row = BatchRow(
        id=command.id,
        type_id=kind.id,
        name=checked_text(command.name, field="name", maximum=NAME_MAX),
        channel=checked_text(command.channel, field="channel", maximum=NAME_MAX),
        length=command.length,
        serial_from=batches.next_serial(tx),
        size=command.size,
        made=0,
        state="making",
        valid_from=begins,
        valid_until=command.valid_until,
        created_at=moment.now,
        created_by=moment.actor.name,
    )
    batches.add_batch(tx, row)
    after = {"type": kind.code, "size": row.size, "channel": row.channel}
    _told(tx, moment, "coupon_batch.made", row.id, after=after)
    return BatchState(id=row.id, state=row.state)


@use_case
def change_batch(tx: Write, command: ChangeBatch, moment: Moment) -> BatchState:
    """Freeze, unfreeze or void a batch; what was used or claimed from it stays so.

    Refuses: scope.outside, coupon_batch.unknown, coupon_batch.state_wrong.
    """
    _check_head_office(tx, moment)
    reason = checked_text(command.reason, field="reason", maximum=REASON_MAX)
    before = known_batch(tx, command.id)
    wrong = BATCH_STATE_WRONG.because()
    tx.run(_BATCH_CHANGES[command.act], expect=1, refusal=wrong, batch_id=before.id)
    after = known_batch(tx, before.id)
    _told(
        tx,
        moment,
        f"coupon_batch.{command.act.value}",
        before.id,
        before={"state": before.state},
        after={"state": after.state},
        reason=reason,
    )
    return BatchState(id=after.id, state=after.state)


@use_case
def change_code(tx: Write, command: ChangeCode, moment: Moment) -> CodeState:
    """Freeze, unfreeze or void one code that nobody has used.

    Refuses: scope.outside, coupon.code_unknown, coupon.code_state_wrong.
    """
    _check_head_office(tx, moment)
    reason = checked_text(command.reason, field="reason", maximum=REASON_MAX)
    found = found_code(tx, command.code, moment.vault)
    if found is None:
        raise CODE_UNKNOWN.because()
    if _changed(tx, found, command.act, moment) != 1:
        raise CODE_STATE_WRONG.because()
    coupon_id = coupon_id_of(found.batch.id, found.serial)
    state = _STATE_AFTER[command.act]
    _told(
        tx,
        moment,
        f"coupon_code.{command.act.value}",
        coupon_id,
        before={"state": "free" if found.row is None else found.row.state},
        after={"state": state, "batch": str(found.batch.id), "serial": found.serial},
        reason=reason,
    )
    return CodeState(id=coupon_id, batch_id=found.batch.id, serial=found.serial, state=state)


@use_case
def begin_export(tx: Write, command: BeginExport, moment: Moment) -> BatchState:
    """Note who takes the codes of a batch out. Refuses: scope.outside, coupon_batch.unknown."""
    _check_head_office(tx, moment)
    row = known_batch(tx, command.id)
    _told(tx, moment, "coupon_batch.exported", row.id, after={"size": row.size})
    return BatchState(id=row.id, state=row.state)


def known_batch(tx: Write, batch_id: UUID) -> BatchRow:
    """A batch. Refuses: coupon_batch.unknown."""
    row = tx.one(batches.BATCH, batch_id=batch_id)
    if row is None:
        raise BATCH_UNKNOWN.because()
    return row


def exported(
    batch: BatchRow, cipher: CodeCipher, made: Callable[[int], None]
) -> Iterator[tuple[int, str]]:
    """Every serial of a batch with its code, one by one; `made` hears how far it is, in steps."""
    codes = cipher.codes(batch.serial_from, batch.size, length=batch.length)
    for count, code in enumerate(codes, start=1):
        yield batch.serial_from + count - 1, code
        if count % STEP == 0 or count == batch.size:
            made(count)


def _changed(tx: Write, found: FoundCode, act: CodeAct, moment: Moment) -> int:
    if act is CodeAct.UNFREEZE:
        return tx.run(
            batches.UNFREEZE_CODE,
            of_batch=found.batch.id,
            of_serial=found.serial,
            at=moment.now,
            who=moment.actor.name,
        )
    return tx.run(
        batches.FREEZE_CODE if act is CodeAct.FREEZE else batches.VOID_CODE,
        batch_id=found.batch.id,
        serial=found.serial,
        id=coupon_id_of(found.batch.id, found.serial),
        at=moment.now,
        by=moment.actor.name,
        order=None,
    )


def _check_head_office(tx: Write, moment: Moment) -> None:
    moment.actor.need(Permission.OFFER_WRITE)
    check_place(tx, moment.actor.scope, level=Level.ORGANISATION, place_id=None)


def _told(  # noqa: PLR0913
    tx: Write,
    moment: Moment,
    what: str,
    subject_id: UUID,
    *,
    after: dict[str, object],
    before: dict[str, object] | None = None,
    reason: str | None = None,
) -> None:
    noun = what.partition(".")[0]
    audit.record(
        tx,
        moment,
        action=what,
        subject=f"{noun}:{subject_id}",
        before=before,
        after=after,
        reason=reason,
    )
    fact = Fact(kind=what, at=moment.now, subject_id=subject_id)
    facts.append(tx, fact, id=moment.new_id())
