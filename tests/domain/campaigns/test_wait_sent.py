"""A journey that waits to hear what became of a message goes on as the answer says."""

from dataclasses import replace
from datetime import timedelta

import pytest

from regulars.domain.campaigns.advance import LOOK_AGAIN, Moves, Rests, Why, step
from regulars.domain.campaigns.fates import Fate, Sending, fate_of
from regulars.domain.campaigns.happenings import MESSAGE_ENDED
from regulars.domain.campaigns.journey import journey_data, journey_from
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.messaging.message import MessageState
from tests.domain.campaigns.test_advance import MONDAY, SIGHT, journey, standing
from tests.domain.campaigns.test_journey_graph import EXIT, a_journey, message

ASKED = {
    "kind": "wait_sent",
    "step": "write",
    "timeout_minutes": 60,
    "sent": "end",
    "not_sent": "call",
    "reasons": {"no_consent": "give"},
}
GIVE = {"kind": "act", "do": "gift", "gift": {"points": 5}, "next": "end"}
CALL = {"kind": "act", "do": "task", "text_zh": "打电话", "text_en": "Call", "next": "end"}
NODES = {"write": message("asked"), "asked": ASKED, "give": GIVE, "call": CALL}
FOUND = journey(NODES, start="write")
HOUR = Instant(MONDAY + timedelta(hours=1))


def test_it_is_read_back_as_it_was_stored() -> None:
    assert journey_from(journey_data(FOUND)) == FOUND


@pytest.mark.parametrize("step_named", ["give", "nobody"])
def test_it_can_wait_only_for_a_step_that_writes(step_named: str) -> None:
    nodes = {**NODES, "asked": {**ASKED, "step": step_named}, "end": EXIT}
    with pytest.raises(Refusal) as refused:
        journey_from(a_journey(nodes, start="write"))
    assert refused.value.code == "journey.malformed"


@pytest.mark.parametrize(
    ("fate", "to", "why"),
    [
        (Fate(Sending.SENT), "end", Why.SENT),
        (Fate(Sending.NOT_SENT, "no_consent"), "give", Why.NOT_SENT),
        (Fate(Sending.NOT_SENT, "capped"), "call", Why.NOT_SENT),
        (None, "call", Why.NOT_SENT),
    ],
)
def test_each_end_of_the_message_has_its_way(fate: Fate | None, to: str, why: Why) -> None:
    fates = {} if fate is None else {"write": fate}
    found = step(FOUND, standing("asked", fates=fates), SIGHT)
    assert isinstance(found, Moves)
    assert (found.to, found.why) == (to, why)


def test_while_it_is_on_its_way_the_run_rests_and_looks_less_and_less_often() -> None:
    fates = {"write": Fate(Sending.OPEN)}
    first = step(FOUND, standing("asked", fates=fates), SIGHT)
    soon = Instant(MONDAY + LOOK_AGAIN)
    assert first == Rests(HOUR, Why.WAITS_SENT, MESSAGE_ENDED, soon)
    rests = standing("asked", fates=fates, rests=True, until_at=HOUR)
    for minutes, following in ((10, 20), (20, 40), (40, 60)):
        sight = replace(SIGHT, now=Instant(MONDAY + timedelta(minutes=minutes)))
        found = step(FOUND, rests, sight)
        assert isinstance(found, Rests)
        assert (found.until_at, found.look_at) == (HOUR, MONDAY + timedelta(minutes=following))


def test_where_nobody_knows_in_time_it_goes_on_as_if_it_was_sent() -> None:
    rests = standing("asked", fates={"write": Fate(Sending.OPEN)}, rests=True, until_at=HOUR)
    assert step(FOUND, rests, replace(SIGHT, now=HOUR)) == Moves("end", Why.UNSURE)
    unsure = journey({**NODES, "asked": {**ASKED, "unsure": "call"}}, start="write")
    assert step(unsure, rests, replace(SIGHT, now=HOUR)) == Moves("call", Why.UNSURE)


def test_every_state_of_a_message_has_a_fate_and_doubt_is_no_end() -> None:
    fates = {state: fate_of(state, "why").sending for state in MessageState}
    assert {state for state, one in fates.items() if one is Sending.OPEN} == {
        MessageState.QUEUED,
        MessageState.LEASED,
        MessageState.HANDED,
        MessageState.UNKNOWN,
    }
    assert {state for state, one in fates.items() if one is Sending.SENT} == {
        MessageState.ACCEPTED,
        MessageState.DELIVERED,
    }
