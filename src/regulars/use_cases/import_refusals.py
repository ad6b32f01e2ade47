"""What is left of a list that was taken over: the rows that were refused, until somebody saw to them.

37 of 40,000 rows were refused on Monday; on Wednesday somebody else corrects them from the reasons that
stand here. What the rows said of members is not kept.
"""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, member_imports
from regulars.storage.engine import Write
from regulars.storage.member_imports import ImportRow, RefusalRow
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

IMPORT_UNKNOWN = refusal_code("import.unknown")
IMPORT_DEALT = refusal_code("import.dealt_already")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that was not taken over, where, and why as its sender read it."""

    row: int
    column: str | None
    code: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRefusals:
    """Remember what was refused of these rows of a list, instead of what was before."""

    store_id: UUID
    file: str
    first_row: int
    last_row: int
    refused: tuple[RefusedRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealWithImport:
    """Say that the refused rows of a list were seen to."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportNow:
    """A list, and since when it is dealt with."""

    id: UUID
    dealt_at: Instant | None


def import_id_of(store_id: UUID, file: str) -> UUID:
    """The id of a list in a store: the same however often it is sent."""
    found = sha256(f"member_import|{file}|{store_id}".encode()).digest()
    return UUID(bytes=found[:16], version=5)


@use_case
def keep_refusals(tx: Write, command: KeepRefusals, moment: Moment) -> ImportNow:
    """Remember what was refused of a part of a list; of a list without any nothing is kept.

    Refuses: permission.missing, scope.outside.
    """
    moment.actor.need(Permission.MEMBER_IMPORT)
    moment.actor.scope.check(command.store_id)
    import_id = import_id_of(command.store_id, command.file)
    known = tx.one(member_imports.ONE_LOCKED, import_id=import_id)
    if known is None and not command.refused:
        return ImportNow(id=import_id, dealt_at=None)
    # What is refused anew waits again, also of a list that somebody has seen to.
    waits = known is None or bool(command.refused)
    row = ImportRow(
        id=import_id,
        store_id=command.store_id,
        file=command.file,
        begun_at=moment.now if known is None else known.begun_at,
        last_at=moment.now,
        last_by=moment.actor.name,
        dealt_at=None if waits or known is None else known.dealt_at,
        dealt_by=None if waits or known is None else known.dealt_by,
    )
    member_imports.put(tx, row)
    rows = [
        RefusalRow(
            import_id=import_id,
            list_row=one.row,
            list_column=one.column,
            code=one.code,
            reason_zh=one.reason_zh,
            reason_en=one.reason_en,
        )
        for one in command.refused
    ]
    member_imports.replace_refusals(
        tx, import_id, rows, first_row=command.first_row, last_row=command.last_row
    )
    return ImportNow(id=import_id, dealt_at=row.dealt_at)


@use_case
def deal_with_import(tx: Write, command: DealWithImport, moment: Moment) -> ImportNow:
    """Say that refused rows were seen to, once.

    Refuses: permission.missing, scope.outside, import.unknown, import.dealt_already.
    """
    moment.actor.need(Permission.MEMBER_IMPORT)
    known = tx.one(member_imports.ONE_LOCKED, import_id=command.id)
    if known is None:
        raise IMPORT_UNKNOWN.because()
    moment.actor.scope.check(known.store_id)
    member_imports.deal(
        tx, known.id, at=moment.now, by=moment.actor.name, otherwise=IMPORT_DEALT.because()
    )
    audit.record(
        tx,
        moment,
        action="member_import.dealt",
        subject=f"member_import:{known.id}",
        store_id=known.store_id,
    )
    return ImportNow(id=known.id, dealt_at=moment.now)
