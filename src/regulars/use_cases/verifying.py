"""Proofs of the books on demand: asked for, then run behind the tills, with the outcome kept.

The accountant presses "查账" at noon: a run waits, the server's own job takes it a moment later, and
she sees "14 of 26, 批次余量" until it says 0 differences.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE, Scope
from regulars.storage import audit, verify_runs
from regulars.storage.engine import Read, Write
from regulars.storage.tables.proof import verify_run
from regulars.storage.verify_runs import QUEUED, RUNNING, VerifyRunRow
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

VERIFY_UNDER_WAY = refusal_code("verify.under_way")
VERIFY_UNKNOWN = refusal_code("verify.unknown")

# A run whose server was not heard of for so long has ended with it.
SILENT = timedelta(minutes=5)
INTERRUPTED = "verify.interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class StartVerify:
    """Prove the books now."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyState:
    """A run and how it stands."""

    id: UUID
    state: str


@use_case
def start_verify(tx: Write, command: StartVerify, moment: Moment) -> VerifyState:
    """Put a run into the queue. Refuses: permission.missing, scope.outside, verify.under_way."""
    moment.actor.need(Permission.VERIFY_RUN)
    need_whole(moment.actor.scope)
    if any(not is_silent(row, moment.now) for row in tx.all(verify_runs.UNFINISHED)):
        raise VERIFY_UNDER_WAY.because()
    row = {
        "id": command.id,
        "asked_at": moment.now,
        "asked_by": moment.actor.name,
        "state": QUEUED,
    }
    tx.add(verify_run, [row])
    audit.record(tx, moment, action="verify.asked", subject=f"verify:{command.id}")
    return VerifyState(id=command.id, state=QUEUED)


def need_whole(scope: Scope) -> None:
    """Refuses: scope.outside, for somebody who does not look after the whole organisation."""
    if not scope.everywhere:
        raise OUT_OF_SCOPE.because()


def known_run(read: Read, run_id: UUID) -> VerifyRunRow:
    """One run with its report. Refuses: verify.unknown."""
    row = read.one(verify_runs.RUN, run_id=run_id)
    if row is None:
        raise VERIFY_UNKNOWN.because()
    return row


def is_silent(row: VerifyRunRow, now: Instant) -> bool:
    """Whether a run that says it runs has ended with its server."""
    return row.state == RUNNING and row.heard_at is not None and now - row.heard_at > SILENT
