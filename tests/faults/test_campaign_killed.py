"""Servers that die while a campaign runs: each gift once, no message twice, none past a no.

Of a message whose process died between handing it over and hearing the answer nobody knows whether
it arrived: it is `unknown`, stands in a list, and leaves again only when a person says so.
"""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from time import monotonic, sleep
from uuid import UUID

import pytest

from bench.scratch.servers import Place, free_port
from bench.scratch.shop import named
from regulars.domain.kernel.period import Instant, microseconds_of
from regulars.main import clock
from tests.faults.campaign_books import (
    IN_DOUBT,
    OPT_OUT_MAX,
    SENT,
    LeftBehind,
    Run,
    Willing,
    Written,
    faults,
    left_behind,
)
from tests.faults.campaign_house import House, Leavers, Office
from tests.faults.campaign_provider import BadProvider, Given, Manner
from tests.faults.campaign_shop import (
    CAMPAIGN,
    COST_MINOR,
    JOURNEY,
    POINTS,
    Stage,
    opened_with_a_campaign,
)
from tests.faults.evidence import note
from tests.faults.harness import differences
from tests.integrations.loopback import provider

THOROUGH = os.environ.get("REGULARS_THOROUGH") == "1"
MEMBERS = 10_000 if THOROUGH else 300
KILLS = 100 if THOROUGH else 6
LEAVERS, LEAVE_EVERY = (400, 1.0) if THOROUGH else (24, 0.25)
SEED = 20_261_122
# What the provider takes of all processes together.
PER_SECOND = 40.0
# When somebody dies, after all are there. Units: seconds.
EARLIEST, LATEST = (0.3, 4.0) if THOROUGH else (0.2, 1.4)
FINISH_SECONDS = 900.0 if THOROUGH else 60.0
HEARD_SECONDS = 30.0


def test_a_campaign_whose_servers_are_killed_gives_and_writes_once(place: Place) -> None:
    chance = Random(SEED)
    stage = opened_with_a_campaign(place, members=MEMBERS)
    port = free_port()
    there = BadProvider(chance=Random(SEED), shop_port=port, per_second=PER_SECOND)
    who = chance.sample(stage.willing, LEAVERS)
    leavers = Leavers(who, stage.cookie, port, LEAVE_EVERY)
    house = House(place, port, chance)
    with provider([there.answer]) as line:
        there.becomes_the_shops(place.home, line.url)
        with house.open(), leavers.leaving():
            for _ in range(KILLS):
                sleep(chance.uniform(EARLIEST, LATEST))
                house.die()
            house.rest()
            leavers.wait()
            there.call_again()
            house.work_off(FINISH_SECONDS)
            left = left_behind(place, there.log)
            willing = Willing(unwilling=stage.unwilling, left_at=leavers.left_at)
            assert faults(left, willing) == {}
            assert_everybody_is_there(left, stage)
            assert_the_shop_says_the_same(Office(stage.cookie, port), left)
            counted = figures(left, leavers.left_at)
            # The provider comes to its senses, and somebody looks into what is in doubt.
            there.manners = {Manner.WELL: 1}
            stayed = {one.id for one in left.messages if one.member_id not in leavers.left_at}
            assert_a_person_decides(Office(stage.cookie, port), place, there, stayed)
            assert_what_is_planted_is_found(place, there, willing, stayed)
        house.stop()
    assert differences(place) == 0
    note("C5", engine=place.engine, kills=KILLS, members=MEMBERS, **counted)


def assert_everybody_is_there(left: LeftBehind, stage: Stage) -> None:
    """The run saw what it is about: all came in, some were held back, some messages are in doubt."""
    assert set(left.drawn) == set(stage.members)
    assert {one.member_id for one in left.runs} == set(stage.members)
    assert left.held_back
    assert left.in_state(IN_DOUBT)
    assert left.in_state("suppressed")
    assert left.in_state("delivered")
    assert {one.manner for one in left.log} >= {Manner.WELL, Manner.LATE}


def assert_the_shop_says_the_same(office: Office, left: LeftBehind) -> None:
    """What the marketer is shown is what the books and the provider's log say."""
    in_doubt = {one.id for one in left.in_state(IN_DOUBT)}
    listed = office.in_doubt()
    assert len(listed) == len(in_doubt)
    assert set(listed) == in_doubt
    tally: Counter[str] = Counter()
    for row in office.rows(f"/messages/tally?campaign_id={CAMPAIGN}"):
        tally[str(row["state"])] += int(str(row["messages"]))
    assert tally == Counter(one.state for one in left.messages)
    campaign = office.part(f"/campaigns/{CAMPAIGN}")
    assert campaign["gifts_drawn_minor"] == COST_MINOR * len(left.invited)
    steps = funnel_of(office)
    gone = left.in_state(*SENT, IN_DOUBT)
    assert steps["invited"] == len(left.invited)
    assert steps["reached"] == len(gone)
    assert steps["delivered"] == len(left.in_state("delivered"))
    assert steps["claimed"] == len(left.invited)
    assert len(gone) + len(left.in_state("suppressed")) == len(left.invited)


def funnel_of(office: Office) -> Mapping[str, object]:
    """How many members came to each step."""
    whole = office.part(f"/measurements/{JOURNEY}/funnel")["whole"]
    assert isinstance(whole, dict)
    return {one["step"]: one["members"] for one in whole["steps"]}


def figures(left: LeftBehind, left_at: Mapping[UUID, Instant]) -> dict[str, int]:
    """What the report tells."""
    in_doubt = {one.id for one in left.in_state(IN_DOUBT)}
    stopped = [one for one in left.in_state("suppressed") if one.member_id in left_at]
    assert stopped  # some left while their message waited
    return {
        "given": len(left.invited),
        "held_back": len(left.held_back),
        "taken_by_provider": sum(one.taken for one in left.log),
        "sent": len(left.in_state(*SENT)),
        "delivered": len(left.in_state("delivered")),
        "in_doubt": len(in_doubt),
        "in_doubt_and_taken": sum(one.taken and one.message_id in in_doubt for one in left.log),
        "left_in_time": len(stopped),
        "twice": 0,
        "lost": 0,
    }


def assert_a_person_decides(
    office: Office, place: Place, there: BadProvider, stayed: set[UUID]
) -> None:
    """One in doubt is sent again, once; one counts as sent, one is given up; the rest waits."""
    again, counted, given_up, *rest = [one for one in office.in_doubt() if one in stayed]
    before = {one: tried(there.log, one) for one in (again, counted, given_up)}
    assert office.decides(again, "resend") == "queued"
    assert office.decides(counted, "count-as-sent") == "accepted"
    assert office.decides(given_up, "give-up") == "failed"
    states = settled(place, there, again)
    assert states[again] in SENT
    assert (states[counted], states[given_up]) == ("accepted", "failed")
    after = {one: tried(there.log, one) for one in before}
    assert after == {**before, again: before[again] + 1}
    listed = office.in_doubt()
    assert not {again, counted, given_up} & set(listed)
    assert set(rest) <= set(listed)


def assert_what_is_planted_is_found(
    place: Place, there: BadProvider, willing: Willing, stayed: set[UUID]
) -> None:
    """An outbox that forgets that it sent something is found out by the provider's log."""
    left = left_behind(place, there.log)
    can_be = stayed & {one.message_id for one in there.log if one.taken}
    planted = next(one.id for one in left.in_state("accepted") if one.id in can_be)
    name = f"x'{planted.hex}'" if place.engine == "sqlite" else f"'{planted}'"
    now = microseconds_of(clock())
    with place.adding() as bulk:
        bulk.run(f"UPDATE message SET state = 'queued', due_at = {now} WHERE id = {name}")
    settled(place, there, planted)
    found = faults(left_behind(place, there.log), willing)
    assert planted in found["taken twice"]
    assert planted in found["sent again"]


def tried(log: Sequence[Given], message_id: UUID) -> int:
    """How often the provider was given a message."""
    return sum(one.message_id == message_id for one in log)


def settled(place: Place, there: BadProvider, message_id: UUID) -> dict[UUID, str]:
    """Wait until a message was sent; answers the states of all."""
    end = monotonic() + HEARD_SECONDS
    while True:
        states = {one.id: one.state for one in left_behind(place, there.log).messages}
        if states[message_id] in SENT:
            return states
        assert monotonic() < end, states[message_id]
        sleep(0.2)


WANG, LI, ZHAO = named("wang"), named("li"), named("zhao")
LETTER, OTHER = named("letter"), named("other letter")
NOW = clock()


def given(manner: Manner = Manner.WELL, message_id: UUID = LETTER, at: Instant = NOW) -> Given:
    return Given(message_id, at, manner)


def sound() -> LeftBehind:
    """王芳 was given and written to, 李敏 was given and never asked, 赵 was held back."""
    return LeftBehind(
        drawn={WANG: "offer", LI: "offer", ZHAO: "control"},
        runs=[Run(WANG, "ended", "exit"), Run(LI, "ended", "exit"), Run(ZHAO, "ended", "held_out")],
        gifts={WANG: 1, LI: 1},
        coupons={WANG: 1, LI: 1},
        points={WANG: POINTS, LI: POINTS},
        spent_minor=2 * COST_MINOR,
        messages=[
            Written(LETTER, WANG, "accepted", None, NOW),
            Written(OTHER, LI, "suppressed", "no_consent", None),
        ],
        log=[given()],
    )


def with_state(left: LeftBehind, state: str) -> LeftBehind:
    first, *rest = left.messages
    return replace(left, messages=[first._replace(state=state), *rest])


SOUND = sound()
PLANTED: Mapping[str, LeftBehind] = {
    "not given once": replace(SOUND, gifts={WANG: 2, LI: 1}),
    "given to who was held back": replace(SOUND, points={**SOUND.points, ZHAO: POINTS}),
    "cost not drawn once": replace(SOUND, spent_minor=3 * COST_MINOR),
    "run not ended": replace(SOUND, runs=[Run(WANG, "dead", "entered")]),
    "taken twice": replace(SOUND, log=[*SOUND.log, *SOUND.log]),
    "sent again": replace(SOUND, log=[given(Manner.FAILED), given()]),
    "taken, and the shop does not know": with_state(SOUND, "suppressed"),
    "sent, and nobody took it": replace(SOUND, log=[given(Manner.FAILED)]),
    "still on its way": with_state(SOUND, "handed"),
    "given up": with_state(SOUND, "failed"),
    "sent without consent": replace(SOUND, log=[given(), given(message_id=OTHER)]),
    "sent after she had left": replace(SOUND, log=[given(at=Instant(NOW + 2 * OPT_OUT_MAX))]),
    "let out after she had left": replace(
        SOUND,
        messages=[
            SOUND.messages[0]._replace(handed_at=Instant(NOW + 2 * OPT_OUT_MAX)),
            SOUND.messages[1],
        ],
    ),
}
WHO = Willing(unwilling=frozenset({LI}), left_at={WANG: NOW})


def test_what_went_as_it_should_shows_no_fault() -> None:
    assert faults(SOUND, WHO) == {}


@pytest.mark.parametrize("what", PLANTED)
def test_each_check_of_a_campaign_finds_its_planted_fault(what: str) -> None:
    assert what in faults(PLANTED[what], WHO)
