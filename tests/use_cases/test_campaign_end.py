"""A campaign is over with its last day, or when somebody ends it, whatever was planned or stood still."""

from datetime import timedelta
from pathlib import Path

import pytest

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.storage import campaigns
from regulars.storage.engine import Database
from regulars.use_cases.campaigns import (
    ApproveCampaign,
    EndCampaign,
    SaveCampaign,
    SubmitCampaign,
    journey_id_of,
)
from regulars.use_cases.journeys import EndJourney, PauseJourney, ResumeJourney
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


def agreed(walk: Walk, **more: object) -> None:
    """A campaign for everybody, from noon to the end of 10 May, that two people agreed on."""
    segment = walk.segment("everybody", EVERYBODY)
    definition = {
        "aim": "thank",
        "segment_id": str(segment),
        "starts_on": "2026-05-04",
        "ends_on": "2026-05-10",
        "minute": 720,
        "budget_minor": 10_000,
        "control": 0,
        "message": {"template": "back", "channels": ["sms"], "valid_minutes": 2_880},
        **more,
    }
    name = Label("周年庆", "Anniversary")
    walk.shop.run(SaveCampaign(id=CAMPAIGN, seen=0, name=name, definition=definition), actor=AUTHOR)
    walk.shop.run(SubmitCampaign(id=CAMPAIGN, seen=1), actor=AUTHOR)
    walk.shop.run(ApproveCampaign(id=CAMPAIGN), actor=SECOND)


def campaign_state(walk: Walk) -> str:
    with walk.shop.database.read() as read:
        return campaigns.known(read, CAMPAIGN).state


def test_what_an_ended_campaign_had_planned_is_not_sent_next_morning(walk: Walk) -> None:
    wang = walk.post.member("13800138000")
    agreed(walk, minute=1_250)
    walk.later(hours=11)
    assert [row.why for row in walk.runs()] == ["exit"]
    walk.post.work_through(minutes=30)
    assert walk.sent() == 0, "it is past the hours for messages"
    walk.shop.run(EndCampaign(id=CAMPAIGN), actor=AUTHOR)
    walk.post.work_through(hours=12)
    assert walk.sent() == 0
    message = walk.message_of(wang)
    assert (message.state, message.reason) == ("suppressed", "called_off")


def test_a_campaign_that_was_paused_over_its_last_day_does_nothing_more(walk: Walk) -> None:
    walk.post.member("13800138000")
    agreed(walk)
    journey = journey_id_of(CAMPAIGN)
    walk.shop.run(PauseJourney(id=journey), actor=AUTHOR)
    walk.later(days=6, hours=14)
    assert campaign_state(walk) == "ended", "its last day is over"
    with pytest.raises(Refusal):
        walk.shop.run(ResumeJourney(id=journey), actor=AUTHOR)
    walk.later(hours=1)
    assert walk.runs() == []


def test_nobody_comes_into_a_campaign_after_a_standstill_over_its_last_day(walk: Walk) -> None:
    walk.post.member("13800138000")
    agreed(walk)
    walk.later(days=7)
    assert walk.runs() == []
    assert campaign_state(walk) == "ended"


def test_what_a_campaign_began_late_ends_with_its_last_day(walk: Walk) -> None:
    walk.post.member("13800138000")
    agreed(walk)
    walk.later(days=6, hours=13)
    assert [row.valid_until for row in walk.runs()] == [Instant(walk.shop.now + timedelta(hours=1))]
    assert len(walk.messages()) == 1


def test_the_journey_of_a_campaign_is_ended_with_the_campaign_alone(walk: Walk) -> None:
    walk.post.member("13800138000")
    agreed(walk)
    with pytest.raises(Refusal) as refused:
        walk.shop.run(EndJourney(id=journey_id_of(CAMPAIGN)), actor=AUTHOR)
    assert refused.value.code == "journey.of_campaign"
