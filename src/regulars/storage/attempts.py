"""Wrong tries per subject. A subject is a keyed hash: no log-in name, no address lies here.

A try is charged in a transaction of its own before anything is compared, so a hundred guesses sent
at once are a hundred charges.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.domain.stores.attempts import Limit, Tries, charged
from regulars.storage.columns import Bytes
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables.stores import attempt


class Subject(NamedTuple):
    """Who or what is counted, and how often it may be wrong."""

    key: bytes
    limit: Limit


# The row is made first and locked by its own change: two tries at once are counted as two.
_TOUCH: Statement[object] = Statement(
    insert(attempt)
    .values(
        subject=bindparam("subject"),
        failures=0,
        window_at=bindparam("window_at"),
        locked_until=None,
    )
    .on_conflict_do_update(
        index_elements=[attempt.c.subject], set_={"failures": attempt.c.failures}
    )
)
_KNOWN = Statement(
    select(attempt.c.failures, attempt.c.window_at, attempt.c.locked_until).where(
        attempt.c.subject == bindparam("subject", type_=Bytes())
    ),
    Tries,
)
_SET: Statement[object] = Statement(
    update(attempt)
    .where(attempt.c.subject == bindparam("key", type_=Bytes()))
    .values(
        failures=bindparam("count"),
        window_at=bindparam("since"),
        locked_until=bindparam("until"),
    )
)
_GIVE_BACK: Statement[object] = Statement(
    update(attempt)
    .where(attempt.c.subject == bindparam("key", type_=Bytes()), attempt.c.failures > 0)
    .values(failures=attempt.c.failures - 1, locked_until=None)
)
_FORGET: Statement[object] = Statement(
    delete(attempt).where(attempt.c.subject == bindparam("key", type_=Bytes()))
)


def charge(tx: Write, subjects: Sequence[Subject], *, now: Instant) -> None:
    """Count one more try for each subject. Refuses: session.too_many_attempts, charging none."""
    for subject in sorted(subjects):
        tx.run(_TOUCH, subject=subject.key, window_at=now)
        known = tx.one(_KNOWN, subject=subject.key)
        tries = charged(known, subject.limit, now=now)
        tx.run(
            _SET,
            key=subject.key,
            count=tries.failures,
            since=tries.window_at,
            until=tries.locked_until,
        )


def give_back(tx: Write, keys: Sequence[bytes]) -> None:
    """A try was right: it does not count against what many share."""
    for key in sorted(keys):
        tx.run(_GIVE_BACK, key=key)


def forget(tx: Write, keys: Sequence[bytes]) -> None:
    """A try was right: earlier wrong ones of the same person are forgiven."""
    for key in sorted(keys):
        tx.run(_FORGET, key=key)
