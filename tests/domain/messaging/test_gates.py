"""The late gates: each rule, their order, and what never passes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.period import Instant, instant_from_iso, local
from regulars.domain.messaging.caps import DAY, Cap, free_at
from regulars.domain.messaging.channels import Channel, Purpose
from regulars.domain.messaging.gates import (
    Candidate,
    Ended,
    Held,
    Objection,
    Outcome,
    Passed,
    Rank,
    Reach,
    Standing,
    judged,
)
from regulars.domain.messaging.hours import Hours, next_open
from regulars.domain.messaging.message import MessageState, Reason

NOON = instant_from_iso("2026-05-04T12:00:00+08:00")
NIGHT = instant_from_iso("2026-05-04T23:00:00+08:00")
MEMBER = Cap(b"m", DAY, 1)
OPEN = Reach(address=True, allowed=True, sender=True)


def rank(value: int = 0, *, number: int = 1) -> Rank:
    return Rank(expected_value_minor=value, priority=0, planned_at=NOON, id=UUID(int=number))


def candidate(**more: object) -> Candidate:
    values: Mapping[str, object] = {
        "rank": rank(),
        "purpose": Purpose.MARKETING,
        "channels": (Channel.SMS, Channel.EMAIL),
        "valid_until": Instant(NOON + timedelta(days=3)),
        "held_out": False,
        **more,
    }
    return Candidate(**values)  # type: ignore[arg-type]


def standing(**more: object) -> Standing:
    values: Mapping[str, object] = {
        "contactable": True,
        "reach": {Channel.SMS: OPEN, Channel.EMAIL: OPEN, Channel.TILL: OPEN},
        "objection": None,
        "zone": "Asia/Shanghai",
        "hours": Hours(),
        "caps": dict.fromkeys(Channel, (MEMBER,)),
        "taken": {},
        "rivals": (),
        "just_sent": None,
        "rivals_wait": timedelta(minutes=10),
        "room_micro": None,
        **more,
    }
    return Standing(**values)  # type: ignore[arg-type]


def outcome(one: Candidate, now_true: Standing, *, now: Instant = NOON, cost: int = 45) -> Outcome:
    return judged(one, now_true, now=now, cost_micro=cost)


def reason(found: Outcome) -> Reason | None:
    return None if isinstance(found, Passed) else found.reason


NOBODY = {"contactable": False}
SILENT = {"reach": {Channel.SMS: replace(OPEN, allowed=False)}}
BOUGHT = {"objection": Objection(reason=Reason.NO_LONGER_ELIGIBLE)}
FULL = {"taken": {b"m": [NOON]}}
POOR = {"room_micro": 44}
BEATEN = {"rivals": (rank(5, number=2),)}


@pytest.mark.parametrize(
    ("true_now", "expected"),
    [
        ({}, None),
        (NOBODY, Reason.NO_RECIPIENT),
        ({"reach": {Channel.SMS: replace(OPEN, address=False)}}, Reason.NO_RECIPIENT),
        (SILENT, Reason.NO_CONSENT),
        ({"reach": {Channel.SMS: replace(OPEN, sender=False)}}, Reason.NO_SENDER),
        (BOUGHT, Reason.NO_LONGER_ELIGIBLE),
        (FULL, Reason.CAPPED),
        (POOR, Reason.BUDGET_SPENT),
        (BEATEN, Reason.LOST_TO),
        ({"just_sent": UUID(int=9)}, Reason.LOST_TO),
        ({**NOBODY, **SILENT, **BOUGHT}, Reason.NO_RECIPIENT),
        ({**SILENT, **BOUGHT, **FULL}, Reason.NO_CONSENT),
        ({**BOUGHT, **FULL, **POOR}, Reason.NO_LONGER_ELIGIBLE),
        ({**FULL, **POOR, **BEATEN}, Reason.CAPPED),
        ({**POOR, **BEATEN}, Reason.BUDGET_SPENT),
    ],
)
def test_the_first_rule_that_objects_gives_the_reason(
    true_now: dict[str, object], expected: Reason | None
) -> None:
    assert reason(outcome(candidate(), standing(**true_now))) is expected


def test_the_first_channel_that_is_allowed_is_taken() -> None:
    reach = {Channel.SMS: replace(OPEN, allowed=False), Channel.EMAIL: OPEN}
    assert outcome(candidate(), standing(reach=reach)) == Passed(channel=Channel.EMAIL)


def test_service_passes_hours_caps_budget_and_rivals_but_no_withdrawal() -> None:
    service = candidate(purpose=Purpose.SERVICE)
    worst = {**FULL, **POOR, **BEATEN}
    assert outcome(service, standing(**worst), now=NIGHT) == Passed(channel=Channel.SMS)
    assert reason(outcome(service, standing(**worst, **SILENT))) is Reason.NO_CONSENT


def test_night_delays_to_the_morning_or_ends_what_cannot_wait() -> None:
    morning = instant_from_iso("2026-05-05T09:00:00+08:00")
    assert outcome(candidate(), standing(), now=NIGHT) == Held(
        reason=Reason.QUIET_HOURS, until=morning
    )
    lunch = candidate(valid_until=morning)
    assert outcome(lunch, standing(), now=NIGHT) == Ended(
        state=MessageState.EXPIRED, reason=Reason.QUIET_HOURS
    )


def test_what_is_shown_at_the_till_knows_no_night() -> None:
    prompt = candidate(channels=(Channel.TILL,))
    assert outcome(prompt, standing(), now=NIGHT) == Passed(channel=Channel.TILL)


def test_a_cap_delays_until_a_place_is_free_and_one_of_none_ends_it() -> None:
    taken = {b"m": [Instant(NOON - timedelta(hours=13))]}
    assert outcome(candidate(), standing(taken=taken)) == Held(
        reason=Reason.CAPPED, until=Instant(NOON + timedelta(hours=11))
    )
    never = {channel: (Cap(b"m", DAY, 0),) for channel in Channel}
    assert outcome(candidate(), standing(caps=never)) == Ended(
        state=MessageState.EXPIRED, reason=Reason.CAPPED
    )


def test_the_better_of_two_is_the_same_from_both_sides() -> None:
    first, second = rank(5, number=1), rank(5, number=2)
    one = outcome(candidate(rank=first), standing(rivals=(second,)))
    other = outcome(candidate(rank=second), standing(rivals=(first,)))
    assert {isinstance(one, Passed), isinstance(other, Passed)} == {True, False}


def test_an_objection_with_an_end_delays() -> None:
    later = Instant(NOON + timedelta(hours=1))
    full = Objection(reason=Reason.CAPACITY_FULL, until=later)
    assert outcome(candidate(), standing(objection=full)) == Held(
        reason=Reason.CAPACITY_FULL, until=later
    )


ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe")


@given(
    st.integers(0, 2 * 366 * 24 * 60),
    st.sampled_from(ZONES),
    st.integers(0, 1_500),
    st.integers(0, 1_500),
)
def test_no_hours_of_any_setting_or_zone_let_a_message_out_at_night(
    minutes: int, zone: str, opens: int, closes: int
) -> None:
    at = Instant(instant_from_iso("2026-01-01T00:00:00Z") + timedelta(minutes=minutes))
    hours = Hours(opens, closes)
    found = next_open(at, hours, zone=zone)
    wall = local(found, zone)
    assert at <= found < at + timedelta(hours=26)
    assert 8 * 60 <= wall.hour * 60 + wall.minute < 21 * 60
    assert next_open(found, hours, zone=zone) == found


@given(st.lists(st.integers(0, 5_000), max_size=12), st.integers(1, 4))
def test_no_window_of_a_day_ever_holds_more_than_the_cap(offers: list[int], most: int) -> None:
    cap = Cap(b"k", DAY, most)
    sent: list[Instant] = []
    for minute in sorted(offers):
        now = Instant(NOON + timedelta(minutes=minute))
        free = free_at(cap, sent, now=now)
        assert free is not None
        if free == now:
            sent.append(now)
        else:
            assert free_at(cap, sent, now=free) == free
    for at in sent:
        assert sum(at - DAY < one <= at for one in sent) <= most
