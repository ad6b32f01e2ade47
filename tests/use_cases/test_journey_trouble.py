"""Journeys when something stands in the way: a standstill, a pause, a broken row, an edit, an end."""

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import bindparam, update

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.jobs.journeys import follow
from regulars.jobs.messages import desk_of, moment_of
from regulars.storage import facts
from regulars.storage.columns import Bytes, Id, Words
from regulars.storage.engine import Database, Statement, Write
from regulars.storage.facts import Fact
from regulars.storage.tables.journeys import journey_run
from regulars.storage.tables.members import member as member_table
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.journey_fires import BeginFires, FireSome
from regulars.use_cases.journey_steps import GIFTS_AT_ONCE, Advanced, AdvanceRuns, advance_runs
from regulars.use_cases.journeys import EndJourney, PauseJourney, ResumeJourney
from regulars.use_cases.message_dispatch import lease
from regulars.use_cases.message_gates import Decided, pass_gates
from regulars.use_cases.message_templates import SaveTemplate
from tests.journeys import AUTHOR, EXIT, Walk
from tests.messaging import PostUnderTest, Provider, body, variant
from tests.shops import named, open_shop

CAMPAIGN = named("campaign:anniversary")
EVERYBODY = {"kind": "compare", "field": "everyone", "is": "equal", "value": True}
HER_DAY = {"kind": "compare", "field": "birthday", "is": "equal", "value": True}
NOT_HER_DAY = {"kind": "not", "part": HER_DAY}
BILL = {"kind": "fact", "fact": "order.settled"}
AGAIN = {"again": "every_occasion"}
_SPOIL: Statement[object] = Statement(
    update(member_table)
    .where(member_table.c.id == bindparam("who", type_=Id()))
    .values(wrapped_key=bindparam("key", type_=Bytes()))
)
_OPEN_AGAIN: Statement[object] = Statement(
    update(journey_run)
    .where(journey_run.c.id == bindparam("this", type_=Id()))
    .values(state="open", ended_at=None, why=bindparam("because", type_=Words()))
)


@pytest.fixture
def walk(database: Database, tmp_path: Path) -> Walk:
    """A shop at ten in the morning that can write to its members."""
    post = PostUnderTest(open_shop(database, tmp_path), [Provider()])
    post.template()
    return Walk(post)


def buy(walk: Walk, member: UUID, cups: int = 1) -> None:
    """She comes and buys tea."""
    line = walk.shop.line("milk_tea", quantity=cups)
    walk.shop.run(walk.shop.sale([line], member=member, cash=1_800 * cups))


def born(walk: Walk, phone: str) -> UUID:
    """A member who told her birthday."""
    member_id = walk.shop.new_id()
    command = JoinMember(
        member_id=member_id,
        store_id=walk.shop.store_id,
        identities=(IdentityText(kind=IdentityKind.PHONE, text=phone),),
        profile=(ProfileText(field=ProfileField.BIRTHDAY, text="1990-12-24"),),
        consents=(walk.post.choice(granted=True),),
    )
    walk.shop.run(command)
    return member_id


def spoil(walk: Walk, member: UUID) -> None:
    """Nothing of hers opens any more."""
    walk.shop.database.write(lambda tx: tx.run(_SPOIL, who=member, key=b"\0" * 60)).result()


def tell(walk: Walk, fact: Fact) -> None:
    """A fact of the test's own."""
    walk.shop.database.write(lambda tx: facts.append(tx, fact, id=walk.shop.new_id())).result()


def leased(walk: Walk) -> UUID:
    """What is due is in the hands of a worker."""
    moment = moment_of(walk.workshop())
    name = walk.shop.database.write(lambda tx: lease(tx, moment, most=10)).result()
    assert name is not None
    return name


def handed(walk: Walk, name: UUID) -> int:
    """The worker goes on: how many messages may leave."""
    workshop = walk.workshop()
    moment, desk = moment_of(workshop), desk_of(workshop)

    def gates(tx: Write) -> Decided:
        return pass_gates(tx, moment, desk, lease=name, most=10)

    decided = walk.shop.database.write(gates).result()
    assert decided.looked_at == 1
    return len(decided.ready)


def test_messages_of_a_paused_journey_wait_until_it_goes_on(walk: Walk) -> None:
    wang = walk.post.member("13800138000")
    nodes = {"write": walk.message("end"), "end": EXIT}
    journey = walk.live("paused", walk.drawing(nodes))
    walk.enter(journey, wang)
    walk.on()
    walk.shop.run(PauseJourney(id=journey), actor=AUTHOR)
    walk.post.work_through(hours=1)
    assert walk.sent() == 0
    assert walk.message_of(wang).reason == "paused"
    walk.shop.run(ResumeJourney(id=journey), actor=AUTHOR)
    walk.post.work_through(hours=1)
    assert walk.sent() == 1


def test_who_reached_the_goal_while_her_message_was_in_the_post_does_not_get_it(
    walk: Walk,
) -> None:
    wang = walk.post.member("13800138000")
    nodes = {"write": walk.message("sleep"), "sleep": walk.wait(600, "end"), "end": EXIT}
    journey = walk.live("goal", walk.drawing(nodes, exits={"goals": [BILL]}))
    walk.enter(journey, wang)
    walk.on()
    walk.shop.pass_time(hours=1)
    name = leased(walk)
    buy(walk, wang)
    walk.on()
    assert walk.at() == [("sleep", "ended", "goal_reached")]
    assert handed(walk, name) == 0


def test_who_came_by_herself_during_a_standstill_is_not_written_to(walk: Walk) -> None:
    wang, li = walk.post.member("13800138000"), walk.post.member("13800138001")
    trigger = {**BILL, "where": _cups(2)}
    nodes = {"sleep": walk.wait(120, "write"), "write": walk.message("end"), "end": EXIT}
    goals = {"goals": [{"fact": "order.settled"}]}
    walk.live("bill", walk.drawing(nodes, [trigger], exits=goals))
    walk.shop.pass_time(minutes=1)
    buy(walk, wang, cups=2)
    buy(walk, li, cups=2)
    walk.shop.pass_time(hours=1)
    buy(walk, wang)
    walk.later(hours=1)
    whys = {row.member_id: row.why for row in walk.runs()}
    assert whys == {wang: "goal_reached", li: "waits"}
    walk.later(hours=2)
    assert len(walk.messages()) == 1


def _cups(cups: int) -> dict[str, object]:
    return {"kind": "compare", "field": "due_minor", "is": "at_least", "value": 1_800 * cups}


def test_what_happened_too_long_ago_starts_nothing_any_more(walk: Walk) -> None:
    wang = walk.post.member("13800138000")
    nodes = {"write": walk.message("end"), "end": EXIT}
    walk.live("bill", walk.drawing(nodes, [BILL], valid_days=2))
    walk.shop.pass_time(minutes=1)
    buy(walk, wang)
    walk.later(days=3)
    assert walk.at() == [("write", "ended", "too_late")]
    assert walk.messages() == []


def test_each_check_in_is_an_occasion_of_its_own(walk: Walk) -> None:
    wang = walk.post.member("13800138000")
    nodes = {"write": walk.message("end"), "end": EXIT}
    trigger = {"kind": "fact", "fact": "member.checked_in"}
    walk.live("streak", walk.drawing(nodes, [trigger], reentry=AGAIN))
    for _ in range(2):
        walk.shop.pass_time(days=1)
        happened = Fact(
            kind="member.checked_in",
            at=walk.shop.now,
            store_id=walk.shop.store_id,
            member_id=wang,
            subject_id=named("programme:check_in"),
        )
        tell(walk, happened)
        walk.on()
    assert len(walk.runs()) == 2


def test_one_member_who_cannot_be_read_keeps_nobody_else_from_coming_in(walk: Walk) -> None:
    wang, li = born(walk, "13800138000"), born(walk, "13800138001")
    nodes = {"write": walk.message("end"), "end": EXIT}
    walk.live("bill", walk.drawing(nodes, [BILL], who=NOT_HER_DAY, reentry=AGAIN))
    walk.shop.pass_time(minutes=1)
    buy(walk, wang)
    buy(walk, li)
    spoil(walk, wang)
    assert follow(walk.workshop()) is False
    assert [row.member_id for row in walk.runs()] == [li]
    walk.shop.pass_time(minutes=1)
    buy(walk, li)
    walk.on()
    assert [row.member_id for row in walk.runs()] == [li, li], "the reader has gone on"


def test_one_member_who_cannot_be_read_holds_up_no_calendar(walk: Walk) -> None:
    members = [born(walk, f"1380013800{number}") for number in range(3)]
    everybody = walk.segment("everybody", EVERYBODY)
    once = {"kind": "schedule", "every": "once", "on": "2026-05-04", "minute": 660}
    trigger = {**once, "segment_id": str(everybody)}
    nodes = {"write": walk.message("end"), "end": EXIT}
    walk.live("day", walk.drawing(nodes, [trigger], who=NOT_HER_DAY))
    spoil(walk, members[1])
    walk.later(hours=1)
    assert sorted(row.member_id for row in walk.runs()) == sorted([members[0], members[2]])


def test_a_pause_in_the_middle_of_a_period_loses_nobody(walk: Walk) -> None:
    for number in range(3):
        walk.post.member(f"1380013800{number}")
    everybody = walk.segment("everybody", EVERYBODY)
    once = {"kind": "schedule", "every": "once", "on": "2026-05-04", "minute": 600}
    nodes = {"write": walk.message("end"), "end": EXIT}
    drawing = walk.drawing(nodes, [{**once, "segment_id": str(everybody)}])
    journey = walk.save("day", drawing)
    walk.publish(journey, 1)
    walk.approve(journey, 1)
    fire = FireSome(journey_id=journey, period="2026-05-04:0", most=1)
    walk.shop.run(BeginFires(fires=((journey, fire.period),)))
    walk.shop.run(fire)
    walk.shop.run(PauseJourney(id=journey), actor=AUTHOR)
    assert walk.shop.run(fire) == {"entered": 0, "finished": False}
    walk.later(hours=1)
    assert len(walk.runs()) == 1
    walk.shop.run(ResumeJourney(id=journey), actor=AUTHOR)
    walk.on()
    assert len(walk.runs()) == 3


def test_who_rests_at_a_step_that_now_waits_for_something_hears_of_it(walk: Walk) -> None:
    wang = walk.post.member("13800138000")
    nodes = {"week": walk.wait(10_080, "write"), "write": walk.message("end"), "end": EXIT}
    journey = walk.live("edit", walk.drawing(nodes))
    walk.enter(journey, wang)
    walk.on()
    due = walk.runs()[0].due_at
    wait = {
        "kind": "wait_for",
        "fact": "order.settled",
        "timeout_minutes": 10_080,
        "happened": "end",
        "timed_out": "write",
    }
    walk.save("edit", walk.drawing({**nodes, "week": wait}), seen=3)
    walk.publish(journey, 4)
    walk.approve(journey, 2)
    assert walk.runs()[0].due_at == due, "her time is kept"
    walk.shop.pass_time(days=1)
    buy(walk, wang)
    walk.on()
    assert walk.at() == [("end", "ended", "exit")]
    assert walk.messages() == []


def test_who_was_held_back_stays_so_whatever_version_comes(walk: Walk) -> None:
    nodes = {"write": walk.message("end"), "end": EXIT}
    journey = walk.live("held", walk.drawing(nodes, control=5_000))
    walk.save("held", walk.drawing(nodes), seen=3)
    walk.publish(journey, 4)
    with pytest.raises(Refusal) as refused:
        walk.approve(journey, 2)
    assert refused.value.code == "assignment.design_fixed"


def test_a_template_that_lost_the_channel_sends_members_the_way_for_failures(walk: Walk) -> None:
    wang = walk.post.member("13800138000")
    nodes = {"write": walk.message("end", failed="gift"), "gift": walk.gift("end"), "end": EXIT}
    journey = walk.live("lost", walk.drawing(nodes))
    at_the_till = body(variant("till", "zh-CN", "欢迎回来"), variant("till", "en", "Welcome back"))
    walk.shop.run(SaveTemplate(id=named("template:back"), code="back", seen=1, body=at_the_till))
    walk.enter(journey, wang)
    walk.on()
    assert [row.why for row in walk.log(walk.runs()[0])] == ["not_done", "done", "exit"]


def test_a_journey_that_sets_itself_off_is_not_published(walk: Walk) -> None:
    nodes = {"gift": walk.gift("end"), "end": EXIT}
    trigger = {"kind": "fact", "fact": "member.gifted"}
    journey = walk.save("loop", walk.drawing(nodes, [trigger], reentry=AGAIN))
    with pytest.raises(Refusal) as refused:
        walk.publish(journey, 1)
    assert refused.value.code == "journey.sets_itself_off"


def test_journeys_that_set_each_other_off_come_to_a_stop(walk: Walk) -> None:
    wang = walk.post.member("13800138000")
    tag = {"kind": "act", "do": "tag", "tag": "常客", "next": "end"}
    gifted = {"kind": "fact", "fact": "member.gifted"}
    tagged = {"kind": "fact", "fact": "member.tags_changed"}
    walk.live("one", walk.drawing({"a": tag, "end": EXIT}, [gifted], reentry=AGAIN))
    nodes = {"a": walk.gift("end"), "end": EXIT}
    second = walk.live("two", walk.drawing(nodes, [tagged, {"kind": "manual"}], reentry=AGAIN))
    walk.shop.pass_time(minutes=1)
    walk.enter(second, wang)
    for _ in range(60):
        walk.on()
    assert len(walk.runs()) == 48, "each of both a day's worth"


def test_more_gifts_than_a_till_can_wait_for_are_given_in_turns(walk: Walk) -> None:
    members = [walk.post.member(f"1380013{8_000 + number}") for number in range(12)]
    nodes = {"gift": walk.gift("end"), "end": EXIT}
    journey = walk.live("gifts", walk.drawing(nodes))
    walk.enter(journey, *members)
    moment = moment_of(walk.workshop())
    done = walk.shop.database.write(lambda tx: advance_runs(tx, AdvanceRuns(), moment)).result()
    assert done.put_off == max(0, 12 - GIFTS_AT_ONCE[walk.shop.database.engine])
    walk.on()
    assert len(walk.effects()) == 12
    assert {row.state for row in walk.runs()} == {"ended"}


def test_who_was_overlooked_when_a_journey_ended_is_let_go_soon(walk: Walk) -> None:
    wang = walk.post.member("13800138000")
    nodes = {"sleep": walk.wait(60, "end"), "end": EXIT}
    journey = walk.live("ended", walk.drawing(nodes))
    walk.enter(journey, wang)
    walk.on()
    walk.shop.run(EndJourney(id=journey), actor=AUTHOR)
    run = walk.runs()[0]

    def overlooked(tx: Write) -> None:
        tx.run(_OPEN_AGAIN, this=run.id, because="waits")

    walk.shop.database.write(overlooked).result()
    walk.come()
    assert walk.at() == [("sleep", "ended", "journey_ended")]


def test_a_message_that_is_held_back_sends_its_journey_another_way(walk: Walk) -> None:
    wang, li = walk.post.member("13800138000"), walk.post.member("13800138001")
    asked = {
        "kind": "wait_sent",
        "step": "write",
        "timeout_minutes": 600,
        "sent": "end",
        "not_sent": "end",
        "reasons": {"no_consent": "gift"},
    }
    nodes = {
        "write": walk.message("asked"),
        "asked": asked,
        "gift": walk.gift("end"),
        "end": EXIT,
    }
    journey = walk.live("asked", walk.drawing(nodes))
    walk.enter(journey, wang, li)
    walk.on()
    assert {row.why for row in walk.runs()} == {"waits_sent"}
    walk.post.withdraw(wang)
    walk.post.work_through(minutes=30)
    assert walk.sent() == 1
    walk.on()
    ended = {row.member_id: row.state for row in walk.runs()}
    assert ended[wang] == "ended", "the fact woke her"
    walk.later(minutes=30)
    by_member = {row.member_id: row for row in walk.runs()}
    told = [(one.why, one.detail) for one in walk.log(by_member[wang])]
    assert ("not_sent", "no_consent") in told
    assert [one.why for one in walk.log(by_member[li])][-2:] == ["sent", "exit"]
    assert [key for key in walk.effects() if ":gift:" in key] == [
        f"run:{by_member[wang].id}:gift:1"
    ]


def test_a_leap_days_joining_is_kept_once_a_year(walk: Walk) -> None:
    walk.shop.now = Instant(walk.shop.now.replace(year=2027, month=2, day=28))
    walk.post.member("13800138000")
    trigger = {"kind": "day", "of": "joined", "days": 0, "minute": 600}
    nodes = {"write": walk.message("end"), "end": EXIT}
    walk.shop.now = Instant(walk.shop.now.replace(year=2028, month=2, day=28, hour=12))
    walk.live("joined", walk.drawing(nodes, [trigger], reentry=AGAIN))
    walk.later(days=1)
    assert walk.runs() == [], "29 February is the day of those who joined on one"


def test_a_journey_is_ended_at_once_though_its_members_are_being_led_on(
    walk: Walk, open_another: Callable[[], Database]
) -> None:
    wang = walk.post.member("13800138000")
    nodes = {"write": walk.message("sleep"), "sleep": walk.wait(60, "end"), "end": EXIT}
    journey = walk.live("busy", walk.drawing(nodes))
    walk.enter(journey, wang)
    moment, begun, ended = moment_of(walk.workshop()), Event(), Event()

    def leads(tx: Write) -> Advanced:
        done = advance_runs(tx, AdvanceRuns(), moment)
        tx.flush()
        begun.set()
        # SQLite's writer serves one after the other.
        assert tx.engine == "sqlite" or ended.wait(10)
        return done

    server = walk.shop.database.engine == "postgresql"
    leading = (open_another() if server else walk.shop.database).write(leads)
    assert begun.wait(10)
    walk.shop.run(EndJourney(id=journey), actor=AUTHOR)
    ended.set()
    assert leading.result().looked_at == 1
    walk.come()
    assert walk.at() == [("sleep", "ended", "journey_ended")]
    walk.post.work_through(hours=2)
    assert walk.sent() == 0


def test_what_came_just_before_a_new_version_still_lets_in_by_the_same_trigger(walk: Walk) -> None:
    wang = walk.post.member("13800138000")
    everybody = walk.segment("everybody", EVERYBODY)
    day = {"kind": "schedule", "every": "day", "minute": 660, "segment_id": str(everybody)}
    nodes = {"write": walk.message("end"), "end": EXIT}
    triggers: list[Mapping[str, object]] = [BILL, day]
    journey = walk.live("edit", walk.drawing(nodes, triggers, reentry=AGAIN))
    walk.shop.pass_time(hours=1, seconds=2)
    buy(walk, wang)
    walk.shop.pass_time(seconds=1)
    slower = {"sleep": walk.wait(60, "write"), **nodes}
    walk.save("edit", walk.drawing(slower, triggers, reentry=AGAIN), seen=3)
    walk.publish(journey, 4)
    walk.approve(journey, 2)
    walk.on()
    walk.on()
    assert sorted(row.occurrence.partition(":")[0] for row in walk.runs()) == [
        "order.settled",
        "schedule",
    ]
    assert {(row.version, row.node) for row in walk.runs()} == {(2, "sleep")}


def test_a_new_trigger_hears_nothing_of_what_came_before_it(walk: Walk) -> None:
    wang = walk.post.member("13800138000")
    nodes = {"write": walk.message("end"), "end": EXIT}
    journey = walk.live("edit", walk.drawing(nodes))
    walk.shop.pass_time(minutes=1)
    buy(walk, wang)
    walk.save("edit", walk.drawing(nodes, [BILL]), seen=3)
    walk.publish(journey, 4)
    walk.shop.pass_time(seconds=1)
    walk.approve(journey, 2)
    walk.on()
    assert walk.runs() == []
