"""A journey is checked when it is saved: every way leads on, and comes to an end."""

import pytest

from regulars.domain.campaigns.journey import Again, Reentry, journey_data, journey_from
from regulars.domain.kernel.period import instant_from_iso
from regulars.domain.kernel.refusal import Refusal

SEGMENT = "0190c0de-0000-7000-8000-000000000001"
MONDAY = instant_from_iso("2026-05-04T10:00:00+08:00")


def a_journey(nodes: dict[str, object], start: str = "a", **more: object) -> dict[str, object]:
    """A journey that begins by hand."""
    return {"start": start, "nodes": nodes, "triggers": [{"kind": "manual"}], **more}


def message(following: str, **more: object) -> dict[str, object]:
    """A step that writes."""
    return {
        "kind": "act",
        "do": "message",
        "template": "back",
        "channels": ["sms"],
        "valid_minutes": 600,
        "next": following,
        **more,
    }


EXIT = {"kind": "exit"}
DAY = {"kind": "wait", "until": "after", "minutes": 1440, "next": "end"}
EVERY_NODE = {
    "a": {"kind": "wait", "until": "time", "minute": 600, "days": 1, "next": "b"},
    "b": {
        "kind": "branch",
        "condition": {"kind": "compare", "field": "visits", "is": "at_least", "value": 2},
        "yes": "c",
        "no": "f",
    },
    "c": {
        "kind": "split",
        "salt": "one",
        "ways": [
            {"name": "x", "weight": 2500, "next": "d"},
            {"name": "y", "weight": 7500, "next": "e"},
        ],
    },
    "d": message("goal", failed="end", values={"product": "芒果冰"}, expected_value_minor=300),
    "e": {
        "kind": "act",
        "do": "gift",
        "gift": {"points": 100, "coupon_types": ["NEW5"]},
        "cost_minor": 500,
        "next": "g",
    },
    "f": {
        "kind": "wait_for",
        "fact": "order.settled",
        "where": {"kind": "compare", "field": "due_minor", "is": "at_least", "value": 30000},
        "timeout_minutes": 60,
        "happened": "goal",
        "timed_out": "h",
    },
    "g": {"kind": "act", "do": "tag", "tag": "老友", "next": "i"},
    "h": {"kind": "act", "do": "task", "text_zh": "打电话", "text_en": "Call her", "next": "end"},
    "i": {
        "kind": "wait",
        "until": "day_part",
        "from_minute": 600,
        "to_minute": 720,
        "weekdays": [1, 3],
        "next": "j",
    },
    "j": {
        "kind": "wait",
        "until": "yearly",
        "of": "birthday",
        "days": -3,
        "minute": 600,
        "next": "end",
    },
    "goal": {"kind": "goal"},
    "end": EXIT,
}


def test_a_journey_of_every_step_reads_back_as_it_was_written() -> None:
    triggers = [
        {
            "kind": "fact",
            "fact": "order.settled",
            "where": {"kind": "compare", "field": "due_minor", "is": "at_least", "value": 30000},
        },
        {"kind": "segment", "segment_id": SEGMENT, "moves": "leaves"},
        {"kind": "day", "of": "birthday", "days": -3, "minute": 600},
        {"kind": "schedule", "every": "month", "day": 18, "minute": 540, "segment_id": SEGMENT},
        {"kind": "schedule", "every": "once", "on": "2026-05-18", "segment_id": SEGMENT},
        {"kind": "manual"},
    ]
    journey = journey_from(
        {
            **a_journey(EVERY_NODE),
            "triggers": triggers,
            "who": {"kind": "compare", "field": "visits", "is": "equal", "value": 1},
            "reentry": {"again": "after_days", "days": 30},
            "exits": {
                "goals": [{"fact": "order.settled"}],
                "left_segment": SEGMENT,
                "without_consent": True,
            },
            "control": 1000,
            "priority": 7,
            "purpose": "marketing",
        }
    )
    assert journey_from(journey_data(journey)) == journey
    assert journey.templates == {"back"}
    assert [str(one) for one in journey.segments] == [SEGMENT]


@pytest.mark.parametrize(
    ("nodes", "code"),
    [
        ({"a": message("b"), "b": {**DAY, "next": "a"}}, "journey.no_exit"),
        ({"a": message("b"), "b": {**DAY, "next": "a"}, "end": EXIT}, "journey.unreachable"),
        ({"a": message("end"), "end": EXIT, "lost": message("end")}, "journey.unreachable"),
        ({"a": message("gone"), "end": EXIT}, "journey.step_unknown"),
        (
            {
                "a": {
                    "kind": "branch",
                    "condition": {"kind": "all", "parts": []},
                    "yes": "b",
                    "no": "end",
                },
                "b": {**DAY, "next": "a"},
                "end": EXIT,
            },
            "journey.loop",
        ),
        ({"a": {"kind": "wait", "next": "end"}, "end": EXIT}, "journey.wait_without_end"),
        (
            {
                "a": {
                    "kind": "wait_for",
                    "fact": "order.settled",
                    "happened": "end",
                    "timed_out": "end",
                },
                "end": EXIT,
            },
            "journey.wait_without_end",
        ),
        (
            {
                "a": {
                    "kind": "wait_for",
                    "fact": "order.dreamt",
                    "timeout_minutes": 5,
                    "happened": "end",
                    "timed_out": "end",
                },
                "end": EXIT,
            },
            "journey.fact_unknown",
        ),
        (
            {
                "a": {
                    "kind": "split",
                    "ways": [
                        {"name": "x", "weight": 1, "next": "end"},
                        {"name": "y", "weight": 1, "next": "end"},
                    ],
                },
                "end": EXIT,
            },
            "journey.weights_unfit",
        ),
        ({"a": {"kind": "dance"}, "end": EXIT}, "journey.malformed"),
        ({"a": {**message("end"), "channels": ["pigeon"]}, "end": EXIT}, "journey.malformed"),
        (
            {"a": {"kind": "act", "do": "gift", "gift": {}, "next": "end"}, "end": EXIT},
            "journey.malformed",
        ),
    ],
)
def test_a_journey_that_leads_nowhere_is_refused(nodes: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        journey_from(a_journey(nodes))
    assert refused.value.code == code


def test_a_journey_needs_a_way_in() -> None:
    with pytest.raises(Refusal) as refused:
        journey_from({**a_journey({"end": EXIT}, "end"), "triggers": []})
    assert refused.value.code == "journey.no_trigger"


@pytest.mark.parametrize(
    ("trigger", "code"),
    [
        ({"kind": "day", "of": "christmas"}, "journey.trigger_malformed"),
        ({"kind": "schedule", "every": "once", "segment_id": SEGMENT}, "journey.trigger_malformed"),
        (
            {"kind": "schedule", "every": "week", "day": 8, "segment_id": SEGMENT},
            "journey.trigger_malformed",
        ),
        ({"kind": "segment", "segment_id": "nobody"}, "journey.trigger_malformed"),
        ({"kind": "fact", "fact": "order.dreamt"}, "journey.fact_unknown"),
        (
            {
                "kind": "fact",
                "fact": "order.settled",
                "where": {"kind": "compare", "field": "moon", "is": "equal", "value": 1},
            },
            "condition.malformed",
        ),
    ],
)
def test_a_trigger_that_never_comes_is_refused(trigger: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        journey_from({**a_journey({"end": EXIT}, "end"), "triggers": [trigger]})
    assert refused.value.code == code


def test_coming_in_once_more_follows_its_rule() -> None:
    never, after, always = (
        Reentry(one) for one in (Again.NEVER, Again.AFTER_EXIT, Again.EVERY_OCCASION)
    )
    assert never.lets_in(None, open_run=False, now=MONDAY)
    assert not never.lets_in(MONDAY, open_run=False, now=MONDAY)
    assert after.lets_in(MONDAY, open_run=False, now=MONDAY)
    assert not after.lets_in(MONDAY, open_run=True, now=MONDAY)
    assert always.lets_in(MONDAY, open_run=True, now=MONDAY)
    rule = Reentry(Again.AFTER_DAYS, 7)
    assert not rule.lets_in(
        MONDAY, open_run=False, now=instant_from_iso("2026-05-11T09:59:59+08:00")
    )
    assert rule.lets_in(MONDAY, open_run=False, now=instant_from_iso("2026-05-11T10:00:00+08:00"))
