"""What others hear of messages: that one ended without arriving, that one was followed.

The reminder of a journey is capped until its time is over: `message.ended` says so, and the journey
gives 王芳 the coupon at her next visit instead. A fact tells ids, codes and the step, and no person.
"""

from collections.abc import Sequence
from uuid import UUID

from regulars.domain.messaging.message import MessageState
from regulars.storage import facts, messages
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.messages import Event, JourneyMessage, MessageRow
from regulars.use_cases.moment import Moment

ENDED, CLICKED = "message.ended", "message.clicked"
# `unknown` is no end: somebody may still learn more, and then the end is told as well.
_ENDS = frozenset(
    {
        MessageState.FAILED,
        MessageState.SUPPRESSED,
        MessageState.EXPIRED,
        MessageState.UNKNOWN,
    }
)
# How the key of a journey's message is made: run:<run>:<step>:<visit>.
_KEY_PARTS = 4


def tell_ends(tx: Write, moment: Moment, events: Sequence[Event]) -> None:
    """Say of which messages of journeys it is now known, or in doubt, that they do not arrive."""
    ends = {one.message_id: one for one in events if one.state in _ENDS}
    if ends:
        _tell(tx, moment, ends)


def tell_taken_back(tx: Write, moment: Moment, event: Event) -> None:
    """Say that a person took a message back; what its own journey takes back is no news to it."""
    _tell(tx, moment, {event.message_id: event})


def _tell(tx: Write, moment: Moment, ends: dict[UUID, Event]) -> None:
    rows = tx.all(messages.OF_JOURNEYS, message_ids=sorted(ends))
    told = [(moment.new_id(), _fact(ENDED, row, moment, _end(ends[row.id]))) for row in rows]
    facts.append_all(tx, told)


def _end(event: Event) -> dict[str, object]:
    reason = "" if event.reason is None else event.reason.value
    return {"state": event.state.value, "reason": reason}


def tell_click(tx: Write, moment: Moment, row: MessageRow, link: str) -> None:
    """Say that a member followed a link of a message for the first time."""
    facts.append(tx, _fact(CLICKED, row, moment, {"link": link}), id=moment.new_id())


def _fact(
    kind: str, row: MessageRow | JourneyMessage, moment: Moment, body: dict[str, object]
) -> Fact:
    of_journey = {} if row.journey_id is None else {"journey": str(row.journey_id)}
    return Fact(
        kind=kind,
        at=moment.now,
        store_id=row.store_id,
        member_id=row.member_id,
        subject_id=row.id,
        body={**body, "channel": row.channel, **of_journey, **_step(row.effect_key)},
    )


def _step(key: str) -> dict[str, object]:
    parts = key.split(":")
    return {"step": parts[2]} if len(parts) == _KEY_PARTS and parts[0] == "run" else {}
