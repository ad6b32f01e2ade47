"""What is asked again before a message leaves, by whoever planned it: a feature adds its question.

The reminder of a coupon asks whether the coupon is still open; the message of a segment asks whether
its member is still in it. A question sees a whole batch and objects to some of it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.gates import Objection
from regulars.domain.messaging.message import Reason
from regulars.storage import message_questions
from regulars.storage.engine import Read
from regulars.storage.messages import MessageRow

Question = Callable[[Read, Sequence[MessageRow], Instant], Mapping[UUID, Objection]]
# So often the messages of a paused journey ask whether it goes on.
PAUSED_WAIT = timedelta(minutes=15)


def coupons_open(read: Read, rows: Sequence[MessageRow], now: Instant) -> dict[UUID, Objection]:
    """A message about a coupon is void once the coupon is used, taken back or over."""
    about = {row.id: row.coupon_id for row in rows if row.coupon_id is not None}
    if not about:
        return {}
    asked = sorted(set(about.values()), key=lambda one: one.int)
    still = set(read.all(message_questions.OPEN_COUPONS, coupons=asked, now=now))
    return {
        message: Objection(reason=Reason.OFFER_CLOSED, detail=str(coupon))
        for message, coupon in about.items()
        if coupon not in still
    }


def still_in_segment(read: Read, rows: Sequence[MessageRow], now: Instant) -> dict[UUID, Objection]:
    """A message of a segment is void for who has left it."""
    del now
    about = {row.id: (row.segment_id, row.member_id) for row in rows if row.segment_id is not None}
    if not about:
        return {}
    found = read.all(
        message_questions.IN_SEGMENTS,
        segments=sorted({segment for segment, _ in about.values()}, key=lambda one: one.int),
        members=sorted({member for _, member in about.values()}, key=lambda one: one.int),
    )
    still = {(one.segment_id, one.member_id) for one in found}
    return {
        message: Objection(reason=Reason.NO_LONGER_ELIGIBLE, detail=str(pair[0]))
        for message, pair in about.items()
        if pair not in still
    }


def journey_goes_on(read: Read, rows: Sequence[MessageRow], now: Instant) -> dict[UUID, Objection]:
    """A message of a journey is void once the journey is over, or over for her before its end; while
    the journey is paused it waits."""
    runs = {row.id: row.run_id for row in rows if row.run_id is not None}
    journeys = {row.id: row.journey_id for row in rows if row.journey_id is not None}
    if not runs:
        return {}
    asked = {"journeys": sorted(set(journeys.values()))}
    stopped = dict(read.all(message_questions.STOPPED_JOURNEYS, **asked))
    broken = dict(read.all(message_questions.BROKEN_RUNS, runs=sorted(set(runs.values()))))
    found: dict[UUID, Objection] = {}
    for message, run in runs.items():
        state, why = stopped.get(journeys.get(message)), broken.get(run)
        if state == "ended" or why is not None:
            detail = why or "journey_ended"
            found[message] = Objection(reason=Reason.CALLED_OFF, detail=detail)
        elif state == "paused":
            found[message] = Objection(reason=Reason.PAUSED, until=Instant(now + PAUSED_WAIT))
    return found


QUESTIONS: tuple[Question, ...] = (journey_goes_on, still_in_segment, coupons_open)


def objections(
    read: Read, rows: Sequence[MessageRow], now: Instant, *, questions: Sequence[Question]
) -> dict[UUID, Objection]:
    """The first objection to each message of a batch."""
    found: dict[UUID, Objection] = {}
    for question in questions:
        for message, objection in question(read, rows, now).items():
            found.setdefault(message, objection)
    return found
