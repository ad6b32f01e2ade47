"""Journeys on both engines: in once, through once, and nothing done twice whatever happens."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select, update

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.jobs.journeys import advance, follow
from regulars.jobs.messages import moment_of
from regulars.storage import fact_cursors, ledger
from regulars.storage.columns import Id, Words
from regulars.storage.engine import Database, Statement, Write
from regulars.storage.tables import ledger as accounts
from regulars.storage.tables.members import member as member_table
from regulars.storage.tables.system import fact
from regulars.use_cases.journey_facts import FollowFacts
from regulars.use_cases.journey_steps import Advanced, AdvanceRuns, advance_runs
from regulars.use_cases.journeys import EndJourney, PauseJourney, ResumeJourney, RetryRun
from regulars.use_cases.message_templates import StopTemplate
from tests.journeys import AUTHOR, EXIT, Walk
from tests.messaging import PostUnderTest, Provider
from tests.shops import named, open_shop

PHONE = "13800138000"
BILL = {"kind": "fact", "fact": "order.settled"}
OVER_30 = {"kind": "compare", "field": "due_minor", "is": "at_least", "value": 3_000}

_SEQUENCES: Statement[int] = Statement(select(fact.c.sequence).order_by(fact.c.sequence))
_MEMBER_STATE: Statement[object] = Statement(
    update(member_table)
    .where(member_table.c.id == bindparam("who", type_=Id()))
    .values(state=bindparam("how", type_=Words()))
)
_ACCOUNT_STATE: Statement[object] = Statement(
    update(accounts.account)
    .where(accounts.account.c.owner_id == bindparam("who", type_=Id()))
    .values(state=bindparam("how", type_=Words()))
)


def _leave(tx: Write, member: UUID, how: str) -> None:
    tx.run(_MEMBER_STATE, who=member, how=how)


def _shut(tx: Write, member: UUID) -> None:
    tx.run(_ACCOUNT_STATE, who=member, how="closed")


def _reopen(tx: Write, member: UUID) -> None:
    tx.run(_ACCOUNT_STATE, who=member, how="open")


@pytest.fixture
def walk(database: Database, tmp_path: Path) -> Walk:
    """A shop at ten in the morning that can write to its members."""
    post = PostUnderTest(open_shop(database, tmp_path), [Provider()])
    post.template()
    return Walk(post)


def points(walk: Walk, member: UUID) -> int:
    """A member's points."""

    def asked(tx: Write) -> int:
        found = tx.all(ledger.ACCOUNTS_OF_MEMBER, member=member)
        return next(one.balance for one in found if one.kind == "points")

    return walk.shop.database.write(asked).result()


def test_a_member_is_led_through_wait_gift_and_message(walk: Walk) -> None:
    wang = walk.post.member(PHONE)
    nodes = {
        "sleep": walk.wait(1_440, "gift"),
        "gift": walk.gift("write"),
        "write": walk.message("end"),
        "end": EXIT,
    }
    journey = walk.live("back", walk.drawing(nodes))
    before = points(walk, wang)
    assert walk.enter(journey, wang) == 1
    walk.on()
    assert walk.at() == [("sleep", "open", "waits")]
    walk.later(hours=23, minutes=59)
    assert walk.effects() == []
    walk.later(minutes=1)
    assert walk.at() == [("end", "ended", "exit")]
    assert points(walk, wang) == before + 100
    run = walk.runs()[0]
    assert walk.effects() == [f"run:{run.id}:gift:1", f"run:{run.id}:write:1"]
    assert walk.messages() == [f"run:{run.id}:write:1"]
    assert [(row.from_node, row.to_node, row.why) for row in walk.log(run)] == [
        ("sleep", "sleep", "waits"),
        ("sleep", "gift", "wait_over"),
        ("gift", "write", "done"),
        ("write", "end", "done"),
        ("end", None, "exit"),
    ]


def test_a_bill_lets_in_once_however_often_it_is_told(walk: Walk) -> None:
    wang = walk.post.member(PHONE)
    trigger = {**BILL, "where": OVER_30}
    again = {"again": "every_occasion"}
    nodes = {"write": walk.message("end"), "end": EXIT}
    walk.live("bill", walk.drawing(nodes, [trigger], reentry=again))
    walk.shop.pass_time(minutes=1)
    walk.shop.run(walk.shop.sale([walk.shop.line("milk_tea")], member=wang, cash=1_800))
    walk.on()
    assert walk.runs() == []
    walk.shop.run(walk.shop.sale([walk.shop.line("milk_tea", quantity=2)], member=wang, cash=3_600))
    walk.on()
    assert len(walk.runs()) == 1
    with walk.shop.database.read() as read:
        sequences = tuple(read.all(_SEQUENCES))
        cursor = fact_cursors.cursor_of(read, "journeys")
    walk.shop.run(FollowFacts(sequences=sequences, cursor=cursor))
    walk.on()
    assert len(walk.runs()) == 1
    assert len(walk.messages()) == 1


def test_coming_by_herself_ends_the_wait_and_what_is_on_its_way(walk: Walk) -> None:
    wang = walk.post.member(PHONE)
    li = walk.post.member("13800138001")
    wait = {
        "kind": "wait_for",
        "fact": "order.settled",
        "where": OVER_30,
        "timeout_minutes": 60,
        "happened": "end",
        "timed_out": "write",
    }
    nodes = {"wait": wait, "write": walk.message("end"), "end": EXIT}
    journey = walk.live("wait", walk.drawing(nodes))
    walk.enter(journey, wang, li)
    walk.on()
    walk.shop.pass_time(minutes=5)
    walk.shop.run(walk.shop.sale([walk.shop.line("milk_tea")], member=wang, cash=1_800))
    walk.on()
    assert {row.why for row in walk.runs()} == {"waits_for"}
    walk.shop.run(walk.shop.sale([walk.shop.line("milk_tea", quantity=2)], member=wang, cash=3_600))
    walk.on()
    ended = {row.member_id: row.state for row in walk.runs()}
    assert ended == {wang: "ended", li: "open"}
    walk.later(minutes=60)
    assert [row.state for row in walk.runs()] == ["ended", "ended"]
    assert len(walk.messages()) == 1


def test_what_happens_while_the_wait_is_being_written_wakes_it(walk: Walk) -> None:
    wang = walk.post.member(PHONE)
    wait = {
        "kind": "wait_for",
        "fact": "order.settled",
        "timeout_minutes": 60,
        "happened": "end",
        "timed_out": "end",
    }
    journey = walk.live("wait", walk.drawing({"wait": wait, "end": EXIT}))
    walk.enter(journey, wang)
    # The reader has gone on to the newest fact when the batch, begun before, is written.
    walk.shop.run(walk.shop.sale([walk.shop.line("milk_tea")], member=wang, cash=1_800))
    follow(walk.workshop())
    advance(walk.workshop())
    assert [(row.woken, row.state) for row in walk.runs()] == [(True, "open")]
    walk.on()
    assert walk.runs()[0].state == "ended"
    assert [row.why for row in walk.log(walk.runs()[0])][-2:] == ["happened", "exit"]


def test_reaching_the_goal_ends_the_journey_and_calls_the_message_off(walk: Walk) -> None:
    wang = walk.post.member(PHONE)
    nodes = {"write": walk.message("sleep"), "sleep": walk.wait(600, "end"), "end": EXIT}
    journey = walk.live("goal", walk.drawing(nodes, exits={"goals": [BILL]}))
    walk.enter(journey, wang)
    walk.on()
    walk.shop.pass_time(seconds=30)
    walk.shop.run(walk.shop.sale([walk.shop.line("milk_tea")], member=wang, cash=1_800))
    walk.on()
    assert walk.at() == [("sleep", "ended", "goal_reached")]
    walk.post.work_through(hours=2)
    assert all(one.got == [] for one in walk.post.providers)


def test_who_leaves_the_segment_leaves_the_journey(walk: Walk) -> None:
    wang = walk.post.member(PHONE)
    walk.shop.run(walk.shop.sale([walk.shop.line("milk_tea")], member=wang, cash=1_800))
    away = walk.segment(
        "away", {"kind": "compare", "field": "days_since_visit", "is": "at_least", "value": 45}
    )
    trigger = {"kind": "segment", "segment_id": str(away)}
    nodes = {"sleep": walk.wait(10_080, "write"), "write": walk.message("end"), "end": EXIT}
    walk.live("away", walk.drawing(nodes, [trigger], exits={"left_segment": str(away)}))
    walk.later(days=44)
    assert walk.runs() == []
    walk.later(days=1)
    assert walk.at() == [("sleep", "open", "waits")]
    walk.shop.pass_time(days=2)
    walk.shop.run(walk.shop.sale([walk.shop.line("milk_tea")], member=wang, cash=1_800))
    walk.judge()
    walk.on()
    assert walk.at() == [("sleep", "ended", "left_segment")]
    assert walk.messages() == []
    walk.later(days=45)
    assert [row.state for row in walk.runs()] == ["ended", "open"], "she may come in once more"


@pytest.mark.parametrize("how", ["closed", "erased"])
def test_a_member_who_left_goes_no_further(walk: Walk, how: str) -> None:
    wang = walk.post.member(PHONE)
    nodes = {"sleep": walk.wait(60, "write"), "write": walk.message("end"), "end": EXIT}
    journey = walk.live("closed", walk.drawing(nodes))
    walk.enter(journey, wang)
    walk.on()
    walk.shop.database.write(lambda tx: _leave(tx, wang, how)).result()
    walk.later(hours=1)
    assert walk.at() == [("sleep", "ended", "member_left")]
    assert walk.enter(journey, wang) == 0


def test_a_batch_that_dies_before_its_commit_has_done_nothing(walk: Walk) -> None:
    wang = walk.post.member(PHONE)
    nodes = {"gift": walk.gift("write"), "write": walk.message("end"), "end": EXIT}
    journey = walk.live("killed", walk.drawing(nodes))
    before = points(walk, wang)
    walk.enter(journey, wang)

    def dies(tx: Write) -> Advanced:
        advance_runs(tx, AdvanceRuns(), moment_of(walk.workshop()))
        tx.flush()
        raise InterruptedError

    with pytest.raises(InterruptedError):
        walk.shop.database.write(dies).result()
    assert (walk.effects(), walk.messages(), points(walk, wang)) == ([], [], before)
    walk.on()
    walk.on()
    assert points(walk, wang) == before + 100
    assert len(walk.effects()) == 2


def test_two_workers_lead_everybody_through_once(
    walk: Walk, open_another: Callable[[], Database]
) -> None:
    members = [walk.post.member(f"1380013{8_000 + number}") for number in range(60)]
    nodes = {"gift": walk.gift("write"), "write": walk.message("end"), "end": EXIT}
    journey = walk.live("many", walk.drawing(nodes))
    walk.enter(journey, *members)
    second = open_another() if walk.shop.database.engine == "postgresql" else None

    def work(database: Database | None) -> None:
        while (database or walk.shop.database).write(some(database)).result().looked_at:
            pass

    def some(_: Database | None) -> Callable[[Write], Advanced]:
        moment = moment_of(walk.workshop())
        return lambda tx: advance_runs(tx, AdvanceRuns(most=7), moment)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, one) for one in (None, second, None, second)]:
            done.result()
    assert {row.state for row in walk.runs()} == {"ended"}
    assert len(walk.effects()) == len(set(walk.effects())) == 120
    assert len(walk.messages()) == 60


def test_a_step_that_cannot_be_taken_holds_up_nobody(walk: Walk) -> None:
    wang, li = walk.post.member(PHONE), walk.post.member("13800138001")
    nodes = {"gift": walk.gift("end"), "end": EXIT}
    journey = walk.live("broken", walk.drawing(nodes))
    walk.shop.database.write(lambda tx: _shut(tx, wang)).result()
    walk.enter(journey, wang, li)
    walk.on()
    states = {row.member_id: (row.state, row.attempts) for row in walk.runs()}
    assert states[li] == ("ended", 0)
    assert states[wang] == ("open", 1)
    for _ in range(6):
        walk.later(hours=2)
    run = next(row for row in walk.runs() if row.member_id == wang)
    assert (run.state, run.attempts, run.error) == ("dead", 5, "ledger.account_closed")
    walk.shop.database.write(lambda tx: _reopen(tx, wang)).result()
    walk.shop.run(RetryRun(run_id=run.id))
    walk.on()
    assert {row.state for row in walk.runs()} == {"ended"}


def test_a_message_that_cannot_be_planned_goes_its_own_way(walk: Walk) -> None:
    wang = walk.post.member(PHONE)
    nodes = {
        "write": walk.message("end", failed="gift"),
        "gift": walk.gift("end"),
        "end": EXIT,
    }
    journey = walk.live("fails", walk.drawing(nodes))
    walk.shop.run(StopTemplate(id=named("template:back")))
    walk.enter(journey, wang)
    walk.on()
    run = walk.runs()[0]
    assert [row.why for row in walk.log(run)] == ["not_done", "done", "exit"]
    assert walk.messages() == []


def test_a_paused_journey_stands_still_and_an_ended_one_is_over(walk: Walk) -> None:
    wang, li = walk.post.member(PHONE), walk.post.member("13800138001")
    nodes = {"sleep": walk.wait(60, "write"), "write": walk.message("end"), "end": EXIT}
    journey = walk.live("paused", walk.drawing(nodes, valid_days=2))
    walk.enter(journey, wang)
    walk.on()
    walk.shop.run(PauseJourney(id=journey), actor=AUTHOR)
    walk.later(hours=2)
    assert walk.at() == [("sleep", "open", "waits")]
    with pytest.raises(Refusal) as refused:
        walk.enter(journey, li)
    assert refused.value.code == "journey.not_live"
    walk.shop.run(ResumeJourney(id=journey), actor=AUTHOR)
    walk.later(days=2)
    assert walk.at() == [("sleep", "ended", "too_late")]
    walk.enter(journey, li)
    walk.on()
    walk.shop.run(EndJourney(id=journey), actor=AUTHOR)
    assert {(row.state, row.why) for row in walk.runs()} == {
        ("ended", "too_late"),
        ("ended", "journey_ended"),
    }
    walk.later(hours=2)
    assert walk.messages() == []


def test_only_a_second_person_puts_a_version_in_force(walk: Walk) -> None:
    journey = walk.save("mine", walk.drawing({"end": EXIT}))
    walk.publish(journey, 1)
    for actor, code in ((AUTHOR, "journey.same_person"),):
        with pytest.raises(Refusal) as refused:
            walk.approve(journey, 1, actor)
        assert refused.value.code == code
    walk.approve(journey, 1)
    with pytest.raises(Refusal) as refused:
        walk.approve(journey, 1)
    assert refused.value.code == "journey.nothing_proposed"


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"template": "nobody"}, "journey.template_unknown"),
        ({"channels": ["email"]}, "journey.channel_missing"),
        ({"do": "gift", "gift": {"coupon_types": ["NOPE"]}}, "gift.coupon_type_unknown"),
    ],
)
def test_what_a_journey_names_has_to_be_there(
    walk: Walk, step: dict[str, object], code: str
) -> None:
    nodes = {"a": {**walk.message("end"), **step}, "end": EXIT}
    journey = walk.save("names", walk.drawing(nodes))
    with pytest.raises(Refusal) as refused:
        walk.publish(journey, 1)
    assert refused.value.code == code


def test_an_edit_lands_everybody_as_the_dry_run_said(walk: Walk) -> None:
    members = [walk.post.member(f"1380013{8_000 + number}") for number in range(12)]
    nodes: dict[str, object] = {
        "gift": walk.gift("draw"),
        "draw": {
            "kind": "split",
            "ways": [
                {"name": "x", "weight": 3_400, "next": "one"},
                {"name": "y", "weight": 3_300, "next": "two"},
                {"name": "z", "weight": 3_300, "next": "three"},
            ],
        },
        "one": walk.wait(600, "end"),
        "two": walk.wait(600, "end"),
        "three": walk.wait(600, "end"),
        "end": EXIT,
    }
    journey = walk.live("edit", walk.drawing(nodes))
    walk.enter(journey, *members)
    walk.on()
    rested = {row.id: row.node for row in walk.runs()}
    assert len(set(rested.values())) == 3
    # "two" is gone; its members go back to the gift, which they have; "three" ends.
    changed = {
        "gift": walk.gift("one"),
        "one": walk.wait(900, "write"),
        "write": walk.message("end"),
        "end": EXIT,
    }
    walk.save("edit", walk.drawing(changed), seen=3)
    with pytest.raises(Refusal) as refused:
        walk.publish(journey, 4)
    assert refused.value.code == "journey.mapping_missing"
    mapping = {"two": {"way": "step", "to": "gift"}, "three": {"way": "exit"}}
    said = walk.publish(journey, 4, mapping)["landings"]
    assert isinstance(said, list)
    told = {one["node"]: (one["to"], one["runs"]) for one in said}
    for node in ("one", "two", "three"):
        assert told[node][1] == list(rested.values()).count(node)
    walk.approve(journey, 2)
    landed = {row.id: (row.version, row.node, row.state) for row in walk.runs()}
    for run_id, node in rested.items():
        wanted = {
            "one": (2, "one", "open"),
            "two": (2, "gift", "open"),
            "three": (1, "three", "ended"),
        }[node]
        assert landed[run_id] == wanted
    walk.on()
    gifts = [key for key in walk.effects() if ":gift:" in key]
    assert len(gifts) == len(members), "who stands at the gift again gets no second one"
    one = next(row for row in walk.runs() if rested[row.id] == "one")
    assert one.due_at == Instant(one.entered_at + timedelta(minutes=600)), "their time is kept"


def test_those_who_may_stay_finish_by_their_old_version(walk: Walk) -> None:
    wang = walk.post.member(PHONE)
    nodes = {"sleep": walk.wait(60, "write"), "write": walk.message("end"), "end": EXIT}
    journey = walk.live("stay", walk.drawing(nodes))
    walk.enter(journey, wang)
    walk.on()
    walk.save("stay", walk.drawing({"end": EXIT}), seen=3)
    walk.publish(journey, 4, {"sleep": {"way": "stay"}})
    walk.approve(journey, 2)
    walk.later(hours=1)
    assert [(row.version, row.why) for row in walk.runs()] == [(1, "exit")]
    assert len(walk.messages()) == 1


def test_a_tenth_is_held_back_and_hears_nothing(walk: Walk) -> None:
    members = [walk.post.member(f"1380013{8_000 + number}") for number in range(40)]
    nodes = {"write": walk.message("end"), "end": EXIT}
    journey = walk.live("held", walk.drawing(nodes, control=5_000))
    walk.enter(journey, *members)
    walk.on()
    held = [row for row in walk.runs() if row.why == "held_out"]
    assert 8 < len(held) < 32
    assert len(walk.messages()) == 40 - len(held)
    assert walk.enter(journey, *members) == 40
    walk.on()
    assert {row.member_id for row in walk.runs() if row.why == "held_out"} == {
        row.member_id for row in held
    }, "a member keeps her arm"
