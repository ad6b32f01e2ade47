"""Campaigns on both engines: agreed by two people, paid from what was set aside, never beyond it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import Refusal
from regulars.jobs.messages import moment_of
from regulars.storage import campaigns, contact_slots
from regulars.storage.campaigns import BudgetRow
from regulars.storage.engine import Database, Write
from regulars.use_cases.campaigns import (
    ApproveCampaign,
    EndCampaign,
    SaveCampaign,
    SubmitCampaign,
)
from regulars.use_cases.journey_steps import Advanced, AdvanceRuns, advance_runs
from tests.journeys import AUTHOR, SECOND, Walk
from tests.messaging import PostUnderTest, Provider
from tests.shops import named, open_shop

CAMPAIGN = named("campaign:anniversary")
EVERYBODY = {"kind": "compare", "field": "everyone", "is": "equal", "value": True}


@pytest.fixture
def walk(database: Database, tmp_path: Path) -> Walk:
    """A shop at ten in the morning that can write to its members."""
    post = PostUnderTest(open_shop(database, tmp_path), [Provider()])
    post.template()
    return Walk(post)


def definition(walk: Walk, segment: UUID, **more: object) -> dict[str, object]:
    """A gift that costs 5.00 at most and a message, today at noon."""
    return {
        "aim": "thank",
        "segment_id": str(segment),
        "starts_on": "2026-05-04",
        "ends_on": "2026-05-10",
        "minute": 720,
        "budget_minor": 10_000,
        "control": 0,
        "gift": {"gift": {"points": 50}, "cost_minor": 500},
        "message": {"template": "back", "channels": ["sms"], "valid_minutes": 2_880},
        **more,
    }


def save(walk: Walk, **more: object) -> None:
    segment = walk.segment("everybody", EVERYBODY)
    command = SaveCampaign(
        id=CAMPAIGN,
        seen=0,
        name=Label("周年庆", "Anniversary"),
        definition=definition(walk, segment, **more),
    )
    walk.shop.run(command, actor=AUTHOR)


def running(walk: Walk, **more: object) -> dict[str, object]:
    """A campaign that two people agreed on."""
    save(walk, **more)
    walk.shop.run(SubmitCampaign(id=CAMPAIGN, seen=1), actor=AUTHOR)
    return walk.shop.run(ApproveCampaign(id=CAMPAIGN), actor=SECOND)


def budget(walk: Walk) -> BudgetRow:
    with walk.shop.database.read() as read:
        row = read.one(campaigns.BUDGET, campaign_id=CAMPAIGN)
    assert row is not None
    return row


def test_a_campaign_gives_and_writes_once_on_its_day(walk: Walk) -> None:
    for number in range(5):
        walk.post.member(f"1380013{8_000 + number}")
    answer = running(walk)
    assert (answer["state"], answer["audience"]) == ("approved", 5)
    walk.on()
    assert walk.runs() == []
    walk.later(hours=3)
    assert {(row.state, row.why) for row in walk.runs()} == {("ended", "exit")}
    assert len(walk.messages()) == 5
    assert budget(walk).drawn_minor == 2_500
    walk.later(days=1)
    assert len(walk.runs()) == 5


def test_a_campaign_takes_fewer_statements_than_it_has_members(walk: Walk) -> None:
    for number in range(48):
        walk.post.member(f"1380013{8_000 + number}")
    running(walk, gift=None)
    walk.shop.pass_time(hours=3)
    totals = [walk.shop.database.totals.statements]
    walk.come()
    totals.append(walk.shop.database.totals.statements)
    assert {(row.state, row.why) for row in walk.runs()} == {("ended", "exit")}
    walk.shop.pass_time(minutes=10)
    walk.post.work()
    totals.append(walk.shop.database.totals.statements)
    assert walk.sent() == 48
    entering, sending = totals[1] - totals[0], totals[2] - totals[1]
    assert entering < 48
    assert sending < 48


def test_what_is_set_aside_is_the_worst_case_or_the_budget(walk: Walk) -> None:
    for number in range(3):
        walk.post.member(f"1380013{8_000 + number}")
    answer = running(walk)
    row = budget(walk)
    assert row.limit_minor == 1_500
    assert answer["reserved_minor"] == answer["worst_minor"] == 1_500 + row.messages_minor

    def room(tx: Write) -> dict[UUID, int]:
        return contact_slots.budgets(tx, [CAMPAIGN])

    assert walk.shop.database.write(room).result() == {CAMPAIGN: row.messages_minor * 10_000}


def test_many_workers_never_give_more_than_the_budget(
    walk: Walk, open_another: Callable[[], Database]
) -> None:
    for number in range(30):
        walk.post.member(f"1380013{8_000 + number}")
    running(walk, budget_minor=4_600, message=None)
    limit = budget(walk).limit_minor
    assert limit == 4_600
    walk.shop.pass_time(hours=3)
    walk.come()
    second = open_another() if walk.shop.database.engine == "postgresql" else walk.shop.database

    def some() -> Callable[[Write], Advanced]:
        moment = moment_of(walk.workshop())
        return lambda tx: advance_runs(tx, AdvanceRuns(most=4), moment)

    def work(database: Database) -> None:
        while database.write(some()).result().looked_at:
            pass

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, one) for one in (walk.shop.database, second) * 2]:
            done.result()
    assert {row.state for row in walk.runs()} == {"ended"}
    assert budget(walk).drawn_minor == 4_500
    whys = [next(one.why for one in walk.log(run)) for run in walk.runs()]
    assert (whys.count("done"), whys.count("not_done")) == (9, 21)


def test_nobody_agrees_to_her_own_campaign(walk: Walk) -> None:
    walk.post.member("13800138000")
    save(walk)
    with pytest.raises(Refusal) as refused:
        walk.shop.run(ApproveCampaign(id=CAMPAIGN), actor=SECOND)
    assert refused.value.code == "journey.nothing_proposed"
    walk.shop.run(SubmitCampaign(id=CAMPAIGN, seen=1), actor=AUTHOR)
    with pytest.raises(Refusal) as refused:
        walk.shop.run(ApproveCampaign(id=CAMPAIGN), actor=AUTHOR)
    assert refused.value.code == "journey.same_person"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"budget_minor": 499}, "campaign.budget_below_one"),
        ({"ends_on": "2026-05-03"}, "campaign.malformed"),
        ({"gift": None, "message": None}, "campaign.malformed"),
        ({"gift": {"gift": {"points": 5}}}, "campaign.malformed"),
        ({"gift": {"gift": {"bonus_minor": 600}, "cost_minor": 500}}, "campaign.malformed"),
        ({"aim": "world_peace"}, "campaign.malformed"),
    ],
)
def test_a_campaign_that_makes_no_sense_is_refused(
    walk: Walk, more: dict[str, object], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        save(walk, **more)
    assert refused.value.code == code


def test_a_campaign_whose_start_has_passed_is_refused(walk: Walk) -> None:
    walk.post.member("13800138000")
    save(walk)
    walk.shop.run(SubmitCampaign(id=CAMPAIGN, seen=1), actor=AUTHOR)
    walk.shop.pass_time(hours=3)
    with pytest.raises(Refusal) as refused:
        walk.shop.run(ApproveCampaign(id=CAMPAIGN), actor=SECOND)
    assert refused.value.code == "campaign.start_passed"


def test_an_audience_of_nobody_is_refused(walk: Walk) -> None:
    with pytest.raises(Refusal) as refused:
        running(walk)
    assert refused.value.code == "campaign.audience_empty"


def test_a_budget_that_cannot_pay_one_member_is_refused(walk: Walk) -> None:
    walk.post.member("13800138000")
    with pytest.raises(Refusal) as refused:
        running(walk, budget_minor=500)
    assert refused.value.code == "campaign.budget_below_one"


def test_an_ended_campaign_gives_nothing_more(walk: Walk) -> None:
    walk.post.member("13800138000")
    running(walk)
    walk.shop.run(EndCampaign(id=CAMPAIGN), actor=AUTHOR)
    walk.later(hours=3)
    assert walk.runs() == []
    with pytest.raises(Refusal) as refused:
        walk.shop.run(EndCampaign(id=CAMPAIGN), actor=AUTHOR)
    assert refused.value.code == "campaign.not_running"
