"""One step after the other, for one member at one moment."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from regulars.domain.campaigns.advance import (
    Does,
    Ends,
    Moves,
    Rests,
    Sight,
    Standing,
    Why,
    drawn,
    step,
)
from regulars.domain.campaigns.journey import Journey, journey_from
from regulars.domain.campaigns.nodes import Split, Way
from regulars.domain.campaigns.waits import (
    After,
    AtTime,
    Clock,
    DayPart,
    OnYearly,
    Yearly,
    ends_at,
)
from regulars.domain.kernel.period import Instant, instant_from_iso
from tests.domain.campaigns.test_journey_graph import EXIT, a_journey, message

MONDAY = instant_from_iso("2026-05-04T10:00:00+08:00")
WANG = UUID("0190c0de-0000-7000-8000-00000000000a")
CLOCK = Clock(zone="Asia/Shanghai", joined_on=date(2024, 2, 29), birthdays=(date(2026, 5, 9),))
SIGHT = Sight(now=MONDAY, clock=CLOCK, holds=lambda _: True)


def standing(node: str, **more: object) -> Standing:
    """王芳 at a step."""
    at = Standing(
        journey_id=WANG,
        member_id=WANG,
        node=node,
        entered_at=MONDAY,
        valid_until=Instant(MONDAY + timedelta(days=30)),
    )
    return replace(at, **more)  # type: ignore[arg-type]


def journey(nodes: dict[str, object], **more: object) -> Journey:
    """A journey of these steps and an end."""
    return journey_from({**a_journey({**nodes, "end": EXIT}), **more})


def test_a_wait_rests_until_its_time_and_then_moves_on() -> None:
    found = journey({"a": {"kind": "wait", "until": "after", "minutes": 90, "next": "end"}})
    later = Instant(MONDAY + timedelta(minutes=90))
    assert step(found, standing("a"), SIGHT) == Rests(later, Why.WAITS)
    rests = standing("a", rests=True, until_at=later)
    assert step(found, rests, replace(SIGHT, now=MONDAY)) == Rests(later, Why.WAITS)
    assert step(found, rests, replace(SIGHT, now=later)) == Moves("end", Why.WAIT_OVER)


def test_waiting_for_something_has_two_ways_out() -> None:
    wait = {
        "kind": "wait_for",
        "fact": "order.settled",
        "timeout_minutes": 60,
        "happened": "b",
        "timed_out": "end",
    }
    found = journey({"a": wait, "b": message("end")})
    later = Instant(MONDAY + timedelta(hours=1))
    assert step(found, standing("a"), SIGHT) == Rests(later, Why.WAITS_FOR, "order.settled")
    rests = standing("a", rests=True, until_at=later)
    assert step(found, replace(rests, woken=True), SIGHT) == Moves("b", Why.HAPPENED)
    assert step(found, rests, replace(SIGHT, now=later)) == Moves("end", Why.TIMED_OUT)


def test_an_act_is_asked_for_once_and_a_failed_one_goes_its_own_way() -> None:
    found = journey({"a": message("b", failed="end"), "b": message("end")})
    asked = step(found, standing("a"), SIGHT)
    assert isinstance(asked, Does)
    assert step(found, standing("a", done=True), SIGHT) == Moves("b", Why.DONE)
    assert step(found, standing("a", done=False), SIGHT) == Moves("end", Why.NOT_DONE)
    assert step(found, standing("b", done=False), SIGHT) == Moves("end", Why.NOT_DONE)


def test_a_branch_asks_the_member() -> None:
    branch = {
        "kind": "branch",
        "condition": {"kind": "compare", "field": "visits", "is": "at_least", "value": 2},
        "yes": "b",
        "no": "end",
    }
    found = journey({"a": branch, "b": message("end")})
    assert step(found, standing("a"), SIGHT) == Moves("b", Why.HOLDS)
    no = replace(SIGHT, holds=lambda _: False)
    assert step(found, standing("a"), no) == Moves("end", Why.HOLDS_NOT)


def test_every_reason_to_end_early_is_seen_before_a_step() -> None:
    exits = {"left_segment": str(WANG), "without_consent": True}
    found = journey({"a": message("end")}, exits=exits)
    at = standing("a")
    assert step(found, at, replace(SIGHT, active=False)) == Ends(Why.MEMBER_LEFT)
    assert step(found, at, replace(SIGHT, in_segment=False)) == Ends(Why.LEFT_SEGMENT)
    assert step(found, at, replace(SIGHT, allowed=False)) == Ends(Why.NO_CONSENT)
    assert step(found, at, replace(SIGHT, now=at.valid_until)) == Ends(Why.TOO_LATE)
    assert step(found, standing("end"), SIGHT) == Ends(Why.EXIT)
    assert step(found, standing("gone"), SIGHT) == Ends(Why.STEP_GONE)


def test_a_split_sends_a_member_the_same_way_and_all_by_their_weights() -> None:
    split = Split("salt", (Way("x", 2_500, "b"), Way("y", 7_500, "c")))
    members = [UUID(int=number) for number in range(4_000)]
    ways = [drawn(split, WANG, one).name for one in members]
    assert ways == [drawn(split, WANG, one).name for one in members]
    assert abs(Counter(ways)["x"] - 1_000) < 120
    other = [drawn(split, UUID(int=1), one).name for one in members]
    both = sum(one == two == "x" for one, two in zip(ways, other, strict=True))
    assert abs(both - 250) < 60, "two journeys do not favour the same members"


def test_waits_go_by_the_members_own_clock() -> None:
    def over(until: After | AtTime | DayPart | OnYearly, clock: Clock = CLOCK) -> str | None:
        at = ends_at(until, clock, since=MONDAY)
        return None if at is None else at.isoformat()

    assert over(AtTime(600)) == "2026-05-04T02:00:00+00:00"
    assert over(AtTime(599)) == "2026-05-05T01:59:00+00:00"
    assert over(AtTime(1200, 2)) == "2026-05-06T12:00:00+00:00"
    assert over(DayPart(540, 660)) == "2026-05-04T02:00:00+00:00"
    assert over(DayPart(540, 600)) == "2026-05-05T01:00:00+00:00"
    assert over(DayPart(540, 660, (7,))) == "2026-05-10T01:00:00+00:00"
    assert over(OnYearly(Yearly.BIRTHDAY, -3, 600)) == "2026-05-06T02:00:00+00:00"
    assert over(OnYearly(Yearly.JOINED, 0, 600)) == "2027-02-28T02:00:00+00:00"
    unknown = replace(CLOCK, birthdays=())
    assert over(OnYearly(Yearly.BIRTHDAY, -3, 600), unknown) is None


def test_a_time_that_the_clocks_jump_over_still_comes() -> None:
    london = replace(CLOCK, zone="Europe/London")
    before = instant_from_iso("2026-03-29T00:00:00+00:00")
    at = ends_at(AtTime(90), london, since=before)
    assert at is not None
    assert at.isoformat() == "2026-03-29T01:30:00+00:00"


def test_a_birthday_that_nobody_knows_ends_the_wait() -> None:
    wait = {"kind": "wait", "until": "yearly", "of": "birthday", "days": 0, "next": "end"}
    found = journey({"a": wait})
    nobody = replace(SIGHT, clock=replace(CLOCK, birthdays=()))
    assert step(found, standing("a"), nobody) == Ends(Why.DAY_UNKNOWN)
