"""Who does the jobs, and what was done once for a day.

Two servers of one chain: the first holds the lease until 12:00:30 and renews it every ten seconds.
It dies at 12:00:21; at 12:00:31 the second takes over, with a higher token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Document, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement
from regulars.storage.tables.proof import job_run, lease

JOBS_LEASE = "jobs"
# Who leads members on: another server may, than the one that follows what happens.
LEADING_LEASE = "leading"
LEASES = (JOBS_LEASE, LEADING_LEASE)
RUNNING, DONE, FAILED = "running", "done", "failed"


class LeaseRow(NamedTuple):
    """Table `lease`."""

    name: str
    holder: str
    token: int
    until_at: Instant
    told: Mapping[str, object]


class RunRow(NamedTuple):
    """Table `job_run`."""

    name: str
    period: str
    state: str
    tries: int
    started_at: Instant
    finished_at: Instant | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One turn of holding a lease: from now until then, unless it is renewed."""

    holder: str
    now: Instant
    until_at: Instant


_lease, _run = lease.c, job_run.c
_NAME = bindparam("name", type_=Words())
_HOLDER = bindparam("holder", type_=Words())
_NOW = bindparam("now", type_=At())
_UNTIL = bindparam("until_at", type_=At())
_PERIOD = bindparam("period", type_=Words())
_TOLD = bindparam("told", type_=Document())
_LEASE = Statement(select(*_lease).where(_lease.name == _NAME), LeaseRow)
_FIRST = Statement[object](
    upsert(lease)
    .values(name=_NAME, holder=_HOLDER, token=1, until_at=_UNTIL, told=_TOLD)
    .on_conflict_do_nothing()
)
# Its term ended; or it ends later than any term may, so the clock was put back meanwhile.
_TAKE_OVER = Statement[object](
    update(lease)
    .where(
        _lease.name == _NAME,
        or_(_lease.until_at <= _NOW, _lease.until_at > bindparam("beyond", type_=At())),
    )
    .values(holder=_HOLDER, token=_lease.token + 1, until_at=_UNTIL)
)
_RENEW = Statement[object](
    update(lease)
    .where(
        _lease.name == _NAME,
        _lease.holder == _HOLDER,
        _lease.token == bindparam("held", type_=Whole()),
    )
    .values(until_at=_UNTIL, told=_TOLD)
)
RUN = Statement(select(*_run).where(_run.name == _NAME, _run.period == _PERIOD), RunRow)
LAST_RUN = Statement(
    select(*_run).where(_run.name == _NAME).order_by(_run.period.desc()).limit(1), RunRow
)
NEWEST_RUNS = Statement(
    select(*_run).order_by(_run.started_at.desc()).limit(bindparam("most", type_=Whole())), RunRow
)
_BEGIN = Statement[object](
    upsert(job_run)
    .values(name=_NAME, period=_PERIOD, state=RUNNING, tries=1, started_at=_NOW)
    .on_conflict_do_nothing()
)
# A run that failed, or whose server fell silent, is tried again so many times.
_BEGIN_AGAIN = Statement[object](
    update(job_run)
    .where(
        _run.name == _NAME,
        _run.period == _PERIOD,
        _run.tries < bindparam("most", type_=Whole()),
        or_(
            _run.state == FAILED,
            (_run.state == RUNNING) & (_run.started_at <= bindparam("silent_since", type_=At())),
        ),
    )
    .values(state=RUNNING, tries=_run.tries + 1, started_at=_NOW, finished_at=None)
)
_FINISH = Statement[object](
    update(job_run)
    .where(_run.name == _NAME, _run.period == _PERIOD, _run.state == RUNNING)
    .values(
        state=bindparam("to_state", type_=Words()),
        finished_at=_NOW,
        note=bindparam("why", type_=Words()),
    )
)


def lease_of(read: Read, name: str = JOBS_LEASE) -> LeaseRow | None:
    """Who holds a lease, and what was told with it."""
    return read.one(_LEASE, name=name)


def take_lease(tx: Write, term: Term, *, name: str = JOBS_LEASE) -> int | None:
    """The token of a lease taken now; None while somebody else holds it."""
    holder, until_at = term.holder, term.until_at
    if tx.run(_FIRST, name=name, holder=holder, until_at=until_at, told={}):
        return 1
    beyond = Instant(until_at + (until_at - term.now))
    taken = tx.run(
        _TAKE_OVER, name=name, holder=holder, until_at=until_at, now=term.now, beyond=beyond
    )
    if not taken:
        return None
    row = tx.one(_LEASE, name=name)
    return None if row is None else row.token


def renew_lease(
    tx: Write, term: Term, *, token: int, told: Mapping[str, object], name: str = JOBS_LEASE
) -> bool:
    """Hold a lease longer; false when it changed hands."""
    return bool(
        tx.run(_RENEW, name=name, holder=term.holder, held=token, until_at=term.until_at, told=told)
    )


def begin_run(
    tx: Write, name: str, period: str, *, now: Instant, tries_max: int, silent: timedelta
) -> bool:
    """Whether this caller is the one that does it for the period now."""
    if tx.run(_BEGIN, name=name, period=period, now=now):
        return True
    since = Instant(now - silent)
    again = tx.run(
        _BEGIN_AGAIN, name=name, period=period, now=now, most=tries_max, silent_since=since
    )
    return bool(again)


def finish_run(
    tx: Write, name: str, period: str, *, now: Instant, note: str | None, failed: str | None = None
) -> None:
    """Say that it is done for the period, or why it failed."""
    state = DONE if failed is None else FAILED
    tx.run(_FINISH, name=name, period=period, now=now, to_state=state, why=failed or note)
