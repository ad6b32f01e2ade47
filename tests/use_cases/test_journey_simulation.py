"""A journey tried on the past finds what it found when it was live, and says what it cannot know."""

from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.campaigns.journey import journey_from
from regulars.domain.kernel.refusal import Refusal
from regulars.jobs.journeys import simulate
from regulars.storage import journey_simulations
from regulars.storage.engine import Database
from regulars.storage.journey_simulations import SimulationRow
from regulars.use_cases.journey_simulation import (
    AskSimulation,
    KeepTried,
    StopSimulation,
    assumed,
)
from tests.journeys import AUTHOR, EXIT, Walk
from tests.messaging import PostUnderTest, Provider
from tests.shops import named, open_shop

ASKED = named("simulation")
AWAY = {"kind": "compare", "field": "days_since_visit", "is": "at_least", "value": 20}
BILL = {"kind": "fact", "fact": "order.settled"}


@pytest.fixture
def walk(database: Database, tmp_path: Path) -> Walk:
    """A shop at ten in the morning that can write to its members."""
    post = PostUnderTest(open_shop(database, tmp_path), [Provider()])
    post.template()
    return Walk(post)


def sell(walk: Walk, member: UUID, cups: int = 1) -> None:
    line = walk.shop.line("egg_tart", quantity=cups)
    walk.shop.run(walk.shop.sale([line], member=member, cash=800 * cups))


def simulated(walk: Walk, journey: UUID, days: int = 365) -> SimulationRow:
    command = AskSimulation(id=ASKED, journey_id=journey, days=days)
    walk.shop.run(command, actor=AUTHOR)
    workshop = walk.workshop()
    while simulate(workshop):
        pass
    with walk.shop.database.read() as read:
        row = read.one(journey_simulations.ONE, simulation_id=ASKED)
    assert row is not None
    return row


def test_a_past_in_which_it_was_live_gives_the_same_entries(walk: Walk) -> None:
    wang = walk.post.member("13800138000")
    li = walk.post.member("13800138001", allows=False)
    away = walk.segment("away", AWAY)
    trigger = {"kind": "segment", "segment_id": str(away)}
    wait = {
        "kind": "wait_for",
        "fact": "order.settled",
        "timeout_minutes": 7 * 1_440,
        "happened": "end",
        "timed_out": "again",
    }
    nodes = {
        "write": walk.message("wait"),
        "wait": wait,
        "again": walk.message("end"),
        "end": EXIT,
    }
    journey = walk.live("away", walk.drawing(nodes, [trigger]))
    walk.shop.pass_time(seconds=1)
    for day in range(90):
        if day in (0, 5, 40, 44, 75):
            sell(walk, wang)
        if day in (3, 50):
            sell(walk, li)
        walk.later(days=1)
    runs = [(row.member_id, row.entered_at) for row in walk.runs()]
    assert len(runs) == 4
    row = simulated(walk, journey)
    found = row.found
    assert (row.state, row.done, row.total) == ("done", 2, 2)
    assert (found["entries"], found["members"]) == (len(runs), 2)
    recorded = [one.why for run in walk.runs() for one in walk.log(run)]
    assert found["end:exit"] == recorded.count("exit")
    planned = len(walk.messages())
    assert found["planned"] == planned
    assert found["messages"] + found["no_consent"] == planned
    assert found["no_consent"] == sum(run == li for run, _ in runs) * 2
    assert 0 < found["messages_low_micro"] <= found["messages_high_micro"]


def test_bills_caps_and_gifts_are_counted(walk: Walk) -> None:
    wang = walk.post.member("13800138000")
    where = {"kind": "compare", "field": "due_minor", "is": "at_least", "value": 1_500}
    write = walk.message("end", valid_minutes=1_500)
    nodes = {"gift": walk.gift("write"), "write": write, "end": EXIT}
    again = {"again": "every_occasion"}
    journey = walk.save("bills", walk.drawing(nodes, [{**BILL, "where": where}], reentry=again))
    for _ in range(3):
        sell(walk, wang)
        sell(walk, wang, cups=2)
        walk.shop.pass_time(hours=1)
    found = simulated(walk, journey).found
    assert (found["entries"], found["gifts"], found["gifts_high_minor"]) == (3, 3, 300)
    assert (found["planned"], found["messages"]) == (3, 2)
    assert (found["capped_day"], found["too_late"]) == (2, 1)


def test_it_goes_on_where_it_was_and_can_be_stopped(walk: Walk) -> None:
    walk.post.member("13800138000")
    journey = walk.save("some", walk.drawing({"end": EXIT}, [BILL]))
    walk.shop.run(AskSimulation(id=ASKED, journey_id=journey, days=10), actor=AUTHOR)
    step = KeepTried(
        id=ASKED,
        seen=UUID(int=0),
        upto=UUID(int=5),
        done=1,
        found={"entries": 1},
        finished=False,
    )
    walk.shop.run(step)
    walk.shop.run(step)
    with walk.shop.database.read() as read:
        row = read.one(journey_simulations.ONE, simulation_id=ASKED)
    assert row is not None
    assert (row.done, row.found, row.state) == (1, {"entries": 1}, "running")
    walk.shop.run(StopSimulation(id=ASKED), actor=AUTHOR)
    assert not simulate(walk.workshop())
    with pytest.raises(Refusal) as refused:
        walk.shop.run(StopSimulation(id=ASKED), actor=AUTHOR)
    assert refused.value.code == "journey.simulation_over"


def test_what_the_past_does_not_tell_is_named(walk: Walk) -> None:
    nodes = {
        "ask": {
            "kind": "branch",
            "condition": {"kind": "one_of", "field": "tags", "values": ["常客"]},
            "yes": "end",
            "no": "end",
        },
        "end": EXIT,
    }
    drawing = walk.drawing(nodes, [{"kind": "fact", "fact": "value.topped_up"}])
    with walk.shop.database.read() as read:
        told = assumed(read, journey_from(drawing))
    assert told == {"as_today": ["tags", "consents", "contacts"], "left_out": ["value.topped_up"]}
